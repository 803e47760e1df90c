/// What a service counted of one measure in one municipality, for the fact sheets: numbers, never ids. Exact, so it goes to
/// Registry alone, which decides what of it may be told (`Protocols/fact-sheets.md`).
public struct MeasureCount: Sendable, Hashable {
    /// The measure's code.
    public var measure: String
    /// Codes of the categories; empty: there is only the total.
    public var categories: [String]
    /// In the order of the categories.
    public var counts: [Int]
    /// Each one counted once, in how many categories it may be.
    public var total: Int

    /// All values as documented at the properties.
    public init(measure: String, categories: [String] = [], counts: [Int] = [], total: Int) {
        self.measure = measure
        self.categories = categories
        self.counts = counts
        self.total = total
    }

    /// Counts whoever is in each category, and all of them once. What is in a category that is not named is not counted.
    public init<Subject: Hashable>(
        measure: String, categories: [String], of members: some Sequence<(category: String, subject: Subject)>
    ) {
        var byCategory: [String: Set<Subject>] = [:]
        for member in members where categories.contains(member.category) {
            byCategory[member.category, default: []].insert(member.subject)
        }
        self.init(
            measure: measure, categories: categories, counts: categories.map { byCategory[$0]?.count ?? 0 },
            total: byCategory.values.reduce(into: Set<Subject>()) { $0.formUnion($1) }.count)
    }
}
