import GRDB
import GRDBSQLite

/// A transaction on one connection: portable text in, rows out.
///
/// Statements are GRDB's, cached by text on the connection; parameters and columns go straight through
/// SQLite's own calls, since bulk imports write hundreds of thousands of rows.
final class SQLiteTransaction: Transaction {
    private var connection: GRDB.Database?
    private var lastText = ""
    private var last: Statement?

    private init(_ connection: GRDB.Database) { self.connection = connection }

    /// Runs `body` with a transaction that is useless afterwards.
    static func run<Result>(
        on connection: GRDB.Database, _ body: (any Transaction) throws -> Result
    ) throws -> Result {
        let transaction = SQLiteTransaction(connection)
        defer {
            transaction.last = nil
            transaction.connection = nil
        }
        return try body(transaction)
    }

    @discardableResult
    func run(_ sql: String, _ parameters: [Value]) throws -> Int {
        let (statement, handle) = try prepare(sql)
        let before = sqlite3_total_changes(handle)
        try step(statement, handle, parameters) { _ in }
        // The engine's count of changes stays from the statement before when this one changes no rows.
        return sqlite3_total_changes(handle) == before ? 0 : Int(sqlite3_changes(handle))
    }

    func forEach(_ sql: String, _ parameters: [Value], _ body: (any Row) throws -> Void) throws {
        let (statement, handle) = try prepare(sql)
        let row = SQLiteRow(statement.sqliteStatement)
        defer { row.end() }
        try step(statement, handle, parameters) { _ in try body(row) }
    }

    private func step(
        _ statement: Statement, _ handle: OpaquePointer, _ parameters: [Value],
        _ body: (OpaquePointer) throws -> Void
    ) throws {
        let prepared = statement.sqliteStatement
        defer {
            sqlite3_reset(prepared)
            sqlite3_clear_bindings(prepared)
        }
        try SQLiteParameters.bind(parameters, to: prepared)
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: try body(prepared)
            case SQLITE_DONE: return
            // The caller's task was cancelled; the transaction is undone.
            case SQLITE_INTERRUPT: throw CancellationError()
            default: throw StoreError(connection: handle)
            }
        }
    }

    private func prepare(_ sql: String) throws -> (Statement, OpaquePointer) {
        guard let connection, let handle = connection.sqliteConnection else {
            throw StoreError(
                .statement, "A transaction was used after its end: keep values, not the transaction.")
        }
        if let last, lastText == sql, sqlite3_stmt_busy(last.sqliteStatement) == 0 { return (last, handle) }
        let text = try PortableSQL.statement(sql)
        do {
            var statement = try connection.cachedStatement(sql: text)
            if sqlite3_stmt_busy(statement.sqliteStatement) != 0 {
                statement = try connection.makeStatement(sql: text)
            } else {
                last = statement
                lastText = sql
            }
            return (statement, handle)
        } catch let error as DatabaseError { throw StoreError(error) }
    }
}

/// Parameters by their number: `$2` takes the second value, wherever it stands in the text.
enum SQLiteParameters {
    static func bind(_ values: [Value], to statement: OpaquePointer) throws {
        let count = sqlite3_bind_parameter_count(statement)
        var highest = 0
        var index: Int32 = 1
        while index <= count {
            let number = try number(of: index, in: statement)
            guard number >= 1, number <= values.count else {
                throw StoreError(
                    .statement, "The statement asks for parameter $\(number) but \(values.count) were given.")
            }
            highest = max(highest, number)
            try bind(values[number - 1], to: statement, at: index)
            index += 1
        }
        guard highest == values.count else {
            throw StoreError(
                .statement, "The statement uses \(highest) parameters but \(values.count) were given.")
        }
    }

    private static func number(of index: Int32, in statement: OpaquePointer) throws -> Int {
        guard let name = sqlite3_bind_parameter_name(statement, index), name[0] == 0x24 else {
            throw StoreError(.statement, "Parameters are written $1, $2 and so on.")
        }
        var number = 0
        var position = 1
        while name[position] != 0 {
            let digit = Int(name[position]) - 0x30
            guard 0...9 ~= digit, number < 10_000 else {
                throw StoreError(.statement, "Parameters are written $1, $2 and so on.")
            }
            number = number * 10 + digit
            position += 1
        }
        return number
    }

    private static func bind(_ value: Value, to statement: OpaquePointer, at index: Int32) throws {
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(statement, index)
        case .integer(let number): code = sqlite3_bind_int64(statement, index, number)
        case .instant(let instant): code = sqlite3_bind_int64(statement, index, instant.microseconds)
        case .real(let number):
            guard number.isFinite else {
                throw StoreError(
                    .statement, "A parameter is not a finite number; check the calculation before.")
            }
            code = sqlite3_bind_double(statement, index, number)
        case .text(var text): code = text.withUTF8 { bind(text: $0, to: statement, at: index) }
        case .blob(let bytes):
            code = bytes.withUnsafeBytes { buffer in
                // A null pointer would bind NULL: an empty blob is made of no zeros.
                guard let base = buffer.baseAddress, !buffer.isEmpty else {
                    return sqlite3_bind_zeroblob(statement, index, 0)
                }
                return sqlite3_bind_blob64(statement, index, base, UInt64(buffer.count), copied)
            }
        }
        guard code == SQLITE_OK else { throw StoreError(engineCode: code, detail: nil) }
    }

    private static func bind(
        text: UnsafeBufferPointer<UInt8>, to statement: OpaquePointer, at index: Int32
    ) -> Int32 {
        guard let base = text.baseAddress, !text.isEmpty else {
            return sqlite3_bind_text(statement, index, "", 0, copied)
        }
        return base.withMemoryRebound(to: CChar.self, capacity: text.count) {
            sqlite3_bind_text64(statement, index, $0, UInt64(text.count), copied, UInt8(SQLITE_UTF8))
        }
    }

    /// SQLITE_TRANSIENT, which C spells as a cast that Swift does not import: SQLite copies the bytes at
    /// once.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
