public import ServiceKit

/// Whom to ask for help: who can take the need, in which order, and why the others cannot.
public enum RoutingRules {
    /// A declared capacity older than this is shown as old.
    public static let staleAfterDays: Int32 = 14

    /// One who can be asked.
    public struct Candidate: Sendable, Hashable {
        /// Who can be asked.
        public var resource: ResourceRecord
        /// Declared places less those that are reserved or taken; at least 1.
        public var freePlaces: UInt32
        /// The declared capacity is undated or older than ``RoutingRules/staleAfterDays``.
        public var isStale: Bool
        /// Codes, in the order that ranked it.
        public var reasons: [String]
    }

    /// One who cannot, and why.
    public struct RuledOut: Sendable, Hashable {
        /// Who cannot be asked.
        public var resource: ResourceID
        /// The first bar that was found, as a code: "no-capacity", "vacant", "closed", "grade", "area",
        /// "language".
        public var reason: String
    }

    /// Everybody who serves the need, sorted out.
    public struct Proposal: Sendable, Hashable {
        /// Who can be asked, the best first.
        public var candidates: [Candidate]
        /// Who cannot, in the order of their ids.
        public var ruledOut: [RuledOut]
        /// Nobody can take it: people have to decide.
        public var noProvider: Bool { candidates.isEmpty }
    }

    /// What routing has to know of the child and the need.
    public struct Question: Sendable, Hashable {
        /// The need, as a code (`Protocols/codes.md`).
        public var needCode: String
        /// Fresh capacity then goes before nearness.
        public var isUrgent: Bool
        /// The child's own institution; nil: none.
        public var institution: InstitutionID?
        /// EHAK code of the municipality that helps.
        public var municipality: String
        /// 1 to 12; 0 kindergarten; -1 none.
        public var grade: Int32
        /// BCP 47; empty: unknown.
        public var language: String
        /// The day on which the age of capacities is judged.
        public var today: LocalDate

        /// All values as documented at the properties.
        public init(
            needCode: String, isUrgent: Bool, institution: InstitutionID?, municipality: String, grade: Int32,
            language: String, today: LocalDate
        ) {
            self.needCode = needCode
            self.isUrgent = isUrgent
            self.institution = institution
            self.municipality = municipality
            self.grade = grade
            self.language = language
            self.today = today
        }
    }

    /// Ranks those who serve the need and explains each one left out.
    ///
    /// Own institution, then municipality, then county-wide, then state; within that a fresh figure before an
    /// old one, more free places first, and the id last so that the same question always has the same answer.
    /// An urgent need asks a fresh figure first, whoever's it is; urgent safety asks child protection first.
    ///
    /// - Parameter used: places reserved or taken, by resource.
    public static func propose(
        _ question: Question, resources: [ResourceRecord], used: [ResourceID: UInt32]
    ) -> Proposal {
        var candidates: [Candidate] = []
        var ruledOut: [RuledOut] = []
        for resource in resources where resource.needCodes.contains(question.needCode) {
            let taken = used[resource.id] ?? 0
            if let reason = exclusion(of: resource, question, taken: taken) {
                ruledOut.append(RuledOut(resource: resource.id, reason: reason))
            } else {
                candidates.append(candidate(resource, question, taken: taken))
            }
        }
        candidates.sort { precedes($0, $1, question) }
        ruledOut.sort { $0.resource < $1.resource }
        return Proposal(candidates: candidates, ruledOut: ruledOut)
    }

    /// Why this resource cannot take this need; nil: it can.
    public static func exclusion(of resource: ResourceRecord, _ question: Question, taken: UInt32) -> String?
    {
        guard resource.needCodes.contains(question.needCode) else { return "service-not-offered" }
        guard isInArea(resource, question) else { return "area" }
        guard resource.accepting else { return resource.post == nil ? "closed" : "vacant" }
        // A child in no grade is not excluded by grade: its need is looked at by people.
        if question.grade >= 0, question.grade < resource.gradeFrom || question.grade > resource.gradeTo {
            return "grade"
        }
        if differsInLanguage(resource, question), !isOwn(resource, question) { return "language" }
        guard taken < resource.capacityPlaces else { return "no-capacity" }
        return nil
    }

    public static func isStale(_ resource: ResourceRecord, today: LocalDate) -> Bool {
        guard let asOf = resource.capacityAsOf else { return true }
        return today.dayNumber - asOf.dayNumber > staleAfterDays
    }

    private static func candidate(
        _ resource: ResourceRecord, _ question: Question, taken: UInt32
    ) -> Candidate {
        let isStale = isStale(resource, today: question.today)
        var reasons = [isOwn(resource, question) ? "own-institution" : resource.scope]
        let freshness = isStale ? "capacity-old" : "capacity-fresh"
        if question.isUrgent { reasons.insert(freshness, at: 0) } else { reasons.append(freshness) }
        if isProtectionFirst(resource, question) { reasons.insert("safety-first", at: 0) }
        reasons.append("free-places")
        // In its own school the child already learns in the school's language: said, but no bar.
        if differsInLanguage(resource, question) { reasons.append("other-language") }
        return Candidate(
            resource: resource, freePlaces: resource.capacityPlaces - taken, isStale: isStale,
            reasons: reasons)
    }

    private static func precedes(_ left: Candidate, _ right: Candidate, _ question: Question) -> Bool {
        func rank(_ candidate: Candidate) -> [Int64] {
            let scope = Int64(nearness(candidate.resource, question))
            let old: Int64 = candidate.isStale ? 1 : 0
            let protection: Int64 = isProtectionFirst(candidate.resource, question) ? 0 : 1
            let free = -Int64(candidate.freePlaces)
            return question.isUrgent ? [protection, old, scope, free] : [protection, scope, old, free]
        }
        let (first, second) = (rank(left), rank(right))
        if first != second { return first.lexicographicallyPrecedes(second) }
        return left.resource.id < right.resource.id
    }

    private static func nearness(_ resource: ResourceRecord, _ question: Question) -> Int {
        if isOwn(resource, question) { return 0 }
        switch resource.scope {
        case "institution", "municipality": return 1
        case "county": return 2
        default: return 3
        }
    }

    private static func isOwn(_ resource: ResourceRecord, _ question: Question) -> Bool {
        resource.scope == "institution" && resource.institution != nil
            && resource.institution == question.institution
    }

    private static func isInArea(_ resource: ResourceRecord, _ question: Question) -> Bool {
        switch resource.scope {
        case "institution": resource.institution != nil && resource.institution == question.institution
        case "municipality": resource.municipality == question.municipality
        case "county", "state": true
        default: false
        }
    }

    private static func differsInLanguage(_ resource: ResourceRecord, _ question: Question) -> Bool {
        !question.language.isEmpty && !resource.languages.isEmpty
            && !resource.languages.contains(question.language)
    }

    private static func isProtectionFirst(_ resource: ResourceRecord, _ question: Question) -> Bool {
        question.isUrgent && question.needCode == "safety" && resource.field == "child-protection"
    }
}
