import Store
import Testing

@testable import RiskScoring

@Suite("A week is packed and comes back as it was")
struct PackedWeekTests {
    private func entry(
        _ weekday: UInt32, _ kind: Observation.Kind, _ lesson: UInt8, _ subject: UInt32, _ value: UInt8,
        _ text: String = ""
    ) -> PackedEntry {
        PackedEntry(
            place: PackedEntry.place(weekday: weekday, kind: kind, lesson: lesson, subject: subject),
            value: value,
            text: Array(text.utf8))
    }

    @Test func `Every kind of entry comes back`() throws {
        let entries = [
            entry(0, .absence, 1, 0, 1), entry(0, .absence, 16, 1_048_575, 3),
            entry(3, .grade, 0, 300, 6, "AR õ"),
            entry(3, .grade, 2, 300, 5), entry(6, .remark, 0, 0, 2),
        ]
        #expect(try PackedWeek.decode(PackedWeek.encode(entries)) == entries)
        var observations: [Observation] = []
        try PackedWeek.observations(PackedWeek.encode(entries), monday: 20_000, into: &observations)
        #expect(observations.map(\.mark) == [.unexcused, .late, .text("AR õ"), .grade(5), .praise])
        #expect(observations.map(\.day) == [20_000, 20_000, 20_003, 20_003, 20_006])
    }

    @Test func `An absence takes three or four bytes`() {
        #expect(PackedWeek.encode([entry(2, .absence, 3, 40, 1)]).count == 4)
    }

    @Test func `A later entry of the same key replaces, none removes, others stay`() {
        let old = [entry(0, .absence, 1, 1, 1), entry(1, .absence, 1, 1, 1), entry(2, .grade, 0, 1, 4)]
        let new = [entry(0, .absence, 1, 1, 2), entry(1, .absence, 1, 1, 0), entry(1, .absence, 2, 1, 3)]
        #expect(
            PackedWeek.merge(old, new)
                == [entry(0, .absence, 1, 1, 2), entry(1, .absence, 2, 1, 3), entry(2, .grade, 0, 1, 4)])
    }

    @Test func `Lessons held come back with their day, number and subject`() throws {
        let places = [
            PackedLessons.place(weekday: 0, lesson: 1, subject: 7),
            PackedLessons.place(weekday: 4, lesson: 16, subject: 900),
        ]
        let decoded = try PackedLessons.decode(PackedLessons.encode(places))
        #expect(
            decoded.map { PackedLessons.lesson($0, monday: 100) }
                == [
                    HeldLesson(day: 100, lesson: 1, subject: 7),
                    HeldLesson(day: 104, lesson: 16, subject: 900),
                ])
    }

    @Test func `Damaged bytes are an error, never a trap`() {
        var state: UInt64 = 7
        for _ in 0..<5_000 {
            var bytes: [UInt8] = [1]
            for _ in 0..<Int(state % 24) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(UInt8(truncatingIfNeeded: state >> 40))
            }
            state &+= 1
            _ = try? PackedWeek.decode(bytes)
            _ = try? PackedLessons.decode(bytes)
            _ = try? ImportReport(packed: bytes)
        }
        #expect(throws: StoreError.self) { try PackedWeek.decode([2]) }
        #expect(throws: StoreError.self) { try PackedWeek.decode([]) }
    }

    @Test func `Names get the same number again, whatever their order and length`() {
        var interner = Interner()
        func index(_ text: String) -> Int {
            Array(text.utf8).withUnsafeBufferPointer { interner.index(of: $0) }
        }
        let names = (0..<3_000).map { "õpilane-\($0 * 7919 % 3_000)" }
        let first = names.map(index)
        let second = names.reversed().map(index)
        #expect(first == Array(0..<3_000))
        #expect(second == first.reversed())
        #expect(interner.text(17) == names[17])
    }
}
