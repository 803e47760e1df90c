/// Small slips of the finger: one letter wrong, missing, too many or two swapped; two such in a long word.
enum Typos {
    /// How many slips a word may hold; a short word none: it would be another word.
    static func allowed(_ key: String) -> Int {
        switch key.utf8.count {
        case ..<4: 0
        case ..<8: 1
        default: 2
        }
    }

    /// The fewest slips that make `typed` the beginning of `word`; nil when more than `most`. Optimal string alignment
    /// of bytes, of which keys have one for each letter of ours.
    static func distance(_ typed: [UInt8], _ word: [UInt8], most: Int) -> Int? {
        guard most > 0, typed.count <= word.count + most else { return nil }
        // What lies further than `most` beyond the typed word's length changes nothing.
        let width = min(word.count, typed.count + most)
        var before: [Int] = []
        var previous = Array(0...width)
        for row in 1...max(1, typed.count) where row <= typed.count {
            var current = [row]
            current.reserveCapacity(width + 1)
            var best = row
            for column in stride(from: 1, through: width, by: 1) {
                let same = typed[row - 1] == word[column - 1]
                var cost = min(
                    previous[column - 1] + (same ? 0 : 1), previous[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, typed[row - 1] == word[column - 2], typed[row - 2] == word[column - 1]
                {
                    cost = min(cost, before[column - 2] + 1)
                }
                current.append(cost)
                best = min(best, cost)
            }
            guard best <= most else { return nil }
            before = previous
            previous = current
        }
        return previous.min().flatMap { $0 <= most ? $0 : nil }
    }
}
