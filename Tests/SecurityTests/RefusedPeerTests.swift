import NIOCore
import Security
import Subprocess
import Testing

/// A client with a certificate that our own loading would refuse: the openssl command presents it.
private func presents(
    _ name: String, of theirs: TestAuthority, to ours: TestAuthority
) async throws -> (refusal: SecurityError?, log: String) {
    let listener = try await Listener.open(try ours.context("gateway"))
    let result = try await Subprocess.run(
        .name("openssl"),
        arguments: [
            "s_client", "-connect", "127.0.0.1:\(listener.port)", "-CAfile", ours.folder + "/ca.pem",
            "-cert", "\(theirs.folder)/\(name).pem", "-key", "\(theirs.folder)/\(name).key",
            "-tls1_3", "-alpn", "tugi/1", "-ign_eof",
        ],
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let refusal = try await listener.accepted().failure()
    try await listener.channel.close()
    return (refusal, result.standardError)
}

@Suite("Peers that are refused", .withAuthority)
struct RefusedPeerTests {
    private static let uri = "URI:spiffe://laane-viru.example/municipality/0901/system/school-records"

    @Test("A certificate of a foreign authority is refused, and the peer is told why")
    func foreignAuthority() async throws {
        let (ours, theirs) = (try TestAuthority.current(), try await TestAuthority.make())
        let (refusal, log) = try await presents("0901-school-records", of: theirs, to: ours)
        #expect(refusal?.code == .certificateAuthorityInvalid)
        #expect(refusal?.reportedByPeer == false)
        #expect(log.contains("alert"))
    }

    @Test("A server of a foreign authority is refused by the client")
    func foreignServer() async throws {
        let (ours, theirs) = (try TestAuthority.current(), try await TestAuthority.make())
        try await withConnection(server: theirs.context("gateway"), client: ours.context("operator")) {
            server, client in
            #expect(await client.failure()?.code == .certificateAuthorityInvalid)
            let told = await server.failure()
            #expect(told?.code == .certificateAuthorityInvalid)
            #expect(told?.reportedByPeer == true)
        }
    }

    @Test("A certificate of another county is refused though its authority is trusted")
    func otherCounty() async throws {
        let authority = try TestAuthority.current()
        let bad = try await authority.makeLeaf(
            san: "URI:spiffe://harju.example/municipality/0901/system/school-records")
        let (refusal, _) = try await presents(bad, of: authority, to: authority)
        #expect(refusal?.code == .certificateHostnameMismatch)
        #expect(refusal?.reason == "county-differs")
    }

    @Test("An expired certificate is refused")
    func expired() async throws {
        let authority = try TestAuthority.current()
        let bad = try await authority.makeLeaf(san: Self.uri, ended: true)
        let (refusal, log) = try await presents(bad, of: authority, to: authority)
        #expect(refusal?.code == .certificateExpired)
        #expect(log.contains("certificate expired"))
    }

    @Test(
        "A certificate that breaks the rules for identities is refused",
        arguments: [
            ("several-uris", uri + "," + uri + "-2", "digitalSignature", "clientAuth", false),
            ("no-uri", "DNS:school.example", "digitalSignature", "clientAuth", false),
            ("no-uri", "", "digitalSignature", "clientAuth", false),
            ("uri-form", "URI:https://school.example/", "digitalSignature", "clientAuth", false),
            ("uri-form", uri + "/more", "digitalSignature", "clientAuth", false),
            ("authority-as-leaf", uri, "digitalSignature,keyCertSign", "clientAuth", true),
            ("key-usage", uri, "digitalSignature,cRLSign", "clientAuth", false),
            ("key-usage", uri, "keyAgreement", "clientAuth", false),
            ("extended-key-usage", uri, "digitalSignature", "", false),
            ("certificate-invalid", uri, "digitalSignature", "serverAuth", false),
        ])
    func brokenRules(
        reason: String, san: String, usage: String, extended: String, authority isAuthority: Bool
    ) async throws {
        let authority = try TestAuthority.current()
        let bad = try await authority.makeLeaf(
            san: san, usage: usage, extended: extended, authority: isAuthority)
        let (refusal, _) = try await presents(bad, of: authority, to: authority)
        #expect(refusal?.code == .certificateMalformed)
        #expect(
            refusal?.reason == reason || (reason == "key-usage" && refusal?.reason == "certificate-invalid"))
    }

    @Test("A person's certificate opens no server")
    func personsServer() async throws {
        let authority = try TestAuthority.current()
        let context = try authority.context("operator")
        #expect(context.identity.kind == .person)
        #expect(throws: SecurityError.self) { try TLSHandler(context: context, side: .server) }
    }
}

