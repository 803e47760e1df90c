import NIOCore
import Security
import Testing

/// Peers whose certificates come from an authority below the county's.
@Suite("Authorities between a peer and the root", .withAuthority)
struct ChainTests {
    /// A peer under an authority of its own below a second root; whoever uses `roots` trusts both roots.
    private struct Below {
        let authority: TestAuthority
        let root: String
        let between: String
        let leaf: String

        init(_ authority: TestAuthority, system: String) async throws {
            self.authority = authority
            let folder = authority.folder
            root = "root-" + SecureRandom.bytes(8).map { String($0) }.joined(separator: "-")
            // The script's own root allows no authority below it.
            try await run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "90",
                    "-subj", "/CN=\(root)", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                    "-keyout", "\(folder)/\(root).key", "-out", "\(folder)/\(root).pem",
                ])
            between = try await authority.makeLeaf(
                san: "", usage: "keyCertSign,cRLSign", extended: "", authority: true, issuer: root)
            leaf = try await authority.makeLeaf(
                san: "URI:spiffe://laane-viru.example/municipality/0060/system/\(system)", issuer: between)
            // The peer shows both.
            try join(["\(leaf).pem", "\(between).pem"], into: "\(leaf).pem")
            try join(["ca.pem", "\(root).pem"], into: "\(root)s.pem")
        }

        /// The settings of a name, with both roots.
        func configuration(_ name: String) -> TLSConfiguration {
            var configuration = authority.configuration(name)
            configuration.trustRootsFile = "\(authority.folder)/\(root)s.pem"
            return configuration
        }

        private func join(_ files: [String], into file: String) throws {
            let whole = try files.flatMap { try read("\(authority.folder)/\($0)") }
            try write(String(decoding: whole, as: UTF8.self), to: "\(authority.folder)/\(file).new")
            try move("\(authority.folder)/\(file).new", to: "\(authority.folder)/\(file)")
        }

        /// Puts the lists of all authorities into one file.
        func writeLists(_ name: String, revoking: [String]) async throws -> String {
            try await authority.makeRevocationList("\(name)-ca", revoking: [])
            try await authority.makeRevocationList(
                "\(name)-root", revoking: revoking.filter { $0 == between }, issuer: root)
            try await authority.makeRevocationList(
                "\(name)-between", revoking: revoking.filter { $0 == leaf }, issuer: between)
            try join(["ca", "root", "between"].map { "\(name)-\($0)" }, into: name)
            return "\(authority.folder)/\(name)"
        }
    }

    enum Revoked: Sendable, CaseIterable { case peer, authorityBetween }

    @Test(
        "A resumed client outlives new lists, until they name it or its authority",
        arguments: Revoked.allCases
    )
    func client(_ revoked: Revoked) async throws {
        let authority = try TestAuthority.current()
        let below = try await Below(authority, system: "gateway")
        var configuration = below.configuration("registry")
        configuration.revocationListFile = try await below.writeLists("\(revoked)-client.crl", revoking: [])
        let identity = try TLSIdentity(configuration)
        let listener = try await Listener.open(with: { identity.context })
        let client = try TLSContext(below.configuration(below.leaf))
        #expect(try await isResumed(client, listener) == false)
        let end = try await connect(client, port: listener.port, resuming: "server")
        let accepted = try await listener.accepted()
        #expect(await accepted.waitFor(.resumed))
        #expect(await accepted.waitFor(.handshake("tugi/1")))
        // The ticket for the next connection comes before the first byte.
        try await accepted.write([1])
        #expect(await end.bytes(1) == [1])
        _ = try await below.writeLists("\(revoked)-client.crl", revoking: [])
        let same = try identity.reload()
        #expect(try await accepted.complaint(by: same) == nil)
        let name = revoked == .peer ? below.leaf : below.between
        _ = try await below.writeLists("\(revoked)-client.crl", revoking: [name])
        let newer = try identity.reload()
        #expect(try await accepted.complaint(by: newer)?.code == .certificateRevoked)
        // Neither the ticket of before nor a full handshake opens the door.
        for server in ["server", nil] {
            let refused = try await connect(client, port: listener.port, resuming: server)
            #expect(try await listener.accepted().failure()?.code == .certificateRevoked)
            #expect(await refused.failure()?.reportedByPeer == true)
        }
        try await end.channel.close()
        try await listener.channel.close()
    }

    @Test(
        "A resumed server outlives new lists, until they name it or its authority",
        arguments: Revoked.allCases
    )
    func server(_ revoked: Revoked) async throws {
        let authority = try TestAuthority.current()
        let below = try await Below(authority, system: "registry")
        var configuration = below.configuration("gateway")
        configuration.revocationListFile = try await below.writeLists("\(revoked)-server.crl", revoking: [])
        let identity = try TLSIdentity(configuration)
        let listener = try await Listener.open(TLSContext(below.configuration(below.leaf)))
        #expect(try await isResumed(identity.context, listener) == false)
        let end = try await connect(identity.context, port: listener.port, resuming: "server")
        let accepted = try await listener.accepted()
        #expect(await accepted.waitFor(.resumed))
        #expect(await end.waitFor(.handshake("tugi/1")))
        let same = try identity.reload()
        #expect(try await end.complaint(by: same) == nil)
        let name = revoked == .peer ? below.leaf : below.between
        _ = try await below.writeLists("\(revoked)-server.crl", revoking: [name])
        let newer = try identity.reload()
        #expect(try await end.complaint(by: newer)?.code == .certificateRevoked)
        let refused = try await connect(newer, port: listener.port, resuming: "server")
        #expect(await refused.failure()?.code == .certificateRevoked)
        try await end.channel.close()
        try await listener.channel.close()
    }
}
