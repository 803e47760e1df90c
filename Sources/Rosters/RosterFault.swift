public import Tables

/// What is wrong in one file of a roster.
public struct RosterFault: Error, Sendable, Hashable {
    /// "users.csv".
    public var file: String
    /// Where, what, and what to do.
    public var fault: TableFault

    init(_ file: String, _ fault: TableFault) {
        self.file = file
        self.fault = fault
    }

    init(
        _ file: String, row: Int = 1, column: String? = nil, _ code: String, et: (String, String),
        en: (String, String)
    ) {
        self.file = file
        fault = TableFault(
            row: row, column: column, code: code, message: BilingualText(et: et.0, en: en.0),
            remedy: BilingualText(et: et.1, en: en.1))
    }
}

// Faults of the roster as a whole.
extension RosterFault {
    static func fileMissing(_ file: String) -> RosterFault {
        RosterFault(
            file, "file-missing", et: ("Seda faili ei ole.", "Ekspordi kogu komplekt uuesti."),
            en: ("The file is not there.", "Export the whole set again."))
    }

    static func fileNeeded(_ file: String) -> RosterFault {
        RosterFault(
            file, "file-needed",
            et: (
                "Manifest ütleb, et seda faili ei ole, aga ilma selleta ei saa õpilasi klassidesse panna.",
                "Lülita see fail ekspordis sisse."
            ),
            en: (
                "By the manifest this file is absent, but without it pupils cannot be placed.",
                "Switch the file on in the export."
            ))
    }

    static func version(_ property: String, expected: String) -> RosterFault {
        RosterFault(
            "manifest.csv", column: property, "version-unknown",
            et: ("\(property) ei ole \(expected).", "Ekspordi OneRoster 1.2 CSV-na."),
            en: ("\(property) is not \(expected).", "Export as OneRoster 1.2 CSV."))
    }

    static func modeUnknown(_ property: String) -> RosterFault {
        RosterFault(
            "manifest.csv", column: property, "mode-unknown",
            et: ("Väärtus ei ole absent, bulk ega delta.", "Paranda manifest."),
            en: ("The value is none of absent, bulk, delta.", "Correct the manifest."))
    }

    static func deltaNotTaken(_ property: String) -> RosterFault {
        RosterFault(
            "manifest.csv", column: property, "delta-not-taken",
            et: ("Muudatuste eksporti (delta) ei võeta.", "Ekspordi kogu tabel (bulk)."),
            en: ("An export of changes (delta) is not taken.", "Export the whole table (bulk)."))
    }

    static func notAnnounced(_ file: String) -> RosterFault {
        RosterFault(
            file, "file-not-announced",
            et: ("Manifest ei nimeta seda faili; seda ei loetud.", "Märgi fail manifestis: bulk."),
            en: (
                "The manifest does not announce this file; it was not read.",
                "Mark it as bulk in the manifest."
            ))
    }

    static func empty(_ file: String) -> RosterFault {
        RosterFault(
            file, "file-empty",
            et: (
                "Failis ei ole ühtki rida: see ei tähenda, et kedagi enam ei ole.",
                "Kui andmeid ei ole, märgi fail manifestis: absent."
            ),
            en: (
                "The file has no rows: that does not mean that nobody is left.",
                "If there is no data, mark it as absent in the manifest."
            ))
    }

    static func headerDiffers(_ file: String, place: Int, expected: String?) -> RosterFault {
        RosterFault(
            file, "header-differs",
            et: (
                "Päise \(place + 1). veerg ei ole standardi järgi; järjekord ja suurtähed loevad.",
                expected.map { "Sellel kohal peab olema \($0)." } ?? "Lisaveerg peab algama: metadata."
            ),
            en: (
                "Column \(place + 1) of the header is not that of the standard; order and case count.",
                expected.map { "Here must be \($0)." } ?? "An added column must begin with metadata."
            ))
    }
}

// Faults of one row.
extension RosterFault {
    static func empty(_ file: RosterFile, _ row: Int, _ column: String) -> RosterFault {
        RosterFault(
            file.name, row: row, column: column, "value-missing",
            et: ("Väärtus puudub.", "Täida see allikas."),
            en: ("The value is missing.", "Fill it in at the source."))
    }

    static func notListed(_ file: RosterFile, _ row: Int, _ column: String, _ allowed: Set<String>)
        -> RosterFault
    {
        let all = allowed.sorted().joined(separator: ", ")
        return RosterFault(
            file.name, row: row, column: column, "value-unknown",
            et: ("Väärtus ei ole standardi loendis; rida jäi lugemata.", "Kasuta üht neist: \(all)."),
            en: ("The value is not in the standard's list; the row was not read.", "Use one of: \(all)."))
    }

    static func notADate(_ file: RosterFile, _ row: Int, _ column: String) -> RosterFault {
        RosterFault(
            file.name, row: row, column: column, "date-not-iso",
            et: ("See ei ole kuupäev.", "Kirjuta kuupäev kujul 2026-09-01."),
            en: ("This is no date.", "Write dates as 2026-09-01."))
    }

    static func statusInBulk(_ file: RosterFile, _ row: Int) -> RosterFault {
        RosterFault(
            file.name, row: row, column: "status", "status-in-bulk",
            et: (
                "Kogu tabelis (bulk) on kustutamise märge; kedagi ei kustutatud.",
                "Tühjenda veerg või ekspordi kogu tabel uuesti."
            ),
            en: (
                "A whole table (bulk) marks a row as deleted; nobody was deleted.",
                "Empty the column, or export the whole table again."
            ))
    }

    static func carriageReturn(_ file: RosterFile, _ row: Int) -> RosterFault {
        RosterFault(
            file.name, row: row, "line-ending",
            et: ("Välja sees on tagasijooksumärk (CR).", "Eemalda reavahetus väljalt."),
            en: ("A field holds a carriage return.", "Take the line break out of the field."))
    }

    static func duplicate(_ file: RosterFile, _ row: Int, earlier: Int) -> RosterFault {
        RosterFault(
            file.name, row: row, column: "sourcedId", "duplicate-key",
            et: ("Sama sourcedId on juba reas \(earlier).", "Jäta üks rida."),
            en: ("The same sourcedId stands in row \(earlier) already.", "Keep one row."))
    }

    static func dangling(_ file: RosterFile, _ row: Int, _ column: String, _ other: RosterFile) -> RosterFault
    {
        RosterFault(
            file.name, row: row, column: column, "reference-unknown",
            et: ("Sellist rida failis \(other.name) ei ole.", "Ekspordi mõlemad failid koos uuesti."),
            en: ("\(other.name) has no such row.", "Export both files together again."))
    }

    static func pupil(
        _ row: Int, _ column: String, _ code: String, et: (String, String), en: (String, String)
    ) -> RosterFault {
        RosterFault(RosterFile.users.name, row: row, column: column, code, et: et, en: en)
    }
}
