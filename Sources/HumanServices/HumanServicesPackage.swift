/// Files of the Human Services Data Specification, 3.0 or 3.1, nested JSON or tables, read so that they can
/// be written again with nothing lost.
///
/// **What identity means.** Reading and writing gives back every leaf of a JSON file (text, number, boolean,
/// null, empty list, empty object) at its place: numbers as they were spelled, null, absent and "" apart,
/// unknown and deprecated fields, pages' members, lists in their order. Not kept: the order of members, white
/// space, and how a character was escaped. Of a CSV table every byte is kept.
public struct HumanServicesPackage: Sendable {
    /// A file as bytes, with the name that tables are known by.
    public struct File: Sendable, Hashable {
        /// Without folders, such as "services.csv".
        public var name: String
        /// The whole content.
        public var bytes: [UInt8]

        /// A file as it was read or is to be written.
        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// What the package's version says of kinds and fields.
    public let specification: Specification
    /// The JSON files, in the order of reading.
    public internal(set) var documents: [Document] = []
    /// The CSV files, in the order of reading.
    public internal(set) var tables: [TableFile] = []
    /// The objects of the JSON files.
    public internal(set) var pool = ObjectPool()

    /// A package without files.
    public init(_ version: Specification.Version) { specification = .of(version) }

    /// What a reading gave.
    public struct Reading: Sendable {
        /// What could be read.
        public var package: HumanServicesPackage
        /// What a person should know of it.
        public var findings: Findings
        /// Ids that refer to what is not in the package.
        public var danglingReferences: Int { findings.count("reference-dangling") }
    }

    /// Reads files that belong together. A file that cannot be read is told as `unreadable` and left out.
    /// - Parameter version: nil: 3.1 when something is there that only 3.1 has, else 3.0.
    public static func read(_ files: [File], version: Specification.Version? = nil) -> Reading {
        var findings = Findings()
        var values: [(name: String, value: JSONValue)] = []
        var tables: [TableFile] = []
        for file in files {
            do throws(Finding) {
                if file.name.hasSuffix(".csv") {
                    tables.append(try TableFile.read(file.bytes, name: file.name))
                } else {
                    values.append((file.name, try JSONReader.read(file.bytes, file: file.name)))
                }
            } catch { findings.add(error) }
        }
        let isNew = tables.contains { isOf31($0) } || values.contains { isOf31($0.value) }
        var package = HumanServicesPackage(version ?? (isNew ? .v31 : .v30))
        for (name, value) in values {
            let document = Document.take(
                value, name: name, package.specification, &package.pool, &findings)
            package.documents.append(document)
        }
        for table in tables {
            package.tables.append(table)
            guard let type = package.specification.type(file: table.name) else {
                findings.add(.tableUnknown(Finding.shown(table.name)))
                continue
            }
            Validation.check(table, as: type, &findings)
        }
        package.checkReferences(&findings)
        return Reading(package: package, findings: findings)
    }

    private static let onlyIn31: Set<String> = [
        "capacities", "additional_urls", "additional_websites", "service_capacity.csv", "units.csv",
        "url.csv",
    ]

    private static func isOf31(_ table: TableFile) -> Bool { onlyIn31.contains(table.name) }

    private static func isOf31(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let values): values.contains { isOf31($0) }
        case .object(let object):
            object.members.contains { onlyIn31.contains($0.name) || isOf31($0.value) }
        default: false
        }
    }

    /// The files again. `indent`: of JSON, spaces for each level; nil: all in one line.
    public func files(indent: Int? = 2) -> [File] {
        documents.compactMap { document in
            document.restored(pool).map {
                File(name: document.name, bytes: JSONWriter.bytes($0, indent: indent))
            }
        } + tables.map { File(name: $0.name, bytes: $0.bytes()) }
    }

    /// The value of a JSON file again.
    public func value(of name: String) -> JSONValue? {
        documents.first { $0.name == name }?.restored(pool)
    }

    /// Tells of ids in columns that refer to another kind (the foreign keys of the specification's data
    /// package) when no such object is in the package.
    private func checkReferences(_ findings: inout Findings) {
        var known: Set<ObjectKey> = Set(pool.keys.map { ObjectKey(type: $0.type, id: $0.id.lowercased()) })
        for table in tables {
            guard let type = specification.type(file: table.name),
                let column = table.columns.firstIndex(of: "id")
            else { continue }
            for row in table.rows where row.cells.count > column {
                known.insert(ObjectKey(type: type.name, id: row.cells[column].text.lowercased()))
            }
        }
        func check(_ id: String, _ field: FieldDescription, _ place: Finding.Place) {
            guard let target = field.refersTo, !id.isEmpty else { return }
            if !known.contains(ObjectKey(type: target, id: id.lowercased())) {
                findings.add(.dangling(field.name, to: target, place))
            }
        }
        for key in pool.keys {
            guard let type = specification.type(key.type) else { continue }
            for content in pool.contents(key) {
                for field in content.fields {
                    guard let description = type.field(field.name), case .plain(.text(let id)) = field.value
                    else { continue }
                    check(id, description, Finding.Place(type.file, pointer: "/\(key.id)/\(field.name)"))
                }
            }
        }
        for table in tables {
            guard let type = specification.type(file: table.name) else { continue }
            let fields = table.columns.map { type.field($0) }
            for (index, row) in table.rows.enumerated() {
                for (cell, field) in zip(row.cells, fields) {
                    guard let field else { continue }
                    check(
                        cell.text, field, Finding.Place(table.name, row: index + 2, column: field.name))
                }
            }
        }
    }
}
