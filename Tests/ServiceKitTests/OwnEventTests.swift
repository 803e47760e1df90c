import Contracts
import RPC
import ServiceKit
import Store
import SwiftProtobuf
import TestSupport
import Testing

@Suite("Events from one of a service's partitions to another are believed by its own outbox alone")
struct OwnEventTests {
    private static let child = ChildID.synthetic(1)

    private func refused(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "done"
        } catch let error as RPCError { return error.reason } catch { return "\(error)" }
    }

    /// What the registry is given of its own events.
    private func pulled(_ bench: ServiceBench, _ partition: String) async throws -> [EventEnvelope] {
        try await bench.call(
            CommonMethods.outboxPull,
            .with {
                $0.consumer = "registry"
                $0.partition = partition
            }, as: .program("gateway")
        ).events
    }

    private func tell(
        _ bench: ServiceBench, _ body: EventEnvelope.OneOf_Body, to destination: String
    ) async throws {
        let kit = bench.kit
        try await kit.store.partition("0901").write {
            try kit.emit(body, child: Self.child, partition: "0901", to: destination, in: $0)
        }
    }

    @Test("An event that the partition never told is refused, and nobody takes it in")
    func madeUp() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        var event = bench.envelope(
            .init(.childPlaced(.with { $0.className = "5a" }), child: Self.child), source: "registry",
            partition: "0901", sequence: 1)
        event.destination = "0903"
        #expect(await refused { try await bench.deliver(envelopes: [event]) } == "event-not-told")
        try await tell(bench, .handOver(.with { $0.step = "offered" }), to: "0903")
        // The number is known by now, the event is not.
        #expect(await refused { try await bench.deliver(envelopes: [event]) } == "event-not-told")
        #expect(try await bench.place(of: Self.child, partition: "0903") == nil)
        #expect(try await pulled(bench, "0901").first?.handOver.step == "offered")
    }

    @Test("What is said under a known event's id and number is not heard: the outbox says what was told")
    func altered() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        try await tell(bench, .handOver(.with { $0.step = "offered" }), to: "0903")
        var event = try #require(try await pulled(bench, "0901").first)
        event.childPlaced = .with { $0.className = "5a" }
        event.destination = "0661"
        let answer = try await bench.deliver(envelopes: [event])
        #expect(answer.sequence == 1 && answer.parked == 0)
        for partition in ["0661", "0901", "0903"] {
            #expect(try await bench.place(of: Self.child, partition: partition) == nil)
        }
        // It was handed on as what it is, then forgotten; the row is still that of the hand-over.
        let kept = try #require(try await pulled(bench, "0901").first)
        #expect(kept.body == nil && kept.destination == "0903" && kept.eventID == event.eventID)
    }

    @Test("A destination on an event that is no hand-over wipes nothing and sends it nowhere")
    func otherKind() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        try await tell(bench, .childPlaced(.with { $0.className = "5a" }), to: "0903")
        let events = try await pulled(bench, "0901")
        #expect(try await bench.deliver(envelopes: events).sequence == 1)
        #expect(try await bench.place(of: Self.child, partition: "0903") == nil)
        #expect(try await pulled(bench, "0901").first?.childPlaced.className == "5a")
    }
}
