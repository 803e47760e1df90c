/// Every bound that calls and connections keep, with its default (`Protocols/wire.md`, limits). The same
/// struct serves servers, clients and calls in process; what a side has no use for it does not read.
public struct RPCLimits: Sendable, Hashable {
    /// Largest message that is accepted, in bytes before compression; never above 4 MiB. Methods have their
    /// own.
    public var messageBytesMax = 1024 * 1024
    /// Calls that run at once on one connection; a cancelled call counts until its handler has returned.
    public var callsMax = 64
    /// What one connection may make this side keep, in bytes: the sum of its calls' windows.
    public var receiveBudgetBytes = 64 * (64 * 1024 + 64)
    /// Largest sum of names and values of a call's metadata, in bytes.
    public var metadataBytesMax = 8 * 1024
    /// Largest number of metadata entries of a call.
    public var metadataEntriesMax = 32
    /// A stream's window lets four messages of its method's maximum wait for their reader, but only up to so
    /// many bytes; one message of the maximum always fits.
    public var streamWindowBytes = 512 * 1024
    /// Longest deadline that a server grants; a longer one is shortened, not refused.
    public var deadlineMax: Duration = .seconds(900)
    /// TCP, TLS and both HELLOs together may take so long.
    public var handshakeTimeout: Duration = .seconds(5)
    /// A frame that has begun to arrive must be there after this time, and as much more as its bytes take at
    /// ``frameBytesPerSecondMin``.
    public var frameTimeout: Duration = .seconds(5)
    /// Slower peers than this are let go.
    public var frameBytesPerSecondMin = 1024
    /// Quiet time after which a PING asks whether the peer is still there.
    public var keepaliveInterval: Duration = .seconds(30)
    /// Time for its PONG; after it the connection counts as lost.
    public var keepaliveTimeout: Duration = .seconds(10)
    /// A server ends a connection on which nothing was called for so long (10 % more or less).
    public var idleTimeout: Duration = .seconds(1800)
    /// A server asks for a new connection after so long (10 % more or less), so that certificates are looked
    /// at again.
    public var connectionAgeMax: Duration = .seconds(3600)
    /// How long running calls may go on once a server drains or a connection is too old.
    public var drainGrace: Duration = .seconds(30)
    /// How often certificate, key, authority and revocation list files are looked at for changes.
    public var certificateCheckInterval: Duration = .seconds(60)
    /// Connections that a server keeps at once; more are closed as they come.
    public var connectionsMax = 1024
    /// Of these, connections of one identity (the URI of its certificate); more are sent away (GOAWAY) when
    /// both HELLOs are good.
    public var connectionsPerPeerMax = 256
    /// Connections from one address (of IPv6: one /64) whose handshake a server lets go on at once; more are
    /// closed as they come.
    public var handshakesPerAddressMax = 64
    /// Handshakes that one address may begin within ``handshakesSpan``; those after wait for their turn, and
    /// are refused where half of ``handshakeTimeout`` would not do.
    public var handshakesPerSpanMax = 100
    /// See ``handshakesPerSpanMax``.
    public var handshakesSpan: Duration = .seconds(10)
    /// So many of those handshakes a connection costs its address that ends with a fault of the peer's bytes.
    public var handshakesPerFault = 25
    /// A server lets its clients resume a TLS session for so long after their full handshake, in whole
    /// seconds; its ``TLSConfiguration`` may say less.
    public var sessionLifetime: Duration = .seconds(7_200)

    /// The defaults above.
    public init() {}

    /// So much credit of messages that were read goes back at once, also while others wait to be read.
    static var creditStepBytes: Int { 32 * 1024 }

    /// How many bytes may wait for the reader of such messages: one message never waits for itself.
    func windowBytes(messageBytesMax: Int, single: Bool) -> Int {
        single ? messageBytesMax : max(messageBytesMax, min(4 * messageBytesMax, streamWindowBytes))
    }
}
