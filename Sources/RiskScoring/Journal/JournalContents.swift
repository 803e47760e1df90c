import ServiceKit
import Tables

/// How many rows a file has, by kind.
struct JournalCounts: Sendable, Hashable {
    var rows: UInt64 = 0
    var good: UInt64 = 0
    var lessons: UInt64 = 0
    var absences: UInt64 = 0
    var grades: UInt64 = 0
    var remarks: UInt64 = 0
    var memberships: UInt64 = 0
    /// First and last day of lessons and observations.
    var days: DayRange?

    mutating func saw(_ day: Int32) {
        guard let seen = days else {
            days = DayRange(from: day, until: day)
            return
        }
        if day < seen.from { days?.from = day }
        if day > seen.until { days?.until = day }
    }
}

/// The columns of `tugi-journal/1`: all compulsory, in any order.
enum JournalColumn: Int, CaseIterable {
    case record, date, until, `class`, grade, lesson, pupil, journal, value

    static var format: TableFormat {
        var format = TableFormat(required: allCases.map { "\($0)" })
        format.fieldBytesMaximum = 4096
        format.rowBytesMaximum = 65_536
        return format
    }
}

/// A pupil's time in a class, by the file's own numbers.
struct StagedMembership: Sendable, Hashable {
    var pupil: Int
    var from: Int32
    var until: Int32?
    var className: Int
    var grade: UInt8
}

/// One entry of the file in 16 bytes, so that a million of them fit in little memory and sort fast.
struct StagedEntry: Sendable, Hashable {
    /// Week (11 bits, from the first of all), pupil (20), place in the week (30): sorts by week, pupil,
    /// place.
    var order: UInt64
    /// Order in the file (32 bits), text (24), value (8): the later of equal places wins.
    var rest: UInt64

    var week: Int32 { JournalContents.firstMonday + Int32(truncatingIfNeeded: order >> 50) * 7 }
    var pupil: Int { Int(truncatingIfNeeded: order >> 30) & 0xF_FFFF }
    var place: UInt32 { UInt32(truncatingIfNeeded: order) & 0x3FFF_FFFF }
    var value: UInt8 { UInt8(truncatingIfNeeded: rest) }
    var text: Int { Int(truncatingIfNeeded: rest >> 8) & 0xFF_FFFF }

    static func < (left: StagedEntry, right: StagedEntry) -> Bool {
        left.order != right.order ? left.order < right.order : left.rest < right.rest
    }
}

/// One lesson held: week (11 bits), class (14), weekday, lesson and subject as in ``PackedLessons``.
struct StagedLesson: Sendable, Hashable, Comparable {
    var order: UInt64

    var week: Int32 { JournalContents.firstMonday + Int32(truncatingIfNeeded: order >> 42) * 7 }
    var className: Int { Int(truncatingIfNeeded: order >> 28) & 0x3FFF }
    var place: UInt32 { UInt32(truncatingIfNeeded: order) & 0xFFF_FFFF }

    static func < (left: StagedLesson, right: StagedLesson) -> Bool { left.order < right.order }
}

/// What a file says, by numbers that the file's own names get in order of appearance.
struct JournalContents: Sendable {
    /// Monday 2000-01-03, from which weeks are counted.
    static let firstMonday: Int32 = 10_959
    /// Until the end of 2038.
    static let days: ClosedRange<Int32> = 10_959...25_201
    static let journalsMax = 16_000
    /// More than any school has; keeps the numbers in their bits.
    static let pupilsMax = 1 << 20
    static let classesMax = 1 << 14

    var pupils = Interner()
    var classes = Interner()
    var journals = Interner()
    var texts = Interner()
    var entries: [StagedEntry] = []
    var lessons: [StagedLesson] = []
    var memberships: [StagedMembership] = []
    /// For each pupil the first row that names it, and how many good rows do.
    private(set) var firstRows: [UInt64] = []
    private(set) var rowCounts: [UInt64] = []

    mutating func note(_ pupil: Int, row: UInt64) {
        if pupil == firstRows.count {
            firstRows.append(row)
            rowCounts.append(0)
        }
        rowCounts[pupil] += 1
    }

    mutating func add(
        _ pupil: Int, day: Int32, kind: Observation.Kind, lesson: UInt8, subject: Int, value: UInt8, text: Int
    ) {
        let since = UInt64(UInt32(day - Self.firstMonday))
        let place = PackedEntry.place(
            weekday: UInt32(since % 7), kind: kind, lesson: lesson,
            subject: UInt32(truncatingIfNeeded: subject))
        entries.append(
            StagedEntry(
                order: (since / 7) << 50 | UInt64(pupil & 0xF_FFFF) << 30 | UInt64(place),
                rest: UInt64(truncatingIfNeeded: entries.count) << 32 | UInt64(text & 0xFF_FFFF) << 8
                    | UInt64(value)))
    }

    mutating func add(lesson: UInt8, day: Int32, className: Int, subject: Int) {
        let since = UInt64(UInt32(day - Self.firstMonday))
        let place = PackedLessons.place(
            weekday: UInt32(since % 7), lesson: lesson, subject: UInt32(truncatingIfNeeded: subject))
        lessons.append(
            StagedLesson(order: (since / 7) << 42 | UInt64(className & 0x3FFF) << 28 | UInt64(place)))
    }

    /// Puts the partition's numbers in place of the file's and sorts. `pupils` gives each pupil's rank among
    /// the children of the file, `subjects` each journal's number in the dictionary (index 0 stays 0).
    mutating func settle(pupils ranks: [Int], subjects: [UInt32]) {
        let placeBits: UInt64 = 0x3FFF_FFFF
        for index in entries.indices {
            let entry = entries[index]
            let subject = UInt64(subjects[Int(entry.order & UInt64(PackedEntry.subjectMax))])
            let place = (entry.order & placeBits & ~UInt64(PackedEntry.subjectMax)) | subject
            entries[index].order = (entry.order >> 50) << 50 | UInt64(ranks[entry.pupil]) << 30 | place
        }
        for index in lessons.indices {
            let order = lessons[index].order
            let subject = UInt64(subjects[Int(order & UInt64(PackedEntry.subjectMax))])
            lessons[index].order = order & ~UInt64(PackedEntry.subjectMax) | subject
        }
        entries.sort(by: <)
        lessons.sort()
    }
}
