import SwiftProtobuf
import Metrics
import Synchronization

/// What a server knows of its connections, for `Introspection/Connections` and the metrics. No personal data:
/// peers are named as in their certificates.
final class ConnectionMonitor: Sendable {
    /// Asks a connection, on its own loop, for its row without the number; nil when it is gone.
    typealias Look = @Sendable () async -> RPCConnectionReport?

    private struct Content {
        var looks: [UInt64: (peer: String, look: Look)] = [:]
        /// Connections by whom they are of.
        var connections: [String: Int] = [:]
        var nextID: UInt64 = 0
        var lastError = ""
    }

    /// What fits into the answer's largest message.
    private static var connectionsMax: Int { 500 }
    private static var callsMax: Int { 1_500 }

    let handshakes = HandshakeCounts(side: "server")
    let failureLog = FailureLog()
    /// Of this program's own connections, by whom they go to.
    private let outgoing: [(target: String, counts: HandshakeCounts)]
    private let content = Mutex(Content())
    private let accepted = Counter(label: "tugi_rpc_connections_accepted_total")
    private let callsStarted = Atomic<UInt64>(0)
    private let callsFailed = Atomic<UInt64>(0)

    init(clients: [Client] = []) {
        outgoing = clients.map { ($0.target, $0.handshakes) }
    }

    /// Both HELLOs of a connection are good; the number is its name here. Nil when as many are open of that
    /// peer as may be.
    func opened(by peer: String, atMost most: Int, _ look: @escaping Look) -> UInt64? {
        let id = content.withLock { content -> UInt64? in
            guard content.connections[peer, default: 0] < most else { return nil }
            content.connections[peer, default: 0] += 1
            content.nextID += 1
            content.looks[content.nextID] = (peer, look)
            return content.nextID
        }
        if id != nil { accepted.increment() }
        return id
    }

    func closed(_ id: UInt64, error: String?) {
        content.withLock { content in
            if let peer = content.looks.removeValue(forKey: id)?.peer, let count = content.connections[peer] {
                content.connections[peer] = count > 1 ? count - 1 : nil
            }
            if let error { content.lastError = error }
        }
    }

    /// `kind` as in gRPC's proposal A118, such as "CERTIFICATE_EXPIRED".
    func handshakeFailed(kind: String) {
        handshakes.failed(kind)
        content.withLock { $0.lastError = kind }
    }

    func callStarted() { callsStarted.add(1, ordering: .relaxed) }

    func callFailed() { callsFailed.add(1, ordering: .relaxed) }

    func report() async -> RPCConnectionsReport {
        var report = RPCConnectionsReport()
        let (looks, accepted, lastError) = content.withLock {
            ($0.looks.sorted { $0.key < $1.key }, $0.nextID, $0.lastError)
        }
        report.accepted = accepted
        report.lastError = lastError
        report.callsStarted = callsStarted.load(ordering: .relaxed)
        report.callsFailed = callsFailed.load(ordering: .relaxed)
        report.handshakesFailed = handshakes.failed
        report.handshakes = handshakes.rows(target: "")
        for client in outgoing { report.handshakes += client.counts.rows(target: client.target) }
        report.more = looks.count > Self.connectionsMax
        var callsLeft = Self.callsMax
        for (id, connection) in looks.prefix(Self.connectionsMax) {
            guard var row = await connection.look() else { continue }
            row.id = id
            if row.calls.count > callsLeft {
                row.calls.removeLast(row.calls.count - callsLeft)
                report.more = true
            }
            callsLeft -= row.calls.count
            report.connections.append(row)
        }
        return report
    }
}

extension HandshakeCounts {
    fileprivate func rows(target: String) -> [RPCHandshakeCount] {
        counts.map { kind, count in
            .with {
                $0.kind = kind.result
                $0.session = kind.session
                $0.count = count
                $0.target = target
            }
        }.sorted { ($0.kind, $0.session) < ($1.kind, $1.session) }
    }
}
