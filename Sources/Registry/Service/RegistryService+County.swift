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
                    let bringing = try bringing(document, in: transaction)
                    let plan = try RecordDoor(kit, caller).plan(bringing.puts, in: transaction)
                    guard plan.faults.isEmpty else { throw bringing.refused(plan.faults) }
                    return bringing.counts(plan)
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
        }
    }

    /// Throws `ServiceError` unless the caller may bring in what is the county's.
    func requireCountyImporter(_ caller: Caller) async throws {
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
        let bringing = try bringing(document, in: transaction)
        do {
            return bringing.counts(try RecordDoor(kit, caller).write(bringing.puts, in: transaction))
        } catch let refused as RefusedRecords {
            throw bringing.refused(refused.faults)
        }
    }

    /// What a document brings, as records.
    private struct Bringing {
        var puts: [RecordPut] = []
        /// For each put, the document's list and the place in it, from 0. A template's levels stand at their template.
        var places: [Place] = []
        /// Of the document's records, those that are left as they are stored.
        var kept = 0

        struct Place: Hashable {
            var list: String
            var index: Int
        }

        /// By things of the document: a template counts once, with its levels.
        func counts(_ plan: RecordPlan) -> ImportCounts {
            var decisions: [Place: RecordPlan.Decision] = [:]
            for (place, step) in zip(places, plan.steps) {
                switch (decisions[place], step.decision) {
                case (nil, _): decisions[place] = step.decision
                case (.unchanged, .create), (.unchanged, .change): decisions[place] = .change
                default: continue
                }
            }
            var counts = ImportCounts()
            counts.created = decisions.values.count { $0 == .create }
            counts.changed = decisions.values.count { $0 == .change }
            counts.unchanged = decisions.values.count { $0 == .unchanged } + kept
            return counts
        }

        /// Faults of records, by the document's lists and rows.
        func refused(_ faults: [RecordPlan.Found]) -> RefusedRows {
            RefusedRows(
                faults: faults.map { found in
                    let place = places[found.index]
                    return Fault(
                        place.index + 1, "\(place.list).\(found.fault.field)", found.fault.reason,
                        found.fault.message, found.fault.remedy)
                })
        }
    }

    /// What is stored of a document: its things as records, and of its records those that are not there yet.
    private func bringing(_ document: CountyMap, in transaction: any Transaction) throws -> Bringing {
        let stored = try CountyStore.load(transaction)
        let faults = CountyCheck.faults(in: document, stored: stored)
        guard faults.isEmpty else { throw RefusedRows(faults: faults) }
        let merged = stored.merged(with: document)
        var bringing = Bringing()
        for statement in TypedRecords.statements(of: document, merged: merged) {
            let stored = try RecordStore.current(statement.record.key, transaction)
            var record = statement.applied(to: stored?.record)
            for (name, value) in document.recordFields[record.key] ?? [:] { record.fields[name] = value }
            // A level that a document names again is in force again.
            let isLevel = record.kind == "template-level"
            if isLevel { record.endedFrom = "" }
            bringing.puts.append(RecordPut(record, setsEnd: isLevel))
            bringing.places.append(Bringing.Place(list: statement.list, index: statement.index))
        }
        try addLeftOutLevels(document, to: &bringing, in: transaction)
        for (index, record) in document.records.enumerated() {
            if try RecordStore.current(record.key, transaction) != nil {
                bringing.kept += 1
            } else {
                bringing.puts.append(RecordPut(record, setsEnd: true))
                bringing.places.append(Bringing.Place(list: "records", index: index))
            }
        }
        return bringing
    }

    /// A document's template is whole: stored levels that it leaves out end today.
    private func addLeftOutLevels(
        _ document: CountyMap, to bringing: inout Bringing, in transaction: any Transaction
    ) throws {
        let today = kit.clock.today()
        for (index, entry) in document.templates.enumerated() {
            let code = TypedTemplates.code(of: entry)
            var order = entry.levels.count + 1
            while let stored = try RecordStore.current(
                Record.Key(kind: "template-level", code: "\(code).\(order)"), transaction)
            {
                order += 1
                var record = stored.record
                guard record.isInForce(on: today) else { continue }
                record.endedFrom = today.description
                bringing.puts.append(RecordPut(record, setsEnd: true))
                bringing.places.append(Bringing.Place(list: "templates", index: index))
            }
        }
    }
}

/// Undoes a transaction in which faults were found.
struct RefusedRows: Error {
    var faults: [Fault]
    /// The children who were known already.
    var children: [ChildID] = []
}
