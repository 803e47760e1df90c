extension HumanServicesPackage {
    /// An object that nothing else holds, with all that belongs to it nested in it.
    public struct Nested: Sendable {
        /// Its kind, such as "service".
        public var type: String
        /// With what belongs to it.
        public var object: JSONObject
    }

    /// The tables' objects nested as the specification's full examples are: under each object all that refers
    /// to it, and in each object what it refers to, except what stands above it already. Objects that no root
    /// reaches become roots themselves, so nothing is lost but columns that are empty in every row, and rows with
    /// another's id.
    ///
    /// - Parameter nodesMaximum: ends with `nested-too-large` when the repeats make more fields than that.
    public func asNested(
        rootKinds: [String] = ["service"], nodesMaximum: Int = 2_000_000
    ) throws(Finding) -> [Nested] {
        var nesting = try Nesting.prepared(self, rootKinds, nodesMaximum: nodesMaximum)
        return try nesting.roots(of: rootKinds)
    }

    /// These objects, each nested as a root.
    func nested(_ keys: [ObjectKey]) throws(Finding) -> [JSONObject?] {
        var kinds: [String] = []
        for key in keys where !kinds.contains(key.type) { kinds.append(key.type) }
        var nesting = try Nesting.prepared(self, kinds, nodesMaximum: 2_000_000)
        var objects: [JSONObject?] = []
        for key in keys { objects.append(try nesting.object(key)) }
        return objects
    }
}

/// Puts rows into each other.
private struct Nesting {
    private struct Column: Hashable {
        var key: ObjectKey
        var name: String
    }

    private let view: FlatView
    private let specification: Specification
    private let nodesMaximum: Int
    /// Rows by the parent that one of their columns names, and their kind.
    private var children: [ObjectKey: [String: [Int]]] = [:]
    private var implied: Set<Column> = []
    private var said: Set<Column> = []
    private var reached: Set<ObjectKey> = []
    private var nodes = 0

    init(_ view: FlatView, _ specification: Specification, nodesMaximum: Int) {
        self.view = view
        self.specification = specification
        self.nodesMaximum = nodesMaximum
        for type in specification.types {
            for (place, row) in (view.rows[type.name] ?? []).enumerated() {
                for parent in parents(of: row, type) {
                    children[parent.key, default: [:]][type.name, default: []].append(place)
                }
            }
        }
    }

    /// Goes through all once to learn which ids the nesting says anyway.
    static func prepared(
        _ package: HumanServicesPackage, _ kinds: [String], nodesMaximum: Int
    ) throws(Finding) -> Nesting {
        var nesting = Nesting(FlatView(package), package.specification, nodesMaximum: nodesMaximum)
        _ = try nesting.roots(of: kinds)
        nesting.said = nesting.implied
        nesting.reached = []
        nesting.nodes = 0
        return nesting
    }

    /// The objects that a row belongs to, and the column that says so.
    private func parents(of row: FlatView.Row, _ type: ObjectDescription) -> [Column] {
        switch type.name {
        case "attribute": return link(row, "link_id", "link_entity")
        case "metadata": return link(row, "resource_id", "resource_type")
        default:
            return type.fields.compactMap { field in
                guard let kind = field.refersTo, let id = row.fields[field.name]?.text else { return nil }
                return Column(key: ObjectKey(type: kind, id: id), name: field.name)
            }
        }
    }

    /// The object with that id: of the kind that the row names if there is one, else of any.
    private func link(_ row: FlatView.Row, _ column: String, _ kind: String) -> [Column] {
        guard let id = row.fields[column]?.text else { return [] }
        let types = view.types(ofID: id)
        let named = row.fields[kind]?.text
        guard let type = types.first(where: { $0 == named }) ?? types.first else { return [] }
        return [Column(key: ObjectKey(type: type, id: id), name: column)]
    }

    mutating func roots(of kinds: [String]) throws(Finding) -> [HumanServicesPackage.Nested] {
        var roots: [HumanServicesPackage.Nested] = []
        for kind in kinds + specification.types.map(\.name).filter({ !kinds.contains($0) }) {
            guard let type = specification.type(kind) else { continue }
            for row in view.rows[kind] ?? [] {
                if let key = row.key, reached.contains(key) { continue }
                roots.append(.init(type: kind, object: try build(row, type, under: [])))
            }
        }
        return roots
    }

    /// One object with all that belongs to it; nil: there is none.
    mutating func object(_ key: ObjectKey) throws(Finding) -> JSONObject? {
        guard let row = view.row(key), let type = specification.type(key.type) else { return nil }
        return try build(row, type, under: [])
    }

    private mutating func build(
        _ row: FlatView.Row, _ type: ObjectDescription, under above: [String]
    ) throws(Finding) -> JSONObject {
        let above = above + [type.name]
        nodes += row.fields.members.count + 1
        guard nodes <= nodesMaximum else { throw .formTooLarge(nodesMaximum) }
        var object = JSONObject()
        for member in row.fields.members {
            if let key = row.key, said.contains(Column(key: key, name: member.name)) { continue }
            object.append(member.name, member.value)
        }
        guard let key = row.key else { return object }
        reached.insert(key)
        for field in type.fields {
            guard let nested = field.kind.nested, !above.contains(nested),
                let child = specification.type(nested), object[field.name] == nil
            else { continue }
            if case .object = field.kind {
                guard let column = specification.parentColumn(of: type, to: nested),
                    let id = row.fields[column]?.text,
                    let target = view.row(ObjectKey(type: nested, id: id))
                else { continue }
                object.append(field.name, .object(try build(target, child, under: above)))
                implied.insert(Column(key: key, name: column))
            } else if let places = children[key]?[nested] {
                var values: [JSONValue] = []
                for place in places {
                    guard let row = view.rows[nested]?[place] else { continue }
                    values.append(.object(try build(row, child, under: above)))
                    sayParent(of: row, child, is: key)
                }
                object.append(field.name, .array(values))
            }
        }
        return object
    }

    private mutating func sayParent(of row: FlatView.Row, _ type: ObjectDescription, is parent: ObjectKey) {
        guard let key = row.key else { return }
        for column in parents(of: row, type) where column.key == parent {
            implied.insert(Column(key: key, name: column.name))
        }
    }
}
