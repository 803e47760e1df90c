import NIOCore
@testable import RPC
import Synchronization
import Testing

/// Fails the first calls as it is told, then answers; keeps what it saw.
private final class Flaky: CallHandler {
    let methods = EchoMethods.all
    private let failures: Mutex<[RPCError]>
    private let seen = Mutex<[String]>([])

    init(_ failures: [RPCError]) { self.failures = Mutex(failures) }

    /// Attempt and operation id of every call that came.
    var attempts: [String] { seen.withLock { $0 } }

    func fail(_ more: [RPCError]) { failures.withLock { $0 = more } }

    func handle(_ call: any ServerCall) async throws {
        guard let request = try await call.receive() else { return }
        seen.withLock { $0.append("\(call.context.attempt) \(call.context.operationID?.first ?? 0)") }
        let failure = failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let failure { throw failure }
        try await call.send(request)
    }
}

private func busy(_ retry: RetryAdvice, _ code: StatusCode = .unavailable) -> RPCError {
    RPCError(code, reason: "busy", message: "Busy.", retry: retry)
}

@Suite("Calls that are made again")
struct RetryTests {
    private func run(
        _ failures: [RPCError], _ body: @Sendable @escaping (Client, Flaky) async throws -> Void
    ) async throws {
        let handler = Flaky(failures)
        try await withRunning(Rig.server(handler)) { address in
            let client = try await Rig.client(address)
            try await withRunning(client) { try await body(client, handler) }
        }
    }

    @Test("What changes nothing is tried again as the server says, with the number of the attempt")
    func reading() async throws {
        let soon = busy(.after(.milliseconds(1)))
        try await run([soon, soon]) { client, handler in
            let answer = try await client.ask(EchoMethods.unary, "x")
            #expect(answer == "x")
            #expect(handler.attempts == ["1 0", "2 0", "3 0"])
        }
    }

    @Test("A change is tried again with its operation id")
    func changing() async throws {
        try await run([busy(.after(.milliseconds(1)))]) { client, handler in
            let options = CallOptions(operationID: [UInt8](repeating: 9, count: 16))
            let answer = try await client.ask(EchoMethods.change, "x", options)
            #expect(answer == "x")
            #expect(handler.attempts == ["1 9", "2 9"])
        }
    }

    @Test(
        "What the server says not to repeat, what is no failure of the moment, and what would be a long wait",
        arguments: [
            busy(.doNot), busy(.after(.milliseconds(1)), .failedPrecondition), busy(.after(.seconds(1))),
        ])
    func not(_ error: RPCError) async throws {
        try await run([error]) { client, handler in
            let told = await failure { try await client.ask(EchoMethods.unary, "x") }
            #expect(told?.code == error.code && told?.retry == error.retry)
            #expect(handler.attempts == ["1 0"])
        }
    }

    @Test("After five attempts the last answer stands")
    func five() async throws {
        try await run([RPCError](repeating: busy(.after(.milliseconds(1))), count: 9)) { client, handler in
            let told = await failure { try await client.ask(EchoMethods.unary, "x") }
            #expect(told?.reason == "busy")
            #expect(handler.attempts == ["1 0", "2 0", "3 0", "4 0", "5 0"])
        }
    }

    @Test("When most calls fail nothing is tried again, until calls go well")
    func budget() async throws {
        try await run([RPCError](repeating: busy(.doNot), count: 5)) { client, handler in
            for _ in 0..<5 { _ = await failure { try await client.ask(EchoMethods.unary, "x") } }
            handler.fail([busy(.after(.milliseconds(1)))])
            let told = await failure { try await client.ask(EchoMethods.unary, "x") }
            #expect(told?.reason == "busy")
            #expect(handler.attempts.count == 6)
            // Four of ten tokens are left; each success gives a tenth of one back.
            for _ in 0..<11 { _ = try await client.ask(EchoMethods.unary, "x") }
            handler.fail([busy(.after(.milliseconds(1)))])
            let answer = try await client.ask(EchoMethods.unary, "y")
            #expect(answer == "y")
            #expect(handler.attempts.last == "2 0")
        }
    }

    @Test("Failures that callers meet while they still send count as well")
    func budgetOfSenders() async throws {
        try await run([RPCError](repeating: busy(.doNot), count: 5)) { client, handler in
            for _ in 0..<5 {
                let call = try await client.open(EchoMethods.collect, CallOptions())
                let told = await failure { while true { try await call.send(ByteBuffer(string: "x")) } }
                #expect(told?.reason == "busy")
            }
            handler.fail([busy(.after(.milliseconds(1)))])
            let told = await failure { try await client.ask(EchoMethods.unary, "x") }
            #expect(told?.reason == "busy")
        }
    }

    @Test("A call that its server cuts off is made again at another address")
    func otherServer() async throws {
        var limits = RPCLimits()
        limits.drainGrace = .milliseconds(10)
        let first = EchoHandler()
        let second = EchoHandler()
        await second.gate.letGo()
        let server = try await Rig.server(first, limits: limits)
        let other = try await Rig.server(second)
        try await withRunning(other) { otherAddress in
            try await withRunning(server) { address in
                let client = try await Rig.client(address, otherAddress)
                try await withRunning(client) {
                    // Calls go to both in turn: two at once meet both.
                    try await withThrowingTaskGroup(of: String.self) { group in
                        // Both addresses are connected when both have answered.
                        while await first.gate.insideNow == 0 {
                            group.addTask { try await client.ask(EchoMethods.held, "x") }
                            _ = try await client.ask(EchoMethods.unary, "y")
                        }
                        server.drain()
                        for try await answer in group { #expect(answer == "x") }
                    }
                }
            }
        }
    }

    @Test("Waits grow to their longest, with jitter; ages and idle times vary by a tenth")
    func waits() {
        let backoff = Backoff(first: .milliseconds(100), longest: .seconds(1), factor: 2, jitter: 0.2)
        let waits = (1...6).map { backoff.wait(afterFailures: $0, random: 0.5) }
        #expect(waits == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
        #expect(backoff.wait(afterFailures: 1, random: 0) == .milliseconds(80))
        #expect(ConnectionCare.jittered(.seconds(100), random: 0) == .seconds(90))
        #expect(ConnectionCare.jittered(.seconds(100), random: 0.5) == .seconds(100))
        #expect(ConnectionCare.jittered(.seconds(100), random: 0.9) < .seconds(110))
    }
}
