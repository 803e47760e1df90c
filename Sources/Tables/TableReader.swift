/// Reads a CSV table as its bytes arrive: RFC 4180 with `,` or `;` (the header decides), LF or CRLF, UTF-8
/// with or without a byte order mark. So programs write; what people's spreadsheets make is read by
/// ``TableSheet``, through this reader with a dialect that was found before.
///
/// Rows go to the caller one by one, as bytes in a buffer that is used again: nothing is allocated for a
/// field. A fault of one row is told and reading goes on; a fault of the whole file (its encoding, an
/// unclosed quotation mark, the header) is told and ends the reading. Rows in which all fields are empty are
/// passed over but counted.
public struct TableReader: Sendable {
    private enum Phase { case opening, header, rows, ended }
    private enum State { case fieldStart, unquoted, quoted, quoteInQuoted, afterQuoted, carriageReturn }

    static let quote: UInt8 = 0x22
    static let lineFeed: UInt8 = 0x0A
    static let returnByte: UInt8 = 0x0D

    private let format: TableFormat
    private var phase = Phase.opening
    private var state = State.fieldStart
    private var opening: [UInt8] = []
    private var openingQuoted = false
    private var separator: UInt8 = 0x2C
    /// What people wrote: set when the reader serves a ``TableSheet``.
    private let sheet: SheetFormat?
    private var loneReturns = false
    private var rowsBeforeHeader = 0
    private var layout = TableLayout(places: [], names: [])
    private var fieldsMaximum: Int

    /// The fields of the row so far, one after another, without quotation marks.
    private var buffer: [UInt8] = []
    private var ends: [Int] = []
    private var highBits: UInt8 = 0
    /// Whether what follows is beyond the last column, and whether it is more than spaces.
    private var surplus = false
    private var surplusFilled = false
    private var rowFault: TableFault?

    /// Rows that ended so far, the header included.
    public private(set) var rowCount = 0

    /// A reader for one file of that format, from its first byte.
    public init(_ format: TableFormat) {
        self.format = format
        sheet = nil
        // A header may hold a few columns too many, so that its faults can be named.
        fieldsMaximum = format.columns.count + 64
        buffer.reserveCapacity(4096)
        ends.reserveCapacity(fieldsMaximum)
    }

