import Codec
import NIOCore
import RPC
import Security
import Testing

@Suite("Peers that are refused; the server stays up")
struct RefusalTests {
    /// The error of a call by such a client to a good server, which then answers a good client.
    private func refusal(
        _ make: @Sendable @escaping (PeerAddress) async throws -> Client
    ) async throws -> RPCError? {
        let found = Later<RPCError?>()
        let server = try await Rig.server(EchoHandler())
        try await withRunning(server) { address in
            let bad = try await make(address)
            try await withRunning(bad) {
                found.set(await failure { try await bad.ask(EchoMethods.unary, "x") })
            }
            let good = try await Rig.client(address)
            try await withRunning(good) {
                let answer = try await good.ask(EchoMethods.unary, "y")
                #expect(answer == "y")
                let report = try await good.unary(
                    BuiltInMethods.introspectionConnections, RPCConnectionsRequest())
                #expect(report.handshakesFailed + (report.lastError.isEmpty ? 0 : 1) >= 1)
            }
        }
        return try found.get()
    }

    @Test("A certificate of a foreign authority")
    func foreignCertificate() async throws {
        let certificates = try await TestCertificates.value
        let error = try await refusal { address in
            try await Rig.client(address, tls: certificates.foreignTLS("gateway"))
        }
        #expect(error?.code == .unavailable)
        #expect(error?.retry == .neverSeen)
    }

    @Test("A server that shows another name than expected")
    func unexpectedPeer() async throws {
        let found = Later<RPCError?>()
        let server = try await Rig.server(EchoHandler(), name: "risk")
        try await withRunning(server) { address in
            let client = try await Rig.client(address)
            try await withRunning(client) {
                found.set(await failure { try await client.ask(EchoMethods.unary, "x") })
            }
        }
        let error = try found.get()
        #expect(error?.reason == "peer-unexpected")
        #expect(error?.message.contains("risk") == true)
    }

    @Test("A client of another environment hears so")
    func environment() async throws {
        let error = try await refusal { address in
            try await Rig.client(address, environment: "test/other")
        }
        #expect(error?.reason == "environment-mismatch")
        #expect(error?.code == .unavailable)
    }

    @Test("Bytes that are no TLS")
    func noTLS() async throws {
        let server = try await Rig.server(EchoHandler())
        try await withRunning(server) { address in
            try await RawPeer.plain(address) { peer in
                try await peer.send(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
                try await peer.untilClosed()
            }
            let client = try await Rig.client(address)
            try await withRunning(client) {
                let answer = try await client.ask(EchoMethods.unary, "y")
                #expect(answer == "y")
            }
        }
    }

    @Test(
        "Frames that break the protocol are answered with an ERROR frame",
        arguments: [
            (ByteBuffer(string: "this is no frame at all, but long enough"), WireFault.Code.frameTooLarge),
            (ByteBuffer(bytes: [0x00, 0x01, 0x00, 0x01, 0x01, 0, 0, 0, 0, 0, 0, 0]), .frameTooLarge),
            (ByteBuffer(bytes: [0, 0, 0, 4, 0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), .frameLength),
        ])
    func brokenFrames(_ bytes: ByteBuffer, _ code: WireFault.Code) async throws {
        let server = try await Rig.server(EchoHandler())
        try await withRunning(server) { address in
            let fault = try await RawPeer.secure(address) { peer in
                try await peer.send(bytes)
                return try await peer.untilError()
            }
            #expect(fault?.code == code)
        }
    }

    @Test("A peer that never says HELLO is let go")
    func silent() async throws {
        var limits = RPCLimits()
        limits.handshakeTimeout = .milliseconds(100)
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            try await RawPeer.plain(address) { peer in try await peer.untilClosed() }
        }
    }
}
