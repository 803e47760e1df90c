import Foundation
import NIOCore
import RPC
import Security
import Subprocess
import Testing

/// A county's folder of certificates of its own, with a revocation list; gone when let go.
private final class County: Sendable {
    let folder: String

    init(of certificates: TestCertificates) throws {
        folder =
            FileManager.default.temporaryDirectory.appending(path: "tugi-rpc-county-\(UUID().uuidString)")
            .path
        try FileManager.default.copyItem(atPath: certificates.county, toPath: folder)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func tls(_ name: String) -> TLSConfiguration {
        var tls = TLSConfiguration(directory: folder, name: name)
        tls.revocationListFile = folder + "/revoked.pem"
        return tls
    }

    /// Puts a list in place that revokes those.
    func revoke(_ names: [String]) async throws {
        let settings = [
            "[ca]", "default_ca = this", "[this]", "database = \(folder)/index", "default_md = sha256",
            "default_crl_days = 2",
        ]
        try settings.joined(separator: "\n").write(
            toFile: folder + "/list.cnf", atomically: true, encoding: .utf8)
        try "".write(toFile: folder + "/index", atomically: true, encoding: .utf8)
        let ca = [
            "ca", "-config", folder + "/list.cnf", "-cert", folder + "/ca.pem", "-keyfile",
            folder + "/ca.key",
        ]
        for name in names { try await openssl(ca + ["-revoke", "\(folder)/\(name).pem"]) }
        try await openssl(ca + ["-gencrl", "-out", folder + "/made.pem"])
        let made = try Data(contentsOf: URL(filePath: folder + "/made.pem"))
        try made.write(to: URL(filePath: folder + "/revoked.pem"), options: .atomic)
    }

    private func openssl(_ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .name("openssl"), arguments: Arguments(arguments), output: .discarded,
            error: .string(limit: 64 * 1024))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    }
}

@Suite("Certificates while servers and clients run")
struct CertificateLifeTests {
    @Test("A client that is revoked loses its connection and gets no other; others go on")
    func revoked() async throws {
        let county = try County(of: await TestCertificates.value)
        try await county.revoke([])
        var limits = RPCLimits()
        limits.certificateCheckInterval = .milliseconds(10)
        let server = try await Rig.server(EchoHandler(), tls: county.tls("registry"), limits: limits)
        try await withRunning(server) { address in
            let good = try await Rig.client(address)
            let bad = try await Rig.client(address, tls: TestCertificates.value.tls("risk"), retriesMax: 0)
            try await withRunning(good) {
                try await withRunning(bad) {
                    let before = try await bad.ask(EchoMethods.unary, "x")
                    #expect(before == "x")
                    _ = try await good.ask(EchoMethods.unary, "x")
                    try await county.revoke(["risk"])
                    var error: RPCError?
                    while error == nil { error = await failure { try await bad.ask(EchoMethods.unary, "x") } }
                    // The connection goes first; the next one is refused by name.
                    while error?.reason != "certificate-revoked" {
                        error = await failure { try await bad.ask(EchoMethods.unary, "x") }
                    }
                    #expect(error?.code == .unavailable)
                }
                let report = try await good.unary(
                    BuiltInMethods.introspectionConnections, RPCConnectionsRequest())
                #expect(report.connections.map(\.callsStarted) == [2])
                #expect(report.lastError == "CERTIFICATE_REVOKED")
                #expect(report.handshakes.contains { $0.kind == "CERTIFICATE_REVOKED" })
            }
        }
        #expect((server.handshakes.counts[.init(result: "CERTIFICATE_REVOKED")] ?? 0) >= 1)
        #expect(server.handshakes.counts[.init(result: "SUCCESS", session: "FULL")] == 2)
    }

    @Test("A server that is revoked gets no more calls from clients that know")
    func revokedServer() async throws {
        let county = try County(of: await TestCertificates.value)
        try await county.revoke([])
        try await withRunning(Rig.server(EchoHandler())) { address in
            let client = try await Rig.client(address, tls: county.tls("gateway"), retriesMax: 0)
            try await withRunning(client) {
                let answer = try await client.ask(EchoMethods.unary, "x")
                #expect(answer == "x")
                try await county.revoke(["registry"])
                try client.reloadCertificates()
                var error: RPCError?
                while error?.reason != "certificate-revoked" {
                    error = await failure { try await client.ask(EchoMethods.unary, "x") }
                }
            }
            #expect((client.handshakes.counts[.init(result: "CERTIFICATE_REVOKED")] ?? 0) >= 1)
        }
    }

    @Test("Files that cannot be used are told and change nothing")
    func broken() async throws {
        let county = try County(of: await TestCertificates.value)
        try await county.revoke([])
        let server = try await Rig.server(EchoHandler(), tls: county.tls("registry"))
        try await withRunning(server) { address in
            try "nothing".write(toFile: county.folder + "/registry.pem", atomically: true, encoding: .utf8)
            let error = #expect(throws: RPCError.self) { try server.reloadCertificates() }
            #expect(error?.reason == "no-certificate")
            let client = try await Rig.client(address)
            try await withRunning(client) {
                let answer = try await client.ask(EchoMethods.unary, "x")
                #expect(answer == "x")
            }
        }
    }

    @Test("A client that comes again resumes its session, and operators see so")
    func resumed() async throws {
        var limits = RPCLimits()
        limits.connectionAgeMax = .milliseconds(20)
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            let client = try await Rig.client(address)
            try await withRunning(client) {
                var isSeen = false
                while !isSeen {
                    let report = try await client.unary(
                        BuiltInMethods.introspectionConnections, RPCConnectionsRequest())
                    isSeen = report.connections.contains { $0.resumed }
                    if isSeen {
                        #expect(
                            report.handshakes.contains { $0.kind == "SUCCESS" && $0.session == "RESUMED" })
                    }
                }
            }
            #expect(client.handshakes.counts[.init(result: "SUCCESS", session: "FULL")] == 1)
            #expect((client.handshakes.counts[.init(result: "SUCCESS", session: "RESUMED")] ?? 0) >= 1)
        }
    }

    @Test("Handshakes are counted by how they end, on both sides")
    func counted() async throws {
        let certificates = try await TestCertificates.value
        var limits = RPCLimits()
        limits.handshakeTimeout = .milliseconds(200)
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            let foreign = try await Rig.client(address, tls: certificates.foreignTLS("gateway"))
            try await withRunning(foreign) {
                _ = await failure { try await foreign.ask(EchoMethods.unary, "x") }
            }
            #expect(
                (foreign.handshakes.counts[.init(result: "CERTIFICATE_AUTHORITY_INVALID")] ?? 0)
                    >= 1)
            try await RawPeer.plain(address) { try await $0.untilClosed() }
            try await RawPeer.plain(address) { peer in
                try await peer.send(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
                try await peer.untilClosed()
            }
        }
        let kinds = Set(server.handshakes.counts.keys.map(\.result))
        #expect(
            kinds.isSuperset(of: ["CERTIFICATE_AUTHORITY_INVALID", "HANDSHAKE_TIMEOUT", "PROTOCOL_VIOLATION"])
        )
    }
}
