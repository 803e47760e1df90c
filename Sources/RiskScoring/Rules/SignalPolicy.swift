import Security
import ServiceKit

/// Where a child learns, as Registry's events tell.
struct ChildPlace: Sendable, Hashable {
    var institution: InstitutionID?
    var institutionKind: String
    var className: String
    var left: Bool
}

/// A post in which the caller works now.
struct Standing: Sendable, Hashable {
    var role: String
    var institution: InstitutionID?
    var className: String
}

/// Who may see a child's signals and who may decide on them. Law gives no one a general view: access follows
/// the work with this child, own institution first (`Sources/README.md`, "Who owns what": links are
/// Registry's).
enum SignalPolicy {
    /// The support team of an institution, and its head.
    static let supportTeam: Set<String> = [
        "head", "hev-coordinator", "aev-coordinator", "social-pedagogue", "special-educator",
        "speech-therapist",
        "school-psychologist", "school-nurse",
    ]
    /// They work with one class.
    static let classRoles: Set<String> = ["class-teacher", "kindergarten-teacher"]
    /// Reasons to look at signals; data entry, training and operation are none.
    static let purposes: Set<String> = [
        "noticing", "case-work", "support", "child-protection", "coordination",
    ]
    /// May push and finish a journal; sees no signal.
    static let dataEntry = "registrar"

    /// What part of a municipality's signals a caller may list at all.
    enum Scope: Sendable, Hashable {
        case nothing
        /// The children linked to the person.
        case linked
        /// One class and the linked children.
        case classOf(InstitutionID, String)
        /// One institution and the linked children.
        case institution(InstitutionID)
    }

    static func scope(_ caller: Caller, standing: Standing?, partition: String) -> Scope {
        guard mayWork(caller, partition: partition) else { return .nothing }
        guard let standing, standing.role == caller.role, let institution = standing.institution else {
            return .linked
        }
        if supportTeam.contains(caller.role) { return .institution(institution) }
        if classRoles.contains(caller.role), !standing.className.isEmpty {
            return .classOf(institution, standing.className)
        }
        return .linked
    }

    /// May this person see and decide the signals of this child? Both are one right: who sees an alarm of a
    /// child is who works with the child, and answers it. Only `leadsCase` is less.
    static func mayWorkWith(
        _ place: ChildPlace, linked: Bool, caller: Caller, standing: Standing?, partition: String
    ) -> Bool {
        switch scope(caller, standing: standing, partition: partition) {
        case .nothing: false
        case .linked: linked
        case .classOf(let institution, let name):
            linked || (place.institution == institution && place.className == name)
        case .institution(let institution): linked || place.institution == institution
        }
    }

    /// Leads an open case of the child from the municipality's office: sees the child's signals, which the case
    /// rests on. To decide on a new one stays with the institution, which acts first.
    static func leadsCase(_ municipalRoles: Set<String>, caller: Caller, partition: String) -> Bool {
        mayWork(caller, partition: partition) && caller.institutionKind == "municipality"
            && municipalRoles.contains(caller.role)
    }

    /// Withdrawn alarms were wrong: only the data protection officer, examining, sees that they stood.
    static func maySeeWithdrawn(_ caller: Caller, partition: String) -> Bool {
        caller.municipality == partition && caller.person != nil && caller.role == "data-protection-officer"
            && caller.purpose == "audit"
    }

    /// A concern comes from anyone in the municipality: a person, or a school's or town's system for a parent
    /// or child who has no account. It shows nothing of the child.
    static func mayRaiseConcern(_ caller: Caller, partition: String) -> Bool {
        caller.municipality == partition && partition != "0060"
    }

    /// A municipal system pushing its school's data, or a registrar.
    static func mayImport(_ caller: Caller, partition: String, institution: InstitutionID) -> Bool {
        guard caller.municipality == partition, partition != "0060" else { return false }
        if caller.person == nil {
            return caller.system.kind == .system && (caller.purpose.isEmpty || caller.purpose == "data-entry")
        }
        guard caller.role == dataEntry else { return false }
        // A school's registrar keeps that school's data; the municipality's keeps all.
        return caller.institutionKind == "municipality" || caller.institution == nil
            || caller.institution == institution
    }

    /// The pass shows no child: the registrar, a coordinator or the county's programs start it.
    static func mayRunPass(_ caller: Caller, partition: String) -> Bool {
        guard partition != "0060" else { return false }
        if isOwnProgram(caller) { return true }
        guard caller.municipality == partition else { return false }
        return caller.person == nil || caller.role == dataEntry || supportTeam.contains(caller.role)
            || caller.role == "education-head" || caller.role == "prevention-specialist"
    }

    /// The service itself, or the gateway on the county's schedule: not just any system of the county.
    static func isOwnProgram(_ caller: Caller) -> Bool {
        caller.isProgram("risk") || caller.isProgram("gateway")
    }

    private static func mayWork(_ caller: Caller, partition: String) -> Bool {
        caller.person != nil && caller.municipality == partition && partition != "0060"
            && caller.role != dataEntry && purposes.contains(caller.purpose)
    }
}
