import GRDB

/// What is done with a whole partition: checked, compared, copied. Each looks through a connection of its
/// own, so that the service's reads go on meanwhile.
extension SQLiteStore {
    /// Reads a whole partition and refuses it as damaged when its pages, indexes or references do not fit
    /// together.
    public func integrityCheck(_ code: String) async throws {
        try await inspect(code) { try Self.checkIntegrity($0) }
    }

    /// How much room the partition's files take, in bytes.
    public func bytes(_ code: String) async throws -> UInt64 {
        let path = try path(code)
        return ["", "-wal", "-shm"].reduce(0) { $0 + FolderAccess.bytes(path + $1) }
    }

    /// The partition's tables by name, without the store's own.
    public func tables(_ code: String) async throws -> [String] {
        try await inspect(code) { try SQLiteContent($0).tables() }
    }

    /// Streams the rows of tables through a hasher, in a form that does not depend on the engine or on the
    /// order in which rows were written: two partitions with the same digest hold the same.
    ///
    /// For each table its name; for each row the byte 1 and its columns by name: 0 for null, 1 and eight
    /// bytes for an integer or instant, 2 and eight bytes for a real number, 3 or 4, the length in eight
    /// bytes, and the bytes for text or a blob; at the table's end the byte 0. Numbers are big-endian; rows
    /// are in the order of the primary key.
    ///
    /// - Parameters:
    ///   - tables: the tables in this order; nil for all of them by name, without the store's own.
    ///   - update: takes the next bytes into the hasher.
    public func digest<Hasher: Sendable>(
        _ code: String, tables: [String]? = nil, into hasher: Hasher,
        update: @Sendable @escaping (inout Hasher, UnsafeRawBufferPointer) throws -> Void
    ) async throws -> Hasher {
        try await inspect(code) { connection in
            var hasher = hasher
            try connection.inTransaction(.deferred) {
                let content = SQLiteContent(connection)
                for table in try tables ?? content.tables() {
                    try content.stream(table) { try update(&hasher, $0) }
                }
                return .commit
            }
            return hasher
        }
    }

    /// Copies a partition as it is at one moment to a new file, while the service works on; the copy is read
    /// back and checked before it gets its name.
    public func backup(_ code: String, to path: String) async throws {
        guard !FolderAccess.exists(path) else {
            throw StoreError(
                .unavailable, "The copy's file exists already. Name a new one, or move the old one away.")
        }
        let unfinished = path + ".unfinished"
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        try await inspect(code) { connection in
            FolderAccess.remove(unfinished)
            do {
                // VACUUM INTO takes an empty file as it is: so the copy never has a wider mode.
                try FolderAccess.prepare(folder: folder, file: unfinished)
                try connection.execute(sql: "VACUUM INTO ?", arguments: [unfinished])
                let copy = try DatabaseQueue(path: unfinished, configuration: SQLiteFile.inspection(code))
                defer { try? copy.close() }
                try copy.inDatabase { try Self.checkIntegrity($0) }
                try FolderAccess.publish(unfinished, as: path, folder: folder)
            } catch {
                FolderAccess.remove(unfinished)
                throw error
            }
        }
    }

    /// The settings that a partition's writing connection has now.
    func durability(_ code: String) async throws -> DurabilityFlags {
        try await withPool(code) { pool in
            try await pool.writeWithoutTransaction { try DurabilityFlags($0) }
        }
    }

    private func inspect<Result: Sendable>(
        _ code: String, _ body: @Sendable @escaping (GRDB.Database) throws -> Result
    ) async throws -> Result {
        let path = try path(code)
        return try await withPool(code) { _ in
            try await maintenance.run {
                do {
                    let queue = try DatabaseQueue(path: path, configuration: SQLiteFile.inspection(code))
                    defer { try? queue.close() }
                    return try queue.inDatabase(body)
                } catch let error as DatabaseError { throw StoreError(error) }
            }
        }
    }

    private static func checkIntegrity(_ connection: GRDB.Database) throws {
        let findings = try String.fetchAll(connection, sql: "PRAGMA integrity_check(10)")
        guard findings == ["ok"] else {
            throw StoreError(
                .damaged,
                "The partition's file is damaged (\(findings.first ?? "no answer")). Stop the program, keep "
                    + "the file, and restore the partition from its last backup.")
        }
        if let table = try String.fetchOne(connection, sql: "SELECT \"table\" FROM pragma_foreign_key_check")
        {
            throw StoreError(
                .damaged,
                "Rows of the table \(table) refer to rows that do not exist. Restore the partition from its "
                    + "last backup.")
        }
    }
}

/// A partition's rows in the form of which digests are made.
private struct SQLiteContent {
    private let connection: GRDB.Database

    init(_ connection: GRDB.Database) { self.connection = connection }

    func tables() throws -> [String] {
        try String.fetchAll(
            connection,
            sql: """
                SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                AND name <> 'tugi_migrations' ORDER BY name
                """)
    }

    func stream(_ table: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let names = try String.fetchAll(
            connection, sql: "SELECT name FROM pragma_table_info(?) ORDER BY name", arguments: [table])
        guard !names.isEmpty else {
            throw StoreError(.statement, "There is no table \(table) in this partition.")
        }
        let keys = try String.fetchAll(
            connection, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
            arguments: [table])
        let order = keys.isEmpty ? names : keys
        let sql = """
            SELECT \(names.map(quoted).joined(separator: ", ")) FROM \(quoted(table))
            ORDER BY \(order.map(quoted).joined(separator: ", "))
            """
        var bytes: [UInt8] = []
        append(text: table.utf8, tag: 3, to: &bytes)
        try bytes.withUnsafeBytes(body)
        let rows = try GRDB.Row.fetchCursor(connection, sql: sql)
        while let row = try rows.next() {
            bytes.removeAll(keepingCapacity: true)
            bytes.append(1)
            for column in names.indices { append(row[column] as DatabaseValue, to: &bytes) }
            try bytes.withUnsafeBytes(body)
        }
        try [UInt8(0)].withUnsafeBytes(body)
    }

    private func append(_ value: DatabaseValue, to bytes: inout [UInt8]) {
        switch value.storage {
        case .null: bytes.append(0)
        case .int64(let number):
            bytes.append(1)
            append(UInt64(bitPattern: number), to: &bytes)
        case .double(let number):
            bytes.append(2)
            append(number.bitPattern, to: &bytes)
        case .string(let text): append(text: text.utf8, tag: 3, to: &bytes)
        case .blob(let data): append(text: data, tag: 4, to: &bytes)
        }
    }

    private func append(text: some Collection<UInt8>, tag: UInt8, to bytes: inout [UInt8]) {
        bytes.append(tag)
        append(UInt64(text.count), to: &bytes)
        bytes.append(contentsOf: text)
    }

    private func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
