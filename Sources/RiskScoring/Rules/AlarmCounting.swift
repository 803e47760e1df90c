/// One entry that a trigger counted.
struct Fact: Sendable, Hashable {
    var day: Int32
    var subject: UInt32
}

/// What one trigger found for one child in its window.
struct Measure: Sendable, Hashable {
    var trigger: Trigger
    /// The journal, for `negativeGradesSameJournal`; 0 otherwise.
    var subject: UInt32
    var window: DayRange
    var count: Int
    var facts: [Fact]
    /// Means in hundredths of a mark, for `averageBelowClass`.
    var ownMean = 0
    var classMean = 0

    /// The count of facts after `day` alone: what is new since a person looked.
    func count(after day: Int32) -> Int {
        switch trigger {
        case .averageBelowClass: window.from > day ? count : 0
        case .negativeRemarks, .negativeGradesSameJournal: facts.count { $0.day > day }
        case .unexcusedAbsenceDays, .excusedAbsenceDays, .lateDays:
            Self.days(of: facts.filter { $0.day > day })
        }
    }

    /// Entries by subject: shows when it is one subject that a child avoids.
    func bySubject() -> [UInt32: Int] {
        facts.reduce(into: [:]) { $0[$1.subject, default: 0] += 1 }
    }

    /// What the trigger counts (days or entries) by weekday, 1 Monday to 7 Sunday.
    func byWeekday() -> [Int: Int] {
        var seen: Set<Int32> = []
        var result: [Int: Int] = [:]
        for fact in facts where !trigger.countsDays || seen.insert(fact.day).inserted {
            result[Int(((fact.day + 3) % 7 + 7) % 7) + 1, default: 0] += 1
        }
        return result
    }

    static func days(of facts: [Fact]) -> Int {
        var days = 0
        var last: Int32?
        // Facts are in order of days.
        for fact in facts where fact.day != last {
            days += 1
            last = fact.day
        }
        return days
    }
}

/// Sum and number of numeric grades.
struct GradeSum: Sendable, Hashable {
    var sum = 0
    var grades = 0
    var pupils = 0

    /// Adds one pupil's grades.
    mutating func add(_ pupil: GradeSum) {
        sum += pupil.sum
        grades += pupil.grades
        pupils += 1
    }

    /// Hundredths of a mark, rounded half up; nil without grades.
    var mean: Int? { grades == 0 ? nil : (sum * 200 + grades) / (2 * grades) }
}

/// Everything that is known of one child for counting.
struct PupilJournal: Sendable {
    /// In order of days.
    var observations: [Observation]
    var lessons: PupilLessons
}

/// The day-counting rules of eKool's Häirekell: days, not lessons.
enum AlarmCounting {
    /// What every trigger counts before the Monday `asOf`; only what is above nothing.
    static func measures(
        of pupil: PupilJournal, classGrades: (DayRange) -> GradeSum, asOf: Int32, rules: AlarmRules
    ) -> [Measure] {
        var result: [Measure] = []
        guard !pupil.observations.isEmpty else { return result }
        for trigger in Trigger.allCases {
            let window = DayRange.weeks(rules[trigger].weeks, before: asOf)
            switch trigger {
            case .unexcusedAbsenceDays: append(absences(.unexcused, trigger, pupil, window), to: &result)
            case .lateDays: append(absences(.late, trigger, pupil, window), to: &result)
            case .excusedAbsenceDays: append(excusedDays(pupil, window), to: &result)
            case .negativeRemarks: append(remarks(pupil, window), to: &result)
            case .negativeGradesSameJournal:
                for measure in negativeGrades(pupil, window) { append(measure, to: &result) }
            case .averageBelowClass:
                if let own = ownGrades(pupil, window, minimum: rules.ownGradesMinimum),
                    let measure = below(own, classGrades(window), window, rules)
                {
                    append(measure, to: &result)
                }
            }
        }
        return result
    }

    private static func append(_ measure: Measure, to result: inout [Measure]) {
        if measure.count > 0 { result.append(measure) }
    }

    /// A day with at least one such lesson is one day, however many lessons.
    private static func absences(
        _ mark: Observation.Mark, _ trigger: Trigger, _ pupil: PupilJournal, _ window: DayRange
    ) -> Measure {
        var facts: [Fact] = []
        for entry in pupil.observations
        where entry.kind == .absence && entry.mark == mark && window.contains(entry.day) {
            facts.append(Fact(day: entry.day, subject: subject(of: entry, pupil)))
        }
        return Measure(
            trigger: trigger, subject: 0, window: window, count: Measure.days(of: facts), facts: facts)
    }

