public import Security

/// What a client has to know of those whom it calls.
public struct ClientConfiguration: Sendable {
    /// Where the servers listen; calls go to all of them in turn.
    public var addresses: [PeerAddress]
    /// Our own certificate and whom we trust.
    public var tls: TLSConfiguration
    /// The installation's name; the server must have the same ("laane-viru.example/production").
    public var environmentID: String
    /// What the server is told that we are.
    public var software: Software
    /// The system name that the server's certificate must show ("registry"); nil: any of the county.
    public var expectedPeer: String?
    /// Bounds on messages, calls and times.
    public var limits: RPCLimits
    /// How long to wait before an address is tried again.
    public var backoff: Backoff
    /// How often one call may be made again: after a server said that it never saw it, or when trying again
    /// is safe (the method changes nothing, or the call has its operation id). Four at most.
    public var retriesMax: Int
    /// The longest wait before another try that a server may ask for; a longer one is told to the caller at
    /// once, who decides.
    public var retryWaitMax: Duration = .milliseconds(500)
    /// How long a call waits for a connection; nil: until its own deadline.
    public var patience: Duration?

    /// All values as documented at the properties.
    public init(
        addresses: [PeerAddress], tls: TLSConfiguration, environmentID: String, software: Software,
        expectedPeer: String? = nil, limits: RPCLimits = RPCLimits(), backoff: Backoff = Backoff(),
        retriesMax: Int = 4, patience: Duration? = nil
    ) {
        self.addresses = addresses
        self.tls = tls
        self.environmentID = environmentID
        self.software = software
        self.expectedPeer = expectedPeer
        self.limits = limits
        self.backoff = backoff
        self.retriesMax = retriesMax
        self.patience = patience
    }
}

/// Waiting times between tries that grow, with jitter so that many clients do not come at once.
public struct Backoff: Sendable, Hashable {
    /// The wait after the first failure.
    public var first: Duration
    /// No wait grows beyond this, but for the jitter.
    public var longest: Duration
    /// Each wait is so many times the one before.
    public var factor: Double
    /// Each wait is made longer or shorter by up to this share.
    public var jitter: Double

    /// All values as documented at the properties.
    public init(
        first: Duration = .milliseconds(100), longest: Duration = .seconds(10), factor: Double = 1.6,
        jitter: Double = 0.2
    ) {
        self.first = first
        self.longest = longest
        self.factor = factor
        self.jitter = jitter
    }

    /// The wait after so many failures in a row (1 or more); `random` is in 0 ..< 1.
    func wait(afterFailures failures: Int, random: Double) -> Duration {
        var wait = first
        for _ in 1..<max(2, min(failures, 64)) where failures > 1 && wait < longest { wait = wait * factor }
        return min(wait, longest) * (1 + jitter * (2 * random - 1))
    }
}
