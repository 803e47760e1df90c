extension TableDialect {
    /// How many rows are looked at for the header; titles stand above it in many a sheet.
    static let headerRowsMaximum = 10

    /// How a sheet is written, and where its first row begins: the separator and the row in which most columns
    /// of the format are named. Nil when no row names any.
    static func find(_ text: [UInt8], _ format: SheetFormat, separator stated: UInt8?) -> (TableDialect, Int)?
    {
        var start = 0
        var stated = stated
        // Excel's own line for the separator, which it does not count as a row.
        if let line = separatorLine(text) {
            stated = stated ?? line.separator
            start = line.end
        }
        let loneReturns = endsInLoneReturn(text[start...])
        var best: (known: Int, dialect: TableDialect)?
        for separator in stated.map({ [$0] }) ?? [0x2C, 0x3B, tab] {
            let rows = firstRows(text[start...], separator, loneReturns: loneReturns)
            for (number, row) in rows.enumerated() {
                let known = Set(row.compactMap { format.column(Heading($0)) }).count
                guard known > best?.known ?? 0 else { continue }
                best = (
                    known,
                    TableDialect(separator: separator, loneReturns: loneReturns, rowsBeforeHeader: number)
                )
            }
        }
        return best.map { ($0.dialect, start) }
    }

    /// Whether the first row that is not empty holds any separator at all.
    static func hasSeparator(_ text: [UInt8]) -> Bool {
        let line = text.drop { $0 <= 0x20 }.prefix { $0 != 0x0A && $0 != 0x0D }
        return line.contains { [0x2C, 0x3B, tab].contains($0) }
    }

    /// `sep=;`, perhaps in quotation marks.
    private static func separatorLine(_ text: [UInt8]) -> (separator: UInt8, end: Int)? {
        let line = text.prefix(16).prefix { $0 != 0x0A && $0 != 0x0D }
        let plain = line.filter { $0 != TableReader.quote }
        guard plain.count == 5, let separator = plain.last, [0x2C, 0x3B, tab].contains(separator),
            String(decoding: plain.dropLast(), as: UTF8.self).lowercased() == "sep="
        else { return nil }
        var end = line.count
        if end < text.count, text[end] == TableReader.returnByte { end += 1 }
        if end < text.count, text[end] == TableReader.lineFeed { end += 1 }
        return (separator, end)
    }

    private static func endsInLoneReturn(_ text: ArraySlice<UInt8>) -> Bool {
        var quoted = false
        for index in text.indices {
            switch text[index] {
            case TableReader.quote: quoted.toggle()
            case TableReader.lineFeed where !quoted: return false
            case TableReader.returnByte where !quoted:
                return index + 1 == text.endIndex || text[index + 1] != TableReader.lineFeed
            default: break
            }
        }
        return false
    }

    /// The texts of the first rows, good enough to recognise headings in them.
    private static func firstRows(
        _ text: ArraySlice<UInt8>, _ separator: UInt8, loneReturns: Bool
    ) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var quoted = false
        func close() {
            row.append(String(decoding: field, as: UTF8.self))
            field = []
        }
        for byte in text.prefix(65_536) {
            if byte == TableReader.quote {
                quoted.toggle()
            } else if quoted {
                field.append(byte)
            } else if byte == separator {
                close()
            } else if byte == TableReader.lineFeed || byte == TableReader.returnByte && loneReturns {
                close()
                rows.append(row)
                row = []
                if rows.count == headerRowsMaximum { return rows }
            } else {
                field.append(byte)
            }
        }
        close()
        return rows + [row]
    }
}
