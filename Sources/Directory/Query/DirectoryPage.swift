/// One page of what a search found.
public struct DirectoryPage: Sendable {
    /// The best first.
    public var hits: [DirectoryHit]
    /// Of all pages.
    public var total: Int
    /// For the next page; nil: this was the last.
    public var cursor: [UInt8]?
    /// How the query was understood, filters first.
    public var clauses: [DirectoryClause]
    /// Words that nothing matched as they were typed, and what was taken instead.
    public var corrections: [(typed: String, taken: [String])]
    /// When nothing was found: how much there would be without one of the clauses, the most first.
    public var without: [(clause: DirectoryClause, hits: Int)]
}

/// One entry that was found, and why.
public struct DirectoryHit: Sendable {
    /// What was found.
    public var entry: DirectoryEntry
    /// The sum of the reasons' points.
    public var score: Int
    /// In the order of the query's clauses.
    public var reasons: [DirectoryReason]
}

/// Why an entry was found, with the points that it is ranked by.
public struct DirectoryReason: Sendable, Hashable {
    /// What in the entry answers the query.
    public enum Why: Sendable, Hashable {
        /// A typed word stands in the title or elsewhere.
        case word(inTitle: Bool, match: WordMatch)
        case term(DirectoryTerm)
        case near(String, Nearness)
        /// Declares that many places; old figures say less.
        case freePlace(places: Int, ageDays: Int?, isOld: Bool)
    }
    /// How well a typed word and a word of the entry agree; the worst first.
    public enum WordMatch: Int, Sendable, Hashable {
        case slip, alikeBeginning, alike, beginning, exact
    }
    /// How near the entry is to the municipality that was asked for; the farthest first.
    public enum Nearness: Int, Sendable, Hashable {
        case countyWide, neighbour, same
    }

    /// What of the query it answers, as typed; empty: a filter.
    public var typed: String
    /// What in the entry answers it.
    public var why: Why
    /// What the reason is worth; an entry's sum is its score.
    public var points: Int

    /// What each reason is worth. A judgement, kept in one place: a role or need that fits weighs more than a word, the
    /// own municipality more than a neighbour, a fresh figure more than an old one.
    static func points(_ why: Why) -> Int {
        switch why {
        case .word(let inTitle, let match):
            let worth = [10, 20, 28, 30, 40][match.rawValue]
            return inTitle ? worth : worth / 2
        case .term(let term):
            switch term {
            case .role: return 50
            case .need: return 30
            case .language: return 20
            case .kind, .sort: return 5
            default: return 10
            }
        case .near(_, let nearness): return [10, 20, 30][nearness.rawValue]
        case .freePlace(_, _, let isOld): return isOld ? 10 : 30
        }
    }
}
