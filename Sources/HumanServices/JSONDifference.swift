/// How two JSON values differ, leaf by leaf. A leaf is a text, number, boolean or null, or an empty list or
/// object, at its JSON pointer (RFC 6901); the order of members does not count, that of lists does.
public struct JSONDifference: Sendable, Hashable {
    /// Leaves of the first value.
    public private(set) var leaves = 0
    /// Of these: found in the second with the same content.
    public private(set) var same = 0
    /// Leaves of the second that the first does not have.
    public private(set) var added = 0
    /// Where they differ or one has nothing, at most 100 places.
    public private(set) var pointers: [String] = []

    /// Nothing lost, nothing changed, nothing added.
    public var isIdentity: Bool { leaves == same && added == 0 }

    /// Compares what was with what came of it.
    public init(from first: JSONValue, to second: JSONValue) {
        compare(first, second, at: "")
    }

    private mutating func compare(_ first: JSONValue, _ second: JSONValue, at pointer: String) {
        switch (first, second) {
        case (.object(let one), .object(let other)) where !one.members.isEmpty && !other.members.isEmpty:
            let theirs = other.byName
            let ours = Set(one.members.map(\.name))
            for member in one.members {
                let place = pointer + "/" + Finding.escaped(member.name)
                if let value = theirs[member.name] {
                    compare(member.value, value, at: place)
                } else {
                    lose(member.value, at: place)
                }
            }
            for member in other.members where !ours.contains(member.name) {
                gain(member.value, at: pointer + "/" + Finding.escaped(member.name))
            }
        case (.array(let one), .array(let other)) where !one.isEmpty && !other.isEmpty:
            for place in 0..<max(one.count, other.count) {
                if place >= other.count {
                    lose(one[place], at: "\(pointer)/\(place)")
                } else if place >= one.count {
                    gain(other[place], at: "\(pointer)/\(place)")
                } else {
                    compare(one[place], other[place], at: "\(pointer)/\(place)")
                }
            }
        default:
            if first.isSame(as: second) {
                leaves += 1
                same += 1
            } else {
                lose(first, at: pointer)
                added += Self.leafCount(second)
            }
        }
    }

    private mutating func lose(_ value: JSONValue, at pointer: String) {
        leaves += Self.leafCount(value)
        note(pointer)
    }

    private mutating func gain(_ value: JSONValue, at pointer: String) {
        added += Self.leafCount(value)
        note(pointer)
    }

    private mutating func note(_ pointer: String) {
        if pointers.count < 100 { pointers.append(pointer) }
    }

    /// How many leaves a value has.
    public static func leafCount(_ value: JSONValue) -> Int {
        switch value {
        case .array(let values) where !values.isEmpty: values.reduce(0) { $0 + leafCount($1) }
        case .object(let object) where !object.members.isEmpty:
            object.members.reduce(0) { $0 + leafCount($1.value) }
        default: 1
        }
    }
}
