import Contracts
import ServiceKit
import Store

/// Notes that travel with a child: whom not to contact, with whom not to share.
extension RegistryService {
    func setMark(
        _ given: ChildMark, municipality: String, operation: Operation, caller: Caller
    ) async throws -> MarkID {
        let child = given.child
        try await requireOwn(municipality, caller, .setMark, children: [child])
        let actor = try await actor(caller, .setMark, partition: municipality, children: [child])
        try await requireMarking(child, actor, municipality, caller, .setMark)
        let today = kit.clock.today()
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let result = try await recorded(caller, .setMark, partition: municipality, children: [child]) {
            try check(given, today: today)
            var mark = given
            mark.setOn = today.description
            mark.setBy = actor.person
            mark.setRole = actor.role
            let new = mark
            return try await kit.once(operation, in: municipality) { transaction in
                let record = try Self.requireHere(child, transaction)
                let ids = try DuplicateStore.identities(transaction).all(for: child)
                let inForce = try ids.reduce(0) { try $0 + ChildStore.marks(of: $1, transaction).count }
                guard inForce < ChildMark.inForceMax else {
                    throw ServiceError(
                        .tooMuch, "too-many-marks",
                        "\(inForce) marks are in force on the child: end those that hold no more.")
                }
                let texts = try seal.seal(
                    [new.toward, new.ground], "mark/\(new.id)", child, record.subjectKey)
                try ChildStore.add(new, texts: texts, transaction)
                return [new.id.bytes]
            }
        }
        try await audit(caller, .setMark, partition: municipality, children: [child])
        return result.ids.first.flatMap { MarkID($0) } ?? given.id
    }

    func endMark(
        _ id: MarkID, of child: ChildID, reason: String, municipality: String, operation: Operation,
        caller: Caller
    ) async throws {
        try await requireOwn(municipality, caller, .endMark, children: [child])
        let actor = try await actor(caller, .endMark, partition: municipality, children: [child])
        try await requireMarking(child, actor, municipality, caller, .endMark)
        let today = kit.clock.today()
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        try await recorded(caller, .endMark, partition: municipality, children: [child]) {
            try Self.requireReason(reason)
            _ = try await kit.once(operation, in: municipality) { transaction in
                let record = try Self.requireHere(child, transaction)
                let sealed = try seal.seal([reason], "mark-end/\(id)", child, record.subjectKey)
                guard
                    try ChildStore.endMark(
                        id, of: child, on: today, by: actor.person, reason: sealed, transaction)
                else {
                    throw ServiceError(
                        .conflict, "mark-not-in-force",
                        "The child has no such mark now: read the child again.")
                }
                return [id.bytes]
            }
        }
        try await audit(caller, .endMark, partition: municipality, children: [child])
    }

    /// Refuses an actor who may not mark the child.
    private func requireMarking(
        _ child: ChildID, _ actor: RegistryRules.Actor, _ municipality: String, _ caller: Caller,
        _ method: RegistryMethod
    ) async throws {
        let today = kit.clock.today()
        let mayMark = try await kit.store.partition(municipality).read { transaction in
            guard let record = try ChildStore.child(child, transaction) else { return false }
            let links = try ChildStore.links(of: child, on: today, transaction)
            let work = try ChildStore.caseWork(of: child, transaction)
            return RegistryRules.mayMark(record.placement, links: links, work: work, actor)
        }
        guard mayMark else {
            throw try await refusal(caller, method, partition: municipality, children: [child])
        }
    }

    private func check(_ mark: ChildMark, today: LocalDate) throws {
        guard ChildMark.kinds.contains(mark.kind) else {
            throw ServiceError(
                .invalid, "mark-unknown", "A mark is do-not-contact or do-not-share.")
        }
        for text in [mark.toward, mark.ground] {
            guard !text.isEmpty, RegistryCodes.isText(text, bytesMax: 500) else {
                throw ServiceError(
                    .invalid, "mark-text-unusable",
                    "Say toward whom the mark holds and on what ground, each in at most 500 bytes of plain text."
                )
            }
        }
        guard let review = LocalDate(mark.reviewOn), review > today,
            review <= RegistryCodes.lastDay(from: today)
        else {
            throw ServiceError(
                .invalid, "review-missing",
                "Give the day to come, within three years, on which people look at the mark again.")
        }
    }

    static func requireReason(_ reason: String) throws {
        guard !reason.isEmpty, RegistryCodes.isText(reason, bytesMax: 1000) else {
            throw ServiceError(
                .invalid, "reason-unusable", "Give the reason as plain text of at most 1000 bytes.")
        }
    }
}
