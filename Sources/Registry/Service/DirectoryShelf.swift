import Synchronization

/// Holds the directory that is searched now. Readers take the snapshot and go; whoever has written puts a new one in
/// its place.
final class DirectoryShelf: Sendable {
    private struct State {
        var snapshot: DirectorySnapshot?
        /// Of the reading that the snapshot was made of.
        var ticket: UInt64 = 0
        var lastTicket: UInt64 = 0
        /// A search is making it; others wait for that one instead of making the same.
        var isBeingMade = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var snapshot: DirectorySnapshot? { state.withLock(\.snapshot) }

    /// True: the caller makes the directory, then says so by ``made()``. False: another search has just finished with it,
    /// well or not, so look again.
    func mayMake() async -> Bool {
        let isFree = state.withLock { state in
            defer { state.isBeingMade = true }
            return !state.isBeingMade
        }
        if isFree { return true }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isBeingMade { state.waiting.append(continuation) }
                return !state.isBeingMade
            }
            if isOver { continuation.resume() }
        }
        return false
    }

    /// Whoever was to make the directory has, or could not.
    func made() {
        let waiting = state.withLock { state in
            defer { (state.isBeingMade, state.waiting) = (false, []) }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    /// Taken before the map is read, so that what was read first never replaces what was read later.
    func ticket() -> UInt64 {
        state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
    }

    func put(_ snapshot: DirectorySnapshot, read ticket: UInt64) {
        state.withLock { state in
            guard ticket > state.ticket else { return }
            state.ticket = ticket
            state.snapshot = snapshot
        }
    }

    /// What is there is no longer true and a new one could not be made: the next reader makes it.
    func clear(_ ticket: UInt64) {
        state.withLock { state in
            guard ticket > state.ticket else { return }
            state.ticket = ticket
            state.snapshot = nil
        }
    }
}
