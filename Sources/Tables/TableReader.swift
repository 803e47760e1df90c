/// Reads a CSV table as its bytes arrive: RFC 4180 with `,` or `;` (the header decides), LF or CRLF, UTF-8
/// with or without a byte order mark.
///
/// Rows go to the caller one by one, as bytes in a buffer that is used again: nothing is allocated for a
/// field. A fault of one row is told and reading goes on; a fault of the whole file (its encoding, an
/// unclosed quotation mark, the header) is told and ends the reading. Rows in which all fields are empty are
/// passed over but counted.
public struct TableReader: Sendable {
    private enum Phase { case opening, header, rows, ended }
    private enum State { case fieldStart, unquoted, quoted, quoteInQuoted, carriageReturn }

    static let quote: UInt8 = 0x22
    static let lineFeed: UInt8 = 0x0A
    static let returnByte: UInt8 = 0x0D

    private let format: TableFormat
    private var phase = Phase.opening
    private var state = State.fieldStart
    private var opening: [UInt8] = []
    private var openingQuoted = false
    private var separator: UInt8 = 0x2C
    private var layout = TableLayout(places: [], names: [])
    private var fieldsMaximum: Int

    /// The fields of the row so far, one after another, without quotation marks.
    private var buffer: [UInt8] = []
    private var ends: [Int] = []
    private var highBits: UInt8 = 0
    private var surplus = false
    private var rowFault: TableFault?

    /// Rows that ended so far, the header included.
    public private(set) var rowCount = 0

    /// A reader for one file of that format, from its first byte.
    public init(_ format: TableFormat) {
        self.format = format
        // A header may hold a few columns too many, so that its faults can be named.
        fieldsMaximum = format.columns.count + 64
        buffer.reserveCapacity(4096)
        ends.reserveCapacity(fieldsMaximum)
    }

    /// Whether a fault of the whole file ended the reading: what follows is not looked at.
    public var hasEnded: Bool { phase == .ended }

    /// Takes the next bytes. A `TableFault` that `row` throws is told to `fault` and reading goes on; any
    /// other error ends the reading.
    public mutating func read(
        _ bytes: UnsafeRawBufferPointer, row: (borrowing TableRow) throws -> Void,
        fault: (TableFault) throws -> Void
    ) throws {
        do {
            try bytes.withMemoryRebound(to: UInt8.self) { bytes in
                var rest = bytes[...]
                if phase == .opening { try open(&rest, final: false, row, fault) }
                if phase != .opening, phase != .ended {
                    try scan(UnsafeBufferPointer(rebasing: rest), row, fault)
                }
            }
        } catch {
            phase = .ended
            throw error
        }
    }

    /// Takes the next bytes.
    public mutating func read(
        _ bytes: [UInt8], row: (borrowing TableRow) throws -> Void, fault: (TableFault) throws -> Void
    ) throws {
        try bytes.withUnsafeBytes { try read($0, row: row, fault: fault) }
    }

    /// Ends the table: the last row needs no line break.
    public mutating func finish(
        row: (borrowing TableRow) throws -> Void, fault: (TableFault) throws -> Void
    ) throws {
        defer { phase = .ended }
        if phase == .opening {
            var rest = UnsafeBufferPointer<UInt8>(start: nil, count: 0)[...]
            try open(&rest, final: true, row, fault)
        }
        guard phase != .ended else { return }
        switch state {
        case .quoted: return try end(.unclosedQuote(rowCount + 1, columnName), fault)
        case .fieldStart where ends.isEmpty && buffer.isEmpty: break
        default: try endRow(row, fault)
        }
        if phase == .header { try end(.emptyFile(), fault) }
    }

    /// Collects the first line, which decides the dialect, and then reads it as any other.
    private mutating func open(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>, final: Bool,
        _ row: (borrowing TableRow) throws -> Void, _ fault: (TableFault) throws -> Void
    ) throws {
        var complete = final
        while !complete, let byte = rest.popFirst() {
            opening.append(byte)
            if byte == Self.quote { openingQuoted.toggle() }
            complete = byte == Self.lineFeed && !openingQuoted || opening.count > format.rowBytesMaximum
        }
        guard complete else { return }
        if let fault_ = TableDialect.refusalOfUTF8(opening) { return try end(fault_, fault) }
        let start = TableDialect.bomCount(opening)
        guard opening.count > start else { return try end(.emptyFile(), fault) }
        guard let found = TableDialect.separator(of: opening[start...], columns: format.columns.count) else {
            return try end(.separator(), fault)
        }
        separator = found
        phase = .header
        let line = opening
        opening = []
        try line.withUnsafeBufferPointer { line in
            try scan(UnsafeBufferPointer(rebasing: line[start...]), row, fault)
        }
    }

