import Synchronization

/// Handlers that wait by name, and those who want to know that one was stopped.
final class Holds: Sendable {
    private struct State {
        var stops: [String: String] = [:]
        var released: Set<String> = []
        var changes: [Int: AsyncStream<Void>.Continuation] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// Waits until released; also until this task is cancelled, unless it is stubborn.
    func wait(_ name: String, stubborn: Bool) async throws {
        if stubborn {
            // A task of its own does not hear of the cancellation.
            await Task.detached { [self] in
                _ = try? await until { $0.released.contains(name) ? true : nil }
            }.value
            try Task.checkCancellation()
        } else {
            _ = try await until { $0.released.contains(name) ? true : nil }
        }
    }

    func release(_ name: String) { change { $0.released.insert(name) } }

    func stopped(_ name: String, _ how: String) { change { $0.stops[name] = how } }

    /// How the handler of that name was stopped; waits for it.
    func stop(of name: String) async throws -> String { try await until { $0.stops[name] } }

    private func until<Result: Sendable>(_ result: (borrowing State) -> Result?) async throws -> Result {
        let (number, changes) = state.withLock { state -> (Int, AsyncStream<Void>) in
            let (stream, continuation) = AsyncStream.makeStream(
                of: Void.self, bufferingPolicy: .bufferingNewest(1))
            state.next += 1
            state.changes[state.next] = continuation
            return (state.next, stream)
        }
        defer { state.withLock { _ = $0.changes.removeValue(forKey: number) } }
        if let found = state.withLock({ result($0) }) { return found }
        for await _ in changes {
            if let found = state.withLock({ result($0) }) { return found }
        }
        throw CancellationError()
    }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            return Array(state.changes.values)
        }
        for one in waiting { one.yield() }
    }
}
