import Contracts
import SwiftProtobuf

/// Pages of the kinds of records that a list of fields does not show well, with what they name fetched.
enum MapPages {
    /// The page of a record; nil: its kind has none, and its fields say all.
    static func page(of record: MapRecord, _ session: Session, language: String) async throws -> String? {
        switch record.kind {
        case "network":
            return NetworkPage.text(
                record, duties: try await records("network-duty", naming: record, in: "network", session),
                names: try await names(for: record, session), language: language)
        case "persona":
            return PersonaPage.text(
                record, touchpoints: try await records("touchpoint", naming: record, in: "persona", session),
                findings: try await records("interview-finding", naming: record, in: "persona", session),
                names: try await names(for: record, session), language: language)
        case "template":
            let levels = try await records("template-level", naming: record, in: "template", session)
            return TemplatePage.text(
                record, levels: levels.sorted { $0.integer("order") < $1.integer("order") },
                phases: try await records("template-phase", naming: record, in: "template", session),
                names: try await names(for: record, session), language: language)
        default: return nil
        }
    }

    /// All records in force of a kind whose field names this record.
    private static func records(
        _ kind: String, naming record: MapRecord, in field: String, _ session: Session
    ) async throws -> [MapRecord] {
        var all: [MapRecord] = []
        var request = RegistryListRecordsRequest()
        request.kind = kind
        request.municipality = record.municipality
        request.filters = [
            .with {
                $0.field = field
                $0.value = record.code
            }
        ]
        repeat {
            let page = try await session.call(RegistryMethods.listRecords, request)
            all += page.records.map(MapRecord.init)
            request.cursor = page.cursor
        } while !request.cursor.isEmpty
        return all
    }

    /// Names of the posts, bodies, services and groups of the record's municipality and of the county.
    private static func names(for record: MapRecord, _ session: Session) async throws -> MapNames {
        var names = MapNames()
        for municipality in Set([record.municipality, "0060"]).sorted() {
            let places = try await session.call(
                RegistryMethods.listInstitutions, .with { $0.municipality = municipality })
            for place in places.municipalities { names["municipality", place.code] = .init(name: place.name) }
            for place in places.institutions { names["institution", place.code] = .init(name: place.name) }
            if record.kind == "template" { continue }
            let posts = try await session.call(
                RegistryMethods.listPosts, .with { $0.municipality = municipality })
            for post in posts.posts {
                let isVacant = post.personID.isEmpty
                let who = isVacant ? "" : ": \(post.personName)"
                names["post", post.code] = .init(
                    name: "\(post.role), \(post.institutionName)\(who)", isVacant: isVacant)
            }
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
}
