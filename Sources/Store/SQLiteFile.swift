import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opening, setting up and closing one partition's file.
enum SQLiteFile {
    /// How long a statement waits for another process that holds the file (a backup, say), in seconds.
    static let busySeconds = 5.0
    private static let pageBytes: Int64 = 4096

    /// Opens the file and brings it to the schema; waits for another program that is making it. Blocks its thread.
    static func open(
        _ path: String, code: String, migrations: [Migration], bytesMaximum: Int64? = nil
    ) throws -> DatabasePool {
        let end = ContinuousClock.now + .seconds(busySeconds)
        while true {
            do {
                return try openOnce(path, code: code, migrations: migrations, bytesMaximum: bytesMaximum)
            } catch let error as StoreError where error.code == .busy && ContinuousClock.now < end {
                // SQLite's own waiting leaves out the step that turns write-ahead logging on.
                usleep(20_000)
            }
        }
    }

    private static func openOnce(
        _ path: String, code: String, migrations: [Migration], bytesMaximum: Int64?
    ) throws -> DatabasePool {
        do {
            let pool = try DatabasePool(path: path, configuration: configuration(code, bytesMaximum))
            do {
                try pool.writeWithoutTransaction { connection in
                    try makeDurable(connection)
                    try SQLiteMigrations.apply(migrations, to: connection)
                }
            } catch {
                close(pool)
                throw error
            }
            return pool
        } catch let error as DatabaseError { throw StoreError(error) }
    }

    /// Closing takes the write-ahead log into the file, so that a copy of the file alone is whole; a failure there loses
    /// nothing (the log stays). Asked for, since the reader's connection keeps SQLite from doing it by itself.
    static func close(_ pool: DatabasePool) {
        try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try? pool.close()
    }

    /// One transaction that takes the file's only write place at once, so that it never fails half-way as
    /// busy.
    static func transaction<Result>(on connection: GRDB.Database, _ body: () throws -> Result) throws
        -> Result
    {
        var result: Result?
        try connection.inTransaction(.immediate) {
            result = try body()
            return .commit
        }
        guard let result else { throw StoreError(.statement, "A transaction ended without a result.") }
        return result
    }

    private static func configuration(_ code: String, _ bytesMaximum: Int64?) -> Configuration {
        var configuration = Configuration()
        configuration.label = "tugi.store.\(code)"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = 1
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { connection in
            try connection.execute(sql: "PRAGMA trusted_schema = OFF")
            // Sorting and temporary tables hold children's data too: they stay in memory.
            try connection.execute(sql: "PRAGMA temp_store = MEMORY")
            try connection.execute(sql: "PRAGMA cache_size = -4096")
            guard !connection.configuration.readonly else { return }
            // What is deleted (a child's wrapped key above all) is overwritten, not only unlinked.
            try connection.execute(sql: "PRAGMA secure_delete = ON")
            try connection.execute(sql: "PRAGMA wal_autocheckpoint = 1000")
            try connection.execute(sql: "PRAGMA journal_size_limit = 67108864")
            if let bytesMaximum {
                try connection.execute(sql: "PRAGMA max_page_count = \(max(16, bytesMaximum / pageBytes))")
            }
        }
        return configuration
    }

    /// A connection that only looks, for checks and copies.
    static func inspection(_ code: String) -> Configuration {
        var configuration = configuration(code, nil)
        configuration.label = "tugi.store.\(code).inspection"
        configuration.readonly = true
        return configuration
    }

    /// GRDB sets `synchronous=NORMAL` when it turns write-ahead logging on, after its preparation hook: a
    /// commit could then be lost in a power cut. So it is set here, and read back: nothing starts with weaker
    /// promises.
    private static func makeDurable(_ connection: GRDB.Database) throws {
        try connection.execute(sql: "PRAGMA synchronous = FULL")
        let flags = try DurabilityFlags(connection)
        guard flags == .expected else {
            throw StoreError(
                .unavailable,
                "The file does not take the settings that keep commits through a power cut "
                    + "(journal \(flags.journal), synchronous \(flags.synchronous), foreign keys "
                    + "\(flags.foreignKeys)). Put the store on a local disk that supports shared memory.")
        }
    }
}

/// The settings that a writing connection really has.
struct DurabilityFlags: Sendable, Hashable {
    var journal: String
    var synchronous: Int
    var foreignKeys: Int

    static let expected = DurabilityFlags(journal: "wal", synchronous: 2, foreignKeys: 1)

    init(journal: String, synchronous: Int, foreignKeys: Int) {
        self.journal = journal
        self.synchronous = synchronous
        self.foreignKeys = foreignKeys
    }

    init(_ connection: GRDB.Database) throws {
        journal = try String.fetchOne(connection, sql: "PRAGMA journal_mode") ?? "unknown"
        synchronous = try Int.fetchOne(connection, sql: "PRAGMA synchronous") ?? -1
        foreignKeys = try Int.fetchOne(connection, sql: "PRAGMA foreign_keys") ?? -1
    }
}
