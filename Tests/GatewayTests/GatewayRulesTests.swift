import Contracts
import RPC
import Security
import ServiceKit
import TestSupport
import Testing

@testable import Gateway

@Suite("What the gateway decides by itself")
struct GatewayRulesTests {
    private func peer(
        _ kind: PeerIdentity.Kind = .system, _ municipality: String = "0901", county: String? = nil
    ) -> PeerIdentity {
        PeerIdentity(
            county: county ?? ServiceBench.county, municipality: municipality, kind: kind, name: "proov")
    }

    /// The reason for which a peer is not let in; nil when it is.
    private func refusal(_ peer: PeerIdentity?, _ method: MethodDescriptor) -> String? {
        do {
            _ = try GatewayRules.admit(peer, to: method, county: ServiceBench.county)
            return nil
        } catch {
            return RPCError(answering: error).reason
        }
    }

    @Test(
        "Public methods are for systems, operators' for the county's persons, internal ones for nobody"
    )
    func audiences() {
        let open = RegistryMethods.getChild.descriptor
        let operators = GatewayMethods.status.descriptor
        let inner = RegistryMethods.confirmRole.descriptor
        #expect(refusal(peer(), open) == nil)
        #expect(refusal(peer(.system, "0060"), open) == nil)
        #expect(refusal(peer(.person, "0060"), open) == "systems-only")
        #expect(refusal(peer(.person, "0060"), operators) == nil)
        #expect(refusal(peer(.person, "0901"), operators) == "operators-only")
        #expect(refusal(peer(), operators) == "operators-only")
        #expect(refusal(peer(.system, "0060"), inner) == "method-internal")
        #expect(refusal(peer(.person, "0060"), inner) == "method-internal")
    }

    @Test("A peer of another county, or without an identity, is let in to nothing")
    func foreign() {
        for method in [RegistryMethods.getChild.descriptor, GatewayMethods.status.descriptor] {
            #expect(refusal(nil, method) == "certificate-foreign")
            #expect(refusal(peer(county: "teine.example"), method) == "certificate-foreign")
        }
    }

    private func metadata(person: [UInt8]? = nil, role: String? = nil, purpose: String? = nil) -> Metadata {
        var metadata = Metadata()
        metadata["tugi-person"] = person
        metadata["tugi-role"] = role.map { Array($0.utf8) }
        metadata["tugi-purpose"] = purpose.map { Array($0.utf8) }
        return metadata
    }

    @Test("A person is named with a role and a purpose, a system may act by itself")
    func claims() throws {
        let person = PersonID.synthetic(7)
        let claim = try GatewayRules.claim(in: metadata(person: person.bytes, role: "head"))
        #expect(claim == GatewayRules.Claim(person: person, role: "head"))
        #expect(try GatewayRules.claim(in: metadata()) == nil)
        #expect(try GatewayRules.purpose(in: metadata(), claim: nil) == "data-entry")
        #expect(try GatewayRules.purpose(in: metadata(purpose: "support"), claim: claim) == "support")
    }

    @Test(
        "What is half said of a person is refused",
        arguments: [
            (nil, "head", "support", "person-missing"), ([1, 2, 3], "head", "support", "person-malformed"),
            (Array(repeating: 7, count: 16), nil, "support", "role-missing"),
            (Array(repeating: 7, count: 16), "Head Teacher", "support", "role-missing"),
            (Array(repeating: 7, count: 16), "head", nil, "purpose-missing"),
            (Array(repeating: 7, count: 16), "head", "Because I want!", "purpose-missing"),
        ] as [([UInt8]?, String?, String?, String)])
    func halfSaid(person: [UInt8]?, role: String?, purpose: String?, reason: String) {
        let said = metadata(person: person, role: role, purpose: purpose)
        let error = #expect(throws: ServiceError.self) {
            _ = try GatewayRules.purpose(in: said, claim: try GatewayRules.claim(in: said))
        }
        #expect(error.map { RPCError(answering: $0).reason } == reason)
    }

    @Test("Every method that is passed on is public and has an owner; no other is passed on")
    func forwarded() {
        #expect(!GatewayRules.forwarded.isEmpty)
        for method in GatewayRules.forwarded {
            #expect(method.audience == .public, "\(method.name)")
            #expect(GatewayRules.owner(of: method.id) != nil, "\(method.name)")
            #expect(method.name.contains(GatewayRules.owner(of: method.id)?.rawValue ?? "none"))
        }
        #expect(Set(GatewayRules.forwarded.map(\.id)).count == GatewayRules.forwarded.count)
        for id in GatewayMethod.allCases.map(\.rawValue) + [CommonMethod.auditForChild.rawValue] {
            #expect(GatewayRules.owner(of: id) == nil)
        }
        let all = RegistryMethod.allCases.map(\.descriptor) + RiskMethod.allCases.map(\.descriptor)
        let inner = Set(all.filter { $0.audience != .public }.map(\.id))
        #expect(inner.isDisjoint(with: GatewayRules.forwarded.map(\.id)))
    }

    @Test("Steps of one operation have ids of their own, the same each time")
    func derivedOperations() {
        let base = OperationID.synthetic(1).bytes
        let commit = GatewayRules.operation(base, step: "commit")
        #expect(commit == GatewayRules.operation(base, step: "commit"))
        #expect(commit != GatewayRules.operation(base, step: "abort"))
        #expect(commit != GatewayRules.operation(OperationID.synthetic(2).bytes, step: "commit"))
        #expect(OperationID(commit) != nil)
        #expect(commit[6] >> 4 == 8 && commit[8] >> 6 == 2)
    }

    @Test("A journal is finished by its own municipality, by the system itself or a registrar")
    func finishing() {
        func may(_ role: String, _ municipality: String = "0901") -> Bool {
            GatewayRules.mayFinishImport(
                .synthetic(role: role, municipality: municipality), municipality: "0901")
        }
        #expect(may("registrar") && !may("head"))
        #expect(!may("class-teacher") && !may("registrar", "0928"))
        var system = Caller.synthetic(role: "head")
        system.person = nil
        #expect(GatewayRules.mayFinishImport(system, municipality: "0901"))
    }

    @Test("Events flow along the decided arrows and no others")
    func arrows() {
        let arrows = GatewayRules.subscriptions.map { "\($0.source.rawValue)>\($0.consumer.rawValue)" }
        #expect(
            Set(arrows) == [
                "registry>risk", "registry>referral", "registry>training", "risk>referral", "referral>risk",
                "referral>registry", "training>registry", "registry>registry",
            ])
        #expect(arrows.count == 8)
    }
}
