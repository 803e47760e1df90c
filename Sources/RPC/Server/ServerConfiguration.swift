public import Security

/// What a server has to know before it listens.
public struct ServerConfiguration: Sendable {
    /// Name or number of the interface to listen on.
    public var host: String
    /// 0: any free port; ``Server/boundAddress`` says which.
    public var port: Int
    /// Our own certificate and whom we trust.
    public var tls: TLSConfiguration
    /// The installation's name; clients of another are refused ("laane-viru.example/production").
    public var environmentID: String
    /// What peers and operators are told that we are.
    public var software: Software
    /// Bounds on messages, calls and times.
    public var limits: RPCLimits
    /// An encoded `google.protobuf.FileDescriptorSet` that `Reflection/Schema` answers; empty: none.
    public var schema: [UInt8]
    /// Which peers may ask for `Introspection/Connections`; by default those of the county itself.
    public var mayInspect: @Sendable (PeerIdentity?) -> Bool

    /// All values as documented at the properties.
    public init(
        host: String = "127.0.0.1", port: Int = 0, tls: TLSConfiguration, environmentID: String,
        software: Software, limits: RPCLimits = RPCLimits(), schema: [UInt8] = [],
        mayInspect: @escaping @Sendable (PeerIdentity?) -> Bool = { $0?.municipality == "0060" }
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.tls.sessionSecondsMax = min(
            tls.sessionSecondsMax, Int(limits.sessionLifetime.components.seconds))
        self.environmentID = environmentID
        self.software = software
        self.limits = limits
        self.schema = schema
        self.mayInspect = mayInspect
    }
}
