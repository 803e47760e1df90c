/// How one file is written: found from its first bytes, or stated.
struct TableDialect: Sendable, Hashable {
    /// What stands between two fields.
    var separator: UInt8
    /// Whether rows end in a carriage return alone, as in files of old Macs.
    var loneReturns = false
    /// Rows before the header: titles, empty rows.
    var rowsBeforeHeader = 0

    static let tab: UInt8 = 0x09

    /// What this is when it is no text table; nil when it may be one.
    static func refusal(_ bytes: [UInt8]) -> TableFault? {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            return .workbook()
        }
        if bytes.starts(with: Array("%PDF".utf8)) || bytes.starts(with: Array("{\\rtf".utf8))
            || bytes.starts(with: [0x1F, 0x8B])
        {
            return .notATable()
        }
        let start = bytes.dropFirst(bomCount(bytes)).prefix(256).drop { $0 <= 0x20 }
        guard let first = start.first else { return nil }
        if first == 0x3C { return .markup() }
        let second = start.dropFirst().drop { $0 <= 0x20 }.first
        // JSON: an object or a list of objects. No heading begins so.
        if first == 0x7B, second == TableReader.quote || second == 0x7D { return .notATable() }
        if first == 0x5B, second == 0x7B || second == 0x5D { return .notATable() }
        return nil
    }

    /// Why this cannot be a table in UTF-8 at all; nil when it may be one.
    static func refusalOfUTF8(_ bytes: [UInt8]) -> TableFault? {
        if let refusal = refusal(bytes) { return refusal }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16() }
        // Without a mark: letters of a header in UTF-16 have a zero byte beside them.
        if bytes.prefix(2).contains(0), !bytes.starts(with: [0, 0]) { return .utf16() }
        return nil
    }

    static func bomCount(_ bytes: [UInt8]) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// `,` or `;`, whichever the header has more of outside quotation marks; nil when it has neither and the
    /// format has more than one column.
    static func separator(of header: ArraySlice<UInt8>, columns: Int) -> UInt8? {
        var commas = 0
        var semicolons = 0
        var quoted = false
        for byte in header {
            switch byte {
            case TableReader.quote: quoted.toggle()
            case 0x2C where !quoted: commas += 1
            case 0x3B where !quoted: semicolons += 1
            default: break
            }
        }
        if commas == 0, semicolons == 0, columns > 1, header.contains(0x09) { return nil }
        return semicolons > commas ? 0x3B : 0x2C
    }
}

/// Checks text without making strings of it.
enum UTF8Text {
    /// The first byte that cannot stand where it stands, as Unicode 15 table 3-7 says.
    static func firstInvalid(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let lead = bytes[index]
            index += 1
            if lead < 0x80 { continue }
            let following: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: following = 1
            case 0xE0: (following, second) = (2, 0xA0...0xBF)
            case 0xED: (following, second) = (2, 0x80...0x9F)
            case 0xE1...0xEF: following = 2
            case 0xF0: (following, second) = (3, 0x90...0xBF)
            case 0xF1...0xF3: following = 3
            case 0xF4: (following, second) = (3, 0x80...0x8F)
            default: return lead
            }
            for _ in 0..<following {
                guard index < bytes.endIndex, second.contains(bytes[index]) else { return lead }
                second = 0x80...0xBF
                index += 1
            }
        }
        return nil
    }

    /// How many sequences of more than one byte are whole, and how many bytes stand outside of any.
    static func count(_ bytes: [UInt8]) -> (valid: Int, invalid: Int) {
        var (valid, invalid) = (0, 0)
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            if lead < 0x80 {
                index += 1
                continue
            }
            let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            let sequence = bytes[index..<min(index + length, bytes.count)]
            if sequence.count == length, firstInvalid(sequence) == nil {
                valid += 1
                index += length
            } else {
                invalid += 1
                index += 1
            }
        }
        return (valid, invalid)
    }

    /// Whether a byte is a letter of Estonian in Windows-1257 or Windows-1252: äõöüšž and their capitals.
    static func looksBaltic(_ byte: UInt8) -> Bool {
        Windows1257.isEstonianLetter(byte) || [0x8A, 0x9A, 0x8E, 0x9E].contains(byte)
    }
}
