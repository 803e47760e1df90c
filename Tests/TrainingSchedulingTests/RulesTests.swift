import ServiceKit
import Store
import TestSupport
import Testing

@testable import TrainingScheduling

@Suite("Rules of trainings")
struct RulesTests {
    func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

    @Test("Proposed days are school days that no other training takes")
    func proposal() throws {
        let calendar = SchoolCalendar.estonia
        // 2 March is a Monday after the break, 3 March is taken.
        let plan = try #require(
            PlanRules.proposal(
                today: try day("2026-02-09"), aheadDays: 21, taken: [try day("2026-03-04")],
                calendar: calendar)
        )
        #expect(plan.map(\.day.description) == ["2026-03-02", "2026-03-05"])
        // In June the next school day is in September.
        let summer = try #require(
            PlanRules.proposal(
                today: try day("2026-06-01"), aheadDays: 21, taken: [], calendar: calendar))
        #expect(summer.map(\.day.description) == ["2026-09-01", "2026-09-03"])
    }

    @Test("A calendar without school days has no proposal, and does not hang")
    func noProposal() throws {
        let today = try day("2026-02-09")
        let closed = SchoolCalendar(breaks: [SchoolBreak(from: today, until: today.adding(days: 1000))])
        #expect(PlanRules.proposal(today: today, aheadDays: 21, taken: [], calendar: closed) == nil)
    }

    @Test("Nobody overtakes those who wait, even when a place is free")
    func places() {
        #expect(RegistrationRules.state(registered: 1, waiting: 0, places: 2) == .registered)
        #expect(RegistrationRules.state(registered: 2, waiting: 0, places: 2) == .waiting)
        #expect(RegistrationRules.state(registered: 1, waiting: 1, places: 2) == .waiting)
    }

    @Test("Free places go by turn, never to more people than there are places")
    func promotion() {
        func registration(_ number: UInt32, _ state: RegistrationState, turn: Int64) -> Registration {
            Registration(
                id: .synthetic(number), training: .synthetic(1), person: .synthetic(number), state: state,
                turn: turn)
        }
        let all = [
            registration(1, .registered, turn: 1), registration(2, .waiting, turn: 9),
            registration(3, .waiting, turn: 4), registration(4, .cancelled, turn: 2),
            registration(5, .waiting, turn: 5),
        ]
        #expect(RegistrationRules.promoted(all, places: 3).map(\.turn) == [4, 5])
        #expect(RegistrationRules.promoted(all, places: 1).isEmpty)
        #expect(RegistrationRules.promoted(all, places: 0).isEmpty)
    }

    @Test("A gap is covered by the municipality's own training first, then by the county's")
    func covered() throws {
        let today = try day("2026-02-02")
        let team = TeamRecord(
            id: .synthetic(1), institution: .synthetic(2), municipality: "0901", members: [],
            wants: ["covision": today])
        func training(_ number: UInt32, _ municipality: String, on day: LocalDate) throws -> Training {
            Training(
                id: .synthetic(number), municipality: municipality, topic: .covision, state: .draft,
                places: 1,
                version: 1, planned: today, changed: Instant(microseconds: 0),
                sessions: [
                    Session(
                        id: .synthetic(number), day: day,
                        start: try #require(LocalTime(hour: 14, minute: 0)),
                        end: try #require(LocalTime(hour: 15, minute: 0)), place: "saal")
                ], institutions: [])
        }
        func covering(_ trainings: [Training]) -> TrainingID? {
            GapRules.gaps(teams: [team], posts: [], trainings: trainings, today: today).first?.training
        }
        let held = try training(1, "0901", on: today.adding(days: -1))
        let county = try training(2, "0060", on: today)
        let own = try training(3, "0901", on: today)
        let far = try training(4, "0191", on: today)
        #expect(covering([held, far]) == nil)
        #expect(covering([held, county]) == county.id)
        #expect(covering([county, own]) == own.id)
    }

    @Test("Every topic has a title in both languages")
    func titles() {
        for topic in TrainingTopic.allCases {
            #expect(!topic.titleEt.isEmpty)
            #expect(!topic.titleEn.isEmpty)
        }
    }
}
