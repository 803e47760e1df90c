import Contracts
import Logging
import NIOCore
import RPC
import Security
import ServiceKit
import Store
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// A service without use cases that counts the events it takes in.
private struct Listener: ServiceEndpoint {
    let methods: [MethodDescriptor] = []
    let heard = Heard()

    final class Heard: Sendable {
        private let classes = Mutex<[String]>([])
        var all: [String] { classes.withLock { $0 } }
        func add(_ name: String) { classes.withLock { $0.append(name) } }
    }

    func handle(_ call: any ServerCall, caller: Caller) async throws {}

    func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws {
        heard.add("\(partition) \(event.childPlaced.className)")
    }

    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool { false }
}

/// The line to one service, on which calls of one method can fail before they arrive or after they were done.
private final class Line: CallChannel {
    enum Trouble { case lostRequest, lostAnswer }
    let bench: ServiceBench
    private let troubles = Mutex<[Trouble]>([])
    private let calls = Mutex(0)

    init(_ bench: ServiceBench) { self.bench = bench }

    /// Deliveries that came on this line.
    var deliveries: Int { calls.withLock { $0 } }
    func fail(_ next: [Trouble]) { troubles.withLock { $0 = next } }

    func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientCall {
        var trouble: Trouble?
        if method.id == CommonMethods.inboxDeliver.descriptor.id {
            calls.withLock { $0 += 1 }
            trouble = troubles.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        if case .lostRequest = trouble { throw Self.lost }
        // Every bench has a key of its own, so the assertion is made by it.
        var options = options
        do {
            options.metadata = try bench.options(method, .program("gateway")).metadata
        } catch {
            throw RPCError(.internal, reason: "assertion", message: "\(error)")
        }
        let call = try await bench.channel.open(method, options)
        if case .lostAnswer = trouble { return CutCall(call: call) }
        return call
    }

    static let lost = RPCError(.unavailable, reason: "connection-lost", message: "The connection was lost.")

    private struct CutCall: ClientCall {
        let call: any ClientCall
        func send(_ message: ByteBuffer) async throws(RPCError) { try await call.send(message) }
        func finishSending() async throws(RPCError) { try await call.finishSending() }
        func receive() async throws(RPCError) -> ByteBuffer? {
            while try await call.receive() != nil {}
            throw Line.lost
        }
        func cancel() { call.cancel() }
    }
}

@Suite("Events are carried once, in order, whatever is lost on the way")
struct RelayTests {
    private let registry: ServiceBench
    private let risk: ServiceBench
    private let listener: Listener
    private let line: Line
    private let relay: Relay
    private let arrow = Subscription(source: .registry, consumer: .risk)

    init() async throws {
        let listener = Listener()
        registry = try await ServiceBench.start("registry", migrations: []) { _ in Listener() }
        risk = try await ServiceBench.start("risk", migrations: []) { _ in listener }
        self.listener = listener
        line = Line(risk)
        relay = Relay(
            services: Services(
                channels: [.registry: Line(registry), .risk: line],
                signer: AssertionSigner(key: SigningKey.generate(), clock: registry.clock),
                county: ServiceBench.county),
            logger: Logger(label: "gateway-tests") { _ in SwiftLogNoOpLogHandler() },
            pause: .milliseconds(1))
    }

    private func emit(_ classes: [String], in partition: String = "0901") async throws {
        let kit = registry.kit
        let operation = Operation(
            id: kit.newID(Named.Operation.self), method: 1, contentDigest: [UInt8](repeating: 1, count: 32))
        _ = try await kit.once(operation, in: partition) { transaction in
            for name in classes {
                try kit.emit(
                    .childPlaced(.with { $0.className = name }), child: .synthetic(1), partition: partition,
                    in: transaction)
            }
            return []
        }
    }

    private func names(_ range: Range<Int>) -> [String] { range.map { "k\($0)" } }

    private func pending() async throws -> UInt64 {
        try await registry.call(
            CommonMethods.outboxHeads, .with { $0.consumer = "risk" }, as: .program("gateway")
        ).heads.reduce(0) { $0 + $1.lastSequence - $1.acknowledgedSequence }
    }

    @Test("All events of all partitions arrive in their order; a second look carries nothing")
    func carries() async throws {
        try await emit(names(0..<450))
        try await emit(["x"], in: "0928")
        #expect(try await relay.carry(arrow) == 451)
        #expect(listener.heard.all.filter { $0.hasPrefix("0901") } == names(0..<450).map { "0901 \($0)" })
        #expect(listener.heard.all.filter { $0.hasPrefix("0928") } == ["0928 x"])
        #expect(try await pending() == 0)
        #expect(try await relay.carry(arrow) == 0)
        try await emit(["later"])
        #expect(try await relay.carry(arrow) == 1)
        #expect(listener.heard.all.last == "0901 later")
    }

    @Test("A delivery whose answer was lost is not applied twice")
    func lostAnswer() async throws {
        try await emit(names(0..<3))
        line.fail([.lostAnswer])
        await #expect(throws: RPCError.self) { _ = try await relay.carry(arrow) }
        // Taken in, but the source does not know it yet.
        #expect(try await pending() == 3)
        _ = try await relay.carry(arrow)
        #expect(listener.heard.all == names(0..<3).map { "0901 \($0)" })
        #expect(try await pending() == 0)
    }

    @Test("Two relays at once do no harm")
    func twoRelays() async throws {
        try await emit(names(0..<600))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { _ = try await relay.carry(arrow) } }
            try await group.waitForAll()
        }
        #expect(listener.heard.all == names(0..<600).map { "0901 \($0)" })
        #expect(try await pending() == 0)
    }

    @Test("A relay goes on by itself after failures, and ends when it is cancelled")
    func goesOn() async throws {
        try await emit(names(0..<5))
        line.fail([.lostRequest, .lostAnswer])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await relay.run() }
            while try await pending() > 0 { await Task.yield() }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
        #expect(line.deliveries == 2)
        #expect(listener.heard.all == names(0..<5).map { "0901 \($0)" })
    }
}
