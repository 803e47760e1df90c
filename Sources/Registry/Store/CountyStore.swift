import ServiceKit
import Store

/// The county's map in SQL; all of it in partition 0060.
enum CountyStore {
    static func load(_ transaction: any Transaction) throws -> CountyMap {
        var map = CountyMap()
        map.municipalities = try municipalities(transaction)
        map.institutions = try institutions(transaction)
        map.people = try transaction.all(
            "SELECT code, given_name, family_name, email FROM specialists ORDER BY code"
        ) {
            Specialist(
                code: try $0.text(0), givenName: try $0.text(1), familyName: try $0.text(2),
                email: try $0.text(3))
        }
        map.posts = try posts(transaction)
        map.resources = try resources(transaction)
        map.teams = try teams(transaction)
        map.templates = try templates(transaction)
        return map
    }

    static func municipalities(_ transaction: any Transaction) throws -> [Municipality] {
        try transaction.all("SELECT code, name FROM municipalities ORDER BY code") {
            Municipality(code: try $0.text(0), name: try $0.text(1))
        }
    }

    static func institutions(_ transaction: any Transaction) throws -> [Institution] {
        try transaction.all(
            "SELECT code, municipality, kind, name, ended_from FROM institutions ORDER BY code",
            as: institution)
    }

    static func institution(code: String, _ transaction: any Transaction) throws -> Institution? {
        try transaction.first(
            "SELECT code, municipality, kind, name, ended_from FROM institutions WHERE code = $1",
            .text(code),
            as: institution)
    }

    static func institution(_ id: InstitutionID, _ transaction: any Transaction) throws -> Institution? {
        try transaction.first(
            "SELECT code, municipality, kind, name, ended_from FROM institutions WHERE id = $1",
            .blob(id.bytes),
            as: institution)
    }

    private static func institution(_ row: any Row) throws -> Institution {
        Institution(
            code: try row.text(0), municipality: try row.text(1), kind: try row.text(2),
            name: try row.text(3), endedFrom: try row.text(4))
    }

    static func posts(_ transaction: any Transaction) throws -> [Post] {
        try transaction.all(
            """
            SELECT code, institution, role, share_percent, person, class_name, from_date, until_date FROM posts
            ORDER BY code
            """, as: post)
    }

    /// The posts of the person of that code, ended ones too.
    static func posts(ofCode person: String, _ transaction: any Transaction) throws -> [Post] {
        try transaction.all(
            """
            SELECT code, institution, role, share_percent, person, class_name, from_date, until_date FROM posts
            WHERE person = $1 ORDER BY code
            """, .text(person), as: post)
    }

    private static func post(_ row: any Row) throws -> Post {
        Post(
            code: try row.text(0), institution: try row.text(1), role: try row.text(2),
            sharePercent: try int(row, 3), person: try row.text(4), className: try row.text(5),
            from: try row.text(6), until: try row.text(7))
    }

    /// The posts of a person in a role, with their institutions, ended ones too.
    static func posts(
        of person: PersonID, role: String, _ transaction: any Transaction
    ) throws -> [(post: Post, institution: Institution)] {
        try transaction.all(
            """
            SELECT p.code, p.institution, p.role, p.share_percent, p.person, p.class_name, p.from_date,
             p.until_date, i.code, i.municipality, i.kind, i.name, i.ended_from
            FROM specialists s JOIN posts p ON p.person = s.code JOIN institutions i ON i.code = p.institution
            WHERE s.id = $1 AND p.role = $2 ORDER BY p.code
            """, .blob(person.bytes), .text(role)
        ) {
            (
                try post($0),
                Institution(
                    code: try $0.text(8), municipality: try $0.text(9), kind: try $0.text(10),
                    name: try $0.text(11), endedFrom: try $0.text(12))
            )
        }
    }

    static func mapIsEmpty(_ transaction: any Transaction) throws -> Bool {
        try transaction.first("SELECT code FROM posts LIMIT 1", as: { try $0.text(0) }) == nil
    }

    /// Names at work, by the person's code.
    static func names(_ transaction: any Transaction) throws -> [String: String] {
        let rows = try transaction.all("SELECT code, given_name, family_name FROM specialists ORDER BY code")
        {
            let name = Specialist(
                code: try $0.text(0), givenName: try $0.text(1), familyName: try $0.text(2), email: "")
            return (name.code, name.name)
        }
        return Dictionary(rows) { first, _ in first }
    }

