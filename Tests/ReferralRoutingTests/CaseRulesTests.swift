import ReferralRouting
import ServiceKit
import Store
import TestSupport
import Testing

@Suite struct CaseRulesTests {
    private let today = LocalDate(dayNumber: 20_486)
    private let school = InstitutionID.synthetic(10)

    private func template(
        _ number: UInt32, municipality: String = "0901", kind: String = "school", fallback: Bool = false,
        grades: ClosedRange<Int32> = 1...3
    ) -> ProcessTemplate {
        ProcessTemplate(
            id: .synthetic(number), municipality: municipality, institutionKind: kind, isFallback: fallback,
            gradeFrom: grades.lowerBound, gradeTo: grades.upperBound,
            levels: [
                TemplateLevel(
                    order: 1, coordinatorRole: "class-teacher", place: .institution,
                    firstActionSchoolDays: 1),
                TemplateLevel(
                    order: 2, coordinatorRole: "child-protection-worker", place: .municipality,
                    firstActionSchoolDays: 5),
            ])
    }

    private func child(grade: Int32, kind: String = "school") -> ChildPlace {
        ChildPlace(
            child: .synthetic(100), institution: school, institutionKind: kind, className: "5A", grade: grade)
    }

    private func post(
        _ number: UInt32, _ role: String, person: PersonID?, kind: String = "school", className: String = "",
        institution: InstitutionID? = nil
    ) -> PostRecord {
        PostRecord(
            id: .synthetic(number), institution: institution ?? school, institutionKind: kind,
            municipality: "0901", role: role, person: person, className: className)
    }

