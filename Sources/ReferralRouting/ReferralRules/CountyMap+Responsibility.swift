public import ServiceKit

/// Who is responsible for a case: the template's level, and the posts that fill its coordinator's role.
extension CountyMap {
    /// The template that fits the child: the municipality's own for the institution's kind and the child's
    /// grade; outside the target grades its fallback; the county's (0060) after the municipality's.
    public func template(for child: ChildPlace?, municipality: String) -> ProcessTemplate? {
        let kind = child?.institutionKind ?? ""
        let grade = child?.grade ?? -1
        for owner in [municipality, "0060"] {
            let own = templates.filter { $0.municipality == owner && !$0.levels.isEmpty }.sorted {
                $0.id < $1.id
            }
            let ofKind = own.filter { $0.institutionKind == kind }
            let inTarget = ofKind.first {
                !$0.isFallback && ($0.gradeFrom...max($0.gradeFrom, $0.gradeTo)) ~= grade
            }
            if let found = inTarget ?? ofKind.first(where: \.isFallback) ?? own.first(where: \.isFallback) {
                return found
            }
        }
        return nil
    }

    /// The template of a case: the pinned one, or the one that would be pinned now.
    public func template(of record: CaseRecord, child: ChildPlace?, municipality: String) -> ProcessTemplate?
    {
        if let pinned = record.template, let found = templates.first(where: { $0.id == pinned }) {
            return found
        }
        return template(for: child, municipality: municipality)
    }

    /// Everything about who answers for a case now.
    public func responsibility(
        for record: CaseRecord, child: ChildPlace?, municipality: String, today: LocalDate
    ) -> Responsibility {
        let template = template(of: record, child: child, municipality: municipality)
        let level =
            template?.levels.first { $0.order == record.level }
            ?? TemplateLevel(
                order: record.level, coordinatorRole: "head", place: .institution, firstActionSchoolDays: 5)
        let institution = record.institution ?? child?.institution
        let matching = postsAt(
            level.place, role: level.coordinatorRole, institution: institution,
            className: child?.className ?? "", municipality: municipality)
        let filled = matching.filter { $0.isFilled(on: today) }
        return Responsibility(
            template: template, level: level, coordinators: filled.compactMap(\.person),
            substitutes: substitutes(at: level.place, institution: institution, municipality, today: today),
            institution: institution)
    }

    /// Posts of a role at an institution (a class's for class-bound roles) or in the municipality, its own
    /// office first; in a fixed order.
    func postsAt(
        _ place: Place, role: String, institution: InstitutionID?, className: String, municipality: String
    ) -> [PostRecord] {
        let ofRole = posts.filter { $0.role == role && $0.municipality == municipality }.sorted {
            $0.id < $1.id
        }
        switch place {
        case .institution:
            guard let institution else { return [] }
            return ofRole.filter {
                $0.institution == institution
                    && (!Roles.classBound.contains(role) || $0.className == className)
            }
        case .municipality:
            let office = ofRole.filter { $0.institutionKind == "municipality" }
            return office.isEmpty ? ofRole : office
        }
    }

    /// Who stands in when the coordinator's post is vacant: the head, or the head of the social department.
    func substitutes(
        at place: Place, institution: InstitutionID?, _ municipality: String, today: LocalDate
    ) -> [PersonID] {
        let role = place == .institution ? "head" : "social-head"
        return postsAt(
            place, role: role, institution: institution, className: "", municipality: municipality
        )
        .filter { $0.isFilled(on: today) }.compactMap(\.person)
    }

    /// Who acknowledges a signal: the teacher of the child's class; without one the support team's first
    /// filled post; without any the head.
    public func signalHolders(
        institution: InstitutionID?, className: String, municipality: String, today: LocalDate
    ) -> (role: String, people: [PersonID]) {
        for role in [
            "class-teacher", "kindergarten-teacher", "hev-coordinator", "aev-coordinator",
            "social-pedagogue", "head",
        ] {
            let people = postsAt(
                .institution, role: role, institution: institution, className: className,
                municipality: municipality
            )
            .filter { $0.isFilled(on: today) }.compactMap(\.person)
            if !people.isEmpty { return (role, people) }
        }
        return ("", [])
    }
}

/// Who answers for a case now.
public struct Responsibility: Sendable, Hashable {
    /// Nil: the municipality has none; the head leads then.
    public var template: ProcessTemplate?
    /// The case's level; one that the template lacks is the head's, with five school days.
    public var level: TemplateLevel
    /// Holders of the coordinator's post, the one shown first; empty: vacant.
    public var coordinators: [PersonID]
    /// Who stands in when the coordinator's post is vacant: heads of the institution, or of the social
    /// department.
    public var substitutes: [PersonID]
    /// The case's own, or else where the child learns; nil: neither.
    public var institution: InstitutionID?

    /// All values as documented at the properties.
    public init(
        template: ProcessTemplate?, level: TemplateLevel, coordinators: [PersonID], substitutes: [PersonID],
        institution: InstitutionID?
    ) {
        self.template = template
        self.level = level
        self.coordinators = coordinators
        self.substitutes = substitutes
        self.institution = institution
    }

    /// The post is vacant: the duty is its substitute's.
    public var isVacant: Bool { coordinators.isEmpty }

    /// Role in which the duty is carried now: the coordinator's, or that of who stands in.
    public var actingRole: String {
        guard isVacant else { return level.coordinatorRole }
        return level.place == .institution ? "head" : "social-head"
    }

    /// This caller answers for the case, and acts in the role that does.
    public func isCarried(by caller: Caller) -> Bool {
        guard let person = caller.person, caller.role == actingRole else { return false }
        return (isVacant ? substitutes : coordinators).contains(person)
    }
}

/// Groups of roles that the rules speak of.
public enum Roles {
    public static let classBound: Set<String> = ["class-teacher", "kindergarten-teacher"]
    /// The institution's own: they act first.
    public static let supportTeam: Set<String> = [
        "head", "hev-coordinator", "aev-coordinator", "social-pedagogue", "special-educator",
        "speech-therapist", "school-psychologist", "school-nurse",
    ]
    /// The municipality's, who see a child only once its case or a report has reached them.
    public static let municipal: Set<String> = [
        "child-protection-worker", "social-head", "family-worker", "prevention-specialist",
    ]
}
