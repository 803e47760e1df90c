/// A set of entries by their number in the index: one bit each.
struct Bits: Sendable, Hashable {
    private(set) var words: [UInt64]

    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    /// All of the first `count`.
    init(all count: Int) {
        words = Array(repeating: .max, count: (count + 63) / 64)
        let rest = count % 64
        if rest > 0 { words[words.count - 1] = (1 << UInt64(rest)) - 1 }
    }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    func contains(_ entry: Int) -> Bool { words[entry >> 6] & (1 << UInt64(entry & 63)) != 0 }

    mutating func insert(_ entry: Int) { words[entry >> 6] |= 1 << UInt64(entry & 63) }

    mutating func formUnion(_ other: Bits) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    mutating func formIntersection(_ other: Bits) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    func intersects(_ other: Bits) -> Bool {
        words.indices.contains { words[$0] & other.words[$0] != 0 }
    }

    mutating func filter(_ keep: (Int) -> Bool) {
        for index in words.indices {
            var rest = words[index]
            while rest != 0 {
                let bit = rest.trailingZeroBitCount
                rest &= rest - 1
                if !keep(index << 6 | bit) { words[index] &= ~(1 << UInt64(bit)) }
            }
        }
    }

    func forEach(_ body: (Int) -> Void) {
        for index in words.indices {
            var rest = words[index]
            while rest != 0 {
                body(index << 6 | rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }
}
