import HumanServices
import ServiceKit

/// What a package says in the terms of the county's directory. What our fields cannot hold stays with the
/// package, which is kept whole.
struct DirectoryReading {
    /// What is taken where neither the file nor the directory says anything; empty: nothing is.
    struct Defaults: Sendable, Hashable {
        var municipality = ""
        var institutionKind = ""
        var field = ""
        var scope = ""
        var preventionTier = ""
        var needCodes: [String] = []
    }

    /// An object and the thing of the directory that it is.
    struct Link: Sendable, Hashable {
        var key: ObjectKey
        var code: String
        var isInstitution: Bool
    }

    private(set) var map = CountyMap()
    private(set) var links: [Link] = []
    /// Organizations and services that the directory cannot hold, each with what it lacks.
    private(set) var notes: [Finding] = []

    private let view: FlatView
    private let defaults: Defaults
    private let institutions: [String: Institution]
    private let resources: [String: Resource]
    private let today: String
    private let details: DirectoryDetails
    private var codes: [String: String] = [:]
    private var municipalities: [String: String] = [:]
    private var termOfAttribute: [String: [(taxonomy: String, value: String)]] = [:]
    private var languages: [String: [String]] = [:]
    private var capacities: [String: [JSONObject]] = [:]

    /// - Parameters:
    ///   - stored: the directory: what a file does not say of a known thing stays.
    ///   - today: the date of figures that bring none.
    init(_ package: HumanServicesPackage, _ defaults: Defaults, stored: CountyMap, today: String) {
        view = FlatView(package)
        details = DirectoryDetails(view)
        self.defaults = defaults
        self.today = today
        institutions = stored.institutionsByCode()
        resources = Dictionary(stored.resources.map { ($0.code, $0) }) { first, _ in first }
        index()
        for row in view.rows["organization"] ?? [] { take(organization: row) }
        for row in view.rows["service"] ?? [] { take(service: row) }
    }

    private mutating func index() {
        for row in view.rows["attribute"] ?? [] {
            guard let owner = row.fields["link_id"]?.text, let term = row.fields["taxonomy_term_id"]?.text,
                let taxonomy = view.row(ObjectKey(type: "taxonomy_term", id: term))?.fields["taxonomy"]?.text
            else { continue }
            let value =
                row.fields["value"]?.text
                ?? view.row(ObjectKey(type: "taxonomy_term", id: term))?.fields["code"]?.text ?? ""
            termOfAttribute[owner, default: []].append((taxonomy, value))
        }
        for row in view.rows["language"] ?? [] {
            guard let owner = row.fields["service_id"]?.text, let code = row.fields["code"]?.text,
                RegistryCodes.isLanguage(code)
            else { continue }
            languages[owner, default: []].append(code)
        }
        for row in view.rows["service_capacity"] ?? [] {
            guard let owner = row.fields["service_id"]?.text else { continue }
            capacities[owner, default: []].append(row.fields)
        }
    }

    private func values(_ taxonomy: DirectoryProfile.Taxonomy, of id: String) -> [String] {
        (termOfAttribute[id] ?? []).filter { $0.taxonomy == taxonomy.rawValue }.map(\.value)
    }

    private func value(_ taxonomy: DirectoryProfile.Taxonomy, of id: String) -> String? {
        values(taxonomy, of: id).first
    }

    /// The code of a thing that came from elsewhere: its id, marked.
    private static func code(ofID id: String) -> String { "hsds." + id.lowercased() }

    private static func text(_ value: JSONValue?) -> String? {
        guard let text = value?.text else { return nil }
        let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        return !trimmed.isEmpty && RegistryCodes.isText(trimmed) ? trimmed : nil
    }

    private mutating func take(organization row: FlatView.Row) {
        guard let key = row.key else { return }
        let code = value(.institutionCode, of: key.id) ?? Self.code(ofID: key.id)
        let stored = institutions[code]
        let kind = value(.institutionKind, of: key.id) ?? stored?.kind ?? defaults.institutionKind
        let municipality = value(.municipality, of: key.id) ?? stored?.municipality ?? defaults.municipality
        // A municipality itself, or a provider that the county's map has no kind for: its services stand alone.
        guard !kind.isEmpty, !municipality.isEmpty, RegistryCodes.isName(code) else { return }
        guard let name = Self.text(row.fields["name"]) else {
            notes.append(note(key, "name"))
            return
        }
        codes[key.id] = code
        links.append(Link(key: key, code: code, isInstitution: true))
        map.institutions.append(Institution(code: code, municipality: municipality, kind: kind, name: name))
        municipalities[code] = municipality
        map.recordFields[Record.Key(kind: "institution", code: code)] = details.fields(ofOrganization: row)
    }

