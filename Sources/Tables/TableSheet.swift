/// A table that people made in a spreadsheet program, read as a whole: its letters, separator and header row are
/// found, its values are brought into one form, and what is wrong is told with row, column and remedy.
///
/// Taken: UTF-8 with or without a mark, UTF-16, Windows-1257; comma, semicolon or tab, and Excel's line
/// `sep=;`; LF, CRLF, or CR throughout; titles and empty rows above the header; headings in any order, under any
/// of their names; empty columns and rows; quotation marks in the middle of a field; non-breaking spaces,
/// `="0012"`, `'0012`, dates in the ways of ``SheetFormat/Kind/date``, decimal commas. Told: what is lost or
/// may be read in two ways, and what is no table.
///
/// A row with a fault is in `faultyRows`, not in `rows`: whoever looks for missing records counts both.
public struct TableSheet: Sendable, Hashable {
    /// One row.
    public struct Row: Sendable, Hashable {
        /// As a spreadsheet counts it: the first row of the file is row 1, empty rows count.
        public let number: Int
        /// One for each column of the format, in its form; empty when the field is; nil when the file lacks
        /// the column, and in a faulty row where the value could not be read.
        public let values: [String?]
    }

    /// Something that was put right: where first, and in how many rows.
    public struct Note: Sendable, Hashable {
        /// Its first row.
        public let fault: TableFault
        /// In how many rows of that column.
        public internal(set) var rows: Int
    }

    /// The format that the sheet was read by.
    public let format: SheetFormat
    /// How the file is written; nil when it is no text.
    public private(set) var encoding: TableEncoding?
    /// What stands between fields; nil when no header was found.
    public private(set) var separator: Character?
    /// Good rows in the file's order.
    public private(set) var rows: [Row] = []
    /// Rows in which a value could not be read.
    public private(set) var faultyRows: [Row] = []
    /// Rows below the header that are not empty, good or not.
    public private(set) var rowCount = 0
    /// What is wrong, in the file's order; at most `format.faultsMaximum`.
    public private(set) var faults: [TableFault] = []
    /// How many faults there are.
    public private(set) var faultCount = 0
    /// What was put right.
    public private(set) var notes: [Note] = []

    private var noteIndex: [String: Int] = [:]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - format: its columns.
    ///   - encoding: what the file is known to be; nil to find out.
    ///   - separator: one of `,`, `;` and tab; nil to find out.
    public init(
        _ bytes: [UInt8], _ format: SheetFormat, encoding: TableEncoding? = nil, separator: Character? = nil
    ) {
        self.format = format
        do throws(TableFault) {
            let decoded = try TableEncoding.decode(bytes, as: encoding)
            self.encoding = decoded.encoding
            try read(decoded.text, separator: separator?.asciiValue)
        } catch {
            note(error)
        }
    }

    /// A row's values by column name, of the columns that the file has.
    public func fields(of row: Row) -> [String: String] {
        var fields: [String: String] = [:]
        for (column, value) in zip(format.columns, row.values) {
            if let value { fields[column.name] = value }
        }
        return fields
    }

    private mutating func read(_ text: [UInt8], separator stated: UInt8?) throws(TableFault) {
        guard text.contains(where: { $0 > 0x20 }) else { throw .emptyFile() }
        guard let (dialect, start) = TableDialect.find(text, format, separator: stated) else {
            let manyColumns = format.columns.lazy.filter(\.required).count > 1
            if manyColumns, !TableDialect.hasSeparator(text) { throw .separator() }
            throw .headerNotFound(format.columns.map(\.name))
        }
        separator = Character(Unicode.Scalar(dialect.separator))
        var reader = TableReader(format, dialect)
        do {
            try text[start...].withUnsafeBytes { bytes in
                try reader.read(bytes, row: { take($0) }, fault: { note($0, below: dialect) })
            }
            try reader.finish(row: { take($0) }, fault: { note($0, below: dialect) })
        } catch {
            // `take` and `note` throw nothing.
            return
        }
    }

    private mutating func take(_ row: borrowing TableRow) {
        var values: [String?] = []
        values.reserveCapacity(format.columns.count)
        var isFaulty = false
        for (place, column) in format.columns.enumerated() {
            guard row.has(place) else {
                values.append(nil)
                continue
            }
            do throws(SheetProblem) {
                let cell = try SheetCell(row.text(place), column.kind)
                values.append(cell.text)
                if let problem = cell.note { noteRepair(problem, row.number, column.name) }
            } catch {
                values.append(nil)
                isFaulty = true
                note(error.fault(row: row.number, column: column.name))
            }
        }
        guard isFaulty || values.contains(where: { $0?.isEmpty == false }) else { return }
        rowCount += 1
        let read = Row(number: row.number, values: values)
        if isFaulty { faultyRows.append(read) } else { rows.append(read) }
    }

    /// A fault of the reader, which is one of the header or of a row whose fields it does not give.
    private mutating func note(_ fault: TableFault, below header: TableDialect) {
        if fault.row > header.rowsBeforeHeader + 1 { rowCount += 1 }
        note(fault)
    }

    private mutating func note(_ fault: TableFault) {
        faultCount += 1
        if faults.count < format.faultsMaximum { faults.append(fault) }
    }

    private mutating func noteRepair(_ problem: SheetProblem, _ row: Int, _ column: String) {
        let key = "\(problem.rawValue) \(column)"
        if let index = noteIndex[key] {
            notes[index].rows += 1
        } else {
            noteIndex[key] = notes.count
            notes.append(Note(fault: problem.fault(row: row, column: column), rows: 1))
        }
    }
}
