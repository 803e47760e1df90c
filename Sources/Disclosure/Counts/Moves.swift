/// Other tables that say the same: a small number is certainly safe when it can go up and down with a few hidden ones while
/// everything that is told stays as it is. Much cheaper than linear bounds, which decide when no such move is found.
struct Moves {
    private let table: CountTable
    private let published: PublishedTable
    /// The row of a municipality that knows its own numbers.
    private let attacker: Int?

    init(_ table: CountTable, _ published: PublishedTable, _ attacker: Int?) {
        self.table = table
        self.published = published
        self.attacker = attacker
    }

    private typealias Step = (row: Int, column: Int, sign: Double)

    /// By how much the number can differ, at least.
    func room(_ row: Int, _ column: Int) -> Double {
        var best = 0.0
        for otherRow in 0...table.county where otherRow != row && isFree(otherRow, column) {
            // The county's number goes along with a municipality's, another municipality's against it.
            let across: Double = row == table.county || otherRow == table.county ? 1 : -1
            let steps: [Step] = [(row, column, 1), (otherRow, column, across)]
            if table.shape == .overlapping || table.categories == 0 { best = max(best, length(steps)) }
            for otherColumn in 0...table.total where otherColumn != column {
                let withTotal = column == table.total || otherColumn == table.total
                // Where categories overlap, one moves alone or with the total.
                guard withTotal || table.shape == .parts, isFree(row, otherColumn),
                    isFree(otherRow, otherColumn)
                else { continue }
                let along: Double = withTotal ? 1 : -1
                best = max(
                    best,
                    length(
                        steps + [(row, otherColumn, along), (otherRow, otherColumn, across * along)]))
            }
        }
        return best
    }

    private func isFree(_ row: Int, _ column: Int) -> Bool {
        if row == attacker { return false }
        if case .shown = published.cells[row][column] { return false }
        return true
    }

    /// How far all steps can go together, down and up.
    private func length(_ steps: [Step]) -> Double {
        var (down, up) = (Double.infinity, Double.infinity)
        /// Something that has `spare` left on its way down grows with each step by `slope`.
        func limit(_ spare: Int, _ slope: Double) {
            if slope < 0 { up = min(up, Double(spare) / -slope) }
            if slope > 0 { down = min(down, Double(spare) / slope) }
        }
        for step in steps {
            let range = PublishedTable.range(
                published.cells[step.row][step.column], size: table.sizes[step.row])
            let count = Double(table.counts[step.row][step.column])
            let (below, above) = (count - range.lowerBound, range.upperBound - count)
            down = min(down, step.sign > 0 ? below : above)
            up = min(up, step.sign > 0 ? above : below)
        }
        guard table.shape == .overlapping, table.categories > 0 else { return max(0, down) + max(0, up) }
        // What holds in each municipality holds in the county.
        for row in Set(steps.map(\.row)) where row != table.county {
            let counts = table.counts[row]
            var slopes = [Double](repeating: 0, count: counts.count)
            for step in steps where step.row == row { slopes[step.column] += step.sign }
            let parts = 0..<table.categories
            for part in parts {
                limit(counts[table.total] - counts[part], slopes[table.total] - slopes[part])
            }
            limit(
                parts.reduce(0) { $0 + counts[$1] } - counts[table.total],
                parts.reduce(0) { $0 + slopes[$1] } - slopes[table.total])
        }
        return max(0, down) + max(0, up)
    }
}
