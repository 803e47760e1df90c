import Store

/// One entry of a pupil's week as it is packed: what it is about in one number, and its value.
struct PackedEntry: Sendable, Hashable {
    /// Weekday (3 bits, Monday 0), kind (2), lesson (5), subject (20): equal places are the same entry.
    var place: UInt32
    /// What the mark is, by kind; 0 takes an entry back and is never stored.
    var value: UInt8
    /// Letters of a non-numeric assessment (UTF-8); empty otherwise.
    var text: [UInt8]

    static let subjectMax: UInt32 = 0xF_FFFF

    static func place(weekday: UInt32, kind: Observation.Kind, lesson: UInt8, subject: UInt32) -> UInt32 {
        weekday << 27 | UInt32(kind.rawValue) << 25 | UInt32(lesson & 31) << 20 | subject & subjectMax
    }

    var weekday: UInt32 { place >> 27 }
    var kind: UInt8 { UInt8(truncatingIfNeeded: place >> 25) & 3 }
    var lesson: UInt8 { UInt8(truncatingIfNeeded: place >> 20) & 31 }
    var subject: UInt32 { place & Self.subjectMax }
}

extension Observation.Mark {
    static let textValue: UInt8 = 6

    /// The stored value; 0 for `none`.
    var value: UInt8 {
        switch self {
        case .none: 0
        case .unexcused, .remark: 1
        case .excused, .praise: 2
        case .late, .note: 3
        case .grade(let grade): UInt8(clamping: grade)
        case .text: Self.textValue
        }
    }

    init?(kind: Observation.Kind, value: UInt8, text: [UInt8]) {
        switch (kind, value) {
        case (_, 0): self = .none
        case (.absence, 1): self = .unexcused
        case (.absence, 2): self = .excused
        case (.absence, 3): self = .late
        case (.grade, 1...5): self = .grade(Int(value))
        case (.grade, Self.textValue): self = .text(String(decoding: text, as: UTF8.self))
        case (.remark, 1): self = .remark
        case (.remark, 2): self = .praise
        case (.remark, 3): self = .note
        default: return nil
        }
    }
}

/// A pupil's week: version 1, then for each entry weekday and kind and value in one byte, lesson in one byte,
/// subject as varint, and for non-numeric assessment its letters. Entries are in order of their places.
enum PackedWeek {
    static let version: UInt8 = 1

    static func encode(_ entries: [PackedEntry]) -> [UInt8] {
        var writer = PackedWriter(capacity: 1 + entries.count * 4)
        writer.byte(version)
        for entry in entries {
            writer.byte(UInt8(truncatingIfNeeded: entry.weekday) << 5 | entry.kind << 3 | entry.value & 7)
            writer.byte(entry.lesson)
            writer.varint(UInt64(entry.subject))
            if entry.value == Observation.Mark.textValue { writer.block(entry.text) }
        }
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(StoreError) -> [PackedEntry] {
        var entries: [PackedEntry] = []
        try forEach(bytes) { entries.append($0) }
        return entries
    }

    /// The entries as observations of the week that begins on `monday`.
    static func observations(_ bytes: [UInt8], monday: Int32, into result: inout [Observation])
        throws(StoreError)
    {
        var found: [Observation] = []
        try forEach(bytes) { entry in
            guard let kind = Observation.Kind(rawValue: entry.kind),
                let mark = Observation.Mark(kind: kind, value: entry.value, text: entry.text)
            else { return }
            found.append(
                Observation(
                    day: monday + Int32(entry.weekday), kind: kind, lesson: entry.lesson,
                    subject: entry.subject,
                    mark: mark))
        }
        result.append(contentsOf: found)
    }

    private static func forEach(_ bytes: [UInt8], _ body: (PackedEntry) -> Void) throws(StoreError) {
        var reader = PackedReader(bytes)
        guard try reader.byte() == version else { throw unknownVersion }
        while !reader.isAtEnd {
            let head = try reader.byte()
            let lesson = try reader.byte()
            let subject = UInt32(truncatingIfNeeded: try reader.varint())
            let value = head & 7
            let isText =
                value == Observation.Mark.textValue && head >> 3 & 3 == Observation.Kind.grade.rawValue
            body(
                PackedEntry(
                    place: UInt32(head >> 5) << 27 | UInt32(head >> 3 & 3) << 25 | UInt32(lesson & 31) << 20
                        | subject & PackedEntry.subjectMax,
                    value: value, text: isText ? try reader.block() : []))
        }
    }

    static var unknownVersion: StoreError {
        StoreError(
            .damaged, "A stored week has a version that this program does not know; run the newest program.")
    }

    /// Old entries with new ones over them; both in order of places. A new value 0 takes the old entry away.
    static func merge(_ old: [PackedEntry], _ new: [PackedEntry]) -> [PackedEntry] {
        var result: [PackedEntry] = []
        result.reserveCapacity(old.count + new.count)
        var index = 0
        for entry in new {
            while index < old.count, old[index].place < entry.place {
                result.append(old[index])
                index += 1
            }
            if index < old.count, old[index].place == entry.place { index += 1 }
            if entry.value != 0 { result.append(entry) }
        }
        result.append(contentsOf: old[index...])
        return result
    }
}

/// A class's week: version 1, then for each lesson held its weekday and number in one byte (3 and 5 bits) and
/// its subject as varint, in order.
enum PackedLessons {
    static func encode(_ places: [UInt32]) -> [UInt8] {
        var writer = PackedWriter(capacity: 1 + places.count * 3)
        writer.byte(PackedWeek.version)
        for place in places {
            writer.byte(UInt8(truncatingIfNeeded: place >> 20))
            writer.varint(UInt64(place & PackedEntry.subjectMax))
        }
        return writer.bytes
    }

    /// Weekday (3 bits), lesson (5), subject (20).
    static func place(weekday: UInt32, lesson: UInt8, subject: UInt32) -> UInt32 {
        weekday << 25 | UInt32(lesson & 31) << 20 | subject & PackedEntry.subjectMax
    }

    static func decode(_ bytes: [UInt8]) throws(StoreError) -> [UInt32] {
        var reader = PackedReader(bytes)
        guard try reader.byte() == PackedWeek.version else { throw PackedWeek.unknownVersion }
        var places: [UInt32] = []
        while !reader.isAtEnd {
            let head = try reader.byte()
            places.append(
                UInt32(head) << 20 | UInt32(truncatingIfNeeded: try reader.varint()) & PackedEntry.subjectMax)
        }
        return places
    }

    static func lesson(_ place: UInt32, monday: Int32) -> HeldLesson {
        HeldLesson(
            day: monday + Int32(place >> 25), lesson: UInt8(truncatingIfNeeded: place >> 20) & 31,
            subject: place & PackedEntry.subjectMax)
    }
}
