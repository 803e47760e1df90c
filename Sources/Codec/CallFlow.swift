public import NIOCore

/// A message as the application gets it. When the application has taken it, `credit` goes back to the peer.
public struct InboundMessage: Sendable, Hashable {
    /// The whole message, put together from its fragments and inflated.
    public var payload: ByteBuffer
    /// Bytes of window that the message used: its length before compression and its overhead.
    public var credit: Int

    /// All values as documented at the properties.
    public init(payload: ByteBuffer, credit: Int) {
        self.payload = payload
        self.credit = credit
    }
}

/// What became of a message given for sending.
public enum SendOutcome: Sendable, Hashable {
    /// Written, or (longer than a frame) taken: its fragments follow with `writeFragment`.
    case sent
    /// The peer takes no more now; try again when `mayWrite` comes for the call.
    case wait
    /// Longer than the peer will ever take in this call; nothing was sent.
    case tooLarge
    /// The call is over, or was closed for sending; nothing was sent.
    case callOver
}

/// Both directions of one call: credit, fragments, what was closed. Server and client keep one for each
/// call.
struct CallFlow {
    /// What a received fragment led to.
    enum Received {
        case partial
        case message(InboundMessage)
        /// The message is longer than the method's messages may be: the call is to end, the connection goes
        /// on.
        case tooLarge
        /// The message is not the zlib stream that it says: likewise.
        case unreadable
    }

    private let sendWindow: Int
    private(set) var sendCredit: Int
    private let receiveWindow: Int
    private(set) var receiveCredit: Int
    /// Largest message of the method that comes in, in bytes before compression.
    private(set) var receiveBytesMax: Int
    private var refundPending = 0
    private var assembly = MessageAssembly()
    /// What is still to come of a message that was too large.
    private var bytesRefused = 0
    var sentLast = false
    var receivedLast = false

    init(sendWindow: UInt32, receiveWindow: UInt32, receiveBytesMax: Int) {
        self.sendWindow = Int(sendWindow)
        sendCredit = Int(sendWindow)
        self.receiveWindow = Int(receiveWindow)
        receiveCredit = Int(receiveWindow)
        self.receiveBytesMax = min(receiveBytesMax, Int(receiveWindow) - Wire.messageOverheadBytes)
    }

    mutating func lowerReceiveBytesMax(to bytes: Int) { receiveBytesMax = min(receiveBytesMax, bytes) }

    var isReceiving: Bool { assembly.isReceiving }

    /// What the peer may still have under way when this side ends the call.
    var bytesUnderWayMax: Int {
        receivedLast
            ? 0 : receiveCredit + assembly.bytesMissing + bytesRefused + 2 * Wire.messageOverheadBytes
    }

    /// Credit that the peer has not given back and may still give.
    var creditUnderWayMax: Int { sendWindow - sendCredit }

    mutating func receive(_ fragment: MessageFragment, features: Features) throws(WireFault)
        -> Received
    {
        guard !receivedLast else {
            throw WireFault(.frameUnexpected, offset: 4, "A message comes after the last one.")
        }
        if fragment.flags.contains(.first) {
            guard !fragment.flags.contains(.compressed) || features.contains(.zlib) else {
                throw WireFault(.frameUnexpected, offset: 5, "Compression was not agreed on.")
            }
            let cost = fragment.plainBytes + Wire.messageOverheadBytes
            guard cost <= receiveCredit else {
                throw WireFault(
                    .creditExceeded, offset: Wire.headerBytes, "The message exceeds the credit given.")
            }
            receiveCredit -= cost
            guard fragment.plainBytes <= receiveBytesMax else {
                bytesRefused = fragment.messageBytes - fragment.payload.readableBytes
                return .tooLarge
            }
        }
        guard let whole = try assembly.take(fragment) else { return .partial }
        if fragment.flags.contains(.endOfRequests) { receivedLast = true }
        let credit = whole.plainBytes + Wire.messageOverheadBytes
        guard whole.isCompressed else {
            return .message(InboundMessage(payload: whole.payload, credit: credit))
        }
        guard let plain = Compression.inflate(whole.payload, plainBytes: whole.plainBytes) else {
            return .unreadable
        }
        return .message(InboundMessage(payload: plain, credit: credit))
    }

    /// The peer sends no more messages.
    mutating func receiveHalfClose() throws(WireFault) {
        guard !receivedLast else { throw WireFault(.frameUnexpected, offset: 4, "HALF_CLOSE comes twice.") }
        guard !isReceiving else {
            throw WireFault(.fragmentOrder, offset: 4, "The call is closed in the middle of a message.")
        }
        receivedLast = true
    }

    /// The application has taken a message; the bytes to give back in a CREDIT frame now, or 0. They are
    /// held back, up to half the window, only as long as the largest message still fits without them: no
    /// message can wait for credit that this side keeps.
    mutating func consumed(_ credit: Int) -> UInt32 {
        guard !receivedLast, credit > 0 else { return 0 }
        refundPending = min(refundPending + credit, receiveWindow - receiveCredit)
        let spare = receiveWindow - Wire.window(messageBytesMax: receiveBytesMax)
        guard refundPending > min(spare, receiveWindow / 2) else { return 0 }
        let refund = refundPending
        refundPending = 0
        receiveCredit += refund
        return UInt32(clamping: refund)
    }

    /// The peer gives credit back: never more than it has got.
    mutating func receiveCredit(_ bytes: UInt32) throws(WireFault) {
        guard Int(bytes) <= sendWindow - sendCredit else {
            throw WireFault(
                .creditOverflow, offset: Wire.headerBytes, "More credit comes back than was used.")
        }
        sendCredit += Int(bytes)
    }

    /// Writes a message if the peer takes it now; one longer than a frame goes to `fragments`.
    mutating func send(
        _ message: ByteBuffer, call: CallID, peerBytesMax: Int, compress: Bool, endOfRequests: Bool,
        fragments: inout FragmentQueue, into out: inout ByteBuffer
    ) -> SendOutcome {
        guard !sentLast else { return .callOver }
        let plainBytes = message.readableBytes
        let cost = plainBytes + Wire.messageOverheadBytes
        guard cost <= sendWindow, plainBytes <= peerBytesMax else { return .tooLarge }
        guard cost <= sendCredit, fragments.isEmpty || !fragments.contains(call) else { return .wait }
        sendCredit -= cost
        sentLast = endOfRequests
        let deflated = compress ? Compression.deflate(message) : nil
        let sent = deflated ?? message
        if FragmentQueue.isNeeded(bytes: sent.readableBytes) {
            fragments.append(
                sent, call: call, plainBytes: deflated == nil ? nil : plainBytes, endOfRequests: endOfRequests
            )
        } else {
            FrameEncoder.message(
                call: call, sent, plainBytes: deflated == nil ? nil : plainBytes,
                endOfRequests: endOfRequests, into: &out)
        }
        return .sent
    }
}
