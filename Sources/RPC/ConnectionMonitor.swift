import Metrics
import Synchronization

/// What a server knows of its connections, for `Introspection/Connections` and the metrics. No personal data:
/// peers are named as in their certificates.
final class ConnectionMonitor: Sendable {
    private struct Connection {
        var peer: String
        var since: ContinuousClock.Instant
        var callsStarted: UInt64 = 0
        var callsRunning: UInt32 = 0
    }

    private struct Content {
        var connections: [UInt64: Connection] = [:]
        var nextID: UInt64 = 0
        var handshakesFailed: UInt64 = 0
        var callsStarted: UInt64 = 0
        var callsFailed: UInt64 = 0
        var lastError = ""
    }

    private let content = Mutex(Content())
    private let accepted = Counter(label: "tugi_rpc_connections_accepted_total")

    /// A connection's handshake is over; the number is its name here.
    func opened(peer: String) -> UInt64 {
        accepted.increment()
        return content.withLock { content in
            content.nextID += 1
            content.connections[content.nextID] = Connection(peer: peer, since: .now)
            return content.nextID
        }
    }

    func closed(_ id: UInt64, error: String?) {
        content.withLock { content in
            content.connections[id] = nil
            if let error { content.lastError = error }
        }
    }

    /// `kind` as in gRPC's proposal A118, such as "CERTIFICATE_EXPIRED".
    func handshakeFailed(kind: String) {
        Counter(label: "tugi_rpc_handshakes_failed_total", dimensions: [("kind", kind)]).increment()
        content.withLock { content in
            content.handshakesFailed += 1
            content.lastError = kind
        }
    }

    func callStarted(_ id: UInt64) {
        content.withLock { content in
            content.callsStarted += 1
            content.connections[id]?.callsStarted += 1
            content.connections[id]?.callsRunning += 1
        }
    }

    func callEnded(_ id: UInt64, failed: Bool) {
        content.withLock { content in
            if failed { content.callsFailed += 1 }
            guard let running = content.connections[id]?.callsRunning, running > 0 else { return }
            content.connections[id]?.callsRunning = running - 1
        }
    }

    func report() -> RPCConnectionsReport {
        let now = ContinuousClock.now
        return content.withLock { content in
            var report = RPCConnectionsReport()
            report.accepted = content.nextID
            report.handshakesFailed = content.handshakesFailed
            report.callsStarted = content.callsStarted
            report.callsFailed = content.callsFailed
            report.lastError = content.lastError
            // The answer has to stay within its method's maximum.
            report.connections = content.connections.sorted { $0.key < $1.key }.prefix(1000).map {
                id, connection in
                var row = RPCConnectionReport()
                row.id = id
                row.peer = connection.peer
                row.ageMilliseconds = UInt64(clamping: connection.since.duration(to: now).milliseconds)
                row.callsStarted = connection.callsStarted
                row.callsRunning = connection.callsRunning
                return row
            }
            return report
        }
    }
}
