/// Fits a model to the records themselves: strangers from random pairs, one person from the candidate pairs by
/// expectation-maximisation, in which pairs that are no candidates count as strangers.
struct ModelFitting {
    private let records: LinkageRecords
    private let pairs: Double
    private(set) var model: LinkageModel

    /// - Parameter pairs: how many pairs of records there are in all.
    init(_ records: LinkageRecords, pairs: Double) {
        self.records = records
        self.pairs = pairs
        model = LinkageModel(records, pairs: pairs)
    }

    /// Looks at random pairs; nearly all of them are strangers.
    mutating func fitStrangers(_ comparison: inout PairComparison) {
        guard records.count > 1 else { return }
        var random = SplitMix(state: records.plan.seed)
        let fields = records.plan.fields.count
        let levels = AgreementLevel.allCases.count
        var counts = [Double](repeating: 0, count: fields * levels)
        for _ in 0..<records.plan.randomPairs {
            let left = random.next(below: records.count)
            let right = random.next(below: records.count - 1)
            comparison.count(left, right < left ? right : right + 1, into: &counts)
        }
        for field in 0..<fields {
            let usual = LinkageModel.usualStrangers(records.plan.fields[field].kind)
            let counted = counts[(field * levels + 1)..<((field + 1) * levels)]
            let present = counted.reduce(0, +)
            for level in 1..<levels {
                model.strangers[field][level] =
                    (counts[field * levels + level] + LinkageModel.usualPairs * usual[level])
                    / (present + LinkageModel.usualPairs)
            }
        }
    }

    /// Rounds of expectation-maximisation until the share of pairs of one person stands still.
    mutating func fitSamePerson(_ found: ComparedPairs) {
        if found.pairs.isEmpty { return }
        for _ in 0..<records.plan.roundsMax {
            let before = model.samePersonShare
            round(found)
            if abs(model.samePersonShare - before) < before * 1e-5 { break }
        }
    }

    private mutating func round(_ found: ComparedPairs) {
        let weights = WeightTable(model, records)
        let fields = records.plan.fields.count
        let levels = AgreementLevel.allCases.count
        var counts = [Double](repeating: 0, count: fields * levels)
        var exchanged = [Double](repeating: 0, count: records.exchanges.count)
        var exchangeable = exchanged
        var samePerson = 0.0
        var household = 0.0
        for pair in found.pairs.indices {
            let sums = weights.sums(found, pair)
            let odds = exp2(min(weights.start + sums.evidence, 500))
            let householdOdds = weights.householdOdds(sums)
            let chance = odds / (1 + odds + householdOdds)
            household += householdOdds / (1 + odds + householdOdds)
            if chance < 1e-6 { continue }
            samePerson += chance
            for field in 0..<fields {
                counts[field * levels + Int(found.levels[pair * fields + field].rawValue)] += chance
            }
            for exchange in exchanged.indices {
                let bit: UInt32 = 1 << UInt32(exchange & 31)
                if found.exchangeable[pair] & bit == 0 { continue }
                exchangeable[exchange] += chance
                if found.exchanged[pair] & bit != 0 { exchanged[exchange] += chance }
            }
        }
        for field in 0..<fields {
            let usual = LinkageModel.usualSamePerson(records.plan.fields[field].kind)
            let present = counts[(field * levels + 1)..<((field + 1) * levels)].reduce(0, +)
            for level in 1..<levels {
                model.samePerson[field][level] =
                    (counts[field * levels + level] + LinkageModel.usualMatches * usual[level])
                    / (present + LinkageModel.usualMatches)
            }
        }
        for exchange in exchanged.indices {
            model.exchangeShares[exchange] =
                (exchanged[exchange] + LinkageModel.usualMatches * 0.02)
                / (exchangeable[exchange] + LinkageModel.usualMatches)
        }
        model.samePersonShare = min(max(samePerson, 0.5) / pairs, 0.5)
        model.householdShare = min(max(household, 0.05) / pairs, 0.4)
    }
}

/// Random numbers that are the same for the same seed (SplitMix64).
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 up to, not including, `bound`, which is at least 1.
    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
}
