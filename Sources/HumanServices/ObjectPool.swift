/// Which object: ids are unique within a kind only (the official example has a capacity and a unit with the
/// same id).
public struct ObjectKey: Sendable, Hashable {
    /// The kind's name, such as "service_at_location".
    public var type: String
    /// As spelled in the file.
    public var id: String

    /// The object of that kind and id.
    public init(type: String, id: String) {
        self.type = type
        self.id = id
    }
}

/// One content of an object. Where the same object comes with other content, both are kept, as variants 0, 1,
/// …
public struct Reference: Sendable, Hashable {
    /// Which object.
    public var key: ObjectKey
    /// Which of its contents, from 0.
    public var variant: Int
}

/// A value in which every object of a known kind with an id is replaced by a reference to the pool.
public enum KeptValue: Sendable, Hashable {
    /// As it was, nested content and all.
    case plain(JSONValue)
    case one(Reference)
    case many([KeptValue])

    /// The same content, byte by byte.
    func isSame(as other: KeptValue) -> Bool {
        switch (self, other) {
        case (.plain(let one), .plain(let other)): one.isSame(as: other)
        case (.one(let one), .one(let other)): one == other
        case (.many(let one), .many(let other)):
            one.count == other.count && zip(one, other).allSatisfy { $0.isSame(as: $1) }
        default: false
        }
    }
}

/// An object's fields, nested objects as references.
public struct KeptObject: Sendable, Hashable {
    /// A field's name and value.
    public struct Field: Sendable, Hashable {
        /// As the file names it, known to the specification or not.
        public var name: String
        /// Nested objects are references.
        public var value: KeptValue
    }

    /// In the order of the file; absent fields are absent.
    public var fields: [Field]

    public subscript(name: String) -> KeptValue? { fields.first { $0.name == name }?.value }

    func isSame(as other: KeptObject) -> Bool {
        guard fields.count == other.fields.count else { return false }
        return fields.allSatisfy { field in other[field.name]?.isSame(as: field.value) ?? false }
    }
}

/// The objects of a package, each content once however often it is repeated.
public struct ObjectPool: Sendable {
    /// In the order in which they were met first.
    public private(set) var keys: [ObjectKey] = []
    private var variants: [ObjectKey: [KeptObject]] = [:]
    private var hashes: [ObjectKey: [Int]] = [:]
    /// How often an object came again with the same content.
    public private(set) var repeats = 0

    /// No objects yet.
    public init() {}

    /// The contents of an object: one, or more when repeats conflict.
    public func contents(_ key: ObjectKey) -> [KeptObject] { variants[key] ?? [] }

    /// The content that a reference names; nil: the reference is of another pool.
    public func content(_ reference: Reference) -> KeptObject? {
        guard let found = variants[reference.key], found.indices.contains(reference.variant) else {
            return nil
        }
        return found[reference.variant]
    }

    /// Contents of one object that are compared with each other; a feed that has more stays whole, unshared.
    static let variantsMaximum = 64

    /// Takes in a content; `isConflict`: the object was known with another one. No reference: it has too many.
    mutating func add(_ object: KeptObject, as key: ObjectKey) -> (reference: Reference?, isConflict: Bool) {
        let hash = object.fields.reduce(0) { $0 ^ Self.hash($1) }
        let count = hashes[key]?.count ?? 0
        for variant in 0..<count where hashes[key]?[variant] == hash {
            if variants[key]?[variant].isSame(as: object) == true {
                repeats += 1
                return (Reference(key: key, variant: variant), false)
            }
        }
        guard count < Self.variantsMaximum else { return (nil, true) }
        if count == 0 { keys.append(key) }
        variants[key, default: []].append(object)
        hashes[key, default: []].append(hash)
        return (Reference(key: key, variant: count), count > 0)
    }

    /// Objects whose members come in another order are the same; so the members' hashes are combined without
    /// order, and those of nested plain objects are left out.
    private static func hash(_ field: KeptObject.Field) -> Int {
        var hasher = Hasher()
        hasher.combine(field.name)
        switch field.value {
        case .plain(.text(let text)): hasher.combine(text)
        case .plain(.number(let number)): hasher.combine(number)
        case .plain: break
        case .one(let reference): hasher.combine(reference)
        case .many(let values): hasher.combine(values.count)
        }
        return hasher.finalize()
    }

    /// Puts a content in the place of all there is of an object.
    mutating func replace(_ key: ObjectKey, with contents: [KeptObject]) {
        if variants[key] == nil { keys.append(key) }
        variants[key] = contents
        hashes[key] = contents.map { $0.fields.reduce(0) { $0 ^ Self.hash($1) } }
    }
}

extension ObjectPool {
    /// Replaces the objects in a value by references, those inside first.
    mutating func take(
        _ value: JSONValue, as type: ObjectDescription, _ specification: Specification,
        at place: Finding.Place, _ findings: inout Findings
    ) -> KeptValue {
        guard let object = value.object, let id = object["id"]?.text else { return .plain(value) }
        var kept = KeptObject(fields: [])
        kept.fields.reserveCapacity(object.members.count)
        for member in object.members {
            var keptValue = KeptValue.plain(member.value)
            switch (type.field(member.name)?.kind, member.value) {
            case (.list(let nested), .array(let values)):
                guard let nested = specification.type(nested) else { break }
                var list: [KeptValue] = []
                for (index, value) in values.enumerated() {
                    list.append(
                        take(
                            value, as: nested, specification,
                            at: place.below(member.name).below(String(index)),
                            &findings))
                }
                keptValue = .many(list)
            case (.object(let nested), .object):
                guard let nested = specification.type(nested) else { break }
                keptValue = take(
                    member.value, as: nested, specification, at: place.below(member.name), &findings)
            default: break
            }
            kept.fields.append(KeptObject.Field(name: member.name, value: keptValue))
        }
        let added = add(kept, as: ObjectKey(type: type.name, id: id))
        if added.isConflict { findings.add(.repeatConflicts(type.name, place)) }
        return added.reference.map { .one($0) } ?? .plain(value)
    }

    /// The value with its objects in it again; nil: it refers to what is not in the pool, or deeper than any
    /// file.
    func restored(_ value: KeptValue, depth: Int = 0) -> JSONValue? {
        switch value {
        case .plain(let value): return value
        case .many(let values):
            let restored = values.compactMap { self.restored($0, depth: depth) }
            return restored.count == values.count ? .array(restored) : nil
        case .one(let reference):
            guard depth < 100, let content = content(reference) else { return nil }
            var object = JSONObject()
            for field in content.fields {
                guard let value = restored(field.value, depth: depth + 1) else { return nil }
                object.append(field.name, value)
            }
            return .object(object)
        }
    }
}

extension Finding.Place {
    /// The place of a member or element.
    func below(_ name: String) -> Finding.Place {
        var place = self
        place.pointer += "/" + Finding.escaped(name)
        return place
    }
}
