/// Who may change and see the records of the county's map.
extension RegistryRules {
    /// Who asks to write: a system of that municipality, for a person or by itself.
    struct RecordWriter: Sendable, Hashable {
        /// Of the calling system; "0060" for the county's.
        var municipality: String
        /// An operator of the county, with a certificate of the own.
        var isOperator: Bool
        /// Nil: no person is named.
        var actor: Actor?
    }

    /// Who keeps the map of a municipality, from its office.
    static let mapKeeperRoles: Set<String> = [
        "registrar", "head", "social-head", "education-head", "prevention-specialist",
    ]
    static let countyKeeperRoles: Set<String> = ["county-coordinator", "registrar"]
    /// Roles of posts that a school's or kindergarten's own people may make; the others open more than it.
    static let institutionRoles: Set<String> = supportRoles.union(classRoles).union([
        "teacher", "youth-worker", "registrar",
    ])

    /// May write a record as it is or as it is to be (both are asked): the county's roles what the county shares, a
    /// municipality's office what is the municipality's. Posts and institutions decide who sees which children, so of
    /// the office only the registrar writes them. A school's or kindergarten's head and registrar write its own posts,
    /// teams and resources.
    static func mayWrite(_ record: Record, _ kind: RecordKind, _ writer: RecordWriter) -> Bool {
        guard record.owner == writer.municipality else { return false }
        if record.owner == RegistryCodes.county {
            return writer.isOperator
                || (writer.actor?.posts ?? []).contains { post in
                    post.municipality == RegistryCodes.county
                        && countyKeeperRoles.contains(writer.actor?.role ?? "")
                }
        }
        guard let actor = writer.actor else { return false }
        return actor.posts.contains { post in
            guard post.municipality == record.owner else { return false }
            if post.institutionKind == "municipality" {
                return actor.role == "registrar" || mapKeeperRoles.contains(actor.role) && !kind.grantsAccess
            }
            return mayWriteOwnInstitution(record, actor.role, post)
        }
    }

    private static func mayWriteOwnInstitution(_ record: Record, _ role: String, _ post: HeldPost) -> Bool {
        guard role == "head" || role == "registrar",
            RegistryCodes.childInstitutionKinds.contains(post.institutionKind),
            ["post", "team", "resource"].contains(record.kind),
            post.institution == .derived("institution", record.text("institution"))
        else { return false }
        return record.kind != "post" || institutionRoles.contains(record.text("role"))
    }

    /// A record as a caller of that municipality sees it: people's own contacts stay in the owner's municipality.
    static func visible(_ record: Record, _ kind: RecordKind, callerMunicipality: String) -> Record {
        guard record.owner != callerMunicipality else { return record }
        var result = record
        for field in kind.fields where field.contact == .personal { result.fields[field.name] = nil }
        return result
    }
}
