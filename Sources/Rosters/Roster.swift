import Tables

/// A school's people and classes as a OneRoster 1.2 CSV export (whole tables, "bulk") gives them, checked.
///
/// A row with a fault is told and not read, and its id is remembered: it is never the same as a row that is
/// not there. A file that the manifest calls absent says nothing about anybody.
public struct Roster: Sendable {
    struct Row: Sendable {
        let number: Int
        let fields: [String: String]

        subscript(column: String) -> String { fields[column] ?? "" }
        var id: String { self["sourcedId"] }

        /// A column with several values and commas between.
        func list(_ column: String) -> [String] {
            self[column].split(separator: ",").map { String($0.drop { $0 == " " }) }
        }
    }

    /// What is wrong with files, in their order.
    public private(set) var faults: [RosterFault] = []
    /// What does not stop an import: files that were not announced.
    public private(set) var notes: [RosterFault] = []
    /// Ids of rows that could not be read: they are not missing.
    public private(set) var unreadable: [RosterFile: Set<String>] = [:]
    private(set) var tables: [RosterFile: [Row]] = [:]

    /// Reads the files of an export by their names ("manifest.csv", "users.csv").
    public init(files: [String: [UInt8]]) {
        guard let manifest = files["manifest.csv"] else {
            faults = [.fileMissing("manifest.csv")]
            return
        }
        let modes = readManifest(manifest)
        for file in RosterFile.allCases {
            let bytes = files[file.name]
            switch modes[file.rawValue] {
            case "bulk":
                guard let bytes else {
                    faults.append(.fileMissing(file.name))
                    continue
                }
                read(bytes, file)
            case "delta": faults.append(.deltaNotTaken("file.\(file.rawValue)"))
            default:
                if bytes != nil { notes.append(.notAnnounced(file.name)) }
                if RosterFile.needed.contains(file) { faults.append(.fileNeeded(file.name)) }
            }
        }
        for file in RosterFile.allCases { checkReferences(file) }
    }

    func rows(_ file: RosterFile) -> [Row] { tables[file] ?? [] }

    private mutating func readManifest(_ bytes: [UInt8]) -> [String: String] {
        var properties: [String: String] = [:]
        var reader = TableReader(TableFormat(required: ["propertyName", "value"]))
        func take(_ row: borrowing TableRow) { properties[row.text(0)] = row.text(1) }
        var told: [RosterFault] = []
        func note(_ fault: TableFault) { told.append(RosterFault("manifest.csv", fault)) }
        do {
            try reader.read(bytes, row: take, fault: note)
            try reader.finish(row: take, fault: note)
        } catch {
            // Neither closure throws.
            return [:]
        }
        faults += told
        for (property, expected) in [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
        where properties[property] != expected {
            faults.append(.version(property, expected: expected))
        }
        var modes: [String: String] = [:]
        for (property, value) in properties.sorted(by: { $0.key < $1.key }) {
            guard property.hasPrefix("file.") else { continue }
            if ["absent", "bulk", "delta"].contains(value) {
                modes[String(property.dropFirst(5))] = value
            } else {
                faults.append(.modeUnknown(property))
            }
        }
        return modes
    }

    private mutating func read(_ bytes: [UInt8], _ file: RosterFile) {
        guard let columns = header(bytes, file) else { return }
        var rows: [Row] = []
        var told: [TableFault] = []
        var reader = TableReader(TableFormat(required: columns))
        func take(_ row: borrowing TableRow) {
            var fields: [String: String] = [:]
            for (place, column) in columns.enumerated() { fields[column] = row.text(place) }
            rows.append(Row(number: row.number, fields: fields))
        }
        do {
            try reader.read(bytes, row: take, fault: { told.append($0) })
            try reader.finish(row: take, fault: { told.append($0) })
        } catch {
            // Neither closure throws.
            return
        }
        faults += told.map { RosterFault(file.name, $0) }
        if rows.isEmpty, told.isEmpty { faults.append(.empty(file.name)) }
        var firstRow: [String: Int] = [:]
        var good: [Row] = []
        for row in rows {
            var found = check(row, file)
            if let earlier = firstRow[row.id] {
                found.append(.duplicate(file, row.number, earlier: earlier))
            } else {
                firstRow[row.id] = row.number
            }
            if found.isEmpty { good.append(row) } else { unreadable[file, default: []].insert(row.id) }
            faults += found
        }
        tables[file] = good
    }

    /// The columns, when the header is that of the standard with `metadata.` columns behind.
    private mutating func header(_ bytes: [UInt8], _ file: RosterFile) -> [String]? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let line = bytes[start...].prefix { $0 != 0x0A && $0 != 0x0D }.filter { $0 != 0x22 }
        let names = String(decoding: line, as: UTF8.self)
            .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for place in 0..<max(names.count, file.columns.count) {
            let expected = place < file.columns.count ? file.columns[place] : nil
            let name = place < names.count ? names[place] : ""
            if name != expected, expected != nil || !name.hasPrefix("metadata.") {
                faults.append(.headerDiffers(file.name, place: place, expected: expected))
                return nil
            }
        }
        return names
    }

    private func check(_ row: Row, _ file: RosterFile) -> [RosterFault] {
        var found: [RosterFault] = []
        for column in file.filled where row[column].isEmpty {
            found.append(.empty(file, row.number, column))
        }
        for (column, allowed) in file.enumerations.sorted(by: { $0.key < $1.key }) {
            let value = row[column]
            guard !value.isEmpty, !allowed.contains(value) else { continue }
            if value.hasPrefix("ext:"), !allowed.contains("true") { continue }
            found.append(.notListed(file, row.number, column, allowed))
        }
        for column in file.dates where !row[column].isEmpty {
            let isDate = Array(row[column].utf8).withUnsafeBufferPointer { TableDate($0) != nil }
            if !isDate { found.append(.notADate(file, row.number, column)) }
        }
        if row["status"] == "tobedeleted" { found.append(.statusInBulk(file, row.number)) }
        if row.fields.values.contains(where: { $0.utf8.contains(0x0D) }) {
            found.append(.carriageReturn(file, row.number))
        }
        return found
    }

    private mutating func checkReferences(_ file: RosterFile) {
        for (column, other) in file.references.sorted(by: { $0.key < $1.key }) {
            guard let rows = tables[file], let targets = tables[other] else { continue }
            let known = Set(targets.map(\.id)).union(unreadable[other] ?? [])
            for row in rows where !known.contains(row[column]) {
                faults.append(.dangling(file, row.number, column, other))
                unreadable[file, default: []].insert(row.id)
            }
            tables[file] = rows.filter { known.contains($0[column]) }
        }
    }
}
