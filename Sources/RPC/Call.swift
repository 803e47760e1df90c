import Codec
public import NIOCore
public import Security

/// Names and values that travel with a call. Names are lower case ASCII; values are bytes; both are bounded
/// (`Protocols/wire.md`, limits).
public struct Metadata: Sendable, Hashable {
    /// All names with their values; a name may occur more than once.
    public var entries: [(name: String, value: [UInt8])] {
        wire.map { ($0.name, Array($0.value.readableBytesView)) }
    }
    /// As they are sent and received, without a copy of their bytes.
    private(set) var wire: [MetadataEntry] = []

    /// Without any entry.
    public init() {}

    /// As received: slices of what came with them, unless copied for a call that may last.
    init(wire: [MetadataEntry], copying: Bool) {
        self.wire =
            copying
            ? wire.map { MetadataEntry(name: $0.name, value: ByteBuffer(bytes: $0.value.readableBytesView)) }
            : wire
    }

    /// The first value of that name. Setting replaces all values of the name; nil removes them.
    public subscript(name: String) -> [UInt8]? {
        get { self[bytes: name].map { Array($0.readableBytesView) } }
        set { self[bytes: name] = newValue.map { ByteBuffer(bytes: $0) } }
    }

    /// The same without a copy: where calls pass often.
    public subscript(bytes name: String) -> ByteBuffer? {
        get { wire.first { $0.name == name }?.value }
        set {
            if !wire.isEmpty { wire.removeAll { $0.name == name } }
            if let newValue { wire.append(MetadataEntry(name: name, value: newValue)) }
        }
    }

    /// Adds a value beside those that the name has.
    public mutating func append(_ name: String, _ value: [UInt8]) {
        wire.append(MetadataEntry(name: name, value: ByteBuffer(bytes: value)))
    }

    /// Whether there is no entry at all.
    public var isEmpty: Bool { wire.isEmpty }
}

/// What a caller may say about one call.
public struct CallOptions: Sendable {
    /// How long the call may take; nil: the method's own deadline. Never longer than what is left of
    /// `parent`.
    public var timeout: Duration?
    /// Instant by which the call on whose behalf this one is made must be over.
    public var parent: ContinuousClock.Instant?
    /// 16 bytes, made before the first try; compulsory for mutating methods.
    public var operationID: [UInt8]?
    /// Travels to the server beside the request; its bounds are the server's.
    public var metadata: Metadata
    /// W3C trace context, version 00, as 25 bytes (trace id, parent id, flags).
    public var traceContext: [UInt8]?
    /// Compress request messages (zlib). Never for messages that hold a secret beside text that a peer chose.
    public var compress: Bool

    /// All values as documented at the properties.
    public init(
        timeout: Duration? = nil, parent: ContinuousClock.Instant? = nil, operationID: [UInt8]? = nil,
        metadata: Metadata = Metadata(), traceContext: [UInt8]? = nil, compress: Bool = false
    ) {
        self.timeout = timeout
        self.parent = parent
        self.operationID = operationID
        self.metadata = metadata
        self.traceContext = traceContext
        self.compress = compress
    }
}

/// What a server knows of a call before its first message.
public struct CallContext: Sendable {
    /// From the peer's certificate; nil only over the in-process pair without an identity.
    public var peer: PeerIdentity?
    /// What the caller sent beside the request.
    public var metadata: Metadata
    /// When the call must be over; the server ends it then.
    public var deadline: ContinuousClock.Instant
    /// 16 bytes, the same on every try; nil when the caller sent none, which only non-mutating methods allow.
    public var operationID: [UInt8]?
    /// 1 on the first try.
    public var attempt: UInt8
    /// W3C trace context, version 00, as 25 bytes; nil when the caller sent none.
    public var traceContext: [UInt8]?

    /// All values as documented at the properties.
    public init(
        peer: PeerIdentity?, metadata: Metadata, deadline: ContinuousClock.Instant,
        operationID: [UInt8]? = nil,
        attempt: UInt8 = 1, traceContext: [UInt8]? = nil
    ) {
        self.peer = peer
        self.metadata = metadata
        self.deadline = deadline
        self.operationID = operationID
        self.attempt = attempt
        self.traceContext = traceContext
    }
}

/// One call as the server's handler sees it.
public protocol ServerCall: Sendable {
    var method: MethodDescriptor { get }
    var context: CallContext { get }
    /// The next request message; nil when the caller has sent its last. Gives flow-control credit back.
    func receive() async throws -> ByteBuffer?
    /// Sends one response message; waits while the caller takes no more.
    func send(_ message: ByteBuffer) async throws
    /// What ``receive()`` would give without any wait; nil when it would have to wait, or when nothing
    /// follows.
    func receiveNow() throws -> ByteBuffer?
    /// Sends one response message if that needs no wait; false when nothing was sent.
    func sendNow(_ message: ByteBuffer) throws -> Bool
}

/// One call as the client sees it. A call that is dropped before its end is cancelled.
public protocol ClientCall: Sendable {
    /// Sends one request message; waits while the server takes no more.
    func send(_ message: ByteBuffer) async throws(RPCError)
    /// No more requests follow.
    func finishSending() async throws(RPCError)
    /// The next response message; nil after the last when the call ended well; throws its error otherwise.
    func receive() async throws(RPCError) -> ByteBuffer?
    /// Ends the call early.
    func cancel()
}

/// Answers calls. An `RPCError` that it throws is the call's status; any other error becomes `internal` and
/// its text stays here.
public protocol CallHandler: Sendable {
    /// The methods that are answered; all others are answered `unimplemented`.
    var methods: [MethodDescriptor] { get }
    func handle(_ call: any ServerCall) async throws
}

/// Where calls are made: a pool of TLS connections, or the in-process pair.
public protocol CallChannel: Sendable {
    func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientCall
    /// One request and its response, for methods that have one of each.
    func unary(
        _ method: MethodDescriptor, _ request: ByteBuffer, _ options: CallOptions
    ) async throws(RPCError) -> ByteBuffer
}
