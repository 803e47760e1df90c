import Synchronization

/// Holds the directory that is searched now. Readers take the snapshot and go; whoever has written puts a new one in
/// its place.
final class DirectoryShelf: Sendable {
    private struct State {
        var snapshot: DirectorySnapshot?
        /// Of the reading that the snapshot was made of.
        var ticket: UInt64 = 0
        var lastTicket: UInt64 = 0
    }
    private let state = Mutex(State())

    var snapshot: DirectorySnapshot? { state.withLock(\.snapshot) }

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
