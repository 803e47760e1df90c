import HumanServices

/// What HSDS and the records of institutions and resources both say beyond the typed tables: description, ages, cost,
/// schedule, ways to reach, address. Of a feed only what fits our fields is taken; the rest stays with the package.
struct DirectoryDetails {
    private var costs: [String: [String]] = [:]
    private var schedules: [String: [String]] = [:]
    private var phones: [String: String] = [:]
    private var addresses: [String: String] = [:]

    // MARK: from a feed

    /// Gathers the parts of services and organizations by their owners' ids.
    init(_ view: FlatView) {
        for row in view.rows["cost_option"] ?? [] {
            guard let owner = row.fields["service_id"]?.text else { continue }
            Self.add(Self.cost(row.fields), to: &costs[owner, default: []])
        }
        for row in view.rows["schedule"] ?? [] {
            guard let owner = row.fields["service_id"]?.text else { continue }
            Self.add(Self.schedule(row.fields), to: &schedules[owner, default: []])
        }
        for row in view.rows["phone"] ?? [] {
            let owner = row.fields["service_id"]?.text ?? row.fields["organization_id"]?.text
            guard let owner, phones[owner] == nil else { continue }
            phones[owner] = row.fields["number"]?.text
        }
        for row in view.rows["address"] ?? [] {
            guard let id = row.fields["location_id"]?.text,
                let location = view.row(ObjectKey(type: "location", id: id)),
                let owner = location.fields["organization_id"]?.text, addresses[owner] == nil,
                row.fields["address_type"]?.text == "physical"
            else { continue }
            let isOwn = row.key?.id == DirectoryProfile.id("address", id)
            let fields = isOwn ? ["address_1"] : ["address_1", "address_2", "postal_code", "city"]
            addresses[owner] = fields.compactMap { row.fields[$0]?.text }.filter { !$0.isEmpty }
                .joined(separator: ", ")
        }
    }

    private static func add(_ text: String, to list: inout [String]) {
        if !text.isEmpty, !list.contains(text) { list.append(text) }
    }

