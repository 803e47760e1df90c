import ServiceKit
import Store

extension CountyStore {
    /// Writes what an import altered, replacing rows of the same code.
    static func save(_ altered: CountyMap, _ transaction: any Transaction) throws {
        for entry in altered.municipalities {
            try transaction.run(
                """
                INSERT INTO municipalities (code, name) VALUES ($1, $2)
                ON CONFLICT (code) DO UPDATE SET name = excluded.name
                """, .text(entry.code), .text(entry.name))
        }
        for entry in altered.institutions {
            try transaction.run(
                """
                INSERT INTO institutions (code, id, municipality, kind, name, ended_from)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (code) DO UPDATE SET municipality = excluded.municipality, kind = excluded.kind,
                 name = excluded.name, ended_from = excluded.ended_from
                """, .text(entry.code), .blob(entry.id.bytes), .text(entry.municipality), .text(entry.kind),
                .text(entry.name), .text(entry.endedFrom))
        }
        for entry in altered.people {
            try transaction.run(
                """
                INSERT INTO specialists (code, id, given_name, family_name, email) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (code) DO UPDATE SET given_name = excluded.given_name,
                 family_name = excluded.family_name, email = excluded.email
                """, .text(entry.code), .blob(entry.id.bytes), .text(entry.givenName),
                .text(entry.familyName),
                .text(entry.email))
        }
        for entry in altered.posts { try save(entry, transaction) }
        for entry in altered.resources { try save(entry, transaction) }
        for entry in altered.teams { try save(entry, transaction) }
        for entry in altered.templates { try save(entry, transaction) }
    }

    private static func save(_ entry: Post, _ transaction: any Transaction) throws {
        try transaction.run(
            """
            INSERT INTO posts (code, id, institution, role, share_percent, person, class_name, from_date, until_date)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (code) DO UPDATE SET institution = excluded.institution, role = excluded.role,
             share_percent = excluded.share_percent, person = excluded.person, class_name = excluded.class_name,
             from_date = excluded.from_date, until_date = excluded.until_date
            """, .text(entry.code), .blob(entry.id.bytes), .text(entry.institution), .text(entry.role),
            .integer(Int64(entry.sharePercent)), .text(entry.person), .text(entry.className),
            .text(entry.from),
            .text(entry.until))
    }

    private static func save(_ entry: Resource, _ transaction: any Transaction) throws {
        try transaction.run(
            """
            INSERT INTO resources (code, id, resource_table, municipality, institution, post, kind, name, field,
             scope, need_codes, prevention_tier, capacity_places, capacity_as_of, languages, grade_from, grade_to,
             how_to_refer, ended_from)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT (code) DO UPDATE SET resource_table = excluded.resource_table,
             municipality = excluded.municipality, institution = excluded.institution, post = excluded.post,
             kind = excluded.kind, name = excluded.name, field = excluded.field, scope = excluded.scope,
             need_codes = excluded.need_codes, prevention_tier = excluded.prevention_tier,
             capacity_places = excluded.capacity_places, capacity_as_of = excluded.capacity_as_of,
             languages = excluded.languages, grade_from = excluded.grade_from, grade_to = excluded.grade_to,
             how_to_refer = excluded.how_to_refer, ended_from = excluded.ended_from
            """, .text(entry.code), .blob(entry.id.bytes), .text(entry.table), .text(entry.municipality),
            .text(entry.institution), .text(entry.post), .text(entry.kind), .text(entry.name),
            .text(entry.field),
            .text(entry.scope), .text(text(entry.needCodes)), .text(entry.preventionTier),
            .integer(Int64(entry.capacityPlaces)), .text(entry.capacityAsOf), .text(text(entry.languages)),
            .integer(Int64(entry.gradeFrom)), .integer(Int64(entry.gradeTo)), .text(entry.howToRefer),
            .text(entry.endedFrom))
    }

    private static func save(_ entry: Team, _ transaction: any Transaction) throws {
        try transaction.run(
            """
            INSERT INTO teams (code, id, institution, member_posts, leader_post, gap_topics, ended_from)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (code) DO UPDATE SET institution = excluded.institution,
             member_posts = excluded.member_posts, leader_post = excluded.leader_post,
             gap_topics = excluded.gap_topics, ended_from = excluded.ended_from
            """, .text(entry.code), .blob(entry.id.bytes), .text(entry.institution),
            .text(text(entry.memberPosts)), .text(entry.leaderPost), .text(text(entry.gapTopics)),
            .text(entry.endedFrom))
    }

    private static func save(_ entry: Template, _ transaction: any Transaction) throws {
        let id = Value.blob(entry.id.bytes)
        try transaction.run(
            """
            INSERT INTO templates (id, municipality, institution_kind, draft, fallback, grade_from, grade_to, phases,
             version, source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (id) DO UPDATE SET municipality = excluded.municipality,
             institution_kind = excluded.institution_kind, draft = excluded.draft, fallback = excluded.fallback,
             grade_from = excluded.grade_from, grade_to = excluded.grade_to, phases = excluded.phases,
             version = excluded.version, source = excluded.source
            """, id, .text(entry.municipality), .text(entry.institutionKind), .integer(entry.draft ? 1 : 0),
            .integer(entry.fallback ? 1 : 0), .integer(Int64(entry.gradeFrom)),
            .integer(Int64(entry.gradeTo)),
            .text(text(entry.phases)), .integer(Int64(entry.version)), .text(entry.source))
        try transaction.run("DELETE FROM template_levels WHERE template_id = $1", id)
        for level in entry.levels {
            try transaction.run(
                """
                INSERT INTO template_levels (template_id, level_order, name_et, name_en, coordinator_role,
                 coordinator_place, entry, first_action_school_days) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """, id, .integer(Int64(level.order)), .text(level.nameEt), .text(level.nameEn),
                .text(level.coordinatorRole), .text(level.coordinatorPlace), .text(level.entry),
                .integer(Int64(level.firstActionSchoolDays)))
        }
    }

    /// What a published training will teach, to whom; replaces what was known of that training.
    static func setPlanned(
        topic: String, training: TrainingID, institutions: [InstitutionID], _ transaction: any Transaction
    ) throws {
        try transaction.run("DELETE FROM planned_topics WHERE training_id = $1", .blob(training.bytes))
        for institution in Set(institutions).sorted() {
            try transaction.run(
                "INSERT INTO planned_topics (training_id, institution_id, topic) VALUES ($1, $2, $3)",
                .blob(training.bytes), .blob(institution.bytes), .text(topic))
        }
    }

    private static func text(_ codes: [String]) -> String { codes.joined(separator: " ") }
}
