/// A package in pieces, as a store keeps it: JSON files as outlines that refer to objects, each content of an
/// object once, tables as their bytes.
public struct KeptPackage: Sendable, Hashable {
    /// A file of the package.
    public struct Document: Sendable, Hashable {
        /// The file's name.
        public var name: String
        /// Whether it is a CSV table.
        public var isTable: Bool
        /// A table's bytes, or a JSON file's outline, which names its objects by key and variant.
        public var content: [UInt8]

        /// A file as a store gives it back.
        public init(name: String, isTable: Bool, content: [UInt8]) {
            self.name = name
            self.isTable = isTable
            self.content = content
        }
    }

    /// One content of one object.
    public struct Object: Sendable, Hashable {
        /// Which object.
        public var key: ObjectKey
        /// 0 for the first content, 1 for one that conflicts with it, and so on.
        public var variant: Int
        /// The object's fields as an outline.
        public var content: [UInt8]

        /// A content as a store gives it back.
        public init(key: ObjectKey, variant: Int, content: [UInt8]) {
            self.key = key
            self.variant = variant
            self.content = content
        }
    }

    /// Of the specification that the package was read by.
    public var version: Specification.Version
    /// In the order of reading, JSON files before tables.
    public var documents: [Document]
    /// In the order of reading; the variants of an object one after another.
    public var objects: [Object]

    /// A package as a store gives it back.
    public init(version: Specification.Version, documents: [Document], objects: [Object]) {
        self.version = version
        self.documents = documents
        self.objects = objects
    }
}

extension HumanServicesPackage {
    /// The pieces of this package.
    public var kept: KeptPackage {
        var result = KeptPackage(version: specification.version, documents: [], objects: [])
        for document in documents {
            result.documents.append(
                .init(
                    name: document.name, isTable: false,
                    content: JSONWriter.bytes(document.form.outline, indent: nil)))
        }
        for table in tables {
            result.documents.append(.init(name: table.name, isTable: true, content: table.bytes()))
        }
        for key in pool.keys {
            for (variant, content) in pool.contents(key).enumerated() {
                let fields = content.fields.map {
                    JSONObject.Member($0.name, $0.value.outline)
                }
                result.objects.append(
                    .init(
                        key: key, variant: variant,
                        content: JSONWriter.bytes(.object(JSONObject(fields)), indent: nil)))
            }
        }
        return result
    }

    /// The package again; the finding says which piece is damaged.
    public init(_ kept: KeptPackage) throws(Finding) {
        self.init(kept.version)
        var limits = JSONReader.Limits()
        // An outline has two levels for each of the file's.
        limits.depth = limits.depth * 2 + 8
        for object in kept.objects {
            let name = object.key.type
            guard
                case .object(let fields) = try JSONReader.read(object.content, file: name, limits: limits),
                pool.contents(object.key).count == object.variant
            else { throw .keptDamaged(name) }
            var content = KeptObject(fields: [])
            for member in fields.members {
                guard let value = KeptValue(outline: member.value) else { throw .keptDamaged(name) }
                content.fields.append(.init(name: member.name, value: value))
            }
            pool.replace(object.key, with: pool.contents(object.key) + [content])
        }
        for document in kept.documents {
            if document.isTable {
                tables.append(try TableFile.read(document.content, name: document.name))
                continue
            }
            let outline = try JSONReader.read(document.content, file: document.name, limits: limits)
            guard let form = Document.Form(outline: outline) else { throw .keptDamaged(document.name) }
            documents.append(Document(name: document.name, form: form))
        }
    }

    /// A package made by us rather than read.
    public init(_ version: Specification.Version, made values: [(name: String, value: JSONValue)]) {
        self.init(version)
        var findings = Findings()
        for (name, value) in values {
            documents.append(Document.take(value, name: name, specification, &pool, &findings))
        }
    }