    private mutating func take(service row: FlatView.Row) {
        guard let key = row.key else { return }
        let code = value(.resourceCode, of: key.id) ?? Self.code(ofID: key.id)
        guard RegistryCodes.isName(code) else { return }
        let stored = resources[code]
        let status = row.fields["status"]?.text ?? "active"
        guard status == "active" || stored != nil else { return }
        func said(_ taxonomy: DirectoryProfile.Taxonomy, _ old: String?, _ fallback: String) -> String {
            value(taxonomy, of: key.id) ?? old ?? fallback
        }
        let needs = values(.need, of: key.id)
        let needCodes = needs.isEmpty ? stored?.needCodes ?? defaults.needCodes : needs
        let institution =
            row.fields["organization_id"]?.text.flatMap { codes[$0] } ?? stored?.institution ?? ""
        let place = municipalities[institution]
        let capacity = capacities[key.id]?.first
        let resource = Resource(
            code: code, table: said(.table, stored?.table, "services"),
            municipality: said(.municipality, place ?? stored?.municipality, defaults.municipality),
            institution: institution, post: said(.post, stored?.post, ""),
            kind: said(.kind, stored?.kind, "service"),
            name: Self.text(row.fields["name"]) ?? "", field: said(.field, stored?.field, defaults.field),
            scope: said(.scope, stored?.scope, defaults.scope), needCodes: needCodes,
            preventionTier: said(.preventionTier, stored?.preventionTier, defaults.preventionTier),
            capacityPlaces: places(capacity) ?? value(.capacityPlaces, of: key.id).flatMap(Int.init)
                ?? stored?.capacityPlaces ?? 0,
            capacityAsOf: date(capacity?["updated"]) ?? value(.capacityAsOf, of: key.id)
                ?? stored?.capacityAsOf ?? date(row.fields["last_modified"]) ?? today,
            languages: languages[key.id] ?? stored?.languages ?? [],
            gradeFrom: Int(said(.gradeFrom, stored.map { String($0.gradeFrom) }, "0")) ?? 0,
            gradeTo: Int(said(.gradeTo, stored.map { String($0.gradeTo) }, "12")) ?? 12,
            howToRefer: Self.text(row.fields["application_process"]) ?? stored?.howToRefer ?? "")
        for (lacking, isLacking) in [
            ("name", resource.name.isEmpty), (DirectoryProfile.Taxonomy.need.rawValue, needCodes.isEmpty),
            (DirectoryProfile.Taxonomy.field.rawValue, resource.field.isEmpty),
            (DirectoryProfile.Taxonomy.scope.rawValue, resource.scope.isEmpty),
            (DirectoryProfile.Taxonomy.preventionTier.rawValue, resource.preventionTier.isEmpty),
            (DirectoryProfile.Taxonomy.municipality.rawValue, resource.municipality.isEmpty),
        ] where isLacking {
            notes.append(note(key, lacking))
            return
        }
        links.append(Link(key: key, code: code, isInstitution: false))
        map.resources.append(resource)
        map.recordFields[Record.Key(kind: "resource", code: code)] = details.fields(ofService: row)
    }

    /// Free places, which HSDS requires to be told; the most there can be where a feed leaves them out.
    private func places(_ capacity: JSONObject?) -> Int? {
        guard let places = (capacity?["available"] ?? capacity?["maximum"])?.double, places >= 0,
            places <= 100_000
        else { return nil }
        return Int(places.rounded(.down))
    }

    private func date(_ value: JSONValue?) -> String? {
        guard let text = value?.text else { return nil }
        let day = String(text.prefix(10))
        return LocalDate(day) == nil ? nil : day
    }

    private func note(_ key: ObjectKey, _ lacking: String) -> Finding {
        Finding(
            .warning, "not-in-directory", Finding.Place("", pointer: "/\(key.type)/\(key.id)"),
            Finding.Wording(
                "See objekt (\(key.type)) jääb alles, aga kataloogi ei lähe: puudub \"\(lacking)\".",
                "This \(key.type) is kept and does not go into the directory: \"\(lacking)\" is missing."),
            Finding.Wording(
                "Anna importimisel vaikeväärtus või lisa failile see tunnus (Protocols/hsds.md).",
                "Give a default with the import, or add that attribute to the file (Protocols/hsds.md)."))
    }

    // MARK: writing a package again

    /// Lays over the package what the directory says by now. A field in which nothing was changed since stays
    /// as it came, so a package that nobody touched comes back the same.
    static func laidOver(
        _ package: HumanServicesPackage, _ defaults: Defaults, links: [Link], stored: CountyMap
    ) -> HumanServicesPackage {
        let reading = DirectoryReading(package, defaults, stored: stored, today: "")
        let institutions = Dictionary(reading.map.institutions.map { ($0.code, $0) }) { first, _ in first }
        let resources = Dictionary(reading.map.resources.map { ($0.code, $0) }) { first, _ in first }
        var result = package
        for link in links {
            if link.isInstitution {
                guard let said = institutions[link.code], let held = reading.institutions[link.code],
                    said.name != held.name
                else { continue }
                result.set("name", of: link.key, to: .text(held.name))
            } else if let said = resources[link.code], let held = reading.resources[link.code] {
                if said.name != held.name { result.set("name", of: link.key, to: .text(held.name)) }
                if said.howToRefer != held.howToRefer {
                    result.set("application_process", of: link.key, to: .text(held.howToRefer))
                }
                reading.layCapacity(said, held, link.key, over: &result)
            }
        }
        return result
    }

    private func layCapacity(
        _ said: Resource, _ held: Resource, _ service: ObjectKey, over package: inout HumanServicesPackage
    ) {
        guard said.capacityPlaces != held.capacityPlaces || said.capacityAsOf != held.capacityAsOf,
            let capacity = capacities[service.id]?.first, let id = capacity["id"]?.text
        else { return }
        let key = ObjectKey(type: "service_capacity", id: id)
        if said.capacityPlaces != held.capacityPlaces {
            let field = capacity["available"] == nil ? "maximum" : "available"
            package.set(field, of: key, to: .number(String(held.capacityPlaces)))
        }
        if said.capacityAsOf != held.capacityAsOf {
            package.set("updated", of: key, to: .text(held.capacityAsOf + "T00:00:00Z"))
        }
    }
}
