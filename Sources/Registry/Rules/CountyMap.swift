import Security
import ServiceKit

/// The county's map: what holds no data of children. Things name each other by the codes of the county document;
/// their ids are made from these codes, so the same document gives the same ids everywhere.
struct CountyMap: Sendable, Hashable {
    var municipalities: [Municipality] = []
    var institutions: [Institution] = []
    var people: [Specialist] = []
    var posts: [Post] = []
    var resources: [Resource] = []
    var teams: [Team] = []
    var templates: [Template] = []
    /// Of a document only: records of any kind, brought in where there is none yet of that kind and code.
    var records: [Record] = []
    /// Further fields of the things' records, of a document that says more than these tables hold. What it leaves out
    /// stays.
    var recordFields: [Record.Key: [String: RecordValue]] = [:]
}

/// A municipality by its EHAK code, or the county itself ("0060").
struct Municipality: Sendable, Hashable {
    var code: String
    var name: String
}

struct Institution: Sendable, Hashable {
    var code: String
    var municipality: String
    /// One of `institution kinds` of Protocols/codes.md.
    var kind: String
    var name: String
    /// The first day on which it is no more (ISO); empty: no end.
    var endedFrom = ""

    var id: InstitutionID { .derived("institution", code) }
}

/// Someone who works with children, by the name used at work. Not sealed: who holds a post is public.
struct Specialist: Sendable, Hashable {
    var code: String
    var givenName: String
    var familyName: String
    var email: String

    var id: PersonID { .derived("person", code) }
    var name: String { familyName.isEmpty ? givenName : "\(givenName) \(familyName)" }
}

/// A place in an institution, filled or vacant.
struct Post: Sendable, Hashable {
    var code: String
    var institution: String
    var role: String
    /// Of full time; more than 100 is possible for a while.
    var sharePercent: Int
    /// Empty: vacant.
    var person: String
    var className: String
    /// ISO dates; empty: open.
    var from: String
    var until: String

    var id: PostID { .derived("post", code) }

    /// Held by someone on that day.
    func isFilled(on day: LocalDate) -> Bool {
        guard !person.isEmpty else { return false }
        if let first = LocalDate(from), first > day { return false }
        if let last = LocalDate(until), last < day { return false }
        return true
    }
}

/// One row of the three resource tables: a specialist's time, a service or a programme.
struct Resource: Sendable, Hashable {
    var code: String
    /// "institution", "municipality-specialists", "services".
    var table: String
    var municipality: String
    var institution: String
    var post: String
    var kind: String
    var name: String
    var field: String
    var scope: String
    var needCodes: [String]
    var preventionTier: String
    /// Declared, not free: free places are kept where help is reserved.
    var capacityPlaces: Int
    var capacityAsOf: String
    var languages: [String]
    var gradeFrom: Int
    var gradeTo: Int
    var howToRefer: String
    /// The first day on which it is no more (ISO); empty: no end.
    var endedFrom = ""

    var id: ResourceID { .derived("resource", code) }
}

/// An institution's support team (tugimeeskond) and what it still wants to learn.
struct Team: Sendable, Hashable {
    var code: String
    var institution: String
    var memberPosts: [String]
    var leaderPost: String
    var gapTopics: [String]
    /// The first day on which it is no more (ISO); empty: no end.
    var endedFrom = ""

    var id: TeamID { .derived("team", code) }
}

/// How a municipality helps: levels by who is responsible, phases by what is done.
struct Template: Sendable, Hashable {
    /// Given by the document, or nil: then made from municipality, kind and whether it is the fallback.
    var givenID: TemplateID?
    var municipality: String
    var institutionKind: String
    var draft: Bool
    var fallback: Bool
    var gradeFrom: Int
    var gradeTo: Int
    var levels: [TemplateLevel]
    var phases: [String]
    var version: Int
    var source: String

    var id: TemplateID {
        givenID
            ?? .derived("template", "\(municipality):\(institutionKind):\(fallback ? "fallback" : "target")")
    }
}

/// What ends by a day and is never deleted.
protocol Endable {
    /// The first day out of force (ISO); empty: no end.
    var endedFrom: String { get }
}

extension Endable {
    func isInForce(on day: LocalDate) -> Bool { LocalDate(endedFrom).map { day < $0 } ?? true }
}

extension CountyMap {
    /// Without what has ended by that day; posts end by their own dates.
    func inForce(on day: LocalDate) -> CountyMap {
        var map = self
        map.institutions.removeAll { !$0.isInForce(on: day) }
        map.resources.removeAll { !$0.isInForce(on: day) }
        map.teams.removeAll { !$0.isInForce(on: day) }
        return map
    }
}

extension Institution: Endable {}
extension Resource: Endable {}
extension Team: Endable {}

struct TemplateLevel: Sendable, Hashable {
    var order: Int
    var nameEt: String
    var nameEn: String
    var coordinatorRole: String
    /// "institution" or "municipality".
    var coordinatorPlace: String
    var entry: String
    var firstActionSchoolDays: Int
}

extension Identifier {
    /// The id of a thing that a code names: SHA-256 of "tugi:KIND:CODE", first 16 bytes, marked as UUID version 8
    /// (RFC 9562, section 5.8).
    static func derived(_ kind: String, _ code: String) -> Self {
        var bytes = Array(Digest.sha256(Array("tugi:\(kind):\(code)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        guard let id = Self(bytes) else { preconditionFailure("SHA-256 gives at least 16 bytes") }
        return id
    }
}
