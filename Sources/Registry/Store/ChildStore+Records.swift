import ServiceKit
import Store

/// Versions of children's records, other systems' ids, marks; in the partitions of municipalities.
extension ChildStore {
    /// Counts changes of records in this partition.
    static func nextChange(_ transaction: any Transaction) throws -> Int64 {
        try transaction.run(
            """
            INSERT INTO child_counters (name, value) VALUES ('changes', 1)
            ON CONFLICT (name) DO UPDATE SET value = child_counters.value + 1
            """)
        return try transaction.first("SELECT value FROM child_counters WHERE name = 'changes'") {
            try $0.integer(0)
        } ?? 0
    }

    // MARK: versions

    static func add(
        _ version: ChildVersion, of child: ChildID, content: [UInt8], _ transaction: any Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO child_versions (child_id, version, at, on_day, by_system, by_person, by_role, action, fields,
             content_sealed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """, .blob(child.bytes), .integer(Int64(version.number)), .instant(version.at),
            .text(version.day), .text(version.author.system),
            version.author.person.map { .blob($0.bytes) } ?? .null, .text(version.author.role),
            .text(version.action), .text(version.fields.joined(separator: " ")), .blob(content))
    }

    static func versions(of child: ChildID, _ transaction: any Transaction) throws -> [ChildVersion] {
        try transaction.all(
            """
            SELECT version, at, on_day, by_system, by_person, by_role, action, fields FROM child_versions
            WHERE child_id = $1 ORDER BY version
            """, .blob(child.bytes)
        ) { row in
            ChildVersion(
                number: try CountyStore.int(row, 0), at: try row.instant(1), day: try row.text(2),
                author: Author(
                    system: try row.text(3), person: try row.optionalBlob(4).flatMap { PersonID($0) },
                    role: try row.text(5)),
                action: try row.text(6), fields: CountyStore.list(try row.text(7)))
        }
    }

    /// The sealed content of the newest version that a day ended with; nil: there was none yet.
    static func content(
        of child: ChildID, asOf day: LocalDate, _ transaction: any Transaction
    ) throws -> (number: Int, sealed: [UInt8])? {
        try transaction.first(
            """
            SELECT version, content_sealed FROM child_versions WHERE child_id = $1 AND on_day <= $2
            ORDER BY version DESC LIMIT 1
            """, .blob(child.bytes), .text(day.description)
        ) { (try CountyStore.int($0, 0), try $0.blob(1)) }
    }

    static func content(
        of child: ChildID, version: Int, _ transaction: any Transaction
    ) throws -> [UInt8]? {
        try transaction.first(
            "SELECT content_sealed FROM child_versions WHERE child_id = $1 AND version = $2",
            .blob(child.bytes), .integer(Int64(version))
        ) { try $0.blob(0) }
    }

    // MARK: other systems' ids

    static func child(otherID hash: [UInt8], _ transaction: any Transaction) throws -> ChildID? {
        try transaction.first("SELECT child_id FROM other_ids WHERE id_hash = $1", .blob(hash)) {
            try CountyStore.id($0, 0)
        }
    }

    /// Replaces a child's other ids.
    static func setOtherIDs(_ hashes: [[UInt8]], of child: ChildID, _ transaction: any Transaction) throws {
        try transaction.run("DELETE FROM other_ids WHERE child_id = $1", .blob(child.bytes))
        for hash in hashes {
            try transaction.run(
                "INSERT INTO other_ids (id_hash, child_id) VALUES ($1, $2)", .blob(hash), .blob(child.bytes))
        }
    }

    // MARK: names

    /// A name still sealed, with the number of the change that wrote it.
    struct SealedName: Sendable {
        var child: ChildID
        var subjectKey: [UInt8]
        var name: [UInt8]
        var change: Int64
        var isHere: Bool
    }

    /// The names that were written after that change, in their order.
    static func names(after change: Int64, _ transaction: any Transaction) throws -> [SealedName] {
        try transaction.all(
            """
            SELECT id, subject_key, name_sealed, change_number, handed_over FROM children
            JOIN child_details ON child_id = id WHERE change_number > $1 ORDER BY change_number, id
            """, .integer(change)
        ) { row in
            SealedName(
                child: try CountyStore.id(row, 0), subjectKey: try row.blob(1), name: try row.blob(2),
                change: try row.integer(3), isHere: try row.text(4).isEmpty)
        }
    }

    // MARK: counts

    struct Counts: Sendable, Hashable {
        var inInstitution = 0
        var left = 0
        var inNone = 0
        var handedOver = 0
    }

    static func counts(_ transaction: any Transaction) throws -> Counts {
        let row = try transaction.first(
            """
            SELECT
             COALESCE(SUM(CASE WHEN handed_over = '' AND LENGTH(institution_id) > 0 AND has_left = 0
              THEN 1 ELSE 0 END), 0),
             COALESCE(SUM(CASE WHEN handed_over = '' AND LENGTH(institution_id) > 0 AND has_left = 1
              THEN 1 ELSE 0 END), 0),
             COALESCE(SUM(CASE WHEN handed_over = '' AND LENGTH(institution_id) = 0 THEN 1 ELSE 0 END), 0),
             COALESCE(SUM(CASE WHEN handed_over <> '' THEN 1 ELSE 0 END), 0)
            FROM children JOIN child_details ON child_id = id
            """
        ) { row in
            Counts(
                inInstitution: try CountyStore.int(row, 0), left: try CountyStore.int(row, 1),
                inNone: try CountyStore.int(row, 2), handedOver: try CountyStore.int(row, 3))
        }
        return row ?? Counts()
    }

    // MARK: marks

    /// A mark whose texts are still sealed.
    struct SealedMark: Sendable {
        var mark: ChildMark
        var texts: [UInt8]
    }

    static func add(_ mark: ChildMark, texts: [UInt8], _ transaction: any Transaction) throws {
        try transaction.run(
            """
            INSERT INTO child_marks (id, child_id, kind, text_sealed, set_on, set_by, set_role, review_on, ended_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')
            """, .blob(mark.id.bytes), .blob(mark.child.bytes), .text(mark.kind), .blob(texts),
            .text(mark.setOn), .blob(mark.setBy.bytes), .text(mark.setRole), .text(mark.reviewOn))
    }

    /// Gives whether there was such a mark in force.
    static func endMark(
        _ mark: MarkID, of child: ChildID, on day: LocalDate, by person: PersonID, reason: [UInt8],
        _ transaction: any Transaction
    ) throws -> Bool {
        try transaction.run(
            """
            UPDATE child_marks SET ended_on = $3, ended_by = $4, end_reason_sealed = $5
            WHERE id = $1 AND child_id = $2 AND ended_on = ''
            """, .blob(mark.bytes), .blob(child.bytes), .text(day.description), .blob(person.bytes),
            .blob(reason)) == 1
    }

    /// Ends all marks in force: nobody did, the child went elsewhere with them.
    static func endMarks(of child: ChildID, on day: LocalDate, _ transaction: any Transaction) throws {
        try transaction.run(
            "UPDATE child_marks SET ended_on = $2 WHERE child_id = $1 AND ended_on = ''", .blob(child.bytes),
            .text(day.description))
    }

    private static let markColumns = """
        SELECT id, child_id, kind, set_on, set_by, set_role, review_on, text_sealed FROM child_marks
        WHERE ended_on = ''
        """

    /// The marks in force on a child.
    static func marks(of child: ChildID, _ transaction: any Transaction) throws -> [SealedMark] {
        try transaction.all(
            "\(markColumns) AND child_id = $1 ORDER BY set_on, id", .blob(child.bytes), as: mark)
    }

    /// Those of the whole partition, by child.
    static func marks(_ transaction: any Transaction) throws -> [ChildID: [SealedMark]] {
        Dictionary(
            grouping: try transaction.all("\(markColumns) ORDER BY set_on, id", as: mark), by: \.mark.child)
    }

    private static func mark(_ row: any Row) throws -> SealedMark {
        SealedMark(
            mark: ChildMark(
                id: try CountyStore.id(row, 0), child: try CountyStore.id(row, 1), kind: try row.text(2),
                toward: "", ground: "", setOn: try row.text(3), setBy: try CountyStore.id(row, 4),
                setRole: try row.text(5), reviewOn: try row.text(6)),
            texts: try row.blob(7))
    }
}
