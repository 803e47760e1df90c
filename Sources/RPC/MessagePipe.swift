import NIOCore
import Synchronization

/// Messages on their way to one reader, from any thread. A writer may wait for room; one that must not wait
/// (a connection, whose peer keeps to its credit) pushes. Lives inside its call: no storage of its own.
struct MessagePipe: ~Copyable, Sendable {
    /// How the stream of messages ended.
    enum End: Sendable {
        case finished
        case failed(RPCError)
    }

    struct State {
        var messages = MessageLine()
        var bytes = 0
        var end: End?
        var reader: MessageWaiter?
        /// The reader waits for the end, not for single messages.
        var readsWhole = false
        var writers: [(id: UInt64, waiter: MessageWaiter)] = []
        var writerID: UInt64 = 0

        mutating func add(_ message: ByteBuffer) -> MessageWaiter? {
            messages.append(message)
            bytes += message.readableBytes
            return readsWhole ? nil : reader.take()
        }
    }

    private let state = Mutex(State())
    private let bytesMax: Int

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Adds a message; false when the pipe has ended (the message is dropped).
    @discardableResult
    func push(_ message: ByteBuffer) -> Bool {
        let (taken, reader) = state.withLock { state -> (Bool, MessageWaiter?) in
            guard state.end == nil else { return (false, nil) }
            return (true, state.add(message))
        }
        reader?.resume()
        return taken
    }

    /// Adds the only message of a stream, and ends it.
    func take(only message: ByteBuffer) {
        let reader = state.withLock { state -> MessageWaiter? in
            guard state.end == nil else { return nil }
            state.end = .finished
            return state.add(message)
        }
        reader?.resume()
    }

    /// Adds a message once there is room; false when the pipe has ended.
    func put(_ message: ByteBuffer) async throws(RPCError) -> Bool {
        while true {
            if let taken = putNow(message) { return taken }
            if Task.isCancelled { throw .callCancelled }
            await waitForRoom(message.readableBytes)
        }
    }

    /// Adds a message if there is room, else nil; false when the pipe has ended.
    func putNow(_ message: ByteBuffer) -> Bool? {
        let (taken, reader) = state.withLock { state -> (Bool?, MessageWaiter?) in
            guard state.end == nil else { return (false, nil) }
            guard hasRoom(state, message.readableBytes) else { return (nil, nil) }
            return (true, state.add(message))
        }
        reader?.resume()
        return taken
    }

    /// The next message if one waits.
    func nextNow() -> ByteBuffer? {
        var message: ByteBuffer?
        drain { first in
            guard message == nil else { return false }
            message = first
            return true
        }
        return message
    }

    /// The next message; nil at the good end. Only one task reads.
    func next() async throws(RPCError) -> ByteBuffer? {
        while true {
            let (result, writers) = state.withLock {
                state -> (Result<ByteBuffer?, RPCError>?, [MessageWaiter]) in
                if let message = state.messages.removeFirst() {
                    state.bytes -= message.readableBytes
                    return (.success(message), state.takeWriters())
                }
                switch state.end {
                case nil: return (nil, [])
                case .finished: return (.success(nil), [])
                case .failed(let error): return (.failure(error), [])
                }
            }
            for writer in writers { writer.resume() }
            if let result { return try result.get() }
            if Task.isCancelled { throw .callCancelled }
            await waitForMessage()
        }
    }

    /// The only message of a stream, once the stream has ended well; `isRepeated` tells that it was not the
    /// only one. Whoever cancels the reading task is to end the pipe.
    func whole() async -> Result<(message: ByteBuffer?, isRepeated: Bool), RPCError> {
        await withUnsafeContinuation { waiter in
            let now = state.withLock { state -> Bool in
                precondition(state.reader == nil, "two tasks read one call")
                guard state.end == nil else { return true }
                state.readsWhole = true
                state.reader = waiter
                return false
            }
            if now { waiter.resume() }
        }
        return state.withLock { state in
            if case .failed(let error) = state.end { return .failure(error) }
            let message = state.messages.removeFirst()
            return .success((message, !state.messages.isEmpty))
        }
    }

    /// Hands waiting messages to `take`, one after another, as long as it takes them (answers true). For
    /// readers that do not wait; `take` must not touch this pipe.
    func drain(_ take: (ByteBuffer) -> Bool) {
        let writers = state.withLock { state -> [MessageWaiter] in
            var taken = false
            while let message = state.messages.first, take(message) {
                state.messages.removeFirst()
                state.bytes -= message.readableBytes
                taken = true
            }
            return taken ? state.takeWriters() : []
        }
        for writer in writers { writer.resume() }
    }

    /// Nothing waits to be read.
    var isEmpty: Bool { state.withLock { $0.messages.isEmpty } }

    /// No message comes after those that wait.
    var hasEnded: Bool { state.withLock { $0.end != nil } }

    /// Ends the stream; the first end counts. Messages that wait are still read unless `discarding`.
    func end(_ end: End, discarding: Bool = false) {
        let waiters = state.withLock { state -> [MessageWaiter] in
            guard state.end == nil else { return [] }
            state.end = end
            if discarding {
                state.messages.removeAll()
                state.bytes = 0
            }
            var waiters = state.takeWriters()
            if let reader = state.reader.take() { waiters.append(reader) }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The error that the stream ended with, if it did.
    var failure: RPCError? {
        state.withLock { if case .failed(let error) = $0.end { error } else { nil } }
    }

    private func hasRoom(_ state: borrowing State, _ bytes: Int) -> Bool {
        state.messages.isEmpty || state.bytes + bytes <= bytesMax
    }
}

typealias MessageWaiter = UnsafeContinuation<Void, Never>

/// Messages in the order of their coming. Most calls never hold two at a time, and one needs no storage of
/// its own.
struct MessageLine {
    private(set) var first: ByteBuffer?
    private var others: CircularBuffer<ByteBuffer>?

    var isEmpty: Bool { first == nil }

    mutating func append(_ message: ByteBuffer) {
        if first == nil {
            first = message
        } else {
            if others == nil { others = CircularBuffer() }
            others?.append(message)
        }
    }

    @discardableResult
    mutating func removeFirst() -> ByteBuffer? {
        guard let message = first else { return nil }
        first = others?.popFirst()
        return message
    }

    mutating func removeAll() { self = MessageLine() }
}

extension MessagePipe.State {
    mutating func takeWriters() -> [MessageWaiter] {
        if writers.isEmpty { return [] }
        defer { writers.removeAll() }
        return writers.map(\.waiter)
    }
}

extension MessagePipe {
    /// Waits until there is something to read, or this task is cancelled.
    private func waitForMessage() async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter in
                let now = state.withLock { state -> Bool in
                    precondition(state.reader == nil, "two tasks read one call")
                    guard state.messages.isEmpty, state.end == nil, !Task.isCancelled else { return true }
                    state.reader = waiter
                    return false
                }
                if now { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.reader.take() }?.resume()
        }
    }

    /// Waits until a message of so many bytes has room, or this task is cancelled.
    private func waitForRoom(_ bytes: Int) async {
        let id = state.withLock { state in
            state.writerID += 1
            return state.writerID
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter in
                let now = state.withLock { state -> Bool in
                    guard !hasRoom(state, bytes), state.end == nil, !Task.isCancelled else { return true }
                    state.writers.append((id, waiter))
                    return false
                }
                if now { waiter.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> MessageWaiter? in
                guard let index = state.writers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.writers.remove(at: index).waiter
            }
            waiter?.resume()
        }
    }
}
