import Contracts
import RPC
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@Suite("Events of other services are taken in exactly once")
struct InboxTests {
    typealias Incoming = ServiceBench.Incoming

    func placed(_ className: String) -> EventEnvelope.OneOf_Body {
        .childPlaced(.with { $0.className = className })
    }

    func bench() async throws -> ServiceBench {
        try await ServiceBench.start(SampleEndpoint.definition("risk"))
    }

    @Test("Deliveries that repeat, overlap or run beside each other change nothing twice")
    func repeated() async throws {
        let bench = try await bench()
        let child = ChildID.synthetic(1)
        let events = (1...10).map { number in
            bench.envelope(
                Incoming(placed("\(number)a"), child: child), source: "registry", partition: "0901",
                sequence: UInt64(number))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...4 { group.addTask { try await bench.deliver(envelopes: events) } }
            try await group.waitForAll()
        }
        try await bench.deliver(envelopes: Array(events[5...]))
        #expect(try await bench.place(of: child, partition: "0901") == "10a 10")
    }

    @Test("An event that was numbered anew is known by its id")
    func renumbered() async throws {
        let bench = try await bench()
        let child = ChildID.synthetic(1)
        var event = bench.envelope(
            Incoming(placed("5a"), child: child), source: "registry", partition: "0901", sequence: 1)
        try await bench.deliver(envelopes: [event])
        event.sequence = 2
        let answer = try await bench.deliver(envelopes: [event])
        #expect(answer.sequence == 2)
        #expect(try await bench.place(of: child, partition: "0901") == "5a 1")
    }

    @Test("A gap in the numbers is refused and nothing of the delivery is kept")
    func gap() async throws {
        let bench = try await bench()
        let child = ChildID.synthetic(1)
        let event = bench.envelope(
            Incoming(placed("5a"), child: child), source: "registry", partition: "0901", sequence: 2)
        let error = try await #require(throws: RPCError.self) { try await bench.deliver(envelopes: [event]) }
        #expect(error.code == .failedPrecondition)
        #expect(error.reason == "inbox-gap")
        #expect(try await bench.place(of: child, partition: "0901") == nil)
    }

    @Test("An event that cannot be applied parks the later ones of its child, and of no other")
    func parking() async throws {
        let bench = try await bench()
        let (kadri, mart) = (ChildID.synthetic(1), ChildID.synthetic(2))
        let answer = try await bench.deliver(
            [
                Incoming(placed("5a"), child: kadri), Incoming(placed("6b"), child: mart),
                Incoming(placed("refused"), child: kadri), Incoming(placed("5c"), child: kadri),
                Incoming(placed("6c"), child: mart),
            ], from: "registry", partition: "0901")
        #expect(answer.sequence == 5)
        #expect(answer.parked == 2)
        #expect(try await bench.place(of: kadri, partition: "0901") == "5a 1")
        #expect(try await bench.place(of: mart, partition: "0901") == "6c 2")
        let status = try await bench.call(CommonMethods.storeStatus, .init(), as: .program("gateway"))
        #expect(status.partitions.first { $0.code == "0901" }?.inboxParked == 2)
    }

    @Test("Sources and partitions have their own numbers")
    func separateCursors() async throws {
        let bench = try await bench()
        try await bench.deliver([placed("5a")], child: .synthetic(1), from: "registry", partition: "0901")
        try await bench.deliver([placed("5b")], child: .synthetic(2), from: "referral", partition: "0901")
        let answer = try await bench.deliver(
            [placed("5c")], child: .synthetic(3), from: "registry", partition: "0792")
        #expect(answer.sequence == 1)
        #expect(try await bench.place(of: .synthetic(3), partition: "0901") == nil)
    }

    @Test("Parked events are applied in their order once the program can")
    func retried() async throws {
        let bench = try await bench()
        let child = ChildID.synthetic(1)
        try await bench.deliver(
            [placed("5a"), placed("refused"), placed("5c"), placed("5d")], child: child, from: "registry",
            partition: "0901")
        try await bench.kit.retryParked(by: bench.endpoint)
        #expect(try await bench.place(of: child, partition: "0901") == "5a 1")
        let sample = try #require(bench.endpoint as? SampleEndpoint)
        sample.later.isRunning = true
        // New events of the child still wait for the parked ones.
        let answer = try await bench.deliver(
            [placed("5e")], child: child, from: "registry", partition: "0901")
        #expect(answer.parked == 4)
        try await bench.kit.retryParked(by: bench.endpoint)
        #expect(try await bench.place(of: child, partition: "0901") == "5e 5")
        let position = try await bench.call(
            CommonMethods.inboxPosition,
            .with {
                $0.source = "registry"
                $0.partition = "0901"
            }, as: .program("gateway"))
        #expect(position.sequence == 5)
        #expect(position.parked == 0)
    }
}
