/// Number of a call on its connection: made by the client, odd or even alike, 1 to 2^31 - 1, ever
/// increasing.
public typealias CallID = UInt32

/// Constants of protocol version 1 that no configuration changes (`Protocols/wire.md`, section 3 and 7).
public enum Wire {
    /// Protocol name in the TLS handshake (ALPN).
    public static let applicationProtocol = "tugi/1"
    /// First four bytes of every HELLO body: "TUGI".
    public static let magic: UInt32 = 0x5455_4749
    /// The only version so far.
    public static let version: UInt16 = 1
    /// Length of every frame's header.
    public static let headerBytes = 12
    /// Largest body of any frame.
    public static let frameBodyBytesMax = 65_536
    /// No peer may announce a larger message than this.
    public static let messageBytesHardMax = 4_194_304
    /// No call carries more metadata, whatever was announced: REQUEST is one frame.
    public static let metadataBytesHardMax = 12_288
    public static let metadataEntriesHardMax = 255
    /// What each message costs in credit beyond its length, so that empty messages are bounded too.
    public static let messageOverheadBytes = 64
    /// A fragment that is not its message's last carries at least so much, so that nobody dribbles.
    public static let fragmentBytesMin = 4_096
    /// Largest call id, and the "last call" of a GOAWAY that only gives notice.
    public static let callIDMax: CallID = 0x7FFF_FFFF
    /// Opaque value of the PING that follows a GOAWAY's notice; keepalive uses others.
    public static let drainPing: UInt64 = 0x5455_4749_4452_4149

    /// The credit that lets one message of that length always pass.
    public static func window(messageBytesMax: Int) -> Int { messageBytesMax + messageOverheadBytes }
}

/// Kinds of frames. The highest bit of the byte marks kinds that an older peer may skip; none of version
/// 1's is.
public enum FrameType: UInt8, Sendable, Hashable, CaseIterable {
    case hello = 0x01
    case request = 0x02
    case message = 0x03
    case halfClose = 0x04
    case end = 0x05
    case cancel = 0x06
    case credit = 0x07
    case ping = 0x08
    case pong = 0x09
    case goAway = 0x0A
    case error = 0x0B

    /// Set in the numbers of frame kinds and fields that a peer who does not know them skips.
    static let ignorableBit: UInt8 = 0x80

    /// Lengths a body of that kind may have; checked before the body is waited for.
    var bodyBytes: ClosedRange<Int> {
        switch self {
        case .hello: 4...4_096
        case .request: 16...16_384
        case .message: 0...Wire.frameBodyBytesMax
        case .halfClose: 0...0
        case .end: 8...8_192
        case .cancel: 1...1
        case .credit: 4...4
        case .ping, .pong: 8...8
        case .goAway: 9...1_024
        case .error: 6...1_024
        }
    }

    /// Whether the frame belongs to a call (its call id is not 0) or to the connection (it is 0).
    var belongsToCall: Bool {
        switch self {
        case .request, .message, .halfClose, .end, .cancel, .credit: true
        case .hello, .ping, .pong, .goAway, .error: false
        }
    }
}

/// Flags of a MESSAGE frame. Other frames have none; unknown bits are a fault.
public struct MessageFlags: OptionSet, Sendable, Hashable {
    /// The flags byte of the frame's header.
    public let rawValue: UInt8
    /// Takes unknown bits too; the decoder refuses them.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The fragment begins a message: its body starts with the message's lengths.
    public static let first = MessageFlags(rawValue: 0x01)
    /// The fragment ends its message.
    public static let last = MessageFlags(rawValue: 0x02)
    /// With ``first``: the message's bytes are a zlib stream.
    public static let compressed = MessageFlags(rawValue: 0x04)
    /// With ``last``, from the client: no request message follows, as if HALF_CLOSE came.
    public static let endOfRequests = MessageFlags(rawValue: 0x08)

    static let known: MessageFlags = [.first, .last, .compressed, .endOfRequests]
}

/// Features that both sides must have before either uses them; unknown bits mean nothing.
public struct Features: OptionSet, Sendable, Hashable {
    /// The 64 bits of HELLO's features field.
    public let rawValue: UInt64
    /// Takes unknown bits too; they mean nothing.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Single messages may be compressed with zlib.
    public static let zlib = Features(rawValue: 1)
}
