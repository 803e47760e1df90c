/// How the numbers of a table hang together.
public enum TableShape: String, Sendable {
    /// Each one counted is in exactly one category: a row's categories sum up to its total.
    case parts
    /// One may be in several categories, and in at least one: each category is at most the total, together at least.
    case overlapping
}

/// Exact counts of one measure: a row for each municipality and one for the county, their sum; a column for each category
/// and one for the total.
public struct CountTable: Sendable, Hashable {
    public let shape: TableShape
    /// Rows without the county's.
    public let areas: Int
    /// Columns without the total.
    public let categories: Int
    /// By row and column, the county and the total last.
    public let counts: [[Int]]
    /// By row: how many there are at all, when the public knows (children in schools); nil: nobody says.
    public let sizes: [Int?]

    /// Nil: the rows have not one length, or the numbers contradict the shape or the sizes. `areas`: for each municipality
    /// its categories and the total last. `sizes`: of each municipality; empty: none is known.
    public init?(_ shape: TableShape, areas rows: [[Int]], sizes: [Int?] = []) {
        guard let width = rows.first?.count, width > 0, rows.allSatisfy({ $0.count == width }),
            rows.joined().allSatisfy({ (0...1_000_000).contains($0) })
        else { return nil }
        let known = sizes.isEmpty ? rows.map { _ in nil } : sizes
        guard known.count == rows.count else { return nil }
        for (row, size) in zip(rows, known) {
            let parts = row.dropLast()
            let total = row[width - 1]
            let sum = parts.reduce(0, +)
            if !parts.isEmpty {
                switch shape {
                case .parts: guard sum == total else { return nil }
                case .overlapping: guard sum >= total, parts.allSatisfy({ $0 <= total }) else { return nil }
                }
            }
            if let size, total > size { return nil }
        }
        self.shape = shape
        areas = rows.count
        categories = width - 1
        let county = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } }
        counts = rows + [county]
        let all = known.reduce(Int?.some(0)) { sum, size in size.flatMap { size in sum.map { $0 + size } } }
        self.sizes = known + [all]
    }

    /// The county's row.
    var county: Int { areas }
    /// The total's column.
    var total: Int { categories }
}

/// What is told of one number.
public enum PublishedCell: Sendable, Hashable {
    case shown(Int)
    /// Below ``Suppression/threshold``.
    case below
    /// Not below the threshold, but it would give away one that is (or what is left of a known whole).
    case hidden
    /// Less than the threshold away from a number that was released before, and it may be that one.
    case near(Int)
    /// Nothing is told, not even whether it is below the threshold.
    case withheld
}

/// A table as it is released.
public struct PublishedTable: Sendable, Hashable {
    public let shape: TableShape
    /// By row and column, the county's row and the total's column last.
    public var cells: [[PublishedCell]]

    /// Rows of one length, at least two (a municipality and the county).
    public init?(_ shape: TableShape, cells: [[PublishedCell]]) {
        guard let width = cells.first?.count, width > 0, cells.count >= 2,
            cells.allSatisfy({ $0.count == width })
        else { return nil }
        self.shape = shape
        self.cells = cells
    }

    var areas: Int { cells.count - 1 }
    var categories: Int { (cells.first?.count ?? 1) - 1 }

    /// What the table and the public sizes say, as one linear system; unknowns are numbered by row and column.
    /// `knowing`: a municipality's row with its exact numbers, for what its own office can find out about the others.
    func system(sizes: [Int?], knowing own: (row: Int, counts: [Int])? = nil) -> LinearSystem {
        var system = LinearSystem()
        for (row, cells) in cells.enumerated() {
            let size = row < sizes.count ? sizes[row] : nil
            for (column, cell) in cells.enumerated() {
                if let own, own.row == row {
                    _ = system.unknown(Double(own.counts[column]), Double(own.counts[column]))
                    continue
                }
                let range = PublishedTable.range(cell, size: size)
                _ = system.unknown(range.lowerBound, range.upperBound)
            }
        }
        let width = categories + 1
        func term(_ row: Int, _ column: Int, _ coefficient: Double) -> LinearSystem.Term {
            (row * width + column, coefficient)
        }
        for column in 0...categories {
            system.equal((0..<areas).map { term($0, column, 1) } + [term(areas, column, -1)], 0)
        }
        guard categories > 0 else { return system }
        // What holds in every municipality holds in their sum.
        for row in 0..<areas {
            switch shape {
            case .parts:
                system.equal((0..<categories).map { term(row, $0, 1) } + [term(row, categories, -1)], 0)
            case .overlapping:
                for part in 0..<categories {
                    system.atMost([term(row, part, 1), term(row, categories, -1)], 0)
                }
                system.atMost((0..<categories).map { term(row, $0, -1) } + [term(row, categories, 1)], 0)
            }
        }
        return system
    }

    /// What a cell alone says.
    static func range(_ cell: PublishedCell, size: Int?) -> ClosedRange<Double> {
        let most = size.map(Double.init) ?? .infinity
        let threshold = Double(Suppression.threshold)
        let (low, high): (Double, Double) =
            switch cell {
            case .shown(let count): (Double(count), Double(count))
            case .below: (0, min(threshold - 1, most))
            case .hidden: (threshold, most)
            case .near(let count):
                (
                    max(threshold, Double(count) - threshold + 1), min(Double(count) + threshold - 1, most)
                )
            case .withheld: (0, most)
            }
        return low...max(low, high)
    }
}
