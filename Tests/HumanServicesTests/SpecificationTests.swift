@testable import HumanServices
import Testing

@Suite("Our lines of the specification against its published files")
struct SpecificationTests {
    @Test("Kinds and tables are those of the schemas", arguments: Official.both)
    func kinds(_ official: Official) throws {
        let schemas = try official.schemas()
        let specification = Specification.of(official.version)
        #expect(schemas.count == (official.version == .v30 ? 21 : 24))
        #expect(Set(schemas.compactMap { $0["name"]?.text }) == Set(specification.types.map(\.name)))
        for schema in schemas {
            let type = try #require(specification.type(schema["name"]?.text ?? ""))
            #expect(type.file == schema["path"]?.text)
        }
    }

    @Test(
        "Fields, their types, formats, choices and duties are those of the schemas", arguments: Official.both)
    func fields(_ official: Official) throws {
        for schema in try official.schemas() {
            let type = try #require(Specification.of(official.version).type(schema["name"]?.text ?? ""))
            let properties = try #require(schema["properties"]?.object)
            #expect(properties.members.map(\.name) == type.fields.filter { !$0.isOfAPI }.map(\.name))
            let required = (schema["required"]?.array ?? []).compactMap(\.text)
            let inTables = (schema["tabular_required"]?.array ?? []).compactMap(\.text)
            for property in properties.members {
                let field = try #require(type.field(property.name))
                let described = try #require(property.value.object)
                #expect(field.isRequired == required.contains(field.name), "\(type.name).\(field.name)")
                #expect(
                    field.isRequiredInTables == inTables.contains(field.name), "\(type.name).\(field.name)")
                #expect(field.kind == Self.kind(described), "\(type.name).\(field.name)")
            }
        }
    }

    private static func kind(_ described: JSONObject) -> FieldDescription.Kind? {
        func name(_ reference: JSONValue?) -> String { String((reference?.text ?? "").dropLast(5)) }
        if let reference = described["$ref"] { return .object(name(reference)) }
        if let choices = described["enum"]?.array { return .choice(choices.compactMap(\.text)) }
        if let format = described["format"]?.text {
            return ["uuid": .uuid, "uri": .uri, "email": .email, "date-time": .dateTime][format]
        }
        switch described["type"]?.text {
        case "array": return .list(name(described["items"]?.object?["$ref"]))
        case "number": return .number
        default:
            let kinds: [String: FieldDescription.Kind] = ["date": .date, "time": .time]
            return described["datapackage_type"]?.text.flatMap { kinds[$0] } ?? .text
        }
    }

    @Test("Foreign keys are those of the data package: 31 in 3.0 and 36 in 3.1", arguments: Official.both)
    func foreignKeys(_ official: Official) throws {
        var keys: Set<[String]> = []
        for resource in try official.value("datapackage.json").object?["resources"]?.array ?? [] {
            for key in resource.object?["schema"]?.object?["foreignKeys"]?.array ?? [] {
                keys.insert([
                    resource.object?["name"]?.text ?? "", key.object?["fields"]?.text ?? "",
                    key.object?["reference"]?.object?["resource"]?.text ?? "",
                ])
            }
        }
        let ours = Specification.of(official.version).types.flatMap { type in
            type.fields.compactMap { field in field.refersTo.map { [type.name, field.name, $0] } }
        }
        #expect(Set(ours) == keys)
        #expect(ours.count == (official.version == .v30 ? 31 : 36))
    }

    @Test(
        "Our tables have every column of the data package, and the ten of 3.1 that it forgot",
        arguments: Official.both)
    func columns(_ official: Official) throws {
        var forgotten: [String] = []
        for resource in try official.value("datapackage.json").object?["resources"]?.array ?? [] {
            let type = try #require(
                Specification.of(official.version).type(resource.object?["name"]?.text ?? ""))
            let published = (resource.object?["schema"]?.object?["fields"]?.array ?? [])
                .compactMap { $0.object?["name"]?.text }
            #expect(Set(published).isSubset(of: type.columns))
            forgotten += type.columns.filter { !published.contains($0) }.map { "\(type.name).\($0)" }
        }
        #expect(forgotten.count == (official.version == .v30 ? 0 : 10), "\(forgotten)")
    }

    @Test("Each example is recognised for what it is", arguments: Official.both)
    func recognised(_ official: Official) throws {
        let kinds = [
            "location.json": "location", "organization_full.json": "organization",
            "service_full.json": "service", "service_at_location_full.json": "service_at_location",
            "taxonomy.json": "taxonomy", "taxonomy_term.json": "taxonomy_term",
        ]
        for (name, kind) in kinds {
            let object = try #require(try official.value("examples/" + name).object)
            #expect(Specification.of(official.version).type(of: object)?.name == kind)
        }
    }
}
