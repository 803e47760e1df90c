/// The columns of a table that people fill in a spreadsheet program: what each holds and under which headings
/// it is sent. Read by ``TableSheet``, which takes what such programs make of a table.
public struct SheetFormat: Sendable, Hashable {
    /// What the fields of a column hold, and so which habits of spreadsheet programs are undone in them; profiles
    /// name it by its raw value.
    public enum Kind: String, Sendable, Hashable {
        /// One line.
        case text
        /// Several lines, kept apart by line feeds.
        case longText = "long-text"
        /// A short code or a number that nobody calculates with; digits that a program took away are told.
        case code
        /// A whole number; given out as digits, perhaps with a minus sign.
        case integer
        /// A number; given out with a point and no separators of thousands.
        case decimal
        /// A day; given out as 2026-09-01.
        case date
        /// Yes or no, in both languages; given out as "yes" or "no".
        case boolean
        /// An Estonian personal code; given out as eleven digits. Whether it is a possible one is the reader's.
        case isikukood
        /// The EHAK code of a municipality; given out as four digits.
        case municipality
        /// Several short texts with `|`, `;` or line breaks between them; given out with `|`.
        case list
    }

    /// One column.
    public struct Column: Sendable, Hashable {
        /// The column's own name, which is a heading too.
        public let name: String
        /// What its fields hold.
        public let kind: Kind
        /// Whether a file without the column is refused.
        public let required: Bool
        /// Other headings under which it is sent. Capitals, diacritics, spaces and signs do not matter.
        public let headings: [String]

        /// All values as documented at the properties.
        public init(
            _ name: String, _ kind: Kind = .text, required: Bool = false, headings: [String] = []
        ) {
            self.name = name
            self.kind = kind
            self.required = required
            self.headings = headings
        }
    }

    /// In the order in which a row's values are given.
    public let columns: [Column]
    /// Columns by their folded headings.
    private let index: [String: Int]
    /// Whether columns that the format does not know are passed over instead of being faults.
    public var ignoresUnknownColumns = false
    /// The longest field, in bytes after quotation marks are taken away.
    public var fieldBytesMaximum = 65_536
    /// The longest row, in bytes.
    public var rowBytesMaximum = 1_048_576
    /// How many faults are kept; all are counted.
    public var faultsMaximum = 1000

    /// Columns in the order in which a row's values are given.
    public init(_ columns: [Column]) {
        self.columns = columns
        var index: [String: Int] = [:]
        // A column's own name goes before another one's heading.
        for (place, column) in columns.enumerated() { index[Heading(column.name).folded] = place }
        for (place, column) in columns.enumerated() {
            for heading in column.headings where index[Heading(heading).folded] == nil {
                index[Heading(heading).folded] = place
            }
        }
        self.index = index
    }

    /// Which column a heading names; nil for none.
    func column(_ heading: Heading) -> Int? { index[heading.folded] ?? index[heading.withoutBrackets] }
}

/// A heading as it is compared: small letters and digits only, without diacritics.
struct Heading: Sendable, Hashable {
    let folded: String
    /// Without what stands in brackets: "Sünnikuupäev (pp.kk.aaaa)".
    let withoutBrackets: String

    init(_ text: String) {
        folded = Self.fold(text)
        withoutBrackets = Self.fold(text.prefix { $0 != "(" && $0 != "[" })
    }

    private static func fold(_ text: some StringProtocol) -> String {
        var folded = ""
        for scalar in text.lowercased().unicodeScalars {
            if let plain = plain[scalar] {
                folded.unicodeScalars.append(plain)
            } else if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
                folded.unicodeScalars.append(scalar)
            }
        }
        return folded
    }

    private static let plain: [Unicode.Scalar: Unicode.Scalar] = [
        "õ": "o", "ä": "a", "ö": "o", "ü": "u", "š": "s", "ž": "z", "é": "e",
    ]

    /// Whether two headings differ in one or two letters, as a slip of the pen does.
    func isNear(_ other: Heading) -> Bool {
        let (left, right) = (Array(folded.unicodeScalars), Array(other.folded.unicodeScalars))
        guard left.count >= 4, right.count >= 4, abs(left.count - right.count) <= 2, left.count <= 64 else {
            return false
        }
        var row = Array(0...right.count)
        for (place, letter) in left.enumerated() {
            var before = row[0]
            row[0] = place + 1
            for column in right.indices {
                let replaced = before + (letter == right[column] ? 0 : 1)
                before = row[column + 1]
                row[column + 1] = min(replaced, before + 1, row[column] + 1)
            }
        }
        return row[right.count] <= 2
    }
}
