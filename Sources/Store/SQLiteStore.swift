import GRDB
import Synchronization

/// A service's partitions as SQLite files: `FOLDER/0792.sqlite` and so on, one file for each municipality.
///
/// A file is opened and migrated at its first use and closed again when others need its place or when nobody
/// used it for a while (`closeIdle`). The databases that `partition` hands out stay valid: they open the file
/// again. Each file has one writing and one reading connection, both on threads of their own.
public final class SQLiteStore: PartitionedStore {
    /// Where the files are; created with access for the owner only.
    public let folder: String
    let codesAllowed: [String]
    let migrations: [Migration]
    private let openMaximum: Int
    private let fileBytesMaximum: Int64?
    private let opening = BlockingThread(label: "tugi.store.opening")
    let maintenance = BlockingThread(label: "tugi.store.maintenance")
    private let state = Mutex(State())

    private struct Open: Sendable {
        let pool: DatabasePool
        var users: Int
        var lastUse: UInt64
        var usedSinceSweep: Bool
    }

    private struct State {
        var open: [String: Open] = [:]
        var uses: UInt64 = 0
        var closed = false
        /// Partitions whose last write the disk refused.
        var refused: [String: StoreError] = [:]

        mutating func take(_ code: String) -> DatabasePool? {
            guard var entry = open[code] else { return nil }
            uses &+= 1
            entry.users += 1
            entry.lastUse = uses
            entry.usedSinceSweep = true
            open[code] = entry
            return entry.pool
        }

        mutating func removeIdle(where condition: (Open) -> Bool) -> [DatabasePool] {
            let codes = open.filter { $0.value.users == 0 && condition($0.value) }.map(\.key)
            return codes.compactMap { open.removeValue(forKey: $0)?.pool }
        }
    }

    /// A store over `folder`. Nothing is touched until a partition is used.
    ///
    /// - Parameters:
    ///   - codes: the EHAK codes that this store may hold; each of four digits.
    ///   - migrations: the schema's steps in order.
    ///   - openMaximum: how many files may stay open while nobody uses them.
    ///   - fileBytesMaximum: a quota for each file, so that one partition cannot fill the disk; nil for none.
    public init(
        folder: String, codes: [String], migrations: [Migration], openMaximum: Int = 32,
        fileBytesMaximum: Int64? = nil
    ) {
        self.folder = folder
        self.codesAllowed = Array(Set(codes)).sorted()
        self.migrations = migrations
        self.openMaximum = max(1, openMaximum)
        self.fileBytesMaximum = fileBytesMaximum
    }

    /// The partition of that EHAK code; its file is opened and migrated at first use. Throws for codes that
    /// are not among the store's.
    public func partition(_ code: String) async throws -> any Database {
        _ = try path(code)
        return SQLitePartition(store: self, code: code)
    }

    /// The store's codes whose file exists, in order.
    public func codes() async throws -> [String] {
        codesAllowed.filter { FolderAccess.exists("\(folder)/\($0).sqlite") }
    }

    /// The name of the newest migration; nil when there is none.
    public func schema() -> String? { migrations.last?.name }

    /// Opens and migrates every configured partition: what a program does before it says that it is ready.
    public func openAll() async throws {
        for code in codesAllowed { try await withPool(code) { _ in } }
    }

    /// Closes the files that nobody used since the last call of this function; call it every few minutes.
    public func closeIdle() async {
        let idle = state.withLock { state in
            let idle = state.removeIdle { !$0.usedSinceSweep }
            for code in state.open.keys { state.open[code]?.usedSinceSweep = false }
            return idle
        }
        await close(idle)
    }

    /// Closes everything, after the transactions under way; later uses are refused.
    public func close() async {
        let all = state.withLock { state in
            state.closed = true
            defer { state.open = [:] }
            return state.open.values.map(\.pool)
        }
        await close(all)
    }

    /// The partitions whose last write the disk refused (it is full or broken), and why. A write that
    /// succeeds takes its partition out again.
    public var refusedWrites: [String: StoreError] { state.withLock { $0.refused } }

