import Contracts
import ServiceKit
import Testing

@testable import RiskScoring

@Suite("What is recorded counts, and what is not known is said")
struct JournalEvidenceTests {
    private func bench() async throws -> JournalBench {
        let bench = try await JournalBench.start()
        try await bench.place(1...2)
        return bench
    }

    private func members(_ pupils: ClosedRange<Int>) -> JournalText {
        var journal = JournalText()
        for pupil in pupils { journal.text += "member,2026-09-01,,5a,5,,p\(pupil),,\n" }
        return journal
    }

    @Test func `Six unexcused days are an alarm in a journal that has no lessons`() async throws {
        let bench = try await bench()
        var journal = members(1...2)
        for day in [-14, -13, -12, -11, -10, -7] { journal.absence(day, 1, 1, "unexcused") }
        try await bench.load(journal.text)
        let result = try await bench.pass()
        // The classmate without absences is judged too: the school records absences of the class.
        #expect((result.children, result.raised, result.notEnoughData) == (2, 1, 0))
        #expect(try await bench.signals().map(\.count) == [6])
    }

    @Test func `Excused days without lessons are no alarm`() async throws {
        let bench = try await bench()
        var journal = members(1...1)
        for day in [-14, -13, -12, -11, -10, -7] { journal.absence(day, 1, 1, "excused") }
        try await bench.load(journal.text)
        #expect(try await bench.pass().raised == 0)
    }

    @Test func `One lesson held a day is enough, in a week with a holiday too`() async throws {
        let bench = try await bench()
        var journal = members(1...2)
        for day in [-28, -27, -26, -25, -24, -3] {
            let date = JournalBench.monday.adding(days: Int(day))
            journal.text += "lesson,\(date),,5a,,1,,day,\n"
            journal.absence(day, 1, 1, "excused")
        }
        try await bench.load(journal.text)
        let result = try await bench.pass()
        #expect((result.raised, result.notEnoughData) == (1, 0))
        #expect(result.openByTrigger == ["excusedAbsenceDays": 1])
    }

    @Test func `A class of which neither lessons nor absences are recorded is "not enough data"`()
        async throws
    {
        let bench = try await bench()
        var journal = members(1...2)
        for day in [-3, -4, -5] { journal.grade(day, 1, "Loodus", "2") }
        try await bench.load(journal.text)
        let result = try await bench.pass()
        // Grades are judged all the same.
        #expect((result.raised, result.notEnoughData) == (1, 2))
        #expect(result.openByTrigger == ["negativeGradesSameJournal": 1])
    }

    /// A child of 5a from September, in 5b from the 10th until the 20th of a month of days 0 to 27.
    @Test func `A child is back in its earlier class when a bounded membership ends`() {
        let school = JournalBench.school
        let window = DayRange(from: 0, until: 27)
        func membership(_ name: String, _ from: Int32, _ until: Int32?) -> MembershipRow {
            MembershipRow(
                institution: school, child: JournalBench.child(1), className: name, from: from, until: until,
                grade: 5)
        }
        let pupil = JournalWindow.Pupil(
            id: JournalBench.child(1),
            memberships: [membership("5a", -30, nil), membership("5b", 10, 20)])
        let places = pupil.classes(in: window)
        #expect(places.map(\.key.name) == ["5a", "5b", "5a"])
        #expect(places.map(\.days.from) == [0, 10, 21])
        #expect(places.map(\.days.until) == [9, 20, 27])
        #expect(pupil.classKey(atEndOf: window)?.name == "5a")
        #expect(pupil.classKey(atEndOf: DayRange(from: 0, until: 15))?.name == "5b")
        var left = pupil
        left.memberships = [membership("5a", -30, 12)]
        #expect(left.classKey(atEndOf: window) == nil)
        #expect(left.classes(in: window).map(\.days.until) == [12])
    }
}
