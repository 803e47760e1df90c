import Codec
import NIOCore
import NIOEmbedded
import NIOTLS
import Security
import Synchronization
import Testing

@testable import RPC

/// Between a connection and its socket: what is written goes no further, and the socket breaks or lingers
/// when a test wants.
private final class Socket: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    /// The next write finds the connection broken.
    var breaks = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.succeed()
        guard breaks else { return }
        breaks = false
        context.close(promise: nil)
    }
}

/// Does not close while the last bytes are still on their way.
private final class Lingering: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var isOver = false

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isOver { context.close(mode: mode, promise: promise) } else { promise?.succeed() }
    }
}

/// What connections do when their socket fails in the middle of something: driven by hand, since no real
/// socket breaks at a chosen moment.
@Suite("Connections whose socket fails in the middle of something")
struct ShellTests {
    private static func identity(_ name: String) async throws -> TLSIdentity {
        try TLSIdentity(try await TestCertificates.value.tls(name))
    }

    private static func bytes(_ write: (inout ByteBuffer) -> Void) -> ByteBuffer {
        var bytes = ByteBuffer()
        write(&bytes)
        return bytes
    }

    @Test("A client whose connection breaks while calls that waited are opened ends every call once")
    func breaksWhileOpening() async throws {
        try Self.breakWhileOpening(try await Self.identity("gateway"))
    }

