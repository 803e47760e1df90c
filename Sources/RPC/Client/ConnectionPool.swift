import NIOCore
import NIOPosix
import Synchronization

/// The connections that calls may use now, who waits for one, and why there is none.
final class ConnectionPool: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct State {
        var connections: [ClientConnectionDoor] = []
        var turn = 0
        var failures: [PeerAddress: ConnectFailure] = [:]
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var isRunning = false
        var isClosed = false

        /// The next connection in turn.
        mutating func pick() -> ClientConnectionDoor? {
            for _ in connections.indices {
                turn = (turn + 1) % connections.count
                if connections[turn].isUsable { return connections[turn] }
            }
            return nil
        }

        mutating func takeWaiters() -> [Waiter] {
            defer { waiters = [:] }
            return Array(waiters.values)
        }
    }

    private let addresses: [PeerAddress]
    private let state = Mutex(State())

    init(addresses: [PeerAddress]) {
        self.addresses = addresses
    }

    /// The next connection in turn, if one can be used now.
    var ready: ClientConnectionDoor? { state.withLock { $0.pick() } }

    /// A connection for a call; waits for one until `deadline`.
    func acquire(until deadline: ContinuousClock.Instant) async throws(RPCError) -> ClientConnectionDoor {
        while true {
            let (connection, error) = state.withLock { state -> (ClientConnectionDoor?, RPCError?) in
                if let connection = state.pick() { return (connection, nil) }
                return (nil, lastingError(state))
            }
            if let connection { return connection }
            if let error { throw error }
            if Task.isCancelled { throw .callCancelled }
            guard ContinuousClock.now < deadline else { throw state.withLock { noConnection($0) } }
            await waitForChange(until: deadline)
        }
    }

    func start() {
        state.withLock { $0.isRunning = true }
    }

    func add(_ connection: ClientConnectionDoor) {
        let waiters = state.withLock { state in
            state.connections.append(connection)
            state.failures[connection.address] = nil
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    func remove(_ connection: ClientConnectionDoor) {
        state.withLock { state in
            state.connections.removeAll { $0 === connection }
            state.turn = 0
        }
    }

    /// That address cannot be reached now.
    func note(_ failure: ConnectFailure, of address: PeerAddress) {
        let waiters = state.withLock { state in
            state.failures[address] = failure
            // Who waits looks whether there is any hope left.
            return failure.isLasting ? state.takeWaiters() : []
        }
        for waiter in waiters { waiter.resume() }
    }

    /// No call gets a connection any more; answers those that were open.
    func close() -> [ClientConnectionDoor] {
        let (connections, waiters) = state.withLock { state in
            state.isClosed = true
            defer { state.connections = [] }
            return (state.connections, state.takeWaiters())
        }
        for waiter in waiters { waiter.resume() }
        return connections
    }

    var all: [ClientConnectionDoor] { state.withLock { $0.connections } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// An error when waiting would not help.
    private func lastingError(_ state: State) -> RPCError? {
        if state.isClosed { return .neverSent("This client has stopped.") }
        guard !addresses.isEmpty, addresses.allSatisfy({ state.failures[$0]?.isLasting == true }) else {
            return nil
        }
        return noConnection(state)
    }

    private func noConnection(_ state: State) -> RPCError {
        guard state.isRunning else {
            return .neverSent("This client does not run yet: its run() connects.")
        }
        let reasons = addresses.map { address in
            "\(address): \(state.failures[address]?.error.message ?? "No connection yet.")"
        }
        var error = RPCError.neverSent("No server can be reached. " + reasons.joined(separator: " "))
        error.reason = addresses.lazy.compactMap { state.failures[$0]?.error.reason }.first ?? "not-connected"
        return error
    }

    private func waitForChange(until deadline: ContinuousClock.Instant) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let wait = ContinuousClock.now.duration(to: deadline).timeAmount
        let timer = EventLoops.group.any().scheduleTask(in: wait + .milliseconds(1)) {
            self.wake(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let now = state.withLock { state -> Bool in
                    guard state.pick() == nil, lastingError(state) == nil, !Task.isCancelled,
                        ContinuousClock.now < deadline
                    else { return true }
                    state.waiters[id] = waiter
                    return false
                }
                if now { waiter.resume() }
            }
        } onCancel: {
            wake(id)
        }
        timer.cancel()
    }

    private func wake(_ id: UInt64) {
        state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
}
