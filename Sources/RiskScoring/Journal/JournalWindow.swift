import ServiceKit
import Store

/// A class of one institution.
struct ClassKey: Sendable, Hashable {
    var institution: InstitutionID
    var name: String
}

/// The journals of all children of a partition over some weeks, for counting at any Monday within them.
struct JournalWindow: Sendable {
    struct Pupil: Sendable {
        var id: ChildID
        /// Where Registry places the child; nil while its event is on the way.
        var place: ChildPlace?
        var memberships: [MembershipRow] = []
        var weeks: [(week: Int32, payload: [UInt8])] = []

        /// The child's class on a day, by the journal, else by the register. A later membership ends an
        /// earlier one.
        func classKey(on day: Int32) -> ClassKey? {
            let current = memberships.last { $0.from <= day && ($0.until.map { $0 >= day } ?? true) }
            if let current { return ClassKey(institution: current.institution, name: current.className) }
            guard memberships.isEmpty, let place, let institution = place.institution else { return nil }
            return ClassKey(institution: institution, name: place.className)
        }
    }

    /// What was counted for one child.
    struct Counted: Sendable {
        var pupil: Int
        var measures: [Measure]
        /// For each trigger, whether its window says enough of this child.
        var enough: Set<Trigger>
    }

    let days: DayRange
    private(set) var pupils: [Pupil] = []
    private(set) var places: [ChildID: Int] = [:]
    let subjects: [UInt32: String]
    private var classes: [ClassKey: ClassLessons] = [:]

    /// Loads whole weeks from the Monday `from` until the day before the Monday `asOf`.
    init(_ store: RiskScoringStore, from: Int32, asOf: Int32) throws {
        let days = DayRange(from: from, until: asOf - 1)
        self.days = days
        subjects = Dictionary(try store.subjects().map { ($0.number, $0.name) }) { first, _ in first }
        for child in try store.children() {
            places[child.id] = pupils.count
            pupils.append(Pupil(id: child.id, place: child.isPlaced ? child.place : nil))
        }
        for membership in try store.memberships(days) {
            let pupil = place(of: membership.child)
            pupils[pupil].memberships.append(membership)
        }
        let weeks = DayRange(from: from, until: asOf - 7)
        try store.forEachPupilWeek(weeks, of: nil) { child, week, payload in
            let pupil = place(of: child)
            pupils[pupil].weeks.append((week, payload))
        }
        try store.forEachClassWeek(weeks) { institution, name, week, payload in
            let key = ClassKey(institution: institution, name: name)
            for place in try PackedLessons.decode(payload) {
                classes[key, default: ClassLessons(range: days)].add(
                    PackedLessons.lesson(place, monday: week))
            }
        }
    }

    private mutating func place(of child: ChildID) -> Int {
        if let place = places[child] { return place }
        let place = pupils.count
        places[child] = place
        pupils.append(Pupil(id: child, place: nil))
        return place
    }

    /// Counts at the Monday `asOf` for the given children, or for all that learn in a school.
    func count(asOf: Int32, only: Set<Int>? = nil, rules: AlarmRules) throws -> [Counted] {
        let window = DayRange.weeks(rules.weeksMax, before: asOf)
        var journals: [[Observation]] = []
        journals.reserveCapacity(pupils.count)
        var gradeSums: [ClassKey: GradeSum] = [:]
        let gradeWindow = DayRange.weeks(rules[.averageBelowClass].weeks, before: asOf)
        for pupil in pupils {
            let observations = try observations(of: pupil, in: window)
            journals.append(observations)
            guard let key = pupil.classKey(on: window.until) else { continue }
            var own = GradeSum()
            for entry in observations {
                guard case .grade(let grade) = entry.mark, gradeWindow.contains(entry.day) else { continue }
                own.sum += grade
                own.grades += 1
            }
            guard own.grades > 0 else { continue }
            gradeSums[key, default: GradeSum()].add(own)
        }
        var result: [Counted] = []
        for index in pupils.indices where only?.contains(index) ?? isLearner(pupils[index]) {
            let pupil = pupils[index]
            let lessons = lessons(of: pupil, in: window)
            let whole = pupil.classKey(on: window.until).flatMap { gradeSums[$0] } ?? GradeSum()
            let measures = AlarmCounting.measures(
                of: PupilJournal(observations: journals[index], lessons: lessons),
                classGrades: { _ in whole },
                asOf: asOf, rules: rules)
            result.append(
                Counted(
                    pupil: index, measures: measures,
                    enough: enough(pupil, hasRows: !journals[index].isEmpty, lessons, asOf, rules)))
        }
        return result
    }

    /// Kindergarten children have no journal: they are noticed by people and instruments, not counted.
    private func isLearner(_ pupil: Pupil) -> Bool {
        pupil.place?.institutionKind != "kindergarten" || !pupil.memberships.isEmpty
    }

    private func observations(of pupil: Pupil, in window: DayRange) throws -> [Observation] {
        var observations: [Observation] = []
        for (week, payload) in pupil.weeks where week + 6 >= window.from && week <= window.until {
            try PackedWeek.observations(payload, monday: week, into: &observations)
        }
        // Weeks of two institutions may lie side by side after a move.
        var ordered = true
        for index in observations.indices.dropFirst()
        where observations[index].day < observations[index - 1].day {
            ordered = false
        }
        if !ordered { observations.sort { $0.key < $1.key } }
        return observations
    }

    /// The lessons of the child's class, or classes when it changed.
    private func lessons(of pupil: Pupil, in window: DayRange) -> PupilLessons {
        var lessons = PupilLessons()
        guard !pupil.memberships.isEmpty else {
            if let key = pupil.classKey(on: window.until), let held = classes[key] {
                lessons.segments.append((window, held))
            }
            return lessons
        }
        for (index, membership) in pupil.memberships.enumerated() {
            var until = min(membership.until ?? window.until, window.until)
            if index + 1 < pupil.memberships.count {
                until = min(until, pupil.memberships[index + 1].from - 1)
            }
            let from = max(membership.from, window.from)
            let key = ClassKey(institution: membership.institution, name: membership.className)
            guard from <= until, let held = classes[key] else { continue }
            lessons.segments.append((DayRange(from: from, until: until), held))
        }
        return lessons
    }

    /// Few lessons held (a holiday, a leaver, a school that sends nothing), or a child of whom the journal
    /// has no row at all: that is not low risk, it is not known.
    private func enough(
        _ pupil: Pupil, hasRows: Bool, _ lessons: PupilLessons, _ asOf: Int32, _ rules: AlarmRules
    ) -> Set<Trigger> {
        guard pupil.place?.left != true, hasRows || !pupil.memberships.isEmpty else { return [] }
        return Set(
            Trigger.allCases.filter { trigger in
                lessons.count(in: DayRange.weeks(rules[trigger].weeks, before: asOf))
                    >= rules.lessonsHeldMinimum
            })
    }
}