    private static func cost(_ fields: JSONObject) -> String {
        var parts = [fields["option"]?.text ?? ""]
        if case .number(let amount) = fields["amount"] {
            parts.append("\(amount) \(fields["currency"]?.text?.uppercased() ?? "")".trimmed)
        }
        parts.append(fields["amount_description"]?.text ?? "")
        return parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private static func schedule(_ fields: JSONObject) -> String {
        if let described = fields["description"]?.text, !described.isEmpty { return described }
        let times = ["opens_at", "closes_at"].compactMap { fields[$0]?.text.map { String($0.prefix(5)) } }
        return [fields["byday"]?.text ?? "", times.joined(separator: "\u{2013}")].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// Fields of a service's resource; only those that the feed gives.
    func fields(ofService row: FlatView.Row) -> [String: RecordValue] {
        let id = row.key?.id ?? ""
        var fields = Self.texts(
            [
                "description": row.fields["description"]?.text,
                "cost": Self.fitting(costs[id] ?? []) ?? row.fields["fees_description"]?.text,
                "schedule": Self.fitting(schedules[id] ?? []), "contact_email": row.fields["email"]?.text,
                "contact_phone": phones[id],
            ], of: ResourceKinds.resource)
        let from = row.fields["minimum_age"]?.double.flatMap(Self.age)
        let to = row.fields["maximum_age"]?.double.flatMap { Self.age(min($0, 26)) }
        if let from, let to, from > to { return fields }
        fields["age_from"] = from.map { .integer($0) }
        fields["age_to"] = to.map { .integer($0) }
        return fields
    }

    /// Fields of an organization's institution; only those that the feed gives.
    func fields(ofOrganization row: FlatView.Row) -> [String: RecordValue] {
        let id = row.key?.id ?? ""
        return Self.texts(
            [
                "website": row.fields["website"]?.text, "contact_email": row.fields["email"]?.text,
                "contact_phone": phones[id], "address": addresses[id],
            ], of: PlaceKinds.institution)
    }

    /// A year of life of those whom the county's help is for; nil: beyond them.
    private static func age(_ years: Double) -> Int? {
        (0...26).contains(years) ? Int(years.rounded(.down)) : nil
    }

    /// As many of the texts as a line holds.
    private static func fitting(_ texts: [String]) -> String? {
        var line = ""
        for text in texts {
            let longer = line.isEmpty ? text : line + "; " + text
            if longer.utf8.count > 400 { break }
            line = longer
        }
        return line.isEmpty ? nil : line
    }

    /// Texts that their fields may hold; others are left to the package.
    private static func texts(_ given: [String: String?], of kind: RecordKind) -> [String: RecordValue] {
        var fields: [String: RecordValue] = [:]
        for (name, text) in given {
            guard let text, let field = kind.field(name), let read = try? field.value(text),
                case .text(let canonical) = field.canonical(read), !canonical.isEmpty
            else { continue }
            let (lines, bytesMax): ([Substring], Int) =
                switch field.type {
                case .text(let bytesMax): ([canonical[...]], bytesMax)
                case .longText(let bytesMax): (canonical.split(separator: "\n"), bytesMax)
                default: ([], 0)
                }
            guard !lines.isEmpty, canonical.utf8.count <= bytesMax,
                lines.allSatisfy({ RegistryCodes.isText(String($0), bytesMax: bytesMax) })
            else { continue }
            fields[name] = .text(canonical)
        }
        return fields
    }

    // MARK: of the own directory

    /// Members of a service for what its resource's record holds.
    static func members(ofService record: Record?) -> [(String, JSONValue?)] {
        guard let record else { return [] }
        func text(_ field: String) -> JSONValue? {
            record.text(field).isEmpty ? nil : .text(record.text(field))
        }
        func number(_ field: String) -> JSONValue? { record.integer(field).map { .number(String($0)) } }
        func part(_ kind: String, _ member: String, _ field: String) -> JSONValue? {
            text(field).map {
                .array([
                    DirectoryProfile.object(
                        ("id", .text(DirectoryProfile.id(kind, record.code))), (member, $0))
                ])
            }
        }
        return [
            ("description", text("description")), ("email", text("contact_email")),
            ("minimum_age", number("age_from")), ("maximum_age", number("age_to")),
            ("cost_options", part("cost", "amount_description", "cost")),
            ("schedules", part("schedule", "description", "schedule")),
            ("phones", part("phone", "number", "contact_phone")),
        ]
    }

    /// The five digits in an address; "-" when it tells none.
    private static func postalCode(_ address: String) -> String {
        address.split { !$0.isASCII || !$0.isNumber }.first { $0.count == 5 }.map(String.init) ?? "-"
    }

    /// Members of an organization for what its institution's record holds. HSDS asks an address for parts that our one
    /// line does not tell apart: the line is `address_1`, the municipality's name stands for the city.
    static func members(ofOrganization record: Record?, municipality: String) -> [(String, JSONValue?)] {
        guard let record else { return [] }
        func text(_ field: String) -> JSONValue? {
            record.text(field).isEmpty ? nil : .text(record.text(field))
        }
        let location = DirectoryProfile.id("location", record.code)
        let address = text("address").map {
            DirectoryProfile.object(
                ("id", .text(DirectoryProfile.id("address", location))), ("address_1", $0),
                ("city", .text(municipality)), ("state_province", .text("Lääne-Viru maakond")),
                ("postal_code", .text(postalCode(record.text("address")))), ("country", .text("EE")),
                ("address_type", .text("physical")))
        }
        return [
            ("email", text("contact_email")), ("website", text("website")),
            (
                "phones",
                text("contact_phone").map {
                    .array([
                        DirectoryProfile.object(
                            ("id", .text(DirectoryProfile.id("organization-phone", record.code))),
                            ("number", $0))
                    ])
                }
            ),
            (
                "locations",
                address.map {
                    .array([
                        DirectoryProfile.object(
                            ("id", .text(location)), ("location_type", .text("physical")),
                            ("addresses", .array([$0])))
                    ])
                }
            ),
        ]
    }
}
