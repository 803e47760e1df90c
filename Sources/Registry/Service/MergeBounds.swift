import Linkage
import ServiceKit
import Store

/// What holds the program back from joining two children, each of whom may stand for several records by merges in force:
/// merges in a row must not join what no program may join directly.
struct MergeBounds {
    /// The records as they were when they were compared.
    private let compared: [ChildID: ChildRecord]
    private let doubts: [DuplicatePairID: [String]]
    private let apart: Set<DuplicatePairID>
    private let withOpenCase: Set<ChildID>

    /// Reads in the transaction in which the merges are written: since the comparison a case may have been opened.
    init(
        compared: [ChildID: ChildRecord], found: [DuplicatePair], _ transaction: any Transaction
    ) throws {
        self.compared = compared
        doubts = Dictionary(found.map { ($0.id, $0.doubts) }) { $0 + $1 }
        apart = Set(
            try [DuplicatePair.State.different, .separated].flatMap {
                try DuplicateStore.pairs($0, transaction).map(\.id)
            })
        withOpenCase = try DuplicateStore.childrenWithOpenCases(transaction)
    }

    /// Why the program may not join all that is shown for the pair's two children; empty: it may.
    func doubts(
        joining pair: DuplicatePair, _ identities: ChildIdentities, _ transaction: any Transaction
    ) throws -> [String] {
        let ones = identities.all(for: pair.first)
        let others = identities.all(for: pair.second)
        var found: Set<String> = []
        if (ones + others).filter(withOpenCase.contains).count > 1 {
            found.insert(LinkDoubt.openCases.rawValue)
        }
        let records = try (ones + others).compactMap { try ChildStore.child($0, transaction) }
        if Set(records.compactMap(\.codeHash)).count > 1 {
            found.insert(LinkDoubt.identifiersDiffer.rawValue)
        }
        // Nobody has compared what is in the record by now.
        if records.contains(where: { $0.placement.isHere && compared[$0.id]?.version != $0.version }) {
            found.insert(LinkDoubt.uncertain.rawValue)
        }
        var attended: [ChildID: InstitutionID] = [:]
        for record in records where record.placement.isHere && !record.placement.left {
            attended[record.id] = record.placement.institution
        }
        for one in ones {
            for other in others {
                let id = ChildDuplicates.pairID(one, other)
                found.formUnion(doubts[id] ?? [])
                if apart.contains(id) { found.insert(ChildDuplicates.decidedApart) }
                if let here = attended[one], let there = attended[other], here != there {
                    found.insert(ChildDuplicates.attendsBoth)
                }
            }
        }
        return found.sorted()
    }
}
