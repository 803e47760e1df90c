/// The formats that fields may have, checked without a regular expression.
enum Format: String {
    case uuid, uri, email, date, time
    case dateTime = "date-time"

    /// The schemas name the first four; a date or a time is a plain text to them.
    var severity: Finding.Severity {
        switch self {
        case .uuid, .uri, .email, .dateTime: .error
        case .date, .time: .warning
        }
    }

    var name: Finding.Wording {
        switch self {
        case .uuid: .init("UUID", "UUID")
        case .uri: .init("veebiaadress (URI)", "URI")
        case .email: .init("e-posti aadress", "e-mail address")
        case .date: .init("kuupäev", "date")
        case .time: .init("kellaaeg", "time")
        case .dateTime: .init("kuupäev koos kellaajaga", "date with time")
        }
    }

    var example: String {
        switch self {
        case .uuid: "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
        case .uri: "https://example.org"
        case .email: "info@example.org"
        case .date: "2026-09-01"
        case .time: "10:00 / 10:00:00+02:00"
        case .dateTime: "2026-09-01T10:00:00Z"
        }
    }

    func holds(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            switch self {
            case .uuid: Self.isUUID(bytes)
            case .uri: Self.isURI(bytes)
            case .email: Self.isEmail(bytes)
            case .date: bytes.count == 10 && Self.isDate(bytes[...])
            case .time: Self.isTime(bytes[...], secondsNeeded: false, zoneNeeded: false)
            case .dateTime:
                bytes.count > 11 && Self.isDate(bytes[..<10]) && (bytes[10] | 0x20) == UInt8(ascii: "t")
                    && Self.isTime(bytes[11...], secondsNeeded: true, zoneNeeded: true)
            }
        }
    }

    private typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Any version: the examples have 1 and 4, and 7 is in use.
    private static func isUUID(_ bytes: Bytes) -> Bool {
        guard bytes.count == 36 else { return false }
        for place in 0..<36 {
            switch place {
            case 8, 13, 18, 23: if bytes[place] != UInt8(ascii: "-") { return false }
            default:
                switch bytes[place] {
                case 0x30...0x39, 0x41...0x46, 0x61...0x66: break
                default: return false
                }
            }
        }
        return true
    }

    /// A scheme, a colon, something after it, and no spaces or signs that RFC 3986 forbids.
    private static func isURI(_ bytes: Bytes) -> Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, bytes.count > colon + 1 else {
            return false
        }
        guard 0x61...0x7A ~= bytes[0] | 0x20 else { return false }
        for byte in bytes[..<colon] {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: break
            default: return false
            }
        }
        return bytes.allSatisfy { byte in
            switch byte {
            case 0...0x20, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D, 0x7F: false
            default: true
            }
        }
    }

    private static func isEmail(_ bytes: Bytes) -> Bool {
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")), at > 0, at + 1 < bytes.count else {
            return false
        }
        return bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F } && bytes[at + 1] != UInt8(ascii: ".")
            && bytes[bytes.count - 1] != UInt8(ascii: ".") && !bytes[..<at].contains(UInt8(ascii: "@"))
    }

    private static func number(_ bytes: Slice<Bytes>) -> Int? {
        var number = 0
        for byte in bytes {
            guard 0x30...0x39 ~= byte else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }

    private static func isDate(_ bytes: Slice<Bytes>) -> Bool {
        let start = bytes.startIndex
        guard bytes.count == 10, bytes[start + 4] == 0x2D, bytes[start + 7] == 0x2D,
            let year = number(bytes[start..<start + 4]), let month = number(bytes[start + 5..<start + 7]),
            let day = number(bytes[start + 8..<start + 10]), 1...12 ~= month
        else { return false }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = month == 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        return 1...days ~= day
    }

    /// "10:00", "10:00:00", "10:00:00.5", each with "Z", "+02:00" or nothing after it.
    private static func isTime(_ bytes: Slice<Bytes>, secondsNeeded: Bool, zoneNeeded: Bool) -> Bool {
        var rest = bytes
        guard pair(&rest, below: 24), colon(&rest), pair(&rest, below: 60) else { return false }
        if rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            guard pair(&rest, below: 61) else { return false }
            if rest.first == UInt8(ascii: ".") {
                rest = rest.dropFirst()
                let digits = rest.prefix { 0x30...0x39 ~= $0 }
                guard !digits.isEmpty else { return false }
                rest = rest.dropFirst(digits.count)
            }
        } else if secondsNeeded {
            return false
        }
        switch rest.first {
        case nil: return !zoneNeeded
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return rest.count == 1
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            rest = rest.dropFirst()
            return pair(&rest, below: 24) && colon(&rest) && pair(&rest, below: 60) && rest.isEmpty
        default: return false
        }
    }

    private static func pair(_ rest: inout Slice<Bytes>, below: Int) -> Bool {
        guard rest.count >= 2, let number = number(rest.prefix(2)), number < below else { return false }
        rest = rest.dropFirst(2)
        return true
    }

    private static func colon(_ rest: inout Slice<Bytes>) -> Bool {
        guard rest.first == UInt8(ascii: ":") else { return false }
        rest = rest.dropFirst()
        return true
    }
}
