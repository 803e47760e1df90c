/// Decides what of a table may be told so that nobody finds out a small number: not by subtracting what is told, not with
/// numbers that were released before, not with the public sizes of schools, and not a municipality that knows its own.
///
/// A number is small below ``threshold``; as small counts what is left of a known whole (all pupils but three) and how far a
/// number moved since a release. First the small ones are hidden, then further ones until the linear bounds of every small
/// one are wide (``outsiderSpread``, ``insiderSpread``); ownership of the rule: small cells and their complements.
public struct Suppression: Sendable {
    /// Numbers below it are not told.
    public static let threshold = 10
    /// Whoever reads everything that was ever released cannot narrow a small number to fewer than one more values than this.
    public static let outsiderSpread = 4
    /// The same for a municipality that knows all of its own numbers.
    public static let insiderSpread = 1

    private let table: CountTable
    /// What goes on can be compared with what other sheets show: nothing that is hidden may be found out then.
    private let isStock: Bool
    /// What may be told of each number by itself.
    private let primary: PublishedTable
    private var published: PublishedTable

    /// What may be told of the table. `earlier`: by row and column the numbers that earlier releases showed of a count that
    /// goes on (a stock); nil: the table counts what happened in its own period, which is released once.
    /// `complementary`: false leaves out everything but the first step, to see what the rest is for.
    public static func publish(
        _ table: CountTable, earlier: [[[Int]]]? = nil, complementary: Bool = true
    ) -> PublishedTable? {
        guard var suppression = Suppression(table, earlier) else { return nil }
        if complementary { suppression.hideMore() }
        return suppression.published
    }

    private init?(_ table: CountTable, _ stock: [[[Int]]]?) {
        self.table = table
        isStock = stock != nil
        let earlier = stock ?? []
        let rows = table.counts.enumerated().map { row, counts in
            counts.enumerated().map { column, count in
                Self.first(
                    count, size: table.sizes[row],
                    earlier: row < earlier.count && column < earlier[row].count ? earlier[row][column] : [])
            }
        }
        guard let published = PublishedTable(table.shape, cells: rows) else { return nil }
        primary = published
        self.published = published
    }

    /// Cells that nobody may find out.
    private var guarded: [(row: Int, column: Int)] {
        var cells: [(row: Int, column: Int)] = []
        for row in 0...table.county {
            for column in 0...table.total {
                let cell = isStock ? published.cells[row][column] : primary.cells[row][column]
                if case .shown = cell { continue }
                cells.append((row, column))
            }
        }
        return cells
    }

    /// What may be told of a number by itself.
    private static func first(_ count: Int, size: Int?, earlier: [Int]) -> PublishedCell {
        if count < threshold { return .below }
        if let size, size - count < threshold { return .hidden }
        let near = earlier.filter { abs($0 - count) < threshold }.min { abs($0 - count) < abs($1 - count) }
        return near.map { .near($0) } ?? .shown(count)
    }

    // MARK: the second step

    /// Hides further numbers until every small one is safe.
    private mutating func hideMore() {
        var rounds = table.counts.count * (table.categories + 1) + 1
        while rounds > 0, let open = firstOpen() {
            rounds -= 1
            let candidates = shown(helping: open)
            guard let first = candidates.first else {
                published.cells = published.cells.map { $0.map { _ in .withheld } }
                return
            }
            let best = candidates.prefix(8).first { cell in
                var trial = self
                trial.hide(cell)
                return trial.isSafe(open.row, open.column, open.attacker)
            }
            hide(best ?? first)
        }
        showAgain()
    }

    private mutating func hide(_ cell: (row: Int, column: Int)) {
        published.cells[cell.row][cell.column] = .hidden
    }

    /// Shows what was hidden on the way and need not be, the most useful first.
    private mutating func showAgain() {
        var hidden: [(row: Int, column: Int)] = []
        for (row, cells) in primary.cells.enumerated() {
            for (column, cell) in cells.enumerated() where cell != published.cells[row][column] {
                hidden.append((row, column))
            }
        }
        hidden.sort { cost($0) > cost($1) }
        for cell in hidden {
            var trial = self
            trial.published.cells[cell.row][cell.column] = primary.cells[cell.row][cell.column]
            if trial.firstOpen() == nil { self = trial }
        }
    }

    /// A small number that somebody can find out: nil as attacker is the public.
    private struct Open {
        var row: Int
        var column: Int
        var attacker: Int?
    }

    private func firstOpen() -> Open? {
        let guarded = guarded
        for (row, column) in guarded {
            if !isSafe(row, column, nil) { return Open(row: row, column: column, attacker: nil) }
        }
        // With one municipality its county is no secret to it.
        guard table.areas > 2 else { return nil }
        for attacker in 0..<table.areas {
            for (row, column) in guarded where row != attacker {
                if !isSafe(row, column, attacker) {
                    return Open(row: row, column: column, attacker: attacker)
                }
            }
        }
        return nil
    }

    /// Shown numbers whose hiding may help, those first that are missed least.
    private func shown(helping open: Open) -> [(row: Int, column: Int)] {
        var related: [(row: Int, column: Int)] = []
        var others: [(row: Int, column: Int)] = []
        for (row, cells) in published.cells.enumerated() where row != open.attacker {
            for (column, cell) in cells.enumerated() {
                switch cell {
                case .shown, .near: break
                case .below, .hidden, .withheld: continue
                }
                if row == open.row || column == open.column {
                    related.append((row, column))
                } else {
                    others.append((row, column))
                }
            }
        }
        return related.sorted { cost($0) < cost($1) } + others.sorted { cost($0) < cost($1) }
    }

    private func cost(_ cell: (row: Int, column: Int)) -> Int {
        table.counts[cell.row][cell.column] + (cell.column == table.total ? 1_000 : 0)
            + (cell.row == table.county ? 1_000_000 : 0)
    }

    // MARK: is it safe?

    private func isSafe(_ row: Int, _ column: Int, _ attacker: Int?) -> Bool {
        let alone = PublishedTable.range(published.cells[row][column], size: table.sizes[row])
        let wanted = min(
            Double(attacker == nil ? Self.outsiderSpread : Self.insiderSpread),
            alone.upperBound - alone.lowerBound)
        if Moves(table, published, attacker).room(row, column) >= wanted { return true }
        let system = published.system(
            sizes: table.sizes, knowing: attacker.map { ($0, table.counts[$0]) })
        guard let bounds = system.bounds(of: [row * (table.categories + 1) + column])?.first else {
            return false
        }
        return (bounds.upperBound + 1e-6).rounded(.down) - (bounds.lowerBound - 1e-6).rounded(.up) >= wanted
    }
}
