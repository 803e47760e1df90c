import Codec
import NIOCore
import Synchronization

/// One try of a call on one connection: messages that wait in both directions, and what the connection is to
/// be told at its next attention.
final class ClientCallCore: ConnectionCall {
    let method: MethodDescriptor
    let header: CallHeader
    let deadline: ContinuousClock.Instant
    let compress: Bool
    let inbox: MessagePipe
    let outbox: MessagePipe
    private let loop: ConnectionLoop<ClientShell>
    private let state = Mutex(State())

    fileprivate struct State {
        var isStarted = false
        /// Its name on the connection, once it is open there.
        var id: CallID?
        /// It has come to wait for room on the connection, which it then gets, or the call ends.
        var hasWaited = false
        /// The connection will attend to the call without being asked again.
        var isQueued = false
        var credit = 0
        var isFinished = false
        var cancel: CancelReason?
    }

    /// What the connection has to do for a call.
    struct News {
        var id: CallID?
        var credit: Int
        /// No request follows those that wait.
        var isFinished: Bool
        var cancel: CancelReason?
    }

    init(
        method: MethodDescriptor, header: CallHeader, deadline: ContinuousClock.Instant, compress: Bool,
        limits: RPCLimits, loop: ConnectionLoop<ClientShell>
    ) {
        self.method = method
        self.header = header
        self.deadline = deadline
        self.compress = compress
        self.loop = loop
        // The inbox is bounded by the credit that the server has.
        inbox = MessagePipe(bytesMax: .max)
        outbox = MessagePipe(
            bytesMax: limits.windowBytes(
                messageBytesMax: method.requestBytesMax, single: method.kind.oneRequest))
    }

    /// All of a unary call: its request, the wait, its response.
    func exchange(_ request: ByteBuffer) async throws(RPCError) -> ByteBuffer {
        outbox.push(request)
        let end = await withTaskCancellationHandler {
            state.withLock { state in
                state.isFinished = true
                state.isStarted = true
            }
            loop.attend(self)
            return await inbox.whole()
        } onCancel: {
            cancel(.callerLeft, .callCancelled)
        }
        let (response, isRepeated) = try end.get()
        // The status follows the message: only its end tells that the call went well.
        guard let response else { throw .responseMissing(method) }
        guard !isRepeated else { throw .responseRepeated(method) }
        return response
    }

    /// Takes a request message; false when the call is over.
    func send(_ message: ByteBuffer) async throws(RPCError) -> Bool {
        guard try await outbox.put(message) else { return false }
        let isNews = state.withLock { state in
            // The only request is the last one too: said at once, so that it fits in one frame.
            if method.kind.oneRequest { state.isFinished = true }
            defer {
                state.isStarted = true
                state.isQueued = true
            }
            return !state.isQueued
        }
        if isNews { loop.attendSoon(self) }
        return true
    }

    /// Takes messages again that an earlier try had taken.
    func replay(_ messages: [ByteBuffer], finished: Bool) {
        for message in messages { outbox.push(message) }
        state.withLock { $0.isFinished = finished || (method.kind.oneRequest && !messages.isEmpty) }
        ask()
    }

    func finishSending() {
        let isNews = state.withLock { state in
            defer { state.isFinished = true }
            return !state.isFinished
        }
        if isNews { ask() }
    }

    func receive() async throws(RPCError) -> ByteBuffer? {
        if !state.withLock({ $0.isStarted }) { ask() }
        guard let message = try await inbox.next() else { return nil }
        if !method.kind.oneResponse, !inbox.hasEnded {
            // Not for each message alone while others wait to be read.
            let isLast = inbox.isEmpty
            let isDue = state.withLock { state in
                state.credit += message.readableBytes + Wire.messageOverheadBytes
                return isLast || state.credit >= RPCLimits.creditStepBytes
            }
            if isDue { ask() }
        }
        return message
    }

    /// The caller gives up; to it the call is over at once.
    func cancel(_ reason: CancelReason, _ error: RPCError) {
        // Of a call that has ended its connection knows nothing any more.
        if inbox.hasEnded { return }
        end(error, discarding: true)
        let isNews = state.withLock { state in
            guard state.isStarted, state.cancel == nil else { return false }
            state.cancel = reason
            return true
        }
        if isNews { loop.attend(self) }
    }

    /// The call has ended: well (nil) or not. What came before is still received, unless `discarding`.
    func end(_ error: RPCError?, discarding: Bool = false) {
        inbox.end(error.map { .failed($0) } ?? .finished, discarding: discarding)
        outbox.end(.failed(error ?? .callOver), discarding: true)
    }

    /// The error that the call ended with, if it did.
    var failure: RPCError? { inbox.failure }

    /// Opens the call on its connection, at the first thing that there is to say.
    func ask() {
        state.withLock { $0.isStarted = true }
        loop.attend(self)
    }

    /// The connection went before it saw the call, or has ended it already.
    func orphan() {
        end(.neverSent("The connection was just ending."))
    }

    /// On the loop: the connection has opened the call under that name.
    func opened(_ id: CallID) -> News {
        state.withLock { state in
            state.id = id
            return state.takeNews()
        }
    }

    /// On the loop: there is no room for the call now. False when that was said before.
    func beginsToWait() -> Bool {
        state.withLock { state in
            defer { state.hasWaited = true }
            return !state.hasWaited
        }
    }

    /// On the loop.
    func takeNews() -> News { state.withLock { $0.takeNews() } }
}

extension ClientCallCore.State {
    fileprivate mutating func takeNews() -> ClientCallCore.News {
        defer { credit = 0 }
        isQueued = false
        return ClientCallCore.News(id: id, credit: credit, isFinished: isFinished, cancel: cancel)
    }
}
