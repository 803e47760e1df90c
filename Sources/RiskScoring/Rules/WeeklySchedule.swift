import ServiceKit
import Store

/// When the weekly pass is due: in the night to Monday, as eKool's.
enum WeeklySchedule {
    /// The Mondays whose pass has not run, oldest first: the newest that has begun, and after an outage the ones
    /// before it, at most `catchUpWeeks` in all. Without any earlier pass only the newest is due.
    static func due(lastDone: Int32?, at now: Instant, hour: Int, catchUpWeeks: Int) -> [Int32] {
        let newest = newestMonday(at: now, hour: hour)
        guard let lastDone else { return [newest] }
        guard lastDone < newest else { return [] }
        let weeks = min(Int(newest - lastDone) / 7, max(1, catchUpWeeks))
        return (0..<max(1, weeks)).reversed().map { newest - Int32($0 * 7) }
    }

    /// The newest Monday on which that hour has struck in Estonia.
    static func newestMonday(at now: Instant, hour: Int) -> Int32 {
        let microsecondsPerHour: Int64 = 3_600_000_000
        let local = now.microseconds + Int64(offsetHours(at: now) - hour) * microsecondsPerHour
        let day = Int32(clamping: Int64((Double(local) / Double(24 * microsecondsPerHour)).rounded(.down)))
        return LocalDate(dayNumber: day).monday.dayNumber
    }

    /// Estonian time is UTC+2, in summer UTC+3: from the last Sunday of March 01:00 UTC to the last Sunday of October
    /// 01:00 UTC (directive 2000/84/EC). A Monday at night never falls on the change.
    static func offsetHours(at now: Instant) -> Int {
        let microsecondsPerHour: Int64 = 3_600_000_000
        let hours = Int64((Double(now.microseconds) / Double(microsecondsPerHour)).rounded(.down))
        let year = LocalDate(dayNumber: Int32(clamping: hours / 24)).components.year
        func change(_ month: Int) -> Int64 {
            guard let last = LocalDate(year: year, month: month, day: 31) else { return 0 }
            return Int64(last.dayNumber - Int32(last.weekday % 7)) * 24 + 1
        }
        return hours >= change(3) && hours < change(10) ? 3 : 2
    }
}
