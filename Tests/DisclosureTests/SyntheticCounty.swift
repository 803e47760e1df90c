@testable import Disclosure

/// SplitMix64: the same numbers for the same seed.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// Small numbers are common, large ones happen.
    mutating func count() -> Int {
        switch Int.random(in: 0..<10, using: &self) {
        case 0..<2: 0
        case 2..<6: Int.random(in: 1...12, using: &self)
        case 6..<9: Int.random(in: 8...40, using: &self)
        default: Int.random(in: 40...200, using: &self)
        }
    }
}

/// A made-up county's counts over some periods, as exact numbers and as released.
struct SyntheticCounty {
    struct Table {
        var measure: String
        var period: Int
        var exact: CountTable
        var released: SheetAttack.Released
    }

    var sizes: [String: Int] = [:]
    var tables: [Table] = []

    var releases: [SheetAttack.Released] { tables.map(\.released) }

    /// - Parameters:
    ///   - municipalities: rows of every table.
    ///   - periods: how often sheets were released.
    init(
        seed: Int, municipalities: Int = 4, categories: Int = 3, periods: Int = 3, complementary: Bool = true
    ) {
        var dice = Dice(seed)
        let areas = (1...municipalities).map { "n\($0)" }
        for area in areas { sizes[area] = 20 + dice.count() * 4 }
        var outside = areas.map { _ in dice.count() }
        var shown: [[[Int]]] = Array(repeating: [[]], count: municipalities + 1)
        for period in 0..<periods {
            let noticed = areas.map { Self.overlapping(categories, size: sizes[$0] ?? 0, &dice) }
            add(
                "noticed", period, .overlapping, noticed, areas, sizes: areas.map { sizes[$0] },
                complementary: complementary)
            let solved = areas.map { _ -> [Int] in
                let parts = (0..<categories).map { _ in dice.count() }
                return parts + [parts.reduce(0, +)]
            }
            add("solved", period, .parts, solved, areas, complementary: complementary)
            outside = outside.map { max(0, $0 + Int.random(in: -6...6, using: &dice)) }
            add(
                "outside", period, .parts, outside.map { [$0] }, areas, earlier: shown,
                complementary: complementary)
            for (row, cells) in (tables.last?.released.table.cells ?? []).enumerated() {
                if case .shown(let count) = cells[0] { shown[row][0].append(count) }
            }
        }
    }

    private static func overlapping(_ categories: Int, size: Int, _ dice: inout Dice) -> [Int] {
        let parts = (0..<categories).map { _ in min(size, dice.count()) }
        let most = min(size, parts.reduce(0, +))
        return parts + [Int.random(in: (parts.max() ?? 0)...most, using: &dice)]
    }

    private mutating func add(
        _ measure: String, _ period: Int, _ shape: TableShape, _ rows: [[Int]], _ areas: [String],
        sizes: [Int?] = [], earlier: [[[Int]]]? = nil, complementary: Bool
    ) {
        guard let exact = CountTable(shape, areas: rows, sizes: sizes),
            let table = Suppression.publish(exact, earlier: earlier, complementary: complementary)
        else { return }
        tables.append(
            Table(
                measure: measure, period: period, exact: exact,
                released: SheetAttack.Released(
                    measure: measure, period: "p\(period)", isStock: earlier != nil,
                    isOfPupils: !sizes.isEmpty, areas: areas + ["0060"],
                    categories: (0..<exact.categories).map { "c\($0)" } + [""], table: table)))
    }

    /// The attack of everybody, and of each municipality that knows its own numbers.
    func attack() -> [SheetAttack.Recovered] {
        var found = SheetAttack.run(releases, sizes: sizes).recovered
        for (row, area) in sizes.keys.sorted().enumerated() {
            let result = SheetAttack.run(
                releases, sizes: sizes, knowing: (area, { exact(of: $0)?.counts[row] }))
            found += result.recovered
        }
        return found
    }

    private func exact(of released: SheetAttack.Released) -> CountTable? {
        tables.first { $0.measure == released.measure && $0.released.period == released.period }?.exact
    }
}
