import Contracts
import ServiceKit
import Store

/// Records of children kept by hand, also of those in no institution.
extension RegistryService {
    struct ChildWritten: Sendable {
        var child: ChildID
        var version: Int

        init(_ child: ChildID, _ version: Int) {
            self.child = child
            self.version = version
        }

        /// As an operation's result keeps it.
        var ids: [[UInt8]] { [child.bytes, Array("\(version)".utf8)] }

        init(_ result: OperationResult) throws {
            guard let child = result.ids.first.flatMap({ ChildID($0) }), result.ids.count == 2,
                let version = Int(String(decoding: result.ids[1], as: UTF8.self))
            else { throw StoreError(.damaged, "The record of a done operation is unreadable: run `verify`.") }
            self.init(child, version)
        }
    }

    func registerChild(
        _ content: ChildContent, municipality: String, operation: Operation, caller: Caller
    ) async throws -> ChildWritten {
        try await requireOwn(municipality, caller, .registerChild)
        let actor = try await actor(caller, .registerChild, partition: municipality)
        let kind = try await institutionKind(of: content.institution, municipality: municipality)
        let placement = content.placement(institutionKind: kind ?? "", municipality: municipality)
        guard RegistryRules.mayRegister(placement, actor) else {
            throw try await refusal(caller, .registerChild, partition: municipality)
        }
        let writer = writer(municipality, caller)
        let today = kit.clock.today()
        let written = try await recorded(caller, .registerChild, partition: municipality) {
            try ChildWritten(
                try await kit.once(operation, in: municipality) { transaction in
                    let settled = try ChildContentCheck(institutionKind: kind, today: today).settled(content)
                    let record = try writer.write(
                        ChildWriter.Change(
                            content: settled, institutionKind: kind ?? "", action: "registered",
                            fields: settled.fields(differingFrom: ChildContent()).map(\.rawValue), tell: true),
                        over: nil, in: transaction)
                    return ChildWritten(record.id, record.version).ids
                })
        }
        try await audit(caller, .registerChild, partition: municipality, children: [written.child])
        return written
    }

    /// What is to be changed in a record: these fields of `content`, if nobody changed it since that version.
    struct ChildChange: Sendable {
        var child: ChildID
        var expectedVersion: Int
        var fields: [String]
        var content: ChildContent
    }

    func changeChild(
        _ change: ChildChange, municipality: String, operation: Operation, caller: Caller
    ) async throws -> ChildWritten {
        let child = change.child
        try await requireOwn(municipality, caller, .changeChild, children: [child])
        let actor = try await actor(caller, .changeChild, partition: municipality, children: [child])
        let fields = try await recorded(caller, .changeChild, partition: municipality, children: [child]) {
            try change.fields.map { name in
                guard let field = ChildContent.Field(rawValue: name) else {
                    throw ServiceError(
                        .invalid, "field-unknown",
                        "Name fields of the content to change: "
                            + ChildContent.Field.allCases.map(\.rawValue).joined(separator: ", ") + ".")
                }
                return field
            }
        }
        let newInstitution = fields.contains(.institution) ? change.content.institution : nil
        let newKind = try await institutionKind(of: newInstitution, municipality: municipality)
        let writer = writer(municipality, caller)
        let today = kit.clock.today()
        let seal = writer.seal
        let isAllowed = try await kit.store.partition(municipality).read { transaction in
            guard let record = try ChildStore.child(child, transaction) else { return false }
            var new = record.placement
            if fields.contains(.institution) { new.institution = newInstitution }
            return RegistryRules.mayChange(record.placement, Set(fields), to: new, actor)
        }
        guard isAllowed else {
            throw try await refusal(caller, .changeChild, partition: municipality, children: [child])
        }
        let written = try await recorded(caller, .changeChild, partition: municipality, children: [child]) {
            try ChildWritten(
                try await kit.once(operation, in: municipality) { transaction in
                    guard let record = try ChildStore.child(child, transaction),
                        record.version == change.expectedVersion, record.placement.isHere
                    else {
                        throw ServiceError(
                            .conflict, "version-differs",
                            "The record was changed since you read it: read it again, then decide anew.")
                    }
                    let before = try seal.content(of: record, in: transaction)
                    var content = before
                    for field in fields { content.take(field, from: change.content) }
                    if content.institution == nil, before.institution != nil {
                        (content.className, content.from, content.left) = ("", "", "")
                    }
                    let kind = fields.contains(.institution) ? newKind : record.placement.institutionKind
                    content = try ChildContentCheck(institutionKind: kind, today: today).settled(content)
                    let changed = content.fields(differingFrom: before)
                    if changed.isEmpty { return ChildWritten(child, record.version).ids }
                    let placement = content.placement(
                        institutionKind: kind ?? "", municipality: municipality)
                    let new = try writer.write(
                        ChildWriter.Change(
                            content: content, institutionKind: kind ?? "", action: "changed",
                            fields: changed.map(\.rawValue), tell: placement != record.placement),
                        over: record, in: transaction)
                    return ChildWritten(child, new.version).ids
                })
        }
        try await audit(caller, .changeChild, partition: municipality, children: [child])
        return written
    }

