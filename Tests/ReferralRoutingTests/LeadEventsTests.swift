import Contracts
import FoundationEssentials
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@testable import ReferralRouting

/// What the other services are told of who leads a case and whose post is asked.
@Suite struct LeadEventsTests {
    private func told(_ scene: Scene) async throws -> [EventCaseLedBy] {
        try await scene.bench.emitted(partition: Scene.municipality).compactMap {
            if case .caseLedBy(let body) = $0.body { body } else { nil }
        }
    }

    private func asked(_ scene: Scene) async throws -> [EventHelpAsked] {
        try await scene.bench.emitted(partition: Scene.municipality).compactMap {
            if case .helpAsked(let body) = $0.body { body } else { nil }
        }
    }

    private func sweep(_ scene: Scene) async throws {
        try await #require(scene.bench.endpoint as? ReferralEndpoint).service.sweepLeads()
    }

    @Test("A case that an event opened is told with its lead, once")
    func opening() async throws {
        let scene = try await Scene.start()
        let record = try await scene.open()
        #expect(try await told(scene).isEmpty)
        for _ in 1...2 { try await sweep(scene) }
        let events = try await told(scene)
        #expect(events.count == 1)
        #expect(events.first?.caseID == record.caseID && events.first?.open == true)
        #expect(events.first?.roles == ["class-teacher"] && events.first?.place == "institution")
    }

    @Test("Moving to the municipality, back, and closing are each told once, for the child in question")
    func moving() async throws {
        let scene = try await Scene.start()
        var record = try await scene.move(try await scene.open(), to: 3)
        record = try await scene.need(record, as: scene.protection)
        #expect(try await told(scene).map(\.roles) == [["child-protection-worker"]])
        #expect(try await told(scene).map(\.place) == ["municipality"])
        record = try await scene.move(record, to: 2, reason: "enough", as: scene.protection)
        #expect(try await told(scene).last?.place == "institution")
        let operation = OperationID.synthetic(900)
        for _ in 1...2 {
            record = try await scene.close(
                record, "moved-away", as: scene.coordinator, operation: operation)
        }
        try await sweep(scene)
        let events = try await told(scene)
        #expect(events.map(\.open) == [true, true, false])
        #expect(events.allSatisfy { $0.caseID == record.caseID })
        let all = try await scene.bench.emitted(partition: Scene.municipality)
        #expect(all.allSatisfy { $0.childID == Data(Scene.child.bytes) })
    }

    @Test("A coordinator's post that falls vacant lets its stand-in in until it is filled again")
    func vacancy() async throws {
        let scene = try await Scene.start()
        _ = try await scene.move(try await scene.open(), to: 3)
        for person in [nil, PersonID.synthetic(5)] {
            let post = Scene.post(55, "child-protection-worker", person, Scene.office, "municipality")
            try await scene.take([post], from: "registry", partition: "0060")
            try await sweep(scene)
        }
        #expect(
            try await told(scene).map(\.roles) == [
                ["child-protection-worker"], ["child-protection-worker", "social-head"],
                ["child-protection-worker"],
            ])
    }

    @Test("A post of the municipality is told to be asked until its help ends; a body outside never")
    func help() async throws {
        let scene = try await Scene.start()
        var record = try await scene.request(try await scene.need(try await scene.open()), 62)
        record = try await scene.advance(record, "accept", as: scene.protection)
        #expect(try await asked(scene).map(\.open) == [true])
        record = try await scene.advance(record, "fail", reason: "no-show", as: scene.protection)
        let events = try await asked(scene)
        #expect(events.map(\.open) == [true, false])
        #expect(events.allSatisfy { $0.postID == Data(PostID.synthetic(55).bytes) })
        #expect(Set(events.map(\.attemptID)) == [record.needs.first?.attempts.first?.attemptID])
        record = try await scene.acknowledge(record, met: false)
        _ = try await scene.request(record, 63)
        #expect(try await asked(scene).count == 2)
    }
}
