/// Something that a person should know of a file: where, what, and what to do, in Estonian and English. Holds
/// names of fields and kinds, never a field's content.
public struct Finding: Sendable, Hashable, Error {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The file cannot be read; nothing of it is taken in.
        case unreadable
        /// Breaks the specification. The content can be kept as it is.
        case error
        /// Legal, or near to it, and likely a mistake. The content is kept as it is.
        case warning
    }

    /// A text in both languages.
    public struct Wording: Sendable, Hashable {
        /// Estonian.
        public var et: String
        /// English.
        public var en: String

        /// Estonian first.
        public init(_ et: String, _ en: String) {
            self.et = et
            self.en = en
        }

        /// Estonian for "et", else English.
        public func text(_ language: String) -> String { language == "et" ? et : en }
    }

    /// Where: in JSON a pointer (RFC 6901), in a table a row as spreadsheets count (the header is 1) and a
    /// column; of an unreadable file the line in `row`.
    public struct Place: Sendable, Hashable {
        /// The file's name.
        public var file: String
        /// Empty: of a table, or the whole file.
        public var pointer = ""
        /// 0: not in a table.
        public var row = 0
        /// Empty: the whole row.
        public var column = ""

        /// A place in a file; what is left out is not told.
        public init(_ file: String, pointer: String = "", row: Int = 0, column: String = "") {
            self.file = file
            self.pointer = pointer
            self.row = row
            self.column = column
        }
    }

    /// How bad it is.
    public var severity: Severity
    /// Machine reason, kebab case.
    public var code: String
    /// Where it is.
    public var place: Place
    /// What is wrong or unusual.
    public var message: Wording
    /// What to do.
    public var remedy: Wording

    /// All values as told at the properties.
    public init(_ severity: Severity, _ code: String, _ place: Place, _ message: Wording, _ remedy: Wording) {
        self.severity = severity
        self.code = code
        self.place = place
        self.message = message
        self.remedy = remedy
    }

    /// A member's name as a JSON pointer writes it.
    static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return name
        }
        var out = ""
        for character in name {
            switch character {
            case "~": out += "~0"
            case "/": out += "~1"
            default: out.append(character)
            }
        }
        return out
    }

    /// A name from a file, cut so that a message stays a message.
    static func shown(_ name: String) -> String { name.count <= 60 ? name : name.prefix(60) + "…" }
}

/// Findings of a reading: all are counted, the first are kept.
public struct Findings: Sendable {
    /// How many of each severity are kept.
    public static let keptMaximum = 500
    public private(set) var kept: [Finding] = []
    public private(set) var counts: [Finding.Severity: Int] = [:]
    private var codes: [String: Int] = [:]

    /// None yet.
    public init() {}

    mutating func add(_ finding: Finding) {
        counts[finding.severity, default: 0] += 1
        codes[finding.code, default: 0] += 1
        if count(finding.severity) <= Self.keptMaximum { kept.append(finding) }
    }

    /// How many there were.
    public func count(_ severity: Finding.Severity) -> Int { counts[severity, default: 0] }

    /// How many there were with that code.
    public func count(_ code: String) -> Int { codes[code, default: 0] }
}
