public import NIOCore

/// Why a client gave a call up.
public enum CancelReason: UInt8, Sendable, Hashable, CaseIterable {
    /// Unknown numbers read as this.
    case callerLeft = 0
    case deadlinePassed = 1
    /// The client could not read a response message.
    case responseBroken = 2
}

/// A part of a message, or all of it.
public struct MessageFragment: Sendable, Hashable {
    /// Whether the fragment begins or ends its message, and how that message is sent.
    public var flags: MessageFlags
    /// With ``MessageFlags/first``: the message's length as sent, all fragments together.
    public var messageBytes: Int
    /// With ``MessageFlags/first``: its length before compression, the same as ``messageBytes`` when there
    /// was none.
    public var plainBytes: Int
    /// A slice of what was received.
    public var payload: ByteBuffer

    /// All values as documented at the properties.
    public init(flags: MessageFlags, messageBytes: Int, plainBytes: Int, payload: ByteBuffer) {
        self.flags = flags
        self.messageBytes = messageBytes
        self.plainBytes = plainBytes
        self.payload = payload
    }
}

/// A frame with its content checked, but not yet whether it may come now.
public enum Frame: Sendable, Hashable {
    case hello(Hello)
    case request(CallID, CallHeader)
    case message(CallID, MessageFragment)
    case halfClose(CallID)
    case end(CallID, CallStatus)
    case cancel(CallID, CancelReason)
    case credit(CallID, bytes: UInt32)
    case ping(UInt64)
    case pong(UInt64)
    case goAway(GoAway)
    case error(WireFault)
    /// Of a kind that this version does not know and may skip.
    case ignorable(type: UInt8)
}
