import Security
import ServiceKit
import Store

/// The use cases of risk scoring: read, decide, write, tell.
struct RiskScoringService: Sendable {
    let kit: any Kit
    let configuration: RiskScoringConfiguration

    init(_ kit: any Kit, _ configuration: RiskScoringConfiguration) {
        self.kit = kit
        self.configuration = configuration
    }

    /// A municipality's data is asked for by that municipality's systems only; the county's programs act for
    /// all.
    func requireMunicipality(_ partition: String, _ caller: Caller) throws {
        guard caller.municipality == partition || SignalPolicy.isOwnProgram(caller) else {
            throw ServiceError(
                .notAllowed, "other-municipality",
                "This data belongs to another municipality: ask through a system of that municipality.")
        }
        guard partition != "0060" else {
            throw ServiceError(
                .invalid, "municipality-is-county", "The county holds no child's data: name a municipality.")
        }
    }

    /// Writes down that access was refused, then refuses.
    func refuse(_ caller: Caller, _ action: String, _ partition: String, children: [ChildID] = [])
        async throws
        -> ServiceError
    {
        try await kit.audit(
            AuditRecord(
                caller: caller, action: action, partition: partition, children: children, granted: false))
        return ServiceError(
            .notAllowed, "not-allowed",
            "Your role and purpose do not allow this: the class teacher or head may link you to the child."
        )
    }

    /// The post in which a person acts: as Registry confirmed it for this call, else as its events told it.
    func standing(of caller: Caller) async throws -> Standing? {
        guard let person = caller.person else { return nil }
        if caller.institution != nil {
            return Standing(role: caller.role, institution: caller.institution, className: caller.className)
        }
        let today = kit.clock.today().dayNumber
        return try await kit.store.partition("0060").read { transaction in
            try RiskScoringStore(transaction).standing(
                of: person, role: caller.role, municipality: caller.municipality, on: today)
        }
    }
}
