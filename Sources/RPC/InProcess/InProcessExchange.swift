import Logging
import NIOCore
import Synchronization

/// One call in process: two pipes between the client's end and the handler's end, and how it ended.
final class InProcessExchange: Sendable {
    let method: MethodDescriptor
    let context: CallContext
    let requests: MessagePipe
    let responses: MessagePipe
    private let state = Mutex(State())

    private struct State {
        var over = false
        var handler: Task<Void, Never>?
        var timer: Task<Void, Never>?
        var requestsSent = 0
        var responsesSent = 0
    }

    init(method: MethodDescriptor, context: CallContext, limits: RPCLimits) {
        self.method = method
        self.context = context
        self.requests = MessagePipe(
            bytesMax: limits.windowBytes(
                messageBytesMax: method.requestBytesMax, single: method.kind.oneRequest))
        self.responses = MessagePipe(
            bytesMax: limits.windowBytes(
                messageBytesMax: method.responseBytesMax, single: method.kind.oneResponse))
    }

    /// Starts the handler and the clock of the deadline.
    func start(
        _ handler: any CallHandler, served: MethodDescriptor, deadline: ContinuousClock.Instant,
        logger: Logger
    ) {
        let running = Task {
            do {
                try await handler.handle(InProcessServerCall(exchange: self, method: served))
                self.end(self.missingResponse())
            } catch {
                self.end(
                    HandlerOutcome.status(
                        for: error, of: served, deadline: self.context.deadline, logger: logger))
            }
        }
        let timer = Task {
            do {
                try await Task.sleep(until: deadline, clock: .continuous)
                self.abandon(.deadlinePassed(self.method, tried: true))
            } catch {}  // the call ended first
        }
        let over = state.withLock { state -> Bool in
            guard !state.over else { return true }
            state.handler = running
            state.timer = timer
            return false
        }
        if over {
            running.cancel()
            timer.cancel()
        }
    }

    /// The handler has ended the call: with a status, or well (nil).
    func end(_ status: RPCError?) {
        finish(status, discarding: false)
    }

    /// The client's end gives the call up: the handler is told, what waits is dropped.
    func abandon(_ reason: RPCError) {
        finish(reason, discarding: true)?.cancel()
    }

    /// Counts a request; false when there must not be another.
    func countRequest() -> Bool {
        state.withLock { state in
            state.requestsSent += 1
            return !method.kind.oneRequest || state.requestsSent == 1
        }
    }

    /// Counts a response; false when there must not be another.
    func countResponse() -> Bool {
        state.withLock { state in
            state.responsesSent += 1
            return !method.kind.oneResponse || state.responsesSent == 1
        }
    }

    /// True when the one request of the method is missing.
    var lacksRequest: Bool { method.kind.oneRequest && state.withLock { $0.requestsSent == 0 } }

    private func missingResponse() -> RPCError? {
        let missing = method.kind.oneResponse && state.withLock { $0.responsesSent == 0 }
        return missing ? .responseMissing(method) : nil
    }

    @discardableResult
    private func finish(_ status: RPCError?, discarding: Bool) -> Task<Void, Never>? {
        let (handler, timer) = state.withLock { state -> (Task<Void, Never>?, Task<Void, Never>?) in
            guard !state.over else { return (nil, nil) }
            state.over = true
            return (state.handler.take(), state.timer.take())
        }
        timer?.cancel()
        // The handler reads no more, whatever the client still sends.
        requests.end(.failed(status ?? .callOver), discarding: true)
        responses.end(status.map { .failed($0) } ?? .finished, discarding: discarding)
        return handler
    }
}

/// The handler's end.
struct InProcessServerCall: ServerCall {
    let exchange: InProcessExchange
    let method: MethodDescriptor

    var context: CallContext { exchange.context }

    func receive() async throws -> ByteBuffer? {
        try await exchange.requests.next()
    }

    func send(_ message: ByteBuffer) async throws {
        try CallRules.checkResponse(message, of: method)
        guard exchange.countResponse() else { throw RPCError.responseRepeated(method) }
        guard try await exchange.responses.put(message) else {
            throw exchange.responses.failure ?? .callOver
        }
    }

    func receiveNow() throws -> ByteBuffer? { exchange.requests.nextNow() }

    /// All responses go the same way: what waits is the exception.
    func sendNow(_ message: ByteBuffer) throws -> Bool { false }
}

/// The client's end; dropping it cancels the call.
final class InProcessClientCall: ClientCall {
    private let exchange: InProcessExchange

    init(exchange: InProcessExchange) {
        self.exchange = exchange
    }

    deinit {
        cancel()
    }

    func send(_ message: ByteBuffer) async throws(RPCError) {
        do throws(RPCError) {
            try CallRules.checkRequest(message, of: exchange.method)
            guard exchange.countRequest() else { throw RPCError.requestRepeated(exchange.method) }
            if try await exchange.requests.put(message) { return }
        } catch {
            exchange.abandon(error)
            throw error
        }
        if let failure = exchange.responses.failure { throw failure }
    }

    func finishSending() async throws(RPCError) {
        if exchange.lacksRequest {
            exchange.abandon(.requestMissing(exchange.method))
        }
        exchange.requests.end(.finished)
        if let failure = exchange.responses.failure { throw failure }
    }

    func receive() async throws(RPCError) -> ByteBuffer? {
        do {
            return try await exchange.responses.next()
        } catch {
            if Task.isCancelled { cancel() }
            throw error
        }
    }

    func cancel() {
        exchange.abandon(.callCancelled)
    }
}
