import ServiceKit
import Testing

@testable import RiskScoring

/// Monday 2026-11-02: windows of two weeks begin on 2026-10-19, of four on 2026-10-05.
private let monday: Int32 = LocalDate("2026-11-02")?.dayNumber ?? 0

/// A day by its distance before the Monday of the pass: -14 is a Monday two weeks before.
private func absence(_ day: Int32, _ lesson: UInt8, _ mark: Observation.Mark, subject: UInt32 = 0)
    -> Observation
{
    Observation(day: monday + day, kind: .absence, lesson: lesson, subject: subject, mark: mark)
}
private func grade(_ day: Int32, _ value: Int, subject: UInt32 = 1, lesson: UInt8 = 0) -> Observation {
    Observation(day: monday + day, kind: .grade, lesson: lesson, subject: subject, mark: .grade(value))
}

/// A class with `perDay` lessons on every weekday of the four weeks.
private func lessons(perDay: UInt8) -> PupilLessons {
    let range = DayRange.weeks(4, before: monday)
    var held = ClassLessons(range: range)
    for day in range.from...range.until where LocalDate(dayNumber: day).weekday <= 5 {
        for lesson in 1...perDay { held.add(HeldLesson(day: day, lesson: lesson, subject: UInt32(lesson))) }
    }
    return PupilLessons(segments: [(range, held)])
}

private func count(
    _ trigger: Trigger, _ observations: [Observation], perDay: UInt8 = 6, classGrades: GradeSum = GradeSum()
) -> Int {
    measure(trigger, observations, perDay: perDay, classGrades: classGrades)?.count ?? 0
}

private func measure(
    _ trigger: Trigger, _ observations: [Observation], perDay: UInt8 = 6, classGrades: GradeSum = GradeSum()
) -> Measure? {
    let pupil = PupilJournal(
        observations: observations.sorted { $0.key < $1.key }, lessons: lessons(perDay: perDay))
    return AlarmCounting.measures(
        of: pupil, classGrades: { _ in classGrades }, asOf: monday, rules: AlarmRules()
    )
    .first { $0.trigger == trigger }
}

