import Store
import Synchronization

/// Writes audit entries of one partition, many waiting readers in one transaction.
///
/// The first that comes while nobody writes becomes the writer: it writes everything that waits, then hands the pen to
/// the next. An entry counts only when its transaction is durable; if it fails, all of its readers are refused.
final class AuditJournal: Sendable {
    private let store: any PartitionedStore
    private let partition: String
    private let state = Mutex(State())

    private struct Waiting {
        var entry: AuditEntryRow
        var continuation: CheckedContinuation<Turn, any Error>?
    }

    private enum Turn {
        case written
        case write
    }

    private struct State {
        var writing = false
        var waiting: [Waiting] = []
    }

    /// Most entries in one transaction.
    private static let batchMax = 256

    init(_ store: any PartitionedStore, partition: String) {
        self.store = store
        self.partition = partition
    }

    /// Returns when the entry is durable.
    func append(_ entry: AuditEntryRow) async throws {
        let turn = try await withCheckedThrowingContinuation { continuation in
            let writeNow = state.withLock { state in
                let free = !state.writing
                state.writing = true
                // A writer's own entry goes first and has nobody to wake.
                if free {
                    state.waiting.insert(Waiting(entry: entry, continuation: nil), at: 0)
                } else {
                    state.waiting.append(Waiting(entry: entry, continuation: continuation))
                }
                return free
            }
            if writeNow { continuation.resume(returning: .write) }
        }
        if case .write = turn { try await write() }
    }

    /// Writes what waits, with the caller's own entry first, and passes the pen on.
    private func write() async throws {
        let batch = state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.batchMax))
            state.waiting.removeFirst(batch.count)
            return batch
        }
        let entries = batch.map(\.entry)
        do {
            try await store.partition(partition).write { transaction in
                for entry in entries { try entry.insert(in: transaction) }
            }
        } catch {
            if error is CancellationError {
                // Only this caller went away: the others' entries wait for the next writer.
                state.withLock { $0.waiting.insert(contentsOf: batch.dropFirst(), at: 0) }
            } else {
                for waiting in batch { waiting.continuation?.resume(throwing: error) }
            }
            passOn()
            throw error
        }
        for waiting in batch { waiting.continuation?.resume(returning: .written) }
        passOn()
    }

    private func passOn() {
        let next: CheckedContinuation<Turn, any Error>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.writing = false
                return nil
            }
            let continuation = state.waiting[0].continuation
            state.waiting[0].continuation = nil
            return continuation
        }
        next?.resume(returning: .write)
    }
}
