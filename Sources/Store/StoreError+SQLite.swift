import GRDB
import GRDBSQLite

extension StoreError {
    /// What SQLite or GRDB reported. Only schema names are taken from the engine's own words, never values.
    init(_ error: DatabaseError) {
        self.init(engineCode: error.extendedResultCode.rawValue, detail: error.message)
    }

    /// The last failure on a connection.
    init(connection: OpaquePointer) {
        let code = sqlite3_extended_errcode(connection)
        self.init(engineCode: code, detail: sqlite3_errmsg(connection).map { String(cString: $0) })
    }

    /// The disk is full or refuses; nothing is wrong with what was to be written.
    var isOfDisk: Bool {
        guard code == .notWritten, let engineCode else { return false }
        return [SQLITE_FULL, SQLITE_IOERR].contains(engineCode & 0xFF)
    }

    init(engineCode code: Int32, detail: String?) {
        let detail = detail ?? "no detail"
        switch code & 0xFF {
        case SQLITE_FULL:
            self.init(
                .notWritten,
                "There is no room: nothing of this transaction is kept. Make room on the store's disk or "
                    + "raise the partition's quota, then try again.", engineCode: code)
        case SQLITE_IOERR:
            self.init(
                .notWritten,
                "The disk refused to read or write: nothing of this transaction is kept. Check the disk and "
                    + "the system's log before trying again.", engineCode: code)
        case SQLITE_TOOBIG:
            self.init(
                .notWritten, "A value is larger than a row may hold. Send it in smaller pieces.",
                engineCode: code)
        case SQLITE_READONLY:
            self.init(
                .notWritten,
                "Writing is not possible here: inside a read use a write instead; otherwise the file or its "
                    + "folder is read-only, so give the program's account the right to write.",
                engineCode: code)
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH, SQLITE_NOLFS:
            self.init(
                .unavailable,
                "The database file cannot be opened. Check that the folder exists and belongs to the account "
                    + "that runs the program.", engineCode: code)
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT:
            self.init(
                .damaged,
                "The file is damaged or is not a database. Stop the program, keep the file, and restore the "
                    + "partition from its last backup.", engineCode: code)
        case SQLITE_CONSTRAINT:
            self.init(.constraint, "A rule of the schema refused the change: \(detail).", engineCode: code)
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(
                .busy, "Another program holds the database. Nothing was changed; try again.", engineCode: code
            )
        case SQLITE_NOMEM:
            self.init(.unavailable, "There was not enough memory. Try again.", engineCode: code)
        case SQLITE_MISUSE where detail.contains("closed"):
            self.init(
                .unavailable, "The store is closed, since the program is stopping. Try again later.",
                engineCode: code)
        default:
            self.init(.statement, "The statement is wrong: \(detail).", engineCode: code)
        }
    }
}
