/// What the journals of a window tell of whole classes: whether a school records anything of a class at all,
/// and the class's grades. It decides which triggers can be judged for a child.
struct JournalEvidence: Sendable {
    /// Sums of the numeric grades of each class, of the children who are in it when the window ends.
    private(set) var grades: [ClassKey: GradeSum] = [:]
    /// For each class the last day with any entry, with an absence, and with a grade.
    private var lastEntry: [ClassKey: Int32] = [:]
    private var lastAbsence: [ClassKey: Int32] = [:]
    private var lastGrade: [ClassKey: Int32] = [:]

    /// Adds one child's entries of the window.
    mutating func add(
        _ observations: [Observation], of places: [(days: DayRange, key: ClassKey)], in window: DayRange,
        grades gradeWindow: DayRange
    ) {
        var own = GradeSum(pupils: 1)
        for entry in observations where window.contains(entry.day) {
            if case .grade(let grade) = entry.mark, gradeWindow.contains(entry.day) {
                own.sum += grade
                own.grades += 1
            }
            guard let key = places.last(where: { $0.days.contains(entry.day) })?.key else { continue }
            Self.note(entry.day, key, &lastEntry)
            if entry.kind == .absence { Self.note(entry.day, key, &lastAbsence) }
            if entry.kind == .grade { Self.note(entry.day, key, &lastGrade) }
        }
        if own.grades > 0, let end = places.last(where: { $0.days.contains(window.until) }) {
            grades[end.key, default: GradeSum()].add(own)
        }
    }

    private static func note(_ day: Int32, _ key: ClassKey, _ last: inout [ClassKey: Int32]) {
        last[key] = max(last[key] ?? day, day)
    }

    /// The triggers that can be judged for a child of these classes. None needs a number of lessons held:
    /// what is recorded counts. A trigger says nothing only when its window has no row of the kind that would show
    /// it, of the child or its class: a holiday, or a school that sends nothing.
    func judged(
        _ journal: PupilJournal, _ places: [(days: DayRange, key: ClassKey)], _ whole: GradeSum, asOf: Int32,
        rules: AlarmRules
    ) -> Set<Trigger> {
        Set(
            Trigger.allCases.filter { trigger in
                let window = DayRange.weeks(rules[trigger].weeks, before: asOf)
                let own = journal.observations.filter { window.contains($0.day) }
                let held = journal.lessons.count(in: window) > 0
                let attends =
                    held || own.contains { $0.kind == .absence } || reaches(lastAbsence, places, window)
                switch trigger {
                case .unexcusedAbsenceDays, .lateDays: return attends
                case .excusedAbsenceDays:
                    // Judged by the lessons of its day; nothing to judge is nothing missed.
                    let days = own.filter { $0.kind == .absence && $0.mark == .excused }.map(\.day)
                    return attends
                        && (days.isEmpty || days.contains { journal.lessons.held(on: $0) != 0 })
                case .negativeRemarks:
                    return held || !own.isEmpty || reaches(lastEntry, places, window)
                case .negativeGradesSameJournal:
                    return own.contains { $0.kind == .grade } || reaches(lastGrade, places, window)
                case .averageBelowClass:
                    let numeric = own.count { if case .grade = $0.mark { true } else { false } }
                    return numeric >= rules.ownGradesMinimum && whole.pupils >= rules.gradedPupilsMinimum
                }
            })
    }

    /// Whether a class of the child had such an entry in the window while the child was in it.
    private func reaches(
        _ last: [ClassKey: Int32], _ places: [(days: DayRange, key: ClassKey)], _ window: DayRange
    ) -> Bool {
        places.contains { place in
            guard let day = last[place.key] else { return false }
            return window.contains(day) && place.days.from <= day && place.days.until >= window.from
        }
    }
}
