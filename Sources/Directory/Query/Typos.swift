/// Small slips of the finger: one letter wrong, missing, too many or two swapped; two such in a long word. Made for one
/// typed word and used for many, so that nothing is allocated for each.
struct Typos {
    private let typed: [UInt8]
    private let letters: UInt32
    private var rows: [[Int]]

    init(_ typed: String) {
        self.typed = Array(typed.utf8)
        letters = Self.letters(typed)
        rows = Array(repeating: Array(repeating: 0, count: self.typed.count + 4), count: 3)
    }

    /// How many slips a word may hold; a short word none: it would be another word.
    static func allowed(_ key: String) -> Int {
        switch key.utf8.count {
        case ..<4: 0
        case ..<8: 1
        default: 2
        }
    }

    /// Which letters a word holds, one bit each; all signs but a to z share the rest.
    static func letters(_ word: String) -> UInt32 {
        word.utf8.reduce(0) { bits, byte in
            bits | 1 << ((0x61...0x7a).contains(byte) ? UInt32(byte - 0x61) : 26 + UInt32(byte % 6))
        }
    }

    /// The fewest slips that make the typed word the beginning of `word`; nil when more than `most` (at most 2).
    /// Optimal string alignment of bytes, of which keys have one for each letter of ours.
    ///
    /// - Parameter letters: of `word`, as the function of that name gives them: a letter that it lacks costs a slip, which
    ///   rules most words out at once.
    mutating func distance(_ word: String, letters: UInt32, most: Int) -> Int? {
        guard (1...2).contains(most), (self.letters & ~letters).nonzeroBitCount <= most,
            typed.count <= word.utf8.count + most
        else { return nil }
        let found: Int?? = word.utf8.withContiguousStorageIfAvailable { distance($0, most: most) }
        return found ?? Array(word.utf8).withUnsafeBufferPointer { distance($0, most: most) }
    }

    private mutating func distance(_ word: UnsafeBufferPointer<UInt8>, most: Int) -> Int? {
        // What lies further than `most` beyond the typed word's length changes nothing.
        let width = min(word.count, typed.count + most)
        var (before, previous, current) = (0, 1, 2)
        for column in 0...width { rows[previous][column] = column }
        for row in stride(from: 1, through: typed.count, by: 1) {
            rows[current][0] = row
            var best = row
            for column in stride(from: 1, through: width, by: 1) {
                let same = typed[row - 1] == word[column - 1]
                var cost = min(
                    rows[previous][column - 1] + (same ? 0 : 1), rows[previous][column] + 1,
                    rows[current][column - 1] + 1)
                if row > 1, column > 1, typed[row - 1] == word[column - 2],
                    typed[row - 2] == word[column - 1]
                {
                    cost = min(cost, rows[before][column - 2] + 1)
                }
                rows[current][column] = cost
                best = min(best, cost)
            }
            guard best <= most else { return nil }
            (before, previous, current) = (previous, current, before)
        }
        let least = rows[previous][0...width].min() ?? .max
        return least <= most ? least : nil
    }
}
