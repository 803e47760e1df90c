import ServiceKit
import Store

/// All SQL of risk scoring, over one transaction.
struct RiskScoringStore {
    let transaction: any Transaction

    init(_ transaction: any Transaction) { self.transaction = transaction }

    static func damaged() -> StoreError {
        StoreError(.damaged, "A stored id is not 16 bytes; restore the partition from its backup.")
    }

    static func id<Kind>(_ bytes: [UInt8]) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(bytes) else { throw damaged() }
        return id
    }

    static func blob<Kind>(_ id: Identifier<Kind>?) -> Value { id.map { .blob($0.bytes) } ?? .null }

    static func day(_ day: Int32?) -> Value { day.map { .integer(Int64($0)) } ?? .null }
}

extension Row {
    func id<Kind>(_ column: Int) throws -> Identifier<Kind> { try RiskScoringStore.id(try blob(column)) }

    func optionalID<Kind>(_ column: Int) throws -> Identifier<Kind>? {
        try isNull(column) ? nil : try id(column)
    }

    func int(_ column: Int) throws -> Int { Int(clamping: try integer(column)) }
    func day(_ column: Int) throws -> Int32 { Int32(clamping: try integer(column)) }
    func optionalDay(_ column: Int) throws -> Int32? { try isNull(column) ? nil : try day(column) }
    func flag(_ column: Int) throws -> Bool { try integer(column) != 0 }
}

// MARK: - Children, links, posts: projections of Registry's events

/// A child as Registry's events place it.
struct ChildRow: Sendable, Hashable {
    var id: ChildID
    var place: ChildPlace
    var grade: Int
    /// False: known only from a concern or a link so far.
    var isPlaced: Bool
}

extension RiskScoringStore {
    private static let childColumns =
        "child_id, institution_id, institution_kind, class_name, grade, has_left, is_placed"

    private static func child(_ row: any Row) throws -> ChildRow {
        ChildRow(
            id: try row.id(0),
            place: ChildPlace(
                institution: try row.optionalID(1), institutionKind: try row.text(2),
                className: try row.text(3),
                left: try row.flag(5)),
            grade: try row.int(4), isPlaced: try row.flag(6))
    }

    func child(_ id: ChildID) throws -> ChildRow? {
        try transaction.first(
            "SELECT \(Self.childColumns) FROM child WHERE child_id = $1", .blob(id.bytes), as: Self.child)
    }

    func children() throws -> [ChildRow] {
        try transaction.all("SELECT \(Self.childColumns) FROM child ORDER BY child_id", as: Self.child)
    }

    func subjectKey(of child: ChildID) throws -> [UInt8]? {
        try transaction.first("SELECT subject_key FROM child WHERE child_id = $1", .blob(child.bytes)) {
            try $0.blob(0)
        }
    }

    /// Adds or replaces the placement; the subject key of a known child stays.
    func place(_ child: ChildRow, newKey: [UInt8]) throws {
        try transaction.run(
            """
            INSERT INTO child (child_id, institution_id, institution_kind, class_name, grade, has_left,
            is_placed,
                subject_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (child_id) DO UPDATE SET institution_id = excluded.institution_id,
                institution_kind = excluded.institution_kind, class_name = excluded.class_name,
                grade = excluded.grade, has_left = excluded.has_left, is_placed = excluded.is_placed
            """,
            [
                .blob(child.id.bytes), Self.blob(child.place.institution), .text(child.place.institutionKind),
                .text(child.place.className), .integer(Int64(child.grade)),
                .integer(child.place.left ? 1 : 0),
                .integer(child.isPlaced ? 1 : 0), .blob(newKey),
            ])
    }

    func link(child: ChildID, person: PersonID, role: String, from: Int32?, until: Int32?) throws {
        try transaction.run(
            """
            INSERT INTO child_link (child_id, person_id, role, from_day, until_day) VALUES ($1, $2, $3, $4,
            $5)
            ON CONFLICT (child_id, person_id, role) DO UPDATE SET from_day = excluded.from_day,
                until_day = excluded.until_day
            """,
            [.blob(child.bytes), .blob(person.bytes), .text(role), Self.day(from), Self.day(until)])
    }

    func isLinked(_ person: PersonID, to child: ChildID, on day: Int32) throws -> Bool {
        try transaction.first(
            """
            SELECT 1 FROM child_link WHERE child_id = $1 AND person_id = $2
                AND (from_day IS NULL OR from_day <= $3) AND (until_day IS NULL OR until_day > $3)
            """, .blob(child.bytes), .blob(person.bytes), Self.day(day)
        ) { _ in true } ?? false
    }

    func keepPost(
        _ post: PostID, person: PersonID?, role: String, municipality: String, institution: InstitutionID?,
        className: String, until: Int32?
    ) throws {
        try transaction.run(
            """
            INSERT INTO post (post_id, person_id, role, municipality, institution_id, class_name, until_day)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (post_id) DO UPDATE SET person_id = excluded.person_id, role = excluded.role,
                municipality = excluded.municipality, institution_id = excluded.institution_id,
                class_name = excluded.class_name, until_day = excluded.until_day
            """,
            [
                .blob(post.bytes), Self.blob(person), .text(role), .text(municipality),
                Self.blob(institution),
                .text(className), Self.day(until),
            ])
    }

    /// The post that a person holds in that role, if the events told of it.
    func standing(of person: PersonID, role: String, municipality: String, on day: Int32) throws -> Standing?
    {
        try transaction.first(
            """
            SELECT institution_id, class_name FROM post WHERE person_id = $1 AND role = $2 AND municipality =
            $3
                AND (until_day IS NULL OR until_day >= $4) ORDER BY post_id
            """, .blob(person.bytes), .text(role), .text(municipality), Self.day(day)
        ) { Standing(role: role, institution: try $0.optionalID(0), className: try $0.text(1)) }
    }

    /// Roles in which the municipality's office leads an open case of the child.
    func municipalRoles(leading child: ChildID) throws -> Set<String> {
        Set(
            try transaction.all(
                "SELECT roles FROM municipal_lead WHERE child_id = $1 ORDER BY case_id", .blob(child.bytes)
            ) { try $0.text(0).split(separator: " ").map(String.init) }.joined())
    }

    /// Keeps in which roles the municipality leads a case; none: it does not lead it, or not any more.
    func keepMunicipalRoles(_ roles: [String], case id: CaseID, child: ChildID) throws {
        guard !roles.isEmpty else {
            try transaction.run("DELETE FROM municipal_lead WHERE case_id = $1", .blob(id.bytes))
            return
        }
        try transaction.run(
            """
            INSERT INTO municipal_lead (case_id, child_id, roles) VALUES ($1, $2, $3)
            ON CONFLICT (case_id) DO UPDATE SET child_id = excluded.child_id, roles = excluded.roles
            """, .blob(id.bytes), .blob(child.bytes), .text(roles.joined(separator: " ")))
    }
}
