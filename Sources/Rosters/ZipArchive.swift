/// The files of a ZIP archive, as far as a roster's export needs it: stored or deflated, not encrypted, not split,
/// below 4 GiB (APPNOTE 6.3, sections 4.3 and 4.4). The central directory decides, as in every ZIP program.
public enum ZipArchive {
    /// Why an archive cannot be read.
    public enum Failure: String, Error, Sendable, Hashable {
        case notAnArchive = "not-an-archive"
        case damaged = "archive-damaged"
        case encrypted = "archive-encrypted"
        case otherMethod = "archive-method-unknown"
        case tooLarge = "archive-too-large"
    }

    /// The most that one file of an archive may hold, in bytes.
    public static let fileBytesMaximum = 64 << 20
    private static let entriesMaximum = 1000

    /// Whether the bytes begin as an archive does.
    public static func isArchive(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
    }

    /// The files at the top of the archive, or in its only folder, whose names end in ".csv".
    public static func tables(_ bytes: [UInt8]) throws(Failure) -> [String: [UInt8]] {
        guard let end = endRecord(bytes) else { throw .notAnArchive }
        let count = number(bytes, end + 10, 2)
        var place = number(bytes, end + 16, 4)
        guard count <= entriesMaximum else { throw .tooLarge }
        var files: [String: [UInt8]] = [:]
        var total = 0
        for _ in 0..<count {
            guard place >= 0, place + 46 <= bytes.count, number(bytes, place, 4) == 0x0201_4B50 else {
                throw .damaged
            }
            let lengths = (28...32).filter { $0.isMultiple(of: 2) }.map { number(bytes, place + $0, 2) }
            guard place + 46 + lengths.reduce(0, +) <= bytes.count else { throw .damaged }
            let path = String(decoding: bytes[(place + 46)..<(place + 46 + lengths[0])], as: UTF8.self)
            let parts = path.split(separator: "/")
            // What Macs put beside each file is no table.
            if let name = parts.last, parts.count <= 2, parts.first != "__MACOSX", name.hasSuffix(".csv"),
                !path.hasSuffix("/"), !name.hasPrefix(".")
            {
                guard files[String(name)] == nil else { throw .damaged }
                let content = try content(bytes, place)
                total += content.count
                guard total <= 4 * fileBytesMaximum else { throw .tooLarge }
                files[String(name)] = content
            }
            place += 46 + lengths.reduce(0, +)
        }
        return files
    }

    /// `place` is that of the entry in the central directory.
    private static func content(_ bytes: [UInt8], _ place: Int) throws(Failure) -> [UInt8] {
        if number(bytes, place + 8, 2) & 1 == 1 { throw .encrypted }
        let method = number(bytes, place + 10, 2)
        let packed = number(bytes, place + 20, 4)
        let size = number(bytes, place + 24, 4)
        let header = number(bytes, place + 42, 4)
        guard size <= fileBytesMaximum else { throw .tooLarge }
        guard header + 30 <= bytes.count, number(bytes, header, 4) == 0x0403_4B50 else { throw .damaged }
        let start = header + 30 + number(bytes, header + 26, 2) + number(bytes, header + 28, 2)
        guard start + packed <= bytes.count else { throw .damaged }
        let data = bytes[start..<(start + packed)]
        let content: [UInt8]
        switch method {
        case 0: content = Array(data)
        case 8:
            do throws(Inflate.Failure) {
                content = try Inflate.unpack(data, limit: size)
            } catch {
                throw .damaged
            }
        default: throw .otherMethod
        }
        guard content.count == size, checksum(content) == number(bytes, place + 16, 4) else { throw .damaged }
        return content
    }

    /// The end of the central directory: the last record of the file, before a comment of up to 64 KiB.
    private static func endRecord(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 22 else { return nil }
        let first = max(0, bytes.count - 22 - 65_535)
        return stride(from: bytes.count - 22, through: first, by: -1).first {
            number(bytes, $0, 4) == 0x0605_4B50
        }
    }

    /// A number of that many bytes, the lowest first; the place was checked.
    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }

    /// CRC-32 as ZIP counts it.
    private static func checksum(_ bytes: [UInt8]) -> Int {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ sum >> 8 }
        return Int(~sum)
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
    }
}
