/// A point in time: microseconds since 1970-01-01T00:00Z, as it is stored.
public struct Instant: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00Z; negative before it.
    public var microseconds: Int64

    /// That many microseconds after 1970-01-01T00:00Z.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
}

/// A value in a column or a parameter: the five types of the portable vocabulary, and null.
public enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
    case instant(Instant)
}
