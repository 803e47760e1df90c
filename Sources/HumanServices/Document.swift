/// One JSON file of a package, in the form in which it came.
public struct Document: Sendable, Hashable {
    /// What a JSON file holds at its root.
    public enum Form: Sendable, Hashable {
        /// One object, or whatever else is no object of a known kind (the description of an API, say).
        case value(KeptValue)
        /// A list of objects.
        case list([KeptValue])
        /// A page of an API's answer: its members as they were, the objects of `contents` apart.
        case page(JSONObject, contents: [KeptValue])
        /// Tables as JSON: rows by file name.
        case tables([Table])
    }

    /// A table written as JSON.
    public struct Table: Sendable, Hashable {
        /// The file that it would be as CSV, such as "phones.csv".
        public var file: String
        /// In the order of the file.
        public var rows: [KeptValue]
    }

    /// The file's name.
    public var name: String
    /// What it holds.
    public var form: Form

    /// Finds out what a file holds and takes its objects into the pool.
    static func take(
        _ value: JSONValue, name: String, _ specification: Specification, _ pool: inout ObjectPool,
        _ findings: inout Findings
    ) -> Document {
        let place = Finding.Place(name)
        switch value {
        case .array(let values):
            return Document(name: name, form: .list(take(values, at: place, specification, &pool, &findings)))
        case .object(let object):
            if let contents = object["contents"]?.array, isPage(object) {
                let kept = take(
                    contents, at: place.below("contents"), specification, &pool, &findings)
                return Document(name: name, form: .page(object, contents: kept))
            }
            if let tables = tables(object, at: place, specification, &pool, &findings) {
                return Document(name: name, form: .tables(tables))
            }
            if isDescription(object) { return Document(name: name, form: .value(.plain(value))) }
            return Document(name: name, form: .value(root(value, at: place, specification, &pool, &findings)))
        default:
            findings.add(.documentUnknown(place))
            return Document(name: name, form: .value(.plain(value)))
        }
    }

    private static func isPage(_ object: JSONObject) -> Bool {
        ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty"]
            .contains { object[$0] != nil }
    }

    /// What an API answers at its root: version, profile and where its description is.
    private static func isDescription(_ object: JSONObject) -> Bool {
        object["id"] == nil && object["version"] != nil && object["openapi_url"] != nil
    }

    private static func take(
        _ values: [JSONValue], at place: Finding.Place, _ specification: Specification,
        _ pool: inout ObjectPool, _ findings: inout Findings
    ) -> [KeptValue] {
        var kept: [KeptValue] = []
        for (index, value) in values.enumerated() {
            kept.append(root(value, at: place.below(String(index)), specification, &pool, &findings))
        }
        return kept
    }

    private static func root(
        _ value: JSONValue, at place: Finding.Place, _ specification: Specification, _ pool: inout ObjectPool,
        _ findings: inout Findings
    ) -> KeptValue {
        guard let object = value.object, let type = specification.type(of: object) else {
            findings.add(.documentUnknown(place))
            return .plain(value)
        }
        Validation.check(value, as: type, specification, at: place, &findings)
        return pool.take(value, as: type, specification, at: place, &findings)
    }

    private static func tables(
        _ object: JSONObject, at place: Finding.Place, _ specification: Specification,
        _ pool: inout ObjectPool, _ findings: inout Findings
    ) -> [Table]? {
        let areTables = object.members.allSatisfy { $0.name.hasSuffix(".csv") && $0.value.array != nil }
        guard !object.members.isEmpty, areTables else { return nil }
        var tables: [Table] = []
        for member in object.members {
            var rows: [KeptValue] = []
            let type = specification.type(file: member.name)
            if type == nil { findings.add(.tableUnknown(Finding.shown(member.name))) }
            for (index, row) in (member.value.array ?? []).enumerated() {
                guard let type else {
                    rows.append(.plain(row))
                    continue
                }
                let place = place.below(member.name).below(String(index))
                Validation.check(row, as: type, specification, asRow: true, at: place, &findings)
                rows.append(pool.take(row, as: type, specification, at: place, &findings))
            }
            tables.append(Table(file: member.name, rows: rows))
        }
        return tables
    }

    /// The file's value again; nil only when the pool is not the one that it was read into.
    func restored(_ pool: ObjectPool) -> JSONValue? {
        switch form {
        case .value(let value): return pool.restored(value)
        case .list(let values): return pool.restored(.many(values))
        case .page(var page, let contents):
            guard let contents = pool.restored(.many(contents)) else { return nil }
            page["contents"] = contents
            return .object(page)
        case .tables(let tables):
            var object = JSONObject()
            for table in tables {
                guard let rows = pool.restored(.many(table.rows)) else { return nil }
                object.append(table.file, rows)
            }
            return .object(object)
        }
    }
}

extension Specification {
    /// The kind that an object is most likely of: which knows most of its fields, has the fewest that are
    /// missing, and is the smallest. nil: no kind knows it.
    func type(of object: JSONObject) -> ObjectDescription? {
        guard object["id"] != nil else { return nil }
        var best: (type: ObjectDescription, score: Int)?
        for type in types {
            let known = object.members.count { type.field($0.name) != nil }
            let missing = type.fields.count { $0.isRequired && object[$0.name] == nil }
            let unknown = object.members.count - known
            guard known > 1 || object.members.count == 1 else { continue }
            let score = (known - unknown - missing * 2) * 1000 - type.fields.count
            if best.map({ score > $0.score }) ?? true { best = (type, score) }
        }
        return best?.type
    }
}
