public import ServiceKit
public import Store

/// Where a child learns and lives, as Registry told it.
public struct ChildPlace: Sendable, Hashable {
    /// Whose place it is.
    public var child: ChildID
    /// Nil: in no institution.
    public var institution: InstitutionID?
    /// "school" or "kindergarten".
    public var institutionKind: String
    /// EHAK code of the institution's municipality.
    public var schoolMunicipality: String
    /// EHAK code of the registered residence.
    public var residenceMunicipality: String
    /// The class or group within the institution.
    public var className: String
    /// 1 to 12; 0 kindergarten; -1 none.
    public var grade: Int32
    /// BCP 47; empty: unknown.
    public var language: String
    /// The child has left the institution.
    public var left: Bool

    /// All values as documented at the properties.
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
    /// The child whose data is open to the person.
    public var child: ChildID
    /// The specialist.
    public var person: PersonID
    /// The role in which the person works with the child.
    public var role: String

    /// All values as documented at the properties.
    public init(child: ChildID, person: PersonID, role: String) {
        self.child = child
        self.person = person
        self.role = role
    }
}

/// A signal that waits, or has been decided.
public struct SignalRecord: Sendable, Hashable {
    /// The same as at RiskScoring.
    public var id: SignalID
    /// Whom it is about.
    public var child: ChildID
    /// "alarm" or "concern".
    public var kind: String
    /// The alarm's trigger or the concern's code (`Protocols/codes.md`).
    public var code: String
    /// The child's institution when it was raised; nil: none.
    public var institution: InstitutionID?
    /// The child's class when it was raised; empty: not told.
    public var className: String
    /// "raised", "confirmed", "dismissed", "withdrawn".
    public var state: String
    /// By when somebody confirms or dismisses it.
    public var due: LocalDate

    /// All values as documented at the properties.
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
    /// The same for as long as the case exists.
    public var id: CaseID
    /// Whom the help is for.
    public var child: ChildID
    /// The institution whose posts answer for it; nil: by the child's place.
    public var institution: InstitutionID?
    /// False once it was closed with an outcome.
    public var isOpen: Bool
    /// From 1.
    public var level: UInt32
    /// One of ``CasePhase/all``.
    public var phase: String
    /// Nil until a person's first act pins the municipality's template.
    public var template: TemplateID?
    /// The day on which the case began.
    public var opened: LocalDate
    /// By when the responsible one of this level does the next thing; nil: by the template from the opening.
    public var due: LocalDate?
    /// How it was closed, as a code (`Protocols/codes.md`); empty while it is open.
    public var outcome: String
    /// From 1; one more with every change.
    public var version: UInt64
    /// The signals that belong to it.
    public var signals: [SignalID]
    /// All needs, ended ones too.
    public var needs: [NeedRecord]
    /// The history, the oldest first.
    public var changes: [CaseChange]

    /// All values as documented at the properties.
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

    /// The attempts of all needs.
    public var attempts: [AttemptRecord] { needs.flatMap(\.attempts) }

    /// Nil when the case has no such need.
    public func need(_ id: NeedID) -> NeedRecord? { needs.first { $0.id == id } }

    /// Nil when no need of the case has such an attempt.
    public func attempt(_ id: AttemptID) -> AttemptRecord? { attempts.first { $0.id == id } }
}

/// The phases of the county's model, in order.
public enum CasePhase {
    public static let all = ["noticing", "clarifying-needs", "setting-goals", "activities", "evaluating"]
    public static let first = "noticing"
}

/// Where a need stands; the raw values are those of `Need.state` on the wire.
public enum NeedState: String, Sendable, CaseIterable {
    case active
    /// Nobody can give it now; people have to decide.
    case noProvider = "no-provider"
    case completed, withdrawn

    /// Help may still be asked for it.
    public var isOpen: Bool { self == .active || self == .noProvider }
}

/// What the child needs, as asked; stays open until an attempt helped or it is withdrawn.
public struct NeedRecord: Sendable, Hashable {
    /// The same for as long as the case exists.
    public var id: NeedID
    /// Which kind of help, as a code (`Protocols/codes.md`).
    public var code: String
    /// Urgent needs have shorter terms and prefer fresh capacity to nearness.
    public var isUrgent: Bool
    /// Where it stands.
    public var state: NeedState
    /// By when somebody is asked for help.
    public var due: LocalDate
    /// All tries, ended ones too; at most one is open.
    public var attempts: [AttemptRecord]

    /// All values as documented at the properties.
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

    /// The try that is under way; nil: none.
    public var openAttempt: AttemptRecord? { attempts.first { !$0.state.isTerminal } }

    /// Done, but the one who asked has not said yet that the word came back.
    public var unacknowledged: AttemptRecord? {
        attempts.first { $0.state == .completed && !$0.acknowledged }
    }
}

/// One try with one recipient.
public struct AttemptRecord: Sendable, Hashable {
    /// The same for as long as the case exists.
    public var id: AttemptID
    /// The need that it is to meet.
    public var need: NeedID
    /// The help that was asked for.
    public var resource: ResourceID
    /// The post that gives the help; nil: a service or programme.
    public var recipientPost: PostID?
    /// The institution that the resource belongs to; nil: none.
    public var recipientInstitution: InstitutionID?
    /// Who owns the resource: a municipality, or "0060".
    public var recipientMunicipality: String
    /// Where it stands.
    public var state: AttemptState
    /// Work has begun at some time: a hold that is resumed then leads to in progress, not to accepted.
    public var started: Bool
    /// Why it was refused, held, failed or taken back, as a code; empty otherwise.
    public var reason: String
    /// What came of it, as a code (`Protocols/codes.md`); empty until completed.
    public var outcome: String
    /// The one who asked has heard the outcome.
    public var acknowledged: Bool
    /// By when the next word on it is due; nil: nothing is waited for.
    public var due: LocalDate?
    /// The case's version at this attempt's last change.
    public var version: UInt64
    /// The person who asked; nil: not known.
    public var requester: PersonID?
    /// Until when a place is kept for it unless it is accepted.
    public var reservedUntil: Instant
    /// Why this help may be given.
    public var basis: LegalBasis

    /// All values as documented at the properties.
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
    /// Help by law: "PGS § 37(2)"; empty: by consent only.
    public var paragraph = ""
    /// Who consented: "parent", "child-of-age", ...
    public var consentGiver = ""
    /// What the consent covers; stored sealed.
    public var consentScope = ""
    /// The consent's day, ISO 8601.
    public var consentDate = ""

    /// All values as documented at the properties; ``isGiven(today:)`` says whether it suffices.
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
    /// When it was done.
    public var at: Instant
    /// "opened", "need-added", "help-requested", ...
    public var change: String
    /// Nil: computed.
    public var person: PersonID?
    /// The role in which the person acted; empty when computed.
    public var role: String
    /// Codes.
    public var detail: String
    /// A person's own words; stored sealed.
    public var note: String
    /// Code of what is to be done next.
    public var next: String
    /// The day by which `next` is due; nil: no term.
    public var due: LocalDate?

    /// All values as documented at the properties.
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
