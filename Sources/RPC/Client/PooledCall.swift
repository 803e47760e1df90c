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
        var tries = CallTries()
        /// What another try would have to send again; nil once that cannot be.
        var sent: [ByteBuffer]? = []
        var sentBytes = 0
        var isFinished = false
        var requests = 0
        var isCancelled = false
        /// The budget knows of the end of this try.
        var isCounted = false
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
            if let failure = core.failure, !mayTryAgain(failure) { throw counted(failure) }
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
            throw counted(failure)
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
                let told = counted(error)
                guard let wait else { throw told }
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
    /// still be here.
    private func waitBeforeRetry(_ error: RPCError) -> Duration? {
        let (tries, isPossible) = state.withLock { ($0.tries, !$0.isCancelled && $0.sent != nil) }
        guard isPossible else { return nil }
        return tries.wait(after: error, of: method, options, until: deadline, by: client)
    }

    /// What the caller is told of a try's end, which the budget hears of once: while sending or while
    /// receiving.
    private func counted(_ error: RPCError) -> RPCError {
        let isNew = state.withLock { state in
            defer { state.isCounted = true }
            return !state.isCounted
        }
        if isNew, error.isTransient { client.budget.failed() }
        return known(error)
    }

    private func known(_ error: RPCError) -> RPCError { state.withLock { $0.tries.known(error) } }

    private func tryAgain(after error: RPCError, _ wait: Duration) async throws(RPCError) {
        let attempt = state.withLock { state in
            state.tries.again(after: error)
            return state.tries.attempt
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
            state.isCounted = false
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
