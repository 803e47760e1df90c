public import Store
import Synchronization

/// A clock that stands until it is moved: for tests, and for replaying a school year.
public final class ManualClock: WallClock {
    private let instant: Mutex<Instant>
    private let tallinn: TallinnTime?

    /// Stands at `start`.
    public init(_ start: Instant) {
        instant = Mutex(start)
        tallinn = TallinnTime()
    }

    /// Starts at that local time in Estonia (UTC where the system has no zone data).
    public convenience init(_ day: LocalDate, _ time: LocalTime = .midnight) {
        let utc = Instant(
            microseconds: (Int64(day.dayNumber) * 86_400 + Int64(time.minuteOfDay) * 60) * 1_000_000)
        self.init(TallinnTime()?.instant(day, time) ?? utc)
    }

    /// The instant at which the clock stands.
    public func now() -> Instant { instant.withLock { $0 } }

    /// The day in Europe/Tallinn; in UTC where the system has no zone data.
    public func today() -> LocalDate {
        let now = now()
        return tallinn?.day(of: now)
            ?? LocalDate(dayNumber: Int32(clamping: now.microseconds / 86_400_000_000))
    }

    /// Moves on, at once; back when the duration is negative.
    public func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        instant.withLock { $0.microseconds += seconds * 1_000_000 + attoseconds / 1_000_000_000_000 }
    }

    /// Moves on by so many times 24 hours: the local time shifts where summer time begins or ends.
    public func advance(days: Int) { advance(by: .seconds(days * 86_400)) }

    /// Stands at `now` from here on, be it earlier or later.
    public func set(_ now: Instant) { instant.withLock { $0 = now } }
}
