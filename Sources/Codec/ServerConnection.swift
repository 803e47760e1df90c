public import NIOCore

/// What a received frame means to the server's shell. All that the protocol itself answers is already
/// written.
public enum ServerEvent: Sendable, Hashable {
    case nothing
    /// The peer's HELLO is good; calls may come.
    case ready(Hello)
    /// A call begins: run its handler, then `finish` it. Unknown methods are finished at once as
    /// `unimplemented`.
    case call(CallID, CallHeader)
    /// A request message; `last`: no other follows.
    case message(CallID, InboundMessage, last: Bool)
    /// No request message follows.
    case requestsEnded(CallID)
    /// The caller has gone: stop the handler, then `finish` the call as ever.
    case cancelled(CallID, CancelReason)
    /// The peer broke this call alone and has got its END: stop the handler, then `finish` the call as
    /// ever.
    case broken(CallID, CallStatus)
    /// There is credit again: a message that had to wait may be tried.
    case mayWrite(CallID)
    case pong(UInt64)
    /// Going away and nothing runs: flush, then close.
    case drained
    /// The peer reports a fault of ours: close.
    case peerFailed(WireFault)
    /// The peer's fault; ERROR is written: flush, then close. Handlers are to be stopped.
    case failed(WireFault)
}

/// The server's side of a connection: what may come now, what it means, what is answered. Bytes, not
/// sockets; time is told, not read. Once closed it takes nothing in and puts nothing out.
///
/// Legal moves: awaitingHello -> open -> draining (notice, then final) -> closed; any -> closed by a fault.
public struct ServerConnection: ~Copyable {
    enum Phase {
        case awaitingHello
        case open
        /// GOAWAY gave notice; its grace and words are kept for the second one.
        case draining(GoAway)
        /// GOAWAY named the last call.
        case drainingFinally(lastCallID: CallID)
        case closed
    }

    enum CallPhase {
        case running
        case cancelled
        /// END is sent while the handler has not returned.
        case ended
    }

    struct Call {
        var phase: CallPhase = .running
        var flow: CallFlow
        var requestWindow: Int
        var sendBytesMax: Int
    }

    private let limits: Limits
    private let hello: Hello
    var phase: Phase = .awaitingHello
    var features: Features = []
    private var peerMessageBytesMax = 0
    var calls = CallTable<Call>()
    var lastSeenID: CallID = 0
    var windowsGiven = 0
    /// What frames of calls that this side ended may still cost: their credit, no more.
    private var lateAllowance = 0
    var pingsOutstanding = 0
    var fragments = FragmentQueue()
    private var cancels: RateBudget
    private var refusals: RateBudget
    private var controlFrames: RateBudget

    /// Nothing is written before `start`. `limits`: this side's bounds; `hello`: what it tells the client,
    /// made from the same limits.
    public init(limits: Limits, hello: Hello) {
        self.limits = limits
        self.hello = hello
        cancels = RateBudget(eventsMax: limits.cancelsMax, windowMilliseconds: limits.cancelsMilliseconds)
        refusals = RateBudget(eventsMax: limits.refusalsMax, windowMilliseconds: limits.refusalsMilliseconds)
        controlFrames = RateBudget(
            eventsMax: limits.controlFramesMax, windowMilliseconds: limits.controlFramesMilliseconds)
    }

    /// Handlers that have not returned; cancelled and ended calls count until then.
    public var callsRunning: Int { calls.count }
    /// After a fault or when the socket is gone: nothing is received any more.
    public var isClosed: Bool { if case .closed = phase { true } else { false } }
    /// The credit of a call that runs: this side's for its messages, and the peer's for its; nil for none.
    public func credit(of id: CallID) -> (send: Int, receive: Int)? {
        calls.place(of: id).map { (calls[$0].flow.sendCredit, calls[$0].flow.receiveCredit) }
    }
    /// Sum of the windows given to calls that run.
    public var windowsGivenBytes: Int { windowsGiven }

    /// Writes this side's HELLO: the first thing after the TLS handshake.
    public mutating func start(into out: inout ByteBuffer) {
        FrameEncoder.write(hello, into: &out)
    }

