public import NIOCore
import NIOTLS

/// The peer's certificate was accepted; comes as an inbound user event just before
/// `TLSUserEvent.handshakeCompleted`.
public struct TLSPeerIdentified: Sendable, Hashable {
    /// Who the peer is by its certificate.
    public let identity: PeerIdentity
    /// The protocol's version as OpenSSL names it: "TLSv1.3".
    public let version: String
    /// A session was resumed: the certificate is the one of its full handshake, looked at again.
    public let isResumed: Bool
}

/// TLS 1.3 with certificates on both sides, between the socket and the rest of a channel's pipeline.
///
/// Inbound events: `TLSPeerIdentified`, `TLSUserEvent.handshakeCompleted`, `TLSUserEvent.shutdownCompleted`
/// (both farewells said, or the peer's and the end of the connection), and with `allowsHalfClosure` also
/// `ChannelEvent.inputClosed` at the peer's farewell. Failures come as one `errorCaught(SecurityError)`, then
/// the channel closes. A client's handshake is over before the server has judged its certificate: a refusal
/// then comes as an error with `reportedByPeer` after `handshakeCompleted`.
///
/// Writes wait for the handshake; what is written between two flushes shares records of up to 16 KiB and one
/// write to the socket. `close(mode: .output)` says farewell and leaves the socket open for what the peer
/// still sends.
public final class TLSHandler: ChannelDuplexHandler {
    /// TLS records as the socket gives them.
    public typealias InboundIn = ByteBuffer
    /// What the peer wrote, decrypted.
    public typealias InboundOut = ByteBuffer
    /// What the pipeline writes, in the clear.
    public typealias OutboundIn = ByteBuffer
    /// TLS records for the socket.
    public typealias OutboundOut = ByteBuffer

    /// Which end of the handshake this side is.
    public enum Side: Sendable, Hashable { case server, client }

    enum Phase { case waiting, handshaking, open, closed }

    /// Who the peer is; nil before the handshake is over: only then has the peer proved that the certificate
    /// is its.
    public internal(set) var peerIdentity: PeerIdentity?

    let connection: TLSConnection
    let allowsHalfClosure: Bool
    let handshakeTimeout: TimeAmount?
    let closeTimeout: TimeAmount
    var phase = Phase.waiting
    var saidFarewell = false
    var heardFarewell = false
    /// Written, not yet encrypted; the mark is the last flush.
    var pending = MarkedCircularBuffer<(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)>(
        initialCapacity: 16)
    /// Small writes on their way into one record; reused.
    var staging = ByteBuffer()
    /// Decrypted bytes; reused when nobody kept them.
    var plain = ByteBuffer()
    var isReading = false
    /// Something was passed on since the last `channelReadComplete`.
    var passedOn = false
    var isFlushing = false
    /// A `close(mode: .output)` that waits for the handshake.
    var farewellPromises: [EventLoopPromise<Void>?] = []
    var handshakeTimer: Scheduled<Void>?
    var closeTimer: Scheduled<Void>?

    /// `expecting`: the identity that the peer must have. `resuming`: a client's name for the server (its
    /// address): sessions are resumed under the same name and context only; nil: none. `handshakeTimeout` nil: somebody else keeps that
    /// time. `closeTimeout`: how long the last bytes may take to leave before the socket is closed over them.
    public init(
        context: TLSContext, side: Side, expecting: PeerIdentity? = nil, resuming: String? = nil,
        allowsHalfClosure: Bool = false, handshakeTimeout: TimeAmount? = .seconds(10),
        closeTimeout: TimeAmount = .seconds(5)
    ) throws(SecurityError) {
        connection = try TLSConnection(context: context, side: side, expected: expecting, resuming: resuming)
        self.allowsHalfClosure = allowsHalfClosure
        self.handshakeTimeout = handshakeTimeout
        self.closeTimeout = closeTimeout
    }

    /// The identity that this connection began with.
    public var context: TLSContext { connection.context }

    /// What is wrong with the peer's certificate by newer files than this connection began with; nil: nothing,
    /// or no handshake yet.
    public func complaint(by newer: TLSContext) -> SecurityError? {
        phase == .open ? connection.complaint(by: newer) : nil
    }

    /// Begins the handshake when the channel is open already.
    public func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    /// Ends TLS without a farewell; what still waited to be written fails.
    public func handlerRemoved(context: ChannelHandlerContext) {
        phase = .closed
        stopTimers()
        failPending(ChannelError.ioOnClosedChannel)
    }

    /// Begins the handshake.
    public func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    /// The socket is gone: without the peer's farewell an error comes first, since bytes may be missing.
    public func channelInactive(context: ChannelHandlerContext) {
        end(context)
        context.fireChannelInactive()
    }

    /// Decrypts what came and passes on what it holds for the pipeline.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .handshaking || phase == .open, !heardFarewell else { return }
        connection.receive(unwrapInboundIn(data))
        // Who reacts to what we pass on may make the channel read again: the outer call goes on with that.
        guard !isReading else { return }
        isReading = true
        advance(context)
        isReading = false
        connection.forgetInput()
    }

    /// Asks for another read when what came held nothing for the pipeline.
    public func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Who asked for a read gets bytes: what came held none for the pipeline (handshake, half a record).
        let unanswered = !passedOn && (phase == .handshaking || phase == .open) && !heardFarewell
        passedOn = false
        if unanswered { context.read() }
    }

    /// Takes the socket's end of input: nothing new after the peer's farewell, an error without it.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        // The socket's end of input says nothing new after the farewell, and is an error without it.
        if heardFarewell || phase == .closed { return }
        fail(context, phase == .open ? .truncation : .closedEarly)
    }

    /// Keeps the bytes until the next flush; fails after our farewell.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase != .closed else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        guard !saidFarewell else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        pending.append((unwrapOutboundIn(data), promise))
    }

    /// Encrypts all that was written since the last flush; before the end of the handshake it waits.
    public func flush(context: ChannelHandlerContext) {
        pending.mark()
        encryptPending(context)
    }

    /// `.all` says farewell, if the handshake is over, and closes the socket; `.output` only says farewell;
    /// `.input` is not supported.
    public func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .all: closeAll(context, promise)
        case .output: closeOutput(context, promise)
        case .input: promise?.fail(ChannelError.operationUnsupported)
        }
    }
}

@available(*, unavailable)
extension TLSHandler: Sendable {}

extension SecurityError {
    static let truncation = SecurityError(
        .truncated, "truncated",
        "the connection ended without the peer's farewell, data may be missing; repeat what was not answered")
    static let closedEarly = SecurityError(
        .peerConnectionClosed, "closed-in-handshake",
        "the peer closed the connection during the TLS handshake; look at its log for the reason")
}
