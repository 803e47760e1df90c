import ServiceKit
import Store

/// Links between specialists and children, and objections to them; in the partitions of municipalities.
extension ChildStore {
    private static let linkColumns = """
        SELECT id, child_id, person_id, post_id, institution_id, role, from_date, until_date, ends_on, review_on
        FROM links
        """

    /// A child's links as of `today`, ended ones too.
    static func links(of child: ChildID, on today: LocalDate, _ transaction: any Transaction) throws
        -> [ChildLink]
    {
        try transaction.all(
            "\(linkColumns) WHERE child_id = $1 ORDER BY from_date, id", .blob(child.bytes)
        ) { try link($0, today) }
    }

    static func links(of person: PersonID, on today: LocalDate, _ transaction: any Transaction) throws
        -> [ChildLink]
    {
        try transaction.all(
            "\(linkColumns) WHERE person_id = $1 ORDER BY from_date, id", .blob(person.bytes)
        ) { try link($0, today) }
    }

    /// All links of the partition, ended ones too, by child.
    static func links(on today: LocalDate, _ transaction: any Transaction) throws -> [ChildID: [ChildLink]] {
        let all = try transaction.all("\(linkColumns) ORDER BY from_date, id") { try link($0, today) }
        return Dictionary(grouping: all, by: \.child)
    }

    /// A link whose day has come is seen as ended on that day.
    private static func link(_ row: any Row, _ today: LocalDate) throws -> ChildLink {
        var link = ChildLink(
            id: try CountyStore.id(row, 0), child: try CountyStore.id(row, 1),
            person: try CountyStore.id(row, 2), post: try CountyStore.id(row, 3),
            institution: try CountyStore.id(row, 4), role: try row.text(5), from: try row.text(6),
            until: try row.text(7), endsOn: try row.text(8), reviewOn: try row.text(9))
        if link.until.isEmpty, let end = LocalDate(link.endsOn), end <= today { link.until = link.endsOn }
        return link
    }

    static func add(_ link: ChildLink, givenBy person: PersonID, _ transaction: any Transaction) throws {
        try transaction.run(
            """
            INSERT INTO links (id, child_id, person_id, post_id, institution_id, role, from_date, until_date, given_by,
             ends_on, review_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, .blob(link.id.bytes), .blob(link.child.bytes), .blob(link.person.bytes),
            .blob(link.post.bytes), .blob(link.institution.bytes),
            .text(link.role), .text(link.from), .text(link.until), .blob(person.bytes), .text(link.endsOn),
            .text(link.reviewOn))
    }

    /// Nobody ended it: the child went elsewhere.
    static func end(
        _ link: LinkID, on day: LocalDate, by person: PersonID?, reason: [UInt8]?,
        _ transaction: any Transaction
    ) throws {
        try transaction.run(
            "UPDATE links SET until_date = $2, ended_by = $3, reason_sealed = $4 WHERE id = $1",
            .blob(link.bytes), .text(day.description), person.map { .blob($0.bytes) } ?? .null,
            reason.map { .blob($0) } ?? .null)
    }

    /// Links whose planned day has come and of which nobody was told yet that they ended.
    static func linksDue(on today: LocalDate, _ transaction: any Transaction) throws -> [ChildLink] {
        try transaction.all(
            """
            \(linkColumns) WHERE until_date = '' AND ends_on <> '' AND ends_on <= $1 ORDER BY ends_on, id
            """, .text(today.description)
        ) { try link($0, today) }
    }

    /// Keeps that a link ended on its planned day.
    static func endAsPlanned(_ link: LinkID, _ transaction: any Transaction) throws {
        try transaction.run("UPDATE links SET until_date = ends_on WHERE id = $1", .blob(link.bytes))
    }

    /// Sets when a link's access ends and when people look at it again.
    static func plan(
        _ link: LinkID, endsOn: String, reviewOn: String, _ transaction: any Transaction
    ) throws {
        try transaction.run(
            "UPDATE links SET ends_on = $2, review_on = $3 WHERE id = $1", .blob(link.bytes), .text(endsOn),
            .text(reviewOn))
    }

    /// Who gave and who ended a link.
    struct LinkAuthors: Sendable, Hashable {
        var givenBy: PersonID
        var endedBy: PersonID?
        var reasonSealed: [UInt8]?
    }

    static func authors(of link: LinkID, _ transaction: any Transaction) throws -> LinkAuthors? {
        try transaction.first(
            "SELECT given_by, ended_by, reason_sealed FROM links WHERE id = $1", .blob(link.bytes)
        ) { row in
            LinkAuthors(
                givenBy: try CountyStore.id(row, 0),
                endedBy: try row.optionalBlob(1).flatMap { PersonID($0) },
                reasonSealed: try row.optionalBlob(2))
        }
    }

    // MARK: objections

    static func add(
        _ objection: LinkObjection, child: ChildID, text: [UInt8], _ transaction: any Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO link_objections (id, link_id, child_id, raised_on, text_sealed, taken_by, taken_role,
             outcome, decided_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, '', '')
            """, .blob(objection.id.bytes), .blob(objection.link.bytes), .blob(child.bytes),
            .text(objection.raisedOn), .blob(text), .blob(objection.takenBy.bytes),
            .text(objection.takenRole))
    }

    /// Decides all objections of a link that wait.
    static func settleObjections(
        of link: LinkID, outcome: String, by person: PersonID, on day: LocalDate, ground: [UInt8],
        _ transaction: any Transaction
    ) throws {
        try transaction.run(
            """
            UPDATE link_objections SET outcome = $2, decided_by = $3, decided_on = $4, ground_sealed = $5
            WHERE link_id = $1 AND outcome = ''
            """, .blob(link.bytes), .text(outcome), .blob(person.bytes), .text(day.description),
            .blob(ground))
    }

    /// Objections as stored: the texts still sealed.
    struct SealedObjection: Sendable {
        var objection: LinkObjection
        var text: [UInt8]
        var ground: [UInt8]?
    }

    static func objections(of child: ChildID, _ transaction: any Transaction) throws -> [SealedObjection] {
        try transaction.all(
            """
            SELECT id, link_id, raised_on, taken_by, taken_role, outcome, decided_by, decided_on, text_sealed,
             ground_sealed FROM link_objections WHERE child_id = $1 ORDER BY raised_on, id
            """, .blob(child.bytes)
        ) { row in
            SealedObjection(
                objection: LinkObjection(
                    id: try CountyStore.id(row, 0), link: try CountyStore.id(row, 1),
                    raisedOn: try row.text(2), raisedBy: "", text: "", takenBy: try CountyStore.id(row, 3),
                    takenRole: try row.text(4), outcome: try row.text(5),
                    decidedBy: try row.optionalBlob(6).flatMap { PersonID($0) }, decidedOn: try row.text(7)),
                text: try row.blob(8), ground: try row.optionalBlob(9))
        }
    }
}
