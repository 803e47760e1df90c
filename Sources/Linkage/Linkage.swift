/// Two records that may be of one person.
public struct Link: Sendable, Hashable {
    /// The place of the record that was appended first.
    public let left: Int
    /// The place of the other.
    public let right: Int
    /// How much speaks for one person, in bits: 0 is even, 10 is a thousand to one.
    public let total: Double

    /// The chance that both are of one person.
    public var probability: Double { 1 / (1 + exp2(-total)) }
}

/// Why a link has its total: each line a reason, in bits, and all lines together the total.
public struct LinkExplanation: Sendable, Hashable {
    /// What a line is about.
    public enum Reason: Sendable, Hashable {
        /// How rare it is that two of these records are of one person.
        case start
        /// A field, by its place in the plan, and how its values agree.
        case field(Int, AgreementLevel)
        /// An exchange, by its place in the plan: whether its values have changed places.
        case exchange(Int, changed: Bool)
        /// A family would agree in this too.
        case household
    }

    /// A reason and what it weighs.
    public struct Line: Sendable, Hashable {
        /// What it is about.
        public let reason: Reason
        /// For one person when positive, against when negative.
        public let bits: Double
    }

    /// Reasons in the plan's order.
    public let lines: [Line]

    /// The sum of all lines.
    public var total: Double { lines.reduce(0) { $0 + $1.bits } }
}

/// Record linkage by probability after Fellegi and Sunter, fitted on the records themselves.
public struct Linkage: Sendable {
    /// Which pairs may be links.
    public enum Scope: Sendable, Hashable {
        /// Any two records: finds duplicates.
        case all
        /// Only records of different lists: joins lists that have no duplicates of their own.
        case betweenSources
    }

    /// The fitted chances.
    public let model: LinkageModel
    /// All compared pairs that are more likely of one person than `totalMin`, the surest first.
    public let links: [Link]
    /// How many pairs were compared.
    public let comparedCount: Int
    private let records: LinkageRecords

    /// Searches candidates, fits the model, weighs every candidate.
    ///
    /// - Parameter totalMin: links with less are not kept.
    public init(_ records: LinkageRecords, scope: Scope = .all, totalMin: Double = -20) {
        let candidates = CandidateSearch.pairs(records, betweenSources: scope == .betweenSources)
        var comparison = PairComparison(records)
        var fitting = ModelFitting(records, pairs: Self.pairCount(records, scope))
        fitting.fitStrangers(&comparison)
        var found = ComparedPairs()
        found.reserve(candidates.count, fields: records.plan.fields.count)
        for pair in candidates { comparison.compare(pair, into: &found) }
        fitting.fitSamePerson(found)
        let weights = WeightTable(fitting.model, records)
        var links: [Link] = []
        for (index, pair) in found.pairs.enumerated() {
            let total = weights.total(weights.sums(found, index))
            if total >= totalMin {
                links.append(Link(left: Int(pair.left), right: Int(pair.right), total: total))
            }
        }
        links.sort { ($1.total, $0.left, $0.right) < ($0.total, $1.left, $1.right) }
        self.records = records
        self.links = links
        model = fitting.model
        comparedCount = candidates.count
    }

    private static func pairCount(_ records: LinkageRecords, _ scope: Scope) -> Double {
        let all = Double(records.count) * Double(records.count - 1) / 2
        guard scope == .betweenSources else { return max(all, 1) }
        let sizes = Dictionary(grouping: records.sources) { $0 }.values.map { Double($0.count) }
        return max(all - sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 }, 1)
    }

    /// How two records agree, field by field; empty when there are no two such records.
    public func levels(_ left: Int, _ right: Int) -> [AgreementLevel] { compared(left, right)?.levels ?? [] }

    private func compared(_ left: Int, _ right: Int) -> ComparedPairs? {
        let range = 0..<records.count
        guard left != right, range.contains(left), range.contains(right) else { return nil }
        var comparison = PairComparison(records)
        var found = ComparedPairs()
        comparison.compare(RecordPair(left: Int32(left), right: Int32(right)), into: &found)
        return found
    }

    /// Why two records have the total that they have; also for pairs that were no candidates.
    public func explanation(_ left: Int, _ right: Int) -> LinkExplanation {
        guard let found = compared(left, right) else { return LinkExplanation(lines: []) }
        let weights = WeightTable(model, records)
        var lines = [LinkExplanation.Line(reason: .start, bits: weights.start)]
        for field in records.plan.fields.indices {
            lines.append(
                .init(reason: .field(field, found.levels[field]), bits: weights.bits(found, 0, field)))
        }
        for exchange in records.exchanges.indices {
            let bits = weights.exchangeBits(found, 0, exchange)
            if bits == 0 { continue }
            let changed = found.exchanged[0] & (1 << UInt32(exchange & 31)) != 0
            lines.append(.init(reason: .exchange(exchange, changed: changed), bits: bits))
        }
        lines.append(.init(reason: .household, bits: weights.householdBits(weights.sums(found, 0))))
        return LinkExplanation(lines: lines)
    }
}

extension ComparedPairs {
    mutating func reserve(_ count: Int, fields: Int) {
        pairs.reserveCapacity(count)
        levels.reserveCapacity(count * fields)
        shares.reserveCapacity(count * fields)
        exchanged.reserveCapacity(count)
        exchangeable.reserveCapacity(count)
    }
}
