/// The tries of one call, and whether another may follow.
struct CallTries {
    /// Counted from 1.
    private(set) var attempt: UInt8 = 1
    /// How an earlier try ended that the server may have seen.
    private var mayHaveRun: RPCError?

    /// How long to wait before the call is made once more; nil when it must not be: either the application
    /// never saw the call, or it failed for the moment, may be made again by its method and its server, and
    /// the client's budget allows it.
    func wait(
        after error: RPCError, of method: MethodDescriptor, _ options: CallOptions,
        until deadline: ContinuousClock.Instant, by client: Client
    ) -> Duration? {
        guard Int(attempt) <= client.retriesMax else { return nil }
        let wait: Duration
        switch error.retry {
        case .doNot:
            return nil
        case .neverSeen:
            // The first time this costs nothing: the server was just ending, or full.
            guard attempt == 1 || client.budget.allows else { return nil }
            wait = Backoff(first: .milliseconds(10)).wait(
                afterFailures: Int(attempt), random: .random(in: 0..<1))
        case .after(let time):
            guard error.isTransient, time <= client.retryWaitMax,
                !method.mutating || options.operationID != nil, client.budget.allows
            else { return nil }
            wait = time
        }
        return ContinuousClock.now.advanced(by: wait) < deadline ? wait : nil
    }

    /// Another try follows this end.
    mutating func again(after error: RPCError) {
        attempt += 1
        if error.retry != .neverSeen { mayHaveRun = error }
    }

    /// What the caller is told: that a try was never seen is true for that one alone.
    func known(_ error: RPCError) -> RPCError {
        error.retry == .neverSeen ? mayHaveRun ?? error : error
    }
}
