import Codec
import Logging
import NIOCore
import NIOTLS
import Security

/// What all connections of a server share.
final class ServerContext: Sendable {
    let methods: [UInt32: MethodDescriptor]
    let limits: RPCLimits
    let hello: Hello
    let monitor: ConnectionMonitor
    let slots: HandshakeSlots
    let logger: Logger
    private let builtIn: BuiltInHandler
    private let application: any CallHandler

    init(
        builtIn: BuiltInHandler, application: any CallHandler, limits: RPCLimits, hello: Hello,
        monitor: ConnectionMonitor, slots: HandshakeSlots, logger: Logger
    ) {
        self.builtIn = builtIn
        self.application = application
        self.limits = limits
        self.hello = hello
        self.monitor = monitor
        self.slots = slots
        self.logger = logger
        methods = Dictionary(builtIn.methods.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Who answers a method: the built-in services come first.
    func handler(of method: UInt32) -> any CallHandler {
        BuiltInMethod(rawValue: method) == nil ? application : builtIn
    }
}

/// The server's end of one connection: feeds bytes to the codec and does what it says. All on the event loop.
final class ServerShell: ChannelDuplexHandler, ConnectionShell {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let shared: ServerContext
    let tls: TLSHandler
    let identity: TLSIdentity
    let loop: ConnectionLoop<ServerShell>
    /// Succeeds when the socket is closed and no handler runs any more.
    let done: EventLoopPromise<Void>
    var machine: ServerConnection
    var decoder: FrameDecoder
    let output = ConnectionOutput()
    var context: ChannelHandlerContext?
    /// Calls that have not ended here.
    var calls: [CallID: ServerCallCore] = [:]
    var peer: PeerIdentity?
    var tlsVersion = ""
    var isResumed = false
    var peerSoftware = ""
    var callsStarted: UInt64 = 0
    var deadlines = DeadlineTimer()
    var care: ConnectionCare
    /// The handshake's place, held while it goes on.
    var slot: HandshakeSlots.Slot?
    /// Calls that a peer may begin before other connections of the event loop have their turn.
    private static var callsPerTurnMax: UInt64 { 64 }
    var isReady = false
    var isActive = true
    var isDraining = false
    var monitorID: UInt64?
    var lastError: String?
    /// A read that waits until the peer takes what was written for it, or until what it sent before is done.
    var readIsHeld = false
    /// The socket takes more than before: calls are to be attended to.
    private var isWritableAgain = false
    /// Frames wait for their turn: others of this event loop come first.
    private var isPaused = false
    var lastCall = ContinuousClock.now
    /// The clock as the present round reads it.
    var now = NIODeadline.now()

    init(
        shared: ServerContext, identity: TLSIdentity, tls: TLSHandler, slot: HandshakeSlots.Slot,
        eventLoop: any EventLoop
    ) {
        self.shared = shared
        self.identity = identity
        self.tls = tls
        self.slot = slot
        loop = ConnectionLoop(eventLoop: eventLoop)
        done = eventLoop.makePromise()
        machine = ServerConnection(limits: shared.limits.wire, hello: shared.hello)
        decoder = FrameDecoder(limits: shared.limits.wire)
        care = ConnectionCare(limits: shared.limits)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.attach(self)
        care.startHandshake(on: context.eventLoop) { [weak self] in self?.handshakeTimedOut() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSPeerIdentified:
            peer = event.identity
            tlsVersion = event.version
            isResumed = event.isResumed
            shared.monitor.handshakes.succeeded(resumed: isResumed)
        case TLSUserEvent.handshakeCompleted:
            machine.start(into: &output.buffer)
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
        if !isPaused { takeFrames() }
    }

    /// Does what the frames say that have come, as far as the calls of one turn: a peer that begins hundreds in
    /// one packet keeps others waiting no longer than one that begins a few.
    private func takeFrames() {
        let turnEnds = callsStarted + Self.callsPerTurnMax
        var isNew = false
        while !output.isClosing {
            guard callsStarted < turnEnds else { return pause() }
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

    private func pause() {
        isPaused = true
        loop.eventLoop.assumeIsolated().scheduleTask(in: ConnectionLoop<ServerShell>.gap) { [weak self] in
            self?.resume()
        }
    }

    private func resume() {
        isPaused = false
        guard isActive else { return }
        loop.beginTick(thenRun: false)
        now = .now()
        takeFrames()
        loop.run()
    }

    /// Asks for more, if that was wanted while it could not be.
    private func readHeld() {
        guard readIsHeld, !isPaused, let context, context.channel.isWritable else { return }
        readIsHeld = false
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        loop.run()
        context.fireChannelReadComplete()
    }

    /// Who does not read our answers is not asked for more, nor who has sent more than was done yet: both
    /// would pile up here.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable, !isPaused { context.read() } else { readIsHeld = true }
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
        note(error)
        output.close(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// The socket is gone.
    private func end() {
        guard isActive else { return }
        isActive = false
        slot = nil
        loop.runSoon()
        care.stop()
        deadlines.cancel()
        machine.close()
        if let monitorID { shared.monitor.closed(monitorID, error: lastError) }
        stopAll(.connectionLost)
        finishIfDone()
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
        readHeld()
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

    /// When nothing is left: lets go of what holds this connection together.
    func finishIfDone() {
        guard !isActive, calls.isEmpty else { return }
        loop.attach(nil)
        done.succeed()
    }
}

extension NIODeadline {
    /// Milliseconds of a clock that does not go back.
    var milliseconds: UInt64 { uptimeNanoseconds / 1_000_000 }
}

extension RPCError {
    static let connectionLost = RPCError(
        .unavailable, reason: "connection-lost",
        message:
            "The connection broke before the answer; whether the call took effect is unknown: repeat it"
            + " with the same operation id.",
        retry: .after(.milliseconds(100)))
}