@Suite("Alarms count days, not lessons")
struct AlarmCountingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var trigger: Trigger
        var observations: [Observation]
        var expected: Int
        var perDay: UInt8 = 6
    }

    static let cases: [Case] = [
        Case(
            testDescription: "one unexcused lesson makes one day", trigger: .unexcusedAbsenceDays,
            observations: [absence(-3, 1, .unexcused)], expected: 1),
        Case(
            testDescription: "six unexcused lessons of one day are one day", trigger: .unexcusedAbsenceDays,
            observations: (1...6).map { absence(-3, $0, .unexcused) }, expected: 1),
        Case(
            testDescription: "an absence without a lesson number is a day too",
            trigger: .unexcusedAbsenceDays,
            observations: [absence(-3, 0, .unexcused), absence(-4, 2, .unexcused)], expected: 2),
        Case(
            testDescription: "the first day of the window counts", trigger: .unexcusedAbsenceDays,
            observations: [absence(-14, 1, .unexcused)], expected: 1),
        Case(
            testDescription: "the day before the window does not", trigger: .unexcusedAbsenceDays,
            observations: [absence(-15, 1, .unexcused)], expected: 0),
        Case(
            testDescription: "the Monday of the pass does not", trigger: .unexcusedAbsenceDays,
            observations: [absence(0, 1, .unexcused)], expected: 0),
        Case(
            testDescription: "excused and late lessons are not unexcused", trigger: .unexcusedAbsenceDays,
            observations: [absence(-3, 1, .excused), absence(-3, 2, .late)], expected: 0),
        Case(
            testDescription: "three of six lessons excused is half: a day", trigger: .excusedAbsenceDays,
            observations: (1...3).map { absence(-5, $0, .excused) }, expected: 1),
        Case(
            testDescription: "two of six lessons excused is less than half", trigger: .excusedAbsenceDays,
            observations: (1...2).map { absence(-5, $0, .excused) }, expected: 0),
        Case(
            testDescription: "three of seven lessons excused is less than half", trigger: .excusedAbsenceDays,
            observations: (1...3).map { absence(-5, $0, .excused) }, expected: 0, perDay: 7),
        Case(
            testDescription: "unexcused lessons help a day with an excused one over the half",
            trigger: .excusedAbsenceDays,
            observations: [
                absence(-5, 1, .excused), absence(-5, 2, .excused), absence(-5, 3, .unexcused),
            ], expected: 1),
        Case(
            testDescription: "a day missed without any reason is no excused day",
            trigger: .excusedAbsenceDays,
            observations: (1...6).map { absence(-5, $0, .unexcused) }, expected: 0),
        Case(
            testDescription: "late lessons are not missed", trigger: .excusedAbsenceDays,
            observations: [absence(-5, 1, .excused)] + (2...6).map { absence(-5, $0, .late) }, expected: 0),
        Case(
            testDescription: "lessons that were not held are not missed", trigger: .excusedAbsenceDays,
            observations: [absence(-5, 1, .excused)] + (7...9).map { absence(-5, $0, .excused) },
            expected: 0),
        Case(
            testDescription: "a day with one lesson held is missed whole with it",
            trigger: .excusedAbsenceDays,
            observations: [absence(-5, 1, .excused), absence(-6, 1, .excused)], expected: 2, perDay: 1),
        Case(
            testDescription: "a lesson told by two journals is one lesson", trigger: .excusedAbsenceDays,
            observations: [
                absence(-5, 1, .excused, subject: 1), absence(-5, 1, .excused, subject: 2),
                absence(-5, 2, .excused, subject: 1),
            ], expected: 0),
        Case(
            testDescription: "a day without lessons held cannot be judged", trigger: .excusedAbsenceDays,
            observations: (1...6).map { absence(-1, $0, .excused) }, expected: 0),
        Case(
            testDescription: "two late lessons of one day are one late day", trigger: .lateDays,
            observations: [absence(-3, 1, .late), absence(-3, 4, .late), absence(-4, 1, .late)], expected: 2),
        Case(
            testDescription: "only entries of the type remark are remarks", trigger: .negativeRemarks,
            observations: [Observation.Mark.remark, .praise, .note].enumerated().map { index, mark in
                Observation(day: monday - 3, kind: .remark, lesson: UInt8(index), subject: 0, mark: mark)
            }, expected: 1),
        Case(
            testDescription: "negative grades of different journals are not added",
            trigger: .negativeGradesSameJournal,
            observations: [grade(-3, 2, subject: 1), grade(-4, 1, subject: 2)], expected: 1),
        Case(
            testDescription: "a three is not negative", trigger: .negativeGradesSameJournal,
            observations: [grade(-3, 2), grade(-4, 1), grade(-5, 3)], expected: 2),
        Case(
            testDescription: "non-numeric assessment is no grade", trigger: .negativeGradesSameJournal,
            observations: [
                Observation(day: monday - 3, kind: .grade, lesson: 0, subject: 1, mark: .text("MA"))
            ], expected: 0),
    ]

    @Test(arguments: cases)
    func `Each rule of counting`(_ example: Case) {
        #expect(count(example.trigger, example.observations, perDay: example.perDay) == example.expected)
    }

    @Test func `The mean is compared in hundredths of a mark with the class of the same window`() {
        let own = [grade(-3, 3), grade(-4, 3), grade(-5, 2)]
        let whole = GradeSum(sum: 84, grades: 20, pupils: 10)
        let found = measure(.averageBelowClass, own, classGrades: whole)
        #expect(found?.ownMean == 267)
        #expect(found?.classMean == 420)
        #expect(found?.count == 153)
    }

    @Test func `Two grades, or a class of four, are too few to compare`() {
        let whole = GradeSum(sum: 84, grades: 20, pupils: 10)
        #expect(count(.averageBelowClass, [grade(-3, 2), grade(-4, 2)], classGrades: whole) == 0)
        let few = GradeSum(sum: 84, grades: 20, pupils: 4)
        #expect(count(.averageBelowClass, [grade(-3, 2), grade(-4, 2), grade(-5, 2)], classGrades: few) == 0)
    }

    @Test func `Absences are shown by subject and weekday, the subject taken from the lesson held`() {
        let found = measure(
            .unexcusedAbsenceDays,
            [absence(-14, 3, .unexcused), absence(-7, 3, .unexcused), absence(-7, 4, .unexcused)])
        #expect(found?.bySubject() == [3: 2, 4: 1])
        #expect(found?.byWeekday() == [1: 2])
    }

    @Test func `The explanation names count, limit, window and the subject`() {
        let explanation = Explanation(
            Explanation.Facts(
                trigger: .unexcusedAbsenceDays, journal: "", window: DayRange.weeks(2, before: monday),
                count: 4,
                limit: 3, ownMean: 0, classMean: 0, bySubject: ["Kehaline kasvatus": 4],
                byWeekday: [1: 2, 3: 2]))
        #expect(
            explanation.en == "Days with unexcused absence: 4 from 2026-10-19 to 2026-11-01 (alarm from 3)."
                + " Most of it in Kehaline kasvatus: 4. Most often on Monday: 2.")
        #expect(
            explanation.et.contains("Põhjuseta puudumisega päevi: 4 ajavahemikus 2026-10-19 kuni 2026-11-01"))
    }
}