    struct ChildAsOf: Sendable {
        var child: ChildRow
        var content: ChildContent
        var version: Int
    }

    /// The whole record, as it is now or was at the end of a past day. Codes and other systems' ids are for those who
    /// keep the record; past days for them and the data protection officer.
    func childRecord(
        _ id: ChildID, asOf text: String, municipality: String, caller: Caller
    ) async throws -> ChildAsOf {
        try await requireOwn(municipality, caller, .getChildRecord, children: [id])
        let actor = try await actor(caller, .getChildRecord, partition: municipality, children: [id])
        let today = kit.clock.today()
        let day = try await recorded(caller, .getChildRecord, partition: municipality, children: [id]) {
            guard let day = text.isEmpty ? today : LocalDate(text), day <= today else {
                throw ServiceError(
                    .invalid, "day-unusable",
                    "Write a day that has been as 2026-02-02, or leave it empty for now.")
            }
            return day
        }
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let found = try await kit.store.partition(municipality).read {
            transaction -> (SeenChild, ChildContent?, Int)? in
            guard let record = try ChildStore.child(id, transaction) else { return nil }
            let keeps = RegistryRules.mayKeep(record.placement, actor)
            // The record asked for, which has content of its own, with the marks of all ids of the child.
            var seen = try seenAsOne(
                id, asked: true, by: actor, on: today, seal, try DuplicateStore.identities(transaction),
                transaction)
            if day < today {
                guard record.placement.isHere, RegistryRules.mayReadHistory(record.placement, actor) else {
                    return nil
                }
                let links = try ChildStore.links(of: id, on: today, transaction)
                seen = try seen ?? open(record, links: links, marks: [], seal, transaction)
            }
            guard let seen else { return nil }
            guard let past = try contents(of: record, asOf: day, today, seal, transaction) else {
                return (seen, nil, 0)
            }
            var content = past.content
            if !keeps { (content.isikukood, content.otherIDs) = ("", []) }
            return (seen, content, past.version)
        }
        guard let (seen, content, version) = found else {
            throw try await refusal(caller, .getChildRecord, partition: municipality, children: [id])
        }
        let rows = try await named([seen])
        try await audit(caller, .getChildRecord, partition: municipality, children: [id] + seen.alsoIDs)
        guard let row = rows.first, let content else {
            throw ServiceError(
                .notFound, "no-version-that-day", "There was no record of this child on that day yet.")
        }
        return ChildAsOf(child: row, content: content, version: version)
    }

    private func contents(
        of record: ChildRecord, asOf day: LocalDate, _ today: LocalDate, _ seal: ChildSeal,
        _ transaction: any Transaction
    ) throws -> (version: Int, content: ChildContent)? {
        guard day < today else { return (record.version, try seal.content(of: record, in: transaction)) }
        // Of the time before a child was handed over and came back nothing is kept.
        guard let past = try ChildStore.content(of: record.id, asOf: day, transaction), !past.sealed.isEmpty
        else { return nil }
        let content = try seal.content(
            past.sealed, version: past.number, of: record.id, subjectKey: record.subjectKey)
        return (past.number, content)
    }

    /// Who changed what in a record, and when.
    func childHistory(_ id: ChildID, municipality: String, caller: Caller) async throws -> [ChildVersion] {
        try await requireOwn(municipality, caller, .childHistory, children: [id])
        let actor = try await actor(caller, .childHistory, partition: municipality, children: [id])
        let versions = try await kit.store.partition(municipality).read {
            transaction -> [ChildVersion]? in
            guard let record = try ChildStore.child(id, transaction),
                RegistryRules.mayReadHistory(record.placement, actor)
            else { return nil }
            return try ChildStore.versions(of: id, transaction)
        }
        guard let versions else {
            throw try await refusal(caller, .childHistory, partition: municipality, children: [id])
        }
        try await audit(caller, .childHistory, partition: municipality, children: [id])
        return versions
    }

    func countChildren(municipality: String, caller: Caller) async throws -> ChildStore.Counts {
        try await requireOwn(municipality, caller, .countChildren)
        let actor = try await actor(caller, .countChildren, partition: municipality)
        guard RegistryRules.mayCount(actor, municipality: municipality) else {
            throw try await refusal(caller, .countChildren, partition: municipality)
        }
        let counts = try await kit.store.partition(municipality).read { try ChildStore.counts($0) }
        try await audit(caller, .countChildren, partition: municipality, children: [])
        return counts
    }

    func writer(_ municipality: String, _ caller: Caller) -> ChildWriter {
        ChildWriter(kit, ChildSeal(vault: kit.vault, partition: municipality), Author(caller))
    }

    /// Nil: there is no such school or kindergarten in the municipality.
    private func institutionKind(of id: InstitutionID?, municipality: String) async throws -> String? {
        guard let id else { return nil }
        let institution = try await county().read { try CountyStore.institution(id, $0) }
        return institution.flatMap { $0.municipality == municipality ? $0.kind : nil }
    }
}
