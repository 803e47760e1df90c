import Contracts
import Store

/// The chain over a partition's audit entries: each sealed entry's hash covers the one before, so that a changed,
/// removed or inserted row shows. The head is proved by a keyed hash, which whoever can only write the file cannot make.
struct AuditChain: Sendable {
    let vault: any Vault
    let partition: String

    private static let purpose = "audit-head"
    /// Entries sealed in one transaction.
    private static let batchMax = 1000

    /// What `verify` found.
    enum Finding: Sendable, Equatable {
        /// The sealed entries are as they were; so many are sealed, so many wait for the sealer.
        case whole(sealed: Int64, waiting: Int64)
        /// The first number at which the chain does not hold.
        case broken(at: Int64)
        /// Entries were removed from the end, or the head was not made with the partition's key.
        case headForeign
    }

    /// Puts waiting entries into the chain, in the order of their ids; gives how many. Only one sealer per partition
    /// gets through: a second one meets the first one's numbers and is refused by the unique index.
    func seal(in database: any Database) async throws -> Int {
        let waiting = try await database.read { try Self.countWaiting(in: $0) }
        guard waiting > 0 else { return 0 }
        let chain = self
        return try await database.write { transaction in
            var (number, hash) = try Self.head(in: transaction).map { ($0.number, $0.hash) } ?? (0, [])
            let entries = try transaction.all(
                """
                SELECT \(AuditEntryRow.columns) FROM kit_audit WHERE number IS NULL ORDER BY at, entry_id LIMIT $1
                """, .integer(Int64(Self.batchMax))
            ) { try AuditEntryRow($0) }
            guard !entries.isEmpty else { return 0 }
            for entry in entries {
                number += 1
                hash = entry.hash(after: hash, number: number)
                try transaction.run(
                    "UPDATE kit_audit SET number = $1, hash = $2 WHERE entry_id = $3 AND number IS NULL",
                    .integer(number), .blob(hash), .blob(entry.entryID))
            }
            try transaction.run(
                """
                INSERT INTO kit_audit_head (name, number, hash, proof) VALUES ('head', $1, $2, $3)
                ON CONFLICT (name) DO UPDATE SET
                    number = excluded.number, hash = excluded.hash, proof = excluded.proof
                """,
                .integer(number), .blob(hash), .blob(try chain.proof(number, hash)))
            return entries.count
        }
    }

    /// Walks the chain from its start.
    func verify(in database: any Database) async throws -> Finding {
        let chain = self
        return try await database.read { transaction in
            var number: Int64 = 0
            var hash: [UInt8] = []
            var broken: Int64?
            try transaction.forEach(
                """
                SELECT \(AuditEntryRow.columns), number, hash FROM kit_audit
                WHERE number IS NOT NULL ORDER BY number
                """, []
            ) { row in
                guard broken == nil else { return }
                number += 1
                let entry = try AuditEntryRow(row)
                guard try row.integer(10) == number else {
                    broken = number
                    return
                }
                hash = entry.hash(after: hash, number: number)
                if try row.blob(11) != hash { broken = number }
            }
            if let broken { return .broken(at: broken) }
            if let head = try Self.head(in: transaction) {
                guard head.number == number, head.hash == hash, head.proof == (try chain.proof(number, hash))
                else {
                    return .headForeign
                }
            } else if number > 0 {
                return .headForeign
            }
            guard try Self.indexIsWhole(in: transaction) else { return .headForeign }
            return .whole(sealed: number, waiting: try Self.countWaiting(in: transaction))
        }
    }

    /// The newest entries that name the child; those of child protection only when asked for. They are left out before
    /// the limit counts, so that a shorter list tells nothing.
    static func entries(
        for child: ChildID, withProtection: Bool, limit: Int, in transaction: any Transaction
    ) throws -> [AuditEntryRow] {
        let columns = AuditEntryRow.columns.split(separator: ", ").map { "a.\($0)" }.joined(separator: ", ")
        return try transaction.all(
            """
            SELECT \(columns) FROM kit_audit_children c JOIN kit_audit a ON a.entry_id = c.entry_id
            WHERE c.child_id = $1
                AND ($2 = 1 OR (a.role <> $3 AND a.role <> $4 AND a.purpose <> $5))
            ORDER BY a.at DESC, a.entry_id DESC LIMIT $6
            """, .blob(child.bytes), .integer(withProtection ? 1 : 0), .text(AuditSight.worker),
            .text(AuditSight.head), .text(AuditSight.purpose), .integer(Int64(limit))
        ) { try AuditEntryRow($0) }
    }

    private static func countWaiting(in transaction: any Transaction) throws -> Int64 {
        try transaction.first("SELECT COUNT(*) FROM kit_audit WHERE number IS NULL") { try $0.integer(0) }
            ?? 0
    }

    /// The look-up table by child names exactly the children of the entries.
    private static func indexIsWhole(in transaction: any Transaction) throws -> Bool {
        let named = try transaction.first("SELECT COALESCE(SUM(LENGTH(children)), 0) FROM kit_audit") {
            try $0.integer(0)
        }
        let listed = try transaction.first(
            "SELECT COUNT(*) FROM kit_audit_children c JOIN kit_audit a ON a.entry_id = c.entry_id"
        ) { try $0.integer(0) }
        return (named ?? 0) == (listed ?? 0) * 16
    }

    private struct Head {
        var number: Int64
        var hash: [UInt8]
        var proof: [UInt8]
    }

    private static func head(in transaction: any Transaction) throws -> Head? {
        try transaction.first("SELECT number, hash, proof FROM kit_audit_head WHERE name = 'head'") {
            Head(number: try $0.integer(0), hash: try $0.blob(1), proof: try $0.blob(2))
        }
    }

    private func proof(_ number: Int64, _ hash: [UInt8]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number)
        bytes.append(contentsOf: hash)
        return try vault.lookupHash(bytes, purpose: Self.purpose, in: partition)
    }
}
