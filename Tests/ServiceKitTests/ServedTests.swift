import Contracts
import Logging
import RPC
import Security
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@Suite("A service over mutual TLS")
struct ServedTests {
    let certificates: TestCertificates
    let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }

    init() throws { certificates = try TestCertificates.shared() }

    /// Serves the sample, and gives `body` its address and a signer that the service believes.
    func served(_ body: (PeerAddress, AssertionSigner) async throws -> Void) async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let handler = ServiceHandler(
            kit: bench.kit, endpoint: bench.endpoint,
            verifier: AssertionVerifier(
                service: "registry", county: ServiceBench.county,
                key: try certificates.assertionVerifyingKey(), clock: bench.clock), logger: quiet)
        let server = Server(
            configuration: ServerConfiguration(
                tls: certificates.tls("registry"), environmentID: "laane-viru.example/test",
                software: Software(name: "sample", version: "1")),
            handler: handler, logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let signer = AssertionSigner(key: try certificates.assertionSigningKey(), clock: bench.clock)
            do {
                try await body(try await server.boundAddress, signer)
            } catch {
                server.drain()
                throw error
            }
            server.drain()
            try await group.waitForAll()
        }
    }

    /// Asks for the sample's child as `peer` over its own certificate.
    func ask(
        _ address: PeerAddress, as peer: String, _ signer: AssertionSigner
    ) async throws -> RegistryGetChildResponse {
        let client = Client(
            configuration: ClientConfiguration(
                addresses: [address], tls: certificates.tls(peer), environmentID: "laane-viru.example/test",
                software: Software(name: peer, version: "1"), expectedPeer: "registry"), logger: quiet)
        var options = CallOptions()
        options.metadata[bytes: CallMetadata.assertion] = try signer.assertion(
            for: .synthetic(role: "head"), audience: "registry",
            methods: [RegistryMethods.getChild.descriptor.id])
        let final = options
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            return try await client.unary(
                RegistryMethods.getChild,
                .with {
                    $0.municipality = "0901"
                    $0.childID = ChildID.synthetic(1).data
                }, final)
        }
    }

    @Test("The gateway is answered; the same assertion from any other certificate is not")
    func stolenAssertion() async throws {
        try await served { address, signer in
            #expect(try await ask(address, as: "gateway", signer).child.className == "5a")
            for thief in ["risk", "0901-school-records", "operator"] {
                let error = try await #require(throws: RPCError.self) {
                    try await ask(address, as: thief, signer)
                }
                #expect(error.code == .unauthenticated)
                #expect(error.reason == "assertion-peer")
            }
        }
    }

    @Test("The gateway's certificate without the assertion key opens nothing")
    func stolenCertificate() async throws {
        try await served { address, _ in
            let forger = AssertionSigner(key: .generate(), clock: try #require(SystemWallClock()))
            let error = try await #require(throws: RPCError.self) {
                try await ask(address, as: "gateway", forger)
            }
            #expect(error.code == .unauthenticated)
            #expect(error.reason == "assertion-forged")
        }
    }
}
