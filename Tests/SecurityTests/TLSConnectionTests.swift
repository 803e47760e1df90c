import NIOCore
import Security
import Subprocess
import Testing

@Suite("TLS over loopback sockets", .withAuthority)
struct TLSConnectionTests {
    private let gateway = PeerIdentity(
        county: "laane-viru.example", municipality: "0060", kind: .system, name: "gateway")
    private let school = PeerIdentity(
        county: "laane-viru.example", municipality: "0901", kind: .system, name: "school-records")

    @Test("Both sides learn who the other is before the handshake is reported")
    func identities() async throws {
        let authority = try TestAuthority.current()
        try await withConnection(
            server: authority.context("gateway"), client: authority.context("0901-school-records"),
            expecting: gateway
        ) { server, client in
            #expect(await client.waitFor(.handshake("tugi/1")))
            // What the server says first comes with the session's ticket; a socket closed over it is reset.
            try await server.write([1])
            #expect(await client.bytes(1) == [1])
            try await client.channel.close()
            #expect(await server.all() == [.identified(school), .handshake("tugi/1"), .shutdown, .inactive])
        }
    }

    @Test("Large data arrives whole and in order in both directions at once")
    func largeData() async throws {
        let authority = try TestAuthority.current()
        let there = (0..<6_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let back = Array(there.reversed())
        try await withConnection(
            server: authority.context("registry"), client: authority.context("gateway")
        ) { server, client in
            async let sent: Void = client.write(there)
            async let answered: Void = server.write(back)
            async let arrived = server.bytes(there.count)
            async let received = client.bytes(back.count)
            try await sent
            try await answered
            #expect(await arrived == there)
            #expect(await received == back)
        }
    }

    @Test("After our farewell the peer still answers, and both ends close cleanly")
    func halfClose() async throws {
        let authority = try TestAuthority.current()
        try await withConnection(
            server: authority.context("registry"), client: authority.context("gateway"), halfClosure: true
        ) { server, client in
            try await client.write([1, 2, 3])
            try await client.channel.close(mode: .output)
            await #expect(throws: ChannelError.outputClosed) { try await client.write([4]) }
            #expect(await server.waitFor(.inputClosed))
            try await server.write([5, 6])
            try await server.channel.close(mode: .output)
            let heard = await client.all()
            #expect(heard.suffix(3) == [.bytes([5, 6]), .shutdown, .inactive])
        }
    }

    @Test("A line cut without a farewell is reported as truncation, not as an end")
    func truncation() async throws {
        let authority = try TestAuthority.current()
        try await withConnection(
            server: authority.context("registry"), client: authority.context("gateway")
        ) { server, client in
            #expect(await client.waitFor(.handshake("tugi/1")))
            try await client.write([1])
            #expect(await server.bytes(1) == [1])
            try await client.channel.triggerUserOutboundEvent(Cutter.Cut())
            #expect(await server.failure()?.code == .truncated)
        }
    }

    @Test("A peer that hangs up before the handshake is over is reported as such")
    func closedInHandshake() async throws {
        let authority = try TestAuthority.current()
        try await withConnection(
            server: authority.context("registry"), client: authority.context("gateway"), expecting: school
        ) { server, client in
            let refused = await client.failure()
            #expect(refused?.code == .certificateHostnameMismatch)
            #expect(refused?.reason == "peer-differs")
            let told = await server.failure()
            #expect(told?.reportedByPeer == true)
        }
    }

    @Test("The openssl command as client speaks with our server: another implementation of the whole path")
    func foreignClient() async throws {
        let authority = try TestAuthority.current()
        let text = String(repeating: "Näidis ", count: 20_000)
        let listener = try await Listener.open(try authority.context("gateway"), echo: text.utf8.count)
        let result = try await Subprocess.run(
            .name("openssl"),
            arguments: Arguments(
                sClient(authority, "0901-school-records", listener.port)
                    + ["-tls1_3", "-alpn", "tugi/1", "-quiet"]),
            input: .string(text), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(result.standardOutput == text)
        try await listener.channel.close()
    }

    @Test("A peer of TLS 1.2 is refused", arguments: ["-tls1_2", "-tls1_1"])
    func oldVersions(version: String) async throws {
        let authority = try TestAuthority.current()
        let listener = try await Listener.open(try authority.context("gateway"))
        let result = try await Subprocess.run(
            .name("openssl"),
            arguments: Arguments(
                sClient(authority, "0901-school-records", listener.port)
                    + [version, "-cipher", "ALL:@SECLEVEL=0", "-alpn", "tugi/1"]),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(!result.terminationStatus.isSuccess)
        #expect(result.standardError.contains("protocol version"))
        #expect(try await listener.accepted().failure()?.code == .protocolVersionUnsupported)
        try await listener.channel.close()
    }

    @Test("A client that offers no application protocol, or another, is refused", arguments: ["", "h2"])
    func applicationProtocols(name: String) async throws {
        let authority = try TestAuthority.current()
        let listener = try await Listener.open(try authority.context("gateway"))
        let result = try await Subprocess.run(
            .name("openssl"),
            arguments: Arguments(
                sClient(authority, "0901-school-records", listener.port)
                    + (name.isEmpty ? ["-tls1_3"] : ["-tls1_3", "-alpn", name])),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(!result.terminationStatus.isSuccess)
        #expect(result.standardError.contains("no application protocol"))
        #expect(try await listener.accepted().failure()?.code == .noApplicationProtocol)
        try await listener.channel.close()
    }

    @Test("A client without a certificate is refused")
    func noCertificate() async throws {
        let authority = try TestAuthority.current()
        let listener = try await Listener.open(try authority.context("gateway"))
        _ = try await Subprocess.run(
            .name("openssl"),
            arguments: [
                "s_client", "-connect", "127.0.0.1:\(listener.port)", "-CAfile", authority.folder + "/ca.pem",
                "-tls1_3", "-alpn", "tugi/1",
            ],
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(try await listener.accepted().failure()?.code == .certificateRequired)
        try await listener.channel.close()
    }

    private func sClient(_ authority: TestAuthority, _ name: String, _ port: Int) -> [String] {
        [
            "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", authority.folder + "/ca.pem",
            "-cert", "\(authority.folder)/\(name).pem", "-key", "\(authority.folder)/\(name).key",
        ]
    }
}
