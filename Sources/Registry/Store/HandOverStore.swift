import ServiceKit
import Store

/// Hand-overs of children in SQL, as this partition keeps its side of them.
enum HandOverStore {
    /// A hand-over with what is still sealed of it, and when it was offered and last changed.
    struct Kept: Sendable {
        var handOver: HandOver
        /// The key of the cover, wrapped by this partition's; nil: nothing is kept any more.
        var key: [UInt8]?
        var cover: [UInt8]?
        var offeredAt: Instant
        var changedAt: Instant
    }

    static func add(_ kept: Kept, _ transaction: any Transaction) throws {
        let one = kept.handOver
        try transaction.run(
            """
            INSERT INTO hand_overs (id, incoming, child_id, other_municipality, named_person, reason, parts, state,
             offered_by, offered_role, answered_role, answer_code, cover_key, cover_sealed, offered_at, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', $11, $12, $13, $14)
            """, .blob(one.id.bytes), .integer(one.isIncoming ? 1 : 0), .blob(one.child.bytes),
            .text(one.other), .blob(one.namedPerson.bytes), .text(one.reason),
            .text(one.parts.joined(separator: " ")), .text(one.state.rawValue), .blob(one.offeredBy.bytes),
            .text(one.offeredRole), kept.key.map { .blob($0) } ?? .null,
            kept.cover.map { .blob($0) } ?? .null, .instant(kept.offeredAt), .instant(kept.changedAt))
    }

    /// Keeps a new state. The cover goes once the offer does not wait any more: what it showed is then in the record,
    /// or is not this municipality's.
    static func update(_ one: HandOver, at now: Instant, _ transaction: any Transaction) throws {
        try transaction.run(
            """
            UPDATE hand_overs SET state = $2, child_id = $3, answered_by = $4, answered_role = $5, answer_code = $6,
             changed_at = $7 WHERE id = $1
            """, .blob(one.id.bytes), .text(one.state.rawValue), .blob(one.child.bytes),
            one.answeredBy.map { .blob($0.bytes) } ?? .null, .text(one.answeredRole),
            .text(one.answerCode), .instant(now))
        if one.state != .offered, one.state != .accepted {
            try forgetCover(of: one.id, transaction)
        }
    }

    private static let columns = """
        SELECT id, incoming, child_id, other_municipality, named_person, reason, parts, state, offered_by,
         offered_role, answered_by, answered_role, answer_code, cover_key, cover_sealed, offered_at, changed_at
        FROM hand_overs
        """

    static func handOver(_ id: HandOverID, _ transaction: any Transaction) throws -> Kept? {
        try transaction.first("\(columns) WHERE id = $1", .blob(id.bytes), as: kept)
    }

    /// Those of the partition, newest first; after `previous`, if there is one.
    static func page(
        after previous: Kept?, limit: Int, _ transaction: any Transaction
    ) throws -> [Kept] {
        guard let previous else {
            return try transaction.all(
                "\(columns) ORDER BY offered_at DESC, id LIMIT $1", .integer(Int64(limit)), as: kept)
        }
        return try transaction.all(
            """
            \(columns) WHERE offered_at < $1 OR offered_at = $1 AND id > $2 ORDER BY offered_at DESC, id LIMIT $3
            """, .instant(previous.offeredAt), .blob(previous.handOver.id.bytes), .integer(Int64(limit)),
            as: kept)
    }

    /// Offers that wait for an answer, made here or made to here, the oldest first.
    static func waiting(isIncoming: Bool, _ transaction: any Transaction) throws -> [Kept] {
        try transaction.all(
            "\(columns) WHERE state = 'offered' AND incoming = $1 ORDER BY offered_at, id",
            .integer(isIncoming ? 1 : 0), as: kept)
    }

    /// Forgets what an offer showed.
    static func forgetCover(of id: HandOverID, _ transaction: any Transaction) throws {
        try transaction.run(
            "UPDATE hand_overs SET cover_key = NULL, cover_sealed = NULL WHERE id = $1", .blob(id.bytes))
    }

    /// Whether the child is on its way, or offered.
    static func isUnderWay(_ child: ChildID, _ transaction: any Transaction) throws -> Bool {
        try transaction.first(
            """
            SELECT 1 FROM hand_overs WHERE child_id = $1 AND incoming = 0 AND state IN ('offered', 'handed-over')
            LIMIT 1
            """, .blob(child.bytes)
        ) { try $0.integer(0) } != nil
    }

    private static func kept(_ row: any Row) throws -> Kept {
        guard let state = HandOver.State(rawValue: try row.text(7)) else {
            throw StoreError(.damaged, "A hand-over has no known state: run `verify`, restore a backup.")
        }
        let one = HandOver(
            id: try CountyStore.id(row, 0), isIncoming: try row.integer(1) != 0,
            child: try CountyStore.id(row, 2), other: try row.text(3),
            namedPerson: try CountyStore.id(row, 4),
            reason: try row.text(5), parts: CountyStore.list(try row.text(6)), state: state,
            offeredBy: try CountyStore.id(row, 8), offeredRole: try row.text(9),
            answeredBy: try row.optionalBlob(10).flatMap { PersonID($0) }, answeredRole: try row.text(11),
            answerCode: try row.text(12))
        return Kept(
            handOver: one, key: try row.optionalBlob(13), cover: try row.optionalBlob(14),
            offeredAt: try row.instant(15), changedAt: try row.instant(16))
    }
}
