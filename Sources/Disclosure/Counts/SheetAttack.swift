/// Somebody who reads every sheet that was ever released, knows how many children each municipality's schools have, and
/// computes: the linear bounds of every number that is not told. What it finds exactly is a failure of the suppression.
public struct SheetAttack: Sendable {
    /// One table of the sheets.
    public struct Released: Sendable {
        public var measure: String
        /// Any text that is the same for one period only.
        public var period: String
        /// It counts what goes on: the same measure at two times says how far it moved.
        public var isStock: Bool
        /// It counts children of schools and kindergartens, so there are at most as many as these have.
        public var isOfPupils: Bool
        /// EHAK codes of the rows; the county's row comes last and has "0060".
        public var areas: [String]
        /// Codes of the columns; the total comes last and has "".
        public var categories: [String]
        public var table: PublishedTable

        /// All values as documented at the properties.
        public init(
            measure: String, period: String, isStock: Bool, isOfPupils: Bool, areas: [String],
            categories: [String], table: PublishedTable
        ) {
            self.measure = measure
            self.period = period
            self.isStock = isStock
            self.isOfPupils = isOfPupils
            self.areas = areas
            self.categories = categories
            self.table = table
        }
    }

    /// A number that is not told and was found out.
    public struct Recovered: Sendable, Hashable {
        public var measure: String
        public var period: String
        public var area: String
        public var category: String
        public var value: Int
        /// "small", "complement" (what is left of a known whole is small) or "change" (since another release).
        public var reason: String
    }

    /// What came of it.
    public struct Result: Sendable {
        public var recovered: [Recovered] = []
        /// Numbers that are not told.
        public var hidden = 0
        /// The fewest values that one of them can still have, when that is more than one.
        public var narrowest: Int?
        /// Tables whose numbers contradict each other or the sizes: nothing follows from them.
        public var contradictions: [String] = []
    }

    private struct Cell: Hashable {
        var measure: String
        var area: String
        var category: String
    }

    /// Runs the attack. `sizes`: children in schools and kindergartens by municipality; `knowing` makes it the attack of a
    /// municipality's own office: its exact numbers by measure and period, in the order of the table's columns.
    public static func run(
        _ releases: [Released], sizes: [String: Int] = [:],
        knowing own: (area: String, counts: (Released) -> [Int]?)? = nil
    ) -> Result {
        var result = Result()
        var exact: [Cell: [(period: String, value: Int, told: Bool)]] = [:]
        for release in releases {
            let known = release.areas.map { area -> Int? in
                guard release.isOfPupils else { return nil }
                return area == "0060" ? total(sizes, of: release.areas.dropLast()) : sizes[area]
            }
            let row = own.flatMap { release.areas.firstIndex(of: $0.area) }
            let knowing = row.flatMap { row in own?.counts(release).map { (row: row, counts: $0) } }
            let width = release.categories.count
            let system = release.table.system(sizes: known, knowing: knowing)
            guard let bounds = system.bounds(of: Array(0..<(release.areas.count * width))) else {
                result.contradictions.append("\(release.measure) \(release.period)")
                continue
            }
            for (row, area) in release.areas.enumerated() where row != knowing?.row {
                for (column, category) in release.categories.enumerated() {
                    let cell = Cell(measure: release.measure, area: area, category: category)
                    let range = bounds[row * width + column]
                    let told = if case .shown = release.table.cells[row][column] { true } else { false }
                    let low = (range.lowerBound - 1e-6).rounded(.up)
                    let high = (range.upperBound + 1e-6).rounded(.down)
                    if !told { result.hidden += 1 }
                    guard high - low < 1 else {
                        if high < 1e9 {
                            let values = Int(high - low) + 1
                            result.narrowest = min(result.narrowest ?? values, values)
                        }
                        continue
                    }
                    exact[cell, default: []].append((release.period, Int(low), told))
                    if told { continue }
                    let size = known[row]
                    // What the public knows by itself was not found out here.
                    if size == 0 { continue }
                    let value = Int(low)
                    if value < Suppression.threshold {
                        result.recovered.append(recovered(release, cell, value, "small"))
                    } else if let size, size - value < Suppression.threshold {
                        result.recovered.append(recovered(release, cell, value, "complement"))
                    }
                }
            }
        }
        result.recovered += changes(exact, of: Set(releases.filter(\.isStock).map(\.measure)))
        return result
    }

    private static func recovered(
        _ release: Released, _ cell: Cell, _ value: Int, _ reason: String
    ) -> Recovered {
        Recovered(
            measure: release.measure, period: release.period, area: cell.area, category: cell.category,
            value: value, reason: reason)
    }

    private static func total(_ sizes: [String: Int], of areas: some Sequence<String>) -> Int? {
        areas.reduce(Int?.some(0)) { sum, area in sizes[area].flatMap { size in sum.map { $0 + size } } }
    }

    /// How far a number moved between two releases, where both are known.
    private static func changes(
        _ exact: [Cell: [(period: String, value: Int, told: Bool)]], of measures: Set<String>
    ) -> [Recovered] {
        var found: [Recovered] = []
        for (cell, values) in exact where measures.contains(cell.measure) {
            for (place, later) in values.enumerated() {
                for earlier in values.prefix(place)
                where abs(later.value - earlier.value) < Suppression.threshold {
                    found.append(
                        Recovered(
                            measure: cell.measure, period: later.period, area: cell.area,
                            category: cell.category, value: later.value - earlier.value, reason: "change"))
                }
            }
        }
        return found.sorted { ($0.period, $0.area, $0.category) < ($1.period, $1.area, $1.category) }
    }
}
