import Contracts
import Security
import ServiceKit
import Store

/// Taking in the county's map.
extension RegistryService {
    struct CountyImport: Sendable {
        var counts = ImportCounts()
        /// Not empty: nothing was stored.
        var faults: [Fault] = []
    }

    func importCounty(
        _ document: CountyMap, dryRun: Bool, operation: Operation, caller: Caller
    ) async throws -> CountyImport {
        try await requireCountyImporter(caller)
        if dryRun {
            return try await county().read { transaction in
                let stored = try CountyStore.load(transaction)
                return CountyImport(
                    counts: stored.merged(with: document).counts,
                    faults: CountyCheck.faults(in: document, stored: stored))
            }
        }
        do {
            let result = try await kit.once(operation, in: RegistryCodes.county) { transaction in
                [try take(document, caller: caller, in: transaction).bytes]
            }
            await renewDirectory()
            return CountyImport(counts: ImportCounts(bytes: result.ids.first ?? []) ?? ImportCounts())
        } catch let refused as RefusedRows {
            return CountyImport(faults: refused.faults)
        }
    }

    private func requireCountyImporter(_ caller: Caller) async throws {
        var held: [RegistryRules.HeldPost] = []
        if let person = caller.person { held = try await actor(caller, person: person).posts }
        let mapIsEmpty = try await county().read { try CountyStore.mapIsEmpty($0) }
        let allowed = RegistryRules.mayImportCounty(
            isCounty: caller.municipality == RegistryCodes.county, isOperator: caller.system.kind == .person,
            role: held.contains { $0.municipality == RegistryCodes.county } ? caller.role : "",
            mapIsEmpty: mapIsEmpty)
        guard allowed else {
            throw ServiceError(
                .notAllowed, "county-import-not-allowed",
                "The county's map is brought in by an operator of the county, its coordinator or its registrar."
            )
        }
    }

    /// Checks, stores and tells, all in one transaction.
    func take(
        _ document: CountyMap, caller: Caller, in transaction: any Transaction
    ) throws -> ImportCounts {
        let stored = try CountyStore.load(transaction)
        let faults = CountyCheck.faults(in: document, stored: stored)
        guard faults.isEmpty else { throw RefusedRows(faults: faults) }
        let merge = stored.merged(with: document)
        try CountyStore.save(merge.altered, transaction)
        let now = kit.clock.now()
        for change in merge.changes {
            try CountyStore.add(
                CountyStore.HistoryEntry(
                    id: kit.newID(Named.Event.self), at: now, change: change, system: caller.system.uri,
                    person: caller.person, role: caller.role), transaction)
        }
        let today = kit.clock.today()
        let before = Dictionary(RegistryEvents.facts(of: stored, on: today).map { ($0.key, $0.body) }) { $1 }
        for fact in RegistryEvents.facts(of: merge.map, on: today) where before[fact.key] != fact.body {
            try kit.emit(fact.body, child: nil, partition: RegistryCodes.county, in: transaction)
        }
        return merge.counts
    }
}

/// Undoes a transaction in which faults were found.
struct RefusedRows: Error {
    var faults: [Fault]
}
