import ServiceKit

/// Who may do what in Registry. Names of children exist only here, so these rules are the last door before them.
enum RegistryRules {
    /// A post that the acting person holds today, in the role in which the person acts.
    struct HeldPost: Sendable, Hashable {
        var post: PostID
        var institution: InstitutionID
        var institutionKind: String
        /// Of the institution; "0060" for county-wide bodies.
        var municipality: String
        var className: String
    }

    /// A person acting in a role, with the posts that give it; none: the role is claimed, not held.
    struct Actor: Sendable, Hashable {
        var person: PersonID
        var role: String
        /// The municipality of the system that vouches for the person.
        var municipality: String
        var posts: [HeldPost]
    }

    /// An institution's own people who support children: they act first.
    static let supportRoles: Set<String> = [
        "head", "hev-coordinator", "aev-coordinator", "social-pedagogue", "special-educator",
        "speech-therapist",
        "school-psychologist", "school-nurse",
    ]
    static let classRoles: Set<String> = ["class-teacher", "kindergarten-teacher"]
    static let coordinatorRoles: Set<String> = ["head", "hev-coordinator", "aev-coordinator"]

    /// May read things of the county's map that belong to `municipality`; empty asks for all that one may see.
    /// Nothing in the map is about children; still each municipality sees its own and what serves the whole county.
    static func mayReadMap(of municipality: String, callerMunicipality: String) -> Bool {
        municipality.isEmpty || callerMunicipality == RegistryCodes.county
            || municipality == callerMunicipality || municipality == RegistryCodes.county
    }

    /// The municipalities whose rows answer such a question; nil: all.
    static func mapScope(_ municipality: String, callerMunicipality: String, withCounty: Bool) -> Set<String>?
    {
        if municipality.isEmpty, callerMunicipality == RegistryCodes.county { return nil }
        let asked = municipality.isEmpty ? callerMunicipality : municipality
        return withCounty || municipality.isEmpty ? [asked, RegistryCodes.county] : [asked]
    }

    /// May send in the county's map: an operator of the county, or its coordinator or registrar. Before the first
    /// import nobody holds a post, so any system or operator of the county may bring the first document.
    static func mayImportCounty(isCounty: Bool, isOperator: Bool, role: String, mapIsEmpty: Bool) -> Bool {
        isCounty && (isOperator || mapIsEmpty || role == "county-coordinator" || role == "registrar")
    }

    /// May send in an institution's pupils: its own registrar or head, or the municipality's registrar.
    static func mayImportPupils(_ actor: Actor, institution: InstitutionID, municipality: String) -> Bool {
        actor.posts.contains { post in
            (actor.role == "registrar" || actor.role == "head") && post.institution == institution
                || isMunicipalRegistrar(actor, post, municipality)
        }
    }

    /// May see the child's name and place: the class's own teacher, the institution's support people and registrar, the
    /// municipality's registrar, and whoever is linked to the child. A municipality's child-protection and social
    /// workers see a child through a link, while their role leads an open case of the child, or while their post is
    /// asked to help; those who answer for children outside school see these. A child who was handed over to another
    /// municipality is seen there.
    static func maySee(
        _ child: Placement, links: [ChildLink], work: CaseWork = CaseWork(), _ actor: Actor
    ) -> Bool {
        guard child.isHere else { return false }
        if isOutside(child), answersForOutside(actor, municipality: child.schoolMunicipality) { return true }
        if isLinked(links, actor) || isAtWork(work, municipality: child.schoolMunicipality, actor) {
            return true
        }
        return actor.posts.contains { post in
            if isMunicipalRegistrar(actor, post, child.schoolMunicipality) { return true }
            guard post.institution == child.institution else { return false }
            if supportRoles.contains(actor.role) || actor.role == "registrar" { return true }
            return classRoles.contains(actor.role) && !post.className.isEmpty
                && post.className == child.className
        }
    }

    /// Could the role see any child of the partition at all? Otherwise a question for a list is refused.
    static func mayList(
        _ actor: Actor, hasLinks: Bool, work: some Sequence<CaseWork> = [CaseWork](), municipality: String
    ) -> Bool {
        hasLinks || work.contains { isAtWork($0, municipality: municipality, actor) }
            || actor.posts.contains { post in
                isMunicipalRegistrar(actor, post, municipality)
                    || RegistryCodes.childInstitutionKinds.contains(post.institutionKind)
                        && (supportRoles.contains(actor.role) || classRoles.contains(actor.role)
                            || actor.role == "registrar")
            }
    }

    /// May give or end a specialist's link with the child: the class's own teacher, the head, the coordinators of
    /// special needs of the child's institution; for a child outside school those who answer for such children.
    static func mayLink(_ child: Placement, _ actor: Actor) -> Bool {
        guard child.isHere else { return false }
        if isOutside(child), answersForOutside(actor, municipality: child.schoolMunicipality) { return true }
        return teachesClass(child, actor)
            || coordinatorRoles.contains(actor.role)
                && actor.posts.contains { $0.institution == child.institution }
    }

    /// May see who looked at the child: who may see the child, and the municipality's data protection officer.
    static func maySeeAudit(
        _ child: Placement, links: [ChildLink], work: CaseWork = CaseWork(), _ actor: Actor
    ) -> Bool {
        maySee(child, links: links, work: work, actor)
            || isDataProtectionOfficer(actor, child.schoolMunicipality)
    }

    static func isDataProtectionOfficer(_ actor: Actor, _ municipality: String) -> Bool {
        actor.role == "data-protection-officer"
            && actor.posts.contains {
                $0.institutionKind == "municipality" && $0.municipality == municipality
            }
    }

    /// A link opens the child only while the person still holds the role.
    private static func isLinked(_ links: [ChildLink], _ actor: Actor) -> Bool {
        !actor.posts.isEmpty
            && links.contains { $0.isOpen && $0.person == actor.person && $0.role == actor.role }
    }

    /// Leads a case of the child from the municipality's office, or holds a post of the municipality that is asked.
    private static func isAtWork(_ work: CaseWork, municipality: String, _ actor: Actor) -> Bool {
        actor.posts.contains { post in
            guard post.municipality == municipality else { return false }
            return work.askedPosts.contains(post.post)
                || post.institutionKind == "municipality" && work.municipalRoles.contains(actor.role)
        }
    }

    static func isMunicipalRegistrar(_ actor: Actor, _ post: HeldPost, _ municipality: String) -> Bool {
        actor.role == "registrar" && post.institutionKind == "municipality"
            && post.municipality == municipality
    }
}
