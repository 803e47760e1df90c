/// Words that people type for codes, in any of the languages that they type in. Data; matched by their keys, so an
/// Estonian word is found without its letters and a Russian one in Latin writing.
public struct DirectoryVocabulary: Sendable {
    /// One or more words, each ended by "*" when it only begins the typed one (Estonian and Russian inflect), and what
    /// they mean. "#" stands for a grade's number, written as 1, "1.", "1a", or as a word that `ordinals` knows.
    public struct Phrase: Sendable {
        var words: [String]
        var terms: [DirectoryTerm]
        var meansGrade: Bool
        /// Also found as plain words of a title or text.
        var alsoText: Bool

        /// - Parameters:
        ///   - text: words, in the form told at ``Phrase``.
        ///   - terms: what they mean, any of these.
        ///   - alsoText: whether entries that hold the words themselves are found by them too.
        public init(_ text: String, _ terms: [DirectoryTerm], alsoText: Bool = true) {
            words = text.split(separator: " ").map(String.init)
            meansGrade = words.contains("#")
            self.terms = terms
            self.alsoText = alsoText && !meansGrade
        }
    }

    private struct Pattern: Sendable {
        enum Word: Sendable {
            case exact(String)
            case beginning(String)
            /// A place's name with an ending of its case: at most three letters more.
            case inflected(String)
            case grade
        }
        var words: [Word]
        var terms: [DirectoryTerm]
        var alsoText: Bool

        /// More words say more, then more letters: "lastekaitsetöötaja" is a role, "lastekaitse" a field.
        var weight: Int {
            words.reduce(0) { sum, word in
                switch word {
                case .exact(let key), .beginning(let key), .inflected(let key): sum + 1000 + key.utf8.count
                case .grade: sum + 1000
                }
            }
        }
    }

    private let patterns: [Pattern]
    /// Patterns that may begin with a word of that first letter; those of a grade's number are tried for every word.
    private let byFirst: [Character: [Int]]
    private let withGrade: [Int]
    private let ordinals: [(key: String, grade: Int)]
    private let ignored: Set<String>

    /// - Parameters:
    ///   - places: EHAK code and name, with its last word ("vald", "linn") when it has one.
    ///   - ordinals: beginnings of words for a grade, such as "esime*" for 1.
    ///   - ignored: words that mean nothing here, such as "for".
    public init(
        phrases: [Phrase], places: [(code: String, name: String)], ordinals: [(String, Int)],
        ignored: [String]
    ) {
        self.ordinals = ordinals.map { (SearchKey.fold($0.0), $0.1) }
        self.ignored = Set(ignored.flatMap(SearchKey.words))
        var patterns = phrases.map { phrase in
            Pattern(
                words: phrase.words.map { word in
                    if word == "#" { return .grade }
                    let key = SearchKey.fold(word)
                    return word.hasSuffix("*") ? .beginning(key) : .exact(key)
                }, terms: phrase.terms, alsoText: phrase.alsoText)
        }
        patterns += Self.placePatterns(places)
        self.patterns = patterns
        var byFirst: [Character: [Int]] = [:]
        var withGrade: [Int] = []
        for (index, pattern) in self.patterns.enumerated() {
            switch pattern.words.first {
            case .exact(let key), .beginning(let key), .inflected(let key):
                if let first = key.first { byFirst[first, default: []].append(index) }
            case .grade: withGrade.append(index)
            case nil: continue
            }
        }
        self.byFirst = byFirst
        self.withGrade = withGrade
    }

