/// One partition's database behind one door: SQL in, typed rows out, the same for every engine.
///
/// SQL is portable text with `$1` parameters. The closures run on a database thread, hold no `await`, and may
/// be run again when the engine has to repeat a transaction: they have no effect outside the transaction.
public protocol Database: Sendable {
    /// Runs `body` in a snapshot that sees no later change. Writing in it fails.
    func read<Result: Sendable>(_ body: @Sendable @escaping (any Transaction) throws -> Result) async throws
        -> Result
    /// Runs `body` in one transaction: durable when this returns, undone when it throws.
    @discardableResult
    func write<Result: Sendable>(_ body: @Sendable @escaping (any Transaction) throws -> Result) async throws
        -> Result
}

/// What can be done inside a transaction; not to be kept beyond it.
public protocol Transaction {
    /// Runs one statement and gives the number of rows that it changed.
    @discardableResult
    func run(_ sql: String, _ parameters: [Value]) throws -> Int
    /// Hands each row of a query to `body`, without keeping them.
    func forEach(_ sql: String, _ parameters: [Value], _ body: (any Row) throws -> Void) throws
}

extension Transaction {
    @discardableResult
    public func run(_ sql: String, _ parameters: Value...) throws -> Int { try run(sql, parameters) }

    /// All rows of a query, made into values.
    public func all<Element>(_ sql: String, _ parameters: Value..., as make: (any Row) throws -> Element)
        throws
        -> [Element]
    {
        var result: [Element] = []
        try forEach(sql, parameters) { result.append(try make($0)) }
        return result
    }

    /// The first row of a query; nil when there is none. Later rows are not fetched.
    public func first<Element>(_ sql: String, _ parameters: Value..., as make: (any Row) throws -> Element)
        throws
        -> Element?
    {
        var result: Element?
        do {
            try forEach(sql, parameters) {
                result = try make($0)
                throw FirstRowFound()
            }
        } catch is FirstRowFound {}
        return result
    }
}

/// Ends a query after the row that was wanted.
private struct FirstRowFound: Error {}

/// One row; columns by position, from 0. A wrong type or an unexpected null is a `StoreError`, never a trap.
public protocol Row {
    func integer(_ column: Int) throws -> Int64
    func real(_ column: Int) throws -> Double
    func text(_ column: Int) throws -> String
    func blob(_ column: Int) throws -> [UInt8]
    /// A blob's bytes without a copy; valid inside `body` only.
    func withBlob<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result
    func instant(_ column: Int) throws -> Instant
    func isNull(_ column: Int) throws -> Bool
}

extension Row {
    /// Nil for null, otherwise as ``Row/integer(_:)``.
    public func optionalInteger(_ column: Int) throws -> Int64? { try isNull(column) ? nil : integer(column) }
    /// Nil for null, otherwise as ``Row/real(_:)``.
    public func optionalReal(_ column: Int) throws -> Double? { try isNull(column) ? nil : real(column) }
    /// Nil for null, otherwise as ``Row/text(_:)``.
    public func optionalText(_ column: Int) throws -> String? { try isNull(column) ? nil : text(column) }
    /// Nil for null, otherwise as ``Row/blob(_:)``.
    public func optionalBlob(_ column: Int) throws -> [UInt8]? { try isNull(column) ? nil : blob(column) }
    /// Nil for null, otherwise as ``Row/instant(_:)``.
    public func optionalInstant(_ column: Int) throws -> Instant? {
        try isNull(column) ? nil : instant(column)
    }
}

/// One step of a schema. Applied steps are kept with a digest of their text: a changed or missing step is
/// refused.
public struct Migration: Sendable, Hashable {
    /// Unique, in order: "0001-children".
    public let name: String
    /// Statements in the portable vocabulary: column types INTEGER, REAL, TEXT, BLOB, INSTANT.
    public let statements: [String]

    /// All values as documented at the properties.
    public init(_ name: String, _ statements: [String]) {
        self.name = name
        self.statements = statements
    }
}

/// What went wrong in the store, and whether trying again is safe.
public struct StoreError: Error, Sendable {
    /// The kinds of failure that callers tell apart.
    public enum Code: String, Sendable {
        /// The file or server cannot be reached or opened.
        case unavailable
        /// No room, or a write that the disk refused: nothing of the transaction is kept.
        case notWritten
        /// A uniqueness or other rule of the schema was broken.
        case constraint
        /// What is stored is not what the program expects (schema, digest, type).
        case damaged
        /// The SQL or its parameters are wrong: our own fault.
        case statement
        /// Another transaction was in the way; safe to try again.
        case busy
    }
    /// The kind of failure; it says whether trying again is safe.
    public var code: Code
    /// What happened and what to do next; never holds values of rows.
    public var message: String
    /// The engine's own code, for the log.
    public var engineCode: Int32?

    /// All values as documented at the properties.
    public init(_ code: Code, _ message: String, engineCode: Int32? = nil) {
        self.code = code
        self.message = message
        self.engineCode = engineCode
    }
}
