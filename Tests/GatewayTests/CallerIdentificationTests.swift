import Contracts
import Logging
import RPC
import Security
import ServiceKit
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// A registry that knows one post, counts who asks, and keeps the caller for whom the gateway vouches.
private final class SmallRegistry: CallHandler {
    let methods = [RegistryMethods.confirmRole.descriptor, RegistryMethods.getChild.descriptor]
    let verifier: AssertionVerifier
    private let seen = Mutex<(confirmations: Int, callers: [Caller])>((0, []))

    init(verifier: AssertionVerifier) { self.verifier = verifier }

    var confirmations: Int { seen.withLock { $0.confirmations } }
    var callers: [Caller] { seen.withLock { $0.callers } }

    func handle(_ call: any ServerCall) async throws {
        let caller = try verifier.caller(of: call.context, method: call.method)
        guard call.method.id == RegistryMethods.confirmRole.descriptor.id else {
            seen.withLock { $0.callers.append(caller) }
            return try await call.answer(RegistryMethods.getChild) { _ in RegistryGetChildResponse() }
        }
        #expect(caller.isProgram("gateway"))
        seen.withLock { $0.confirmations += 1 }
        try await call.answer(RegistryMethods.confirmRole) { request in
            .with {
                guard request.role == "class-teacher", request.municipality == "0901" else { return }
                $0.confirmed = true
                $0.postID = PostID.synthetic(1).data
                $0.institutionID = InstitutionID.synthetic(2).data
                $0.institutionKind = "school"
                $0.className = "3a"
            }
        }
    }
}

@Suite("On whose behalf a call is made")
struct CallerIdentificationTests {
    private let registry: SmallRegistry
    private let endpoint: GatewayEndpoint

    init() throws {
        let key = SigningKey.generate()
        let clock = ManualClock(
            try #require(LocalDate(year: 2026, month: 3, day: 16)), LocalTime(hour: 8, minute: 0) ?? .midnight
        )
        registry = SmallRegistry(
            verifier: AssertionVerifier(
                service: "registry", county: ServiceBench.county, key: key.verifyingKey, clock: clock))
        let quiet = Logger(label: "gateway-tests") { _ in SwiftLogNoOpLogHandler() }
        let services = Services(
            channels: [
                .registry: InProcessChannel(
                    handler: registry, identity: Caller.program("gateway").system, logger: quiet)
            ], signer: AssertionSigner(key: key, clock: clock), county: ServiceBench.county)
        endpoint = GatewayEndpoint(
            service: GatewayService(services: services, addresses: [:], version: "1"), services: services,
            identification: CallerIdentification(services: services, county: ServiceBench.county),
            logger: quiet)
    }

    private func ask(
        role: String, municipality: String = "0901", kind: PeerIdentity.Kind = .system
    ) async throws {
        let channel = InProcessChannel(
            handler: endpoint,
            identity: PeerIdentity(
                county: ServiceBench.county, municipality: municipality, kind: kind, name: "school-records"),
            logger: Logger(label: "gateway-tests") { _ in SwiftLogNoOpLogHandler() })
        var metadata = Metadata()
        metadata[CallMetadata.person] = PersonID.synthetic(7).bytes
        metadata[CallMetadata.role] = Array(role.utf8)
        metadata[CallMetadata.purpose] = Array("case-work".utf8)
        _ = try await channel.unary(
            RegistryMethods.getChild, RegistryGetChildRequest(), CallOptions(metadata: metadata))
    }

    @Test("The service hears the person, the role and the post that the register confirmed")
    func vouchedFor() async throws {
        try await ask(role: "class-teacher")
        let caller = try #require(registry.callers.first)
        #expect(caller.person == .synthetic(7))
        #expect(caller.role == "class-teacher")
        #expect(caller.post == .synthetic(1))
        #expect(caller.institution == .synthetic(2))
        #expect(caller.className == "3a")
        #expect(caller.purpose == "case-work")
        #expect(caller.municipality == "0901")
    }

    @Test("The register is asked once for many calls of one person in one role")
    func askedOnce() async throws {
        for _ in 0..<5 { try await ask(role: "class-teacher") }
        #expect(registry.confirmations == 1)
        #expect(registry.callers.count == 5)
    }

    @Test("A role that no post gives is refused each time, and the service is not asked")
    func refusedRole() async throws {
        for role in ["head", "head"] {
            let error = await #expect(throws: RPCError.self) { try await ask(role: role) }
            #expect(error?.code == .permissionDenied)
            #expect(error?.reason == "role-not-confirmed")
        }
        // A refusal is not kept: a post that begins is felt at once.
        #expect(registry.confirmations == 2)
        #expect(registry.callers.isEmpty)
        try await ask(role: "class-teacher")
        await #expect(throws: RPCError.self) { try await ask(role: "class-teacher", municipality: "0928") }
        #expect(registry.callers.count == 1)
    }

    @Test("An operator's certificate opens no data, and a service without an address is named")
    func others() async throws {
        let error = await #expect(throws: RPCError.self) {
            try await ask(role: "class-teacher", municipality: "0060", kind: .person)
        }
        #expect(error?.reason == "systems-only")
        let channel = InProcessChannel(
            handler: endpoint,
            identity: PeerIdentity(
                county: ServiceBench.county, municipality: "0901", kind: .system, name: "school-records"))
        let absent = await #expect(throws: RPCError.self) {
            _ = try await channel.unary(RiskMethods.listSignals, RiskListSignalsRequest())
        }
        #expect(absent?.code == .unavailable)
        #expect(absent?.message.contains("tugi-risk") == true)
        #expect(absent?.retry != .neverSeen)
    }
}
