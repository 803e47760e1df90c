import Codec
import Logging
import NIOCore
import NIOTLS
import Security
import Synchronization

/// The client's end of one connection: feeds bytes to the codec and does what it says. All on the event loop.
final class ClientShell: ChannelInboundHandler, ConnectionShell {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let limits: RPCLimits
    let expectedPeer: String?
    let tls: TLSHandler
    let identity: TLSIdentity
    let handshakes: HandshakeCounts
    let logger: Logger
    let loop: ConnectionLoop<ClientShell>
    /// Succeeds when calls may be opened; fails with why there is no connection.
    let ready: EventLoopPromise<Void>
    /// Succeeds when no call may be opened any more.
    let unusable: EventLoopPromise<Void>
    let usability = Usability()
    var machine: ClientConnection
    var decoder: FrameDecoder
    let output = ConnectionOutput()
    var context: ChannelHandlerContext?
    var calls: [CallID: ClientCallCore] = [:]
    /// Calls that wait for room on the connection, in the order of their coming.
    var waiting = CircularBuffer<ClientCallCore>()
    var deadlines = DeadlineTimer()
    var care: ConnectionCare
    var isReady = false
    /// The socket takes more than before: calls are to be attended to.
    private var isWritableAgain = false
    var hasGreeted = false
    var isActive = true
    var isResumed = false
    var isLeaving = false
    var failure: ConnectFailure?
    var now = NIODeadline.now()

    init(
        hello: Hello, limits: RPCLimits, expectedPeer: String?, tls: TLSHandler, identity: TLSIdentity,
        handshakes: HandshakeCounts, eventLoop: any EventLoop, logger: Logger
    ) {
        self.tls = tls
        self.identity = identity
        self.handshakes = handshakes
        self.limits = limits
        self.expectedPeer = expectedPeer
        self.logger = logger
        loop = ConnectionLoop(eventLoop: eventLoop)
        ready = eventLoop.makePromise()
        unusable = eventLoop.makePromise()
        machine = ClientConnection(limits: limits.wire, hello: hello)
        decoder = FrameDecoder(limits: limits.wire)
        care = ConnectionCare(limits: limits)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.attach(self)
        care.startHandshake(on: context.eventLoop) { [weak self] in
            guard let self else { return }
            handshakeFailed(SecurityError.Code.handshakeTimeout.rawValue)
            // Once it has said HELLO, the server hears why.
            if hasGreeted {
                _ = machine.fail(
                    WireFault(.timeout, "HELLO did not come in time."), into: &output.buffer)
            }
            lose(
                RPCError(
                    .unavailable, reason: "handshake-timeout",
                    message:
                        "It did not finish the handshake in time; look whether it is Tugi that listens there."
                ),
                isLasting: false)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSPeerIdentified:
            isResumed = event.isResumed
            checkPeer(event.identity)
        case TLSUserEvent.handshakeCompleted where failure == nil:
            machine.start(into: &output.buffer)
            hasGreeted = true
            output.flush(context)
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        loop.beginTick(thenRun: false)
        care.heard()
        now = .now()
        decoder.append(unwrapInboundIn(data))
        var isNew = false
        while !output.isClosing {
            switch decoder.next() {
            case .needMore:
                return watchFrame(isNew: isNew)
            case .frame(let frame):
                isNew = true
                let event = machine.receive(frame, now: now.milliseconds, into: &output.buffer)
                handle(event)
            case .failed(let fault):
                let event = machine.fail(fault, into: &output.buffer)
                handle(event)
                return
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        loop.run()
        context.fireChannelReadComplete()
    }

    /// Comes in the midst of a flush too, so what there is to do then is not done here.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            isWritableAgain = true
            loop.runLater()
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        handshakeFailed(
            (error as? SecurityError)?.code.rawValue ?? SecurityError.Code.peerConnectionClosed.rawValue)
        let failure = ConnectFailure(error)
        lose(failure.error, isLasting: failure.isLasting)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// The socket is gone.
    private func end() {
        guard isActive else { return }
        isActive = false
        loop.runSoon()
        care.stop()
        deadlines.cancel()
        lose(.connectionLost, isLasting: false)
        loop.attach(nil)
    }

    /// A channel that closes before it is active never becomes inactive: it ends here.
    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func endTick() {
        guard let context else { return }
        if isWritableAgain {
            isWritableAgain = false
            for core in calls.values { attend(core) }
        }
        writeFragments(context)
        output.flush(context)
    }

    /// Long messages leave by fragments, as far as the socket takes them, and not all in one round: what
    /// others have to say comes between.
    private func writeFragments(_ context: ChannelHandlerContext) {
        while machine.hasFragments, isActive, context.channel.isWritable, !output.isClosing {
            guard !output.isFull else { return loop.runLater() }
            let event = machine.writeFragment(into: &output.buffer)
            handle(event)
        }
    }

    /// Counted once, for a connection that was never good.
    private func handshakeFailed(_ kind: String) {
        guard !isReady, failure == nil else { return }
        handshakes.failed(kind)
    }

    private func checkPeer(_ peer: PeerIdentity) {
        guard let expectedPeer, peer.kind != .system || peer.name != expectedPeer else { return }
        handshakeFailed(SecurityError.Code.certificateHostnameMismatch.rawValue)
        lose(
            RPCError(
                .unavailable, reason: "peer-unexpected",
                message: "Its certificate is that of \(peer.kind.rawValue) \(peer.name), not of the system"
                    + " \(expectedPeer); compare the address with the configuration."),
            isLasting: true)
    }
}

/// Why a connection could not be made or went down, as far as this side knows.
struct ConnectFailure: Error {
    let error: RPCError
    /// Another try gives the same: somebody has to change a certificate or a configuration.
    let isLasting: Bool

    init(_ error: RPCError, isLasting: Bool) {
        self.error = error
        self.isLasting = isLasting
    }

    init(_ error: any Error) {
        switch error {
        case let failure as ConnectFailure:
            self = failure
        case let error as SecurityError:
            let isLasting =
                switch error.code {
                case .handshakeTimeout, .peerConnectionClosed, .truncated, .internalFailure: false
                default: true
                }
            self.init(
                RPCError(.unavailable, reason: error.reason, message: error.message), isLasting: isLasting)
        default:
            self.init(
                RPCError(
                    .unavailable, reason: "not-reachable",
                    message: "Nothing answers there; look whether the program runs, and at its log."
                ),
                isLasting: false)
        }
    }
}

/// Whether calls may be opened on a connection, for those who ask from other threads.
final class Usability: Sendable {
    private let state = Atomic(false)

    var isUsable: Bool { state.load(ordering: .acquiring) }

    /// Sets it; answers what it was.
    @discardableResult
    func set(_ isUsable: Bool) -> Bool { state.exchange(isUsable, ordering: .acquiringAndReleasing) }
}
