import Contracts
public import NIOCore
import RPC
public import Security
import Store
import SwiftProtobuf
import Synchronization

/// Signs caller assertions; only the gateway has such a key. An assertion is used again for equal calls until it nears
/// its end, since a signature costs more than all else in a forwarded call.
public final class AssertionSigner: Sendable {
    private let key: SigningKey
    private let clock: any WallClock
    private let signed = Mutex<[Wanted: Signed]>([:])

    private struct Wanted: Hashable {
        var caller: Caller
        var audience: String
        var methods: Set<UInt32>

        /// What tells most apart; the rest is compared.
        func hash(into hasher: inout Hasher) {
            hasher.combine(caller.person)
            hasher.combine(caller.system.municipality)
            hasher.combine(methods.min())
        }
    }

    private struct Signed {
        var bytes: ByteBuffer
        var expires: Instant
    }

    /// An assertion is not used again when less than this is left.
    private static let reserveMicroseconds: Int64 = 20 * 1_000_000
    private static let keptMax = 4096

    /// `key`: P-256, not that of a TLS certificate.
    public init(key: SigningKey, clock: any WallClock) {
        self.key = key
        self.clock = clock
    }

    /// The value of the call's metadata ``CallMetadata/assertion``.
    public func assertion(for caller: Caller, audience: String, methods: Set<UInt32>) throws -> ByteBuffer {
        let wanted = Wanted(caller: caller, audience: audience, methods: methods)
        let now = clock.now()
        let kept = signed.withLock { $0[wanted] }
        if let kept, kept.expires.microseconds - now.microseconds > Self.reserveMicroseconds {
            return kept.bytes
        }
        let assertion = CallerAssertion(caller: caller, audience: audience, methods: methods, issued: now)
        let encoded = try assertion.encoded()
        let signature = try key.signature(for: CallerAssertion.signedBytes(encoded))
        let bytes = try encode(
            CommonSignedCallerAssertion.with {
                $0.assertion = .init(encoded)
                $0.signature = .init(signature)
            })
        signed.withLock { signed in
            if signed.count >= Self.keptMax { signed = signed.filter { $0.value.expires > now } }
            if signed.count >= Self.keptMax { signed = [:] }
            signed[wanted] = Signed(bytes: bytes, expires: assertion.expires)
        }
        return bytes
    }
}