    /// "Rakvere vald" is found as "Rakvere vallas" and, meaning the town too, as "Rakveres"; "0661" as itself.
    private static func placePatterns(_ places: [(code: String, name: String)]) -> [Pattern] {
        var patterns: [Pattern] = []
        var short: [[String]: [DirectoryTerm]] = [:]
        for (code, name) in places {
            patterns.append(Pattern(words: [.exact(code)], terms: [.near(code)], alsoText: false))
            // In Cyrillic "ä" is written "я".
            let spellings = Set([name, String(name.map { $0 == "ä" ? "я" : $0 })])
            for words in Set(spellings.map(SearchKey.words)) where !words.isEmpty {
                var core = words
                if words.count > 1, let last = words.last, ["vald", "lin"].contains(last) {
                    core.removeLast()
                    let ending: [Pattern.Word] =
                        last == "vald"
                        ? [.beginning("val"), .beginning("volost")]
                        : [.beginning("lin"), .beginning("gorod")]
                    for end in ending {
                        patterns.append(
                            Pattern(words: inflected(core) + [end], terms: [.near(code)], alsoText: false))
                    }
                }
                short[core, default: []].append(.near(code))
            }
        }
        for (core, terms) in short.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            patterns.append(Pattern(words: inflected(core), terms: terms, alsoText: false))
        }
        return patterns
    }

    private static func inflected(_ words: [String]) -> [Pattern.Word] {
        words.enumerated().map { $0.offset == words.count - 1 ? .inflected($0.element) : .exact($0.element) }
    }

    /// Takes a typed text apart: the longest phrase at each place, other words as themselves.
    func clauses(_ text: String) throws(DirectoryError) -> [DirectoryClause] {
        guard text.utf8.count <= DirectoryQuery.bytesMax else { throw .queryTooLong }
        let typed = SearchKey.spelledWords(text).map {
            DirectoryClause.TypedWord(
                key: SearchKey.key($0), plain: String(decoding: $0.plain, as: UTF8.self))
        }
        guard typed.count <= DirectoryQuery.wordsMax else { throw .queryTooLong }
        let all = understood(typed, ignoring: ignored)
        // "the" alone is what somebody looks for, not an empty question.
        return all.isEmpty ? understood(typed, ignoring: []) : all
    }

    private func understood(
        _ typed: [DirectoryClause.TypedWord], ignoring ignored: Set<String>
    ) -> [DirectoryClause] {
        var clauses: [DirectoryClause] = []
        var at = 0
        while at < typed.count {
            let rest = typed[at...]
            if let (pattern, terms) = match(rest) {
                let words = Array(rest.prefix(pattern.words.count))
                clauses.append(
                    DirectoryClause(
                        typed: words.map(\.plain).joined(separator: " "), terms: terms,
                        words: pattern.alsoText ? words : []))
                at += pattern.words.count
            } else {
                let word = typed[at]
                if !ignored.contains(word.key) {
                    clauses.append(DirectoryClause(typed: word.plain, terms: [], words: [word]))
                }
                at += 1
            }
        }
        return clauses
    }

    private func match(_ words: ArraySlice<DirectoryClause.TypedWord>) -> (Pattern, [DirectoryTerm])? {
        guard let first = words.first?.key.first else { return nil }
        var found: (Pattern, [DirectoryTerm])?
        var best = 0
        for index in (byFirst[first] ?? []) + withGrade {
            let pattern = patterns[index]
            guard pattern.weight > best, let terms = terms(pattern, words) else { continue }
            best = pattern.weight
            found = (pattern, terms)
        }
        return found
    }

    private func terms(
        _ pattern: Pattern, _ words: ArraySlice<DirectoryClause.TypedWord>
    ) -> [DirectoryTerm]? {
        guard words.count >= pattern.words.count else { return nil }
        var terms = pattern.terms
        for (wanted, word) in zip(pattern.words, words) {
            switch wanted {
            case .exact(let key): if word.key != key { return nil }
            case .beginning(let key): if !word.key.hasPrefix(key) { return nil }
            case .inflected(let key):
                if !word.key.hasPrefix(key) || word.key.utf8.count > key.utf8.count + 3 { return nil }
            case .grade:
                guard let grade = grade(word.key) else { return nil }
                terms.append(.grade(grade))
            }
        }
        return terms
    }

    /// "1", "1a", "1st" or an ordinal.
    private func grade(_ word: String) -> Int? {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        if let number = Int(digits), digits.count <= 2, word.count - digits.count <= 2 {
            return (0...12).contains(number) ? number : nil
        }
        return ordinals.first { word.hasPrefix($0.key) }?.grade
    }
}