    private static func breakWhileOpening(_ identity: TLSIdentity) throws {
        let limits = RPCLimits()
        let loop = EmbeddedEventLoop()
        let shell = ClientShell(
            hello: Hello(environment: Rig.environment, software: "test/1"), limits: limits,
            expectedPeer: nil, tls: try TLSHandler(context: identity.context, side: .client),
            identity: identity, handshakes: HandshakeCounts(side: "client"), eventLoop: loop,
            logger: Rig.logger)
        let socket = Socket()
        let channel = EmbeddedChannel(handlers: [socket, shell], loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.pipeline.fireUserInboundEventTriggered(
            TLSUserEvent.handshakeCompleted(negotiatedProtocol: "tugi/1"))
        var server = Limits()
        server.callsMax = 8
        try channel.writeInbound(
            Self.bytes {
                FrameEncoder.write(
                    Hello(environment: Rig.environment, software: "test/1", limits: server), into: &$0)
            })
        // Eight run, forty wait.
        let calls = (0..<48).map { _ in
            ClientCallCore(
                method: EchoMethods.unary,
                header: EchoMethods.unary.header(), deadline: .now.advanced(by: .seconds(600)),
                compress: false, limits: limits, loop: shell.loop)
        }
        for call in calls { call.replay([ByteBuffer(repeating: 1, count: 60 * 1024)], finished: true) }
        loop.run()
        #expect(shell.calls.count == 8)
        #expect(shell.waiting.count == 40)
        // Room for all of the next eight in one round, which is more than leaves at once.
        socket.breaks = true
        try channel.writeInbound(
            Self.bytes { for id in CallID(1)...8 { FrameEncoder.write(.ok, call: id, into: &$0) } })
        loop.run()
        #expect(shell.calls.isEmpty)
        #expect(shell.waiting.isEmpty)
        #expect(calls.dropFirst(8).allSatisfy { $0.failure?.code == .unavailable })
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    /// Sends without end, and tells how its sending ended.
    private final class Flooding: CallHandler {
        let end = Mutex<String?>(nil)
        var methods: [MethodDescriptor] { [EchoMethods.flood] }

        func handle(_ call: any ServerCall) async throws {
            do {
                while true { try await call.send(ByteBuffer(repeating: 7, count: 32 * 1024)) }
            } catch {
                end.withLock { $0 = (error as? RPCError)?.reason ?? "\(error)" }
                throw error
            }
        }
    }

    @Test("A handler that sends on a connection that is closing is told so, and does not wait for the socket")
    func sendsWhileClosing() async throws {
        try Self.sendWhileClosing(try await Self.identity("registry"))
    }

    private static func sendWhileClosing(_ identity: TLSIdentity) throws {
        let limits = RPCLimits()
        let loop = EmbeddedEventLoop()
        let handler = Flooding()
        let shared = ServerContext(
            builtIn: BuiltInHandler(
                application: handler.methods, health: HealthRegistry(), software: Rig.software,
                environment: Rig.environment, limits: limits, schema: [], monitor: ConnectionMonitor(),
                mayInspect: { _ in false }),
            application: handler, limits: limits,
            hello: Hello(environment: Rig.environment, software: "test/1", limits: limits.wire),
            monitor: ConnectionMonitor(), slots: HandshakeSlots(limits), logger: Rig.logger)
        guard case .place(let slot, _) = shared.slots.take(.other, now: .now()) else {
            Issue.record("no place for the first connection")
            return
        }
        let lingering = Lingering()
        let shell = ServerShell(
            shared: shared, identity: identity,
            tls: try TLSHandler(context: identity.context, side: .server), slot: slot, eventLoop: loop)
        let channel = EmbeddedChannel(handlers: [lingering, Socket(), shell], loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.pipeline.fireUserInboundEventTriggered(
            TLSUserEvent.handshakeCompleted(negotiatedProtocol: "tugi/1"))
        try channel.writeInbound(
            Self.bytes {
                FrameEncoder.write(Hello(environment: Rig.environment, software: "test/1"), into: &$0)
                FrameEncoder.write(EchoMethods.flood.header(), call: 1, into: &$0)
                FrameEncoder.message(call: 1, ByteBuffer(), endOfRequests: true, into: &$0)
            })
        loop.run()
        // Its window is full: it waits.
        #expect(handler.end.withLock { $0 } == nil)
        #expect(shell.calls.count == 1)
        channel.pipeline.fireErrorCaught(
            SecurityError(.truncated, "test-broken", "The socket broke; connect again."))
        // What attends to calls comes after that too.
        channel.pipeline.fireChannelWritabilityChanged()
        loop.advanceTime(by: .milliseconds(1))
        #expect(handler.end.withLock { $0 } == "connection-lost")
        #expect(shell.calls.isEmpty)
        lingering.isOver = true
        _ = try channel.finish(acceptAlreadyClosed: true)
        // What waits for its time holds the connection.
        try loop.syncShutdownGracefully()
    }
}

/// Sends two answers, and tells how that ended and what its caller's metadata hold on to.
private final class TwoAnswers: CallHandler {
    struct Seen: Sendable {
        var end: String?
        var metadataBytes: Int?
    }

    let seen = Mutex(Seen())
    static let stream = EchoMethods.method(0xff20, "TwoAnswers", .serverStreaming)
    var methods: [MethodDescriptor] { [Self.stream] }

    func handle(_ call: any ServerCall) async throws {
        let kept = call.context.metadata[bytes: "tugi-role"]?.storageCapacity
        seen.withLock { $0.metadataBytes = kept }
        do {
            for _ in 0..<2 { try await call.send(ByteBuffer(repeating: 7, count: 60 * 1024)) }
            seen.withLock { $0.end = "sent" }
        } catch {
            seen.withLock { $0.end = (error as? RPCError)?.reason ?? "\(error)" }
            throw error
        }
    }
}

@Suite("What handlers of streams meet")
struct StreamHandlerTests {
    @Test("A handler whose answer never fits the caller's window is stopped, and the caller is told")
    func neverFits() async throws {
        let handler = TwoAnswers()
        try await withRunning(Rig.server(handler)) { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                try await peer.send {
                    FrameEncoder.write(TwoAnswers.stream.header(window: 1_024), call: 1, into: &$0)
                    FrameEncoder.message(call: 1, ByteBuffer(), endOfRequests: true, into: &$0)
                }
                let end = try await peer.end(of: 1)
                #expect(end?.status.code == .resourceExhausted)
                #expect(end?.status.reason == "message-too-large")
                #expect(end?.bytes == 0)
            }
        }
        #expect(handler.seen.withLock { $0.end } == "message-too-large")
    }

    @Test("The metadata of a stream do not hold on to what came with them")
    func metadata() async throws {
        let handler = TwoAnswers()
        try await withRunning(Rig.server(handler)) { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                var header = TwoAnswers.stream.header()
                header.metadata = [MetadataEntry(name: "tugi-role", value: ByteBuffer(string: "õpetaja"))]
                let opening = header
                try await peer.send {
                    // Comes in the same packet.
                    for _ in 0..<8 { FrameEncoder.ping(1, into: &$0) }
                    FrameEncoder.write(opening, call: 1, into: &$0)
                    FrameEncoder.message(
                        call: 1, ByteBuffer(repeating: 1, count: 8_000), endOfRequests: true, into: &$0)
                }
                while let frame = try await peer.frame() { if case .message = frame { break } }
            }
        }
        let kept = try #require(handler.seen.withLock { $0.metadataBytes })
        #expect(kept < 256)
    }
}