    /// A day is one of excused absence when at least one lesson held was missed with a reason and at least
    /// half of the lessons held for the class that day were missed. eKool's rule says "missed >= 50 % of the
    /// lessons held that day", not "missed with a reason": a day half gone is half gone, so unexcused lessons
    /// of that day help over the half (being late does not). Only lessons held count, each once, also when
    /// two journals report it. A day of which the journal has no lesson held cannot be judged: not counted.
    private static func excusedDays(_ pupil: PupilJournal, _ window: DayRange) -> Measure {
        var facts: [Fact] = []
        var days = 0
        var index = 0
        let all = pupil.observations
        while index < all.count {
            let day = all[index].day
            let held = window.contains(day) ? pupil.lessons.held(on: day) : 0
            var missed: UInt32 = 0
            var unnumbered = 0
            let kept = facts.count
            while index < all.count, all[index].day == day {
                let entry = all[index]
                index += 1
                guard entry.kind == .absence, entry.mark == .excused || entry.mark == .unexcused else {
                    continue
                }
                let lesson: UInt32 = entry.lesson == 0 ? 0 : 1 << UInt32(entry.lesson & 31)
                guard entry.lesson == 0 || held & lesson != 0 else { continue }
                missed |= lesson
                if entry.lesson == 0 { unnumbered += 1 }
                if entry.mark == .excused {
                    facts.append(Fact(day: day, subject: subject(of: entry, pupil)))
                }
            }
            guard facts.count > kept else { continue }
            if held != 0, 2 * (missed.nonzeroBitCount + unnumbered) >= held.nonzeroBitCount {
                days += 1
            } else {
                facts.removeSubrange(kept...)
            }
        }
        return Measure(trigger: .excusedAbsenceDays, subject: 0, window: window, count: days, facts: facts)
    }

    /// Only entries where the teacher chose the type "remark".
    private static func remarks(_ pupil: PupilJournal, _ window: DayRange) -> Measure {
        var facts: [Fact] = []
        for entry in pupil.observations where entry.mark == .remark && window.contains(entry.day) {
            facts.append(Fact(day: entry.day, subject: subject(of: entry, pupil)))
        }
        return Measure(
            trigger: .negativeRemarks, subject: 0, window: window, count: facts.count, facts: facts)
    }

    /// Grades 1 and 2 within one journal; different journals are never added.
    private static func negativeGrades(_ pupil: PupilJournal, _ window: DayRange) -> [Measure] {
        var found: [Measure] = []
        for entry in pupil.observations {
            guard case .grade(let grade) = entry.mark, grade <= 2, entry.subject != 0,
                window.contains(entry.day)
            else { continue }
            let fact = Fact(day: entry.day, subject: entry.subject)
            if let place = found.firstIndex(where: { $0.subject == entry.subject }) {
                found[place].facts.append(fact)
                found[place].count += 1
            } else {
                found.append(
                    Measure(
                        trigger: .negativeGradesSameJournal, subject: entry.subject, window: window, count: 1,
                        facts: [fact]))
            }
        }
        return found
    }

    /// All numeric grades of one child in a window, with the facts; nil when too few to compare.
    private static func ownGrades(
        _ pupil: PupilJournal, _ window: DayRange, minimum: Int
    ) -> (sum: GradeSum, facts: [Fact])? {
        var own = GradeSum()
        var facts: [Fact] = []
        for entry in pupil.observations {
            guard case .grade(let grade) = entry.mark, window.contains(entry.day) else { continue }
            own.sum += grade
            own.grades += 1
            facts.append(Fact(day: entry.day, subject: entry.subject))
        }
        return own.grades >= max(1, minimum) ? (own, facts) : nil
    }

    private static func below(
        _ own: (sum: GradeSum, facts: [Fact]), _ whole: GradeSum, _ window: DayRange, _ rules: AlarmRules
    ) -> Measure? {
        guard let mean = own.sum.mean, let classMean = whole.mean, whole.pupils >= rules.gradedPupilsMinimum,
            classMean > mean
        else { return nil }
        return Measure(
            trigger: .averageBelowClass, subject: 0, window: window, count: classMean - mean,
            facts: own.facts,
            ownMean: mean, classMean: classMean)
    }

    private static func subject(of entry: Observation, _ pupil: PupilJournal) -> UInt32 {
        entry.subject != 0 || entry.lesson == 0
            ? entry.subject : pupil.lessons.subject(on: entry.day, lesson: entry.lesson)
    }
}
