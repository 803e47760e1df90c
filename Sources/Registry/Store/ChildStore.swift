import ServiceKit
import Store

/// Children, the schools' ids of them, and links with specialists in SQL; in the partitions of municipalities.
enum ChildStore {
    private static let columns = """
        SELECT id, subject_key, institution_id, institution_kind, school_municipality, residence, class_name, grade,
         language, birth_year, has_left, from_date, code_hash, content_hash, version, residence_basis, handed_over
         FROM children JOIN child_details ON child_id = id
        """

    static func child(_ id: ChildID, _ transaction: any Transaction) throws -> ChildRecord? {
        try transaction.first(
            "\(columns) WHERE id = $1", .blob(id.bytes), as: record)
    }

    static func child(codeHash: [UInt8], _ transaction: any Transaction) throws -> ChildRecord? {
        try transaction.first(
            "\(columns) WHERE code_hash = $1", .blob(codeHash), as: record)
    }

    static func children(_ transaction: any Transaction) throws -> [ChildRecord] {
        try transaction.all(
            "\(columns) ORDER BY institution_id, class_name, id", as: record)
    }

    static func children(of institution: InstitutionID, _ transaction: any Transaction) throws
        -> [ChildRecord]
    {
        try transaction.all(
            "\(columns) WHERE institution_id = $1 ORDER BY class_name, id",
            .blob(institution.bytes), as: record)
    }

    private static func record(_ row: any Row) throws -> ChildRecord {
        let institution = try row.blob(2)
        let handedOver = try row.text(16)
        return ChildRecord(
            id: try CountyStore.id(row, 0), subjectKey: try row.blob(1),
            placement: Placement(
                institution: institution.isEmpty ? nil : try CountyStore.id(row, 2) as InstitutionID,
                institutionKind: try row.text(3),
                schoolMunicipality: try row.text(4), residence: try row.text(5), className: try row.text(6),
                grade: try CountyStore.int(row, 7), language: try row.text(8),
                birthYear: try CountyStore.int(row, 9), left: try row.integer(10) != 0,
                isHere: handedOver.isEmpty),
            from: try row.text(11), codeHash: try row.optionalBlob(12), contentHash: try row.blob(13),
            version: try CountyStore.int(row, 14), residenceBasis: try row.text(15), handedOver: handedOver)
    }

    /// The sealed columns of one child.
    struct Sealed: Sendable, Hashable {
        var name: [UInt8]
        var code: [UInt8]
        var contact: [UInt8]
    }

    static func sealed(_ id: ChildID, _ transaction: any Transaction) throws -> Sealed? {
        try transaction.first(
            "SELECT name_sealed, code_sealed, contact_sealed FROM children WHERE id = $1", .blob(id.bytes)
        ) {
            Sealed(name: try $0.blob(0), code: try $0.blob(1), contact: try $0.blob(2))
        }
    }

    /// The day of leaving the institution, ISO; empty: has not left.
    static func leftDate(of child: ChildID, _ transaction: any Transaction) throws -> String {
        try transaction.first("SELECT left_date FROM children WHERE id = $1", .blob(child.bytes)) {
            try $0.text(0)
        } ?? ""
    }

    /// Inserts or replaces a child's row and its details.
    static func save(
        _ record: ChildRecord, _ sealed: Sealed, left: String, at now: Instant, _ transaction: any Transaction
    ) throws {
        let place = record.placement
        try transaction.run(
            """
            INSERT INTO children (id, subject_key, institution_id, institution_kind, school_municipality, residence,
             class_name, grade, language, birth_year, has_left, from_date, left_date, name_sealed, code_sealed,
             contact_sealed, code_hash, content_hash, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT (id) DO UPDATE SET subject_key = excluded.subject_key,
             institution_id = excluded.institution_id,
             institution_kind = excluded.institution_kind, school_municipality = excluded.school_municipality,
             residence = excluded.residence, class_name = excluded.class_name, grade = excluded.grade,
             language = excluded.language, birth_year = excluded.birth_year, has_left = excluded.has_left,
             from_date = excluded.from_date, left_date = excluded.left_date, name_sealed = excluded.name_sealed,
             code_sealed = excluded.code_sealed, contact_sealed = excluded.contact_sealed,
             code_hash = excluded.code_hash, content_hash = excluded.content_hash,
             changed_at = excluded.changed_at
            """, .blob(record.id.bytes), .blob(record.subjectKey), .blob(place.institution?.bytes ?? []),
            .text(place.institutionKind), .text(place.schoolMunicipality), .text(place.residence),
            .text(place.className), .integer(Int64(place.grade)), .text(place.language),
            .integer(Int64(place.birthYear)), .integer(place.left ? 1 : 0), .text(record.from), .text(left),
            .blob(sealed.name), .blob(sealed.code), .blob(sealed.contact),
            record.codeHash.map { .blob($0) } ?? .null, .blob(record.contentHash), .instant(now))
        try transaction.run(
            """
            INSERT INTO child_details (child_id, version, residence_basis, handed_over, change_number)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (child_id) DO UPDATE SET version = excluded.version,
             residence_basis = excluded.residence_basis, handed_over = excluded.handed_over,
             change_number = excluded.change_number
            """, .blob(record.id.bytes), .integer(Int64(record.version)), .text(record.residenceBasis),
            .text(record.handedOver), .integer(try nextChange(transaction)))
    }

    // MARK: the schools' own ids

    /// All of an institution's pupil ids (keyed hashes) and the children they mean.
    static func pupilIDs(
        of institution: InstitutionID, _ transaction: any Transaction
    ) throws -> [[UInt8]: ChildID] {
        var result: [[UInt8]: ChildID] = [:]
        try transaction.forEach(
            "SELECT pupil_hash, child_id FROM pupil_ids WHERE institution_id = $1 ORDER BY pupil_hash",
            [.blob(institution.bytes)]
        ) {
            result[try $0.blob(0)] = try CountyStore.id($0, 1) as ChildID
        }
        return result
    }

    /// The child whom that pupil id (keyed hash) means; nil: unknown, or handed over to another municipality.
    static func childHere(
        pupilHash: [UInt8], of institution: InstitutionID, _ transaction: any Transaction
    ) throws -> ChildID? {
        try transaction.first(
            """
            SELECT pupil_ids.child_id FROM pupil_ids JOIN child_details ON child_details.child_id = pupil_ids.child_id
            WHERE institution_id = $1 AND pupil_hash = $2 AND handed_over = ''
            """, .blob(institution.bytes), .blob(pupilHash)
        ) { try CountyStore.id($0, 0) }
    }

    static func remember(
        pupilHash: [UInt8], institution: InstitutionID, child: ChildID, _ transaction: any Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO pupil_ids (institution_id, pupil_hash, child_id) VALUES ($1, $2, $3)
            ON CONFLICT (institution_id, pupil_hash) DO UPDATE SET child_id = excluded.child_id
            """, .blob(institution.bytes), .blob(pupilHash), .blob(child.bytes))
    }
}
