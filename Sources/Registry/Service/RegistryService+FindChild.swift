import Contracts
import Directory
import ServiceKit
import Store

/// Finding children by what is sealed: a code, another system's id, the beginning of a name.
extension RegistryService {
    /// One way to look.
    enum ChildQuestion: Sendable, Hashable {
        case isikukood(String)
        case otherID(ChildContent.OtherSystemID)
        case name(String)
    }

    /// Most children in one answer.
    static let foundMax = 50
    /// Most names that one search looks through.
    private static let candidatesMax = 2000

    /// The children whom the question means and the caller may see. That nothing was found is recorded too. A child
    /// whom the caller may not see looks like none, in the same time: the same rows are looked for and an entry of the
    /// audit is written before the answer.
    func findChildren(_ question: ChildQuestion, municipality: String, caller: Caller) async throws
        -> [ChildRow]
    {
        try await requireOwn(municipality, caller, .findChild)
        let actor = try await actor(caller, .findChild, partition: municipality)
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let today = kit.clock.today()
        // Nothing is opened for somebody who has nothing to look for.
        let mayFind = try await kit.store.partition(municipality).read {
            try self.mayFind(actor, municipality: municipality, on: today, $0)
        }
        guard mayFind else { throw try await refusal(caller, .findChild, partition: municipality) }
        let (seen, closed) = try await recorded(caller, .findChild, partition: municipality) {
            try check(question)
            return try await kit.store.partition(municipality).read {
                transaction -> (seen: [SeenChild], closed: [ChildID]) in
                let candidates = try candidates(question, seal, transaction)
                let byName = if case .name = question { true } else { false }
                let identities = try DuplicateStore.identities(transaction)
                var seen: [SeenChild] = []
                var shown: Set<ChildID> = []
                var closed: [ChildID] = []
                // Without a candidate one that does not exist is looked for.
                for child in candidates.isEmpty ? [.random()] : candidates {
                    // Several records of one child are one answer.
                    if shown.contains(child) { continue }
                    if let one = try seenAsOne(child, by: actor, on: today, seal, identities, transaction) {
                        seen.append(one)
                        shown.formUnion([one.record.id] + one.alsoIDs)
                        if seen.count == Self.foundMax { break }
                    } else if !byName {
                        closed = candidates
                    }
                }
                return (seen, closed)
            }
        }
        let rows = try await named(seen)
        if closed.isEmpty {
            try await audit(
                caller, .findChild, partition: municipality,
                children: rows.flatMap { [$0.record.id] + $0.alsoIDs })
        } else {
            try await auditRefusal(caller, .findChild, partition: municipality, children: closed)
        }
        return rows
    }

    private func check(_ question: ChildQuestion) throws {
        switch question {
        case .isikukood(let text): _ = try ChildContentCheck.isikukood(text)
        case .otherID(let other):
            guard ChildContentCheck.isUsable(other) else {
                throw ServiceError(
                    .invalid, "other-id-unusable",
                    "An id of another system has the system's code, such as ehis, and 1 to 64 bytes of plain text."
                )
            }
        case .name(let text):
            guard RegistryCodes.isText(text, bytesMax: 200), SearchKey.plain(text).count >= 2 else {
                throw ServiceError(
                    .invalid, "name-too-short", "Give at least two letters of the beginning of a name.")
            }
        }
    }

    private func candidates(
        _ question: ChildQuestion, _ seal: ChildSeal, _ transaction: any Transaction
    ) throws -> [ChildID] {
        switch question {
        case .isikukood(let text):
            guard let hash = try seal.hash(isikukood: text) else { return [] }
            return try ChildStore.child(codeHash: hash, transaction).map { [$0.id] } ?? []
        case .otherID(let other):
            return try ChildStore.child(otherID: try seal.hash(other), transaction).map { [$0] } ?? []
        case .name(let text):
            let found = try names.children(named: text, seal, in: transaction)
            guard found.count <= Self.candidatesMax else {
                throw ServiceError(.tooMuch, "too-many-names", "Too many names begin so: type more letters.")
            }
            return found
        }
    }

    /// Who works with no child of the municipality has nothing to look for.
    private func mayFind(
        _ actor: RegistryRules.Actor, municipality: String, on today: LocalDate,
        _ transaction: any Transaction
    ) throws -> Bool {
        if RegistryRules.answersForOutside(actor, municipality: municipality) { return true }
        let hasLinks = try ChildStore.links(of: actor.person, on: today, transaction).contains(
            where: \.isOpen)
        return RegistryRules.mayList(
            actor, hasLinks: hasLinks && !actor.posts.isEmpty,
            work: try ChildStore.caseWork(transaction).values, municipality: municipality)
    }
}
