import Contracts
import ServiceKit
import Store

/// Finding records of one child, and showing the pairs to those who decide.
extension RegistryService {
    struct DuplicateSearchResult: Sendable {
        var children = 0
        var waiting = 0
        var certain = 0
        var merged = 0
    }

    /// One record of a pair as it is shown.
    struct DuplicateSide: Sendable {
        var record: ChildRecord
        var entry: ChildDuplicates.Entry
        var institutionName = ""
    }

    struct ShownPair: Sendable {
        var pair: DuplicatePair
        var first: DuplicateSide
        var second: DuplicateSide
        var reason: String
    }

    /// Compares all children of the municipality, renews the pairs that wait, and merges what the policy lets a program
    /// decide if the caller wants that.
    func findDuplicates(
        municipality: String, mergeCertain: Bool, operation: Operation, caller: Caller
    ) async throws -> DuplicateSearchResult {
        try await requireOwn(municipality, caller, .findDuplicates)
        let actor = try await actor(caller, .findDuplicates, partition: municipality)
        guard RegistryRules.mayFindDuplicates(actor, municipality: municipality) else {
            throw try await refusal(caller, .findDuplicates, partition: municipality)
        }
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        // On a database thread, where work that takes a while keeps no connection waiting.
        let (compared, found) = try await kit.store.partition(municipality).read { transaction in
            let sides = try duplicateSides(seal, transaction)
            let entries = sides.values.map(\.entry).sorted { $0.id < $1.id }
            return (sides.mapValues(\.record), ChildDuplicates.pairs(of: entries))
        }
        let result = try await kit.once(operation, in: municipality) { transaction in
            let bounds = try MergeBounds(compared: compared, found: found, transaction)
            return try renew(found, mergeCertain ? bounds : nil, transaction)
        }
        let merged = result.ids.dropFirst().compactMap { ChildID($0) }
        let counts = ImportCounts(bytes: result.ids.first ?? []) ?? ImportCounts()
        try await audit(caller, .findDuplicates, partition: municipality, children: merged)
        return DuplicateSearchResult(
            children: compared.count, waiting: counts.created, certain: counts.changed,
            merged: counts.unchanged)
    }

    /// Merges within the bounds, if there are any. Gives three counts (waiting, of these certain, merged), then the children that
    /// were merged.
    private func renew(
        _ found: [DuplicatePair], _ bounds: MergeBounds?, _ transaction: any Transaction
    ) throws -> [[UInt8]] {
        var counts = ImportCounts()
        var merged: [[UInt8]] = []
        var stale = Set(try DuplicateStore.pairs(.waiting, transaction).map(\.id))
        var identities = try DuplicateStore.identities(transaction)
        for pair in found where !identities.areOne(pair.first, pair.second) {
            stale.remove(pair.id)
            let known = try DuplicateStore.pair(pair.id, transaction)
            // What a person has decided stays decided.
            if let known, known.state != .waiting { continue }
            var pair = pair
            if let bounds, pair.doubts.isEmpty {
                pair.doubts = try bounds.doubts(joining: pair, identities, transaction)
            }
            if bounds != nil, pair.doubts.isEmpty,
                try merge(pair, keeping: nil, actor: nil, reason: nil, transaction) != nil
            {
                counts.unchanged += 1
                merged += [pair.first.bytes, pair.second.bytes]
                identities = try DuplicateStore.identities(transaction)
                continue
            }
            counts.created += 1
            if pair.doubts.isEmpty { counts.changed += 1 }
            try DuplicateStore.put(pair, transaction)
        }
        for id in stale { try DuplicateStore.removeWaiting(id, transaction) }
        return [counts.bytes] + merged
    }