@Suite("Loading certificates and keys", .withAuthority)
struct LoadingTests {
    @Test("A good folder loads and says who we are and until when")
    func loads() async throws {
        let authority = try TestAuthority.current()
        let context = try authority.context("risk")
        #expect(context.identity.uri == "spiffe://laane-viru.example/municipality/0060/system/risk")
        #expect(context.certificateExpiry > 1_700_000_000)
    }

    @Test("Each mistake in our own files is refused by name, with the file and the remedy")
    func mistakes() async throws {
        let authority = try TestAuthority.current()
        let other = try await TestAuthority.make()
        let folder = authority.folder
        let uri = "URI:spiffe://laane-viru.example/municipality/0060/system/risk"
        try await authority.makeLeaf("ended", san: uri, ended: true)
        try await authority.makeLeaf("double", san: uri + "," + uri + "2")
        try await authority.makeLeaf("useless", san: uri, extended: "codeSigning")
        try write("nothing", to: folder + "/empty.pem")
        try write(
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: folder + "/broken.pem")
        let good = authority.configuration("risk")
        func expect(
            _ code: SecurityError.Code, _ reason: String, _ change: (inout TLSConfiguration) -> Void,
            at place: SourceLocation = #_sourceLocation
        ) {
            var configuration = good
            change(&configuration)
            let error = #expect(throws: SecurityError.self, sourceLocation: place) {
                try TLSContext(configuration)
            }
            #expect(error?.code == code, sourceLocation: place)
            #expect(error?.reason == reason, sourceLocation: place)
            #expect(error?.message.contains(folder) == true, sourceLocation: place)
        }
        expect(.fileUnreadable, "file-missing") { $0.certificateChainFile = folder + "/missing.pem" }
        expect(.fileUnreadable, "file-missing") { $0.privateKeyFile = folder + "/missing.key" }
        expect(.fileUnreadable, "file-missing") { $0.trustRootsFile = folder + "/missing.pem" }
        expect(.certificateMalformed, "no-certificate") { $0.certificateChainFile = folder + "/empty.pem" }
        expect(.certificateMalformed, "no-certificate") { $0.trustRootsFile = folder + "/empty.pem" }
        expect(.certificateMalformed, "certificate-unreadable") {
            $0.certificateChainFile = folder + "/broken.pem"
        }
        expect(.keyInvalid, "key-unreadable") { $0.privateKeyFile = folder + "/empty.pem" }
        expect(.keyInvalid, "key-not-of-certificate") { $0.privateKeyFile = folder + "/registry.key" }
        expect(.certificateAuthorityInvalid, "authority-unknown") {
            $0.trustRootsFile = other.folder + "/ca.pem"
        }
        expect(.certificateExpired, "certificate-expired") { $0.certificateChainFile = folder + "/ended.pem" }
        expect(.certificateMalformed, "several-uris") { $0.certificateChainFile = folder + "/double.pem" }
        expect(.certificateMalformed, "extended-key-usage") {
            $0.certificateChainFile = folder + "/useless.pem"
        }
        expect(.certificateMalformed, "no-uri") { $0.certificateChainFile = folder + "/ca.pem" }
        expect(.certificateHostnameMismatch, "county-differs") { $0.county = "harju.example" }
        try write(
            String(decoding: read(folder + "/risk.key"), as: UTF8.self), to: folder + "/open.key", mode: 0o644
        )
        expect(.keyInvalid, "key-readable-by-all") { $0.privateKeyFile = folder + "/open.key" }
    }
}

@Suite("scripts/certificates")
struct CertificatesScriptTests {
    @Test("A second run keeps everything; what is missing or about to end is made again")
    func idempotent() async throws {
        let authority = try await TestAuthority.make()
        let folder = authority.folder
        let script = packageRoot + "/scripts/certificates"
        let arguments = [script, "--out", folder, "--municipality", "0901", "--system", "school-records"]
        let before = try read(folder + "/gateway.key")
        #expect(try await run("bash", arguments).contains("0 made, 9 kept"))
        #expect(try read(folder + "/gateway.key") == before)
        removeFile(folder + "/risk.pem")
        try await authority.makeLeaf(
            "training", san: "URI:spiffe://laane-viru.example/municipality/0060/system/training", ended: true)
        #expect(try await run("bash", arguments).contains("2 made, 7 kept"))
        #expect(try authority.context("training").identity.name == "training")
    }
}
