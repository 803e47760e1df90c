import ServiceKit
import Store

/// The county partition: posts, resources, templates, places.
extension ReferralStore {
    func put(_ post: PostRecord) throws {
        try transaction.run(
            """
            INSERT INTO posts (post_id, institution_id, institution_kind, municipality, role, person_id,
                class_name, until_day)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (post_id) DO UPDATE SET institution_id = excluded.institution_id,
                institution_kind = excluded.institution_kind, municipality = excluded.municipality,
                role = excluded.role, person_id = excluded.person_id, class_name = excluded.class_name,
                until_day = excluded.until_day
            """,
            .id(post.id), .id(post.institution), .text(post.institutionKind), .text(post.municipality),
            .text(post.role), .id(post.person), .text(post.className), .day(post.until))
    }

    func put(_ resource: ResourceRecord) throws {
        try transaction.run(
            """
            INSERT INTO resources (resource_id, municipality, institution_id, post_id, scope, capacity_places,
                capacity_as_of, languages, grade_from, grade_to, accepting, field, kind)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (resource_id) DO UPDATE SET municipality = excluded.municipality,
                institution_id = excluded.institution_id, post_id = excluded.post_id, scope = excluded.scope,
                capacity_places = excluded.capacity_places, capacity_as_of = excluded.capacity_as_of,
                languages = excluded.languages, grade_from = excluded.grade_from,
                    grade_to = excluded.grade_to,
                accepting = excluded.accepting, field = excluded.field, kind = excluded.kind
            """,
            .id(resource.id), .text(resource.municipality), .id(resource.institution), .id(resource.post),
            .text(resource.scope), .number(resource.capacityPlaces), .day(resource.capacityAsOf),
            .words(resource.languages), .number(resource.gradeFrom), .number(resource.gradeTo),
            .flag(resource.accepting), .text(resource.field), .text(resource.kind))
        try transaction.run("DELETE FROM resource_needs WHERE resource_id = $1", .id(resource.id))
        for code in Set(resource.needCodes).sorted() {
            try transaction.run(
                "INSERT INTO resource_needs (need_code, resource_id) VALUES ($1, $2)", .text(code),
                .id(resource.id))
        }
    }

    func put(_ template: ProcessTemplate, version: UInt32) throws {
        try transaction.run(
            """
            INSERT INTO templates (template_id, municipality, institution_kind, draft, fallback, grade_from,
                grade_to, phases, template_version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (template_id) DO UPDATE SET municipality = excluded.municipality,
                institution_kind = excluded.institution_kind, draft = excluded.draft,
                    fallback = excluded.fallback,
                grade_from = excluded.grade_from, grade_to = excluded.grade_to, phases = excluded.phases,
                template_version = excluded.template_version
            """,
            .id(template.id), .text(template.municipality), .text(template.institutionKind),
            .flag(template.isDraft), .flag(template.isFallback), .number(template.gradeFrom),
            .number(template.gradeTo), .words(template.phases), .number(version))
        try transaction.run("DELETE FROM template_levels WHERE template_id = $1", .id(template.id))
        for level in template.levels {
            try transaction.run(
                """
                INSERT INTO template_levels (template_id, level_order, name_et, name_en, coordinator_role,
                    coordinator_place, first_action_school_days)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (template_id, level_order) DO NOTHING
                """,
                .id(template.id), .number(level.order), .text(level.nameEt), .text(level.nameEn),
                .text(level.coordinatorRole), .text(level.place.rawValue),
                .number(level.firstActionSchoolDays))
        }
    }

    /// Posts and templates that one municipality's cases are read with.
    func countyMap(for municipality: String) throws -> CountyMap {
        var levels: [TemplateID: [TemplateLevel]] = [:]
        try transaction.forEach(
            """
            SELECT template_id, level_order, name_et, name_en, coordinator_role, coordinator_place,
                first_action_school_days
            FROM template_levels ORDER BY template_id, level_order
            """, []
        ) { row in
            levels[try row.id(0), default: []].append(
                TemplateLevel(
                    order: try row.number(1), nameEt: try row.text(2), nameEn: try row.text(3),
                    coordinatorRole: try row.text(4), place: try row.code(5),
                    firstActionSchoolDays: try row.number(6)))
        }
        let templates = try transaction.all(
            """
            SELECT template_id, municipality, institution_kind, draft, fallback, grade_from, grade_to, phases
            FROM templates WHERE municipality = $1 OR municipality = '0060' ORDER BY template_id
            """, .text(municipality)
        ) { row in
            let id: TemplateID = try row.id(0)
            return ProcessTemplate(
                id: id, municipality: try row.text(1), institutionKind: try row.text(2),
                isDraft: try row.flag(3), isFallback: try row.flag(4), gradeFrom: try row.number(5),
                gradeTo: try row.number(6), levels: levels[id] ?? [], phases: try row.words(7))
        }
        let posts = try transaction.all(
            """
            SELECT post_id, institution_id, institution_kind, municipality, role, person_id, class_name,
                until_day
            FROM posts WHERE municipality = $1 OR municipality = '0060' ORDER BY post_id
            """, .text(municipality)
        ) { row in
            PostRecord(
                id: try row.id(0), institution: try row.optionalID(1), institutionKind: try row.text(2),
                municipality: try row.text(3), role: try row.text(4), person: try row.optionalID(5),
                className: try row.text(6), until: try row.optionalDay(7))
        }
        return CountyMap(posts: posts, templates: templates)
    }

    /// Those who serve a need: the municipality's own, and what is offered county-wide or by the state.
    func resources(serving need: String, municipality: String) throws -> [ResourceRecord] {
        try transaction.all(
            """
            SELECT r.resource_id, r.municipality, r.institution_id, r.post_id, r.scope, r.capacity_places,
                r.capacity_as_of, r.languages, r.grade_from, r.grade_to, r.accepting, r.field, r.kind
            FROM resource_needs n JOIN resources r ON r.resource_id = n.resource_id
            WHERE n.need_code = $1 AND (r.municipality = $2 OR r.scope = 'county' OR r.scope = 'state')
            ORDER BY r.resource_id
            """, .text(need), .text(municipality)
        ) { row in try resource(row, needs: [need]) }
    }

    func resource(_ id: ResourceID) throws -> ResourceRecord? {
        let needs = try transaction.all(
            "SELECT need_code FROM resource_needs WHERE resource_id = $1 ORDER BY need_code", .id(id)
        ) { try $0.text(0) }
        return try transaction.first(
            """
            SELECT resource_id, municipality, institution_id, post_id, scope, capacity_places, capacity_as_of,
                languages, grade_from, grade_to, accepting, field, kind
            FROM resources WHERE resource_id = $1
            """, .id(id)
        ) { row in try resource(row, needs: needs) }
    }

    private func resource(_ row: any Row, needs: [String]) throws -> ResourceRecord {
        ResourceRecord(
            id: try row.id(0), municipality: try row.text(1), institution: try row.optionalID(2),
            post: try row.optionalID(3), scope: try row.text(4), needCodes: needs,
            capacityPlaces: try row.number(5), capacityAsOf: try row.optionalDay(6),
            languages: try row.words(7), gradeFrom: try row.number(8), gradeTo: try row.number(9),
            accepting: try row.flag(10), field: try row.text(11), kind: try row.text(12))
    }
}
