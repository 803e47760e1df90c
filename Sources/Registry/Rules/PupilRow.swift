import ServiceKit
import Tables

/// One good row of a pupils' file (`Protocols/journal.md`, part "pupils").
struct PupilRow: Sendable, Hashable {
    /// As a spreadsheet counts.
    var row: Int
    /// The school's own id of the pupil.
    var externalID: String
    var givenName: String
    var familyName: String
    /// Eleven digits; empty for a newcomer without one.
    var isikukood: String
    /// ISO; empty when neither the date nor the code is given.
    var birthDate: String
    var className: String
    var grade: Int
    var language: String
    var residence: String
    var representative: String
    var representativeContact: String
    var from: String
    /// Empty: still a pupil.
    var left: String

    var birthYear: Int { LocalDate(birthDate)?.components.year ?? 0 }

    /// The file's columns. All must be there: a column that was left out could not be told from empty fields.
    static let format = SheetFormat([
        column("pupil", .code, ["Õpilane", "Õpilase ID", "Pupil id"]),
        column("given_name", .text, ["Eesnimi", "Eesnimed", "First name"]),
        column("family_name", .text, ["Perekonnanimi", "Perenimi", "Surname", "Last name"]),
        column("isikukood", .isikukood, ["Isikukood", "Personal code"]),
        column("birth_date", .date, ["Sünnikuupäev", "Sünniaeg", "Date of birth"]),
        column("class", .text, ["Klass", "Rühm", "Group"]),
        column("grade", .text, ["Klassiaste", "Aste", "Grade level"]),
        column("language", .text, ["Kodukeel", "Home language"]),
        column("residence", .municipality, ["Elukoht", "Elukoha omavalitsus", "Elukoha EHAK"]),
        column("representative", .text, ["Esindaja", "Lapsevanem", "Guardian"]),
        column("representative_contact", .text, ["Esindaja kontakt", "Guardian contact"]),
        column("from", .date, ["Alates", "Õpib alates"]),
        column("left", .date, ["Lahkus", "Lahkumise kuupäev"]),
    ])

    private static func column(
        _ name: String, _ kind: SheetFormat.Kind, _ headings: [String]
    ) -> SheetFormat.Column {
        SheetFormat.Column(name, kind, required: true, headings: headings)
    }

    /// All that the row says, as one text for comparing by a keyed hash; fields cannot run into each other, since
    /// control characters are refused in them.
    var content: [UInt8] {
        [
            externalID, givenName, familyName, isikukood, birthDate, className, String(grade), language,
            residence,
            representative, representativeContact, from, left,
        ].joined(separator: "\u{1f}").utf8.map { $0 }
    }
}

/// Reads rows of a pupils' file into values, naming what is wrong without showing it.
struct PupilReader {
    /// "school" or "kindergarten".
    var institutionKind: String
    var today: LocalDate
    private(set) var faults: [Fault] = []
    private var firstRowOfPupil: [String: Int] = [:]
    private var firstRowOfCode: [String: Int] = [:]

    init(institutionKind: String, today: LocalDate) {
        self.institutionKind = institutionKind
        self.today = today
    }

    /// Nil when something in the row is wrong. `field` gives a column's text.
    mutating func read(row: Int, _ field: (String) -> String) -> PupilRow? {
        let before = faults.count
        let value = PupilRow(
            row: row, externalID: field("pupil"), givenName: field("given_name"),
            familyName: field("family_name"), isikukood: field("isikukood"), birthDate: field("birth_date"),
            className: field("class"), grade: Int(field("grade")) ?? -1, language: field("language"),
            residence: field("residence"), representative: field("representative"),
            representativeContact: field("representative_contact"), from: field("from"), left: field("left"))
        checkTexts(value)
        checkPlace(value)
        checkDates(value)
        let birthDate = checkBirth(value)
        checkDuplicates(value)
        guard faults.count == before else { return nil }
        var result = value
        result.birthDate = birthDate
        return result
    }

    private mutating func checkTexts(_ value: PupilRow) {
        text(value.externalID, value.row, "pupil", bytesMax: 64)
        text(value.givenName, value.row, "given_name")
        text(value.familyName, value.row, "family_name")
        text(value.className, value.row, "class", bytesMax: 32)
        text(value.representative, value.row, "representative", mayBeEmpty: true)
        text(value.representativeContact, value.row, "representative_contact", mayBeEmpty: true)
    }