    /// The pairs of that state which the caller may decide, with both names, and how many more there are.
    func duplicates(
        _ state: DuplicatePair.State, limit: Int, municipality: String, caller: Caller
    ) async throws -> (pairs: [ShownPair], more: Int) {
        try await requireOwn(municipality, caller, .listDuplicates)
        let actor = try await actor(caller, .listDuplicates, partition: municipality)
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let found = try await kit.store.partition(municipality).read {
            transaction -> (pairs: [ShownPair], more: Int) in
            let identities = try DuplicateStore.identities(transaction)
            let open = try DuplicateStore.pairs(state, transaction).filter { pair in
                // One child by other merges by now: there is nothing left to decide.
                if state == .waiting, identities.areOne(pair.first, pair.second) { return false }
                guard let one = try ChildStore.child(pair.first, transaction),
                    let other = try ChildStore.child(pair.second, transaction)
                else { return false }
                return RegistryRules.mayDecideDuplicate(one.placement, other.placement, actor)
            }
            let shown = try open.prefix(limit).compactMap { try show($0, seal, transaction) }
            return (shown, max(0, open.count - limit))
        }
        let isDecider =
            RegistryRules.mayFindDuplicates(actor, municipality: municipality)
            || ["registrar", "head"].contains(actor.role) && !actor.posts.isEmpty
        guard isDecider else { throw try await refusal(caller, .listDuplicates, partition: municipality) }
        let named = try await namingInstitutions(found.pairs)
        let children = Set(named.flatMap { [$0.pair.first, $0.pair.second] }).sorted()
        try await audit(caller, .listDuplicates, partition: municipality, children: children)
        return (named, found.more)
    }

    // MARK: reading

    /// All children of the partition that can be compared, opened.
    private func duplicateSides(
        _ seal: ChildSeal, _ transaction: any Transaction
    ) throws -> [ChildID: DuplicateSide] {
        let open = try DuplicateStore.childrenWithOpenCases(transaction)
        var sides: [ChildID: DuplicateSide] = [:]
        for record in try ChildStore.children(transaction) where record.placement.isHere {
            sides[record.id] = try side(record, hasOpenCase: open.contains(record.id), seal, transaction)
        }
        return sides
    }

    private func side(
        _ record: ChildRecord, hasOpenCase: Bool, _ seal: ChildSeal, _ transaction: any Transaction
    ) throws -> DuplicateSide? {
        guard let sealed = try ChildStore.sealed(record.id, transaction) else { return nil }
        let identity = try seal.identity(sealed, of: record.id, subjectKey: record.subjectKey)
        let entry = ChildDuplicates.Entry(
            id: record.id, givenName: identity.givenName, familyName: identity.familyName,
            birthDate: identity.birthDate, isikukood: identity.isikukood,
            representative: identity.representative, contact: identity.representativeContact,
            language: record.placement.language,
            attends: record.placement.left ? nil : record.placement.institution, hasOpenCase: hasOpenCase)
        return DuplicateSide(record: record, entry: entry)
    }

    /// The pair with both records opened; nil when one of them is gone.
    func show(
        _ pair: DuplicatePair, _ seal: ChildSeal, _ transaction: any Transaction
    ) throws -> ShownPair? {
        let open = try DuplicateStore.childrenWithOpenCases(transaction)
        guard let one = try ChildStore.child(pair.first, transaction),
            let other = try ChildStore.child(pair.second, transaction),
            let first = try side(one, hasOpenCase: open.contains(one.id), seal, transaction),
            let second = try side(other, hasOpenCase: open.contains(other.id), seal, transaction)
        else { return nil }
        let reason = try pair.reasonSealed.map {
            try seal.text($0, column: "duplicate-reason/\(pair.id)", of: one.id, subjectKey: one.subjectKey)
        }
        return ShownPair(pair: pair, first: first, second: second, reason: reason ?? "")
    }

    func namingInstitutions(_ pairs: [ShownPair]) async throws -> [ShownPair] {
        let names = try await county().read { transaction in
            Dictionary(try CountyStore.institutions(transaction).map { ($0.id as InstitutionID?, $0.name) }) {
                first, _ in first
            }
        }
        return pairs.map { pair in
            var pair = pair
            pair.first.institutionName = names[pair.first.record.placement.institution] ?? ""
            pair.second.institutionName = names[pair.second.record.placement.institution] ?? ""
            return pair
        }
    }
}