    /// Takes what the decoder found.
    public mutating func receive(_ frame: Frame, now: UInt64, into out: inout ByteBuffer) -> ServerEvent {
        do throws(WireFault) {
            switch phase {
            case .closed:
                return .nothing
            case .awaitingHello:
                return try receiveFirst(frame)
            case .open, .draining, .drainingFinally:
                return try receiveNext(frame, now: now, into: &out)
            }
        } catch {
            return fail(error, into: &out)
        }
    }

    /// The connection ends for a fault: of the peer's bytes (from the decoder) or of its time (`timeout`).
    public mutating func fail(_ fault: WireFault, into out: inout ByteBuffer) -> ServerEvent {
        if isClosed { return .nothing }
        FrameEncoder.write(fault, into: &out)
        close()
        return .failed(fault)
    }

    /// The socket is gone. Handlers are to be stopped; `finish` needs no call any more.
    public mutating func close() {
        phase = .closed
        fragments.removeAll()
        calls.removeAll()
        windowsGiven = 0
    }

    private mutating func receiveFirst(_ frame: Frame) throws(WireFault) -> ServerEvent {
        switch frame {
        case .hello(let peer):
            try hello.agree(with: peer)
            features = hello.features.intersection(peer.features)
            peerMessageBytesMax = Int(peer.messageBytesMax)
            phase = .open
            return .ready(peer)
        case .error(let fault):
            close()
            return .peerFailed(fault)
        default:
            throw WireFault(.helloExpected, offset: 4, "The first frame of a connection is HELLO.")
        }
    }

    private mutating func receiveNext(
        _ frame: Frame, now: UInt64, into out: inout ByteBuffer
    ) throws(WireFault) -> ServerEvent {
        switch frame {
        case .message(let id, let fragment):
            return try receiveMessage(id, fragment, now: now, into: &out)
        case .request(let id, let header):
            return try receiveRequest(id, header, now: now, into: &out)
        case .credit(let id, let bytes):
            return try receiveCredit(id, bytes)
        case .halfClose(let id):
            return try receiveHalfClose(id)
        case .cancel(let id, let reason):
            return try receiveCancel(id, reason, now: now)
        case .ping(let opaque):
            try countControlFrame(now: now)
            FrameEncoder.pong(opaque, into: &out)
            return .nothing
        case .pong(let opaque):
            return try receivePong(opaque, into: &out)
        case .ignorable:
            try countControlFrame(now: now)
            return .nothing
        case .error(let fault):
            close()
            return .peerFailed(fault)
        case .hello, .end, .goAway:
            throw WireFault(.frameUnexpected, offset: 4, "A client does not send this frame here.")
        }
    }

    private mutating func countControlFrame(now: UInt64) throws(WireFault) {
        guard controlFrames.take(now: now) else {
            throw WireFault(.tooManyControlFrames, "PING or unknown frames come too often.")
        }
    }
}

// MARK: Calls, as the peer moves them

extension ServerConnection {
    private mutating func receiveRequest(
        _ id: CallID, _ header: CallHeader, now: UInt64, into out: inout ByteBuffer
    ) throws(WireFault) -> ServerEvent {
        guard id > lastSeenID else {
            throw WireFault(.callID, offset: 8, "Call ids go up; this one was used or passed.")
        }
        lastSeenID = id
        let requestWindow = Int(header.requestWindow)
        if case .drainingFinally = phase {
            // Never seen, as GOAWAY said; what the client sends before it reads that is let pass.
            allowLate(requestWindow + 2 * Wire.messageOverheadBytes)
            return .nothing
        }
        let flow = CallFlow(
            sendWindow: header.responseWindow, receiveWindow: header.requestWindow,
            receiveBytesMax: limits.messageBytesMax)
        guard calls.count < limits.callsMax, windowsGiven + requestWindow <= limits.receiveBudgetBytes else {
            try countRefusal(now: now)
            allowLate(flow.bytesUnderWayMax)
            let reason = calls.count < limits.callsMax ? "receive-budget" : "calls-running"
            FrameEncoder.write(
                CallStatus(
                    .resourceExhausted, reason: reason,
                    message: "This connection carries all it may; call again when another call has ended.",
                    retry: .neverSeen), call: id, into: &out)
            return .nothing
        }
        windowsGiven += requestWindow
        calls.insert(
            Call(flow: flow, requestWindow: requestWindow, sendBytesMax: peerMessageBytesMax), id: id)
        return .call(id, header)
    }

