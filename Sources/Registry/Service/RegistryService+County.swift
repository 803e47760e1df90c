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
        do {
            if dryRun {
                let counts = try await county().read { transaction in
                    let merge = try merge(document, in: transaction)
                    let door = RecordDoor(kit, caller)
                    let plan = try door.plan(try puts(merge, document, in: transaction), in: transaction)
                    guard plan.faults.isEmpty else { throw RefusedRecords(faults: plan.faults) }
                    return plan.counts + merge.templateCounts
                }
                return CountyImport(counts: counts)
            }
            let result = try await kit.once(operation, in: RegistryCodes.county) { transaction in
                [try take(document, caller: caller, in: transaction).bytes]
            }
            await renewDirectory()
            return CountyImport(counts: ImportCounts(bytes: result.ids.first ?? []) ?? ImportCounts())
        } catch let refused as RefusedRows {
            return CountyImport(faults: refused.faults)
        } catch let refused as RefusedRecords {
            return CountyImport(faults: rows(refused, document))
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
        let merge = try merge(document, in: transaction)
        let plan = try RecordDoor(kit, caller).write(
            try puts(merge, document, in: transaction), templates: merge.altered.templates, in: transaction)
        let now = kit.clock.now()
        for change in merge.changes where change.kind == "template" {
            try CountyStore.add(
                CountyStore.HistoryEntry(
                    id: kit.newID(Named.Event.self), at: now, change: change, system: caller.system.uri,
                    person: caller.person, role: caller.role), transaction)
        }
        return plan.counts + merge.templateCounts
    }

    private func merge(_ document: CountyMap, in transaction: any Transaction) throws -> CountyMap.Merge {
        let stored = try CountyStore.load(transaction)
        let faults = CountyCheck.faults(in: document, stored: stored)
        guard faults.isEmpty else { throw RefusedRows(faults: faults) }
        return stored.merged(with: document)
    }

    /// The records after what the document says of them; their other fields stay.
    private func puts(
        _ merge: CountyMap.Merge, _ document: CountyMap, in transaction: any Transaction
    ) throws -> [RecordPut] {
        try TypedRecords.statements(of: document, merged: merge.map).map { statement in
            let stored = try RecordStore.current(statement.record.key, transaction)
            return RecordPut(statement.applied(to: stored?.record))
        }
    }

    /// Faults of records by the document's lists and rows.
    private func rows(_ refused: RefusedRecords, _ document: CountyMap) -> [Fault] {
        let statements = TypedRecords.statements(of: document, merged: document)
        return refused.faults.map { found in
            let statement = statements[found.index]
            return Fault(
                statement.index + 1, "\(statement.list).\(found.fault.field)", found.fault.reason,
                found.fault.message.en, found.fault.remedy.en)
        }
    }
}

/// Undoes a transaction in which faults were found.
struct RefusedRows: Error {
    var faults: [Fault]
}
