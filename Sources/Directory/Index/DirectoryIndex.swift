/// The county's map, ready to be searched. A value that never changes: after a write a new one is made and put in its
/// place, so that who reads never waits for who writes.
public struct DirectoryIndex: Sendable {
    /// All entries, at the places by which postings and bits name them.
    public let entries: [DirectoryEntry]
    /// The words that stand for codes in what people type.
    public let vocabulary: DirectoryVocabulary
    /// EHAK codes of each municipality's neighbours.
    let neighbours: [String: Set<String>]
    let ranks: [Rank]
    /// Keys of all words, in order, so that those with one beginning stand together.
    let keys: [String]
    /// Of each key, the letters that it holds.
    let letters: [UInt32]
    let postings: [[Posting]]
    /// Plain spellings that postings name.
    let spellings: [String]
    let byTerm: [DirectoryTerm: Bits]
    let byOwner: [String: Bits]
    let countyWide: Bits
    let withPlaces: Bits
    let byGrade: [Bits]

    /// A word stands in an entry.
    struct Posting: Sendable {
        var entry: UInt32
        var spelling: UInt32
        var inTitle: Bool
    }

    /// - Parameters:
    ///   - entries: ids of 16 bytes, each once; others are left out.
    ///   - neighbours: taken in both directions.
    public init(
        entries given: [DirectoryEntry], vocabulary: DirectoryVocabulary,
        neighbours: [String: Set<String>] = [:]
    ) {
        var seen: Set<[UInt8]> = []
        let entries = given.filter { $0.id.count == 16 && seen.insert($0.id).inserted }
        self.entries = entries
        self.vocabulary = vocabulary
        var both = neighbours
        for (code, others) in neighbours { for other in others { both[other, default: []].insert(code) } }
        self.neighbours = both
        ranks = entries.map { Rank(of: $0) }

        var words = WordList()
        var byTerm: [DirectoryTerm: Bits] = [:]
        var byOwner: [String: Bits] = [:]
        let none = Bits(count: entries.count)
        var (countyWide, withPlaces) = (none, none)
        var byGrade = Array(repeating: none, count: 13)
        for (number, entry) in entries.enumerated() {
            words.add(entry.title, of: number, inTitle: true)
            for text in entry.texts { words.add(text, of: number, inTitle: false) }
            for term in entry.terms { byTerm[term, default: none].insert(number) }
            byTerm[.kind(entry.kind), default: none].insert(number)
            byOwner[entry.owner, default: none].insert(number)
            if entry.isCountyWide { countyWide.insert(number) }
            if let capacity = entry.capacity, capacity.places > 0, entry.open != nil {
                withPlaces.insert(number)
            }
            if let grades = entry.grades {
                for grade in grades.clamped(to: 0...12) where grades.contains(grade) {
                    byGrade[grade].insert(number)
                }
            }
        }
        self.byTerm = byTerm
        self.byOwner = byOwner
        self.countyWide = countyWide
        self.withPlaces = withPlaces
        self.byGrade = byGrade
        let order = words.postings.keys.sorted()
        keys = order
        letters = order.map(Typos.letters)
        postings = order.map { words.postings[$0] ?? [] }
        spellings = words.spellings
    }

    /// Where the keys with this beginning are.
    func range(_ beginning: String) -> Range<Int> {
        let start = lowerBound { $0 < beginning }
        // What begins with the word stands together, from the word itself onward.
        let end = lowerBound { $0 < beginning || $0.utf8.starts(with: beginning.utf8) }
        return start..<max(start, end)
    }

    private func lowerBound(_ isBefore: (String) -> Bool) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(keys[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Entries for which a term holds, whatever the day.
    func bits(_ term: DirectoryTerm) -> Bits {
        let none = Bits(count: entries.count)
        switch term {
        case .grade(let grade):
            return byGrade.indices.contains(grade) ? byGrade[grade] : none
        case .near(let place):
            var bits = countyWide
            for code in [place] + (neighbours[place] ?? []) {
                if let own = byOwner[code] { bits.formUnion(own) }
            }
            return bits
        case .freePlace:
            return withPlaces
        default:
            return byTerm[term] ?? none
        }
    }
}

extension Rank {
    /// Before points are given.
    init(of entry: DirectoryEntry) {
        func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
            var (result, count) = (UInt64(0), 0)
            for byte in bytes.prefix(8) {
                result = result << 8 | UInt64(byte)
                count += 1
            }
            return count == 0 ? 0 : result << UInt64(8 * (8 - count))
        }
        self.init(
            score: 0, title: number(SearchKey.plain(entry.title).utf8), high: number(entry.id),
            low: number(entry.id.dropFirst(8)))
    }
}

/// Gathers the words of all entries. The same words come again and again, so each is taken apart once.
private struct WordList {
    var postings: [String: [DirectoryIndex.Posting]] = [:]
    var spellings: [String] = []
    private var numbers: [String: UInt32] = [:]
    private var known: [String: [(key: String, spelling: UInt32)]] = [:]

    mutating func add(_ text: String, of entry: Int, inTitle: Bool) {
        // A text that many entries share (an institution's name, how to refer) is taken apart once.
        let words: [(key: String, spelling: UInt32)]
        if let kept = known[text] {
            words = kept
        } else {
            words = SearchKey.spelledWords(text).map { word in
                (SearchKey.key(word), spelling(String(decoding: word.plain, as: UTF8.self)))
            }
            known[text] = words
        }
        for (key, spelling) in words {
            postings[key, default: []].append(
                DirectoryIndex.Posting(entry: UInt32(entry), spelling: spelling, inTitle: inTitle))
        }
    }

    private mutating func spelling(_ plain: String) -> UInt32 {
        if let number = numbers[plain] { return number }
        let number = UInt32(spellings.count)
        spellings.append(plain)
        numbers[plain] = number
        return number
    }
}
