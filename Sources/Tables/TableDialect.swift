/// What the first bytes of a file tell about it.
enum TableDialect {
    /// Why this cannot be a table in UTF-8 at all; nil when it may be one.
    static func refusal(_ bytes: [UInt8]) -> TableFault? {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            return .workbook()
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16() }
        // Without a mark: letters of a header in UTF-16 have a zero byte beside them.
        if bytes.prefix(2).contains(0), !bytes.starts(with: [0, 0]) { return .utf16() }
        return nil
    }

    static func bomCount(_ bytes: [UInt8]) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// `,` or `;`, whichever the header has more of outside quotation marks; nil when it has neither and the
    /// format has more than one column.
    static func separator(_ header: ArraySlice<UInt8>, columns: Int) -> UInt8? {
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

    /// Whether a byte is a letter of Estonian in Windows-1257 or Windows-1252: äõöüšž and their capitals.
    static func looksBaltic(_ byte: UInt8) -> Bool {
        [0xE4, 0xF5, 0xF6, 0xFC, 0xC4, 0xD5, 0xD6, 0xDC, 0xD0, 0xF0, 0xDE, 0xFE, 0x8A, 0x9A, 0x8E, 0x9E]
            .contains(byte)
    }
}
