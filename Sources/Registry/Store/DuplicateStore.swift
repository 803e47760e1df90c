import ServiceKit
import Store

/// Pairs of records that may be of one child, the merges in force, and which children have open cases; in the partitions of
/// municipalities.
enum DuplicateStore {
    // MARK: identities

    static func identities(_ transaction: any Transaction) throws -> ChildIdentities {
        ChildIdentities(
            try transaction.all("SELECT merged_id, kept_id FROM child_merges ORDER BY merged_id") {
                (merged: try CountyStore.id($0, 0) as ChildID, kept: try CountyStore.id($0, 1) as ChildID)
            })
    }

    static func merge(
        _ merged: ChildID, into kept: ChildID, pair: DuplicatePairID, _ transaction: any Transaction
    ) throws {
        try transaction.run(
            "INSERT INTO child_merges (merged_id, kept_id, pair_id) VALUES ($1, $2, $3)",
            .blob(merged.bytes), .blob(kept.bytes), .blob(pair.bytes))
    }

    static func separate(_ pair: DuplicatePairID, _ transaction: any Transaction) throws {
        try transaction.run("DELETE FROM child_merges WHERE pair_id = $1", .blob(pair.bytes))
    }

    // MARK: pairs

    private static let columns = """
        id, first_id, second_id, state, bits, reasons, doubts, kept_id, decided_by, decided_role, decided_at,
         reason_sealed
        """

    static func pair(_ id: DuplicatePairID, _ transaction: any Transaction) throws -> DuplicatePair? {
        try transaction.first(
            "SELECT \(columns) FROM child_duplicates WHERE id = $1", .blob(id.bytes), as: pair)
    }

    /// The surest first.
    static func pairs(
        _ state: DuplicatePair.State, _ transaction: any Transaction
    ) throws -> [DuplicatePair] {
        try transaction.all(
            "SELECT \(columns) FROM child_duplicates WHERE state = $1 ORDER BY bits DESC, id",
            .text(state.rawValue), as: pair)
    }

    private static func pair(_ row: any Row) throws -> DuplicatePair {
        guard let state = DuplicatePair.State(rawValue: try row.text(3)) else {
            throw StoreError(.damaged, "A pair of duplicates has an unknown state: run `verify`.")
        }
        return DuplicatePair(
            id: try CountyStore.id(row, 0), first: try CountyStore.id(row, 1),
            second: try CountyStore.id(row, 2),
            state: state, bits: try row.real(4), reasons: reasons(try row.text(5)),
            doubts: try row.text(6).split(separator: " ").map(String.init),
            kept: try row.optionalBlob(7).flatMap { ChildID($0) },
            decidedBy: try row.optionalBlob(8).flatMap { PersonID($0) }, decidedRole: try row.text(9),
            decidedAt: try row.optionalInstant(10), reasonSealed: try row.optionalBlob(11))
    }

    /// `field:level:bits` with spaces between.
    private static func reasons(_ text: String) -> [DuplicatePair.Reason] {
        text.split(separator: " ").compactMap { word in
            let parts = word.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, let bits = Double(parts[2]) else { return nil }
            return .init(field: parts[0], level: parts[1], bits: bits)
        }
    }

    private static func text(_ reasons: [DuplicatePair.Reason]) -> String {
        reasons.map { "\($0.field):\($0.level):\($0.bits)" }.joined(separator: " ")
    }

    /// Inserts or replaces a pair.
    static func put(_ pair: DuplicatePair, _ transaction: any Transaction) throws {
        try transaction.run(
            """
            INSERT INTO child_duplicates (\(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, bits = excluded.bits,
             reasons = excluded.reasons, doubts = excluded.doubts, kept_id = excluded.kept_id,
             decided_by = excluded.decided_by, decided_role = excluded.decided_role,
             decided_at = excluded.decided_at, reason_sealed = excluded.reason_sealed
            """, .blob(pair.id.bytes), .blob(pair.first.bytes), .blob(pair.second.bytes),
            .text(pair.state.rawValue), .real(pair.bits), .text(text(pair.reasons)),
            .text(pair.doubts.joined(separator: " ")), pair.kept.map { .blob($0.bytes) } ?? .null,
            pair.decidedBy.map { .blob($0.bytes) } ?? .null, .text(pair.decidedRole),
            pair.decidedAt.map { .instant($0) } ?? .null, pair.reasonSealed.map { .blob($0) } ?? .null)
    }

    /// A pair that waits and is no longer alike enough; decided pairs stay.
    static func removeWaiting(_ id: DuplicatePairID, _ transaction: any Transaction) throws {
        try transaction.run(
            "DELETE FROM child_duplicates WHERE id = $1 AND state = $2", .blob(id.bytes),
            .text(DuplicatePair.State.waiting.rawValue))
    }

    /// Keeps each decision, also those that were changed later.
    static func note(
        _ pair: DuplicatePair, id: DuplicatePairID, at now: Instant, _ transaction: any Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO child_duplicate_decisions (id, pair_id, at, state, kept_id, by_person, by_role, reason_sealed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, .blob(id.bytes), .blob(pair.id.bytes), .instant(now), .text(pair.state.rawValue),
            pair.kept.map { .blob($0.bytes) } ?? .null, pair.decidedBy.map { .blob($0.bytes) } ?? .null,
            .text(pair.decidedRole), pair.reasonSealed.map { .blob($0) } ?? .null)
    }

    // MARK: open cases

    static func childrenWithOpenCases(_ transaction: any Transaction) throws -> Set<ChildID> {
        Set(
            try transaction.all("SELECT DISTINCT child_id FROM open_cases ORDER BY child_id") {
                try CountyStore.id($0, 0) as ChildID
            })
    }

    static func setOpen(
        _ isOpen: Bool, case id: CaseID, child: ChildID, _ transaction: any Transaction
    ) throws {
        guard isOpen else {
            try transaction.run("DELETE FROM open_cases WHERE case_id = $1", .blob(id.bytes))
            return
        }
        try transaction.run(
            """
            INSERT INTO open_cases (case_id, child_id) VALUES ($1, $2)
            ON CONFLICT (case_id) DO UPDATE SET child_id = excluded.child_id
            """, .blob(id.bytes), .blob(child.bytes))
    }
}
