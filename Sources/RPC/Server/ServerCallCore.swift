import Codec
import NIOCore
import Synchronization

/// One call of a connection as its handler holds it: messages that wait in both directions, and what the
/// connection is to be told at its next attention.
final class ServerCallCore: ServerCall, ConnectionCall {
    let id: CallID
    let method: MethodDescriptor
    let context: CallContext
    let began: ContinuousClock.Instant
    let inbox: MessagePipe
    let outbox: MessagePipe
    private let loop: ConnectionLoop<ServerShell>
    private let state = Mutex(State())

    private struct State {
        var credit = 0
        var requests = 0
        var responses = 0
        var outcome: CallStatus?
        /// The connection will attend to the call without being asked again.
        var isQueued = false
        var handler = Handler.waits
    }

    /// Who answers the call: it waits for the only request of a method that has just one.
    private enum Handler {
        case waits
        case runs(Task<Void, Never>?)
        case isStopped
        case hasReturned
    }

    private static var backlogBytesMax: Int { 32 * 1024 }

    init(
        id: CallID, method: MethodDescriptor, context: CallContext, began: ContinuousClock.Instant,
        loop: ConnectionLoop<ServerShell>
    ) {
        self.id = id
        self.method = method
        self.context = context
        self.began = began
        self.loop = loop
        // The inbox is bounded by the credit that the peer has.
        inbox = MessagePipe(bytesMax: .max)
        // What a peer does not take waits with its handler, not here: one message, or some that are small.
        outbox = MessagePipe(bytesMax: Self.backlogBytesMax)
    }

    func receive() async throws -> ByteBuffer? {
        guard let message = try await inbox.next() else { return nil }
        refund(message)
        return message
    }

    func receiveNow() throws -> ByteBuffer? {
        guard let message = inbox.nextNow() else { return nil }
        refund(message)
        return message
    }

    /// Gives credit back, not for each message alone while others wait to be read.
    private func refund(_ message: ByteBuffer) {
        guard !method.kind.oneRequest, !inbox.hasEnded else { return }
        let isLast = inbox.isEmpty
        let isDue = state.withLock { state in
            state.credit += message.readableBytes + Wire.messageOverheadBytes
            return isLast || state.credit >= RPCLimits.creditStepBytes
        }
        if isDue { loop.attend(self) }
    }

    func send(_ message: ByteBuffer) async throws {
        try countResponse(message)
        guard try await outbox.put(message) else { throw outbox.failure ?? .callOver }
        sent()
    }

    func sendNow(_ message: ByteBuffer) throws -> Bool {
        // A method with one response never waits for room.
        guard method.kind.oneResponse else { return false }
        try countResponse(message)
        guard outbox.push(message) else { throw outbox.failure ?? .callOver }
        return true
    }

    private func countResponse(_ message: ByteBuffer) throws {
        try CallRules.checkResponse(message, of: method)
        let count = state.withLock { state in
            state.responses += 1
            return state.responses
        }
        guard !method.kind.oneResponse || count == 1 else { throw RPCError.responseRepeated(method) }
    }

    /// A single response waits for its status, which follows at once: both go in one round. Those of a stream
    /// go together, as many as its handler makes without a wait.
    private func sent() {
        if method.kind.oneResponse { return }
        let isNews = state.withLock { state in
            defer { state.isQueued = true }
            return !state.isQueued
        }
        if isNews { loop.attendSoon(self) }
    }

    // MARK: From the connection

    /// The only request of a method that has just one; false when it is not the first.
    func takeOnly(_ request: ByteBuffer) -> Bool {
        let isFirst = state.withLock { state in
            state.requests += 1
            return state.requests == 1
        }
        if isFirst { inbox.take(only: request) }
        return isFirst
    }

    /// No request has come of a method that has just one.
    var lacksRequest: Bool { method.kind.oneRequest && state.withLock { $0.requests == 0 } }

    /// Runs the handler, as far as it gets on this connection's loop without waiting.
    func start(_ shared: ServerContext) {
        state.withLock { $0.handler = .runs(nil) }
        let task = Task.immediate(executorPreference: loop) {
            do {
                try await shared.handler(of: self.method.id).handle(self)
                self.finish(nil)
            } catch {
                self.finish(
                    HandlerOutcome.status(
                        for: error, of: self.method, deadline: self.context.deadline,
                        logger: shared.logger))
            }
        }
        let isStopped = state.withLock { state in
            switch state.handler {
            case .runs: state.handler = .runs(task)
            case .isStopped: return true
            case .waits, .hasReturned: break
            }
            return false
        }
        if isStopped { task.cancel() }
    }

    /// The call is over for the peer: its handler is stopped, and ``finish(_:)`` follows when it has
    /// returned.
    func stop(_ error: RPCError) {
        abandon(error)
        let (task, isDone) = state.withLock { state -> (Task<Void, Never>?, Bool) in
            switch state.handler {
            case .runs(let task):
                state.handler = .isStopped
                return (task, false)
            case .isStopped:
                return (nil, false)
            case .waits, .hasReturned:
                // Nothing runs, and what still waited to be sent is dropped: the call ends now.
                state.handler = .hasReturned
                state.outcome = CallStatus(error)
                return (nil, true)
            }
        }
        task?.cancel()
        if isDone { loop.attend(self) }
    }

    /// The handler has returned (well: nil).
    private func finish(_ error: RPCError?) {
        state.withLock { state in
            state.handler = .hasReturned
            if let error {
                state.outcome = CallStatus(error)
            } else if method.kind.oneResponse, state.responses == 0 {
                state.outcome = CallStatus(RPCError.responseMissing(method))
            } else {
                state.outcome = .ok
            }
        }
        loop.attend(self)
    }

    /// The call is over while its handler runs.
    private func abandon(_ reason: RPCError) {
        inbox.end(.failed(reason), discarding: true)
        outbox.end(.failed(reason), discarding: true)
    }

    func orphan() {
        abandon(.connectionLost)
    }

    /// On the loop: credit to give back, and the outcome once the handler has returned.
    func takeNews() -> (credit: Int, outcome: CallStatus?) {
        state.withLock { state in
            defer { state.credit = 0 }
            state.isQueued = false
            return (state.credit, state.outcome)
        }
    }
}
