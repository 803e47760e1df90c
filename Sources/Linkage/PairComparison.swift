/// What comparing many pairs found, field after field of one pair, then the next pair.
struct ComparedPairs {
    var pairs: [RecordPair] = []
    var levels: [AgreementLevel] = []
    /// The share of records that have the value that both agree in; 0 where they are not equal.
    var shares: [Double] = []
    /// A bit for each exchange whose fields were compared crosswise.
    var exchanged: [UInt32] = []
    /// A bit for each exchange where the question makes sense: something agrees, one way or the other.
    var exchangeable: [UInt32] = []
}

/// Compares records field by field.
struct PairComparison {
    let records: LinkageRecords
    private var comparisons: [ValueComparison]
    private let fieldsAlone: [Int]

    init(_ records: LinkageRecords) {
        self.records = records
        comparisons = records.tables.map { _ in ValueComparison() }
        let together = Set(records.exchanges.flatMap { [$0.first, $0.second] })
        fieldsAlone = records.plan.fields.indices.filter { !together.contains($0) }
    }

    /// Compares one pair without looking whether values changed places, and only counts levels: what a random pair
    /// is asked for. `counts` has a place for each field and level.
    mutating func count(_ left: Int, _ right: Int, into counts: inout [Double]) {
        let levels = AgreementLevel.allCases.count
        for field in records.plan.fields.indices {
            counts[field * levels + Int(level(left, field, right, field).rawValue)] += 1
        }
    }

    /// Compares one pair and adds what was found.
    mutating func compare(_ pair: RecordPair, into found: inout ComparedPairs) {
        let (left, right) = (Int(pair.left), Int(pair.right))
        let base = found.levels.count
        let fields = records.plan.fields.count
        found.pairs.append(pair)
        for _ in 0..<fields {
            found.levels.append(.missing)
            found.shares.append(0)
        }
        for field in fieldsAlone {
            let level = level(left, field, right, field)
            found.levels[base + field] = level
            if level == .exact {
                found.shares[base + field] = share(records.codes[field][left], field, field)
            }
        }
        var exchanged: UInt32 = 0
        var exchangeable: UInt32 = 0
        for (index, exchange) in records.exchanges.enumerated() {
            let (one, other) = (exchange.first, exchange.second)
            let straight = (level(left, one, right, one), level(left, other, right, other))
            // Where most agrees as it stands, nothing can have changed places.
            let crossed =
                Self.points(straight) >= 7
                ? straight : (level(left, one, right, other), level(left, other, right, one))
            let useCrossed = Self.points(crossed) > Self.points(straight) + 1
            if useCrossed { exchanged |= 1 << UInt32(index & 31) }
            if Self.points(useCrossed ? crossed : straight) > 0 { exchangeable |= 1 << UInt32(index & 31) }
            let used = useCrossed ? crossed : straight
            found.levels[base + one] = used.0
            found.levels[base + other] = used.1
            if used.0 == .exact {
                found.shares[base + one] = share(
                    records.codes[one][left], one, useCrossed ? other : one)
            }
            if used.1 == .exact {
                found.shares[base + other] = share(
                    records.codes[other][left], other, useCrossed ? one : other)
            }
        }
        found.exchanged.append(exchanged)
        found.exchangeable.append(exchangeable)
    }

    private mutating func level(
        _ left: Int, _ leftField: Int, _ right: Int, _ rightField: Int
    ) -> AgreementLevel {
        let table = records.tableOfField[leftField]
        return comparisons[table].level(
            records.codes[leftField][left], records.codes[rightField][right], in: records.tables[table])
    }

    /// The chance that another record has the value too, seen from one that has it: as if to those at hand 200 more
    /// people came, among whom it is as usual for such a field. Small lists need that.
    private func share(_ code: UInt32, _ field: Int, _ otherField: Int) -> Double {
        let count = max(
            records.occurrences(of: code, in: field), records.occurrences(of: code, in: otherField))
        let usual = LinkageModel.usualStrangers(records.plan.fields[field].kind)[1]
        return (Double(max(count - 1, 0)) + LinkageModel.usualPairs * usual)
            / (Double(max(records.count - 1, 1)) + LinkageModel.usualPairs)
    }

    private static func points(_ levels: (AgreementLevel, AgreementLevel)) -> Int {
        points(levels.0) + points(levels.1)
    }

    private static func points(_ level: AgreementLevel) -> Int {
        switch level {
        case .exact: 4
        case .close: 3
        case .similar: 2
        case .weak: 1
        case .missing, .different: 0
        }
    }
}