    /// Writes to a partition's file without changing anything: throws when the disk refuses it, and takes the
    /// partition out of ``refusedWrites`` when it does not.
    public func tryWriting(_ code: String) async throws {
        try await notingRefusal(code) {
            try await withPool(code) { pool in
                try await pool.writeWithoutTransaction { connection in
                    try SQLiteFile.transaction(on: connection) {
                        // Stamps the file's first page anew.
                        let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
                        try connection.execute(sql: "PRAGMA user_version = \(version)")
                    }
                }
            }
        }
    }

    /// Remembers whether the disk refused a write.
    func notingRefusal<Result>(_ code: String, _ write: () async throws -> Result) async throws -> Result {
        do {
            let result = try await write()
            state.withLock { if !$0.refused.isEmpty { $0.refused[code] = nil } }
            return result
        } catch {
            let refusal = (error as? DatabaseError).map { StoreError($0) } ?? error as? StoreError
            guard let refusal else { throw error }
            if refusal.isOfDisk { state.withLock { $0.refused[code] = refusal } }
            throw refusal
        }
    }

    /// How many files are open now.
    var openCount: Int { state.withLock { $0.open.count } }

    func path(_ code: String) throws -> String {
        guard codesAllowed.contains(code), code.utf8.count == 4, code.utf8.allSatisfy({ 48...57 ~= $0 })
        else {
            throw StoreError(
                .unavailable,
                "This partition is not configured here. Add the municipality's EHAK code to the store's "
                    + "partitions, or ask the service that holds it.")
        }
        return "\(folder)/\(code).sqlite"
    }

    /// Lends the partition's connections to `body`, opening the file if need be; it stays open meanwhile.
    func withPool<Result>(_ code: String, _ body: (DatabasePool) async throws -> Result) async throws
        -> Result
    {
        let pool = try await lend(code)
        defer { state.withLock { $0.open[code]?.users -= 1 } }
        return try await body(pool)
    }

    private func lend(_ code: String) async throws -> DatabasePool {
        if let pool = state.withLock({ $0.take(code) }) { return pool }
        let path = try path(code)
        return try await opening.run {
            if let pool = self.state.withLock({ $0.take(code) }) { return pool }
            try self.refuseWhenClosed()
            try FolderAccess.prepare(folder: self.folder, file: path)
            let pool = try SQLiteFile.open(
                path, code: code, migrations: self.migrations, bytesMaximum: self.fileBytesMaximum)
            let surplus = self.state.withLock { state -> [DatabasePool] in
                guard !state.closed else { return [pool] }
                state.uses &+= 1
                state.open[code] = Open(pool: pool, users: 1, lastUse: state.uses, usedSinceSweep: true)
                return self.surplus(&state)
            }
            for old in surplus { SQLiteFile.close(old) }
            try self.refuseWhenClosed()
            return pool
        }
    }

    private func surplus(_ state: inout State) -> [DatabasePool] {
        let over = state.open.count - openMaximum
        guard over > 0 else { return [] }
        let oldest = state.open.values.filter { $0.users == 0 }.map(\.lastUse).sorted().prefix(over)
        return state.removeIdle { oldest.contains($0.lastUse) }
    }

    private func refuseWhenClosed() throws {
        if state.withLock({ $0.closed }) {
            throw StoreError(
                .unavailable, "The store is closed, since the program is stopping. Try again later.")
        }
    }

    private func close(_ pools: [DatabasePool]) async {
        guard !pools.isEmpty else { return }
        await opening.run { for pool in pools { SQLiteFile.close(pool) } }
    }
}

/// One partition of a `SQLiteStore`.
struct SQLitePartition: Database {
    let store: SQLiteStore
    let code: String

    func read<Result: Sendable>(
        _ body: @Sendable @escaping (any Transaction) throws -> Result
    ) async throws -> Result {
        try await store.withPool(code) { pool in
            do {
                return try await pool.read { connection in
                    try SQLiteTransaction.run(on: connection, body)
                }
            } catch let error as DatabaseError { throw StoreError(error) }
        }
    }

    @discardableResult
    func write<Result: Sendable>(
        _ body: @Sendable @escaping (any Transaction) throws -> Result
    ) async throws -> Result {
        try await store.notingRefusal(code) {
            try await store.withPool(code) { pool in
                try await pool.writeWithoutTransaction { connection in
                    try SQLiteFile.transaction(on: connection) {
                        try SQLiteTransaction.run(on: connection, body)
                    }
                }
            }
        }
    }
}
