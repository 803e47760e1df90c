public import Logging
public import Security

/// Calls straight to a handler, without sockets or frames but under the same rules: sizes, deadlines,
/// operation ids, cancellation, statuses and waiting for a slow reader. For tests, and for a program that
/// calls itself.
public struct InProcessChannel: CallChannel {
    private let handler: any CallHandler
    private let methods: [UInt32: MethodDescriptor]
    private let identity: PeerIdentity?
    private let limits: RPCLimits
    private let logger: Logger

    /// Calls go to `handler` as if the peer `identity` made them.
    public init(
        handler: any CallHandler, identity: PeerIdentity?, limits: RPCLimits = RPCLimits(),
        logger: Logger = Logger(label: "tugi.rpc.in-process")
    ) {
        self.handler = handler
        self.methods = Dictionary(handler.methods.map { ($0.id, $0) }) { first, _ in first }
        self.identity = identity
        self.limits = limits
        self.logger = logger
    }

    /// Begins a call of the handler, under the rules and the bounds of the wire. Throws for options that
    /// break the method's rules.
    public func open(
        _ method: MethodDescriptor, _ options: CallOptions
    ) async throws(RPCError) -> any ClientCall {
        let now = ContinuousClock.now
        try CallRules.checkOpening(method, options, limits)
        let deadline = try CallRules.deadline(of: method, options, now: now)
        let context = CallContext(
            peer: identity, metadata: options.metadata,
            deadline: min(deadline, now.advanced(by: limits.deadlineMax)), operationID: options.operationID,
            traceContext: options.traceContext)
        let exchange = InProcessExchange(method: method, context: context, limits: limits)
        if let served = methods[method.id] {
            exchange.start(handler, served: served, deadline: deadline, logger: logger)
        } else {
            exchange.end(.unknownMethod(method.id))
        }
        return InProcessClientCall(exchange: exchange)
    }
}
