public import ServiceKit

/// A post as Registry told it.
public struct PostRecord: Sendable, Hashable {
    /// The same as at Registry.
    public var id: PostID
    /// Nil: not at an institution.
    public var institution: InstitutionID?
    /// "school", "kindergarten", "municipality", "county" or "state".
    public var institutionKind: String
    /// EHAK code of the municipality that it is in; "0060": the county's.
    public var municipality: String
    /// What the post does, as a code (`Protocols/codes.md`).
    public var role: String
    /// Nil: vacant.
    public var person: PersonID?
    /// A class teacher's class; empty for posts without one.
    public var className: String
    /// Last day; nil: not ended.
    public var until: LocalDate?

    /// All values as documented at the properties.
    public init(
        id: PostID, institution: InstitutionID?, institutionKind: String, municipality: String, role: String,
        person: PersonID?, className: String = "", until: LocalDate? = nil
    ) {
        self.id = id
        self.institution = institution
        self.institutionKind = institutionKind
        self.municipality = municipality
        self.role = role
        self.person = person
        self.className = className
        self.until = until
    }

    /// Whether somebody holds the post on that day; its last day counts.
    public func isFilled(on day: LocalDate) -> Bool {
        guard person != nil else { return false }
        return until.map { day <= $0 } ?? true
    }
}

/// Where a level's coordinator is looked for.
public enum Place: String, Sendable, CaseIterable {
    case institution, municipality
}

/// One level of a process template: who is responsible, and how soon they act.
public struct TemplateLevel: Sendable, Hashable {
    /// From 1, in the order in which a case moves up.
    public var order: UInt32
    /// The level's name in Estonian.
    public var nameEt: String
    /// The level's name in English.
    public var nameEn: String
    /// The role whose post leads cases at this level.
    public var coordinatorRole: String
    /// Where that post is looked for.
    public var place: Place
    /// School days for the first act at this level.
    public var firstActionSchoolDays: Int

    /// All values as documented at the properties.
    public init(
        order: UInt32, nameEt: String = "", nameEn: String = "", coordinatorRole: String, place: Place,
        firstActionSchoolDays: Int
    ) {
        self.order = order
        self.nameEt = nameEt
        self.nameEn = nameEn
        self.coordinatorRole = coordinatorRole
        self.place = place
        self.firstActionSchoolDays = firstActionSchoolDays
    }
}

/// How one municipality helps: levels and phases.
public struct ProcessTemplate: Sendable, Hashable {
    /// The same as at Registry; cases are pinned to it.
    public var id: TemplateID
    /// EHAK code of its owner; "0060": the county's, for municipalities without a fitting one.
    public var municipality: String
    /// "school" or "kindergarten".
    public var institutionKind: String
    /// Not confirmed by the municipality.
    public var isDraft: Bool
    /// For children outside the target grades.
    public var isFallback: Bool
    /// The lowest of the target grades: 1 to 12; 0 kindergarten.
    public var gradeFrom: Int32
    /// The highest of the target grades, likewise.
    public var gradeTo: Int32
    /// In their order; a template without levels is passed over.
    public var levels: [TemplateLevel]
    /// Codes of the phases, in their order.
    public var phases: [String]

    /// All values as documented at the properties.
    public init(
        id: TemplateID, municipality: String, institutionKind: String, isDraft: Bool = false,
        isFallback: Bool = false, gradeFrom: Int32, gradeTo: Int32, levels: [TemplateLevel],
        phases: [String] = CasePhase.all
    ) {
        self.id = id
        self.municipality = municipality
        self.institutionKind = institutionKind
        self.isDraft = isDraft
        self.isFallback = isFallback
        self.gradeFrom = gradeFrom
        self.gradeTo = gradeTo
        self.levels = levels
        self.phases = phases
    }
}

/// Help that can be asked for.
public struct ResourceRecord: Sendable, Hashable {
    /// The same as at Registry.
    public var id: ResourceID
    /// EHAK code of the owner; "0060": county-wide or state.
    public var municipality: String
    /// Nil: not an institution's own.
    public var institution: InstitutionID?
    /// The post that gives it; nil: a service or programme.
    public var post: PostID?
    /// Who may be helped: "institution" (its own children), "municipality", "county" or "state".
    public var scope: String
    /// Which needs it serves (`Protocols/codes.md`).
    public var needCodes: [String]
    /// Places declared, taken ones included.
    public var capacityPlaces: UInt32
    /// Day of the declared capacity; nil: undated.
    public var capacityAsOf: LocalDate?
    /// Empty: any.
    public var languages: [String]
    /// The lowest grade that it takes; children in no grade are not excluded.
    public var gradeFrom: Int32
    /// The highest grade that it takes.
    public var gradeTo: Int32
    /// False: closed, or the post is vacant.
    public var accepting: Bool
    /// "education", "social", "child-protection", "youth", "health" or "police".
    public var field: String
    /// "specialist", "service" or "programme".
    public var kind: String

    /// All values as documented at the properties.
    public init(
        id: ResourceID, municipality: String, institution: InstitutionID? = nil, post: PostID? = nil,
        scope: String, needCodes: [String], capacityPlaces: UInt32, capacityAsOf: LocalDate? = nil,
        languages: [String] = [], gradeFrom: Int32 = 0, gradeTo: Int32 = 12, accepting: Bool = true,
        field: String = "education", kind: String = "specialist"
    ) {
        self.id = id
        self.municipality = municipality
        self.institution = institution
        self.post = post
        self.scope = scope
        self.needCodes = needCodes
        self.capacityPlaces = capacityPlaces
        self.capacityAsOf = capacityAsOf
        self.languages = languages
        self.gradeFrom = gradeFrom
        self.gradeTo = gradeTo
        self.accepting = accepting
        self.field = field
        self.kind = kind
    }
}

/// The part of the county's map that one municipality's cases are read with.
public struct CountyMap: Sendable, Hashable {
    /// In any order; ended ones may be among them.
    public var posts: [PostRecord]
    /// The municipality's and the county's.
    public var templates: [ProcessTemplate]

    /// All values as documented at the properties.
    public init(posts: [PostRecord] = [], templates: [ProcessTemplate] = []) {
        self.posts = posts
        self.templates = templates
    }
}
