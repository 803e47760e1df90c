#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The machine's clock, where nobody gives another.
public enum SystemTime {
    /// Seconds since 1970.
    public static let seconds: @Sendable () -> Int64 = { Int64(time(nil)) }
}
