public import ServiceKit

/// A post as Registry told it.
public struct PostRecord: Sendable, Hashable {
    public var id: PostID
    public var institution: InstitutionID?
    public var institutionKind: String
    public var municipality: String
    public var role: String
    /// Nil: vacant.
    public var person: PersonID?
    public var className: String
    /// Last day; nil: not ended.
    public var until: LocalDate?

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
    public var order: UInt32
    public var nameEt: String
    public var nameEn: String
    public var coordinatorRole: String
    public var place: Place
    /// School days for the first act at this level.
    public var firstActionSchoolDays: Int

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
    public var id: TemplateID
    public var municipality: String
    public var institutionKind: String
    public var isDraft: Bool
    /// For children outside the target grades.
    public var isFallback: Bool
    public var gradeFrom: Int32
    public var gradeTo: Int32
    public var levels: [TemplateLevel]
    public var phases: [String]

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
    public var id: ResourceID
    public var municipality: String
    public var institution: InstitutionID?
    public var post: PostID?
    public var scope: String
    public var needCodes: [String]
    public var capacityPlaces: UInt32
    /// Day of the declared capacity; nil: undated.
    public var capacityAsOf: LocalDate?
    /// Empty: any.
    public var languages: [String]
    public var gradeFrom: Int32
    public var gradeTo: Int32
    public var accepting: Bool
    public var field: String
    public var kind: String

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
    public var posts: [PostRecord]
    public var templates: [ProcessTemplate]

    public init(posts: [PostRecord] = [], templates: [ProcessTemplate] = []) {
        self.posts = posts
        self.templates = templates
    }
}
