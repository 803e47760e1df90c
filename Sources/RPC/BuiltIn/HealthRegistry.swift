import Synchronization

/// Whether calls may be sent here, as the application says; `Health/Check` and `Health/Watch` read it.
public final class HealthRegistry: Sendable {
    /// A service's state for those who ask.
    public enum State: Sendable, Hashable {
        case serving
        /// Alive, but not to be asked now.
        case notServing
    }

    private struct Content {
        var states: [String: State]
        /// Why services do not serve.
        var reasons: [String: String] = [:]
        var watchers: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var nextWatcher: UInt64 = 0
        var isOver = false
    }

    private let content: Mutex<Content>

    /// The whole server (the service named "") begins in that state; services without an own state follow it.
    public init(_ state: State = .serving) {
        content = Mutex(Content(states: ["": state]))
    }

    /// Sets the state of a service such as "tugi.registry.v1.Registry"; of the whole server without a name.
    /// `reason`: why it does not serve, in kebab case. A server that has ended keeps its state.
    public func set(_ state: State, service: String = "", reason: String = "") {
        let watchers = content.withLock { content -> [AsyncStream<Void>.Continuation] in
            guard !content.isOver else { return [] }
            content.reasons[service] = reason.isEmpty ? nil : reason
            guard content.states.updateValue(state, forKey: service) != state else { return [] }
            return Array(content.watchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    /// The server ends: who watches is told that it does not serve, and no more.
    func end() {
        set(.notServing)
        let watchers = content.withLock { content in
            content.isOver = true
            return Array(content.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }

    /// The state of a service; nil when nobody ever set one. A server that does not serve serves no service.
    public func state(service: String = "") -> State? {
        content.withLock { content in
            guard let own = content.states[service] else { return nil }
            return content.states[""] == .notServing ? .notServing : own
        }
    }

    /// Why a service does not serve, if that was told.
    public func reason(service: String = "") -> String {
        content.withLock { $0.reasons[""] ?? $0.reasons[service] ?? "" }
    }

    /// All services that have a state, the whole server first.
    func all() -> [(service: String, state: State)] {
        let names = content.withLock { $0.states.keys.sorted() }
        return names.compactMap { name in state(service: name).map { (name, $0) } }
    }

    /// Yields once for every change from now on (changes that nobody has looked at yet come as one).
    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = content.withLock { content -> UInt64 in
            if content.isOver { continuation.finish() }
            content.nextWatcher += 1
            content.watchers[content.nextWatcher] = continuation
            return content.nextWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.content.withLock { _ = $0.watchers.removeValue(forKey: id) }
        }
        return stream
    }
}
