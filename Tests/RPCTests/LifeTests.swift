import NIOCore
import RPC
import Testing

@Suite("Servers that stop and come back")
struct LifeTests {
    @Test("A draining server finishes what runs and refuses what comes")
    func drain() async throws {
        let handler = EchoHandler()
        let server = try await Rig.server(handler)
        try await withRunning(server) { address in
            let client = try await Rig.client(address)
            try await withRunning(client) {
                try await withThrowingTaskGroup(of: String.self) { group in
                    group.addTask { try await client.ask(EchoMethods.held, "lõpuni") }
                    await handler.gate.until { $0.inside == 1 }
                    server.drain()
                    // Calls that were under way when the notice came are still taken.
                    var error: RPCError?
                    while error == nil {
                        error = await failure {
                            try await client.ask(
                                EchoMethods.unary, "x", CallOptions(timeout: .seconds(1)))
                        }
                    }
                    #expect(error?.retry == .neverSeen)
                    #expect(error?.code == .unavailable)
                    await handler.gate.letGo()
                    let answer = try await group.next()
                    #expect(answer == "lõpuni")
                }
            }
        }
    }

    @Test("A call that outlives the grace is ended, and its handler stopped")
    func grace() async throws {
        let handler = EchoHandler()
        var limits = RPCLimits()
        limits.drainGrace = .milliseconds(50)
        let server = try await Rig.server(handler, limits: limits)
        try await withRunning(server) { address in
            let client = try await Rig.client(address, retriesMax: 0)
            try await withRunning(client) {
                try await withThrowingTaskGroup(of: RPCError?.self) { group in
                    group.addTask { await failure { try await client.ask(EchoMethods.held, "x") } }
                    await handler.gate.until { $0.inside == 1 }
                    server.drain()
                    let error = try await group.next()
                    #expect(error??.code == .unavailable)
                    #expect(error??.reason == "server-stopped")
                    await handler.gate.until { $0.cancelled == 1 }
                }
            }
        }
    }

    @Test("A call waits for a server that is just starting")
    func restart() async throws {
        let handler = EchoHandler()
        let address = try await freeAddress()
        let client = try await Rig.client(address)
        try await withRunning(client) {
            try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await client.ask(EchoMethods.unary, "tere") }
                let server = try await Rig.server(handler, port: address.port)
                try await withRunning(server) { _ in
                    let answer = try await client.ask(EchoMethods.unary, "ka")
                    #expect(answer == "ka")
                }
                let first = try await group.next()
                #expect(first == "tere")
            }
        }
    }

    /// Where a server was a moment ago.
    private func freeAddress() async throws -> PeerAddress {
        let address = Later<PeerAddress>()
        try await withRunning(Rig.server(EchoHandler())) { address.set($0) }
        return try address.get()
    }

    @Test("A client goes on by itself when its server restarts")
    func reconnect() async throws {
        let handler = EchoHandler()
        let address = try await freeAddress()
        let client = try await Rig.client(address)
        try await withRunning(client) {
            for round in 0..<3 {
                let server = try await Rig.server(handler, port: address.port)
                try await withRunning(server) { _ in
                    let answer = try await client.ask(EchoMethods.unary, "\(round)")
                    #expect(answer == "\(round)")
                }
            }
        }
    }

    @Test("Nobody listening: the call says where and what to do")
    func nobody() async throws {
        // A port that is kept for those who may (root) and that nobody uses.
        let address = PeerAddress(host: "127.0.0.1", port: 1)
        let client = try await Rig.client(address)
        try await withRunning(client) {
            let error = await failure {
                try await client.ask(EchoMethods.unary, "x", CallOptions(timeout: .milliseconds(200)))
            }
            #expect(error?.code == .unavailable)
            #expect(error?.retry == .neverSeen)
            #expect(error?.message.contains("\(address)") == true)
        }
    }

    @Test("A second server on a taken port says so")
    func portTaken() async throws {
        let server = try await Rig.server(EchoHandler())
        try await withRunning(server) { address in
            let other = try await Rig.server(EchoHandler(), port: address.port)
            let error = await failure { try await other.run() }
            #expect(error?.reason == "listen-failed")
            let waiting = await failure { try await other.boundAddress }
            #expect(waiting?.reason == "listen-failed")
        }
    }
}
