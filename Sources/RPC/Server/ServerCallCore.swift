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
        var responses = 0
        var outcome: CallStatus?
    }

    init(
        id: CallID, method: MethodDescriptor, context: CallContext, began: ContinuousClock.Instant,
        limits: RPCLimits, loop: ConnectionLoop<ServerShell>
    ) {
        self.id = id
        self.method = method
        self.context = context
        self.began = began
        self.loop = loop
        // The inbox is bounded by the credit that the peer has.
        inbox = MessagePipe(bytesMax: .max)
        outbox = MessagePipe(
            bytesMax: limits.windowBytes(
                messageBytesMax: method.responseBytesMax, single: method.kind.oneResponse))
    }

    func receive() async throws -> ByteBuffer? {
        guard let message = try await inbox.next() else { return nil }
        if !method.kind.oneRequest, !inbox.hasEnded {
            state.withLock { $0.credit += message.readableBytes + Wire.messageOverheadBytes }
            loop.attend(self)
        }
        return message
    }

    func send(_ message: ByteBuffer) async throws {
        try CallRules.checkResponse(message, of: method)
        let count = state.withLock { state in
            state.responses += 1
            return state.responses
        }
        guard !method.kind.oneResponse || count == 1 else { throw RPCError.responseRepeated(method) }
        guard try await outbox.put(message) else { throw outbox.failure ?? .callOver }
        // A single response waits for its status, which follows at once: both go in one round.
        if !method.kind.oneResponse { loop.attend(self) }
    }

    /// The handler has returned (well: nil).
    func finish(_ error: RPCError?) {
        state.withLock { state in
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
    func abandon(_ reason: RPCError) {
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
            return (state.credit, state.outcome)
        }
    }
}