    private mutating func checkPlace(_ value: PupilRow) {
        let grades = institutionKind == "kindergarten" ? 0...0 : 0...12
        if !grades.contains(value.grade) {
            add(
                value.row, "grade", "grade-out-of-range",
                Bilingual(
                    et: "Klassiaste ei ole arv või sellist klassi siin asutuses ei ole.",
                    en: "The grade is no number, or not one of this institution."),
                institutionKind == "kindergarten"
                    ? Bilingual(et: "Lasteaias kirjuta 0.", en: "Give 0 in a kindergarten.")
                    : Bilingual(
                        et: "Kirjuta 1 kuni 12; ettevalmistusrühmal 0.",
                        en: "Give 1 to 12, or 0 for a preparatory group."))
        }
        if !RegistryCodes.isLanguage(value.language) {
            add(
                value.row, "language", "language-unknown",
                Bilingual(
                    et: "Kodukeel puudub või ei ole keele tähis.",
                    en: "The home language is missing or no language tag."),
                Bilingual(et: "Kasuta tähiseid nagu et, ru, uk, en.", en: "Use tags such as et, ru, uk, en."))
        }
        if !RegistryCodes.isMunicipality(value.residence) {
            add(
                value.row, "residence", "residence-not-a-municipality",
                Bilingual(
                    et: "Elukoht ei ole omavalitsuse neljakohaline EHAKi kood.",
                    en: "The residence is no four-digit EHAK code of a municipality."),
                Bilingual(
                    et: "Kirjuta rahvastikuregistri järgne omavalitsus, näiteks 0928, koos algusnulliga.",
                    en:
                        "Give the municipality of the population register, such as 0928, with its leading zero."
                ))
        }
    }

    private mutating func checkDates(_ value: PupilRow) {
        guard let from = LocalDate(value.from) else {
            add(
                value.row, "from", "date-not-iso",
                Bilingual(
                    et: "Kuupäev puudub või sellist päeva ei ole.",
                    en: "The date is missing or does not exist."),
                Bilingual(
                    et: "Kirjuta esimene päev siin nii: 2026-09-01.",
                    en: "Write the first day here as 2026-09-01."))
            return
        }
        if from > RegistryCodes.lastFirstDay(from: today) {
            add(
                value.row, "from", "date-in-future",
                Bilingual(
                    et: "Esimene päev siin on kaugemal kui aasta.",
                    en: "The first day here is more than a year away."),
                Bilingual(
                    et: "Paranda see; hilisema aasta õpilased tulevad hilisema failiga.",
                    en: "Correct it; a later year's pupils come with a later file."))
        }
        guard !value.left.isEmpty else { return }
        guard let left = LocalDate(value.left) else {
            add(
                value.row, "left", "date-not-iso",
                Bilingual(et: "Sellist päeva ei ole.", en: "The date does not exist."),
                Bilingual(
                    et: "Kirjuta nii: 2026-09-01, või jäta tühjaks.",
                    en: "Write it as 2026-09-01, or leave it empty."))
            return
        }
        if left < from {
            add(
                value.row, "left", "dates-reversed",
                Bilingual(et: "Õpilane lahkub enne tulekut.", en: "The pupil leaves before coming."),
                Bilingual(et: "Paranda \"from\" või \"left\".", en: "Correct \"from\" or \"left\"."))
        } else if left > today {
            add(
                value.row, "left", "date-in-future",
                Bilingual(et: "Lahkumise päev on alles ees.", en: "The day of leaving is still to come."),
                Bilingual(
                    et: "Jäta tühjaks ja saada fail sel päeval uuesti.",
                    en: "Leave it empty and send the file again on that day."))
        }
    }

