/// What a journal says of a pupil, one entry. Kind, values and key as in `Protocols/journal.md`.
struct Observation: Sendable, Hashable {
    enum Kind: UInt8, Sendable, CaseIterable {
        case absence = 0
        case grade = 1
        case remark = 2
    }

    /// What an entry says; `none` takes an earlier entry back and is never stored.
    enum Mark: Sendable, Hashable {
        case none
        case unexcused, excused, late
        /// Numeric, 1 to 5; 1 and 2 are negative.
        case grade(Int)
        /// Non-numeric assessment: kept, never converted to a number.
        case text(String)
        case remark, praise, note
    }

    var day: Int32
    var kind: Kind
    /// 1 to 16; 0 when the entry names no lesson.
    var lesson: UInt8
    /// Number of the journal (subject) in the partition's dictionary; 0 when the entry names none.
    var subject: UInt32
    var mark: Mark

    /// Entries with equal keys are one entry: the later one replaces.
    var key: UInt64 {
        UInt64(UInt32(bitPattern: day)) << 32 | UInt64(kind.rawValue) << 30 | UInt64(lesson & 31) << 25
            | UInt64(subject & 0x1FF_FFFF)
    }
}

/// One lesson that a class had.
struct HeldLesson: Sendable, Hashable {
    var day: Int32
    var lesson: UInt8
    var subject: UInt32
}

/// Days from `from` until `until`, both included.
struct DayRange: Sendable, Hashable {
    var from: Int32
    var until: Int32

    func contains(_ day: Int32) -> Bool { from <= day && day <= until }

    /// The whole weeks before a Monday.
    static func weeks(_ weeks: Int, before monday: Int32) -> DayRange {
        DayRange(from: monday - Int32(clamping: weeks * 7), until: monday - 1)
    }
}

/// Lessons held of one class over a range of days.
struct ClassLessons: Sendable {
    let range: DayRange
    /// For each day, the lesson numbers held, as bits.
    private var held: [UInt32]
    /// For each day and lesson, the subject; `several` when groups of the class had different ones.
    private var subjects: [UInt32]
    private static let several = UInt32.max
    private static let lessonsPerDay = 17

    init(range: DayRange) {
        self.range = range
        let days = Int(max(0, range.until - range.from + 1))
        held = Array(repeating: 0, count: days)
        subjects = Array(repeating: 0, count: days * Self.lessonsPerDay)
    }

    mutating func add(_ lesson: HeldLesson) {
        guard range.contains(lesson.day), lesson.lesson < Self.lessonsPerDay else { return }
        let day = Int(lesson.day - range.from)
        held[day] |= 1 << UInt32(lesson.lesson)
        let place = day * Self.lessonsPerDay + Int(lesson.lesson)
        if subjects[place] == 0 {
            subjects[place] = lesson.subject
        } else if subjects[place] != lesson.subject {
            subjects[place] = Self.several
        }
    }

    /// The numbers of the lessons that the class had on that day, as bits; parallel groups are one lesson.
    func held(on day: Int32) -> UInt32 {
        range.contains(day) ? held[Int(day - range.from)] : 0
    }

    func count(in days: DayRange) -> Int {
        var sum = 0
        var day = max(days.from, range.from)
        while day <= min(days.until, range.until) {
            sum += held[Int(day - range.from)].nonzeroBitCount
            day += 1
        }
        return sum
    }

    /// The subject of a lesson when there was one only; 0 when it cannot be told.
    func subject(on day: Int32, lesson: UInt8) -> UInt32 {
        guard range.contains(day), lesson < Self.lessonsPerDay else { return 0 }
        let subject = subjects[Int(day - range.from) * Self.lessonsPerDay + Int(lesson)]
        return subject == Self.several ? 0 : subject
    }
}

/// The lessons that one child could attend: those of its class, day by day.
struct PupilLessons: Sendable {
    /// A child that changes class has several.
    var segments: [(days: DayRange, lessons: ClassLessons)] = []

    /// The numbers of the lessons held on that day, as bits.
    func held(on day: Int32) -> UInt32 {
        for segment in segments where segment.days.contains(day) { return segment.lessons.held(on: day) }
        return 0
    }

    func count(in days: DayRange) -> Int {
        segments.reduce(0) { sum, segment in
            let from = max(days.from, segment.days.from)
            let until = min(days.until, segment.days.until)
            return from > until ? sum : sum + segment.lessons.count(in: DayRange(from: from, until: until))
        }
    }

    func subject(on day: Int32, lesson: UInt8) -> UInt32 {
        for segment in segments where segment.days.contains(day) {
            return segment.lessons.subject(on: day, lesson: lesson)
        }
        return 0
    }
}
