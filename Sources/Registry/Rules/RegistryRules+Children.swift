import ServiceKit

/// Who keeps children's records, sets marks and decides about links.
extension RegistryRules {
    /// Roles of a municipality's office that answer for children outside school: the municipality ensures that the
    /// learning obligation is met (PGS § 10, Education Act § 10), so leavers and children in no institution stay in
    /// sight.
    static let outsideRoles: Set<String> = ["education-head", "social-head", "child-protection-worker"]
    /// Who may note whom not to contact or with whom not to share, about a child whom they see.
    static let markingRoles: Set<String> = coordinatorRoles.union(classRoles).union(outsideRoles).union([
        "registrar", "social-pedagogue", "family-worker",
    ])
    /// What a class's own teacher may correct in a record.
    static let fieldsOfClassTeacher: Set<ChildContent.Field> = [.representatives, .language]

    /// In no institution of the municipality now.
    static func isOutside(_ child: Placement) -> Bool { child.institution == nil || child.left }

    /// Works at the municipality's office in a role that answers for children outside school.
    static func answersForOutside(_ actor: Actor, municipality: String) -> Bool {
        outsideRoles.contains(actor.role)
            && actor.posts.contains {
                $0.institutionKind == "municipality" && $0.municipality == municipality
            }
    }

    /// May keep the whole record, with the isikukood, its history and earlier versions: registrar, head and
    /// coordinators of the child's institution, the municipality's registrar, and for a child outside school those
    /// who answer for such children.
    static func mayKeep(_ child: Placement, _ actor: Actor) -> Bool {
        guard child.isHere else { return false }
        if isOutside(child), answersForOutside(actor, municipality: child.schoolMunicipality) { return true }
        return actor.posts.contains { post in
            isMunicipalRegistrar(actor, post, child.schoolMunicipality)
                || post.institution == child.institution
                    && (coordinatorRoles.contains(actor.role) || actor.role == "registrar")
        }
    }

    /// May bring a child into the register by hand, at that place.
    static func mayRegister(_ child: Placement, _ actor: Actor) -> Bool { mayKeep(child, actor) }

    /// May change these fields. To another institution a child is moved by the municipality's registrar (or by that
    /// institution's file): nobody takes a child from elsewhere.
    static func mayChange(
        _ child: Placement, _ fields: Set<ChildContent.Field>, to new: Placement, _ actor: Actor
    )
        -> Bool
    {
        if !mayKeep(child, actor) {
            return child.isHere && fields.isSubset(of: fieldsOfClassTeacher) && teachesClass(child, actor)
        }
        guard new.institution != child.institution else { return true }
        // To an institution: whoever keeps the records there, too. Out of it into none: who keeps them here.
        return new.institution == nil || mayKeep(new, actor)
    }

    static func mayReadHistory(_ child: Placement, _ actor: Actor) -> Bool {
        mayKeep(child, actor) || isDataProtectionOfficer(actor, child.schoolMunicipality)
    }

    static func mayMark(
        _ child: Placement, links: [ChildLink], work: CaseWork, _ actor: Actor
    ) -> Bool {
        markingRoles.contains(actor.role) && maySee(child, links: links, work: work, actor)
    }

    /// May see all links of a child with who gave and ended them, and take down an objection.
    static func maySeeLinks(
        _ child: Placement, links: [ChildLink], work: CaseWork, _ actor: Actor
    ) -> Bool {
        maySee(child, links: links, work: work, actor)
            || isDataProtectionOfficer(actor, child.schoolMunicipality)
    }

    /// May read what was said against a link and on what ground it went on or ended: who decides about links, who keeps
    /// the child's record, the data protection officer. Not the linked person: others decide, and tell what is needed.
    static func mayReadObjections(_ child: Placement, to link: ChildLink, _ actor: Actor) -> Bool {
        isDataProtectionOfficer(actor, child.schoolMunicipality)
            || link.person != actor.person && (mayLink(child, actor) || mayKeep(child, actor))
    }

    /// May decide whether a link goes on; the linked person does not decide on the own access.
    static func mayReview(_ child: Placement, _ link: ChildLink, _ actor: Actor) -> Bool {
        link.person != actor.person && mayLink(child, actor)
    }

    /// May know how many children the municipality has, and where.
    static func mayCount(_ actor: Actor, municipality: String) -> Bool {
        actor.posts.contains { $0.institutionKind == "municipality" && $0.municipality == municipality }
    }

    static func teachesClass(_ child: Placement, _ actor: Actor) -> Bool {
        classRoles.contains(actor.role)
            && actor.posts.contains {
                $0.institution == child.institution && !$0.className.isEmpty
                    && $0.className == child.className
            }
    }
}