    @Test("A child in the target grades follows its municipality's template, others its fallback")
    func templates() {
        let map = CountyMap(templates: [
            template(1), template(2, fallback: true, grades: 1...12), template(3, municipality: "0060"),
            template(4, kind: "kindergarten", grades: 0...0),
        ])
        #expect(map.template(for: child(grade: 2), municipality: "0901")?.id == .synthetic(1))
        #expect(map.template(for: child(grade: 7), municipality: "0901")?.id == .synthetic(2))
        #expect(map.template(for: child(grade: -1), municipality: "0901")?.id == .synthetic(2))
        #expect(
            map.template(for: child(grade: 0, kind: "kindergarten"), municipality: "0901")?.id
                == .synthetic(4))
        #expect(map.template(for: child(grade: 2), municipality: "0903")?.id == .synthetic(3))
    }

    @Test("The class's own teacher leads the first level; a vacant post is seen and its duty is the head's")
    func vacancy() {
        let posts = [
            post(1, "class-teacher", person: .synthetic(1), className: "5A"),
            post(2, "class-teacher", person: .synthetic(2), className: "5B"),
            post(3, "head", person: .synthetic(3)),
            post(
                4, "child-protection-worker", person: nil, kind: "municipality", institution: .synthetic(20)),
            post(5, "social-head", person: .synthetic(5), kind: "municipality", institution: .synthetic(20)),
        ]
        var record = CaseRecord(
            id: .synthetic(200), child: .synthetic(100), institution: school, opened: today)
        let filled = CountyMap(posts: posts, templates: [template(1, grades: 1...9)])
        let first = filled.responsibility(
            for: record, child: child(grade: 5), municipality: "0901", today: today)
        #expect(first.coordinators == [.synthetic(1)])
        var vacant = filled
        vacant.posts[0].person = nil
        let without = vacant.responsibility(
            for: record, child: child(grade: 5), municipality: "0901", today: today)
        #expect(without.isVacant)
        #expect(without.isCarried(by: .synthetic(role: "head", person: .synthetic(3))))
        #expect(!without.isCarried(by: .synthetic(role: "teacher", person: .synthetic(3))))
        record.level = 2
        let second = filled.responsibility(
            for: record, child: child(grade: 5), municipality: "0901", today: today)
        #expect(second.isVacant)
        #expect(second.isCarried(by: .synthetic(role: "social-head", person: .synthetic(5))))
    }

    @Test("Ten days for a report are calendar days; terms of the school pass over its breaks")
    func deadlines() {
        let noDays = DayCalendar(isWorkingDay: { $0.weekday <= 5 }, isSchoolDay: { $0.weekday == 1 })
        let set = DeadlineRules.inForce(on: today)
        #expect(DeadlineRules.end(of: set.decideReport, after: today, noDays) == today.adding(days: 10))
        let monday = today.monday
        #expect(DeadlineRules.end(of: Term(3, .school), after: monday, noDays) == monday.adding(days: 21))
        #expect(DeadlineRules.end(of: Term(5, .working), after: monday, noDays) == monday.adding(days: 7))
        let never = DayCalendar(isWorkingDay: { _ in false }, isSchoolDay: { _ in false })
        #expect(DeadlineRules.end(of: Term(1, .school), after: today, never) > today)
    }

    @Test("The amended act has a set of its own from 2027-01-01")
    func datedRules() throws {
        let day = try #require(LocalDate("2027-01-01"))
        #expect(DeadlineRules.inForce(on: day).effectiveFrom == day)
        #expect(DeadlineRules.inForce(on: day.adding(days: -1)).effectiveFrom < day)
        #expect(DeadlineRules.sets.map(\.effectiveFrom) == DeadlineRules.sets.map(\.effectiveFrom).sorted())
    }

    @Test("A basis is a paragraph, or a whole consent whose day has come")
    func basis() {
        func given(_ basis: LegalBasis) -> Bool { basis.isGiven(today: today) }
        let day = today.description
        #expect(given(LegalBasis(paragraph: "PGS § 37(2)")))
        #expect(given(LegalBasis(consentGiver: "parent", consentScope: "speech", consentDate: day)))
        #expect(!given(LegalBasis()))
        #expect(!given(LegalBasis(consentGiver: "parent", consentDate: day)))
        #expect(!given(LegalBasis(consentGiver: "parent", consentScope: "speech", consentDate: "yesterday")))
        let tomorrow = today.adding(days: 1).description
        #expect(!given(LegalBasis(consentGiver: "parent", consentScope: "speech", consentDate: tomorrow)))
    }

    @Test("A place follows its attempt: kept, taken, let go, also after a crash between the two steps")
    func places() {
        let now = Instant(microseconds: 1000)
        let (later, before) = (Instant(microseconds: 2000), Instant(microseconds: 500))
        func step(_ state: AttemptState?, until: Instant, expires: Instant?) -> PlaceRules.Step {
            PlaceRules.step(state, reservedUntil: until, expires: expires, now: now)
        }
        #expect(step(nil, until: now, expires: later) == .keep)
        #expect(step(nil, until: now, expires: before) == .release)
        #expect(step(.requested, until: later, expires: before) == .hold(until: later))
        #expect(step(.requested, until: before, expires: before) == .release)
        #expect(step(.received, until: before, expires: later) == .keep)
        for state in [AttemptState.accepted, .inProgress, .onHold] {
            #expect(step(state, until: before, expires: before) == .take)
            #expect(step(state, until: before, expires: nil) == .keep)
        }
        for state in AttemptState.allCases where state.isTerminal {
            #expect(step(state, until: later, expires: nil) == .release)
        }
    }

    @Test("Work with a child follows post, class and link; a registrar and another class see nothing")
    func policy() {
        let place = child(grade: 5)
        func works(_ caller: Caller, links: [ChildLink] = []) -> Bool {
            PolicyRules.worksWith(place, links: links, caller)
        }
        #expect(works(.synthetic(role: "class-teacher", institution: school, className: "5A")))
        #expect(!works(.synthetic(role: "class-teacher", institution: school, className: "5B")))
        #expect(works(.synthetic(role: "school-nurse", institution: school)))
        #expect(!works(.synthetic(role: "school-nurse", institution: .synthetic(11))))
        #expect(!works(.synthetic(role: "registrar", institution: school)))
        #expect(!works(.synthetic(role: "child-protection-worker", institution: .synthetic(20))))
        let link = ChildLink(child: place.child, person: .synthetic(1), role: "youth-worker")
        #expect(works(.synthetic(role: "youth-worker"), links: [link]))
        #expect(!works(.program("gateway"), links: [link]))
    }
}
