import GRDBSQLite

/// The row on which a statement stands now.
final class SQLiteRow: Row {
    private var statement: OpaquePointer?

    init(_ statement: OpaquePointer) { self.statement = statement }

    /// After this the row has no values: it was kept beyond its query.
    func end() { statement = nil }

    func integer(_ column: Int) throws -> Int64 {
        sqlite3_column_int64(try self.column(column, SQLITE_INTEGER, "an integer"), Int32(column))
    }

    func real(_ column: Int) throws -> Double {
        let statement = try self.column(column)
        let type = sqlite3_column_type(statement, Int32(column))
        guard type == SQLITE_FLOAT || type == SQLITE_INTEGER else {
            throw wrongType(column, "a number", type)
        }
        return sqlite3_column_double(statement, Int32(column))
    }

    func text(_ column: Int) throws -> String {
        let statement = try self.column(column, SQLITE_TEXT, "text")
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        guard let text = String(validating: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        else {
            throw StoreError(
                .damaged, "Column \(column) holds text that is not UTF-8. Restore from a backup.")
        }
        return text
    }

    func blob(_ column: Int) throws -> [UInt8] { try withBlob(column) { Array($0) } }

    func withBlob<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        let statement = try self.column(column, SQLITE_BLOB, "bytes")
        let start = sqlite3_column_blob(statement, Int32(column))
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    func instant(_ column: Int) throws -> Instant {
        Instant(
            microseconds: sqlite3_column_int64(
                try self.column(column, SQLITE_INTEGER, "an instant"), Int32(column)))
    }

    func isNull(_ column: Int) throws -> Bool {
        sqlite3_column_type(try self.column(column), Int32(column)) == SQLITE_NULL
    }

    private func column(_ column: Int, _ expected: Int32, _ name: String) throws -> OpaquePointer {
        let statement = try self.column(column)
        let type = sqlite3_column_type(statement, Int32(column))
        guard type == expected else { throw wrongType(column, name, type) }
        return statement
    }

    private func column(_ column: Int) throws -> OpaquePointer {
        guard let statement else {
            throw StoreError(.statement, "A row was used after its query: keep its values, not the row.")
        }
        guard column >= 0, column < Int(sqlite3_column_count(statement)) else {
            throw StoreError(.statement, "The query has no column \(column).")
        }
        return statement
    }

    private func wrongType(_ column: Int, _ expected: String, _ type: Int32) -> StoreError {
        let found =
            switch type {
            case SQLITE_INTEGER: "an integer"
            case SQLITE_FLOAT: "a real number"
            case SQLITE_TEXT: "text"
            case SQLITE_BLOB: "bytes"
            default: "null"
            }
        return StoreError(
            .damaged,
            "Column \(column) of the query holds \(found) where \(expected) was expected. Compare the query "
                + "with the schema.")
    }
}
