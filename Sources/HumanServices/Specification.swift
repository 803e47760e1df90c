/// The kinds of objects of one version of the Human Services Data Specification, their fields and how they
/// hang together.
public struct Specification: Sendable {
    /// The versions that are read and written. 3.1 is as published so far: a pre-release of October 2024.
    public enum Version: String, Sendable, CaseIterable {
        case v30 = "3.0"
        case v31 = "3.1"
    }

    /// Which version this describes.
    public let version: Version
    /// In the order of the specification's own data package.
    public let types: [ObjectDescription]
    private let byName: [String: Int]
    private let byFile: [String: Int]

    /// The description of a version, read once.
    public static func of(_ version: Version) -> Specification {
        switch version {
        case .v30: v30
        case .v31: v31
        }
    }

    private static let v30 = Specification(.v30, text: objectsText)
    private static let v31 = Specification(.v31, text: objectsText)

    init(_ version: Version, text: String) {
        self.version = version
        var types: [ObjectDescription] = []
        for paragraph in text.split(separator: "\n\n") {
            let lines = paragraph.split(separator: "\n", maxSplits: 1)
            let heading = (lines.first ?? "").split(separator: " ")
            guard heading.count == 2, let rest = lines.last else { continue }
            let isNew = heading[0].hasPrefix("+")
            if isNew, version == .v30 { continue }
            let fields = rest.split(separator: ",").compactMap { FieldDescription(text: $0, version) }
            types.append(
                ObjectDescription(
                    name: String(heading[0].drop { $0 == "+" }), file: String(heading[1]), fields: fields))
        }
        self.types = types
        byName = Dictionary(uniqueKeysWithValues: types.enumerated().map { ($1.name, $0) })
        byFile = Dictionary(uniqueKeysWithValues: types.enumerated().map { ($1.file, $0) })
    }

    /// The kind of that name, such as "service_at_location".
    public func type(_ name: String) -> ObjectDescription? { byName[name].map { types[$0] } }

    /// The kind whose table has that file name, such as "phones.csv".
    public func type(file: String) -> ObjectDescription? { byFile[file].map { types[$0] } }

    /// The column in `child`'s table that names a parent of that kind.
    func parentColumn(of child: ObjectDescription, to parent: String) -> String? {
        child.fields.first { $0.refersTo == parent }?.name
    }
}

/// One kind of object: its table and its fields.
public struct ObjectDescription: Sendable {
    /// As in the specification, such as "phone".
    public let name: String
    /// The kind's table, such as "phones.csv".
    public let file: String
    /// In the order of the specification.
    public let fields: [FieldDescription]
    private let index: [String: Int]

    init(name: String, file: String, fields: [FieldDescription]) {
        self.name = name
        self.file = file
        self.fields = fields
        index = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    }

    /// The field of that name, if the specification or its API knows it.
    public func field(_ name: String) -> FieldDescription? { index[name].map { fields[$0] } }

    func place(of name: String) -> Int? { index[name] }

    /// The columns of the table: every field that is not nested. (The published data package leaves out ten
    /// that the schemas have, of capacities and units.)
    public var columns: [String] { fields.filter { $0.kind.nested == nil }.map(\.name) }
}

/// One field of a kind of object.
public struct FieldDescription: Sendable {
    /// What a field holds.
    public enum Kind: Sendable, Hashable {
        case text, number, uuid, uri, email, date, time, dateTime
        case choice([String])
        /// Nested objects of that kind.
        case list(String)
        /// One nested object of that kind.
        case object(String)

        /// The kind of the nested objects, if the field nests any.
        public var nested: String? {
            switch self {
            case .list(let type), .object(let type): type
            default: nil
            }
        }
    }

    /// As in the specification.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// Required wherever the object stands.
    public let isRequired: Bool
    /// Required where objects are rows, because the nesting does not say it there.
    public let isRequiredInTables: Bool
    /// Kept and written, but no longer recommended by the specification.
    public let isDeprecated: Bool
    /// Not in the object's schema, but in what the API answers.
    public let isOfAPI: Bool
    /// The kind of object that the id in this field names.
    public let refersTo: String?

    /// One entry of `Specification.objectsText`; nil: not in that version.
    init?(text: Substring, _ version: Specification.Version) {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard var word = words.first else { return nil }
        let marks = word.prefix { "+~?".contains($0) }
        if marks.contains("+"), version == .v30 { return nil }
        isDeprecated = marks.contains("~")
        isOfAPI = marks.contains("?")
        word = word.dropFirst(marks.count)
        isRequired = word.contains("!")
        isRequiredInTables = word.contains("^")
        name = String(word.prefix { $0 != "!" && $0 != "^" })
        let kind = words.dropFirst().joined(separator: " ")
        refersTo = kind.first == ">" ? String(kind.dropFirst()) : nil
        let inner = String(kind.dropFirst().dropLast())
        switch kind.first {
        case nil: self.kind = .text
        case ">": self.kind = .uuid
        case "[": self.kind = .list(inner)
        case "{": self.kind = .object(inner)
        default: self.kind = Self.named[kind] ?? .choice(kind.split(separator: "|").map(String.init))
        }
    }

    private static let named: [String: Kind] = [
        "number": .number, "uuid": .uuid, "uri": .uri, "email": .email, "date": .date, "time": .time,
        "date-time": .dateTime,
    ]
}
