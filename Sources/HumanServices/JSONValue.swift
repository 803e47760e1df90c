/// A JSON value as it was written: numbers keep their spelling, members their order, and null differs from
/// absent.
///
/// Foundation's JSON keeps none of the three (a number becomes a Double, an object a dictionary), and
/// Protobuf's has no free form; hence this small one.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// As spelled in the file, by the grammar of RFC 8259.
    case number(String)
    case text(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The text, if it is one.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The object, if it is one.
    public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
    /// The list, if it is one.
    public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    /// The number, rounded as a Double is; nil for everything else.
    public var double: Double? { if case .number(let spelled) = self { Double(spelled) } else { nil } }

    /// The same content: members in any order, numbers and text byte by byte (Swift's `==` takes differently
    /// composed letters for the same).
    public func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.number(let one), .number(let other)), (.text(let one), .text(let other)):
            one.utf8.elementsEqual(other.utf8)
        case (.array(let one), .array(let other)):
            one.count == other.count && zip(one, other).allSatisfy { $0.isSame(as: $1) }
        case (.object(let one), .object(let other)): one.isSame(as: other)
        default: false
        }
    }
}

/// A JSON object with its members in the order of the file, each name once.
public struct JSONObject: Sendable, Hashable {
    /// A name and its value.
    public struct Member: Sendable, Hashable {
        /// Unescaped.
        public var name: String
        /// Null is a value too; a member that is absent is not here.
        public var value: JSONValue

        /// A member as it will be written.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    public private(set) var members: [Member]

    /// The caller sees to it that no name comes twice.
    public init(_ members: [Member] = []) { self.members = members }

    /// A member's value; nil: absent. Setting nil takes the member out, setting a value keeps its place.
    public subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name, value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member whose name is known to be new.
    mutating func append(_ name: String, _ value: JSONValue) { members.append(Member(name, value)) }

    func isSame(as other: JSONObject) -> Bool {
        guard members.count == other.members.count else { return false }
        let theirs = other.byName
        return members.allSatisfy { theirs[$0.name]?.isSame(as: $0.value) ?? false }
    }

    var byName: [String: JSONValue] {
        Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    }
}
