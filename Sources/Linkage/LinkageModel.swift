/// How often fields agree between two records of one person, and between strangers: what weights are made of.
///
/// A pair is of one person, of one household, or of strangers. Household members agree like one person in what a household
/// shares and like strangers in the rest; how common they are is fitted too, so that brothers and sisters at
/// one address are not taken for one child however rare their address is.
public struct LinkageModel: Sendable, Hashable {
    /// For each field, by level: the chance between two records of one person, both having a value.
    public var samePerson: [[Double]]
    /// For each field, by level: the chance between strangers. For equal values their own share counts instead.
    public var strangers: [[Double]]
    /// The share of all pairs that are of one person.
    public var samePersonShare: Double
    /// The share of all pairs that are of one household but not of one person.
    public var householdShare: Double
    /// For each exchange of fields the chance that the values of one of two records of one person changed places.
    public var exchangeShares: [Double]

    /// Strangers that are imagined beside those at hand, for the shares of rare levels.
    static let usualPairs = 200.0
    /// Pairs of one person that are imagined beside those at hand.
    static let usualMatches = 20.0

    /// What strangers' values do in such a field before any data is seen, by level.
    static func usualStrangers(_ kind: LinkageField.Kind) -> [Double] {
        switch kind {
        case .name: [1, 0.004, 0.003, 0.003, 0.01, 0.98]
        case .text: [1, 0.004, 0.001, 0.001, 0.01, 0.984]
        case .number: [1, 0.006, 0.03, 0.02, 0.01, 0.934]
        case .date: [1, 0.0002, 0.001, 0.0002, 0.01, 0.9886]
        case .code: [1, 0.3, 0.01, 0.01, 0.01, 0.67]
        case .identifier: [1, 0.000_001, 0.000_01, 0.000_1, 0.000_1, 0.999_788]
        }
    }

    /// What the values of one person do in such a field before any data is seen, by level.
    static func usualSamePerson(_ kind: LinkageField.Kind) -> [Double] {
        switch kind {
        case .name: [1, 0.75, 0.12, 0.04, 0.04, 0.05]
        case .text: [1, 0.7, 0.15, 0.05, 0.03, 0.07]
        case .number: [1, 0.8, 0.1, 0.03, 0.01, 0.06]
        case .date: [1, 0.9, 0.05, 0.01, 0.02, 0.02]
        case .code: [1, 0.93, 0.02, 0.01, 0.01, 0.03]
        case .identifier: [1, 0.93, 0.04, 0.01, 0.005, 0.015]
        }
    }

    /// A model before any data is seen: each fifth record has one other of the same person.
    init(_ records: LinkageRecords, pairs: Double) {
        samePerson = records.plan.fields.map { Self.usualSamePerson($0.kind) }
        strangers = records.plan.fields.map { Self.usualStrangers($0.kind) }
        samePersonShare = Double(records.count) * 0.1 / max(pairs, 1)
        householdShare = Double(records.count) * 0.01 / max(pairs, 1)
        exchangeShares = records.exchanges.map { _ in 0.02 }
    }
}

/// A model's numbers as logarithms to base 2, and the sums that they make.
struct WeightTable {
    let fields: Int
    /// Bits by field and level, the strangers' chance taken off already, but not for equal values.
    private var bits: [Double]
    private let shared: [Bool]
    private let straight: [Double]
    private let crossed: [Double]
    /// What a pair starts with: how rare it is that two records are of one person.
    let start: Double
    /// How much more common households are than strangers (as a rule far less).
    private let householdOdds: Double

    init(_ model: LinkageModel, _ records: LinkageRecords) {
        fields = records.plan.fields.count
        bits = []
        for field in 0..<fields {
            for level in AgreementLevel.allCases {
                let place = Int(level.rawValue)
                switch level {
                case .missing: bits.append(0)
                case .exact: bits.append(log2(model.samePerson[field][place]))
                default: bits.append(log2(model.samePerson[field][place] / model.strangers[field][place]))
                }
            }
        }
        shared = records.plan.fields.map(\.sharedInHousehold)
        straight = model.exchangeShares.map { log2(1 - $0) }
        crossed = model.exchangeShares.map { log2($0) }
        let strangersShare = max(1 - model.samePersonShare - model.householdShare, 0.01)
        start = log2(model.samePersonShare / strangersShare)
        householdOdds = model.householdShare / strangersShare
    }

    /// What agreement in the field is worth, in bits.
    func bits(_ found: ComparedPairs, _ pair: Int, _ field: Int) -> Double {
        let place = pair * fields + field
        let level = found.levels[place]
        let bits = bits[field * AgreementLevel.allCases.count + Int(level.rawValue)]
        return level == .exact ? bits - log2(found.shares[place]) : bits
    }

    /// What it is worth that the values of an exchange stand as they do.
    func exchangeBits(_ found: ComparedPairs, _ pair: Int, _ exchange: Int) -> Double {
        let bit: UInt32 = 1 << UInt32(exchange & 31)
        if found.exchangeable[pair] & bit == 0 { return 0 }
        return found.exchanged[pair] & bit == 0 ? straight[exchange] : crossed[exchange]
    }

    /// The parts of a pair's total that are sums.
    struct Sums {
        /// Bits for "one person" against "strangers", without the start.
        var evidence = 0.0
        /// Of these, what a household would show too.
        var household = 0.0
    }

    func sums(_ found: ComparedPairs, _ pair: Int) -> Sums {
        var sums = Sums()
        for field in 0..<fields {
            let bits = bits(found, pair, field)
            sums.evidence += bits
            if shared[field] { sums.household += bits }
        }
        for exchange in straight.indices { sums.evidence += exchangeBits(found, pair, exchange) }
        return sums
    }

    /// Odds of "one household" against "strangers".
    func householdOdds(_ sums: Sums) -> Double { householdOdds * exp2(min(sums.household, 500)) }

    /// Bits that are taken off since a household would explain the agreement too; never positive.
    func householdBits(_ sums: Sums) -> Double { -log2(1 + householdOdds(sums)) }

    func total(_ sums: Sums) -> Double { start + sums.evidence + householdBits(sums) }
}
