/// The objects of a package side by side, as tables have them: own fields and the ids that say what belongs
/// to what, whether these stood in the file or followed from the nesting.
public struct FlatView: Sendable {
    /// One object's own fields.
    public struct Row: Sendable {
        /// nil: the object has no id.
        public var key: ObjectKey?
        /// With the columns that followed from the nesting.
        public var fields: JSONObject
    }

    /// Rows by kind, in the order in which they were met.
    public private(set) var rows: [String: [Row]] = [:]
    private var places: [ObjectKey: Int] = [:]
    private var typesOfID: [String: [String]] = [:]

    /// The row of an object.
    public func row(_ key: ObjectKey) -> Row? {
        places[key].flatMap { rows[key.type]?[$0] }
    }

    /// The kinds of the objects with that id, which is one unless a feed uses an id twice.
    func types(ofID id: String) -> [String] { typesOfID[id] ?? [] }

    mutating func add(_ fields: JSONObject, as type: String) {
        let key = fields["id"]?.text.map { ObjectKey(type: type, id: $0) }
        if let key {
            guard places[key] == nil else { return }
            places[key] = rows[type]?.count ?? 0
            typesOfID[key.id, default: []].append(type)
        }
        rows[type, default: []].append(Row(key: key, fields: fields))
    }

    /// Gives an object's column a value unless it has one.
    mutating func fill(_ column: String, of key: ObjectKey, with value: String) {
        guard let place = places[key], rows[key.type]?[place].fields[column] == nil else { return }
        rows[key.type]?[place].fields[column] = .text(value)
    }

    /// The first content of every object of the pool and every row of the tables; a second row with the same
    /// id has no place here.
    public init(_ package: HumanServicesPackage) {
        let specification = package.specification
        for key in package.pool.keys {
            guard let content = package.pool.contents(key).first else { continue }
            var fields = JSONObject()
            let type = specification.type(key.type)
            for field in content.fields {
                if type?.field(field.name)?.kind.nested == nil, case .plain(let value) = field.value {
                    fields.append(field.name, value)
                }
            }
            add(fields, as: key.type)
        }
        for key in package.pool.keys { fillLinks(of: key, package) }
        for table in package.tables {
            guard let type = specification.type(file: table.name) else { continue }
            for row in table.rows where !row.isBlank { add(table.object(row, as: type), as: type.name) }
        }
    }

    /// Writes the nesting of an object's parts into their columns, or into its own.
    private mutating func fillLinks(of key: ObjectKey, _ package: HumanServicesPackage) {
        let specification = package.specification
        guard let type = specification.type(key.type) else { return }
        for content in package.pool.contents(key) {
            for field in content.fields {
                guard let description = type.field(field.name), let nested = description.kind.nested,
                    let child = specification.type(nested)
                else { continue }
                switch field.value {
                case .one(let reference):
                    guard let column = specification.parentColumn(of: type, to: nested) else { continue }
                    fill(column, of: key, with: reference.key.id)
                case .many(let values):
                    for case .one(let reference) in values {
                        fillParent(key, of: reference.key, child, specification)
                    }
                case .plain: continue
                }
            }
        }
    }

    private mutating func fillParent(
        _ parent: ObjectKey, of key: ObjectKey, _ child: ObjectDescription, _ specification: Specification
    ) {
        switch child.name {
        case "attribute":
            fill("link_id", of: key, with: parent.id)
            fill("link_entity", of: key, with: parent.type)
        case "metadata":
            fill("resource_id", of: key, with: parent.id)
            fill("resource_type", of: key, with: parent.type)
        default:
            guard let column = specification.parentColumn(of: child, to: parent.type) else { return }
            fill(column, of: key, with: parent.id)
        }
    }
}
