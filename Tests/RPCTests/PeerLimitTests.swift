import Codec
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import RPC

/// Keeps what is logged.
final class LogLines: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: Logger.Metadata
    }

    private let lines = Mutex<[Line]>([])

    var all: [Line] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "kept") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(
                level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:])
            lines.lines.withLock { $0.append(line) }
        }
    }
}

/// What one peer may take of a server's places and of its log.
@Suite("What one peer may take")
struct PeerLimitTests {
    @Test(
        "An identity has so many connections at most; others come in, and a place that is left is given again"
    )
    func connections() async throws {
        var limits = RPCLimits()
        limits.connectionsPerPeerMax = 2
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            try await RawPeer.secure(address) { first in
                try await first.greet()
                try await RawPeer.secure(address) { second in
                    try await second.greet()
                    try await RawPeer.secure(address) { third in
                        try await third.greet()
                        // Nobody answers that any more.
                        try? await third.send { FrameEncoder.ping(3, into: &$0) }
                        var last: GoAway?
                        reading: while let frame = try await third.frame() {
                            switch frame {
                            case .goAway(let goAway): last = goAway
                            case .pong: break reading
                            default: break
                            }
                        }
                        #expect(last?.reason == .overload)
                        #expect(last?.lastCallID == 0)
                    }
                    #expect(server.handshakes.counts[.init(result: "TOO_MANY_OF_PEER")] == 1)
                    let other = try await Rig.client(address, tls: TestCertificates.value.tls("risk"))
                    try await withRunning(other) {
                        let answer = try await other.ask(EchoMethods.unary, "x")
                        #expect(answer == "x")
                    }
                }
            }
        }
    }

    @Test("A client that is sent away comes again, and its calls go through when there is a place")
    func comesAgain() async throws {
        var limits = RPCLimits()
        limits.connectionsPerPeerMax = 1
        let server = try await Rig.server(EchoHandler(), limits: limits)
        try await withRunning(server) { address in
            let client = try await Rig.client(address)
            let sentAway = HandshakeCounts.Kind(result: "TOO_MANY_OF_PEER")
            let (held, letGo) = AsyncStream.makeStream(of: Void.self)
            let (greetings, greeted) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await RawPeer.secure(address) { first in
                        try await first.greet()
                        greeted.finish()
                        for await _ in held {}
                    }
                }
                for await _ in greetings {}
                try await withRunning(client) {
                    while server.handshakes.counts[sentAway, default: 0] < 3 { await Task.yield() }
                    letGo.finish()
                    var answer: String?
                    while answer == nil { answer = try? await client.ask(EchoMethods.unary, "x") }
                    #expect(answer == "x")
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("Every limit of the text is told, those of TLS sessions too")
    func told() async throws {
        var limits = RPCLimits()
        limits.sessionLifetime = .seconds(60)
        try await Rig.run(limits: limits) { rig in
            let report = try await rig.channel.unary(BuiltInMethods.versionLimits, RPCLimitsRequest())
            let told = Dictionary(uniqueKeysWithValues: report.limits.map { ($0.name, $0) })
            #expect(told["session-lifetime"]?.value == 60_000)
            #expect(told["session-lifetime"]?.unit == "milliseconds")
            #expect(told["sessions-kept"]?.value == 512)
            #expect(told["tickets-per-connection"]?.value == 1)
            #expect(told["connections-per-peer"]?.value == 256)
        }
    }

    @Test("A peer that fails again and again writes a few lines, and every one is counted")
    func failures() async throws {
        let lines = LogLines()
        let server = Server(
            configuration: ServerConfiguration(
                tls: try await TestCertificates.value.tls("registry"), environmentID: Rig.environment,
                software: Rig.software),
            handler: EchoHandler(), logger: lines.logger)
        try await withRunning(server) { address in
            for _ in 0..<30 {
                try await RawPeer.plain(address) { peer in
                    try await peer.send(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
                    try await peer.untilClosed()
                }
            }
        }
        let counted = server.handshakes.counts.filter { $0.key.result != "SUCCESS" }
        #expect(counted.values.reduce(0, +) == 30)
        #expect(lines.all.count { $0.level == .warning } == FailureLog.linesMax * counted.count)
    }

    @Test("What was left out of the log is counted in one line when the span ends; then lines come again")
    func leftOut() {
        let lines = LogLines()
        let loop = EmbeddedEventLoop()
        let log = FailureLog()
        func fail(_ kind: String, _ count: Int) {
            for _ in 0..<count { log.tell(kind, "failed", ["kind": "\(kind)"], to: lines.logger, on: loop) }
        }
        fail("A", 25)
        fail("B", 3)
        #expect(lines.all.count { $0.metadata["kind"] == "A" } == 10)
        #expect(lines.all.count { $0.metadata["kind"] == "B" } == 3)
        loop.advanceTime(by: .seconds(9))
        fail("A", 5)
        #expect(lines.all.count == 13)
        loop.advanceTime(by: .seconds(1))
        #expect(lines.all.count == 14)
        #expect(lines.all.last?.metadata == ["kind": "A", "count": "20"])
        // A new span for each: no line is owed for what was told whole.
        fail("A", 10)
        fail("B", 10)
        #expect(lines.all.count == 34)
        loop.advanceTime(by: .seconds(60))
        #expect(lines.all.count == 34)
    }
}
