import NIOCore
import RPC
import Testing

/// Who is let in while others crowd the door.
@Suite("Letting connections in", .serialized)
struct AdmissionTests {
    /// Opens so many connections from another address that go no further, and runs `body` when the server has
    /// closed all but `kept` of them.
    private func besideSilence(
        _ address: PeerAddress, count: Int, kept: Int, _ body: () async throws -> Void
    ) async throws {
        let (closed, close) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    // What cannot even connect is counted too, so that nobody waits for it.
                    defer { close.yield() }
                    try await RawPeer.plain(address, from: "127.0.0.2") { peer in
                        // A byte of a handshake: in a crowd the system may take a connection for made that
                        // never reached the server, and would not find out in silence.
                        try? await peer.send(ByteBuffer(bytes: [22]))
                        try await peer.untilClosed()
                    }
                }
            }
            defer { group.cancelAll() }
            var left = count - kept
            for await _ in closed {
                left -= 1
                if left == 0 { break }
            }
            try await body()
        }
    }

    @Test("A thousand half-open connections from one address keep those of others not out")
    func halfOpen() async throws {
        var limits = RPCLimits()
        limits.connectionsMax = 200
        limits.handshakeTimeout = .seconds(600)
        let kept = limits.handshakesPerAddressMax
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            try await besideSilence(address, count: 1_000, kept: kept) {
                let honest = try await Rig.client(address, retriesMax: 0)
                try await withRunning(honest) {
                    let answer = try await honest.ask(EchoMethods.unary, "x")
                    #expect(answer == "x")
                    let report = try await honest.unary(
                        BuiltInMethods.introspectionConnections, RPCConnectionsRequest())
                    let refused = report.handshakes.first { $0.kind == "TOO_MANY_HANDSHAKES" }
                    #expect(refused?.count == UInt64(1_000 - kept))
                }
            }
        }
    }

    @Test("A handshake that is over takes no place from the next of its address")
    func finished() async throws {
        var limits = RPCLimits()
        limits.handshakesPerAddressMax = 1
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            let first = try await Rig.client(address)
            try await withRunning(first) {
                let answer = try await first.ask(EchoMethods.unary, "1")
                #expect(answer == "1")
                let second = try await Rig.client(address)
                try await withRunning(second) {
                    let answer = try await second.ask(EchoMethods.unary, "2")
                    #expect(answer == "2")
                    let again = try await first.ask(EchoMethods.unary, "3")
                    #expect(again == "3")
                }
            }
        }
    }

    @Test("Who comes again and again waits for its turn, and is refused where that would take too long")
    func pace() async throws {
        var limits = RPCLimits()
        limits.handshakesPerSpanMax = 2
        limits.handshakesSpan = .milliseconds(40)
        try await withRunning(Rig.server(EchoHandler(), limits: limits)) { address in
            for _ in 0..<8 {
                let client = try await Rig.client(address)
                try await withRunning(client) {
                    let answer = try await client.ask(EchoMethods.unary, "x")
                    #expect(answer == "x")
                }
                #expect(client.handshakes.counts[.init(result: "SUCCESS", session: "FULL")] == 1)
            }
        }
        limits.handshakesSpan = .seconds(3_600)
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            for _ in 0..<2 {
                let client = try await Rig.client(address)
                try await withRunning(client) {
                    let answer = try await client.ask(EchoMethods.unary, "x")
                    #expect(answer == "x")
                }
            }
            try await RawPeer.plain(address) { try await $0.untilClosed() }
            #expect(server.handshakes.counts[.init(result: "TOO_MANY_HANDSHAKES")] == 1)
        }
    }

    @Test("Who breaks the protocol waits as if it had come many times, and one who does not comes on")
    func paceOfFaults() async throws {
        var limits = RPCLimits()
        limits.handshakesPerSpanMax = 4
        limits.handshakesSpan = .seconds(3_600)
        limits.handshakesPerFault = 2
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            let client = try await Rig.client(address)
            try await withRunning(client) {
                let before = try await client.ask(EchoMethods.unary, "1")
                #expect(before == "1")
                // A fault costs two handshakes beside its own: four are used, the fifth waits, and there is no
                // time for a sixth.
                try await RawPeer.secure(address) { peer in
                    try await peer.greet()
                    try await peer.send { $0.writeRepeatingByte(0xff, count: 64) }
                    let fault = try await peer.untilError()
                    #expect(fault != nil)
                }
                try await RawPeer.plain(address) { _ in
                    try await RawPeer.plain(address) { try await $0.untilClosed() }
                }
                #expect(server.handshakes.counts[.init(result: "TOO_MANY_HANDSHAKES")] == 1)
                let after = try await client.ask(EchoMethods.unary, "2")
                #expect(after == "2")
            }
        }
    }
}
