import Codec
public import Logging
import NIOCore
import NIOPosix
import Security
import Synchronization

/// Answers calls over mutual TLS: listens, accepts, and ends in an orderly way.
public final class Server: Sendable {
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let shared: ServerContext
    private let state = Mutex(State())

    private struct State {
        var address: Result<PeerAddress, any Error>?
        var waiters: [CheckedContinuation<PeerAddress, any Error>] = []
        var isDraining = false
        var identity: TLSIdentity?
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: ServerConnectionDoor] = [:]
    }

    /// What `health` says is answered to `Health/Check`; drained, the server says itself that it does not
    /// serve.
    public let health: HealthRegistry

    /// Listens only when run. `handler` answers the application's methods; health and introspection are added
    /// to them. `clients`: with which the same program calls others; introspection tells their handshakes
    /// too.
    public init(
        configuration: ServerConfiguration, handler: any CallHandler,
        health: HealthRegistry = HealthRegistry(), clients: [Client] = [], logger: Logger
    ) {
        self.configuration = configuration
        self.health = health
        self.logger = logger
        let monitor = ConnectionMonitor(clients: clients)
        let builtIn = BuiltInHandler(
            application: handler.methods, health: health, software: configuration.software,
            environment: configuration.environmentID, limits: configuration.limits,
            schema: configuration.schema, monitor: monitor,
            mayInspect: configuration.mayInspect)
        shared = ServerContext(
            builtIn: builtIn, application: handler,
            limits: configuration.limits,
            hello: Hello(
                environment: configuration.environmentID, software: configuration.software.text,
                limits: configuration.limits.wire),
            monitor: monitor,
            slots: HandshakeSlots(configuration.limits),
            logger: logger)
    }

    /// Where the server listens; waits until it does, and throws why it cannot.
    public var boundAddress: PeerAddress {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let known = state.withLock { state -> Result<PeerAddress, any Error>? in
                    if state.address == nil { state.waiters.append(continuation) }
                    return state.address
                }
                if let known { continuation.resume(with: known) }
            }
        }
    }

    /// Listens until drained or cancelled; returns when no connection is open and no handler runs.
    public func run() async throws {
        let listener: any Channel
        do {
            let identity = try TLSIdentity(configuration.tls)
            state.withLock { $0.identity = identity }
            listener = try await listen(identity)
        } catch {
            let error = bindError(error)
            settle(.failure(error))
            throw error
        }
        let address = PeerAddress(
            host: listener.localAddress?.ipAddress ?? configuration.host,
            port: listener.localAddress?.port ?? configuration.port)
        settle(.success(address))
        logger.info("listening", metadata: ["address": "\(address)"])
        let late = state.withLock { state -> Bool in
            state.listener = listener
            return state.isDraining
        }
        if late { listener.close(promise: nil) }
        try await withTaskCancellationHandler {
            try await serve(until: listener)
        } onCancel: {
            drain()
        }
        logger.info("stopped", metadata: ["address": "\(address)"])
    }

    /// Takes no more connections and calls; those that run may end within the grace. ``run()`` then returns.
    public func drain() {
        let (listener, connections) = state.withLock { state -> ((any Channel)?, [ServerConnectionDoor]) in
            guard !state.isDraining else { return (nil, []) }
            state.isDraining = true
            return (state.listener.take(), Array(state.connections.values))
        }
        health.end()
        listener?.close(promise: nil)
        for connection in connections { connection.drain(.shutdown) }
    }

    /// How TLS handshakes with this server ended.
    public var handshakes: HandshakeCounts { shared.monitor.handshakes }

    /// Reads certificate, key, authority and revocation list files again, for a program that is told to. New
    /// connections begin with them; open ones whose peers they do not vouch for end. Throws what is wrong
    /// with the files, and then nothing changes. Before ``run()`` nothing is to be done.
    public func reloadCertificates() throws(RPCError) {
        guard let identity = state.withLock({ $0.identity }) else { return }
        do throws(SecurityError) {
            judge(by: try identity.reload())
        } catch {
            throw RPCError(.failedPrecondition, reason: error.reason, message: error.message)
        }
    }

    private func judge(by newest: TLSContext) {
        logger.notice("certificates reloaded", metadata: ["expiry": "\(newest.certificateExpiry)"])
        for connection in state.withLock({ Array($0.connections.values) }) { connection.judge(by: newest) }
    }

    /// Looks at the files now and then, until cancelled.
    private func watchCertificates() async {
        guard let identity = state.withLock({ $0.identity }) else { return }
        await identity.watch(every: configuration.limits.certificateCheckInterval, logger) { judge(by: $0) }
    }

    /// Serves until the listener closes, then waits until the last connection has ended.
    private func serve(until listener: any Channel) async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watchCertificates() }
            try? await listener.closeFuture.get()
            group.cancelAll()
        }
        let isLost = state.withLock { !$0.isDraining }
        if isLost { drain() }
        while let connection = state.withLock({ $0.connections.first?.value }) {
            await connection.ended()
            forget(connection)
        }
        guard !isLost else {
            throw RPCError(
                .unavailable, reason: "listener-lost",
                message: "The system took the listening socket away; start the program again.")
        }
    }

    private func forget(_ connection: ServerConnectionDoor) {
        state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    private func listen(_ identity: TLSIdentity) async throws -> any Channel {
        try await ServerBootstrap(group: EventLoops.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        Self.backoff(logger), CrowdHandler { self.isRefused($0) },
                    ])
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024)
            )
            .childChannelInitializer { [self] channel in
                guard let (slot, wait) = admit(channel) else {
                    return channel.close()
                }
                // Until its turn has come it costs a socket and no more.
                return channel.eventLoop.scheduleTask(in: wait) {
                    try self.begin(channel, identity, slot)
                }.futureResult
            }
            .bind(host: configuration.host, port: configuration.port).get()
    }

    /// A connection that cannot be taken now (no descriptors or memory are left, or its peer is gone already)
    /// is no reason to end: who comes waits in the system's queue until the next try.
    private static func backoff(_ logger: Logger) -> AcceptBackoffHandler {
        AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { error in
            logger.warning(
                "connections cannot be accepted now; is the limit of open files too low?",
                metadata: ["code": "\(error.errnoCode)"])
            return .milliseconds(500)
        }
    }

    /// On the new connection's loop, before anything is read.
    private func begin(
        _ channel: any Channel, _ identity: TLSIdentity, _ slot: HandshakeSlots.Slot
    ) throws {
        let handler = try TLSHandler(context: identity.context, side: .server, handshakeTimeout: nil)
        let shell = ServerShell(
            shared: shared, identity: identity, tls: handler, slot: slot, eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.addHandlers([handler, shell])
        let connection = ServerConnectionDoor(channel: channel, shell: shell)
        // From here on drain reaches it.
        let isDraining = state.withLock { state -> Bool in
            state.connections[ObjectIdentifier(connection)] = connection
            return state.isDraining
        }
        if isDraining { connection.drain(.shutdown) }
        connection.whenEnded { self.forget(connection) }
    }

    /// A place for one more connection, and how long it waits before its handshake; nil when there are as
    /// many as may be, of all or of this address.
    private func admit(_ channel: any Channel) -> (HandshakeSlots.Slot, TimeAmount)? {
        guard state.withLock({ $0.connections.count }) < configuration.limits.connectionsMax else {
            shared.monitor.handshakeFailed(kind: "TOO_MANY_CONNECTIONS")
            shared.monitor.failureLog.tell(
                "TOO_MANY_CONNECTIONS", "a connection was refused: there are as many as may be", [:],
                to: logger, on: channel.eventLoop)
            return nil
        }
        switch shared.slots.take(.init(channel.remoteAddress), now: .now()) {
        case .place(let slot, let wait):
            return (slot, wait)
        case .refused(let first):
            shared.monitor.handshakeFailed(kind: "TOO_MANY_HANDSHAKES")
            guard first else { return nil }
            logger.warning(
                "connections of an address are refused: as many of its handshakes go on as may be",
                metadata: ["host": "\(channel.remoteAddress?.ipAddress ?? "")"])
            return nil
        }
    }

    /// Its address has been told no a moment ago, and nothing has changed.
    private func isRefused(_ channel: any Channel) -> Bool {
        guard shared.slots.isStillRefusing(.init(channel.remoteAddress), now: .now()) else { return false }
        shared.monitor.handshakeFailed(kind: "TOO_MANY_HANDSHAKES")
        return true
    }

    private func settle(_ result: Result<PeerAddress, any Error>) {
        let waiters = state.withLock { state in
            state.address = result
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    private func bindError(_ error: any Error) -> RPCError {
        if let error = error as? SecurityError {
            return RPCError(.failedPrecondition, reason: error.reason, message: error.message)
        }
        return RPCError(
            .unavailable, reason: "listen-failed",
            message:
                "Cannot listen on \(configuration.host):\(configuration.port) (\(error)); is the port taken"
                + " by another program, or the name not of this machine?")
    }
}

/// Turns away at once, before it costs more than its socket, who comes while the handshakes of its address are
/// as many as may be.
private final class CrowdHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private let isRefused: (any Channel) -> Bool

    init(isRefused: @escaping (any Channel) -> Bool) { self.isRefused = isRefused }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        if isRefused(channel) {
            channel.close(promise: nil)
        } else {
            context.fireChannelRead(data)
        }
    }
}

/// A connection as the server holds it, from outside of its event loop.
final class ServerConnectionDoor: Sendable {
    private let channel: any Channel
    private let shell: NIOLoopBound<ServerShell>
    private let done: EventLoopFuture<Void>

    /// On the connection's loop.
    init(channel: any Channel, shell: ServerShell) {
        self.channel = channel
        self.shell = NIOLoopBound(shell, eventLoop: channel.eventLoop)
        done = shell.done.futureResult
    }

    func drain(_ reason: GoAway.Reason) {
        channel.eventLoop.execute { self.shell.value.drain(reason) }
    }

    func judge(by newest: TLSContext) {
        channel.eventLoop.execute { self.shell.value.judge(by: newest) }
    }

    func whenEnded(_ act: @Sendable @escaping () -> Void) {
        done.whenComplete { _ in act() }
    }

    /// Waits until the socket is closed and no handler runs.
    func ended() async {
        try? await done.get()
    }
}
