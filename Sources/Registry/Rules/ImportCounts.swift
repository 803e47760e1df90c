/// What an import did, by things or rows.
struct ImportCounts: Sendable, Hashable {
    var created = 0
    var changed = 0
    var unchanged = 0

    init() {}

    /// As the result of an operation keeps them: three numbers of four bytes, big-endian.
    var bytes: [UInt8] {
        [created, changed, unchanged].flatMap { number in
            let word = UInt32(clamping: number)
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
        }
    }

    /// Nil when these are no such bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 12 else { return nil }
        let numbers = [0, 4, 8].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        (created, changed, unchanged) = (numbers[0], numbers[1], numbers[2])
    }

    static func + (left: ImportCounts, right: ImportCounts) -> ImportCounts {
        var sum = left
        sum.created += right.created
        sum.changed += right.changed
        sum.unchanged += right.unchanged
        return sum
    }
}
