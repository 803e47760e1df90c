import Codec
import NIOCore
import Synchronization

/// A call as its caller holds it: one try on a connection, and others when a server says that it never saw
/// it. Dropping it cancels it.
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
                return message
            } catch {
                if Task.isCancelled {
                    cancel()
                    throw error
                }
                guard mayTryAgain(error) else { throw error }
                try await tryAgain(after: error)
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

    /// Whether the call may be made once more: the application never saw it, and all that was sent is still
    /// here.
    private func mayTryAgain(_ error: RPCError) -> Bool {
        guard error.retry == .neverSeen, ContinuousClock.now < deadline else { return false }
        return state.withLock { !$0.isCancelled && $0.sent != nil && Int($0.attempt) <= client.retriesMax }
    }

    private func tryAgain(after error: RPCError) async throws(RPCError) {
        let attempt = state.withLock { state in
            state.attempt += 1
            return state.attempt
        }
        let wait = min(
            Backoff(first: .milliseconds(10)).wait(
                afterFailures: Int(attempt) - 1, random: .random(in: 0..<1)),
            ContinuousClock.now.duration(to: deadline))
        do {
            try await Task.sleep(for: wait)
        } catch {
            cancel()
            throw .callCancelled
        }
        let core = try await client.connect(method, options, deadline, attempt: attempt)
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
