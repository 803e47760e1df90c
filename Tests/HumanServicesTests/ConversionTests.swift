@testable import HumanServices
import Testing

@Suite("Nested objects as tables, and back")
struct ConversionTests {
    @Test(
        "The official full examples come back whole from tables",
        arguments: Official.both,
        [
            "service_full.json", "organization_full.json", "service_at_location_full.json", "location.json",
            "taxonomy.json", "taxonomy_term.json",
        ])
    func nestedTablesNested(_ official: Official, _ name: String) throws {
        let file = try official.example(name)
        let package = HumanServicesPackage.read([file], version: official.version).package
        let tables = try package.asTables()
        #expect(tables.isLossless, "\(tables.differences.map(\.pointers))")
        #expect(tables.differences.map(\.leaves) == [IdentityTests.leaves[official.version.rawValue]?[name]])
        // What came of it is a good package by itself.
        let again = HumanServicesPackage.read(tables.package.files(), version: official.version)
        #expect(again.findings.count(.error) == 0, "\(again.findings.kept)")
        #expect(again.danglingReferences == 0)
    }

    @Test("The capacity's ten fields without a published column go through tables")
    func capacity() throws {
        let package = HumanServicesPackage.read([try Official(version: .v31).example("service_full.json")])
            .package
        let tables = try package.asTables().package
        let capacity = try #require(tables.tables.first { $0.name == "service_capacity.csv" })
        #expect(capacity.columns.count == 7)
        #expect(capacity.rows[0].cells.map(\.text).contains("2024-09-25T14:23:06.5+01:00"))
        let unit = try #require(tables.tables.first { $0.name == "units.csv" })
        #expect(unit.rows[0].cells.map(\.text).contains("kgm"))
    }

    @Test("The official tables come back field by field from nesting", arguments: Official.both)
    func tablesNestedTables(_ official: Official) throws {
        let package = HumanServicesPackage.read(try official.tables(), version: official.version).package
        let nested = try package.asNested()
        #expect(nested.first?.type == "service")
        let text = JSONValue.array(nested.map { .object($0.object) })
        let reading = HumanServicesPackage.read(
            [.init(name: "all.json", bytes: JSONWriter.bytes(text))], version: official.version)
        // The official capacity of 3.1 names a unit that is not there, and nested a unit is required.
        let errors = reading.findings.kept.filter { $0.severity == .error }
            .map { "\($0.code) \($0.message.en)" }
        #expect(
            errors
                == (official.version == .v30
                    ? [] : ["required-missing The required field \"unit\" of service_capacity is missing."]))
        // What dangled still does and is still there.
        #expect(reading.danglingReferences == (official.version == .v30 ? 4 : 7))
        let again = try reading.package.asTables().package
        #expect(Set(again.tables.map(\.name)) == Set(package.tables.map(\.name)))
        var fields = 0
        for table in package.tables {
            let other = try #require(again.tables.first { $0.name == table.name })
            #expect(other.rows.count == table.rows.count)
            for (row, otherRow) in zip(table.rows, other.rows) {
                let values = Dictionary(zip(other.columns, otherRow.cells)) { first, _ in first }
                for (column, cell) in zip(table.columns, row.cells) {
                    let same = Array(cell.text.utf8) == Array((values[column]?.text ?? "").utf8)
                    #expect(same, "\(table.name).\(column)")
                    fields += 1
                }
            }
        }
        #expect(fields == (official.version == .v30 ? 183 : 200))
    }

    @Test("What tables cannot carry is said with its place")
    func losses() throws {
        let text = """
            {"id":"ac148810-d857-441c-9679-408f346de14b","name":"S","status":"active","email":null,"phones":[],
             "ours":{"a":1},"external":"kept"}
            """
        let tables = try HumanServicesPackage.read(text).package.asTables()
        #expect(!tables.isLossless)
        #expect(tables.differences[0].pointers.sorted() == ["/email", "/ours", "/phones"])
    }

    @Test("An object with several parents is one row, and appears under each of them")
    func severalParents() throws {
        let phone = #"{"id":"1554f2e2-a373-45db-a3fa-9fc48a61c15e","number":"1"}"#
        let text = """
            {"id":"ac148810-d857-441c-9679-408f346de14b","name":"S","status":"active","phones":[\(phone)],
             "contacts":[{"id":"1e7efce3-639b-4880-940c-b95cd30cdb50","phones":[\(phone)]}]}
            """
        let tables = try HumanServicesPackage.read(text).package.asTables()
        #expect(tables.isLossless)
        let phones = try #require(tables.package.tables.first { $0.name == "phones.csv" })
        #expect(phones.rows.count == 1)
        let row = Dictionary(zip(phones.columns, phones.rows[0].cells.map(\.text))) { first, _ in first }
        #expect(row["service_id"] == "ac148810-d857-441c-9679-408f346de14b")
        #expect(row["contact_id"] == "1e7efce3-639b-4880-940c-b95cd30cdb50")
    }

    @Test("Nesting that would grow without bound ends with an error instead")
    func explosion() throws {
        var services = "id,organization_id,name,status\n"
        var locations = "id,organization_id,location_type\n"
        for number in 0..<300 {
            services += "s\(number),o,S,active\n"
            locations += "l\(number),o,physical\n"
        }
        let files = [
            ("organizations.csv", "id,name,description\no,O,D\n"), ("services.csv", services),
            ("locations.csv", locations),
        ].map { HumanServicesPackage.File(name: $0.0, bytes: Array($0.1.utf8)) }
        let package = HumanServicesPackage.read(files).package
        #expect(throws: Finding.self) { try package.asNested(nodesMaximum: 100_000) }
    }
}
