/// In which letters a file is written. Valid UTF-8 wins; a mark tells UTF-16; what is left is Windows-1257.
public enum TableEncoding: String, Sendable, Hashable, CaseIterable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    case windows1257 = "Windows-1257"

    /// The file's text as UTF-8 without a mark.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - stated: what the file is known to be; nil to find out.
    /// - Throws: what the file is when it is no text table, or why its letters cannot be read.
    public static func decode(
        _ bytes: [UInt8], as stated: TableEncoding? = nil
    ) throws(TableFault) -> (text: [UInt8], encoding: TableEncoding) {
        if let refusal = TableDialect.refusal(bytes) { throw refusal }
        let encoding = stated ?? find(bytes)
        switch encoding {
        case .utf8:
            return (Array(bytes.dropFirst(TableDialect.bomCount(bytes))), encoding)
        case .utf16LittleEndian, .utf16BigEndian:
            return (try utf16(bytes, littleEndian: encoding == .utf16LittleEndian), encoding)
        case .windows1257:
            return (try baltic(bytes), encoding)
        }
    }

    /// What the bytes look like.
    private static func find(_ bytes: [UInt8]) -> TableEncoding {
        if bytes.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
        if bytes.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
        // Without a mark: letters of a header in UTF-16 have a zero byte beside them.
        if bytes.count >= 4 {
            if bytes[0] == 0, bytes[2] == 0, bytes[1] != 0, bytes[3] != 0 { return .utf16BigEndian }
            if bytes[1] == 0, bytes[3] == 0, bytes[0] != 0, bytes[2] != 0 { return .utf16LittleEndian }
        }
        let (valid, invalid) = UTF8Text.count(bytes)
        // More whole letters than broken ones: UTF-8 that was damaged or cut; the reader tells the row.
        return invalid == 0 || valid > invalid ? .utf8 : .windows1257
    }

    private static func utf16(_ bytes: [UInt8], littleEndian: Bool) throws(TableFault) -> [UInt8] {
        let hasMark = bytes.starts(with: littleEndian ? [0xFF, 0xFE] : [0xFE, 0xFF])
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var row = 1
        var index = hasMark ? 2 : 0
        func unit(_ at: Int) -> UInt16 {
            let (first, second) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
            return littleEndian ? second << 8 | first : first << 8 | second
        }
        while index + 1 < bytes.count {
            let first = unit(index)
            index += 2
            var scalar = Unicode.Scalar(first)
            if UTF16.isLeadSurrogate(first), index + 1 < bytes.count {
                let second = unit(index)
                index += 2
                if UTF16.isTrailSurrogate(second) {
                    scalar = Unicode.Scalar(
                        0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
                }
            }
            guard let scalar else { throw .notUTF16(row) }
            if scalar == "\n" { row += 1 }
            text.append(contentsOf: scalar.utf8)
        }
        // Half a letter is left.
        guard index == bytes.count else { throw .notUTF16(row) }
        return text
    }

    private static func baltic(_ bytes: [UInt8]) throws(TableFault) -> [UInt8] {
        if let fault = MistakenLetters.find(bytes) { throw fault }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 {
                text.append(byte)
            } else {
                // `MistakenLetters` has refused bytes without a character.
                text.append(contentsOf: (Windows1257.scalar(byte) ?? "\u{FFFD}").utf8)
            }
        }
        return text
    }
}

/// What shows that a file is neither UTF-8 nor Windows-1257.
enum MistakenLetters {
    static func find(_ bytes: [UInt8]) -> TableFault? {
        var row = 1
        var run = 0
        var foreign = 0
        for byte in bytes {
            if byte == 0x0A { row += 1 }
            // Š š Ž ž of Windows-1252 (Latin-1 has none) have no letter in Windows-1257.
            if [0x8A, 0x9A, 0x8E, 0x9E].contains(byte) { return .otherLetters(row, "windows-1252") }
            if byte >= 0x80, Windows1257.scalar(byte) == nil { return .otherLetters(row, "encoding-unknown") }
            // In Windows-1251 every Russian letter is one of these bytes; a Baltic word has no such runs.
            if byte >= 0xC0 {
                run += 1
                if !Windows1257.isEstonianLetter(byte) { foreign += 1 }
                if run >= 3, foreign >= 2 { return .otherLetters(row, "windows-1251") }
            } else {
                (run, foreign) = (0, 0)
            }
        }
        return nil
    }
}