    /// A reader for a sheet whose dialect is known, from the first byte after marks.
    init(_ sheet: SheetFormat, _ dialect: TableDialect) {
        var format = TableFormat(sheet.columns.map { TableFormat.Column($0.name, required: $0.required) })
        format.fieldBytesMaximum = sheet.fieldBytesMaximum
        format.rowBytesMaximum = sheet.rowBytesMaximum
        self.format = format
        self.sheet = sheet
        fieldsMaximum = format.columns.count + 256
        separator = dialect.separator
        loneReturns = dialect.loneReturns
        rowsBeforeHeader = dialect.rowsBeforeHeader
        phase = .header
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
        case .carriageReturn: try endRow(row, fault)
        default: try endRow(row, fault, isCut: true)
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
                    readStrayQuote()
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
                    state = .afterQuoted
                }
            case .afterQuoted:
                let byte = bytes[index]
                if byte == separator || byte == Self.lineFeed || byte == Self.returnByte {
                    index += 1
                    try endField(byte, row, fault)
                } else if sheet != nil, byte == 0x20 || byte == 0x09 {
                    index += 1
                } else {
                    rowFault = rowFault ?? .textAfterQuote(rowCount + 1, columnName)
                    state = .unquoted
                }
            case .carriageReturn:
                if bytes[index] == Self.lineFeed {
                    index += 1
                } else if !loneReturns {
                    return try end(.carriageReturn(rowCount + 1), fault)
                }
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
        if index > start {
            if !surplus {
                buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
            } else if !surplusFilled {
                surplusFilled = bytes[start..<index].contains { $0 != 0x20 }
            }
        }
        return index
    }

    /// A quotation mark in a field that did not begin with one. People's programs write one where it stands in
    /// the text, or put spaces before a quoted field.
    private mutating func readStrayQuote() {
        guard sheet != nil else {
            rowFault = rowFault ?? .strayQuote(rowCount + 1, columnName)
            return buffer.append(Self.quote)
        }
        if surplus {
            surplusFilled = true
        } else if buffer[(ends.last ?? 0)...].allSatisfy({ $0 == 0x20 }) {
            buffer.removeSubrange((ends.last ?? 0)...)
            state = .quoted
        } else {
            buffer.append(Self.quote)
        }
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
            // More fields than the header has: they are not kept, and the row is told. Spreadsheet programs
            // write empty ones for columns that were used once.
            surplus = true
            if sheet == nil || surplusFilled {
                rowFault = rowFault ?? .tooManyFields(rowCount + 1, expected: fieldsMaximum)
            }
            return
        }
        ends.append(buffer.count)
        surplus = ends.count == fieldsMaximum
    }

    private mutating func endRow(
        _ row: (borrowing TableRow) throws -> Void, _ fault: (TableFault) throws -> Void, isCut: Bool = false
    ) throws {
        closeField()
        rowCount += 1
        defer {
            buffer.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
            highBits = 0
            surplus = false
            surplusFilled = false
            rowFault = nil
            state = .fieldStart
        }
        if highBits >= 0x80, let bad = invalidField() { return try end(bad, fault) }
        if phase == .header { return try readHeader(fault) }
        if isEmptyRow { return }
        if let rowFault { return try fault(rowFault) }
        guard ends.count >= layout.width else {
            return try fault(
                isCut
                    ? .cutOff(rowCount)
                    : .tooFewFields(rowCount, found: ends.count, expected: layout.width))
        }
        if let unnamed = unnamedField() { return try fault(unnamed) }
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
        if rowsBeforeHeader > 0 {
            rowsBeforeHeader -= 1
            return
        }
        if let rowFault { return try end(rowFault, fault) }
        guard !buffer.isEmpty else { return try end(.emptyFile(), fault) }
        var start = 0
        let names = ends.map { fieldEnd in
            defer { start = fieldEnd }
            return String(decoding: buffer[start..<fieldEnd], as: UTF8.self)
        }
        let (found, faults) =
            sheet.map { TableLayout.read(names, for: $0, row: rowCount) }
            ?? TableLayout.read(names, for: format)
        for wrong in faults { try fault(wrong) }
        guard let found else { return phase = .ended }
        layout = found
        fieldsMaximum = names.count
        phase = .rows
    }

    /// Whether all fields are empty; in a sheet spaces are nothing too.
    private var isEmptyRow: Bool {
        if buffer.isEmpty { return !surplusFilled && rowFault == nil }
        return sheet != nil && !surplusFilled && buffer.allSatisfy { $0 == 0x20 }
    }

    /// A field with text in a column of a sheet that has no heading.
    private func unnamedField() -> TableFault? {
        guard let sheet, !sheet.ignoresUnknownColumns else { return nil }
        var start = 0
        for (place, fieldEnd) in ends.enumerated() {
            if layout.names[place].isEmpty, buffer[start..<fieldEnd].contains(where: { $0 != 0x20 }) {
                return .unnamedColumn(place, row: rowCount, sheet.columns.map(\.name))
            }
            start = fieldEnd
        }
        return nil
    }

    private func invalidField() -> TableFault? {
        var start = 0
        for (place, fieldEnd) in ends.enumerated() {
            if let bad = UTF8Text.firstInvalid(buffer[start..<fieldEnd]) {
                // A sheet was looked at as a whole: it is UTF-8 that was damaged.
                return .notUTF8(
                    rowCount, name(at: place), baltic: sheet == nil && UTF8Text.looksBaltic(bad))
            }
            start = fieldEnd
        }
        return nil
    }

    private var columnName: String? { name(at: ends.count) }

    private func name(at place: Int) -> String? {
        guard layout.names.indices.contains(place), !layout.names[place].isEmpty else { return nil }
        return layout.names[place]
    }

    private mutating func end(_ found: TableFault, _ fault: (TableFault) throws -> Void) throws {
        phase = .ended
        try fault(found)
    }
}
