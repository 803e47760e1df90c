import HumanServices
import ServiceKit

/// The county's directory as HSDS, a page of services at a time. Of people it tells nothing: a post is named
/// by its code.
enum DirectoryView {
    struct Page: Sendable {
        var package: HumanServicesPackage
        var number: Int
        var pages: Int
    }

    /// The description of the feed and page `number` (from 1; clamped) of these resources' services, each
    /// with its organization in it.
    ///
    /// - Parameter records: of the resources and institutions.
    static func page(
        _ number: Int, size: Int, of map: CountyMap, resources: [Resource], records: [Record.Key: Record],
        _ version: Specification.Version
    ) -> Page {
        let pages = max(1, (resources.count + size - 1) / size)
        let number = min(max(1, number), pages)
        let shown = resources.dropFirst((number - 1) * size).prefix(size)
        let institutions = map.institutionsByCode()
        let municipalities = Dictionary(map.municipalities.map { ($0.code, $0.name) }) { first, _ in first }
        let services = shown.map { resource in
            let municipality = municipalities[resource.municipality] ?? resource.municipality
            let held = institutions[resource.institution].map { institution in
                organization(
                    institution, records[Record.Key(kind: "institution", code: institution.code)],
                    municipality: municipalities[institution.municipality] ?? institution.municipality)
            }
            return service(
                resource, records[Record.Key(kind: "resource", code: resource.code)],
                held ?? organization(ofMunicipality: resource.municipality, named: municipality),
                municipality: municipality, version)
        }
        let page = DirectoryProfile.object(
            ("total_items", .number(String(resources.count))), ("total_pages", .number(String(pages))),
            ("page_number", .number(String(number))), ("size", .number(String(services.count))),
            ("first_page", .bool(number == 1)), ("last_page", .bool(number == pages)),
            ("empty", .bool(services.isEmpty)), ("contents", .array(services)))
        let base = DirectoryProfile.object(
            ("version", .text(version.rawValue)), ("profile", .text(DirectoryProfile.uri)),
            ("openapi_url", .text(openAPI(version))))
        return Page(
            package: HumanServicesPackage(
                version, made: [("base.json", base), ("services-\(number).json", page)]),
            number: number, pages: pages)
    }

    private static func openAPI(_ version: Specification.Version) -> String {
        let branch = version == .v30 ? "3.0" : "3.1-dev"
        return "https://raw.githubusercontent.com/openreferral/specification/\(branch)/schema/openapi.json"
    }

    private static func service(
        _ resource: Resource, _ record: Record?, _ organization: JSONValue, municipality: String,
        _ version: Specification.Version
    ) -> JSONValue {
        let id = resource.id.description
        var attributes: [(DirectoryProfile.Taxonomy, String)] = [
            (.resourceCode, resource.code), (.table, resource.table), (.kind, resource.kind),
            (.field, resource.field), (.scope, resource.scope), (.preventionTier, resource.preventionTier),
            (.municipality, resource.municipality), (.gradeFrom, String(resource.gradeFrom)),
            (.gradeTo, String(resource.gradeTo)),
        ]
        attributes += resource.needCodes.map { (.need, $0) }
        if !resource.post.isEmpty { attributes.append((.post, resource.post)) }
        if version == .v30 {
            attributes += [
                (.capacityPlaces, String(resource.capacityPlaces)), (.capacityAsOf, resource.capacityAsOf),
            ]
        }
        let members: [(String, JSONValue?)] = [
            ("id", .text(id)), ("name", .text(resource.name)), ("status", .text("active")),
            ("application_process", resource.howToRefer.isEmpty ? nil : .text(resource.howToRefer)),
            ("organization", organization),
            ("service_areas", area(resource, municipality).map { .array([$0]) }),
            (
                "languages",
                resource.languages.isEmpty
                    ? nil
                    : .array(
                        resource.languages.map {
                            DirectoryProfile.object(
                                ("id", .text(DirectoryProfile.id("language", "\(resource.code):\($0)"))),
                                ("code", .text($0)))
                        })
            ), ("capacities", version == .v30 ? nil : .array([capacity(resource)])),
            (
                "attributes",
                .array(attributes.map { DirectoryProfile.attribute($0.0, $0.1, of: "service", id) })
            ),
        ]
        return DirectoryProfile.object(members + DirectoryDetails.members(ofService: record))
    }

    /// Places are declared; which of them are free is known where help is asked for, so all are told as
    /// available.
    private static func capacity(_ resource: Resource) -> JSONValue {
        let places = JSONValue.number(String(resource.capacityPlaces))
        return DirectoryProfile.object(
            ("id", .text(DirectoryProfile.id("capacity", resource.code))),
            (
                "unit",
                DirectoryProfile.object(
                    ("id", .text(DirectoryProfile.id("unit", "places"))), ("name", .text("kohta / places")),
                    ("scheme", .text("tugi")), ("identifier", .text("places")))
            ), ("available", places), ("maximum", places),
            ("updated", .text(resource.capacityAsOf + "T00:00:00Z")))
    }

    private static func area(_ resource: Resource, _ municipality: String) -> JSONValue? {
        let (code, name): (String, String)
        switch resource.scope {
        case "municipality": (code, name) = (resource.municipality, municipality)
        case "county": (code, name) = (RegistryCodes.county, "Lääne-Viru maakond")
        case "state": (code, name) = ("EE", "Eesti")
        default: return nil
        }
        return DirectoryProfile.object(
            ("id", .text(DirectoryProfile.id("area", resource.code))), ("name", .text(name)),
            ("extent", .text(code)), ("extent_type", .text(resource.scope == "state" ? "iso-3166" : "ehak")))
    }

    private static func organization(
        _ institution: Institution, _ record: Record?, municipality: String
    ) -> JSONValue {
        let id = institution.id.description
        let attributes: [(DirectoryProfile.Taxonomy, String)] = [
            (.institutionCode, institution.code), (.institutionKind, institution.kind),
            (.municipality, institution.municipality),
        ]
        let members: [(String, JSONValue?)] = [
            ("id", .text(id)), ("name", .text(institution.name)), ("description", .text(institution.name)),
            (
                "attributes",
                .array(attributes.map { DirectoryProfile.attribute($0.0, $0.1, of: "organization", id) })
            ),
        ]
        return DirectoryProfile.object(
            members + DirectoryDetails.members(ofOrganization: record, municipality: municipality))
    }

    /// Help that no institution gives is the municipality's.
    private static func organization(ofMunicipality code: String, named name: String) -> JSONValue {
        let id = DirectoryProfile.id("municipality", code)
        return DirectoryProfile.object(
            ("id", .text(id)), ("name", .text(name)), ("description", .text(name)),
            (
                "attributes",
                .array([DirectoryProfile.attribute(.municipality, code, of: "organization", id)])
            ))
    }
}
