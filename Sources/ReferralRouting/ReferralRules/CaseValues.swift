public import ServiceKit
public import Store

/// Where a child learns and lives, as Registry told it.
public struct ChildPlace: Sendable, Hashable {
    public var child: ChildID
    public var institution: InstitutionID?
    public var institutionKind: String
    public var schoolMunicipality: String
    public var residenceMunicipality: String
    public var className: String
    /// 1 to 12; 0 kindergarten; -1 none.
    public var grade: Int32
    /// BCP 47; empty: unknown.
    public var language: String
    public var left: Bool

    public init(
        child: ChildID, institution: InstitutionID?, institutionKind: String = "school",
        schoolMunicipality: String = "", residenceMunicipality: String = "", className: String = "",
        grade: Int32 = -1, language: String = "", left: Bool = false
    ) {
        self.child = child
        self.institution = institution
        self.institutionKind = institutionKind
        self.schoolMunicipality = schoolMunicipality
        self.residenceMunicipality = residenceMunicipality
        self.className = className
        self.grade = grade
        self.language = language
        self.left = left
    }
}

/// A person's open work with a child.
public struct ChildLink: Sendable, Hashable {
    public var child: ChildID
    public var person: PersonID
    public var role: String

    public init(child: ChildID, person: PersonID, role: String) {
        self.child = child
        self.person = person
        self.role = role
    }
}

/// A signal that waits, or has been decided.
public struct SignalRecord: Sendable, Hashable {
    public var id: SignalID
    public var child: ChildID
    /// "alarm" or "concern".
    public var kind: String
    public var code: String
    public var institution: InstitutionID?
    public var className: String
    /// "raised", "confirmed", "dismissed", "withdrawn".
    public var state: String
    public var due: LocalDate

    public init(
        id: SignalID, child: ChildID, kind: String, code: String, institution: InstitutionID?,
        className: String, state: String, due: LocalDate
    ) {
        self.id = id
        self.child = child
        self.kind = kind
        self.code = code
        self.institution = institution
        self.className = className
        self.state = state
        self.due = due
    }
}

/// Help for one child as a whole, with who is responsible now.
public struct CaseRecord: Sendable, Hashable {
    public var id: CaseID
    public var child: ChildID
    public var institution: InstitutionID?
    public var isOpen: Bool
    /// From 1.
    public var level: UInt32
    public var phase: String
    /// Nil until a person's first act pins the municipality's template.
    public var template: TemplateID?
    public var opened: LocalDate
    /// By when the responsible one of this level does the next thing; nil: by the template from the opening.
    public var due: LocalDate?
    public var outcome: String
    public var version: UInt64
    public var signals: [SignalID]
    public var needs: [NeedRecord]
    public var changes: [CaseChange]

    public init(
        id: CaseID, child: ChildID, institution: InstitutionID?, isOpen: Bool = true, level: UInt32 = 1,
        phase: String = CasePhase.first, template: TemplateID? = nil, opened: LocalDate,
        due: LocalDate? = nil, outcome: String = "", version: UInt64 = 1, signals: [SignalID] = [],
        needs: [NeedRecord] = [], changes: [CaseChange] = []
    ) {
        self.id = id
        self.child = child
        self.institution = institution
        self.isOpen = isOpen
        self.level = level
        self.phase = phase
        self.template = template
        self.opened = opened
        self.due = due
        self.outcome = outcome
        self.version = version
        self.signals = signals
        self.needs = needs
        self.changes = changes
    }

    public var attempts: [AttemptRecord] { needs.flatMap(\.attempts) }

    public func need(_ id: NeedID) -> NeedRecord? { needs.first { $0.id == id } }

    public func attempt(_ id: AttemptID) -> AttemptRecord? { attempts.first { $0.id == id } }
}

/// The phases of the county's model, in order.
public enum CasePhase {
    public static let all = ["noticing", "clarifying-needs", "setting-goals", "activities", "evaluating"]
    public static let first = "noticing"
}

public enum NeedState: String, Sendable, CaseIterable {
    case active
    /// Nobody can give it now; people have to decide.
    case noProvider = "no-provider"
    case completed, withdrawn

    public var isOpen: Bool { self == .active || self == .noProvider }
}

