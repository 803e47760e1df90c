public import NIOCore

/// What a received frame means to the client's shell.
public enum ClientEvent: Sendable, Hashable {
    case nothing
    /// The server's HELLO is good; calls may be opened.
    case ready(Hello)
    /// A response message.
    case message(CallID, InboundMessage)
    /// There is credit again: a message that had to wait may be tried.
    case mayWrite(CallID)
    /// The call is over; nothing more comes for it. A call that was cancelled ends in silence.
    case ended(CallID, CallStatus)
    /// The call is over because its response could not be read; the server is told.
    case broken(CallID, CallStatus)
    /// The server takes no new calls; `neverSeen` are over and safe to make again elsewhere. More may
    /// follow.
    case goAway(GoAway, neverSeen: [CallID])
    case pong(UInt64)
    /// The server reports a fault of ours: close; the calls that were open have no answer.
    case peerFailed(WireFault, unanswered: [CallID])
    /// The server's fault; ERROR is written: flush, then close. The calls that were open have no answer.
    case failed(WireFault, unanswered: [CallID])
}

/// What became of a wish to open a call.
public enum OpenOutcome: Sendable, Hashable {
    case opened(CallID)
    /// Not now: as many calls run as may, or a budget is used up. Try again when a call has ended.
    case full
    /// Never on this connection: the server goes away, ids are used up, or it is closed. Use another.
    case unavailable
    /// HELLO has not come yet.
    case notReady
    /// A window or the metadata is beyond what the server (or this side) ever takes.
    case tooLarge
}

/// The client's side of a connection; see ``ServerConnection``.
///
/// Legal moves: awaitingHello -> open -> leaving (GOAWAY came) -> closed; any -> closed by a fault.
public struct ClientConnection: ~Copyable {
    private enum Phase {
        case awaitingHello
        case open
        case leaving(lastCallID: CallID)
        case closed
    }

    private struct Call {
        /// The caller has gone; the place is taken until the server's END.
        var isCancelled = false
        var flow: CallFlow
        var requestWindow: Int
        var responseWindow: Int
    }

    private let limits: Limits
    private let hello: Hello
    private var phase: Phase = .awaitingHello
    private var features: Features = []
    private var peer: Hello?
    private var calls = CallTable<Call>()
    private var lastID: CallID = 0
    private var requestWindows = 0
    private var responseWindows = 0
    private var pingsOutstanding = 0
    private var fragments = FragmentQueue()
    private var controlFrames: RateBudget

    /// Nothing is written before `start`. `limits`: this side's bounds; `hello`: what it tells the server,
    /// made from the same limits.
    public init(limits: Limits, hello: Hello) {
        self.limits = limits
        self.hello = hello
        controlFrames = RateBudget(
            eventsMax: limits.controlFramesMax, windowMilliseconds: limits.controlFramesMilliseconds)
    }

    /// Calls whose END has not come, cancelled ones included.
    public var callsOpen: Int { calls.count }
    /// After a fault or ``close()``: nothing is received or opened any more.
    public var isClosed: Bool { if case .closed = phase { true } else { false } }
    /// The server goes away and no call is open: the connection can be closed.
    public var isDrained: Bool { if case .leaving = phase { calls.isEmpty } else { false } }
    /// Whether calls may be opened, now or after others have ended.
    public var takesCalls: Bool { if case .open = phase { lastID < Wire.callIDMax } else { false } }

    /// Writes this side's HELLO: the first thing after the TLS handshake.
    public mutating func start(into out: inout ByteBuffer) {
        FrameEncoder.write(hello, into: &out)
    }

    /// Takes what the decoder found.
    public mutating func receive(_ frame: Frame, now: UInt64, into out: inout ByteBuffer) -> ClientEvent {
        do throws(WireFault) {
            switch phase {
            case .closed:
                return .nothing
            case .awaitingHello:
                return try receiveFirst(frame)
            case .open, .leaving:
                return try receiveNext(frame, now: now, into: &out)
            }
        } catch {
            return fail(error, into: &out)
        }
    }

    /// The connection ends for a fault: of the server's bytes (from the decoder) or of its time
    /// (`timeout`).
    public mutating func fail(_ fault: WireFault, into out: inout ByteBuffer) -> ClientEvent {
        if isClosed { return .nothing }
        FrameEncoder.write(fault, into: &out)
        return .failed(fault, unanswered: close())
    }

    /// The socket is gone. Returns the calls that have no answer; whether the server saw them is not known.
    public mutating func close() -> [CallID] {
        let unanswered = openCalls { !$0.isCancelled }
        phase = .closed
        fragments.removeAll()
        calls.removeAll()
        requestWindows = 0
        responseWindows = 0
        return unanswered
    }

