import Contracts
import RPC
import ServiceKit
import TestSupport
import Testing

@testable import TrainingScheduling

@Suite("From a team's wish to a published training")
struct PlanningTests {
    @Test("Gaps show who wants a topic, how many people would come, and the training once there is one")
    func gaps() async throws {
        let house = try await TrainingBench.start()
        var gaps = try await house.gaps()
        #expect(gaps.map(\.topic) == ["covision", "early-noticing"])
        #expect(
            gaps[1].institutionIds == [TrainingBench.school.data, TrainingBench.otherSchool.data])
        // 13 is in both teams, one post is vacant and one has ended.
        #expect(gaps[1].teamMembers == 3)
        #expect(gaps[1].trainingID.isEmpty)
        let training = try await house.plan("early-noticing")
        gaps = try await house.gaps()
        #expect(gaps[1].trainingID == training.trainingID)
        #expect(gaps[0].trainingID.isEmpty)
    }

    @Test("A team that no longer wants a topic is no longer in the gap")
    func changedTeam() async throws {
        let house = try await TrainingBench.start()
        try await house.bench.deliver(
            [TrainingBench.team(2, TrainingBench.otherSchool, [16], wants: ["covision"])],
            from: "registry", partition: "0060")
        let gaps = try await house.gaps()
        #expect(gaps.map(\.institutionIds.count) == [2, 1])
        #expect(gaps[0].teamMembers == 2)
    }

    @Test("The county sees the gaps of all municipalities, a municipality its own")
    func countyGaps() async throws {
        let house = try await TrainingBench.start()
        let all = try await house.gaps("0060", as: TrainingBench.countyCoordinator)
        #expect(all.map(\.municipality) == ["0191", "0901", "0901"])
        #expect(
            try await TrainingBench.refusal { try await house.gaps("0191") } == "other-municipality")
        #expect(
            try await TrainingBench.refusal { try await house.gaps("0060") } == "other-municipality")
    }

    @Test("Without sessions two afternoons on school days about three weeks ahead are proposed")
    func proposedSessions() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.plan("early-noticing")
        #expect(training.state == "draft")
        #expect(training.titleEt == "Koolist väljalangemise ohu varajane märkamine")
        #expect(training.titleEn.isEmpty == false)
        #expect(training.version == 1)
        #expect(training.places == 24)
        // Three weeks ahead is the winter break (23 February to 1 March).
        #expect(training.sessions.map(\.date) == ["2026-03-02", "2026-03-04"])
        #expect(
            training.sessions.allSatisfy { $0.start == "14:00" && $0.end == "17:00" && !$0.place.isEmpty })
        #expect(Set(training.sessions.map(\.sessionID)).count == 2)
        let second = try await house.plan("covision")
        #expect(second.sessions.map(\.date) == ["2026-03-03", "2026-03-05"])
    }

    @Test("Sessions that were given are taken as they are, in the order in which they are held")
    func givenSessions() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.plan(
            "covision", places: 8,
            sessions: [
                TrainingBench.session("2026-02-26", "10:00", "12:30"), TrainingBench.session("2026-02-12"),
            ])
        #expect(training.places == 8)
        #expect(training.sessions.map(\.date) == ["2026-02-12", "2026-02-26"])
        #expect(training.sessions.map(\.end) == ["16:00", "12:30"])
    }

    @Test(
        "Sessions that cannot be held are refused with the field",
        arguments: [
            ("field-sessions-date", [TrainingBench.session("2026-02-14")]),
            ("field-sessions-date", [TrainingBench.session("2026-02-24")]),
            ("field-sessions-date", [TrainingBench.session("2026-01-30")]),
            ("field-sessions-date", [TrainingBench.session("2026-02-30")]),
            ("field-sessions-date", [TrainingBench.session("2028-02-14")]),
            ("field-sessions-end", [TrainingBench.session("2026-02-12", "16:00", "16:00")]),
            ("field-sessions-start", [TrainingBench.session("2026-02-12", "24:00", "16:00")]),
            ("field-sessions-place", [TrainingBench.session("2026-02-12", place: "  ")]),
            ("field-sessions-place", [TrainingBench.session("2026-02-12", place: "saal\r\nATTENDEE:x")]),
            (
                "field-sessions",
                [
                    TrainingBench.session("2026-02-12"),
                    TrainingBench.session("2026-02-12", "15:59", "18:00"),
                ]
            ),
        ])
    func refusedSessions(reason: String, sessions: [TrainingSession]) async throws {
        let house = try await TrainingBench.start()
        #expect(
            try await TrainingBench.refusal { try await house.plan("covision", sessions: sessions) }
                == reason)
        #expect(try await house.trainings().isEmpty)
    }

    @Test("The same operation gives the same training; another is refused with its id while one is ahead")
    func oneOpenTraining() async throws {
        let house = try await TrainingBench.start()
        let operation = OperationID(madeAt: house.bench.clock.now())
        let first = try await house.plan("early-noticing", operation: operation)
        #expect(try await house.plan("early-noticing", operation: operation) == first)
        let error = try await #require(throws: RPCError.self) { try await house.plan("early-noticing") }
        #expect(error.reason == "training-open")
        #expect(error.message.contains(try #require(TrainingID(first.trainingID)).description))
        #expect(try await house.trainings().count == 1)
        // Another municipality has its own.
        _ = try await house.plan("early-noticing", in: "0191", as: TrainingBench.farEducationHead)
        // Once it has been held, the topic may come again.
        house.bench.clock.advance(days: 32)
        #expect(try await house.plan("early-noticing").trainingID != first.trainingID)
    }

    @Test("A head plans what a team wants, a coordinating role any known topic")
    func topics() async throws {
        let house = try await TrainingBench.start()
        #expect(
            try await TrainingBench.refusal {
                try await house.plan("network-work", as: TrainingBench.head)
            } == "topic-not-wanted")
        _ = try await house.plan("early-noticing", as: TrainingBench.head)
        let unwanted = try await house.plan("network-work")
        #expect(unwanted.institutionIds.isEmpty)
        #expect(try await TrainingBench.refusal { try await house.plan("juggling") } == "topic-unknown")
    }

    @Test("Who does not plan for that municipality is refused")
    func notPlanners() async throws {
        let house = try await TrainingBench.start()
        func refusal(_ caller: Caller) async throws -> String {
            try await TrainingBench.refusal { try await house.plan("covision", as: caller) }
        }
        #expect(try await refusal(TrainingBench.coordinator) == "not-a-planner")
        #expect(try await refusal(TrainingBench.farEducationHead) == "other-municipality")
        #expect(try await refusal(.program("gateway")) == "person-needed")
        #expect(try await refusal(.operatorOfCounty()) == "person-needed")
        _ = try await house.plan("covision", as: TrainingBench.countyCoordinator)
        #expect(
            try await TrainingBench.refusal {
                try await house.plan("covision", in: "0060", as: TrainingBench.educationHead)
            } == "other-municipality")
    }

    @Test("Publishing checks the version, happens once, and tells Registry which institutions it is for")
    func publishing() async throws {
        let house = try await TrainingBench.start()
        let draft = try await house.plan("early-noticing")
        #expect(
            try await TrainingBench.refusal { try await house.publish(draft, version: 2) }
                == "version-conflict")
        #expect(
            try await TrainingBench.refusal {
                try await house.publish(draft, as: TrainingBench.farEducationHead)
            } == "other-municipality")
        #expect(try await house.bench.emitted(partition: "0060").isEmpty)
        let published = try await house.publish(draft, version: 1)
        #expect(published.state == "published")
        #expect(published.version == 2)
        #expect(
            try await TrainingBench.refusal { try await house.publish(draft) } == "already-published")
        let events = try await house.bench.emitted(partition: "0060")
        #expect(events.count == 1)
        #expect(events.first?.trainingPublished.trainingID == draft.trainingID)
        #expect(events.first?.trainingPublished.topic == "early-noticing")
        #expect(
            events.first?.trainingPublished.institutionIds == [
                TrainingBench.school.data, TrainingBench.otherSchool.data,
            ])
    }

    @Test("A draft whose first day has passed is not published, and stands in nobody's way when its last has")
    func lapsedDraft() async throws {
        let house = try await TrainingBench.start()
        let draft = try await house.plan("early-noticing")
        house.bench.clock.advance(days: 29)
        #expect(try await TrainingBench.refusal { try await house.publish(draft) } == "sessions-past")
        #expect(try await TrainingBench.refusal { try await house.plan("early-noticing") } == "training-open")
        house.bench.clock.advance(days: 2)
        _ = try await house.plan("early-noticing")
    }
}

