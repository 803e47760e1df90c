import ServiceKit
import Store

/// When the weekly pass is due: in the night to Monday, as eKool's.
enum WeeklySchedule {
    /// The Mondays whose pass has not run, oldest first: the newest that has begun, and after an outage the
    /// ones before it, at most `catchUpWeeks` in all. Without any earlier pass only the newest is due.
    static func due(lastDone: Int32?, at now: Instant, hour: Int, in zone: TallinnTime, catchUpWeeks: Int)
        -> [Int32]
    {
        let newest = newestMonday(at: now, hour: hour, in: zone)
        guard let lastDone else { return [newest] }
        guard lastDone < newest else { return [] }
        let weeks = min(Int(newest - lastDone) / 7, max(1, catchUpWeeks))
        return (0..<max(1, weeks)).reversed().map { newest - Int32($0 * 7) }
    }

    /// The newest Monday on which that hour has struck in Estonia.
    static func newestMonday(at now: Instant, hour: Int, in zone: TallinnTime) -> Int32 {
        let local = zone.local(now)
        let monday = local.day.monday
        let struck = local.day > monday || local.time.minuteOfDay >= hour * 60
        return struck ? monday.dayNumber : monday.dayNumber - 7
    }
}
