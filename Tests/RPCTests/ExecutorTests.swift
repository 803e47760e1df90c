import RPC
import Testing

@Suite("Callers that run on a connection's event loop")
struct ExecutorTests {
    @Test("Many at once are all answered, more than run on the connection at a time")
    func many() async throws {
        var limits = RPCLimits()
        limits.callsMax = 8
        try await Rig.run(limits: limits) { rig in
            let client = try #require(rig.client)
            let executor = try await client.executor()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask(executorPreference: executor) {
                        try await client.ask(EchoMethods.unary, "\(number)") == "\(number)"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("A client that has stopped has no executor")
    func stopped() async throws {
        let client = try await Rig.client(PeerAddress(host: "127.0.0.1", port: 1))
        client.shutDown()
        let error = await #expect(throws: RPCError.self) { _ = try await client.executor() }
        #expect(error?.retry == .neverSeen)
    }
}
