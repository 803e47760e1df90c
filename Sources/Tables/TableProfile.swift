/// How the columns and values of a foreign table become those of one of ours: data, not code. A school
/// information system, a register or a municipality's own list needs one such small file (JSON by these
/// property names; `Protocols/profiles.md`).
public struct TableProfile: Sendable, Hashable, Codable {
    /// The only version of the format there is.
    public static let version = "tugi-profile/1"

    /// Always ``version``.
    public var profile: String
    /// Kebab case.
    public var name: String
    /// The table that comes of it: "pupils", or a kind of records.
    public var target: String
    /// Whether the foreign column names were never seen in a real file: its maker published no format.
    public var assumed: Bool?
    /// What the foreign file is and how to get it.
    public var about: About?
    /// "UTF-8", "UTF-16LE", "UTF-16BE" or "Windows-1257"; absent: found out.
    public var encoding: String?
    /// ",", ";", tab or "|"; absent: found out.
    public var separator: String?
    /// Rows to keep: foreign heading to the values that its field may have. Others are passed over and counted.
    public var keep: [String: [String]]?
    /// Our columns in the order in which they are written.
    public var columns: [Column]

    /// A text in both languages.
    public struct About: Sendable, Hashable, Codable {
        /// In Estonian.
        public var et: String
        /// In English.
        public var en: String
    }

    /// Where one of our columns comes from.
    public struct Column: Sendable, Hashable, Codable {
        /// Our column.
        public var to: String
        /// Foreign columns, each by its heading; several are joined. Absent: a constant.
        public var from: [String]?
        /// What stands between joined fields; absent: a space.
        public var join: String?
        /// The value of every row when there is no `from`; with `from`, the value where the field is empty.
        public var constant: String?
        /// Which part of the field is meant; absent: all of it.
        public var take: Part?
        /// Where the field is split before a part is taken; absent: at spaces.
        public var split: String?
        /// What the field holds, as ``SheetFormat/Kind`` names it; absent: "text".
        public var kind: String?
        /// Order of day, month and year in the foreign file: "dmy", "mdy" or "ymd"; absent: found out, and
        /// told where it cannot be.
        public var dateOrder: String?
        /// Foreign values to ours; capitals, spaces and diacritics do not matter.
        public var values: [String: String]?
        /// What becomes of a value that `values` lacks: "keep", or absent for a fault.
        public var otherwise: String?
        /// What is put before a value that came from a field and that `values` does not name: "ekool." makes
        /// 17 the code ekool.17, which no other list gives.
        public var prefix: String?
        /// Whether the foreign file may lack the columns: then the constant is written, or nothing.
        public var optional: Bool?

        /// A column with the same value in every row.
        public init(to: String, constant: String) {
            self.to = to
            self.constant = constant
        }
    }

    /// A part of a field.
    public enum Part: String, Sendable, Hashable, Codable {
        /// Before the first separator.
        case first
        /// After the last separator.
        case last
        /// Before the last separator: given names of "Mari Liis Näidis".
        case allButLast = "all-but-last"
        /// After the first separator: given names of "Näidis, Mari Liis".
        case allButFirst = "all-but-first"
        /// The leading digits: grade 5 of class "5a".
        case digits
        /// What follows the leading digits.
        case afterDigits = "after-digits"
    }

    /// What is wrong with the profile itself, for the person who wrote it; nil when nothing is.
    public var problem: String? {
        if profile != Self.version { return "\"profile\" is not \"\(Self.version)\"" }
        if columns.isEmpty { return "\"columns\" is empty" }
        if let encoding, TableEncoding(rawValue: encoding) == nil {
            return "\"encoding\" is none of "
                + TableEncoding.allCases.map(\.rawValue).joined(separator: ", ")
        }
        if let separator, ![",", ";", "\t", "|"].contains(separator) {
            return "\"separator\" is none of , ; tab |"
        }
        if Set(columns.map(\.to)).count != columns.count { return "a column stands twice under \"to\"" }
        for column in columns {
            if column.from?.isEmpty ?? (column.constant == nil) {
                return "column \"\(column.to)\" has neither \"from\" nor \"constant\""
            }
            if let kind = column.kind, SheetFormat.Kind(rawValue: kind) == nil {
                return "column \"\(column.to)\" has an unknown \"kind\""
            }
            if let order = column.dateOrder, SheetDate.Order(rawValue: order) == nil {
                return "column \"\(column.to)\" has a \"dateOrder\" other than dmy, mdy, ymd"
            }
            if let otherwise = column.otherwise, otherwise != "keep" {
                return "column \"\(column.to)\" has an \"otherwise\" other than keep"
            }
        }
        return nil
    }
}

