import GRDB

/// Brings a file to the schema that the program was built for, or refuses it.
///
/// Applied steps are kept in `tugi_migrations` with a digest of their text. The digest is FNV-1a of 64 bits:
/// it finds a step that was edited after its release, it does not protect against someone who may write to
/// the file.
enum SQLiteMigrations {
    private struct Applied {
        var name: String
        var digest: Int64
    }

    static func apply(_ migrations: [Migration], to connection: GRDB.Database) throws {
        guard Set(migrations.map(\.name)).count == migrations.count else {
            throw StoreError(.statement, "Two migrations have the same name; give each its own.")
        }
        try connection.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS tugi_migrations (
                position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest INTEGER NOT NULL) STRICT
                """)
        while try missing(migrations, connection) {
            // Two programs may do this at once (a job that migrates while the program starts): each step is looked
            // at again within its transaction, for which the second waits.
            try SQLiteFile.transaction(on: connection) {
                guard try missing(migrations, connection) else { return }
                let position = try applied(connection).count
                try step(migrations[position], position, connection)
            }
        }
    }

    /// Whether the file lacks steps; throws when it has others than these.
    private static func missing(_ migrations: [Migration], _ connection: GRDB.Database) throws -> Bool {
        let applied = try applied(connection)
        try compare(applied, migrations)
        return applied.count < migrations.count
    }

    private static func step(_ migration: Migration, _ position: Int, _ connection: GRDB.Database) throws {
        do {
            try SQLiteTransaction.run(on: connection) { transaction in
                for statement in migration.statements { try transaction.run(statement, []) }
                try transaction.run(
                    "INSERT INTO tugi_migrations (position, name, digest) VALUES ($1, $2, $3)",
                    .integer(Int64(position)), .text(migration.name), .integer(migration.digest))
            }
        } catch var error as StoreError {
            error.message = "Migration \(migration.name) failed and was undone: \(error.message)"
            throw error
        }
    }

    private static func applied(_ connection: GRDB.Database) throws -> [Applied] {
        try SQLiteTransaction.run(on: connection) { transaction in
            try transaction.all("SELECT name, digest FROM tugi_migrations ORDER BY position") {
                Applied(name: try $0.text(0), digest: try $0.integer(1))
            }
        }
    }

    private static func compare(_ applied: [Applied], _ known: [Migration]) throws {
        for (position, step) in applied.enumerated() {
            guard position < known.count, known[position].name == step.name else {
                throw mismatch(step.name, at: position, known)
            }
            guard known[position].digest == step.digest else {
                throw StoreError(
                    .damaged,
                    "Migration \(step.name) was applied with another text than this program has. Put its old "
                        + "text back and write the change as a new step.")
            }
        }
    }

    private static func mismatch(_ name: String, at position: Int, _ known: [Migration]) -> StoreError {
        if let place = known.firstIndex(where: { $0.name == name }) {
            return StoreError(
                .damaged,
                "Migration \(name) was applied as step \(position + 1) but is step \(place + 1) now. Keep "
                    + "the released order and add new steps at the end.")
        }
        if position >= known.count {
            return StoreError(
                .damaged,
                "The partition was written by a newer program: it has migration \(name), which this one does "
                    + "not know. Start the newer program, or restore the backup made before its upgrade.")
        }
        return StoreError(
            .damaged,
            "Migration \(name) was applied but this program has \(known[position].name) in its place. Check "
                + "that the folder belongs to this service, and put the missing step back.")
    }
}

extension Migration {
    /// FNV-1a, 64 bits, over name and statements, each ended by a zero byte.
    var digest: Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in [name] + statements {
            for byte in Array(text.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return Int64(bitPattern: hash)
    }
}
