public import ServiceKit

/// May this caller see or do this? Pure decisions over what the service has heard of posts, places and links.
public enum PolicyRules {
    /// Children's data belongs to one municipality: the caller's own. The county sees no child.
    public static func requireOwn(_ municipality: String, _ caller: Caller) throws(ReferralError) {
        guard municipality == caller.municipality, municipality != "0060" else { throw .otherMunicipality }
    }

    /// Changes and lists about children are a person's, in a role; programs have no part in them.
    @discardableResult
    public static func requirePerson(_ caller: Caller) throws(ReferralError) -> PersonID {
        guard let person = caller.person, !caller.role.isEmpty else { throw .personNeeded }
        return person
    }

    /// Works with the child by post or link, whatever its cases: the class's teacher, the institution's
    /// support team, or somebody linked to the child.
    public static func worksWith(_ child: ChildPlace?, links: [ChildLink], _ caller: Caller) -> Bool {
        guard let person = caller.person, let child else { return false }
        if links.contains(where: { $0.person == person && $0.child == child.child }) { return true }
        guard let institution = child.institution, institution == caller.institution else { return false }
        if Roles.supportTeam.contains(caller.role) { return true }
        return Roles.classBound.contains(caller.role) && !child.className.isEmpty
            && caller.className == child.className
    }

    /// Sees the whole case.
    public static func maySee(
        _ record: CaseRecord, child: ChildPlace?, links: [ChildLink], responsibility: Responsibility,
        hasReport: Bool, _ caller: Caller
    ) -> Bool {
        guard let person = caller.person else { return false }
        if worksWith(child, links: links, caller) { return true }
        if responsibility.isCarried(by: caller) { return true }
        // Whoever handed the case on sees it until the next one has acted.
        if let last = record.changes.last, last.change.hasPrefix("moved"), last.person == person {
            return true
        }
        // The case's institution stays responsible when the child's place is not known (yet).
        if child == nil, let institution = record.institution, institution == caller.institution,
            Roles.supportTeam.contains(caller.role)
        {
            return true
        }
        if responsibility.level.place == .municipality, isMunicipal(caller) { return true }
        return hasReport && isChildProtection(caller)
    }

    /// Sees the case's part that was addressed to them: needs with an attempt of theirs.
    public static func isRecipient(
        of attempt: AttemptRecord, county: CountyMap, municipality: String, today: LocalDate, _ caller: Caller
    ) -> Bool {
        guard let person = caller.person else { return false }
        if let post = attempt.recipientPost {
            if caller.post == post { return true }
            if let record = county.posts.first(where: { $0.id == post }), record.isFilled(on: today) {
                return record.person == person && record.role == caller.role
            }
            return isSubstitute(of: attempt, caller)
        }
        guard attempt.recipientMunicipality == municipality else { return false }
        if attempt.recipientInstitution != nil, attempt.recipientInstitution == caller.institution {
            return Roles.supportTeam.contains(caller.role) || Roles.municipal.contains(caller.role)
                || caller.role == "youth-worker"
        }
        return attempt.recipientInstitution == nil && isMunicipal(caller)
    }

    /// A vacant post's letters go to the head of its institution, or of the social department.
    private static func isSubstitute(of attempt: AttemptRecord, _ caller: Caller) -> Bool {
        guard attempt.recipientInstitution != nil, attempt.recipientInstitution == caller.institution else {
            return false
        }
        return caller.role == "head" || caller.role == "social-head"
    }

    /// Leads the case now: its coordinator or stand-in, the institution's support team while the level is the
    /// institution's, the municipality's people once it is theirs, and whoever is linked to the child.
    public static func mayLead(
        child: ChildPlace?, links: [ChildLink], responsibility: Responsibility, _ caller: Caller
    ) -> Bool {
        guard let person = caller.person else { return false }
        if responsibility.isCarried(by: caller) { return true }
        if links.contains(where: { $0.person == person && $0.child == child?.child }) { return true }
        switch responsibility.level.place {
        case .institution:
            return Roles.supportTeam.contains(caller.role) && caller.institution != nil
                && caller.institution == responsibility.institution
        case .municipality:
            return isMunicipal(caller)
        }
    }

    /// The sides that a caller stands on for one attempt.
    ///
    /// A recipient outside the municipality (county-wide or state) has no way into its partition: whoever
    /// leads the case records what the recipient answered.
    public static func sides(
        of attempt: AttemptRecord, leads: Bool, county: CountyMap, municipality: String, today: LocalDate,
        _ caller: Caller
    ) -> Set<AttemptSide> {
        var result: Set<AttemptSide> = []
        if leads || (caller.person != nil && attempt.requester == caller.person) { result.insert(.requester) }
        let isOutside = attempt.recipientMunicipality != municipality
        if (isOutside && leads)
            || isRecipient(of: attempt, county: county, municipality: municipality, today: today, caller)
        {
            result.insert(.recipient)
        }
        return result
    }

    /// Only they see reports of a child in need (LasteKS § 27).
    public static func isChildProtection(_ caller: Caller) -> Bool {
        caller.role == "child-protection-worker" && caller.person != nil
    }

    static func isMunicipal(_ caller: Caller) -> Bool {
        Roles.municipal.contains(caller.role) && caller.institutionKind == "municipality"
    }

    /// Who may read the register of who looked at a child here: the municipality's data protection officer.
    /// It names child protection's reading of reports, and the fact of reporting is not disclosed (LasteKS §
    /// 27), so no school reads it, whether there was a report or not.
    public static func maySeeAudit(municipality: String, _ caller: Caller) -> Bool {
        caller.person != nil && caller.municipality == municipality && municipality != "0060"
            && caller.role == "data-protection-officer"
    }
}