    /// Gives a field of an object another value wherever the object stands; what the package does not have
    /// stays so.
    public mutating func set(_ field: String, of key: ObjectKey, to value: JSONValue) {
        let contents = pool.contents(key).map { content in
            var content = content
            if let place = content.fields.firstIndex(where: { $0.name == field }) {
                content.fields[place].value = .plain(value)
            } else {
                content.fields.append(.init(name: field, value: .plain(value)))
            }
            return content
        }
        if !contents.isEmpty { pool.replace(key, with: contents) }
        for index in tables.indices {
            guard specification.type(file: tables[index].name)?.name == key.type else { continue }
            tables[index].set(field, ofID: key.id, to: value)
        }
    }
}

extension TableFile {
    fileprivate mutating func set(_ field: String, ofID id: String, to value: JSONValue) {
        guard let idColumn = columns.firstIndex(of: "id"), let column = columns.firstIndex(of: field) else {
            return
        }
        for index in rows.indices where rows[index].cells.count > max(idColumn, column) {
            if rows[index].cells[idColumn].text == id { rows[index].cells[column] = Cell(value) }
        }
    }
}

extension KeptValue {
    fileprivate var outline: JSONValue {
        switch self {
        case .plain(let value): .object(JSONObject([.init("p", value)]))
        case .one(let reference):
            .object(
                JSONObject([
                    .init(
                        "r",
                        .array([
                            .text(reference.key.type), .text(reference.key.id),
                            .number(String(reference.variant)),
                        ]))
                ]))
        case .many(let values): .object(JSONObject([.init("m", .array(values.map(\.outline)))]))
        }
    }

    fileprivate init?(outline: JSONValue) {
        guard let member = outline.object?.members.first, outline.object?.members.count == 1 else {
            return nil
        }
        switch (member.name, member.value) {
        case ("p", let value): self = .plain(value)
        case ("r", .array(let parts)):
            guard parts.count == 3, let type = parts[0].text, let id = parts[1].text,
                case .number(let number) = parts[2], let variant = Int(number)
            else { return nil }
            self = .one(Reference(key: ObjectKey(type: type, id: id), variant: variant))
        case ("m", .array(let values)):
            let kept = values.compactMap { KeptValue(outline: $0) }
            guard kept.count == values.count else { return nil }
            self = .many(kept)
        default: return nil
        }
    }
}

extension Document.Form {
    fileprivate var outline: JSONValue {
        switch self {
        case .value(let value): .object(JSONObject([.init("value", value.outline)]))
        case .list(let values): .object(JSONObject([.init("list", KeptValue.many(values).outline)]))
        case .page(var page, let contents):
            .object(
                JSONObject([
                    .init("page", Self.emptied(&page)), .init("contents", KeptValue.many(contents).outline),
                ]))
        case .tables(let tables):
            .object(
                JSONObject(
                    tables.map { JSONObject.Member($0.file, KeptValue.many($0.rows).outline) }
                        + [.init("tables", .bool(true))]))
        }
    }

    /// The page's members, with nothing in the place of the objects.
    private static func emptied(_ page: inout JSONObject) -> JSONValue {
        page["contents"] = .null
        return .object(page)
    }

    fileprivate init?(outline: JSONValue) {
        guard let object = outline.object else { return nil }
        func many(_ value: JSONValue?) -> [KeptValue]? {
            if let value, case .many(let values)? = KeptValue(outline: value) { values } else { nil }
        }
        if object["tables"] != nil {
            let members = object.members.filter { $0.name != "tables" }
            let tables = members.compactMap { member in
                many(member.value).map { Document.Table(file: member.name, rows: $0) }
            }
            guard tables.count == members.count else { return nil }
            self = .tables(tables)
        } else if let page = object["page"]?.object {
            guard let contents = many(object["contents"]) else { return nil }
            self = .page(page, contents: contents)
        } else if let list = many(object["list"]) {
            self = .list(list)
        } else if let value = object["value"].flatMap({ KeptValue(outline: $0) }) {
            self = .value(value)
        } else {
            return nil
        }
    }
}
