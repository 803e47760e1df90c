import Linkage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Records whose truth is known.
struct LabelledSet {
    /// A column that is understood.
    private struct Column {
        let name: String
        let kind: LinkageField.Kind
        var household = false
    }

    private static let columns = [
        Column(name: "given_name", kind: .name), Column(name: "surname", kind: .name, household: true),
        Column(name: "street_number", kind: .number, household: true),
        Column(name: "address_1", kind: .text, household: true),
        Column(name: "address_2", kind: .text, household: true),
        Column(name: "suburb", kind: .text, household: true),
        Column(name: "postcode", kind: .number, household: true),
        Column(name: "state", kind: .code, household: true),
        Column(name: "date_of_birth", kind: .date),
        Column(name: "phone_number", kind: .number, household: true),
        Column(name: "soc_sec_id", kind: .identifier),
    ]

    static var columnNames: String { columns.map(\.name).joined(separator: ", ") }

    private(set) var name: String
    private var header: [String]
    private var rows: [[String]] = []
    /// For each row the person.
    private(set) var people: [String] = []
    private var sources: [Int] = []
    private(set) var sourceCount = 1
    /// What reading cost, in CPU seconds.
    private(set) var readingSeconds: Double

    init?(file: String) {
        let start = cpuSeconds()
        guard let text = Self.contents(of: file) else { return nil }
        name = String(file.split(separator: "/").last ?? "")
        var lines = Self.rows(of: text)
        guard !lines.isEmpty else { return nil }
        let header = lines.removeFirst()
        let known = Self.columns.count { header.contains($0.name) }
        guard let truth = header.firstIndex(of: "rec_id"), known > 1 else { return nil }
        self.header = header
        for row in lines where row.count > truth {
            let parts = row[truth].split(separator: "-")
            people.append(parts.count > 1 ? String(parts[1]) : row[truth])
            rows.append(row)
        }
        sources = rows.map { _ in 0 }
        readingSeconds = cpuSeconds() - start
    }

    /// Adds another list's records.
    mutating func join(_ other: LabelledSet) {
        let places = header.map { other.header.firstIndex(of: $0) }
        rows += other.rows.map { row in places.map { $0.map { $0 < row.count ? row[$0] : "" } ?? "" } }
        people += other.people
        sources += other.people.map { _ in sourceCount }
        sourceCount += 1
        name += "+" + other.name
        readingSeconds += other.readingSeconds
    }

    var count: Int { rows.count }
    var hasIdentifier: Bool { header.contains("soc_sec_id") }

    var truePairCount: Int {
        Dictionary(grouping: people) { $0 }.values.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
    }

    /// The records as linkage takes them; never with `rec_id`.
    func records(withIdentifier: Bool) -> LinkageRecords {
        let used = Self.columns.filter {
            header.contains($0.name) && (withIdentifier || $0.kind != .identifier)
        }
        let fields = used.map { LinkageField($0.name, $0.kind, sharedInHousehold: $0.household) }
        func place(_ name: String) -> Int { fields.firstIndex { $0.name == name } ?? -1 }
        let exchanges = [("given_name", "surname"), ("address_1", "address_2")].map {
            LinkagePlan.Exchange(place($0.0), place($0.1))
        }
        var records = LinkageRecords(LinkagePlan(fields: fields, exchanges: exchanges))
        let places = used.compactMap { header.firstIndex(of: $0.name) }
        for (row, source) in zip(rows, sources) {
            records.append(places.map { $0 < row.count ? row[$0] : "" }, source: source)
        }
        return records
    }

    /// A row's value; empty when there is no such column.
    func value(_ row: Int, _ column: String) -> String {
        guard let place = header.firstIndex(of: column), place < rows[row].count else { return "" }
        return rows[row][place]
    }

    // MARK: reading

    private static func contents(of file: String) -> [UInt8]? {
        guard let stream = fopen(file, "rb") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// Rows of comma-separated values, quoted or not, with the spaces around values taken away.
    private static func rows(of bytes: [UInt8]) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var quoted = false
        func trimmed() -> String {
            let rest = field.drop { $0 == 0x20 || $0 == 0x09 }
            return String(
                decoding: rest.reversed().drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.reversed(),
                as: UTF8.self)
        }
        for byte in bytes + [0x0A] {
            switch byte {
            case 0x22: quoted.toggle()
            case 0x2C where !quoted:
                row.append(trimmed())
                field.removeAll(keepingCapacity: true)
            case 0x0A where !quoted:
                row.append(trimmed())
                field.removeAll(keepingCapacity: true)
                if row != [""] { rows.append(row) }
                row.removeAll(keepingCapacity: true)
            default: field.append(byte)
            }
        }
        return rows
    }
}
