#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
public import Store

/// The machine's clock; days are those of Estonia.
public struct SystemWallClock: WallClock {
    private let tallinn: TallinnTime

    /// Nil when the system has no zone data (package tzdata).
    public init?() {
        guard let tallinn = TallinnTime() else { return nil }
        self.tallinn = tallinn
    }

    /// The system's time in whole microseconds; it may jump when the system's clock is set.
    public func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// The day in Europe/Tallinn.
    public func today() -> LocalDate { tallinn.day(of: now()) }
}
