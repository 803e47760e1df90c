import ServiceKit
import Store
import Testing

@testable import RiskScoring

private let monday: Int32 = LocalDate("2026-11-02")?.dayNumber ?? 0

private func found(_ count: Int, asOf: Int32 = monday, freshDays: [Int32]? = nil) -> Measure {
    let days = freshDays ?? (0..<Int32(count)).map { asOf - 1 - $0 }
    return Measure(
        trigger: .unexcusedAbsenceDays, subject: 0, window: DayRange.weeks(2, before: asOf), count: count,
        facts: days.sorted().map { Fact(day: $0, subject: 0) })
}

private func standing(
    _ state: SignalState, count: Int, asOf: Int32 = monday - 7, caseClosed: Bool = false
) -> AlarmStanding {
    AlarmStanding(state: state, count: count, asOf: asOf, windowUntil: asOf - 1, caseClosed: caseClosed)
}

@Suite("An alarm is a living record")
struct AlarmLifeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var standing: AlarmStanding?
        var now: Measure?
        var then: Measure?
        var enough = true
        var expected: AlarmStep
    }

    static let cases: [Case] = [
        Case(testDescription: "reached for the first time: raised", now: found(3), expected: .raise),
        Case(testDescription: "below the limit: nothing", now: found(2), expected: .nothing),
        Case(
            testDescription: "not enough data never raises", now: found(5), enough: false, expected: .nothing),
        Case(
            testDescription: "found again with another count: updated", standing: standing(.open, count: 3),
            now: found(4), then: found(3), expected: .update),
        Case(
            testDescription: "found again with the same count: unchanged",
            standing: standing(.open, count: 3),
            now: found(3), then: found(3), expected: .renew),
        Case(
            testDescription: "not found now, but its facts stand: it stays",
            standing: standing(.open, count: 3),
            now: found(1), then: found(3), expected: .keep),
        Case(
            testDescription: "its facts were excused later: withdrawn", standing: standing(.open, count: 3),
            now: nil, then: found(2), expected: .withdraw),
        Case(
            testDescription: "a leaver's alarm stays open",
            standing: standing(.open, count: 3, asOf: monday - 70),
            now: nil, then: found(3), enough: false, expected: .keep),
        Case(
            testDescription: "undecided for eight weeks and not found: expires",
            standing: standing(.open, count: 3, asOf: monday - 56), now: nil, then: found(3),
            expected: .expire),
        Case(
            testDescription: "a confirmed alarm is never withdrawn by the program",
            standing: standing(.confirmed, count: 3), now: nil, then: nil, expected: .keep),
        Case(
            testDescription: "dismissed, the same facts: it does not come back",
            standing: standing(.dismissed, count: 4),
            now: found(4, freshDays: [1, 2, 9, 10].map { monday - 15 + $0 }),
            then: nil, expected: .nothing),
        Case(
            testDescription: "dismissed, more than the person saw: a new alarm",
            standing: standing(.dismissed, count: 4), now: found(5), then: nil, expected: .raise),
        Case(
            testDescription: "dismissed, and new days alone reach the limit: a new alarm",
            standing: standing(.dismissed, count: 4),
            now: found(3, freshDays: [monday - 3, monday - 4, monday - 5]), then: nil, expected: .raise),
        Case(
            testDescription: "its case is closed, nothing new: no alarm",
            standing: standing(.confirmed, count: 4, caseClosed: true),
            now: found(3, freshDays: [-12, -11, -10].map { monday + $0 }),
            then: nil, expected: .nothing),
        Case(
            testDescription: "a pass for an earlier Monday leaves it",
            standing: standing(.open, count: 3, asOf: monday + 7),
            now: nil, then: nil, expected: .keep),
    ]

    @Test(arguments: cases)
    func `Each step of an alarm's life`(_ example: Case) {
        let step = AlarmLife.step(
            example.standing, now: example.now, then: example.then, enough: example.enough, asOf: monday,
            trigger: .unexcusedAbsenceDays, rules: AlarmRules())
        #expect(step == example.expected)
    }

    @Test func `The pass is due on Monday at two in Estonia, summer and winter`() throws {
        let zone = try #require(TallinnTime())
        func instant(_ day: String, _ hour: Int, _ minute: Int) -> Instant {
            let number = Int64(LocalDate(day)?.dayNumber ?? 0)
            return Instant(microseconds: ((number * 24 + Int64(hour)) * 60 + Int64(minute)) * 60_000_000)
        }
        let winter = LocalDate("2026-11-02")?.dayNumber
        let before = LocalDate("2026-10-26")?.dayNumber ?? 0
        #expect(
            WeeklySchedule.due(
                lastDone: before, at: instant("2026-11-01", 23, 59), hour: 2, in: zone, catchUpWeeks: 4)
                == [])
        #expect(
            WeeklySchedule.due(
                lastDone: before, at: instant("2026-11-02", 0, 0), hour: 2, in: zone, catchUpWeeks: 4)
                == [winter].compactMap { $0 })
        let summer = LocalDate("2026-06-01")?.dayNumber
        #expect(WeeklySchedule.newestMonday(at: instant("2026-05-31", 22, 59), hour: 2, in: zone) != summer)
        #expect(WeeklySchedule.newestMonday(at: instant("2026-05-31", 23, 0), hour: 2, in: zone) == summer)
    }

    @Test func `After an outage the missed Mondays are caught up in order, four at most`() throws {
        let zone = try #require(TallinnTime())
        let now = Instant(microseconds: (Int64(monday) * 24 + 12) * 3_600_000_000)
        let weeks = WeeklySchedule.due(lastDone: monday - 14, at: now, hour: 2, in: zone, catchUpWeeks: 4)
        #expect(weeks == [monday - 7, monday])
        #expect(
            WeeklySchedule.due(lastDone: monday - 700, at: now, hour: 2, in: zone, catchUpWeeks: 4).count == 4
        )
        #expect(WeeklySchedule.due(lastDone: nil, at: now, hour: 2, in: zone, catchUpWeeks: 4) == [monday])
        #expect(WeeklySchedule.due(lastDone: monday, at: now, hour: 2, in: zone, catchUpWeeks: 4).isEmpty)
    }
}
