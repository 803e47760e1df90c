import Contracts
import SwiftProtobuf

/// Pages of the kinds of records that a list of fields does not show well, with what they name fetched.
struct MapPages {
    let session: Session
    /// "et" or "en".
    let language: String

    /// The page of a record; nil: its kind has none, and its fields say all.
    static func page(of record: MapRecord, _ session: Session, language: String) async throws -> String? {
        let pages = MapPages(session: session, language: language)
        switch record.kind {
        case "network": return try await pages.network(record)
        case "persona": return try await pages.persona(record)
        case "template": return try await pages.template(record)
        case "institution": return try await pages.institution(record)
        case "municipality": return try await pages.municipality(record)
        case "target-group": return try await pages.targetGroup(record)
        default: return nil
        }
    }

    private func network(_ record: MapRecord) async throws -> String {
        NetworkPage.text(
            record, duties: try await records("network-duty", where: "network", is: record),
            names: try await names(for: record), language: language)
    }

    private func persona(_ record: MapRecord) async throws -> String {
        PersonaPage.text(
            record, touchpoints: try await records("touchpoint", where: "persona", is: record),
            findings: try await records("interview-finding", where: "persona", is: record),
            rounds: try await all("interview-round", record.municipality),
            names: try await names(for: record), language: language)
    }

    private func template(_ record: MapRecord) async throws -> String {
        let levels = try await records("template-level", where: "template", is: record)
        return TemplatePage.text(
            record, levels: levels.sorted { $0.integer("order") < $1.integer("order") },
            phases: try await records("template-phase", where: "template", is: record),
            names: try await names(for: record), office: try await office(record.municipality),
            language: language)
    }

    /// The posts of a municipality's office by role, each with who holds it or stands in.
    private func office(_ municipality: String) async throws -> [String: [String]] {
        let places = try await session.call(
            RegistryMethods.listInstitutions, .with { $0.municipality = municipality })
        let offices = Set(places.institutions.filter { $0.kind == "municipality" }.map(\.institutionID))
        let posts = try await session.call(
            RegistryMethods.listPosts, .with { $0.municipality = municipality })
        return Dictionary(grouping: posts.posts.filter { offices.contains($0.institutionID) }, by: \.role)
            .mapValues { posts in posts.map { entry($0).shown(language == "et") } }
    }

    private func institution(_ record: MapRecord) async throws -> String {
        var page = InstitutionPage(record, names: try await names(for: record), language: language)
        page.posts = try await records("post", where: "institution", is: record)
        page.team = try await records("team", where: "institution", is: record).first
        page.agreements = try await records("agreement", where: "bodies", is: record)
        page.workshop = try await records("workshop-item", where: "institution", is: record)
        page.gaps = try await gaps(record.municipality).filter { gap in
            gap.kind == "institution" ? gap.code == record.code : page.isAbout(kind: gap.kind, gap.code)
        }.map { language == "et" ? $0.textEt : $0.textEn }
        let person = record.text("information_person")
        if !person.isEmpty {
            page.informationPerson = try await name(ofPerson: person)
        }
        return page.text
    }

    private func municipality(_ record: MapRecord) async throws -> String {
        var page = MunicipalityPage(record, names: try await names(for: record), language: language)
        page.visions = try await all("vision", record.code)
        page.networks = try await all("network", record.code)
        page.templates = try await all("template", record.code)
        page.groups = try await all("target-group", record.code)
        page.decisions = try await all("target-group-decision", record.code)
        page.personas = try await all("persona", record.code)
        page.workshop = try await all("workshop-item", record.code)
        page.agreements = try await all("agreement", record.code)
        page.checklist = IndicatorChecklist(
            indicators: try await all("indicator", "0060"),
            values: try await all("indicator-value", record.code), language: language)
        page.gapCount = try await gaps(record.code).count
        return page.text
    }

    private func targetGroup(_ record: MapRecord) async throws -> String {
        var page = TargetGroupPage(record, names: try await names(for: record), language: language)
        page.decisions = try await records("target-group-decision", where: "target_group", is: record)
        page.networks = try await all("network", record.municipality)
        page.personas = try await records("persona", where: "target_group", is: record)
        page.rounds = try await records("interview-round", where: "target_group", is: record)
        page.findings = try await all("interview-finding", record.municipality)
        page.checklist = IndicatorChecklist(
            indicators: try await all("indicator", "0060"),
            values: try await all("indicator-value", record.municipality), language: language)
        return page.text
    }

    // MARK: what pages name

    /// A specialist's name at work.
    private func name(ofPerson code: String) async throws -> String {
        let answer = try await session.call(
            RegistryMethods.getRecord,
            .with {
                $0.kind = "person"
                $0.code = code
            })
        let person = MapRecord(answer.record)
        return [person.text("given_name"), person.text("family_name")].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    private func gaps(_ municipality: String) async throws -> [RegistryGap] {
        try await session.call(
            RegistryMethods.listGaps, .with { $0.municipality = municipality }
        ).gaps
    }

    /// All records in force of a kind whose field names this record.
    private func records(
        _ kind: String, where field: String, is record: MapRecord
    ) async throws -> [MapRecord] {
        try await session.records(kind, of: record.municipality, where: field, is: record.code)
    }

    private func all(_ kind: String, _ municipality: String) async throws -> [MapRecord] {
        try await session.records(kind, of: municipality)
    }

    /// Names of the posts, bodies, services and groups of the record's municipality and of the county.
    private func names(for record: MapRecord) async throws -> MapNames {
        var names = MapNames()
        for municipality in Set([record.municipality, "0060"]).sorted() {
            let places = try await session.call(
                RegistryMethods.listInstitutions, .with { $0.municipality = municipality })
            for place in places.municipalities { names["municipality", place.code] = .init(name: place.name) }
            for place in places.institutions { names["institution", place.code] = .init(name: place.name) }
            if record.kind == "template" { continue }
            let posts = try await session.call(
                RegistryMethods.listPosts, .with { $0.municipality = municipality })
            for post in posts.posts { names["post", post.code] = entry(post) }
        }
        guard record.kind == "persona" else { return names }
        let resources = try await session.call(
            RegistryMethods.listResources, .with { $0.municipality = record.municipality })
        for resource in resources.resources {
            names["resource", resource.entry.code] = .init(name: resource.entry.name)
        }
        let group = record.text("target_group")
        if let answer = try? await session.call(
            RegistryMethods.getRecord,
            .with {
                $0.kind = "target-group"
                $0.code = group
            })
        {
            names["target-group", group] = .init(name: MapRecord(answer.record).text("name"))
        }
        return names
    }

    /// A post by its role, place, and who holds it or stands in.
    private func entry(_ post: RegistryPost) -> MapNames.Entry {
        let isVacant = post.personID.isEmpty
        var name = "\(post.role), \(post.institutionName)"
        if !isVacant { name += ": \(post.personName)" }
        return MapNames.Entry(
            name: name, isVacant: isVacant, substitute: post.substituteName,
            substituteUntil: post.substituteUntil)
    }
}
