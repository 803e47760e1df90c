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

    mutating func add(_ at: Place, _ column: String, _ code: String, _ message: String, _ remedy: String) {
        faults.append(Fault(at.index + 1, "\(at.list).\(column)", code, message, remedy))
    }

    mutating func require(
        _ holds: Bool, _ at: Place, _ column: String, _ code: String, _ message: String, _ remedy: String
    ) {
        if !holds { add(at, column, code, message, remedy) }
    }

    mutating func unique(_ list: String, _ codes: [String], column: String = "code") {
        var first: [String: Int] = [:]
        for (index, code) in codes.enumerated() {
            if let earlier = first[code] {
                add(
                    Place(list, index), column, "duplicate", "The same as row \(earlier + 1) of this list.",
                    "Give each its own code, or leave one out.")
            } else {
                first[code] = index
            }
        }
    }

    mutating func name(_ code: String, _ at: Place) {
        require(
            RegistryCodes.isName(code), at, "code", "code-malformed",
            "The code is empty or has other characters.",
            "Use 1 to 100 lower case letters, digits, dots and hyphens.")
    }

    mutating func text(
        _ text: String, _ at: Place, _ column: String, mayBeEmpty: Bool = false, bytesMax: Int = 400
    ) {
        require(
            RegistryCodes.isText(text, bytesMax: bytesMax) && (mayBeEmpty || !text.isEmpty), at, column,
            "text-unusable", "The text is empty, too long, or holds control characters.",
            "Give at most \(bytesMax) bytes of plain text.")
    }

    mutating func known(_ code: String, _ all: Set<String>, _ at: Place, _ column: String, _ list: String) {
        require(
            all.contains(code), at, column, "reference-unknown",
            "The code is neither in \"\(list)\" of this document nor stored.",
            "Add it to \"\(list)\" or correct it.")
    }

    mutating func code(_ code: String, _ all: Set<String>, _ at: Place, _ column: String) {
        require(
            all.contains(code), at, column, "code-unknown", "The code is not one of Protocols/codes.md.",
            "Use one of: \(all.sorted().joined(separator: ", ")).")
    }

    mutating func codes(
        _ codes: [String], _ all: Set<String>, _ at: Place, _ column: String, atLeastOne: Bool
    ) {
        if atLeastOne, codes.isEmpty {
            add(at, column, "codes-missing", "No code is given.", "Give at least one code.")
        }
        for code in codes where !all.contains(code) {
            self.code(code, all, at, column)
            break
        }
        if Set(codes).count != codes.count {
            add(at, column, "duplicate", "The same code is given twice.", "Give each code once.")
        }
    }

    mutating func date(_ text: String, _ at: Place, _ column: String, mayBeEmpty: Bool = false) {
        require(
            mayBeEmpty && text.isEmpty || LocalDate(text) != nil, at, column, "date-not-iso",
            "The date is missing or does not exist.", "Write it as 2026-09-01.")
    }

    mutating func grades(_ from: Int, _ to: Int, _ at: Place) {
        require(
            (0...12).contains(from) && (0...12).contains(to) && from <= to, at, "grade_from",
            "grades-out-of-range",
            "The grades are not between 0 and 12, or reversed.", "0 is kindergarten, 1 to 12 are grades.")
    }
}