/// What came of a foreign table.
public struct MappedTable: Sendable, Hashable {
    /// Our table in UTF-8 with commas.
    public fileprivate(set) var csv: [UInt8] = []
    /// For each of our rows, its row in the foreign file.
    public fileprivate(set) var sourceRows: [Int] = []
    /// Rows that the profile passes over.
    public fileprivate(set) var passedOver = 0
    /// What is wrong, by rows of the foreign file and our columns; then nothing should be sent.
    public fileprivate(set) var faults: [TableFault] = []
    /// How many faults there are.
    public fileprivate(set) var faultCount = 0
    /// What was put right.
    public fileprivate(set) var notes: [TableSheet.Note] = []

    /// The foreign file's row of one of ours (the header is row 1).
    public func sourceRow(_ row: Int) -> Int {
        sourceRows.indices.contains(row - 2) ? sourceRows[row - 2] : row
    }
}

extension TableProfile {
    /// Reads a foreign file and writes our table. The profile must have no ``problem``.
    public func apply(_ bytes: [UInt8]) -> MappedTable {
        let format = foreignFormat
        let places = Dictionary(
            uniqueKeysWithValues: format.columns.enumerated().map { ($1.name, $0) })
        let sheet = TableSheet(
            bytes, format, encoding: encoding.flatMap(TableEncoding.init(rawValue:)),
            separator: separator?.first)
        var mapped = MappedTable()
        mapped.faults = sheet.faults
        mapped.faultCount = sheet.faultCount
        mapped.notes = sheet.notes
        var writer = TableWriter(columns: columns.map(\.to))
        // Folded once, not for each row.
        let kept = (keep ?? [:]).map { ($0.key, Set($0.value.map { Heading($0) })) }
        let values = columns.map { column in
            column.values.map { Dictionary($0.map { (Heading($0.key), $0.value) }) { first, _ in first } }
        }
        for row in sheet.rows {
            func field(_ heading: String) -> String { places[heading].flatMap { row.values[$0] } ?? "" }
            guard kept.allSatisfy({ $0.1.contains(Heading(field($0.0))) }) else {
                mapped.passedOver += 1
                continue
            }
            var fields: [String] = []
            for (column, values) in zip(columns, values) {
                do throws(SheetProblem) {
                    let value = try column.value(field, values)
                    // A text, as the foreign field showed; our reader takes the sign away again.
                    fields.append(value.first == "=" ? "'" + value : value)
                } catch {
                    mapped.faultCount += 1
                    if mapped.faults.count < format.faultsMaximum {
                        mapped.faults.append(error.fault(row: row.number, column: column.to))
                    }
                }
            }
            // A row with a fault is told; the fields of the others fit the header.
            guard fields.count == columns.count, (try? writer.write(fields)) != nil else { continue }
            mapped.sourceRows.append(row.number)
        }
        mapped.csv = writer.take()
        return mapped
    }

    /// The foreign columns as text: what they hold is read after they are joined and split.
    private var foreignFormat: SheetFormat {
        var required: [String: Bool] = [:]
        var order: [String] = []
        func add(_ heading: String, _ isRequired: Bool) {
            if required[heading] == nil { order.append(heading) }
            required[heading] = (required[heading] ?? false) || isRequired
        }
        for column in columns {
            for heading in column.from ?? [] { add(heading, column.optional != true) }
        }
        for heading in (keep ?? [:]).keys.sorted() { add(heading, true) }
        var format = SheetFormat(
            order.map { SheetFormat.Column($0, .text, required: required[$0] ?? false) })
        format.ignoresUnknownColumns = true
        return format
    }
}

extension TableProfile.Column {
    fileprivate func value(
        _ field: (String) -> String, _ values: [Heading: String]?
    ) throws(SheetProblem) -> String {
        guard let from else { return constant ?? "" }
        let joined = from.map(field).filter { !$0.isEmpty }.joined(separator: join ?? " ")
        let part = take.map { $0.of(joined, split ?? " ") } ?? joined
        guard !part.isEmpty else { return constant ?? "" }
        if let values {
            if let mapped = values[Heading(part)] { return mapped }
            guard otherwise == "keep" else { throw .valueNotMapped }
        }
        let kind = kind.flatMap(SheetFormat.Kind.init(rawValue:)) ?? .text
        if kind == .date, let order = dateOrder.flatMap(SheetDate.Order.init(rawValue:)) {
            return try SheetDate.read(part, order)
        }
        return try (prefix ?? "") + SheetCell(part, kind).text
    }
}

extension TableProfile.Part {
    fileprivate func of(_ text: String, _ separator: String) -> String {
        func trimmed(_ part: some Sequence<Character>) -> String {
            String(String(part).drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
        switch self {
        case .digits: return String(text.prefix(while: isDigit))
        case .afterDigits: return trimmed(text.drop(while: isDigit).drop { $0 == "." || $0 == " " })
        default: break
        }
        let parts = text.split(separator: separator).map { trimmed($0) }
        switch self {
        case .first: return parts.first ?? ""
        case .last: return parts.last ?? ""
        case .allButLast: return parts.dropLast().joined(separator: separator)
        default: return parts.dropFirst().joined(separator: separator)
        }
    }
}
