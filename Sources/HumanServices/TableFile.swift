/// One CSV file of a package, kept so that it can be written again byte by byte: which fields were quoted and
/// how each row ended. (The importers' reader of tables gives the fields of known columns and lets the rest
/// go, so this is another one.) RFC 4180 with a comma, UTF-8.
public struct TableFile: Sendable, Hashable {
    /// One field of one row.
    public struct Cell: Sendable, Hashable {
        /// Without the quotation marks around it, doubled ones inside it single.
        public var text: String
        /// In quotation marks: an empty field in them is "", without them it is nothing.
        public var isQuoted: Bool

        /// A cell as it will be written.
        public init(_ text: String, isQuoted: Bool = false) {
            self.text = text
            self.isQuoted = isQuoted
        }
    }

    /// A line of the file.
    public struct Row: Sendable, Hashable {
        /// What follows the row's last cell: nothing (at the end of the file), LF, or CR LF.
        public enum End: Sendable, Hashable { case none, lineFeed, carriageReturnLineFeed }
        /// In the order of columns; there may be fewer or more than the header has.
        public var cells: [Cell]
        /// What follows the last cell.
        public var end: End

        /// An empty line.
        public var isBlank: Bool { cells.count == 1 && cells[0].text.isEmpty && !cells[0].isQuoted }
    }

    /// The file's name.
    public var name: String
    /// Whether the file began with a UTF-8 byte order mark.
    public var hasByteOrderMark = false
    /// The first row: the columns' names.
    public var header: Row
    /// All further rows, blank ones too.
    public var rows: [Row]

    /// The names of the columns.
    public var columns: [String] { header.cells.map(\.text) }

    /// The table that these bytes hold.
    public static func read(_ bytes: [UInt8], name: String) throws(Finding) -> TableFile {
        guard bytes.count <= JSONReader.Limits().bytes else { throw .table(.tooLarge, file: name, row: 0) }
        var reader = Reader(bytes: bytes, file: name)
        var rows = try reader.rows()
        guard !rows.isEmpty, !rows[0].isBlank else { throw .table(.empty, file: name, row: 1) }
        let header = rows.removeFirst()
        var seen: Set<String> = []
        for cell in header.cells where !seen.insert(cell.text).inserted {
            throw .table(.doubleColumn, file: name, row: 1, column: cell.text)
        }
        return TableFile(
            name: name, hasByteOrderMark: reader.hasByteOrderMark, header: header, rows: rows)
    }

    /// The file's bytes.
    public func bytes() -> [UInt8] {
        var out: [UInt8] = hasByteOrderMark ? [0xEF, 0xBB, 0xBF] : []
        for row in [header] + rows {
            for (place, cell) in row.cells.enumerated() {
                if place > 0 { out.append(UInt8(ascii: ",")) }
                guard cell.isQuoted else {
                    out.append(contentsOf: cell.text.utf8)
                    continue
                }
                out.append(UInt8(ascii: "\""))
                for byte in cell.text.utf8 {
                    if byte == UInt8(ascii: "\"") { out.append(byte) }
                    out.append(byte)
                }
                out.append(UInt8(ascii: "\""))
            }
            switch row.end {
            case .none: break
            case .lineFeed: out.append(0x0A)
            case .carriageReturnLineFeed: out.append(contentsOf: [0x0D, 0x0A])
            }
        }
        return out
    }

    /// A row as an object: what is empty is absent, numbers are numbers where the kind has them.
    func object(_ row: Row, as type: ObjectDescription?) -> JSONObject {
        var object = JSONObject()
        for (name, cell) in zip(columns, row.cells) where !cell.text.isEmpty || cell.isQuoted {
            if type?.field(name)?.kind == .number, let number = JSONNumber.spelled(cell.text) {
                object.append(name, number)
            } else {
                object.append(name, .text(cell.text))
            }
        }
        return object
    }

    private struct Reader {
        let bytes: [UInt8]
        let file: String
        var index = 0
        var row = 1
        var hasByteOrderMark = false

        init(bytes: [UInt8], file: String) {
            self.bytes = bytes
            self.file = file
        }

        mutating func rows() throws(Finding) -> [Row] {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                hasByteOrderMark = true
                index = 3
            }
            var rows: [Row] = []
            while index < bytes.count {
                rows.append(try nextRow())
                row += 1
            }
            return rows
        }

        private mutating func nextRow() throws(Finding) -> Row {
            var cells: [Cell] = []
            while true {
                cells.append(try cell())
                guard index < bytes.count else { return Row(cells: cells, end: .none) }
                switch bytes[index] {
                case UInt8(ascii: ","):
                    index += 1
                    if index == bytes.count {
                        cells.append(Cell(""))
                        return Row(cells: cells, end: .none)
                    }
                case 0x0A:
                    index += 1
                    return Row(cells: cells, end: .lineFeed)
                default:
                    index += 2
                    return Row(cells: cells, end: .carriageReturnLineFeed)
                }
            }
        }

        /// A field; what follows it is a comma, the end of a line or the end of the file.
        private mutating func cell() throws(Finding) -> Cell {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                let start = index
                while index < bytes.count, !isEnd { index += 1 }
                return Cell(try text(bytes[start..<index]))
            }
            index += 1
            var content: [UInt8] = []
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                guard byte == UInt8(ascii: "\"") else {
                    content.append(byte)
                    continue
                }
                if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                    content.append(byte)
                    index += 1
                    continue
                }
                guard index == bytes.count || isEnd else {
                    throw .table(.textAfterQuote, file: file, row: row)
                }
                return Cell(try text(content[...]), isQuoted: true)
            }
            throw .table(.unclosedQuote, file: file, row: row)
        }

        private var isEnd: Bool {
            switch bytes[index] {
            case UInt8(ascii: ","), 0x0A: true
            case 0x0D: index + 1 < bytes.count && bytes[index + 1] == 0x0A
            default: false
            }
        }

        private func text(_ slice: ArraySlice<UInt8>) throws(Finding) -> String {
            guard !slice.contains(0) else { throw .table(.nul, file: file, row: row) }
            guard let text = String(validating: slice, as: UTF8.self) else {
                throw .table(.notUTF8, file: file, row: row)
            }
            return text
        }
    }
}