    private mutating func receiveMessage(
        _ id: CallID, _ fragment: MessageFragment, now: UInt64, into out: inout ByteBuffer
    ) throws(WireFault) -> ServerEvent {
        guard let place = try running(id, lateCost: fragment.lateCost) else { return .nothing }
        switch try calls[place].flow.receive(fragment, features: features) {
        case .partial:
            return .nothing
        case .message(let message):
            return .message(id, message, last: calls[place].flow.receivedLast)
        case .tooLarge:
            let status = CallStatus(
                .resourceExhausted, reason: "message-too-large",
                message: "A request message is longer than the method takes; send it in smaller parts.")
            return try breakCall(at: place, status, now: now, into: &out)
        case .unreadable:
            let status = CallStatus(
                .invalidArgument, reason: "compression-broken",
                message: "A compressed message cannot be read.")
            return try breakCall(at: place, status, now: now, into: &out)
        }
    }

    private mutating func breakCall(
        at place: Int, _ status: CallStatus, now: UInt64,
        into out: inout ByteBuffer
    ) throws(WireFault) -> ServerEvent {
        try countRefusal(now: now)
        let id = calls.id(at: place)
        writeEnd(at: place, status, into: &out)
        return .broken(id, status)
    }

    private mutating func receiveHalfClose(_ id: CallID) throws(WireFault) -> ServerEvent {
        guard let place = try running(id, lateCost: Wire.messageOverheadBytes) else { return .nothing }
        try calls[place].flow.receiveHalfClose()
        return .requestsEnded(id)
    }

    private mutating func receiveCredit(_ id: CallID, _ bytes: UInt32) throws(WireFault) -> ServerEvent {
        guard let place = try running(id, lateCost: Int(bytes)) else { return .nothing }
        try calls[place].flow.receiveCredit(bytes)
        return .mayWrite(id)
    }

    private mutating func receiveCancel(
        _ id: CallID, _ reason: CancelReason, now: UInt64
    ) throws(WireFault) -> ServerEvent {
        guard cancels.take(now: now) else {
            throw WireFault(.tooManyCancels, "Calls are cancelled too often.")
        }
        guard let place = try running(id, lateCost: 0) else { return .nothing }
        calls[place].phase = .cancelled
        fragments.remove(id)
        return .cancelled(id, reason)
    }

    /// The call's place when it runs; nil when it is over and its late frame is let pass at that cost.
    private mutating func running(_ id: CallID, lateCost: Int) throws(WireFault) -> Int? {
        if let place = calls.place(of: id) {
            switch calls[place].phase {
            case .running: return place
            case .cancelled:
                throw WireFault(
                    .frameUnexpected, offset: 4, "The client goes on with a call that it cancelled.")
            case .ended: break
            }
        } else if id > lastSeenID {
            throw WireFault(.callID, offset: 8, "The call has not begun.")
        }
        guard lateCost <= lateAllowance else {
            throw WireFault(
                .lateFrames, offset: 8, "More comes for calls that are over than can be under way.")
        }
        lateAllowance -= lateCost
        return nil
    }

    mutating func allowLate(_ bytes: Int) {
        lateAllowance = min(lateAllowance + bytes, Int(Int32.max))
    }

    private mutating func countRefusal(now: UInt64) throws(WireFault) {
        guard refusals.take(now: now) else {
            throw WireFault(.tooManyRefusals, "Too many calls had to be refused.")
        }
    }
}

extension MessageFragment {
    /// What the fragment costs of the allowance for late frames.
    fileprivate var lateCost: Int {
        payload.readableBytes + (flags.contains(.first) ? Wire.messageOverheadBytes : 0)
    }
}
