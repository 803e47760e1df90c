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
        var marks: [ChildMark]
        /// Other ids that mean the same child, by merges in force.
        var alsoIDs: [ChildID] = []
    }

    /// A child as read from its partition, with the name opened.
    struct SeenChild: Sendable {
        var record: ChildRecord
        var givenName: String
        var familyName: String
        var links: [ChildLink]
        var marks: [ChildMark]
        /// Other ids that mean the same child, by merges in force.
        var alsoIDs: [ChildID] = []
    }

    /// Opens what is shown of a child with every look: the name, and the marks that travel with it.
    func open(
        _ record: ChildRecord, links: [ChildLink], marks: [ChildStore.SealedMark], _ seal: ChildSeal,
        _ transaction: any Transaction
    ) throws -> SeenChild {
        var seen = SeenChild(
            record: record, givenName: "", familyName: "", links: ChildLink.shown(links),
            marks: try marks.map { try seal.mark($0, subjectKey: record.subjectKey) })
        if let sealed = try ChildStore.sealed(record.id, transaction) {
            let name = try seal.name(sealed, of: record.id, subjectKey: record.subjectKey)
            (seen.givenName, seen.familyName) = (name.given, name.family)
        }
        return seen
    }

    /// The child, when the actor may see it; nil: there is none, or it is not open to the actor.
    func seen(
        _ id: ChildID, by actor: RegistryRules.Actor, on today: LocalDate, _ seal: ChildSeal,
        _ transaction: any Transaction
    ) throws -> SeenChild? {
        let record = try ChildStore.child(id, transaction)
        let links = try ChildStore.links(of: id, on: today, transaction)
        let work = try ChildStore.caseWork(of: id, transaction)
        let marks = try ChildStore.marks(of: id, transaction)
        guard let record, RegistryRules.maySee(record.placement, links: links, work: work, actor) else {
            return nil
        }
        return try open(record, links: links, marks: marks, seal, transaction)
    }

    func child(_ id: ChildID, municipality: String, caller: Caller) async throws -> ChildRow {
        try await requireOwn(municipality, caller, .getChild, children: [id])
        let actor = try await actor(caller, .getChild, partition: municipality, children: [id])
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let today = kit.clock.today()
        let found = try await kit.store.partition(municipality).read {
            try seenAsOne(id, by: actor, on: today, seal, try DuplicateStore.identities($0), $0)
        }
        guard let found else {
            throw try await refusal(caller, .getChild, partition: municipality, children: [id])
        }
        let rows = try await named([found])
        try await audit(
            caller, .getChild, partition: municipality, children: [found.record.id] + found.alsoIDs)
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
        let today = kit.clock.today()
        let found = try await recorded(caller, .listChildren, partition: municipality) {
            try await kit.store.partition(municipality).read { transaction -> [SeenChild]? in
                let identities = try DuplicateStore.identities(transaction)
                let links = identities.gathered(try ChildStore.links(on: today, transaction)) { $0 + $1 }
                let hasLinks = links.values.contains {
                    $0.contains { $0.person == actor.person && $0.isOpen }
                }
                let work = identities.gathered(try ChildStore.caseWork(transaction)) { $0.union($1) }
                let candidates =
                    try institution.map { try ChildStore.children(of: $0, transaction) }
                    ?? ChildStore.children(transaction)
                let visible = candidates.filter { record in
                    let kept = identities.kept(for: record.id)
                    return (className.isEmpty || record.placement.className == className)
                        && RegistryRules.maySee(
                            record.placement, links: links[kept] ?? [], work: work[kept] ?? CaseWork(), actor)
                }
                let seen = identities.withoutRepeats(visible)
                guard
                    !seen.isEmpty
                        || RegistryRules.mayList(
                            actor, hasLinks: hasLinks, work: work.values, municipality: municipality)
                else { return nil }
                guard seen.count <= max else {
                    throw ServiceError(
                        .tooMuch, "too-many-children",
                        "More than \(max) children: ask for one institution or class.")
                }
                let marks = try ChildStore.marks(transaction)
                return try seen.map { record in
                    let ids = identities.all(for: record.id)
                    if ids.count > 1 {
                        return try openAsOne(record, ids, links: links[ids[0]] ?? [], seal, transaction)
                    }
                    return try self.open(
                        record, links: links[record.id] ?? [], marks: marks[record.id] ?? [], seal,
                        transaction)
                }
            }
        }
        guard let found else { throw try await refusal(caller, .listChildren, partition: municipality) }
        let rows = try await named(found)
        try await audit(caller, .listChildren, partition: municipality, children: rows.map(\.record.id))
        return rows
    }

    /// Adds the names of institutions and linked people, which are in the county's partition.
    func named(_ found: [SeenChild]) async throws -> [ChildRow] {
        let people = Set(found.flatMap { $0.links.map(\.person) }).sorted()
        // Names of institutions are at hand, since the county's map is searched by them.
        let known = directory.snapshot?.institutionNames
        var (institutions, names) = (known ?? [:], [PersonID: String]())
        if known == nil || !people.isEmpty {
            (institutions, names) = try await county().read { transaction in
                var names: [PersonID: String] = [:]
                for person in people { names[person] = try CountyStore.name(of: person, transaction) ?? "" }
                if let known { return (known, names) }
                let institutions = try CountyStore.institutions(transaction).map { ($0.id, $0.name) }
                return (Dictionary(institutions) { first, _ in first }, names)
            }
        }
        return found.map { child in
            ChildRow(
                record: child.record, givenName: child.givenName, familyName: child.familyName,
                institutionName: child.record.placement.institution.flatMap { institutions[$0] } ?? "",
                links: child.links.map { ($0, names[$0.person] ?? "") }, marks: child.marks,
                alsoIDs: child.alsoIDs)
        }
    }

    /// May this caller see who looked at this child?
    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool {
        guard RegistryCodes.isMunicipality(partition), partition == caller.municipality,
            let person = caller.person,
            !caller.role.isEmpty
        else { return false }
        let actor = try await actor(caller, person: person)
        let today = kit.clock.today()
        return try await kit.store.partition(partition).read { transaction in
            guard let record = try ChildStore.child(child, transaction) else { return false }
            return RegistryRules.maySeeAudit(
                record.placement, links: try ChildStore.links(of: child, on: today, transaction),
                work: try ChildStore.caseWork(of: child, transaction), actor)
        }
    }
}
