import Contracts
import ServiceKit
import Store

/// Showing a child whose records were merged: one child under several ids.
extension RegistryService {
    /// The child's kept record, with the links and marks of all its ids, when the actor may see it by any of them: a merge takes
    /// nobody's sight of the child away. With `asked`, the record of this very id instead of the kept one.
    func seenAsOne(
        _ id: ChildID, asked: Bool = false, by actor: RegistryRules.Actor, on today: LocalDate,
        _ seal: ChildSeal, _ identities: ChildIdentities, _ transaction: any Transaction
    ) throws -> SeenChild? {
        // Of a record that was handed over, in an earlier stay, nothing is left to show.
        let ids = try identities.all(for: id).filter {
            try ChildStore.child($0, transaction)?.placement.isHere ?? false
        }
        guard let kept = ids.first, ids.count > 1, !asked || ids.contains(id) else {
            return try seen(id, by: actor, on: today, seal, transaction)
        }
        let links = try ids.flatMap { try ChildStore.links(of: $0, on: today, transaction) }
        let work = try ids.reduce(CaseWork()) { $0.union(try ChildStore.caseWork(of: $1, transaction)) }
        let isOpen = try ids.contains { id in
            guard let record = try ChildStore.child(id, transaction) else { return false }
            return RegistryRules.maySee(record.placement, links: links, work: work, actor)
        }
        guard isOpen, let record = try ChildStore.child(asked ? id : kept, transaction) else { return nil }
        return try openAsOne(record, ids, links: links, seal, transaction)
    }

    /// Opens one of the child's records with the marks of all: whom not to contact holds for the child, not for a record.
    func openAsOne(
        _ shown: ChildRecord, _ ids: [ChildID], links: [ChildLink], _ seal: ChildSeal,
        _ transaction: any Transaction
    ) throws -> SeenChild {
        var seen = try open(shown, links: links, marks: [], seal, transaction)
        for id in ids {
            guard let record = try ChildStore.child(id, transaction) else { continue }
            seen.marks += try ChildStore.marks(of: id, transaction).map {
                try seal.mark($0, subjectKey: record.subjectKey)
            }
        }
        seen.alsoIDs = ids.filter { $0 != shown.id }
        return seen
    }
}