/// What the child needs, as asked; stays open until an attempt helped or it is withdrawn.
public struct NeedRecord: Sendable, Hashable {
    public var id: NeedID
    public var code: String
    public var isUrgent: Bool
    public var state: NeedState
    /// By when somebody is asked for help.
    public var due: LocalDate
    public var attempts: [AttemptRecord]

    public init(
        id: NeedID, code: String, isUrgent: Bool = false, state: NeedState = .active, due: LocalDate,
        attempts: [AttemptRecord] = []
    ) {
        self.id = id
        self.code = code
        self.isUrgent = isUrgent
        self.state = state
        self.due = due
        self.attempts = attempts
    }

    public var openAttempt: AttemptRecord? { attempts.first { !$0.state.isTerminal } }

    /// Done, but the one who asked has not said yet that the word came back.
    public var unacknowledged: AttemptRecord? {
        attempts.first { $0.state == .completed && !$0.acknowledged }
    }
}

/// One try with one recipient.
public struct AttemptRecord: Sendable, Hashable {
    public var id: AttemptID
    public var need: NeedID
    public var resource: ResourceID
    /// The post that gives the help; nil: a service or programme.
    public var recipientPost: PostID?
    public var recipientInstitution: InstitutionID?
    /// Who owns the resource: a municipality, or "0060".
    public var recipientMunicipality: String
    public var state: AttemptState
    public var started: Bool
    public var reason: String
    public var outcome: String
    public var acknowledged: Bool
    public var due: LocalDate?
    /// The case's version at this attempt's last change.
    public var version: UInt64
    public var requester: PersonID?
    /// Until when a place is kept for it unless it is accepted.
    public var reservedUntil: Instant
    public var basis: LegalBasis

    public init(
        id: AttemptID, need: NeedID, resource: ResourceID, recipientPost: PostID? = nil,
        recipientInstitution: InstitutionID? = nil, recipientMunicipality: String,
        state: AttemptState = .requested, started: Bool = false, reason: String = "", outcome: String = "",
        acknowledged: Bool = false, due: LocalDate? = nil, version: UInt64 = 1, requester: PersonID? = nil,
        reservedUntil: Instant, basis: LegalBasis = LegalBasis()
    ) {
        self.id = id
        self.need = need
        self.resource = resource
        self.recipientPost = recipientPost
        self.recipientInstitution = recipientInstitution
        self.recipientMunicipality = recipientMunicipality
        self.state = state
        self.started = started
        self.reason = reason
        self.outcome = outcome
        self.acknowledged = acknowledged
        self.due = due
        self.version = version
        self.requester = requester
        self.reservedUntil = reservedUntil
        self.basis = basis
    }
}

/// Why help may be given: a consent, or a paragraph of law.
public struct LegalBasis: Sendable, Hashable {
    public var paragraph = ""
    public var consentGiver = ""
    public var consentScope = ""
    public var consentDate = ""

    public init(
        paragraph: String = "", consentGiver: String = "", consentScope: String = "", consentDate: String = ""
    ) {
        self.paragraph = paragraph
        self.consentGiver = consentGiver
        self.consentScope = consentScope
        self.consentDate = consentDate
    }

    /// Either a paragraph, or a consent with giver, scope and a date that has come.
    public func isGiven(today: LocalDate) -> Bool {
        guard [paragraph, consentGiver, consentScope].allSatisfy({ $0.utf8.count <= 200 }) else {
            return false
        }
        if consentGiver.isEmpty, consentScope.isEmpty, consentDate.isEmpty { return !paragraph.isEmpty }
        guard !consentGiver.isEmpty, !consentScope.isEmpty, let date = LocalDate(consentDate) else {
            return false
        }
        return date <= today
    }
}

/// One line of a case's history.
public struct CaseChange: Sendable, Hashable {
    public var at: Instant
    /// "opened", "need-added", "help-requested", ...
    public var change: String
    /// Nil: computed.
    public var person: PersonID?
    public var role: String
    /// Codes.
    public var detail: String
    /// A person's own words; stored sealed.
    public var note: String
    /// Code of what is to be done next.
    public var next: String
    public var due: LocalDate?

    public init(
        at: Instant, change: String, person: PersonID? = nil, role: String = "", detail: String = "",
        note: String = "", next: String = "", due: LocalDate? = nil
    ) {
        self.at = at
        self.change = change
        self.person = person
        self.role = role
        self.detail = detail
        self.note = note
        self.next = next
        self.due = due
    }
}
