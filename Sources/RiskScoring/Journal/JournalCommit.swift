import ServiceKit
import Store

/// Writes what a file says over what is kept, week by week, in one transaction.
struct JournalCommit {
    let store: RiskScoringStore
    let institution: InstitutionID
    let period: DayRange?
    /// Children whose journal changed.
    private(set) var touched: Set<ChildID> = []

    init(store: RiskScoringStore, institution: InstitutionID, period: DayRange?) {
        self.store = store
        self.institution = institution
        self.period = period
    }

    /// - Parameter pupils: the child of each pupil of the file, by the file's numbers.
    mutating func write(_ read: JournalContents, pupils: [ChildID]) throws {
        var contents = read
        let children = Set(pupils).sorted()
        var ranks: [ChildID: Int] = [:]
        for (rank, child) in children.enumerated() { ranks[child] = rank }
        contents.settle(
            pupils: pupils.map { ranks[$0] ?? 0 }, subjects: try subjectNumbers(contents.journals))
        try writeMemberships(contents, pupils)
        try writeEntries(contents, children)
        try writeLessons(contents)
    }

    /// The dictionary's number of each journal of the file; what is new gets the next.
    private func subjectNumbers(_ journals: Interner) throws -> [UInt32] {
        var known: [String: UInt32] = [:]
        var last: UInt32 = 0
        for subject in try store.subjects() {
            known[subject.name] = subject.number
            last = max(last, subject.number)
        }
        var numbers: [UInt32] = [0]
        for index in 0..<journals.count {
            let name = journals.text(index)
            if let number = known[name] {
                numbers.append(number)
                continue
            }
            guard last < PackedEntry.subjectMax else {
                throw ServiceError(
                    .tooMuch, "subjects-too-many",
                    "This municipality's journals have more than a million names: check the column journal.")
            }
            last += 1
            try store.add(subject: name, number: last)
            known[name] = last
            numbers.append(last)
        }
        return numbers
    }

    private mutating func writeMemberships(_ contents: JournalContents, _ pupils: [ChildID]) throws {
        if let period { try store.deleteMemberships(of: institution, beginningIn: period) }
        for membership in contents.memberships {
            let child = pupils[membership.pupil]
            try store.save(
                MembershipRow(
                    institution: institution, child: child,
                    className: contents.classes.text(membership.className),
                    from: membership.from, until: membership.until, grade: Int(membership.grade)))
            touched.insert(child)
        }
    }

    private mutating func writeEntries(_ contents: JournalContents, _ children: [ChildID]) throws {
        let entries = contents.entries
        let childBytes = children.map(\.bytes)
        let institutionBytes = institution.bytes
        var index = 0
        var weeks = weeksOfPeriod
        var entry = 0
        while entry < entries.count {
            let week = entries[entry].week
            weeks.insert(week)
            while entry < entries.count, entries[entry].week == week { entry += 1 }
        }
        var fresh: [PackedEntry] = []
        for week in weeks.sorted() {
            var kept = try store.pupilWeeks(week, of: institution)
            while index < entries.count, entries[index].week == week {
                let pupil = entries[index].pupil
                fresh.removeAll(keepingCapacity: true)
                while index < entries.count, entries[index].week == week, entries[index].pupil == pupil {
                    let staged = entries[index]
                    index += 1
                    let packed = PackedEntry(
                        place: staged.place, value: staged.value,
                        text: staged.text == 0 ? [] : Array(contents.texts.bytes(staged.text - 1)))
                    if fresh.last?.place == packed.place { fresh.removeLast() }
                    fresh.append(packed)
                }
                let old = kept.isEmpty ? nil : kept.removeValue(forKey: children[pupil])
                let merged = PackedWeek.merge(try outsidePeriod(old, week), fresh)
                let payload = merged.isEmpty ? nil : PackedWeek.encode(merged)
                guard payload != old else { continue }
                try store.savePupilWeek(week, institutionBytes, childBytes[pupil], payload)
                touched.insert(children[pupil])
            }
            guard period != nil else { continue }
            // A full file that says nothing of a pupil takes back what was said before.
            for (child, old) in kept.sorted(by: { $0.key < $1.key }) {
                let rest = try outsidePeriod(old, week)
                let payload = rest.isEmpty ? nil : PackedWeek.encode(rest)
                guard payload != old else { continue }
                try store.savePupilWeek(week, institutionBytes, child.bytes, payload)
                touched.insert(child)
            }
        }
    }

    private func outsidePeriod(_ payload: [UInt8]?, _ week: Int32) throws -> [PackedEntry] {
        guard let payload else { return [] }
        let entries = try PackedWeek.decode(payload)
        guard let period else { return entries }
        return entries.filter { !period.contains(week + Int32($0.weekday)) }
    }

    private func writeLessons(_ contents: JournalContents) throws {
        let lessons = contents.lessons
        var index = 0
        var weeks = weeksOfPeriod
        for lesson in lessons { weeks.insert(lesson.week) }
        for week in weeks.sorted() {
            var kept = try store.classWeeks(week, of: institution)
            while index < lessons.count, lessons[index].week == week {
                let number = lessons[index].className
                let name = contents.classes.text(number)
                let old = kept.removeValue(forKey: name)
                var places = Set(try lessonsOutsidePeriod(old, week))
                while index < lessons.count, lessons[index].week == week, lessons[index].className == number {
                    places.insert(lessons[index].place)
                    index += 1
                }
                let payload = PackedLessons.encode(places.sorted())
                if payload != old { try store.saveClassWeek(week, institution, name, payload) }
            }
            guard period != nil else { continue }
            for (name, old) in kept.sorted(by: { $0.key < $1.key }) {
                let rest = try lessonsOutsidePeriod(old, week)
                try store.saveClassWeek(
                    week, institution, name, rest.isEmpty ? nil : PackedLessons.encode(rest.sorted()))
            }
        }
    }

    private func lessonsOutsidePeriod(_ payload: [UInt8]?, _ week: Int32) throws -> [UInt32] {
        guard let payload else { return [] }
        let places = try PackedLessons.decode(payload)
        guard let period else { return places }
        return places.filter { !period.contains(PackedLessons.lesson($0, monday: week).day) }
    }

    private var weeksOfPeriod: Set<Int32> {
        guard let period else { return [] }
        var weeks: Set<Int32> = []
        var week = LocalDate(dayNumber: period.from).monday.dayNumber
        while week <= period.until {
            weeks.insert(week)
            week += 7
        }
        return weeks
    }
}
