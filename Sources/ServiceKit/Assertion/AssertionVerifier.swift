import Contracts
import NIOCore
public import RPC
public import Security
import Store
import SwiftProtobuf
import Synchronization

/// Believes caller assertions, or says why not. Each service verifies for itself; the gateway's certificate alone opens
/// nothing, and neither does an assertion that comes over any other connection than the gateway's.
public final class AssertionVerifier: Sendable {
    private let service: String
    private let county: String
    private let gateway: PeerIdentity
    private let key: VerifyingKey
    private let clock: any WallClock
    /// Assertions whose signature was found good: they are checked again in all but the signature. They are looked
    /// up by their last bytes, which are as good as random, and then compared as a whole.
    private let verified = Mutex<[UInt64: Verified]>([:])
    private static let verifiedMax = 2048

    private final class Verified: Sendable {
        let bytes: ByteBuffer
        let assertion: CallerAssertion

        init(bytes: ByteBuffer, assertion: CallerAssertion) {
            self.bytes = bytes
            self.assertion = assertion
        }
    }

    /// `service`: the audience that assertions must name; `county`: the trust domain; `key`: the gateway's
    /// public one.
    public init(service: String, county: String, key: VerifyingKey, clock: any WallClock) {
        self.service = service
        self.county = county
        gateway = PeerIdentity(county: county, municipality: "0060", kind: .system, name: "gateway")
        self.key = key
        self.clock = clock
    }

    /// On whose behalf this call is made. Throws `unauthenticated` with the reason.
    public func caller(of context: CallContext, method: MethodDescriptor) throws(RPCError) -> Caller {
        guard let peer = context.peer, peer == gateway else {
            throw refusal(
                "assertion-peer",
                "Services take calls from the county's gateway only: call the gateway instead.")
        }
        guard let bytes = context.metadata[bytes: CallMetadata.assertion] else {
            throw refusal(
                "assertion-missing", "The call carries no caller assertion: call through the gateway.")
        }
        let assertion = try verified(bytes).assertion
        guard assertion.audience == service else {
            throw refusal("assertion-audience", "The caller assertion is for another service.")
        }
        guard assertion.methods.contains(method.id) else {
            throw refusal("assertion-method", "The caller assertion is not for this method.")
        }
        let now = clock.now().microseconds
        guard now < assertion.expires.microseconds else {
            throw refusal(
                "assertion-expired", "The caller assertion has expired: call again through the gateway.")
        }
        guard assertion.issued.microseconds <= now + CallerAssertion.skewMicroseconds,
            assertion.expires.microseconds - assertion.issued.microseconds
                <= CallerAssertion.lifetimeMicroseconds
        else {
            throw refusal(
                "assertion-early",
                "The caller assertion is from the future or holds too long: compare the machines' clocks.")
        }
        guard assertion.caller.system.county == county else {
            throw refusal("assertion-county", "The caller belongs to another county.")
        }
        return assertion.caller
    }

    private func verified(_ bytes: ByteBuffer) throws(RPCError) -> Verified {
        let end = bytes.getInteger(at: bytes.writerIndex - 8, as: UInt64.self) ?? 0
        if let known = verified.withLock({ $0[end] }), known.bytes == bytes { return known }
        guard bytes.readableBytes <= CallerAssertion.bytesMax,
            let signed = try? CommonSignedCallerAssertion(
                serializedBytes: Array(bytes.readableBytesView))
        else { throw refusal("assertion-unreadable", "The caller assertion cannot be read.") }
        let encoded = [UInt8](signed.assertion)
        guard key.isValid([UInt8](signed.signature), for: CallerAssertion.signedBytes(encoded)) else {
            throw refusal(
                "assertion-forged",
                "The caller assertion was not signed by the gateway's key: compare `assertion.public-key` with it."
            )
        }
        guard let assertion = CallerAssertion(encoded: encoded) else {
            throw refusal("assertion-unreadable", "The caller assertion cannot be read.")
        }
        let now = clock.now()
        // A copy of its own: what was received holds much else.
        let new = Verified(bytes: ByteBuffer(bytes: bytes.readableBytesView), assertion: assertion)
        verified.withLock { verified in
            if verified.count >= Self.verifiedMax {
                verified = verified.filter { $0.value.assertion.expires > now }
            }
            if verified.count >= Self.verifiedMax { verified = [:] }
            verified[end] = new
        }
        return new
    }

    private func refusal(_ reason: String, _ message: String) -> RPCError {
        RPCError(.unauthenticated, reason: reason, message: message)
    }
}
