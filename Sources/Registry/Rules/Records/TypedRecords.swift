import ServiceKit

/// Records of the kinds that the services' logic reads as typed values, and those values. A typed value is made of its
/// record; the other way goes only what the county's document says of it.
enum TypedRecords {
    /// The kinds whose records have typed values.
    static let kinds: Set<String> = ["municipality", "institution", "person", "post", "resource", "team"]

    /// The typed values of these records; records of other kinds have none.
    static func map(of records: some Sequence<Record>) -> CountyMap {
        var map = CountyMap()
        for record in records {
            switch record.kind {
            case "municipality":
                map.municipalities.append(Municipality(code: record.code, name: record.text("name")))
            case "institution":
                map.institutions.append(
                    Institution(
                        code: record.code, municipality: record.owner, kind: record.text("kind"),
                        name: record.text("name"), endedFrom: record.endedFrom))
            case "person":
                map.people.append(
                    Specialist(
                        code: record.code, givenName: record.text("given_name"),
                        familyName: record.text("family_name"), email: record.text("email")))
            case "post": map.posts.append(post(record))
            case "resource": map.resources.append(resource(record))
            case "team":
                map.teams.append(
                    Team(
                        code: record.code, institution: record.text("institution"),
                        memberPosts: record.list("member_posts"), leaderPost: record.text("leader_post"),
                        gapTopics: record.list("gap_topics"), endedFrom: record.endedFrom))
            default: continue
            }
        }
        return map
    }

    /// A post that has ended was held until the day before.
    private static func post(_ record: Record) -> Post {
        var until = record.text("until")
        if let end = LocalDate(record.endedFrom) {
            let last = end.adding(days: -1)
            if LocalDate(until).map({ last < $0 }) ?? true { until = last.description }
        }
        return Post(
            code: record.code, institution: record.text("institution"), role: record.text("role"),
            sharePercent: record.integer("share_percent") ?? 0, person: record.text("person"),
            className: record.text("class_name"), from: record.text("from"), until: until)
    }

    private static func resource(_ record: Record) -> Resource {
        Resource(
            code: record.code, table: record.text("table"), municipality: record.owner,
            institution: record.text("institution"), post: record.text("post"), kind: record.text("kind"),
            name: record.text("name"), field: record.text("field"), scope: record.text("scope"),
            needCodes: record.list("need_codes"), preventionTier: record.text("prevention_tier"),
            capacityPlaces: record.integer("capacity_places") ?? 0,
            capacityAsOf: record.text("capacity_as_of"), languages: record.list("languages"),
            gradeFrom: record.integer("grade_from") ?? 0, gradeTo: record.integer("grade_to") ?? 0,
            howToRefer: record.text("how_to_refer"), endedFrom: record.endedFrom)
    }

    // MARK: what a county document says

    /// What a document says of one thing.
    struct Statement: Sendable, Hashable {
        /// The document's list and the place in it, from 0.
        var list: String
        var index: Int
        /// With the fields that documents have, and no others.
        var record: Record
        /// The fields that documents have: what one leaves empty is cleared, other fields of the record stay.
        var fieldNames: [String]

        /// The record after this statement.
        func applied(to stored: Record?) -> Record {
            guard let stored else { return record }
            var result = record
            result.endedFrom = stored.endedFrom
            result.fields = stored.fields
            for name in fieldNames { result.fields[name] = record.fields[name] }
            return result
        }
    }

    /// The statements of a document, in an order in which each names only earlier ones.
    ///
    /// - Parameter merged: the map as it will be, to tell whose a person is: of the one municipality where the person
    ///   holds posts, else the county's.
    static func statements(of document: CountyMap, merged: CountyMap) -> [Statement] {
        let institutions = merged.institutionsByCode()
        var places: [String: Set<String>] = [:]
        for post in merged.posts where !post.person.isEmpty {
            if let place = institutions[post.institution]?.municipality {
                places[post.person, default: []].insert(place)
            }
        }
        var statements: [Statement] = []
        func add(
            _ list: String, _ index: Int, _ kind: String, _ code: String, owner: String,
            _ fields: [(String, RecordValue)]
        ) {
            let values = Dictionary(fields) { first, _ in first }
            statements.append(
                Statement(
                    list: list, index: index,
                    record: Record(kind: kind, code: code, owner: owner, fields: values),
                    fieldNames: fields.map(\.0)))
        }
        for (index, entry) in document.municipalities.enumerated() {
            add(
                "municipalities", index, "municipality", entry.code, owner: entry.code,
                [("name", .text(entry.name))])
        }
        for (index, entry) in document.institutions.enumerated() {
            add(
                "institutions", index, "institution", entry.code, owner: entry.municipality,
                [("name", .text(entry.name)), ("kind", .text(entry.kind))])
        }
        for (index, entry) in document.people.enumerated() {
            let places = places[entry.code] ?? []
            add(
                "people", index, "person", entry.code,
                owner: places.count == 1 ? places.first ?? RegistryCodes.county : RegistryCodes.county,
                [
                    ("given_name", .text(entry.givenName)), ("family_name", .text(entry.familyName)),
                    ("email", .text(entry.email)),
                ])
        }
        for (index, entry) in document.posts.enumerated() {
            add(
                "posts", index, "post", entry.code,
                owner: institutions[entry.institution]?.municipality ?? "",
                fields(of: entry))
        }
        for (index, entry) in document.resources.enumerated() {
            add("resources", index, "resource", entry.code, owner: entry.municipality, fields(of: entry))
        }
        for (index, entry) in document.teams.enumerated() {
            add(
                "teams", index, "team", entry.code,
                owner: institutions[entry.institution]?.municipality ?? "",
                [
                    ("institution", .text(entry.institution)), ("member_posts", .list(entry.memberPosts)),
                    ("leader_post", .text(entry.leaderPost)), ("gap_topics", .list(entry.gapTopics)),
                ])
        }
        for (index, entry) in document.templates.enumerated() {
            // As it will be stored: with the version that it gets.
            let template = merged.templates.first { $0.id == entry.id } ?? entry
            let code = TypedTemplates.code(of: template)
            add(
                "templates", index, "template", code, owner: template.municipality,
                TypedTemplates.fields(of: template))
            for level in template.levels {
                add(
                    "templates", index, "template-level", "\(code).\(level.order)",
                    owner: template.municipality, TypedTemplates.fields(of: level, template: code))
            }
        }
        return statements
    }

    private static func fields(of post: Post) -> [(String, RecordValue)] {
        [
            ("institution", .text(post.institution)), ("role", .text(post.role)),
            ("share_percent", .integer(post.sharePercent)), ("person", .text(post.person)),
            ("class_name", .text(post.className)), ("from", .text(post.from)), ("until", .text(post.until)),
        ]
    }

    private static func fields(of resource: Resource) -> [(String, RecordValue)] {
        [
            ("table", .text(resource.table)), ("name", .text(resource.name)), ("kind", .text(resource.kind)),
            ("institution", .text(resource.institution)), ("post", .text(resource.post)),
            ("field", .text(resource.field)), ("scope", .text(resource.scope)),
            ("need_codes", .list(resource.needCodes)), ("prevention_tier", .text(resource.preventionTier)),
            ("grade_from", .integer(resource.gradeFrom)), ("grade_to", .integer(resource.gradeTo)),
            ("languages", .list(resource.languages)), ("capacity_places", .integer(resource.capacityPlaces)),
            ("capacity_as_of", .text(resource.capacityAsOf)), ("how_to_refer", .text(resource.howToRefer)),
        ]
    }
}