    private mutating func receiveFirst(_ frame: Frame) throws(WireFault) -> ClientEvent {
        switch frame {
        case .hello(let peer):
            try hello.agree(with: peer)
            features = hello.features.intersection(peer.features)
            self.peer = peer
            phase = .open
            return .ready(peer)
        case .error(let fault):
            return .peerFailed(fault, unanswered: close())
        default:
            throw WireFault(.helloExpected, offset: 4, "The first frame of a connection is HELLO.")
        }
    }

    private mutating func receiveNext(
        _ frame: Frame, now: UInt64, into out: inout ByteBuffer
    ) throws(WireFault) -> ClientEvent {
        switch frame {
        case .message(let id, let fragment):
            return try receiveMessage(id, fragment, into: &out)
        case .end(let id, let status):
            return try receiveEnd(id, status)
        case .credit(let id, let bytes):
            let place = try open(id)
            try calls[place].flow.receiveCredit(bytes)
            return calls[place].isCancelled ? .nothing : .mayWrite(id)
        case .ping(let opaque):
            try countControlFrame(now: now)
            FrameEncoder.pong(opaque, into: &out)
            return .nothing
        case .pong(let opaque):
            guard pingsOutstanding > 0 else {
                throw WireFault(.frameUnexpected, offset: 4, "A PONG comes that nobody asked for.")
            }
            pingsOutstanding -= 1
            return .pong(opaque)
        case .goAway(let goAway):
            return try receiveGoAway(goAway)
        case .ignorable:
            try countControlFrame(now: now)
            return .nothing
        case .error(let fault):
            return .peerFailed(fault, unanswered: close())
        case .hello, .request, .halfClose, .cancel:
            throw WireFault(.frameUnexpected, offset: 4, "A server does not send this frame here.")
        }
    }

    private mutating func countControlFrame(now: UInt64) throws(WireFault) {
        guard controlFrames.take(now: now) else {
            throw WireFault(.tooManyControlFrames, "PING or unknown frames come too often.")
        }
    }
}

// MARK: Calls, as the server moves them

extension ClientConnection {
    /// The call's place. The server ends each call once and is silent about it afterwards, so all else is a
    /// fault.
    private func open(_ id: CallID) throws(WireFault) -> Int {
        guard let place = calls.place(of: id) else {
            throw WireFault(.callID, offset: 8, "The call has not begun, or has ended.")
        }
        return place
    }

    private mutating func receiveMessage(
        _ id: CallID, _ fragment: MessageFragment, into out: inout ByteBuffer
    ) throws(WireFault) -> ClientEvent {
        let place = try open(id)
        guard !fragment.flags.contains(.endOfRequests) else {
            throw WireFault(.reservedBits, offset: 5, "Only a client's message can be the last request.")
        }
        if calls[place].isCancelled { return .nothing }
        switch try calls[place].flow.receive(fragment, features: features) {
        case .partial:
            return .nothing
        case .message(let message):
            return .message(id, message)
        case .tooLarge:
            return breakCall(
                id,
                CallStatus(
                    .resourceExhausted, reason: "message-too-large",
                    message: "A response message is longer than the method's may be."), into: &out)
        case .unreadable:
            return breakCall(
                id,
                CallStatus(
                    .internal, reason: "compression-broken",
                    message: "A compressed response cannot be read."),
                into: &out)
        }
    }

    private mutating func breakCall(
        _ id: CallID, _ status: CallStatus, into out: inout ByteBuffer
    ) -> ClientEvent {
        cancel(id, .responseBroken, into: &out)
        return .broken(id, status)
    }

    private mutating func receiveEnd(_ id: CallID, _ status: CallStatus) throws(WireFault) -> ClientEvent {
        let place = try open(id)
        let isCancelled = calls[place].isCancelled
        guard isCancelled || !calls[place].flow.isReceiving else {
            throw WireFault(.fragmentOrder, offset: 4, "The call ends in the middle of a message.")
        }
        remove(at: place)
        return isCancelled ? .nothing : .ended(id, status)
    }

    private mutating func receiveGoAway(_ goAway: GoAway) throws(WireFault) -> ClientEvent {
        if case .leaving(let earlier) = phase, goAway.lastCallID > earlier {
            throw WireFault(.frameUnexpected, offset: Wire.headerBytes, "GOAWAY takes calls back in.")
        }
        let neverSeen = openCalls { !$0.isCancelled }.filter { $0 > goAway.lastCallID }
        for id in calls.ids where id > goAway.lastCallID {
            if let place = calls.place(of: id) { remove(at: place) }
        }
        phase = .leaving(lastCallID: goAway.lastCallID)
        return .goAway(goAway, neverSeen: neverSeen)
    }

