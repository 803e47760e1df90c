import Synchronization

/// What callers have done, counted from any thread.
final class Counter: Sendable {
    private struct State {
        var count = 0
        var times: [Int64] = []
    }

    private let over = Atomic(false)
    private let state = Mutex(State())
    private let keepsTimes: Bool

    init(keepsTimes: Bool) {
        self.keepsTimes = keepsTimes
    }

    var isOver: Bool { over.load(ordering: .relaxed) }

    var count: Int { state.withLock { $0.count } }

    func begin() -> ContinuousClock.Instant? { keepsTimes ? .now : nil }

    func add(_ count: Int, since began: ContinuousClock.Instant?) {
        let time = began.map { Int64($0.duration(to: .now).attosecondsInNanoseconds) }
        state.withLock { state in
            state.count += count
            if let time { state.times.append(time) }
        }
    }

    /// Lets callers warm up, then measures what they do in the time.
    func window(_ arguments: BenchArguments) async throws -> Measured {
        try await Task.sleep(for: .seconds(arguments.warmUp))
        state.withLock { $0 = State() }
        let usage = Usage(servers: arguments.servers)
        try await Task.sleep(for: .seconds(arguments.seconds))
        let (client, server) = usage.microseconds
        over.store(true, ordering: .relaxed)
        let done = state.withLock { $0 }
        return Measured(count: done.count, client: client, server: server, times: done.times)
    }
}

extension Duration {
    fileprivate var attosecondsInNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
