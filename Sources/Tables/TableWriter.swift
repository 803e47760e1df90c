/// Writes a CSV table in UTF-8 with CRLF line ends; fields are quoted when they need it.
public struct TableWriter: Sendable {
    /// What stands between two fields.
    public enum Separator: UInt8, Sendable {
        case comma = 0x2C
        /// What spreadsheet programs set to Estonian expect.
        case semicolon = 0x3B
    }

    private let separator: UInt8
    private let columnCount: Int
    private let guardsFormulas: Bool
    private var bytes: [UInt8] = []

    /// A writer that has written the header.
    ///
    /// - Parameters:
    ///   - byteOrderMark: begins with the mark by which spreadsheet programs know UTF-8.
    ///   - guardsFormulas: puts `'` before a field that a spreadsheet program would run as a formula (one
    ///     that begins with `=`, `+`, `-`, `@`, a tab or a carriage return and is no number). For files that
    ///     people open; not for files that programs read.
    public init(
        columns: [String], separator: Separator = .comma, byteOrderMark: Bool = false,
        guardsFormulas: Bool = false
    ) {
        self.separator = separator.rawValue
        self.columnCount = columns.count
        self.guardsFormulas = guardsFormulas
        if byteOrderMark { bytes += [0xEF, 0xBB, 0xBF] }
        append(columns)
    }

    /// Adds a row with as many fields as there are columns.
    public mutating func write(_ fields: [String]) throws(TableFault) {
        guard fields.count == columnCount else {
            throw TableFault(
                row: 0, code: "field-count",
                message: BilingualText(
                    et: "\(columnCount) veeru alla taheti kirjutada \(fields.count) välja.",
                    en: "A row of \(fields.count) fields was to be written under \(columnCount) columns."),
                remedy: BilingualText(et: "Anna igale veerule väli.", en: "Give each column its field."))
        }
        append(fields)
    }

    /// What was written since the last call of this function.
    public mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private mutating func append(_ fields: [String]) {
        for (place, field) in fields.enumerated() {
            if place > 0 { bytes.append(separator) }
            append(field)
        }
        // A single empty field would be an empty row, which readers pass over.
        if fields == [""] { bytes += [0x22, 0x22] }
        bytes += [0x0D, 0x0A]
    }

    private mutating func append(_ field: String) {
        let prefix = guardsFormulas && Self.isFormula(field) ? "'" : ""
        let needsQuotes = field.utf8.contains {
            $0 == separator || $0 == TableReader.quote || $0 == TableReader.lineFeed
                || $0 == TableReader.returnByte
        }
        guard needsQuotes || field.utf8.first == 0x20 || field.utf8.last == 0x20 else {
            bytes += prefix.utf8
            bytes += field.utf8
            return
        }
        bytes.append(TableReader.quote)
        bytes += prefix.utf8
        for byte in field.utf8 {
            if byte == TableReader.quote { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(TableReader.quote)
    }

    private static func isFormula(_ field: String) -> Bool {
        guard let first = field.utf8.first, [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first) else {
            return false
        }
        return
            !(first == 0x2D && field.utf8.count > 1
            && field.utf8.dropFirst().allSatisfy { 0x30...0x39 ~= $0 || $0 == 0x2C || $0 == 0x2E })
    }
}
