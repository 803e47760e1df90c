import Codec
import Logging
import NIOCore
import NIOPosix
import Security

/// A connection to one server as the pool holds it, from outside of its event loop.
final class ClientConnectionDoor: Sendable {
    let address: PeerAddress
    let loop: ConnectionLoop<ClientShell>
    private let channel: any Channel
    private let shell: NIOLoopBound<ClientShell>
    private let usability: Usability
    private let ready: EventLoopFuture<Void>
    private let unusable: EventLoopFuture<Void>

    /// On the connection's loop.
    private init(address: PeerAddress, channel: any Channel, shell: ClientShell) {
        self.address = address
        self.channel = channel
        self.shell = NIOLoopBound(shell, eventLoop: channel.eventLoop)
        loop = shell.loop
        usability = shell.usability
        ready = shell.ready.futureResult
        unusable = shell.unusable.futureResult
    }

    /// Connects and greets; throws a ``ConnectFailure``.
    static func connect(
        _ address: PeerAddress, _ configuration: ClientConfiguration, _ tls: TLSIdentity,
        _ handshakes: HandshakeCounts, _ logger: Logger
    ) async throws -> ClientConnectionDoor {
        let limits = configuration.limits
        let hello = Hello.greased(
            Hello(
                environment: configuration.environmentID, software: configuration.software.text,
                limits: limits.wire))
        let expectedPeer = configuration.expectedPeer
        let bootstrap = ClientBootstrap(group: EventLoops.group)
            .connectTimeout(limits.handshakeTimeout.timeAmount)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024))
        let begin = { @Sendable (channel: any Channel) in
            channel.eventLoop.makeCompletedFuture {
                let handler = try TLSHandler(
                    context: tls.context, side: .client, resuming: "\(address)", handshakeTimeout: nil)
                let shell = ClientShell(
                    hello: hello, limits: limits, expectedPeer: expectedPeer,
                    tls: handler, identity: tls, handshakes: handshakes,
                    eventLoop: channel.eventLoop, logger: logger)
                try channel.pipeline.syncOperations.addHandlers([handler, shell])
                return ClientConnectionDoor(address: address, channel: channel, shell: shell)
            }
        }
        // A number needs no resolver, and no race of address families.
        let door =
            if let known = try? SocketAddress(ipAddress: address.host, port: address.port) {
                try await bootstrap.connect(to: known, channelInitializer: begin)
            } else {
                try await bootstrap.connect(
                    host: address.host, port: address.port, channelInitializer: begin)
            }
        do {
            try await door.ready.get()
        } catch {
            door.channel.close(promise: nil)
            throw error
        }
        return door
    }

    var isUsable: Bool { usability.isUsable }

    /// Waits until no call may be opened here any more.
    func untilUnusable() async {
        try? await unusable.get()
    }

    func judge(by newest: TLSContext, grace: Duration) {
        channel.eventLoop.execute { self.shell.value.judge(by: newest, grace: grace) }
    }

    func shutDown(grace: Duration) {
        channel.eventLoop.execute { self.shell.value.shutDown(grace: grace) }
    }
}
