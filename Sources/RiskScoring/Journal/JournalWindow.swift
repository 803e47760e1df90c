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

        /// The classes the child is in within a window, in order of days: the one definition for lessons,
        /// grades and places. The journal's memberships tell; of those that hold on a day the one that began
        /// last is in force, so that a child is back in its earlier class when a bounded one ends. The
        /// register tells only when the journal has no membership in the window.
        func classes(in window: DayRange) -> [(days: DayRange, key: ClassKey)] {
            let held = memberships.filter { $0.from <= window.until && ($0.until ?? .max) >= window.from }
            guard !held.isEmpty else {
                guard let place, let institution = place.institution else { return [] }
                return [(window, ClassKey(institution: institution, name: place.className))]
            }
            // The class in force changes only where a membership begins or has ended.
            var changes = [window.from]
            for membership in held {
                changes.append(membership.from)
                if let until = membership.until, until < window.until { changes.append(until + 1) }
            }
            changes = changes.filter { window.contains($0) }.sorted()
            var result: [(days: DayRange, key: ClassKey)] = []
            for (index, from) in changes.enumerated() {
                let next = index + 1 < changes.count ? changes[index + 1] : window.until + 1
                // Memberships are in order of their beginnings.
                let current = held.last { $0.from <= from && ($0.until ?? .max) >= from }
                guard next > from, let current else { continue }
                let key = ClassKey(institution: current.institution, name: current.className)
                result.append((DayRange(from: from, until: next - 1), key))
            }
            return result
        }

        func isMember(in window: DayRange) -> Bool {
            memberships.contains { $0.from <= window.until && ($0.until ?? .max) >= window.from }
        }

        /// The class on the last day of a window; nil when the child is in none.
        func classKey(atEndOf window: DayRange) -> ClassKey? {
            classes(in: window).last { $0.days.contains(window.until) }?.key
        }
    }

    /// What was counted for one child.
    struct Counted: Sendable {
        var pupil: Int
        var measures: [Measure]
        /// The triggers that could be judged: their windows say enough of this child.
        var enough: Set<Trigger>

        /// Nothing could be judged, or attendance could not, since neither lessons nor absences of the class
        /// are recorded. That is not low risk, it is not known.
        var isNotEnough: Bool { !enough.contains(where: \.countsDays) }
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
        let gradeWindow = DayRange.weeks(rules[.averageBelowClass].weeks, before: asOf)
        var journals: [[Observation]] = []
        journals.reserveCapacity(pupils.count)
        var evidence = JournalEvidence()
        for pupil in pupils {
            let observations = try observations(of: pupil, in: window)
            journals.append(observations)
            guard !observations.isEmpty else { continue }
            evidence.add(observations, of: pupil.classes(in: window), in: window, grades: gradeWindow)
        }
        var result: [Counted] = []
        for index in pupils.indices where only?.contains(index) ?? isLearner(pupils[index]) {
            let pupil = pupils[index]
            let places = pupil.classes(in: window)
            let end = places.last { $0.days.contains(window.until) }?.key
            let journal = PupilJournal(observations: journals[index], lessons: lessons(in: places))
            let whole = end.flatMap { evidence.grades[$0] } ?? GradeSum()
            let measures = AlarmCounting.measures(
                of: journal, classGrades: { _ in whole }, asOf: asOf, rules: rules)
            // A child whom only the register knows, and of whom the journal has no row, is not judged.
            let isKnown =
                pupil.place?.left != true && !places.isEmpty
                && (!journal.observations.isEmpty || pupil.isMember(in: window))
            let enough =
                isKnown ? evidence.judged(journal, places, whole, asOf: asOf, rules: rules) : []
            result.append(Counted(pupil: index, measures: measures, enough: enough))
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
    private func lessons(in places: [(days: DayRange, key: ClassKey)]) -> PupilLessons {
        var lessons = PupilLessons()
        for place in places {
            if let held = classes[place.key] { lessons.segments.append((place.days, held)) }
        }
        return lessons
    }
}
