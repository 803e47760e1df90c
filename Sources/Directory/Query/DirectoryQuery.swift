/// What somebody looks for: typed words, filters, or both. All must hold.
public struct DirectoryQuery: Sendable, Hashable {
    /// As typed; words that name a role, need, language, grade, place or "free place" act as such filters.
    public var words: String
    /// At least one of each list must hold; empty lists ask for nothing.
    public var anyOf: [[DirectoryTerm]]
    /// EHAK codes of owners; empty: all that one may see.
    public var municipalities: Set<String>
    /// The figure of capacity must not be older; nil: any.
    public var capacityNotOlderThanDays: Int32?

    /// Words, filters, or both; what is left out asks for nothing.
    public init(
        words: String = "", anyOf: [[DirectoryTerm]] = [], municipalities: Set<String> = [],
        capacityNotOlderThanDays: Int32? = nil
    ) {
        self.words = words
        self.anyOf = anyOf
        self.municipalities = municipalities
        self.capacityNotOlderThanDays = capacityNotOlderThanDays
    }

    /// More words than these are not looked at; a query is no essay.
    static let wordsMax = 24
    static let bytesMax = 400

    /// Grades that children of this age are usually in: compulsory school begins in the autumn of the year in which the
    /// child is 7 by 1 October (PGS § 9), so a grade holds two ages.
    public static func grades(ofAge age: Int) -> [DirectoryTerm] {
        age < 7 ? [.grade(0)] : [age - 7, age - 6].filter { (0...12).contains($0) }.map { .grade($0) }
    }
}

/// One part of a query, as it was understood: it holds when one of its terms does, or when all of its words are found.
public struct DirectoryClause: Sendable, Hashable {
    /// As typed, in lower case; empty: a filter.
    public var typed: String
    /// At least one must hold; empty: only the words count.
    public var terms: [DirectoryTerm]
    /// Keys of the words, to be found in title or texts; empty: only the terms count.
    var words: [TypedWord]

    struct TypedWord: Sendable, Hashable {
        var key: String
        var plain: String
    }
}

/// What is wrong with a question.
public struct DirectoryError: Error, Sendable, Hashable {
    /// Kebab case.
    public var reason: String
    /// What to do next.
    public var message: String

    init(_ reason: String, _ message: String) {
        self.reason = reason
        self.message = message
    }

    static let cursorUnreadable = DirectoryError(
        "cursor-unreadable", "The cursor is none that a search gave: ask again without one.")
    static let cursorOfOtherQuery = DirectoryError(
        "cursor-of-other-query", "The cursor belongs to another question or caller: ask again without one.")
    static let queryTooLong = DirectoryError(
        "query-too-long", "The words are too many: type at most 24 words and 400 bytes.")
}
