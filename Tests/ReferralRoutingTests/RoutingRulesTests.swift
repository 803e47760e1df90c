import ReferralRouting
import ServiceKit
import TestSupport
import Testing

@Suite struct RoutingRulesTests {
    private let school = InstitutionID.synthetic(10)
    private let today = LocalDate(dayNumber: 20_486)

    private func question(urgent: Bool = false, code: String = "attendance", language: String = "et")
        -> RoutingRules.Question
    {
        RoutingRules.Question(
            needCode: code, isUrgent: urgent, institution: school, municipality: "0901", grade: 5,
            language: language, today: today)
    }

    private func resource(
        _ number: UInt32, scope: String = "municipality", municipality: String = "0901",
        institution: InstitutionID? = nil, post: PostID? = nil, places: UInt32 = 5, ageDays: Int = 3,
        languages: [String] = ["et"], grades: ClosedRange<Int32> = 1...9, accepting: Bool = true,
        field: String = "education", needs: [String] = ["attendance"]
    ) -> ResourceRecord {
        ResourceRecord(
            id: .synthetic(number), municipality: municipality, institution: institution, post: post,
            scope: scope, needCodes: needs, capacityPlaces: places,
            capacityAsOf: today.adding(days: -ageDays), languages: languages, gradeFrom: grades.lowerBound,
            gradeTo: grades.upperBound, accepting: accepting, field: field)
    }

    private func order(_ proposal: RoutingRules.Proposal) -> [ResourceID] {
        proposal.candidates.map(\.resource.id)
    }

    @Test("The own institution is asked first, then the municipality, the county, the state")
    func nearestFirst() {
        let all = [
            resource(1, scope: "state", municipality: "0060"),
            resource(2, scope: "county", municipality: "0060"),
            resource(3), resource(4, scope: "institution", institution: school, places: 1),
        ]
        let proposal = RoutingRules.propose(question(), resources: all, used: [:])
        #expect(order(proposal) == [4, 3, 2, 1].map { ResourceID.synthetic($0) })
        #expect(
            proposal.candidates.map { $0.reasons[0] } == [
                "own-institution", "municipality", "county", "state",
            ])
        #expect(!proposal.noProvider)
    }

    @Test("Among equals the id decides, in whatever order they come")
    func tieBreak() {
        let all = [resource(3), resource(1), resource(2)]
        let expected = [1, 2, 3].map { ResourceID.synthetic($0) }
        #expect(order(RoutingRules.propose(question(), resources: all, used: [:])) == expected)
        #expect(order(RoutingRules.propose(question(), resources: all.reversed(), used: [:])) == expected)
    }

    @Test("A figure of more than 14 days is shown as old and stands behind a fresh one")
    func staleCapacity() {
        let all = [resource(1, ageDays: 15), resource(2, ageDays: 14)]
        let proposal = RoutingRules.propose(question(), resources: all, used: [:])
        #expect(order(proposal) == [.synthetic(2), .synthetic(1)])
        #expect(proposal.candidates.map(\.isStale) == [false, true])
        #expect(proposal.candidates[1].reasons.contains("capacity-old"))
    }

    @Test("An urgent need asks a fresh figure of the municipality before an old one of the own institution")
    func urgency() {
        let all = [
            resource(1, scope: "institution", institution: school, ageDays: 60), resource(2, ageDays: 1),
        ]
        #expect(order(RoutingRules.propose(question(), resources: all, used: [:])).first == .synthetic(1))
        let urgent = RoutingRules.propose(question(urgent: true), resources: all, used: [:])
        #expect(order(urgent).first == .synthetic(2))
        #expect(urgent.candidates[0].reasons.first == "capacity-fresh")
    }

    @Test("Urgent safety goes to child protection first")
    func safety() {
        let all = [
            resource(1, scope: "institution", institution: school, needs: ["safety"]),
            resource(2, field: "child-protection", needs: ["safety"]),
        ]
        let urgent = RoutingRules.propose(question(urgent: true, code: "safety"), resources: all, used: [:])
        #expect(order(urgent) == [.synthetic(2), .synthetic(1)])
        #expect(urgent.candidates[0].reasons.first == "safety-first")
    }

    @Test("Whoever cannot take the need is named with the reason; none left is no provider")
    func explained() {
        let all = [
            resource(1, places: 2), resource(2, post: .synthetic(7), accepting: false),
            resource(3, grades: 6...9), resource(4, scope: "institution", institution: .synthetic(11)),
            resource(5, languages: ["ru"]), resource(6, accepting: false), resource(7, needs: ["speech"]),
        ]
        let proposal = RoutingRules.propose(question(), resources: all, used: [.synthetic(1): 2])
        #expect(proposal.noProvider)
        #expect(
            proposal.ruledOut.map(\.reason) == [
                "no-capacity", "vacant", "grade", "area", "language", "closed",
            ])
    }

    @Test("In the own school another home language is said, but bars nobody")
    func ownSchoolLanguage() {
        let own = resource(1, scope: "institution", institution: school)
        let proposal = RoutingRules.propose(question(language: "uk"), resources: [own], used: [:])
        #expect(proposal.candidates.first?.reasons.contains("other-language") == true)
    }

    @Test("Free places are what is declared less what is kept or taken")
    func freePlaces() {
        let proposal = RoutingRules.propose(
            question(), resources: [resource(1, places: 5)], used: [.synthetic(1): 3])
        #expect(proposal.candidates.first?.freePlaces == 2)
    }
}
