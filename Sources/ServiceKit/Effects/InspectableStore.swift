import Security
public import Store
import Synchronization

/// A store whose partitions can be checked and compared as a whole: for operators, `verify` and `digest`.
public protocol InspectableStore: PartitionedStore {
    /// The partition's tables by name, without the store's own.
    func tables(_ code: String) async throws -> [String]
    /// The partitions whose last write the disk refused, and why.
    var refusedWrites: [String: StoreError] { get }
    /// How much room the partition takes, in bytes.
    func bytes(_ code: String) async throws -> UInt64
    /// Throws `damaged` when the partition's pages, indexes or references do not fit together.
    func integrityCheck(_ code: String) async throws
    /// Streams the rows of the tables through a hasher; see `SQLiteStore`.
    func digest<Hasher: Sendable>(
        _ code: String, tables: [String]?, into hasher: Hasher,
        update: @Sendable @escaping (inout Hasher, UnsafeRawBufferPointer) throws -> Void
    ) async throws -> Hasher
}

extension SQLiteStore: InspectableStore {}

extension InspectableStore {
    /// SHA-256 (hexadecimal) over the rows of the domain's tables: two partitions with the same digest hold the same.
    /// The kit's bookkeeping (operations, outbox, inbox, audit) is left out.
    public func domainDigest(_ code: String) async throws -> String {
        let domain = try await tables(code).filter { !$0.hasPrefix(KitMigrations.tablePrefix) }
        let hasher = try await digest(code, tables: domain, into: SharedHasher()) { hasher, bytes in
            hasher.update(bytes)
        }
        return hexadecimal(hasher.finalize())
    }
}

/// A hasher that may be handed to the store's thread and back.
private final class SharedHasher: Sendable {
    private let hasher = Mutex(SHA256Hasher())

    func update(_ bytes: UnsafeRawBufferPointer) {
        // A row is small; its own array may cross into the lock's region, a pointer may not.
        let piece = Array(bytes)
        hasher.withLock { $0.update(piece) }
    }

    func finalize() -> [UInt8] { hasher.withLock { $0.finalize() } }
}
