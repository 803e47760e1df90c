/// Who may see fact sheets.
extension RegistryRules {
    /// Who leads a municipality's prevention from its office.
    static let leadRoles: Set<String> = ["head", "social-head", "education-head", "prevention-specialist"]

    /// What is released is open to the county's coordinator, and to a municipality's leads: the own sheet and the county's.
    static func mayReadFactSheet(of municipality: String, _ actor: Actor) -> Bool {
        isCoordinator(actor)
            || leads(actor, actor.municipality)
                && (municipality == actor.municipality || municipality == RegistryCodes.county)
    }

    /// Everything that was ever released, as somebody has it who collects sheets.
    static func mayReadAllReleased(_ actor: Actor) -> Bool {
        isCoordinator(actor) || leads(actor, actor.municipality)
    }

    /// A municipality's own numbers as they are: for its leads, inside its own office.
    static func mayReadExact(of municipality: String, _ actor: Actor) -> Bool {
        municipality != RegistryCodes.county && municipality == actor.municipality
            && leads(actor, municipality)
    }

    private static func isCoordinator(_ actor: Actor) -> Bool {
        actor.role == "county-coordinator" && actor.municipality == RegistryCodes.county
            && actor.posts.contains { $0.municipality == RegistryCodes.county }
    }

    private static func leads(_ actor: Actor, _ municipality: String) -> Bool {
        leadRoles.contains(actor.role)
            && actor.posts.contains {
                $0.institutionKind == "municipality" && $0.municipality == municipality
            }
    }
}
