import NIOCore
import Security
import Testing

@Suite("Revoked certificates and new files", .withAuthority)
struct RevocationTests {
    private static let uri = "URI:spiffe://laane-viru.example/municipality/0901/system/school-records"

    /// The settings of the gateway with that revocation list.
    private func gateway(_ authority: TestAuthority, list: String) -> TLSConfiguration {
        var configuration = authority.configuration("gateway")
        configuration.revocationListFile = list
        return configuration
    }

    @Test("A revoked client is refused and told so; others come in")
    func revoked() async throws {
        let authority = try TestAuthority.current()
        let bad = try await authority.makeLeaf(san: Self.uri)
        let list = try await authority.makeRevocationList("revoked.crl", revoking: [bad])
        let server = try TLSContext(gateway(authority, list: list))
        let listener = try await Listener.open(server)
        let refused = try await connect(authority.context(bad), port: listener.port)
        #expect(try await listener.accepted().failure()?.code == .certificateRevoked)
        let told = await refused.failure()
        #expect(told?.code == .certificateRevoked)
        #expect(told?.reportedByPeer == true)
        _ = try await connect(authority.context("0901-school-records"), port: listener.port)
        #expect(try await listener.accepted().waitFor(.handshake("tugi/1")))
        try await listener.channel.close()
    }

    @Test("A client refuses a revoked server")
    func revokedServer() async throws {
        let authority = try TestAuthority.current()
        let bad = try await authority.makeLeaf(
            san: "URI:spiffe://laane-viru.example/municipality/0060/system/risk")
        let list = try await authority.makeRevocationList("server.crl", revoking: [bad])
        try await withConnection(
            server: authority.context(bad), client: TLSContext(gateway(authority, list: list))
        ) { server, client in
            #expect(await client.failure()?.code == .certificateRevoked)
            #expect(await server.failure()?.reportedByPeer == true)
        }
    }

    @Test("A list that has ended is its own reason at the start")
    func endedList() async throws {
        let authority = try TestAuthority.current()
        let ended = try await authority.makeRevocationList("ended.crl", revoking: [], ended: true)
        let atStart = #expect(throws: SecurityError.self) { try TLSContext(gateway(authority, list: ended)) }
        #expect(atStart?.code == .revocationListInvalid)
        #expect(atStart?.reason == "revocation-list-expired")
    }

    @Test("Lists that end while connections are made refuse them by that reason")
    func listEndsLater() async throws {
        let authority = try TestAuthority.current()
        let leaf = try await authority.makeLeaf(san: Self.uri)
        let short = try await authority.makeRevocationList("short.crl", revoking: [], days: 2)
        // After the list was made: the list begins in the second of its making.
        let clock = ManualClock()
        var configuration = gateway(authority, list: short)
        configuration.sessionSecondsMax = 100 * 86_400
        let server = try TLSContext(configuration, now: clock.now)
        let client = try authority.context(leaf)
        let listener = try await Listener.open(server)
        #expect(try await isResumed(client, listener) == false)
        clock.advance(86_400)
        #expect(try await isResumed(client, listener) == true)
        clock.advance(2 * 86_400)
        // Neither a session of before nor a full handshake.
        for name in ["server", nil] {
            _ = try await connect(client, port: listener.port, resuming: name)
            #expect(try await listener.accepted().failure()?.reason == "revocation-list-expired")
        }
        try await listener.channel.close()
    }

    @Test("A list file without the authority's own list, or without any, is refused by name")
    func wrongLists() async throws {
        let authority = try TestAuthority.current()
        let other = try await TestAuthority.make()
        let foreign = try await other.makeRevocationList("foreign.crl", revoking: [])
        let missing = #expect(throws: SecurityError.self) {
            try TLSContext(gateway(authority, list: foreign))
        }
        #expect(missing?.code == .revocationListInvalid)
        try write("nothing", to: authority.folder + "/empty.crl")
        for file in ["empty.crl", "absent.crl"] {
            let error = #expect(throws: SecurityError.self) {
                try TLSContext(gateway(authority, list: authority.folder + "/" + file))
            }
            #expect(error?.message.contains(file) == true)
        }
    }

    @Test("Our own revoked certificate is told at the start")
    func ownRevoked() async throws {
        let authority = try TestAuthority.current()
        let list = try await authority.makeRevocationList("own.crl", revoking: ["training"])
        var configuration = authority.configuration("training")
        configuration.revocationListFile = list
        let error = #expect(throws: SecurityError.self) { try TLSContext(configuration) }
        #expect(error?.code == .certificateRevoked)
    }

    @Test("New files are taken into use together, broken ones not at all")
    func reload() async throws {
        let authority = try await TestAuthority.make()
        let configuration = authority.configuration("gateway")
        let identity = try TLSIdentity(configuration)
        let first = identity.context
        #expect(try identity.reloadIfChanged() == nil)
        // A certificate without its key: half a pair.
        let uri = "URI:spiffe://laane-viru.example/municipality/0060/system/gateway"
        let next = try await authority.makeLeaf(san: uri)
        try copy("\(authority.folder)/\(next).pem", to: configuration.certificateChainFile)
        let error = #expect(throws: SecurityError.self) { try identity.reloadIfChanged() }
        #expect(error?.reason == "key-not-of-certificate")
        #expect(identity.context === first)
        // Told once, until something changes again.
        #expect(try identity.reloadIfChanged() == nil)
        #expect(throws: SecurityError.self) { try identity.reload() }
        try copy("\(authority.folder)/\(next).key", to: configuration.privateKeyFile)
        let second = try #require(try identity.reloadIfChanged())
        #expect(identity.context === second)
        #expect(second.certificateExpiry > first.certificateExpiry)
        #expect(try identity.reloadIfChanged() == nil)
    }

    @Test("An open connection is judged by newer lists and authorities, also when it was resumed")
    func judged() async throws {
        let authority = try TestAuthority.current()
        let leaf = try await authority.makeLeaf(san: Self.uri)
        let good = try await authority.makeRevocationList("judge.crl", revoking: [])
        let identity = try TLSIdentity(gateway(authority, list: good))
        let listener = try await Listener.open(with: { identity.context })
        let client = try authority.context(leaf)
        #expect(try await isResumed(client, listener) == false)
        let end = try await connect(client, port: listener.port, resuming: "server")
        let accepted = try await listener.accepted()
        #expect(await accepted.waitFor(.resumed))
        #expect(await accepted.waitFor(.handshake("tugi/1")))
        #expect(try await accepted.complaint(by: identity.context) == nil)
        try await authority.makeRevocationList("judge.crl", revoking: [leaf])
        let newer = try #require(try identity.reloadIfChanged())
        #expect(try await accepted.complaint(by: newer)?.code == .certificateRevoked)
        let foreign = try await TestAuthority.make()
        let others = try foreign.context("gateway")
        #expect(try await accepted.complaint(by: others)?.code == .certificateAuthorityInvalid)
        #expect(try await end.complaint(by: others)?.code == .certificateAuthorityInvalid)
        try await end.channel.close()
        try await listener.channel.close()
    }
}

extension End {
    func complaint(by newer: TLSContext) async throws -> SecurityError? {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: TLSHandler.self).complaint(by: newer)
        }.get()
    }
}