    /// The birth date by the row or by the code in it.
    private mutating func checkBirth(_ value: PupilRow) -> String {
        var date = value.birthDate
        if !value.isikukood.isEmpty {
            do throws(Isikukood.Problem) {
                let code = try Isikukood(value.isikukood)
                if !date.isEmpty, date != code.birthDate.description, LocalDate(date) != nil {
                    add(
                        value.row, "birth_date", "birth-date-differs",
                        Bilingual(
                            et: "Sünnikuupäev ei ole sama, mis isikukoodis.",
                            en: "The birth date is not that of the isikukood."),
                        Bilingual(et: "Paranda see, mis on vale.", en: "Correct the one that is wrong."))
                }
                if date.isEmpty { date = code.birthDate.description }
            } catch {
                add(value.row, "isikukood", error)
            }
        }
        guard !date.isEmpty else { return date }
        guard let day = LocalDate(date) else {
            add(
                value.row, "birth_date", "date-not-iso",
                Bilingual(et: "Sellist päeva ei ole.", en: "The date does not exist."),
                Bilingual(
                    et: "Kirjuta nii: 2015-01-31, või jäta tühjaks.",
                    en: "Write it as 2015-01-31, or leave it empty."))
            return date
        }
        if day > today || day < today.adding(days: -30 * 365) {
            add(
                value.row, value.birthDate.isEmpty ? "isikukood" : "birth_date", "birth-date-implausible",
                Bilingual(
                    et: "Sünnikuupäeva järgi ei ole see laps ega noor.",
                    en: "By the birth date this is no child or young person."),
                Bilingual(et: "Paranda kuupäev või isikukood.", en: "Correct the date or the isikukood."))
        }
        return date
    }

    private mutating func add(_ row: Int, _ column: String, _ problem: Isikukood.Problem) {
        switch problem {
        case .notElevenDigits:
            add(
                row, column, "isikukood-not-eleven-digits",
                Bilingual(
                    et: "Isikukood ei ole üksteist numbrit.", en: "The isikukood is not eleven digits."),
                Bilingual(
                    et: "Paranda või jäta tühjaks, kui seda veel ei ole.",
                    en: "Correct it, or leave it empty for a newcomer without one."))
        case .noSuchDay:
            add(
                row, column, "isikukood-no-such-day",
                Bilingual(
                    et: "Isikukoodis olevat sünnipäeva ei ole olemas.",
                    en: "The birth date in the isikukood does not exist."),
                Bilingual(et: "Paranda või jäta tühjaks.", en: "Correct it, or leave it empty."))
        case .checkDigit:
            add(
                row, column, "isikukood-check-digit",
                Bilingual(
                    et: "Isikukoodi viimane number ei sobi teistega.",
                    en: "The last digit of the isikukood does not fit the others."),
                Bilingual(
                    et: "Otsi valesti kirjutatud või vahetuses numbreid.",
                    en: "Look for mistyped or swapped digits."))
        }
    }

    private mutating func checkDuplicates(_ value: PupilRow) {
        if !value.externalID.isEmpty {
            if let earlier = firstRowOfPupil[value.externalID] {
                add(
                    value.row, "pupil", "duplicate-pupil",
                    Bilingual(
                        et: "Sama õpilase kood nagu real \(earlier).",
                        en: "The same pupil id as in row \(earlier)."),
                    Bilingual(et: "Jäta igale õpilasele üks rida.", en: "Keep one row for each pupil."))
            } else {
                firstRowOfPupil[value.externalID] = value.row
            }
        }
        guard !value.isikukood.isEmpty else { return }
        if let earlier = firstRowOfCode[value.isikukood] {
            add(
                value.row, "isikukood", "duplicate-isikukood",
                Bilingual(
                    et: "Sama isikukood nagu real \(earlier).", en: "The same isikukood as in row \(earlier)."
                ),
                Bilingual(
                    et: "Paranda rida, kus see on vale, või jäta igale õpilasele üks rida.",
                    en: "Correct the row where it is wrong, or keep one row for each pupil."))
        } else {
            firstRowOfCode[value.isikukood] = value.row
        }
    }

    private mutating func text(
        _ text: String, _ row: Int, _ column: String, mayBeEmpty: Bool = false, bytesMax: Int = 200
    ) {
        if text.isEmpty {
            if !mayBeEmpty {
                add(
                    row, column, "value-missing",
                    Bilingual(et: "Väärtus puudub.", en: "The value is missing."),
                    Bilingual(et: "Täida väli.", en: "Fill it in."))
            }
        } else if !RegistryCodes.isText(text, bytesMax: bytesMax) {
            add(
                row, column, "text-unusable",
                Bilingual(
                    et: "Tekst on liiga pikk või sisaldab juhtmärke.",
                    en: "The text is too long or holds control characters."),
                Bilingual(
                    et: "Anna kuni \(bytesMax) baiti lihtteksti.",
                    en: "Give at most \(bytesMax) bytes of plain text."))
        }
    }

    private mutating func add(
        _ row: Int, _ column: String, _ code: String, _ message: Bilingual, _ remedy: Bilingual
    ) {
        faults.append(Fault(row, column, code, message, remedy))
    }
}