    static func name(of person: PersonID, _ transaction: any Transaction) throws -> String? {
        try transaction.first(
            "SELECT given_name, family_name FROM specialists WHERE id = $1", .blob(person.bytes)
        ) {
            Specialist(code: "", givenName: try $0.text(0), familyName: try $0.text(1), email: "").name
        }
    }

    static func resources(_ transaction: any Transaction) throws -> [Resource] {
        try transaction.all(
            """
            SELECT code, resource_table, municipality, institution, post, kind, name, field, scope, need_codes,
             prevention_tier, capacity_places, capacity_as_of, languages, grade_from, grade_to, how_to_refer,
             ended_from FROM resources ORDER BY code
            """
        ) {
            Resource(
                code: try $0.text(0), table: try $0.text(1), municipality: try $0.text(2),
                institution: try $0.text(3), post: try $0.text(4), kind: try $0.text(5), name: try $0.text(6),
                field: try $0.text(7), scope: try $0.text(8), needCodes: list(try $0.text(9)),
                preventionTier: try $0.text(10), capacityPlaces: try int($0, 11),
                capacityAsOf: try $0.text(12),
                languages: list(try $0.text(13)), gradeFrom: try int($0, 14), gradeTo: try int($0, 15),
                howToRefer: try $0.text(16), endedFrom: try $0.text(17))
        }
    }

    static func teams(_ transaction: any Transaction) throws -> [Team] {
        try transaction.all(
            """
            SELECT code, institution, member_posts, leader_post, gap_topics, ended_from FROM teams ORDER BY code
            """
        ) {
            Team(
                code: try $0.text(0), institution: try $0.text(1), memberPosts: list(try $0.text(2)),
                leaderPost: try $0.text(3), gapTopics: list(try $0.text(4)), endedFrom: try $0.text(5))
        }
    }

    static func templates(_ transaction: any Transaction) throws -> [Template] {
        var levels: [TemplateID: [TemplateLevel]] = [:]
        try transaction.forEach(
            """
            SELECT template_id, level_order, name_et, name_en, coordinator_role, coordinator_place, entry,
             first_action_school_days FROM template_levels ORDER BY template_id, level_order
            """, []
        ) {
            levels[try id($0, 0), default: []].append(
                TemplateLevel(
                    order: try int($0, 1), nameEt: try $0.text(2), nameEn: try $0.text(3),
                    coordinatorRole: try $0.text(4), coordinatorPlace: try $0.text(5), entry: try $0.text(6),
                    firstActionSchoolDays: try int($0, 7)))
        }
        return try transaction.all(
            """
            SELECT id, municipality, institution_kind, draft, fallback, grade_from, grade_to, phases, version, source
            FROM templates ORDER BY municipality, institution_kind, fallback, grade_from, id
            """
        ) {
            let id: TemplateID = try id($0, 0)
            return Template(
                givenID: id, municipality: try $0.text(1), institutionKind: try $0.text(2),
                draft: try $0.integer(3) != 0, fallback: try $0.integer(4) != 0, gradeFrom: try int($0, 5),
                gradeTo: try int($0, 6), levels: levels[id] ?? [], phases: list(try $0.text(7)),
                version: try int($0, 8), source: try $0.text(9))
        }
    }

    /// Topics for which a training is published, by institution.
    static func plannedTopics(_ transaction: any Transaction) throws -> [InstitutionID: Set<String>] {
        var topics: [InstitutionID: Set<String>] = [:]
        try transaction.forEach("SELECT institution_id, topic FROM planned_topics ORDER BY training_id", []) {
            topics[try id($0, 0), default: []].insert(try $0.text(1))
        }
        return topics
    }

    // MARK: rows to values, for all of Registry's stores

    static func list(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    static func int(_ row: any Row, _ column: Int) throws -> Int { Int(try row.integer(column)) }

    static func id<Kind>(_ row: any Row, _ column: Int) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(try row.blob(column)) else {
            throw StoreError(
                .damaged, "A stored id is not 16 bytes long. Verify the store and restore a backup.")
        }
        return id
    }
}
