import NIOCore
import RPC
import Security

/// Methods for these tests, with ids outside of the services' blocks.
enum EchoMethods {
    static func method(
        _ id: UInt32, _ name: String, _ kind: CallKind, mutating: Bool = false, bytesMax: Int = 64 * 1024,
        deadline: Duration = .seconds(20)
    ) -> MethodDescriptor {
        MethodDescriptor(
            id: id, name: "tugi.test.v1.Echo/\(name)", kind: kind, mutating: mutating, audience: .internal,
            requestBytesMax: bytesMax, responseBytesMax: bytesMax, deadline: deadline)
    }

    static let unary = method(0xff01, "Unary", .unary)
    static let collect = method(0xff02, "Collect", .clientStreaming)
    static let `repeat` = method(0xff03, "Repeat", .serverStreaming)
    static let chat = method(0xff04, "Chat", .bidirectional)
    static let change = method(0xff05, "Change", .unary, mutating: true)
    static let fail = method(0xff06, "Fail", .unary)
    static let large = method(0xff07, "Large", .bidirectional, bytesMax: 1024 * 1024)
    /// Answers only when the test lets it.
    static let held = method(0xff08, "Held", .unary)
    static let context = method(0xff09, "Context", .unary)
    /// Sends as much as the peer takes, without end.
    static let flood = method(0xff0a, "Flood", .serverStreaming)
    static let broken = method(0xff0b, "Broken", .unary)
    /// Sends one message of 1 MiB.
    static let burst = method(0xff0c, "Burst", .serverStreaming, bytesMax: 1024 * 1024)
    /// Runs until the test lets it, whatever its caller does.
    static let stubborn = method(0xff0d, "Stubborn", .unary)
    /// Fails without reading anything.
    static let chatBroken = method(0xff0e, "ChatBroken", .bidirectional)
    /// Answers four times and returns, whether or not its caller takes all.
    static let tail = method(0xff0f, "Tail", .serverStreaming)
    static let all = [
        chatBroken, tail,
        unary, collect, `repeat`, chat, change, fail, large, held, context, flood, broken, burst, stubborn,
    ]
    /// Not served.
    static let unknown = method(0xfffe, "Unknown", .unary)
}

struct EchoHandler: CallHandler {
    var methods: [MethodDescriptor] { EchoMethods.all }
    var gate = Gate()

    struct PrivateError: Error {
        var text = "Näidis Õpilane 17"
    }

    func handle(_ call: any ServerCall) async throws {
        switch call.method.id {
        case EchoMethods.unary.id, EchoMethods.change.id:
            guard let request = try await call.receive() else { return }
            try await call.send(request)
        case EchoMethods.collect.id:
            var sum = ByteBuffer()
            while var request = try await call.receive() { sum.writeBuffer(&request) }
            try await call.send(sum)
        case EchoMethods.repeat.id:
            guard let request = try await call.receive() else { return }
            for _ in 0..<3 { try await call.send(request) }
        case EchoMethods.tail.id:
            guard let request = try await call.receive() else { return }
            for _ in 0..<4 { try await call.send(request) }
        case EchoMethods.chat.id, EchoMethods.large.id:
            while let request = try await call.receive() { try await call.send(request) }
        case EchoMethods.fail.id:
            _ = try await call.receive()
            throw RPCError(
                .failedPrecondition, reason: "not-today", message: "Come back tomorrow.",
                retry: .after(.seconds(60)), details: [1, 2, 3])
        case EchoMethods.broken.id, EchoMethods.chatBroken.id:
            throw PrivateError()
        case EchoMethods.held.id:
            try await hold(call)
        case EchoMethods.context.id:
            try await call.send(ByteBuffer(string: describe(call.context)))
        case EchoMethods.burst.id:
            try await call.send(ByteBuffer(repeating: 3, count: 1024 * 1024))
        case EchoMethods.stubborn.id:
            await gate.enter()
            await gate.waitStubbornly()
        case EchoMethods.flood.id:
            await gate.enter()
            while true {
                try await call.send(ByteBuffer(repeating: 7, count: 32 * 1024))
                await gate.count()
            }
        default:
            throw RPCError(.internal, reason: "test-handler", message: "Not expected.")
        }
    }

    private func hold(_ call: any ServerCall) async throws {
        guard let request = try await call.receive() else { return }
        await gate.enter()
        do {
            try await gate.wait()
        } catch {
            await gate.sawCancellation()
            throw error
        }
        try await call.send(request)
    }

    private func describe(_ context: CallContext) -> String {
        let left = ContinuousClock.now.duration(to: context.deadline)
        return [
            context.peer?.uri ?? "-",
            context.metadata["tugi-role"].map { String(decoding: $0, as: UTF8.self) } ?? "-",
            "\(left.components.seconds)",
            "\(context.operationID?.count ?? 0)",
            "\(context.traceContext?.count ?? 0)",
            "\(context.attempt)",
        ].joined(separator: " ")
    }
}

/// Lets a test know of handlers inside, and lets them go.
actor Gate {
    private var inside = 0
    private var cancelled = 0
    private var counted = 0
    private var open = false
    private var held: [Int: CheckedContinuation<Void, any Error>] = [:]
    private var stubborn: [CheckedContinuation<Void, Never>] = []
    private var next = 0
    private var watchers:
        [(condition: @Sendable (Gate.Counts) -> Bool, waiter: CheckedContinuation<Void, Never>)] = []

    struct Counts: Sendable {
        var inside: Int
        var cancelled: Int
        var counted: Int
    }

    private var counts: Counts { Counts(inside: inside, cancelled: cancelled, counted: counted) }

    var countedNow: Int { counted }
    var insideNow: Int { inside }

    func enter() {
        inside += 1
        notify()
    }

    func count() {
        counted += 1
        notify()
    }

    func sawCancellation() {
        cancelled += 1
        notify()
    }

    /// Waits to be let go; throws when its task is cancelled.
    func wait() async throws {
        let id = next
        next += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if open {
                    continuation.resume()
                } else if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    held[id] = continuation
                }
            }
        } onCancel: {
            Task { await self.drop(id) }
        }
    }

    /// Waits to be let go, cancelled or not.
    func waitStubbornly() async {
        if !open { await withCheckedContinuation { stubborn.append($0) } }
    }

    func letGo() {
        open = true
        for continuation in stubborn { continuation.resume() }
        stubborn = []
        let all = held
        held = [:]
        for continuation in all.values { continuation.resume() }
    }

    /// Waits until the counts are as asked.
    func until(_ condition: @escaping @Sendable (Counts) -> Bool) async {
        if condition(counts) { return }
        await withCheckedContinuation { watchers.append((condition, $0)) }
    }

    private func drop(_ id: Int) {
        held.removeValue(forKey: id)?.resume(throwing: CancellationError())
    }

    private func notify() {
        let now = counts
        let ready = watchers.filter { $0.condition(now) }
        watchers.removeAll { $0.condition(now) }
        for watcher in ready { watcher.waiter.resume() }
    }
}
