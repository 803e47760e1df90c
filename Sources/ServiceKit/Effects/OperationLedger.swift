import Store

/// What operations have already had their effect: makes a retried change give the first result again.
///
/// A record holds ids only, never what the request said, and lives 30 days (an older operation id is refused).
enum OperationLedger {
    /// How long an operation's result is kept.
    static let keptMicroseconds: Int64 = 30 * 86_400 * 1_000_000

    /// The ids of an earlier run; nil when the operation is new. The same id with another method or other content is
    /// refused.
    static func earlier(_ operation: Operation, in transaction: any Transaction) throws -> [[UInt8]]? {
        let row = try transaction.first(
            "SELECT method, content_digest, result_ids FROM kit_operations WHERE id = $1",
            .blob(operation.id.bytes)
        ) { (method: try $0.integer(0), digest: try $0.blob(1), ids: try $0.blob(2)) }
        guard let row else { return nil }
        guard row.method == Int64(operation.method), row.digest == operation.contentDigest else {
            throw ServiceError(
                .operationReused, "operation-reused",
                "This operation id was used for another change: make a new one for a new change.")
        }
        return try decode(row.ids)
    }

    static func record(
        _ operation: Operation, ids: [[UInt8]], at now: Instant, in transaction: any Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO kit_operations (id, method, content_digest, result_ids, done_at)
            VALUES ($1, $2, $3, $4, $5)
            """,
            .blob(operation.id.bytes), .integer(Int64(operation.method)), .blob(operation.contentDigest),
            .blob(encode(ids)), .instant(now))
    }

    /// Refuses an operation id whose own time says that its record may be gone already.
    static func refuseOutdated(_ operation: Operation, now: Instant) throws {
        guard let made = operation.id.madeAt else { return }
        if now.microseconds - made.microseconds > keptMicroseconds {
            throw ServiceError(
                .invalid, "operation-outdated",
                "This operation id is older than 30 days: read the present state, then decide anew.")
        }
    }

    /// Forgets operations older than 30 days, a bounded number at a time.
    static func forget(before now: Instant, in transaction: any Transaction) throws -> Int {
        try transaction.run(
            """
            DELETE FROM kit_operations WHERE id IN (
                SELECT id FROM kit_operations WHERE done_at < $1 ORDER BY done_at LIMIT 1000)
            """,
            .instant(Instant(microseconds: now.microseconds - keptMicroseconds)))
    }

    // A list of byte strings: each preceded by its length in four bytes.
    static func encode(_ ids: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for id in ids {
            bytes.append(bigEndian: UInt32(truncatingIfNeeded: id.count))
            bytes.append(contentsOf: id)
        }
        return bytes
    }

    static func decode(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var ids: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 4 else { throw damaged }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= length else { throw damaged }
            ids.append([UInt8](rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return ids
    }

    private static var damaged: StoreError {
        StoreError(.damaged, "A record of a done operation is unreadable: run `verify` and restore a backup.")
    }
}