@Suite("Who sees which trainings")
struct VisibilityTests {
    @Test("Drafts are for planners, published trainings for the municipality, the county's for all")
    func lists() async throws {
        let house = try await TrainingBench.start()
        let draft = try await house.plan("covision")
        let own = try await house.published("early-noticing")
        let far = try await house.published(
            "school-avoidance", in: "0191", as: TrainingBench.farEducationHead)
        let county = try await house.published(
            "network-work", in: "0060", as: TrainingBench.countyCoordinator)
        func topics(_ municipality: String, _ caller: Caller) async throws -> Set<String> {
            Set(try await house.trainings(municipality, as: caller).map(\.topic))
        }
        #expect(
            try await topics("0901", TrainingBench.educationHead) == [draft.topic, own.topic, county.topic])
        #expect(try await topics("0901", TrainingBench.coordinator) == [own.topic, county.topic])
        #expect(try await topics("0191", TrainingBench.farTeacher) == [far.topic, county.topic])
        #expect(try await topics("0060", TrainingBench.farTeacher) == [county.topic])
        #expect(try await topics("0060", TrainingBench.countyCoordinator).count == 4)
        #expect(
            try await TrainingBench.refusal {
                try await house.trainings("0901", as: TrainingBench.farTeacher)
            } == "other-municipality")
        #expect(
            try await TrainingBench.refusal {
                try await house.calendar(draft, as: TrainingBench.coordinator)
            } == "training-unknown")
        #expect(try await TrainingBench.refusal { try await house.trainings("901") } == "field-municipality")
    }

    @Test("Tasks: planners plan and publish, who has a place attends, each with a day and a command")
    func tasks() async throws {
        let house = try await TrainingBench.start()
        var tasks = try await house.tasks(as: TrainingBench.educationHead)
        #expect(tasks.map(\.code) == ["plan-training", "plan-training"])
        #expect(tasks.map(\.topic) == ["covision", "early-noticing"])
        #expect(tasks.map(\.due) == ["2026-02-16", "2026-02-16"])
        #expect(tasks.first?.command == "tugi-gateway training plan --topic covision")
        #expect(try await house.tasks(as: TrainingBench.coordinator).isEmpty)
        let draft = try await house.plan("covision")
        let id = try #require(TrainingID(draft.trainingID)).description
        tasks = try await house.tasks(as: TrainingBench.educationHead)
        #expect(tasks.map(\.code) == ["plan-training", "publish-training"])
        #expect(tasks.last?.due == "2026-02-16")
        #expect(tasks.last?.command == "tugi-gateway training publish \(id)")
        _ = try await house.publish(draft)
        _ = try await house.register(for: draft, as: TrainingBench.coordinator)
        tasks = try await house.tasks(as: TrainingBench.coordinator)
        #expect(tasks.map(\.code) == ["attend-session", "attend-session"])
        #expect(tasks.map(\.due) == draft.sessions.map(\.date))
        #expect(tasks.first?.command == "tugi-gateway training calendar --training \(id)")
        house.bench.clock.advance(days: 29)
        #expect(try await house.tasks(as: TrainingBench.coordinator).count == 1)
    }

    @Test("A head is asked to plan only what the own institution's team wants")
    func headsTasks() async throws {
        let house = try await TrainingBench.start()
        var other = TrainingBench.head
        other.institution = TrainingBench.otherSchool
        #expect(try await house.tasks(as: other).map(\.topic) == ["early-noticing"])
        #expect(try await house.tasks(as: TrainingBench.head).count == 2)
    }
}