    private mutating func scan(
        _ bytes: UnsafeBufferPointer<UInt8>, _ row: (borrowing TableRow) throws -> Void,
        _ fault: (TableFault) throws -> Void
    ) throws {
        // The bytes that end a run of plain ones, as bits: all are below 64.
        let quotedStops: UInt64 = 1 | 1 << UInt64(Self.quote)
        let plainStops = quotedStops | 1 << 10 | 1 << 13 | 1 << UInt64(separator)
        var index = 0
        while index < bytes.count {
            switch state {
            case .fieldStart:
                state = bytes[index] == Self.quote ? .quoted : .unquoted
                if state == .quoted { index += 1 }
            case .unquoted, .quoted:
                index = take(bytes, from: index, until: state == .quoted ? quotedStops : plainStops)
                if let tooLong { return try end(tooLong, fault) }
                guard index < bytes.count else { return }
                let byte = bytes[index]
                index += 1
                if byte == 0 { return try end(.nul(rowCount + 1), fault) }
                if state == .quoted {
                    state = .quoteInQuoted
                } else if byte == Self.quote {
                    rowFault = rowFault ?? .strayQuote(rowCount + 1, columnName)
                    buffer.append(byte)
                } else {
                    try endField(byte, row, fault)
                }
            case .quoteInQuoted:
                let byte = bytes[index]
                if byte == Self.quote {
                    buffer.append(byte)
                    state = .quoted
                    index += 1
                } else if byte == separator || byte == Self.lineFeed || byte == Self.returnByte {
                    index += 1
                    try endField(byte, row, fault)
                } else {
                    rowFault = rowFault ?? .textAfterQuote(rowCount + 1, columnName)
                    state = .unquoted
                }
            case .carriageReturn:
                guard bytes[index] == Self.lineFeed else {
                    return try end(.carriageReturn(rowCount + 1), fault)
                }
                index += 1
                try endRow(row, fault)
            }
            if phase == .ended { return }
        }
    }

    /// Copies a run of plain bytes and gives the place of the byte that ends it.
    private mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, until stops: UInt64
    ) -> Int {
        var index = start
        var high: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 64, stops >> UInt64(byte) & 1 == 1 { break }
            high |= byte
            index += 1
        }
        highBits |= high
        if !surplus, index > start {
            buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
        }
        return index
    }

    private var tooLong: TableFault? {
        if buffer.count - (ends.last ?? 0) > format.fieldBytesMaximum {
            return .fieldTooLong(
                rowCount + 1, columnName, maximum: format.fieldBytesMaximum, quoted: state == .quoted)
        }
        guard buffer.count > format.rowBytesMaximum else { return nil }
        return .rowTooLong(rowCount + 1, maximum: format.rowBytesMaximum)
    }

    private mutating func endField(
        _ byte: UInt8, _ row: (borrowing TableRow) throws -> Void, _ fault: (TableFault) throws -> Void
    ) throws {
        switch byte {
        case Self.lineFeed: try endRow(row, fault)
        case Self.returnByte: state = .carriageReturn
        default:
            closeField()
            state = .fieldStart
        }
    }

    private mutating func closeField() {
        guard ends.count < fieldsMaximum else {
            // More fields than the header has: they are not kept, and the row is told.
            surplus = true
            rowFault = rowFault ?? .tooManyFields(rowCount + 1, expected: fieldsMaximum)
            return
        }
        ends.append(buffer.count)
        surplus = ends.count == fieldsMaximum
    }

    private mutating func endRow(
        _ row: (borrowing TableRow) throws -> Void, _ fault: (TableFault) throws -> Void
    ) throws {
        closeField()
        rowCount += 1
        defer {
            buffer.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
            highBits = 0
            surplus = false
            rowFault = nil
            state = .fieldStart
        }
        if highBits >= 0x80, let bad = invalidField() { return try end(bad, fault) }
        if phase == .header { return try readHeader(fault) }
        if let rowFault { return try fault(rowFault) }
        if buffer.isEmpty { return }
        guard ends.count == layout.names.count else {
            return try fault(.tooFewFields(rowCount, found: ends.count, expected: layout.names.count))
        }
        do {
            try buffer.withUnsafeBufferPointer { bytes in
                try ends.withUnsafeBufferPointer { ends in
                    try row(
                        TableRow(number: rowCount, bytes: bytes, ends: ends, layout: layout, format: format))
                }
            }
        } catch let found as TableFault { try fault(found) }
    }

    private mutating func readHeader(_ fault: (TableFault) throws -> Void) throws {
        if let rowFault { return try end(rowFault, fault) }
        guard !buffer.isEmpty else { return try end(.emptyFile(), fault) }
        var start = 0
        let names = ends.map { fieldEnd in
            defer { start = fieldEnd }
            return String(decoding: buffer[start..<fieldEnd], as: UTF8.self)
        }
        let (found, faults) = TableLayout.read(names, for: format)
        for wrong in faults { try fault(wrong) }
        guard let found else { return phase = .ended }
        layout = found
        fieldsMaximum = names.count
        phase = .rows
    }

    private func invalidField() -> TableFault? {
        var start = 0
        for (place, fieldEnd) in ends.enumerated() {
            if let bad = UTF8Text.firstInvalid(buffer[start..<fieldEnd]) {
                let name = place < layout.names.count ? layout.names[place] : nil
                return .notUTF8(rowCount, name, baltic: UTF8Text.looksBaltic(bad))
            }
            start = fieldEnd
        }
        return nil
    }

    private var columnName: String? { ends.count < layout.names.count ? layout.names[ends.count] : nil }

    private mutating func end(_ found: TableFault, _ fault: (TableFault) throws -> Void) throws {
        phase = .ended
        try fault(found)
    }
}
