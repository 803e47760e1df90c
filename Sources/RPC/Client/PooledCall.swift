import Codec
import NIOCore
import Synchronization

/// A call as its caller holds it: one try on a connection, and others when a server says that it never saw
/// it, or when it failed for the moment and may be made again. Dropping it cancels it.
final class PooledCall: ClientCall {
    private let client: Client
    private let method: MethodDescriptor
    private let options: CallOptions
    private let deadline: ContinuousClock.Instant
    private let state: Mutex<State>

    fileprivate struct State {
        var core: ClientCallCore
        var attempt: UInt8 = 1
        /// What another try would have to send again; nil once that cannot be.
        var sent: [ByteBuffer]? = []
        var sentBytes = 0
        var isFinished = false
        var requests = 0
        var isCancelled = false
        /// How an earlier try ended that the server may have seen.
        var mayHaveRun: RPCError?
    }

    init(
        client: Client, method: MethodDescriptor, options: CallOptions, deadline: ContinuousClock.Instant,
        core: ClientCallCore
    ) {
        self.client = client
        self.method = method
        self.options = options
        self.deadline = deadline
        state = Mutex(State(core: core))
    }

    deinit {
        cancel()
    }

    func send(_ message: ByteBuffer) async throws(RPCError) {
        do throws(RPCError) {
            try CallRules.checkRequest(message, of: method)
            let (core, isRepeated) = state.withLock { state in
                state.requests += 1
                state.keep(message, bytesMax: method.requestBytesMax)
                return (state.core, method.kind.oneRequest && state.requests > 1)
            }
            if isRepeated { throw .requestRepeated(method) }
            if try await core.send(message) { return }
            if let failure = core.failure, !mayTryAgain(failure) { throw failure }
        } catch {
            end(error)
            throw error
        }
    }

    func finishSending() async throws(RPCError) {
        let (core, isMissing) = state.withLock { state in
            state.isFinished = true
            return (state.core, method.kind.oneRequest && state.requests == 0)
        }
        if isMissing {
            let error = RPCError.requestMissing(method)
            end(error)
            throw error
        }
        if let failure = core.failure {
            if mayTryAgain(failure) { return }
            throw failure
        }
        core.finishSending()
    }

    func receive() async throws(RPCError) -> ByteBuffer? {
        while true {
            let core = state.withLock { $0.core }
            do throws(RPCError) {
                let message = try await core.receive()
                // The server has seen the call: it is never made again.
                state.withLock { $0.sent = nil }
                if message == nil { client.budget.succeeded() }
                return message
            } catch {
                if Task.isCancelled {
                    cancel()
                    throw error
                }
                // Judged before it is counted, as in A6.
                let wait = waitBeforeRetry(error)
                if error.isTransient { client.budget.failed() }
                guard let wait else { throw known(error) }
                try await tryAgain(after: error, wait)
            }
        }
    }

    func cancel() {
        end(.callCancelled)
    }

    private func end(_ error: RPCError) {
        let core = state.withLock { state in
            state.isCancelled = true
            return state.core
        }
        core.cancel(.callerLeft, error)
    }

    private func mayTryAgain(_ error: RPCError) -> Bool { waitBeforeRetry(error) != nil }

    /// How long to wait before the call is made once more; nil when it must not be. All that was sent must
    /// still be here, and either the application never saw the call, or it failed for the moment, may be made
    /// again by its method and its server, and the budget allows it.
    private func waitBeforeRetry(_ error: RPCError) -> Duration? {
        let (attempt, isPossible) = state.withLock { state in
            (
                Int(state.attempt),
                !state.isCancelled && state.sent != nil && Int(state.attempt) <= client.retriesMax
            )
        }
        guard isPossible else { return nil }
        let wait: Duration
        switch error.retry {
        case .doNot:
            return nil
        case .neverSeen:
            // The first time this costs nothing: the server was just ending, or full.
            guard attempt == 1 || client.budget.allows else { return nil }
            wait = Backoff(first: .milliseconds(10)).wait(afterFailures: attempt, random: .random(in: 0..<1))
        case .after(let time):
            guard error.isTransient, time <= client.retryWaitMax,
                !method.mutating || options.operationID != nil, client.budget.allows
            else { return nil }
            wait = time
        }
        return ContinuousClock.now.advanced(by: wait) < deadline ? wait : nil
    }

    /// What the caller is told: that a try was never seen is true for that one alone.
    private func known(_ error: RPCError) -> RPCError {
        guard error.retry == .neverSeen else { return error }
        return state.withLock { $0.mayHaveRun } ?? error
    }

    private func tryAgain(after error: RPCError, _ wait: Duration) async throws(RPCError) {
        let attempt = state.withLock { state in
            state.attempt += 1
            if error.retry != .neverSeen { state.mayHaveRun = error }
            return state.attempt
        }
        do {
            try await Task.sleep(for: wait)
        } catch {
            cancel()
            throw .callCancelled
        }
        let core: ClientCallCore
        do throws(RPCError) {
            core = try await client.connect(method, options, deadline, attempt: attempt)
        } catch {
            throw known(error)
        }
        let isCancelled = state.withLock { state in
            guard !state.isCancelled else { return true }
            state.core = core
            core.replay(state.sent ?? [], finished: state.isFinished)
            return false
        }
        if isCancelled { throw .callCancelled }
    }
}

extension PooledCall.State {
    /// Keeps a message for another try, as long as there are not more than one message may be.
    fileprivate mutating func keep(_ message: ByteBuffer, bytesMax: Int) {
        guard sent != nil else { return }
        sentBytes += message.readableBytes
        if sentBytes > bytesMax { sent = nil } else { sent?.append(message) }
    }
}
