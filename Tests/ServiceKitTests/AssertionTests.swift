import Contracts
import NIOCore
import RPC
import Security
import ServiceKit
import Store
import TestSupport
import Testing

@Suite("A service believes only what the gateway signed for it")
struct AssertionTests {
    let clock = ManualClock(Instant(microseconds: 1_770_000_000_000_000))
    let key = SigningKey.generate()
    let method = RegistryMethods.getChild.descriptor
    let caller = Caller.synthetic(
        role: "class-teacher", institution: .synthetic(5), className: "5a", person: .synthetic(9),
        post: .synthetic(6), purpose: "noticing")

    var verifier: AssertionVerifier {
        AssertionVerifier(
            service: "registry", county: ServiceBench.county, key: key.verifyingKey, clock: clock)
    }

    func assertion(
        _ caller: Caller? = nil, audience: String = "registry", methods: Set<UInt32>? = nil,
        key: SigningKey? = nil
    ) throws -> [UInt8] {
        let signer = AssertionSigner(key: key ?? self.key, clock: clock)
        return Array(
            try signer.assertion(
                for: caller ?? self.caller, audience: audience, methods: methods ?? [method.id]
            ).readableBytesView)
    }

    func context(_ assertion: [UInt8]?, peer: PeerIdentity? = Caller.program("gateway").system) -> CallContext
    {
        var metadata = Metadata()
        metadata[CallMetadata.assertion] = assertion
        return CallContext(peer: peer, metadata: metadata, deadline: .now + .seconds(5))
    }

    func refusal(_ context: CallContext, verifier: AssertionVerifier? = nil) throws -> String {
        let verifier = verifier ?? self.verifier
        let error = try #require(throws: RPCError.self) { try verifier.caller(of: context, method: method) }
        #expect(error.code == .unauthenticated)
        return error.reason
    }

    @Test("All that the gateway confirmed of the caller arrives")
    func arrives() throws {
        #expect(try verifier.caller(of: context(try assertion()), method: method) == caller)
    }

    @Test("A call without an assertion is refused")
    func missing() throws {
        #expect(try refusal(context(nil)) == "assertion-missing")
    }

    @Test("An assertion is stale after sixty seconds, also when it was verified before")
    func expired() throws {
        let (verifier, bytes) = (verifier, try assertion())
        _ = try verifier.caller(of: context(bytes), method: method)
        clock.advance(by: .seconds(59))
        _ = try verifier.caller(of: context(bytes), method: method)
        clock.advance(by: .seconds(1))
        #expect(try refusal(context(bytes), verifier: verifier) == "assertion-expired")
    }

    @Test("An assertion from the future is refused")
    func early() throws {
        let bytes = try assertion()
        clock.advance(by: .seconds(-30))
        #expect(try refusal(context(bytes)) == "assertion-early")
    }

    @Test("An assertion for another service or another method is refused")
    func elsewhere() throws {
        #expect(try refusal(context(try assertion(audience: "risk"))) == "assertion-audience")
        #expect(try refusal(context(try assertion(methods: [0x0101]))) == "assertion-method")
    }

    @Test("An assertion signed with another key is refused")
    func forged() throws {
        #expect(try refusal(context(try assertion(key: .generate()))) == "assertion-forged")
    }

    @Test("Not one flipped bit of an assertion goes unnoticed")
    func flipped() throws {
        let bytes = try assertion()
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1 << UInt8(index % 8)
            #expect(throws: RPCError.self) { try verifier.caller(of: context(changed), method: method) }
        }
        for count in bytes.indices {
            #expect(throws: RPCError.self) {
                try verifier.caller(of: context(Array(bytes.prefix(count))), method: method)
            }
        }
    }

    @Test("A stolen assertion is worth nothing over any connection but the gateway's")
    func stolen() throws {
        let bytes = try assertion()
        let others = [
            nil, Caller.program("risk").system, caller.system,
            PeerIdentity(county: ServiceBench.county, municipality: "0901", kind: .system, name: "gateway"),
            PeerIdentity(county: ServiceBench.county, municipality: "0060", kind: .person, name: "gateway"),
            PeerIdentity(county: "other.example", municipality: "0060", kind: .system, name: "gateway"),
        ]
        for peer in others { #expect(try refusal(context(bytes, peer: peer)) == "assertion-peer") }
    }

    @Test("A caller of another county is refused although the gateway signed")
    func otherCounty() throws {
        var foreign = caller
        foreign.system = PeerIdentity(county: "other.example", municipality: "0901", kind: .system, name: "x")
        #expect(try refusal(context(try assertion(foreign))) == "assertion-county")
    }

    @Test("The signer signs once for equal calls and anew before the end comes near")
    func reused() throws {
        let signer = AssertionSigner(key: key, clock: clock)
        func next() throws -> [UInt8] {
            let bytes = try signer.assertion(for: caller, audience: "registry", methods: [method.id])
            return Array(bytes.readableBytesView)
        }
        let first = try next()
        #expect(try next() == first)
        clock.advance(by: .seconds(50))
        let second = try next()
        #expect(second != first)
        clock.advance(by: .seconds(30))
        #expect(try verifier.caller(of: context(second), method: method) == caller)
    }
}
