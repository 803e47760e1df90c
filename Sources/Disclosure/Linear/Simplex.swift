/// The simplex method with bounds on the unknowns (Dantzig; Chvátal, "Linear Programming", chapter 8) on a dense table.
/// Made feasible once; then one unknown after the other is made as small or as large as it can be.
struct Simplex {
    private static let tolerance = 1e-9

    /// Unknowns of the system by column, and back.
    private let columns: [Int]
    private let columnOf: [Int: Int]
    private let lower: [Double]
    private let upper: [Double]
    /// Row by row: the equations solved for their basic unknowns.
    private var table: [[Double]]
    /// By row: which column is basic there; `columns.count` and above: an artificial one, which has to be 0.
    private var basis: [Int]
    private var value: [Double]
    /// By column: a basic one's row, else nil.
    private var rowOf: [Int?]
    /// By column, when it is not basic: it stands at its upper bound.
    private var atUpper: [Bool]

    /// Nil: nothing satisfies the equations within the bounds.
    init?(_ system: LinearSystem, _ members: [Int], _ equations: [Int]) {
        columns = members
        columnOf = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($0.element, $0.offset) })
        lower = members.map { system.lower[$0] }
        upper = members.map { system.upper[$0] }
        let width = members.count
        table = []
        basis = []
        value = []
        rowOf = Array(repeating: nil, count: width)
        atUpper = Array(repeating: false, count: width)
        for (row, place) in equations.enumerated() {
            var line = [Double](repeating: 0, count: width)
            var rest = system.equations[place].constant
            for term in system.equations[place].terms {
                guard let column = columnOf[term.unknown] else { continue }
                line[column] += term.coefficient
                rest -= term.coefficient * lower[column]
            }
            if rest < 0 { line = line.map { -$0 } }
            table.append(line)
            basis.append(width + row)
            value.append(abs(rest))
        }
        guard makeFeasible() else { return nil }
    }

    /// The least value of `sign` times the unknown; minus infinity when there is none.
    mutating func least(_ unknown: Int, sign: Double) -> Double {
        guard let target = columnOf[unknown] else { return 0 }
        var price = [Double](repeating: 0, count: columns.count)
        price[target] = sign
        if let row = rowOf[target] {
            for column in price.indices { price[column] -= sign * table[row][column] }
        }
        guard descend(&price, artificialMax: 0) else { return -.infinity }
        return sign * current(target)
    }

    private func current(_ column: Int) -> Double {
        if let row = rowOf[column] { return value[row] }
        return atUpper[column] ? upper[column] : lower[column]
    }

    private mutating func makeFeasible() -> Bool {
        var price = [Double](repeating: 0, count: columns.count)
        for row in table.indices {
            for column in price.indices { price[column] -= table[row][column] }
        }
        _ = descend(&price, artificialMax: .infinity)
        var left = 0.0
        for row in basis.indices where basis[row] >= columns.count { left += value[row] }
        return left < 1e-6
    }

    /// Steps as long as the price falls; false: without end. `price`: by column, what one more of it costs.
    private mutating func descend(_ price: inout [Double], artificialMax: Double) -> Bool {
        var steps = 0
        let stepsMax = 200 * (columns.count + basis.count)
        // Stopped early, the value is one that can be reached: bounds come out too narrow, never too wide.
        while steps < stepsMax,
            let entering = choose(price, byNumber: steps > 5 * (columns.count + basis.count))
        {
            steps += 1
            let direction: Double = atUpper[entering] ? -1 : 1
            var length = upper[entering] - lower[entering]
            var leaving: (row: Int, toUpper: Bool)?
            for row in basis.indices {
                let slope = table[row][entering] * direction
                if abs(slope) < Self.tolerance { continue }
                let isArtificial = basis[row] >= columns.count
                let room: Double
                if slope > 0 {
                    room = (value[row] - (isArtificial ? 0 : lower[basis[row]])) / slope
                } else {
                    room = ((isArtificial ? artificialMax : upper[basis[row]]) - value[row]) / -slope
                }
                let isBetter =
                    room < length - Self.tolerance
                    || room < length + Self.tolerance && leaving.map { comesFirst(row, $0.row) } ?? false
                if isBetter {
                    length = min(length, max(0, room))
                    leaving = (row, slope < 0)
                }
            }
            if length == .infinity { return false }
            for row in basis.indices { value[row] -= table[row][entering] * direction * length }
            guard let leaving else {
                atUpper[entering].toggle()
                continue
            }
            pivot(entering, leaving.row, toUpper: leaving.toUpper, direction: direction, length, &price)
        }
        return true
    }

    /// Of two rows that leave at the same length: an artificial one, else the lower number (Bland's rule).
    private func comesFirst(_ row: Int, _ other: Int) -> Bool {
        let (one, two) = (basis[row] >= columns.count, basis[other] >= columns.count)
        return one == two ? basis[row] < basis[other] : one
    }

    /// The column whose change lowers the price most; the first one (Bland's rule) when steps repeat themselves.
    private func choose(_ price: [Double], byNumber: Bool) -> Int? {
        var best: (column: Int, gain: Double)?
        for column in price.indices where rowOf[column] == nil {
            let gain = atUpper[column] ? price[column] : -price[column]
            if gain <= Self.tolerance { continue }
            if byNumber { return column }
            if gain > best?.gain ?? 0 { best = (column, gain) }
        }
        return best?.column
    }

    private mutating func pivot(
        _ entering: Int, _ row: Int, toUpper: Bool, direction: Double, _ length: Double,
        _ price: inout [Double]
    ) {
        let leaving = basis[row]
        if leaving < columns.count {
            rowOf[leaving] = nil
            atUpper[leaving] = toUpper
        }
        value[row] = (atUpper[entering] ? upper[entering] : lower[entering]) + direction * length
        basis[row] = entering
        rowOf[entering] = row
        let divisor = table[row][entering]
        var line = table[row]
        for column in line.indices { line[column] /= divisor }
        table[row] = line
        for other in table.indices where other != row {
            let factor = table[other][entering]
            if factor == 0 { continue }
            table[other].withUnsafeMutableBufferPointer { target in
                for column in target.indices { target[column] -= factor * line[column] }
            }
        }
        let factor = price[entering]
        for column in line.indices where line[column] != 0 { price[column] -= factor * line[column] }
    }
}
