/// Lines of an iCalendar object (RFC 5545, section 3.1): ended by CRLF, folded at 75 octets.
struct ICalendarText: Sendable {
    /// Octets of a line without its end.
    static let lineOctetsMax = 75
    private(set) var text = ""

    /// Adds a line whose value is not text: a date, a number, a keyword.
    mutating func add(_ name: String, _ value: String) {
        var octets = 0
        for scalar in "\(name):\(value)".unicodeScalars {
            let width = UTF8.width(scalar)
            if octets + width > Self.lineOctetsMax {
                text.unicodeScalars.append(contentsOf: "\r\n ".unicodeScalars)
                // The space that continues a line counts.
                octets = 1
            }
            text.unicodeScalars.append(scalar)
            octets += width
        }
        text.unicodeScalars.append(contentsOf: "\r\n".unicodeScalars)
    }

    /// Adds a line whose value is text for people.
    mutating func add(_ name: String, text value: String) { add(name, Self.escaped(value)) }

    /// TEXT (section 3.3.11): backslash, semicolon, comma and line ends are escaped; other control characters
    /// may not be in it.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": result.append(contentsOf: ["\\", scalar])
            case "\n":
                if previous != "\r" { result.append(contentsOf: ["\\", "n"]) }
            case "\r": result.append(contentsOf: ["\\", "n"])
            case "\t": result.append(scalar)
            default:
                if scalar.properties.generalCategory != .control { result.append(scalar) }
            }
            previous = scalar
        }
        return String(result)
    }
}
