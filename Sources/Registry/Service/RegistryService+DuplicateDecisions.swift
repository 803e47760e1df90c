import Contracts
import ServiceKit
import Store

/// Deciding whether two records are of one child, and taking that back. Neither record is written into: a merge is a row that
/// says which id is shown for which, so undoing it gives back exactly what was.
extension RegistryService {
    struct DuplicateVerdict: Sendable {
        var pair: DuplicatePairID
        var isSame: Bool
        /// Nil: by the rule.
        var kept: ChildID?
        var reason: String
    }

    func decideDuplicate(
        _ verdict: DuplicateVerdict, municipality: String, operation: Operation, caller: Caller
    ) async throws -> ShownPair {
        let (actor, sides) = try await decider(of: verdict.pair, municipality, caller, .decideDuplicate)
        let children = [sides.first.id, sides.second.id]
        try await recorded(caller, .decideDuplicate, partition: municipality, children: children) {
            let reason = try sealed(verdict.reason, verdict.pair, sides.first, municipality)
            if let kept = verdict.kept, ![sides.first.id, sides.second.id].contains(kept) {
                throw ServiceError(
                    .invalid, "kept-child-not-of-pair",
                    "Keep one of the pair's two children: see ListDuplicates."
                )
            }
            _ = try await kit.once(operation, in: municipality) { transaction in
                guard var pair = try DuplicateStore.pair(verdict.pair, transaction) else { return [] }
                if pair.state == .merged {
                    throw ServiceError(
                        .conflict, "already-merged", "The two are merged: undo the merge first.")
                }
                if verdict.isSame {
                    guard
                        try merge(
                            pair, keeping: verdict.kept, actor: actor, reason: reason, transaction) != nil
                    else {
                        throw ServiceError(
                            .conflict, "already-one-child",
                            "Both records are of one child by other merges already: see the merged pairs.")
                    }
                } else {
                    pair.state = .different
                    pair.kept = nil
                    try keep(&pair, by: actor, reason: reason, transaction)
                }
                return [pair.id.bytes]
            }
        }
        return try await told(verdict.pair, municipality, caller, .decideDuplicate)
    }

    func undoMerge(
        _ id: DuplicatePairID, reason: String, municipality: String, operation: Operation, caller: Caller
    ) async throws -> ShownPair {
        let (actor, sides) = try await decider(of: id, municipality, caller, .undoMerge)
        let children = [sides.first.id, sides.second.id]
        try await recorded(caller, .undoMerge, partition: municipality, children: children) {
            let reason = try sealed(reason, id, sides.first, municipality)
            _ = try await kit.once(operation, in: municipality) { transaction in
                guard var pair = try DuplicateStore.pair(id, transaction), pair.state == .merged else {
                    throw ServiceError(
                        .conflict, "not-merged",
                        "The pair is not merged now: read it again with ListDuplicates.")
                }
                try DuplicateStore.separate(id, transaction)
                pair.state = .separated
                pair.kept = nil
                try keep(&pair, by: actor, reason: reason, transaction)
                return [id.bytes]
            }
        }
        return try await told(id, municipality, caller, .undoMerge)
    }

    /// Joins what is shown for the one and for the other. Nil, and nothing done: they are one child already, or one record has
    /// gone. Without an actor the program decides.
    func merge(
        _ found: DuplicatePair, keeping wanted: ChildID?, actor: RegistryRules.Actor?, reason: [UInt8]?,
        _ transaction: any Transaction
    ) throws -> DuplicatePair? {
        var pair = found
        let identities = try DuplicateStore.identities(transaction)
        let (one, other) = (identities.kept(for: pair.first), identities.kept(for: pair.second))
        guard one != other, let record = try ChildStore.child(one, transaction),
            let otherRecord = try ChildStore.child(other, transaction),
            record.placement.isHere, otherRecord.placement.isHere
        else { return nil }
        let kept =
            wanted.map { identities.kept(for: $0) } ?? ChildDuplicates.kept(record, otherRecord)
        pair.state = .merged
        pair.kept = kept
        try DuplicateStore.merge(kept == one ? other : one, into: kept, pair: pair.id, transaction)
        try keep(&pair, by: actor, reason: reason, transaction)
        return pair
    }

    private func keep(
        _ pair: inout DuplicatePair, by actor: RegistryRules.Actor?, reason: [UInt8]?,
        _ transaction: any Transaction
    ) throws {
        let now = kit.clock.now()
        pair.decidedBy = actor?.person
        pair.decidedRole = actor?.role ?? ""
        pair.decidedAt = now
        pair.reasonSealed = reason
        try DuplicateStore.put(pair, transaction)
        try DuplicateStore.note(pair, id: kit.newID(DuplicateNamed.Pair.self), at: now, transaction)
    }

    /// Who may decide the pair, with its records; everybody else is refused in one way, whether there is such a pair or not.
    private func decider(
        of id: DuplicatePairID, _ municipality: String, _ caller: Caller, _ method: RegistryMethod
    ) async throws -> (RegistryRules.Actor, (first: ChildRecord, second: ChildRecord)) {
        try await requireOwn(municipality, caller, method)
        let actor = try await actor(caller, method, partition: municipality)
        let records = try await kit.store.partition(municipality).read {
            transaction -> (first: ChildRecord, second: ChildRecord)? in
            guard let pair = try DuplicateStore.pair(id, transaction),
                let first = try ChildStore.child(pair.first, transaction),
                let second = try ChildStore.child(pair.second, transaction)
            else { return nil }
            return (first, second)
        }
        guard let records,
            RegistryRules.mayDecideDuplicate(records.first.placement, records.second.placement, actor)
        else {
            let children = records.map { [$0.first.id, $0.second.id] } ?? []
            throw try await refusal(caller, method, partition: municipality, children: children)
        }
        return (actor, records)
    }

    private func sealed(
        _ reason: String, _ pair: DuplicatePairID, _ child: ChildRecord, _ municipality: String
    ) throws -> [UInt8]? {
        guard RegistryCodes.isText(reason, bytesMax: 1000) else {
            throw ServiceError(
                .invalid, "reason-unusable", "Give the reason as plain text of at most 1000 bytes, or none.")
        }
        if reason.isEmpty { return nil }
        return try ChildSeal(vault: kit.vault, partition: municipality)
            .seal(
                reason, column: "duplicate-reason/\(pair)", of: child.id, subjectKey: child.subjectKey)
    }

    /// The pair as it is now, audited for both children.
    private func told(
        _ id: DuplicatePairID, _ municipality: String, _ caller: Caller, _ method: RegistryMethod
    ) async throws -> ShownPair {
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let shown = try await kit.store.partition(municipality).read { transaction in
            try DuplicateStore.pair(id, transaction).flatMap { try show($0, seal, transaction) }
        }
        guard let shown, let named = try await namingInstitutions([shown]).first else {
            throw try await refusal(caller, method, partition: municipality)
        }
        try await audit(
            caller, method, partition: municipality, children: [shown.pair.first, shown.pair.second])
        return named
    }
}
