import Tables
import Testing

/// A file that somebody could send, named for its habit, and what has to come of it.
struct UglyFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    /// Good rows: the values of the columns that the file has, in the format's order, with `|` between.
    let rows: [String]
    /// "row:column:code" of each fault; "-" where no column is meant.
    let faults: [String]
    /// "row:column:code" of each thing that was put right.
    let notes: [String]

    init(
        _ name: String, _ text: String, rows: [String] = [], faults: [String] = [], notes: [String] = []
    ) {
        self.init(name, Array(text.utf8), rows: rows, faults: faults, notes: notes)
    }

    init(
        _ name: String, _ bytes: [UInt8], rows: [String] = [], faults: [String] = [], notes: [String] = []
    ) {
        testDescription = name
        self.bytes = bytes
        self.rows = rows
        self.faults = faults
        self.notes = notes
    }

    /// The table that all of these files mean.
    static let format = SheetFormat([
        .init("pupil", .code, required: true, headings: ["Õpilane", "Õpilase ID", "Pupil id"]),
        .init("name", required: true, headings: ["Nimi", "Ees- ja perenimi", "Full name"]),
        .init("born", .date, headings: ["Sünnikuupäev", "Sünniaeg", "Birth date"]),
        .init("isikukood", .isikukood, headings: ["Personal code"]),
        .init("residence", .municipality, headings: ["Elukoht", "Elukoha omavalitsus", "EHAK"]),
        .init("grade", .integer, headings: ["Klassiaste"]),
        .init("share", .decimal, headings: ["Koormus"]),
        .init("active", .boolean, headings: ["Aktiivne"]),
        .init("languages", .list, headings: ["Keeled"]),
        .init("notes", .longText, headings: ["Märkused"]),
    ])

    /// The text in UTF-16.
    static func utf16(_ text: String, littleEndian: Bool, mark: Bool = true) -> [UInt8] {
        ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return littleEndian ? [low, high] : [high, low]
        }
    }

    /// The text with these characters as one byte each.
    static func bytes(_ text: String, _ table: [Character: UInt8]) -> [UInt8] {
        text.flatMap { character in table[character].map { [$0] } ?? Array(String(character).utf8) }
    }

    static let baltic: [Character: UInt8] = [
        "ä": 0xE4, "õ": 0xF5, "ö": 0xF6, "ü": 0xFC, "Ä": 0xC4, "Õ": 0xD5, "Ö": 0xD6, "Ü": 0xDC, "š": 0xF0,
        "Š": 0xD0, "ž": 0xFE, "Ž": 0xDE, "„": 0x84, "“": 0x93, "–": 0x96, "\u{A0}": 0xA0, "ņ": 0xF2,
        "ė": 0xEB, "Ė": 0xCB,
    ]
}