    /// Ids of such calls, in the order of their opening.
    private func openCalls(_ isMeant: (Call) -> Bool) -> [CallID] {
        calls.ids.filter { id in calls.place(of: id).map { isMeant(calls[$0]) } ?? false }.sorted()
    }

    private mutating func remove(at place: Int) {
        fragments.remove(calls.id(at: place))
        let call = calls.remove(at: place)
        requestWindows -= call.requestWindow
        responseWindows -= call.responseWindow
    }
}

// MARK: Calls, as the application moves them

extension ClientConnection {
    /// Opens a call; its messages follow with `send`. `responseBytesMax`: the method's largest response.
    public mutating func open(
        _ header: CallHeader, responseBytesMax: Int, into out: inout ByteBuffer
    ) -> OpenOutcome {
        switch phase {
        case .awaitingHello: return .notReady
        case .leaving, .closed: return .unavailable
        case .open: break
        }
        guard let peer, lastID < Wire.callIDMax else { return .unavailable }
        let requestWindow = Int(header.requestWindow)
        let responseWindow = Int(header.responseWindow)
        guard requestWindow <= Int(peer.receiveBudgetBytes), responseWindow <= limits.receiveBudgetBytes,
            min(requestWindow, responseWindow) >= Wire.messageOverheadBytes,
            header.metadata.count <= min(Int(peer.metadataEntriesMax), Wire.metadataEntriesHardMax),
            header.metadataBytes <= min(Int(peer.metadataBytesMax), Wire.metadataBytesHardMax),
            header.metadata.allSatisfy(\.hasProperName),
            header.deadlineMilliseconds > 0, header.attempt > 0
        else { return .tooLarge }
        guard calls.count < min(Int(peer.callsMax), limits.callsMax),
            requestWindows + requestWindow <= Int(peer.receiveBudgetBytes),
            responseWindows + responseWindow <= limits.receiveBudgetBytes
        else { return .full }
        lastID += 1
        requestWindows += requestWindow
        responseWindows += responseWindow
        calls.insert(
            Call(
                flow: CallFlow(
                    sendWindow: header.requestWindow, receiveWindow: header.responseWindow,
                    receiveBytesMax: min(responseBytesMax, limits.messageBytesMax)),
                requestWindow: requestWindow, responseWindow: responseWindow), id: lastID)
        FrameEncoder.write(header, call: lastID, into: &out)
        return .opened(lastID)
    }

    /// Sends a request message; `last`: no other follows.
    public mutating func send(
        _ message: ByteBuffer, call id: CallID, last: Bool = false, compress: Bool = false,
        into out: inout ByteBuffer
    ) -> SendOutcome {
        guard let place = calls.place(of: id), !calls[place].isCancelled, let peer else {
            return .callOver
        }
        return calls[place].flow.send(
            message, call: id, peerBytesMax: Int(peer.messageBytesMax),
            compress: compress && features.contains(.zlib), endOfRequests: last, fragments: &fragments,
            into: &out)
    }

    /// Whether long messages are on their way out.
    public var hasFragments: Bool { !fragments.isEmpty }

    /// Writes one fragment of the long messages, in turn. Answers `mayWrite` when it was a message's last,
    /// else `nothing`.
    public mutating func writeFragment(into out: inout ByteBuffer) -> ClientEvent {
        fragments.writeNext(into: &out).map { .mayWrite($0) } ?? .nothing
    }

    /// No request message follows; nothing when that is said already.
    public mutating func finishSending(_ id: CallID, into out: inout ByteBuffer) {
        guard let place = calls.place(of: id), !calls[place].isCancelled,
            !calls[place].flow.sentLast
        else { return }
        calls[place].flow.sentLast = true
        if fragments.follow(id, with: .halfClose) { return }
        FrameEncoder.halfClose(call: id, into: &out)
    }

    /// The application has taken a message of that credit.
    public mutating func consumed(_ credit: Int, call id: CallID, into out: inout ByteBuffer) {
        guard let place = calls.place(of: id), !calls[place].isCancelled else { return }
        let refund = calls[place].flow.consumed(credit)
        if refund > 0 { FrameEncoder.credit(call: id, bytes: refund, into: &out) }
    }

    /// Gives a call up. To the caller it is over now; its place is free when the server's END has come.
    public mutating func cancel(_ id: CallID, _ reason: CancelReason, into out: inout ByteBuffer) {
        guard let place = calls.place(of: id), !calls[place].isCancelled else { return }
        calls[place].isCancelled = true
        fragments.remove(id)
        FrameEncoder.cancel(call: id, reason, into: &out)
    }

    /// Asks for a sign of life; `pong` brings the value back.
    public mutating func ping(_ opaque: UInt64, into out: inout ByteBuffer) {
        guard !isClosed else { return }
        pingsOutstanding += 1
        FrameEncoder.ping(opaque, into: &out)
    }
}
