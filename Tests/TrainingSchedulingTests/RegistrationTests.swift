import Contracts
import RPC
import ServiceKit
import Store
import TestSupport
import Testing

@testable import TrainingScheduling

@Suite("Places and waiting lists")
struct RegistrationTests {
    @Test("Many who register at the same time get exactly the places there are, the others wait in order")
    func concurrentRegistrations() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.published("early-noticing", places: 10)
        let answers = try await withThrowingTaskGroup(of: TrainingRegisterResponse.self) { group in
            for number in 1...40 as ClosedRange<UInt32> {
                let caller = Caller.synthetic(role: "teacher", person: .synthetic(1000 + number))
                group.addTask { try await house.register(for: training, as: caller) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count { $0.state == "registered" } == 10)
        #expect(answers.count { $0.state == "waiting" } == 30)
        #expect(Set(answers.map(\.registrationID)).count == 40)
        let listed = try #require(try await house.trainings().first)
        #expect(listed.registered == 10)
        #expect(listed.waiting == 30)
        let id = try #require(TrainingID(training.trainingID))
        let kept = try await house.bench.kit.store.partition("0060").read {
            try TrainingStore($0).registrations(of: id)
        }
        #expect(kept.map(\.turn) == Array(1...40))
        #expect(kept.prefix(10).allSatisfy { $0.state == .registered })
    }

    @Test("The same person registering again has the same registration")
    func samePersonTwice() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.published("early-noticing", places: 2)
        let first = try await house.register(for: training, as: TrainingBench.coordinator)
        let again = try await house.register(for: training, as: TrainingBench.coordinator)
        let byOther = try await house.register(
            .synthetic(13), for: training, as: TrainingBench.educationHead)
        #expect(first == again)
        #expect(first == byOther)
        #expect(try await house.trainings().first?.registered == 1)
    }

    @Test("A cancelled place goes to whoever waits longest; who comes back waits behind the others")
    func promotion() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.published("early-noticing", places: 1)
        let people = (1...3 as ClosedRange<UInt32>).map {
            Caller.synthetic(role: "teacher", person: .synthetic(2000 + $0))
        }
        var registrations: [TrainingRegisterResponse] = []
        for person in people { registrations.append(try await house.register(for: training, as: person)) }
        #expect(registrations.map(\.state) == ["registered", "waiting", "waiting"])
        try await house.cancel(registrations[0], as: people[0])
        // Cancelling again changes nothing.
        try await house.cancel(registrations[0], as: people[0])
        #expect(try await house.register(for: training, as: people[0]).state == "waiting")
        #expect(try await house.register(for: training, as: people[1]).state == "registered")
        try await house.cancel(registrations[1], as: people[1])
        #expect(try await house.register(for: training, as: people[2]).state == "registered")
        #expect(try await house.register(for: training, as: people[0]).state == "waiting")
        let listed = try #require(try await house.trainings().first)
        #expect(listed.registered == 1)
        #expect(listed.waiting == 1)
    }

    @Test("One who waits and cancels leaves the places as they are")
    func waitingCancels() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.published("early-noticing", places: 1)
        _ = try await house.register(for: training, as: TrainingBench.coordinator)
        let waiting = try await house.register(for: training, as: TrainingBench.pedagogue)
        try await house.cancel(waiting, as: TrainingBench.pedagogue)
        let listed = try #require(try await house.trainings().first)
        #expect(listed.registered == 1)
        #expect(listed.waiting == 0)
    }

    @Test("Nobody registers for a draft, nor for what has been held")
    func whenToRegister() async throws {
        let house = try await TrainingBench.start()
        let draft = try await house.plan("early-noticing")
        #expect(
            try await TrainingBench.refusal {
                try await house.register(for: draft, as: TrainingBench.coordinator)
            } == "training-unknown")
        #expect(
            try await TrainingBench.refusal {
                try await house.register(for: draft, as: TrainingBench.educationHead)
            } == "not-published")
        _ = try await house.publish(draft)
        house.bench.clock.advance(days: 31)
        #expect(
            try await TrainingBench.refusal {
                try await house.register(for: draft, as: TrainingBench.coordinator)
            } == "training-over")
    }

    @Test("Planners register people of their municipality; others only themselves")
    func registeringOthers() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.published("early-noticing")
        func refusal(_ person: UInt32, _ caller: Caller) async throws -> String {
            try await TrainingBench.refusal {
                try await house.register(.synthetic(person), for: training, as: caller)
            }
        }
        #expect(
            try await house.register(.synthetic(14), for: training, as: TrainingBench.head).state
                == "registered")
        #expect(try await refusal(14, TrainingBench.coordinator) == "not-a-planner")
        #expect(try await refusal(22, TrainingBench.educationHead) == "person-without-post")
        #expect(try await refusal(18, TrainingBench.educationHead) == "person-without-post")
        #expect(try await refusal(99, TrainingBench.educationHead) == "person-without-post")
        #expect(
            try await TrainingBench.refusal {
                try await house.register(for: training, as: TrainingBench.farTeacher)
            } == "other-municipality")
        #expect(
            try await TrainingBench.refusal {
                try await house.register(for: training, in: "0191", as: TrainingBench.farTeacher)
            } == "training-unknown")
        #expect(
            try await house.register(for: training, as: TrainingBench.countyCoordinator).state
                == "registered")
    }

    @Test("Everybody of the county may come to the county's training; only one's own planners cancel for one")
    func countyTraining() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.published(
            "network-work", in: "0060", as: TrainingBench.countyCoordinator)
        let far = try await house.register(for: training, in: "0191", as: TrainingBench.farTeacher)
        #expect(far.state == "registered")
        _ = try await house.register(for: training, in: "0060", as: TrainingBench.coordinator)
        #expect(
            try await TrainingBench.refusal {
                try await house.register(
                    .synthetic(22), for: training, as: TrainingBench.educationHead)
            } == "person-without-post")
        #expect(
            try await TrainingBench.refusal {
                try await house.cancel(far, as: TrainingBench.educationHead)
            } == "registration-unknown")
        try await house.cancel(far, in: "0191", as: TrainingBench.farEducationHead)
        #expect(try await house.trainings().first?.registered == 1)
    }

    @Test("Registrations outlive a restart of the program")
    func restart() async throws {
        let house = try await TrainingBench.start()
        let training = try await house.published("early-noticing")
        let before = try await house.register(for: training, as: TrainingBench.coordinator)
        let later = TrainingBench(bench: try await house.bench.restarted())
        #expect(try await later.register(for: training, as: TrainingBench.coordinator) == before)
    }
}
