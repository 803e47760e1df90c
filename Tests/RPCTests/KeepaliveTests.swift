import Codec
import NIOCore
import NIOPosix
import NIOTLS
import RPC
import Security
import Testing

@Suite("Signs of life, idleness and age")
struct KeepaliveTests {
    private func server(_ change: (inout RPCLimits) -> Void) async throws -> Server {
        var limits = RPCLimits()
        change(&limits)
        return try await Rig.server(EchoHandler(), limits: limits)
    }

    /// Why the server goes away; PINGs are answered.
    private func goodbye(_ server: Server) async throws -> GoAway.Reason? {
        let reason = Later<GoAway.Reason?>()
        try await withRunning(server) { address in
            reason.set(
                try await RawPeer.secure(address) { peer in
                    try await peer.greet()
                    while let frame = try await peer.frame() {
                        switch frame {
                        case .ping(let opaque): try await peer.send { FrameEncoder.pong(opaque, into: &$0) }
                        case .goAway(let goAway): return goAway.reason
                        default: break
                        }
                    }
                    return nil
                })
        }
        return try reason.get()
    }

    @Test("A connection on which nothing is called is ended as idle")
    func idle() async throws {
        #expect(try await goodbye(server { $0.idleTimeout = .milliseconds(30) }) == .idle)
    }

    @Test("A connection that is old enough is ended as such")
    func age() async throws {
        #expect(try await goodbye(server { $0.connectionAgeMax = .milliseconds(30) }) == .age)
    }

    @Test("A client that answers no PING is let go without a word: it does not read either")
    func silentClient() async throws {
        let server = try await server {
            $0.keepaliveInterval = .milliseconds(20)
            $0.keepaliveTimeout = .milliseconds(20)
        }
        try await withRunning(server) { address in
            let fault = try await RawPeer.secure(address) { peer in
                try await peer.greet()
                return try await peer.untilError()
            }
            #expect(fault == nil)
        }
    }

    @Test("A server that answers no PING is left, and its calls have no answer")
    func silentServer() async throws {
        let tls = try TLSContext(await TestCertificates.value.tls("registry"))
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context: tls, side: .server), Mute(),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = PeerAddress(host: "127.0.0.1", port: listener.localAddress?.port ?? 0)
        var limits = RPCLimits()
        limits.keepaliveInterval = .milliseconds(20)
        limits.keepaliveTimeout = .milliseconds(20)
        let client = try await Rig.client(address, limits: limits, retriesMax: 0)
        try await withRunning(client) {
            let error = await failure { try await client.ask(EchoMethods.unary, "x") }
            #expect(error?.code == .unavailable)
            #expect(error?.retry != .neverSeen)
        }
        try await listener.close()
    }
}

/// Says HELLO and nothing else.
private final class Mute: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent else { return }
        var hello = ByteBuffer()
        FrameEncoder.write(Hello(environment: Rig.environment, software: "mute/1"), into: &hello)
        context.writeAndFlush(wrapOutboundOut(hello), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
