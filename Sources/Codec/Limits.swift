/// Every bound that a program may set, with its default (`Protocols/wire.md`, section 7). The first five
/// are told to the peer in HELLO; the others guard this side only.
public struct Limits: Sendable, Hashable {
    /// Largest message accepted, in bytes before compression; at most ``Wire/messageBytesHardMax``.
    public var messageBytesMax = 1_048_576
    /// Calls that may run at once on a connection. A cancelled call runs until its handler has returned.
    public var callsMax = 64
    /// Sum of the windows of all calls at once: what a peer can make this side keep. The default is 64
    /// windows of 64 KiB messages, or four of 1 MiB.
    public var receiveBudgetBytes = 64 * (65_536 + Wire.messageOverheadBytes)
    /// Names and values of a call's metadata together, in bytes.
    public var metadataBytesMax = 8_192
    /// Entries of metadata in a call.
    public var metadataEntriesMax = 32

    /// CANCEL frames accepted in ``cancelsMilliseconds``; one more ends the connection.
    public var cancelsMax = 200
    /// The window of time for ``cancelsMax``, in milliseconds.
    public var cancelsMilliseconds: UInt64 = 30_000
    /// Calls refused, or ended for a broken message, in ``refusalsMilliseconds``; one more ends the
    /// connection.
    public var refusalsMax = 200
    /// The window of time for ``refusalsMax``, in milliseconds.
    public var refusalsMilliseconds: UInt64 = 30_000
    /// PING and unknown ignorable frames accepted in ``controlFramesMilliseconds``; one more ends the
    /// connection.
    public var controlFramesMax = 100
    /// The window of time for ``controlFramesMax``, in milliseconds.
    public var controlFramesMilliseconds: UInt64 = 10_000
    /// A compressed message may grow by no more than this factor.
    public var inflateRatioMax = 20

    /// TLS and both HELLOs together may take this long. Kept by the owner of the socket, like the next
    /// three.
    public var handshakeMilliseconds: UInt64 = 5_000
    /// Quiet time after which a PING is sent.
    public var keepaliveMilliseconds: UInt64 = 30_000
    /// Time for the PONG; after it the connection is lost.
    public var keepaliveAnswerMilliseconds: UInt64 = 10_000
    /// Longest deadline a server grants; longer ones are shortened to it.
    public var deadlineMillisecondsMax: UInt32 = 900_000

    /// The defaults of `Protocols/wire.md`, section 7.
    public init() {}
}

/// Counts events in windows of time: a bound on how often a peer may do what costs us and not it.
struct RateBudget {
    let eventsMax: Int
    let windowMilliseconds: UInt64
    private var windowStart: UInt64 = 0
    private var events = 0

    init(eventsMax: Int, windowMilliseconds: UInt64) {
        self.eventsMax = eventsMax
        self.windowMilliseconds = windowMilliseconds
    }

    /// Counts one event at `now` (milliseconds of a clock that does not go back); false when it is one too
    /// many.
    mutating func take(now: UInt64) -> Bool {
        if events == 0 || now < windowStart || now - windowStart >= windowMilliseconds {
            windowStart = now
            events = 1
        } else {
            events += 1
        }
        return events <= eventsMax
    }
}
