// The only place that knows a time zone: FoundationEssentials has no zone but UTC, so Foundation is taken here.
import Foundation
public import Store

/// Local time in Estonia (Europe/Tallinn, from the system's zone data).
public struct TallinnTime: Sendable {
    private let zone: TimeZone

    /// Nil when the system has no zone data (package tzdata).
    public init?() {
        guard let zone = TimeZone(identifier: "Europe/Tallinn") else { return nil }
        self.zone = zone
    }

    /// The local day and time of an instant; seconds are cut off.
    public func local(_ instant: Instant) -> (day: LocalDate, time: LocalTime) {
        let seconds = floorDivide(instant.microseconds, 1_000_000)
        let local = seconds + Int64(offset(at: seconds))
        let day = floorDivide(local, 86_400)
        let minute = floorDivide(local - day * 86_400, 60)
        let time = LocalTime(hour: Int(minute / 60), minute: Int(minute % 60))
        return (LocalDate(dayNumber: Int32(clamping: day)), time ?? .midnight)
    }

    /// The day in Estonia at that instant.
    public func day(of instant: Instant) -> LocalDate { local(instant).day }

    /// The instant of a local day and time. In the hour that autumn repeats it is the first (summer time); a time in
    /// the hour that spring skips is read as if the clocks had not been moved, which is one hour later in summer time.
    public func instant(_ day: LocalDate, _ time: LocalTime = .midnight) -> Instant {
        let local = Int64(day.dayNumber) * 86_400 + Int64(time.minuteOfDay) * 60
        // The zone's offset before any change that is near: exact except within the skipped hour.
        let before = Int64(offset(at: local - 86_400))
        let after = Int64(offset(at: local + 86_400))
        if before == after { return Instant(microseconds: (local - before) * 1_000_000) }
        let first = local - before
        if Int64(offset(at: first)) == before { return Instant(microseconds: first * 1_000_000) }
        let second = local - after
        if Int64(offset(at: second)) == after { return Instant(microseconds: second * 1_000_000) }
        return Instant(microseconds: first * 1_000_000)
    }

    private func offset(at seconds: Int64) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }

    private func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value >= 0 ? value / by : -((-value + by - 1) / by)
    }
}

extension LocalTime {
    /// 00:00.
    public static let midnight = LocalTime(minuteOfDay: 0)
}
