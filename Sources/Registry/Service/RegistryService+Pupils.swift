import Contracts
import ServiceKit
import Store

/// Taking in an institution's pupils, and finding children by the schools' own ids.
extension RegistryService {
    struct PupilImportResult: Sendable {
        var rows = 0
        var good = 0
        var counts = ImportCounts()
        var faultCount = 0
        var faults: [Fault] = []
        var notes: [PupilImport.Note] = []
    }

    struct PupilFile: Sendable {
        var municipality: String
        var institution: String
        var csv: [UInt8]
        var dryRun: Bool
    }

    func importPupils(_ file: PupilFile, operation: Operation, caller: Caller) async throws
        -> PupilImportResult
    {
        let partition = file.municipality
        try await requireOwn(partition, caller, .importPupils)
        let actor = try await actor(caller, .importPupils, partition: partition)
        let found = try await county().read { try CountyStore.institution(code: file.institution, $0) }
        let institution = try await recorded(caller, .importPupils, partition: partition) {
            guard let found, found.municipality == partition,
                RegistryCodes.childInstitutionKinds.contains(found.kind)
            else {
                throw ServiceError(
                    .invalid, "institution-unknown",
                    "The municipality has no school or kindergarten of that code: see ListInstitutions.")
            }
            return found
        }
        guard
            RegistryRules.mayImportPupils(actor, institution: institution.id, municipality: partition)
        else { throw try await refusal(caller, .importPupils, partition: partition) }

        let pupils = PupilImport(csv: file.csv, institution: institution, today: kit.clock.today())
        let seal = ChildSeal(vault: kit.vault, partition: partition)
        if file.dryRun || !pupils.faults.isEmpty {
            let plan = try await kit.store.partition(partition).read { try pupils.plan(seal, in: $0) }
            // The answer tells which rows are of children who are known: who tries that out leaves a trace.
            if file.dryRun {
                try await audit(caller, .importPupils, partition: partition, children: plan.children)
            } else {
                try await auditRefusal(caller, .importPupils, partition: partition, children: plan.children)
            }
            return result(pupils, plan.counts, faults: pupils.faults + plan.faults)
        }
        do {
            let done = try await kit.once(operation, in: partition) { transaction in
                try take(pupils, ChildWriter(kit, seal, Author(caller)), in: transaction)
            }
            let children = done.ids.dropFirst().compactMap { ChildID($0) }
            try await audit(caller, .importPupils, partition: partition, children: children)
            return result(pupils, ImportCounts(bytes: done.ids.first ?? []) ?? ImportCounts(), faults: [])
        } catch let refused as RefusedRows {
            try await auditRefusal(caller, .importPupils, partition: partition, children: refused.children)
            return result(pupils, ImportCounts(), faults: refused.faults)
        }
    }

    private func result(
        _ pupils: PupilImport, _ counts: ImportCounts, faults: [Fault]
    ) -> PupilImportResult {
        let badRows = Set(faults.map(\.row).filter { $0 > 1 })
        return PupilImportResult(
            rows: pupils.rowCount, good: max(0, pupils.rows.filter { !badRows.contains($0.row) }.count),
            counts: counts, faultCount: faults.count,
            faults: Array(faults.sorted { $0.row < $1.row }.prefix(configuration.faultsNamedMax)),
            notes: pupils.notes)
    }

    /// Stores the rows and tells where children are placed. Gives the counts, then the children that changed.
    private func take(
        _ pupils: PupilImport, _ writer: ChildWriter, in transaction: any Transaction
    ) throws -> [[UInt8]] {
        let plan = try pupils.plan(writer.seal, in: transaction)
        guard plan.faults.isEmpty else { throw RefusedRows(faults: plan.faults, children: plan.children) }
        var changed: [[UInt8]] = []
        for step in plan.steps {
            let child: ChildID
            switch step.decision {
            case .unchanged, .refuse:
                continue
            case .rememberOnly:
                guard let existing = step.existing, !step.isRemembered else { continue }
                child = existing.id
            case .create:
                child = try store(step, tell: true, writer, in: transaction)
            case .change(let placementChanges):
                child = try store(step, tell: placementChanges, writer, in: transaction)
            }
            try ChildStore.remember(
                pupilHash: step.pupilHash, institution: pupils.institution.id, child: child, transaction)
            changed.append(child.bytes)
        }
        return [plan.counts.bytes] + changed
    }

    private func store(
        _ step: PupilImport.Step, tell: Bool, _ writer: ChildWriter, in transaction: any Transaction
    ) throws -> ChildID {
        let before = try step.existing.map { try writer.seal.content(of: $0, in: transaction) }
        var content = before ?? ChildContent()
        if let institution = step.placement.institution {
            content.take(step.row, institution: institution)
        }
        let changed = content.fields(differingFrom: before ?? ChildContent())
        return try writer.write(
            ChildWriter.Change(
                content: content, institutionKind: step.placement.institutionKind, action: "imported",
                fields: changed.map(\.rawValue), tell: tell, rowHash: step.contentHash),
            over: step.existing, in: transaction
        ).id
    }

    /// The children that a school's own pupil ids mean, in the order asked; nil: unknown,
    /// or handed over, so that nothing is brought here about a child of another municipality. For programs only; shows no
    /// name, so each child is not audited here but where its data is then used.
    func mapPupils(
        municipality: String, institution: InstitutionID, externalIDs: [String], caller: Caller
    ) async throws -> [ChildID?] {
        try requireProgram(caller)
        guard externalIDs.count <= 2000 else {
            throw ServiceError(.tooMuch, "too-many-pupils", "Ask for at most 2000 pupils at once.")
        }
        guard RegistryCodes.isMunicipality(municipality) else {
            throw ServiceError(
                .invalid, "municipality-unknown", "Give the EHAK code of the institution's municipality.")
        }
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        return try await kit.store.partition(municipality).read { transaction in
            try externalIDs.map {
                try ChildStore.childHere(
                    pupilHash: try seal.hash(pupil: $0, of: institution), of: institution, transaction)
            }
        }
    }
}

extension Identifier {
    /// A random UUID (version 4): tells nothing of when or where it was made.
    static func random() -> Self {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & ~0xf000 | 0x4000
        let low = generator.next() & ~(UInt64(3) << 62) | UInt64(2) << 62
        let bytes = [high, low].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
        guard let id = Self(bytes) else { preconditionFailure("two words are 16 bytes") }
        return id
    }
}
