import Contracts
import RPC
import ServiceKit
import Store

/// The use cases of Registry: one function each. Reads and writes through the stores, decides by the rules.
struct RegistryService: Sendable {
    let kit: any Kit
    let configuration: RegistryConfiguration
    /// What searches read.
    let directory = DirectoryShelf()
    /// Names of children in memory, to find them by the beginning of a name.
    let names = ChildNameIndex()

    init(_ kit: any Kit, _ configuration: RegistryConfiguration) {
        self.kit = kit
        self.configuration = configuration
    }

    /// Where the county's map is.
    func county() async throws -> any Database { try await kit.store.partition(RegistryCodes.county) }

    /// Ends in all municipalities what has had its day: links of specialists, offers that nobody answered.
    func endWhatIsDue() async throws {
        for municipality in try await kit.store.codes() where RegistryCodes.isMunicipality(municipality) {
            try await endDueLinks(in: municipality)
            try await endExpiredOffers(in: municipality)
        }
    }

    /// The caller with the posts that give the role today. A caller without a person is no actor, and the attempt is
    /// recorded.
    func actor(
        _ caller: Caller, _ method: RegistryMethod, partition: String, children: [ChildID] = []
    ) async throws -> RegistryRules.Actor {
        if let person = caller.person, !caller.role.isEmpty { return try await actor(caller, person: person) }
        try await auditRefusal(caller, method, partition: partition, children: children)
        throw ServiceError(
            .notAllowed, "person-missing",
            "Only a person in a role may do this: say who acts, in which role and for what purpose.")
    }

    func actor(_ caller: Caller, person: PersonID) async throws -> RegistryRules.Actor {
        let role = caller.role
        let today = kit.clock.today()
        let posts = try await county().read { transaction in
            try CountyStore.posts(of: person, role: role, transaction).filter {
                $0.post.isFilled(on: today) && $0.institution.isInForce(on: today)
            }
            .map {
                RegistryRules.HeldPost(
                    post: $0.post.id, institution: $0.institution.id,
                    institutionKind: $0.institution.kind,
                    municipality: $0.institution.municipality, className: $0.post.className)
            }
        }
        return RegistryRules.Actor(
            person: person, role: role, municipality: caller.municipality,
            posts: posts.filter {
                $0.municipality == caller.municipality || $0.municipality == RegistryCodes.county
            })
    }

    /// Children's data stays in its municipality: the caller's own, and never the county.
    func requireOwn(
        _ municipality: String, _ caller: Caller, _ method: RegistryMethod, children: [ChildID] = []
    ) async throws {
        if RegistryCodes.isMunicipality(municipality), municipality == caller.municipality { return }
        // The attempt is kept where the child's own people can see it, if there is such a place.
        let known = try await county().read { try CountyStore.municipalities($0).map(\.code) }
        if RegistryCodes.isMunicipality(municipality), known.contains(municipality) {
            try await auditRefusal(caller, method, partition: municipality, children: children)
        }
        throw ServiceError(
            .notAllowed, "other-municipality",
            "Children's data is open to their own municipality only: ask with that municipality's system.")
    }

    /// Keeps the refusal in the audit and gives the error, which never says whether such a child exists.
    func refusal(
        _ caller: Caller, _ method: RegistryMethod, partition: String, children: [ChildID] = []
    ) async throws -> ServiceError {
        try await auditRefusal(caller, method, partition: partition, children: children)
        return ServiceError(
            .notAllowed, "not-open-to-you",
            "This is not open to you in this role: a class teacher, head or coordinator can link you to a child."
        )
    }

    func auditRefusal(
        _ caller: Caller, _ method: RegistryMethod, partition: String, children: [ChildID]
    ) async throws {
        try await kit.audit(
            AuditRecord(
                caller: caller, action: method.descriptor.name, partition: partition, children: children,
                granted: false))
    }

    /// Runs a change of a child's data; that it was refused is kept in the audit like the change itself.
    func recorded<Result>(
        _ caller: Caller, _ method: RegistryMethod, partition: String, children: [ChildID] = [],
        _ change: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await change()
        } catch let error as ServiceError where error.code != .unavailable {
            try await auditRefusal(caller, method, partition: partition, children: children)
            throw error
        } catch let taken as ChildWriter.OtherChildsIdentifier {
            try await auditRefusal(
                caller, method, partition: partition, children: children + [taken.holder])
            throw taken.answer
        }
    }

    /// The child's record within the transaction of a change: what was decided on outside of it may be outdated.
    static func requireHere(_ child: ChildID, _ transaction: any Transaction) throws -> ChildRecord {
        guard let record = try ChildStore.child(child, transaction), record.placement.isHere else {
            throw ServiceError(
                .conflict, "child-not-here", "The child was handed over to another municipality meanwhile.")
        }
        return record
    }

    func audit(
        _ caller: Caller, _ method: RegistryMethod, partition: String, children: [ChildID]
    ) async throws {
        try await kit.audit(
            AuditRecord(
                caller: caller, action: method.descriptor.name, partition: partition, children: children))
    }
}
