import Contracts
import ServiceKit
import Store

/// Showing children by name, to those who may see them, with a record of each look.
extension RegistryService {
    struct ChildRow: Sendable {
        var record: ChildRecord
        var givenName: String
        var familyName: String
        var institutionName: String
        var links: [(link: ChildLink, personName: String)]
    }

    func child(_ id: ChildID, municipality: String, caller: Caller) async throws -> ChildRow {
        try await requireOwn(municipality, caller, .getChild, children: [id])
        let actor = try await actor(caller, .getChild, partition: municipality, children: [id])
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let found = try await kit.store.partition(municipality).read {
            transaction -> (ChildRecord, ChildStore.Sealed, [ChildLink])? in
            guard let record = try ChildStore.child(id, transaction),
                let sealed = try ChildStore.sealed(id, transaction)
            else { return nil }
            let links = try ChildStore.links(of: id, transaction)
            let work = try ChildStore.caseWork(of: id, transaction)
            guard RegistryRules.maySee(record.placement, links: links, work: work, actor) else { return nil }
            return (record, sealed, links)
        }
        guard let (record, sealed, links) = found else {
            throw try await refusal(caller, .getChild, partition: municipality, children: [id])
        }
        let name = try seal.name(sealed, of: id, subjectKey: record.subjectKey)
        let rows = try await named([(record, name.given, name.family, links)])
        try await audit(caller, .getChild, partition: municipality, children: [id])
        guard let row = rows.first else {
            throw try await refusal(caller, .getChild, partition: municipality)
        }
        return row
    }

    /// The children of the municipality, institution or class whom the caller may see; a class teacher sees the own
    /// class.
    func children(
        municipality: String, institution: InstitutionID?, className: String, caller: Caller
    ) async throws -> [ChildRow] {
        try await requireOwn(municipality, caller, .listChildren)
        let actor = try await actor(caller, .listChildren, partition: municipality)
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let max = configuration.childrenListedMax
        let found = try await kit.store.partition(municipality).read {
            transaction -> [(ChildRecord, String, String, [ChildLink])]? in
            let links = try ChildStore.links(transaction)
            let hasLinks = links.values.contains { $0.contains { $0.person == actor.person && $0.isOpen } }
            let work = try ChildStore.caseWork(transaction)
            guard
                RegistryRules.mayList(
                    actor, hasLinks: hasLinks, work: work.values, municipality: municipality)
            else { return nil }
            let candidates =
                try institution.map { try ChildStore.children(of: $0, transaction) }
                ?? ChildStore.children(transaction)
            let seen = candidates.filter { record in
                (className.isEmpty || record.placement.className == className)
                    && RegistryRules.maySee(
                        record.placement, links: links[record.id] ?? [],
                        work: work[record.id] ?? CaseWork(), actor)
            }
            guard seen.count <= max else {
                throw ServiceError(
                    .tooMuch, "too-many-children",
                    "More than \(max) children: ask for one institution or class.")
            }
            return try seen.map { record in
                guard let sealed = try ChildStore.sealed(record.id, transaction) else {
                    return (record, "", "", links[record.id] ?? [])
                }
                let name = try seal.name(sealed, of: record.id, subjectKey: record.subjectKey)
                return (record, name.given, name.family, links[record.id] ?? [])
            }
        }
        guard let found else { throw try await refusal(caller, .listChildren, partition: municipality) }
        let rows = try await named(found)
        try await audit(caller, .listChildren, partition: municipality, children: rows.map(\.record.id))
        return rows
    }

    /// Adds the names of institutions and linked people, which are in the county's partition.
    private func named(_ found: [(ChildRecord, String, String, [ChildLink])]) async throws -> [ChildRow] {
        let people = Set(found.flatMap { $0.3.map(\.person) }).sorted()
        let (institutions, names) = try await county().read { transaction in
            var names: [PersonID: String] = [:]
            for person in people { names[person] = try CountyStore.name(of: person, transaction) ?? "" }
            let institutions = try CountyStore.institutions(transaction).map { ($0.id, $0.name) }
            return (Dictionary(institutions) { first, _ in first }, names)
        }
        return found.map { record, given, family, links in
            ChildRow(
                record: record, givenName: given, familyName: family,
                institutionName: institutions[record.placement.institution] ?? "",
                links: links.map { ($0, names[$0.person] ?? "") })
        }
    }

    /// May this caller see who looked at this child?
    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool {
        guard RegistryCodes.isMunicipality(partition), partition == caller.municipality,
            let person = caller.person,
            !caller.role.isEmpty
        else { return false }
        let actor = try await actor(caller, person: person)
        return try await kit.store.partition(partition).read { transaction in
            guard let record = try ChildStore.child(child, transaction) else { return false }
            return RegistryRules.maySeeAudit(
                record.placement, links: try ChildStore.links(of: child, transaction),
                work: try ChildStore.caseWork(of: child, transaction), actor)
        }
    }
}
