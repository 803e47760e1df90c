import Metrics
import Synchronization

/// How many TLS handshakes ended how; also told to the program's metrics.
public final class HandshakeCounts: Sendable {
    /// How a handshake ended.
    public struct Kind: Sendable, Hashable {
        /// "SUCCESS", or why not, named as in gRPC's proposal A118 ("CERTIFICATE_EXPIRED"); or a fault of HELLO.
        public var result: String
        /// "FULL" or "RESUMED"; empty when it failed.
        public var session: String

        /// All values as documented at the properties.
        public init(result: String, session: String = "") {
            self.result = result
            self.session = session
        }
    }

    private let side: String
    private let content = Mutex<[Kind: UInt64]>([:])

    init(side: String) { self.side = side }

    /// The counts since the start.
    public var counts: [Kind: UInt64] { content.withLock { $0 } }

    var failed: UInt64 { counts.reduce(0) { $0 + ($1.key.session.isEmpty ? $1.value : 0) } }

    func succeeded(resumed: Bool) {
        count(Kind(result: "SUCCESS", session: resumed ? "RESUMED" : "FULL"))
    }

    func failed(_ result: String) { count(Kind(result: result, session: "")) }

    private func count(_ kind: Kind) {
        content.withLock { $0[kind, default: 0] += 1 }
        Counter(
            label: "tugi_rpc_handshakes_total",
            dimensions: [("side", side), ("kind", kind.result), ("session", kind.session)]
        ).increment()
    }
}
