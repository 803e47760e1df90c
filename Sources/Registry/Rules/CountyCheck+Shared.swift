import ServiceKit

/// The checks that the lists of a county document share.
extension CountyCheck {
    /// Where in the document: a list and the row's index in it.
    struct Place {
        var list: String
        var index: Int

        init(_ list: String, _ index: Int) {
            self.list = list
            self.index = index
        }
    }

    mutating func add(
        _ at: Place, _ column: String, _ code: String, _ message: Bilingual, _ remedy: Bilingual
    ) {
        faults.append(Fault(at.index + 1, "\(at.list).\(column)", code, message, remedy))
    }

    mutating func require(
        _ holds: Bool, _ at: Place, _ column: String, _ code: String, _ message: Bilingual,
        _ remedy: Bilingual
    ) {
        if !holds { add(at, column, code, message, remedy) }
    }

    mutating func unique(_ list: String, _ codes: [String], column: String = "code") {
        var first: [String: Int] = [:]
        for (index, code) in codes.enumerated() {
            if let earlier = first[code] {
                add(
                    Place(list, index), column, "duplicate",
                    Bilingual(
                        et: "Sama mis selle loendi rida \(earlier + 1).",
                        en: "The same as row \(earlier + 1) of this list."),
                    Bilingual(
                        et: "Anna igale oma kood või jäta üks välja.",
                        en: "Give each its own code, or leave one out."))
            } else {
                first[code] = index
            }
        }
    }

    mutating func name(_ code: String, _ at: Place) {
        require(
            RegistryCodes.isName(code), at, "code", "code-malformed",
            Bilingual(
                et: "Kood on tühi või sisaldab muid märke.", en: "The code is empty or has other characters."),
            Bilingual(
                et: "Kasuta 1 kuni 100 väiketähte, numbrit, punkti ja sidekriipsu.",
                en: "Use 1 to 100 lower case letters, digits, dots and hyphens."))
    }

    mutating func text(
        _ text: String, _ at: Place, _ column: String, mayBeEmpty: Bool = false, bytesMax: Int = 400
    ) {
        require(
            RegistryCodes.isText(text, bytesMax: bytesMax) && (mayBeEmpty || !text.isEmpty), at, column,
            "text-unusable",
            Bilingual(
                et: "Tekst on tühi, liiga pikk või sisaldab juhtmärke.",
                en: "The text is empty, too long, or holds control characters."),
            Bilingual(
                et: "Anna kuni \(bytesMax) baiti lihtteksti.",
                en: "Give at most \(bytesMax) bytes of plain text."))
    }

    mutating func known(_ code: String, _ all: Set<String>, _ at: Place, _ column: String, _ list: String) {
        require(
            all.contains(code), at, column, "reference-unknown",
            Bilingual(
                et: "Koodi ei ole selle dokumendi loendis \"\(list)\" ega registris.",
                en: "The code is neither in \"\(list)\" of this document nor stored."),
            Bilingual(
                et: "Lisa see loendisse \"\(list)\" või paranda.", en: "Add it to \"\(list)\" or correct it.")
        )
    }

    mutating func code(_ code: String, _ all: Set<String>, _ at: Place, _ column: String) {
        require(
            all.contains(code), at, column, "code-unknown",
            Bilingual(
                et: "Sellist koodi ei ole (Protocols/codes.md).",
                en: "The code is not one of Protocols/codes.md."),
            Bilingual(
                et: "Kasuta üht neist: \(all.sorted().joined(separator: ", ")).",
                en: "Use one of: \(all.sorted().joined(separator: ", "))."))
    }

    mutating func codes(
        _ codes: [String], _ all: Set<String>, _ at: Place, _ column: String, atLeastOne: Bool
    ) {
        if atLeastOne, codes.isEmpty {
            add(
                at, column, "codes-missing", Bilingual(et: "Koodi ei ole antud.", en: "No code is given."),
                Bilingual(et: "Anna vähemalt üks kood.", en: "Give at least one code."))
        }
        for code in codes where !all.contains(code) {
            self.code(code, all, at, column)
            break
        }
        if Set(codes).count != codes.count {
            add(
                at, column, "duplicate",
                Bilingual(et: "Sama kood on antud kaks korda.", en: "The same code is given twice."),
                Bilingual(et: "Anna iga kood üks kord.", en: "Give each code once."))
        }
    }

    mutating func date(_ text: String, _ at: Place, _ column: String, mayBeEmpty: Bool = false) {
        require(
            mayBeEmpty && text.isEmpty || LocalDate(text) != nil, at, column, "date-not-iso",
            Bilingual(
                et: "Kuupäev puudub või sellist päeva ei ole.", en: "The date is missing or does not exist."),
            Bilingual(et: "Kirjuta nii: 2026-09-01.", en: "Write it as 2026-09-01."))
    }

    mutating func grades(_ from: Int, _ to: Int, _ at: Place) {
        require(
            (0...12).contains(from) && (0...12).contains(to) && from <= to, at, "grade_from",
            "grades-out-of-range",
            Bilingual(
                et: "Klassid ei ole 0 ja 12 vahel või on vahetuses.",
                en: "The grades are not between 0 and 12, or reversed."),
            Bilingual(
                et: "0 on lasteaed, 1 kuni 12 on klassid.", en: "0 is kindergarten, 1 to 12 are grades."))
    }
}
