@testable import HumanServices
import Testing

@Suite("What is read is written again")
struct IdentityTests {
    /// Leaves of each official example, counted apart from this program.
    static let leaves: [String: [String: Int]] = [
        "3.0": [
            "base.json": 3, "location.json": 72, "organization_full.json": 349, "organization_list.json": 19,
            "service_at_location_full.json": 349, "service_at_location_list.json": 57,
            "service_full.json": 349,
            "service_list.json": 44, "tabular.json": 183, "taxonomy.json": 5, "taxonomy_list.json": 12,
            "taxonomy_term.json": 13, "taxonomy_term_list.json": 20,
        ],
        "3.1": [
            "base.json": 3, "location.json": 72, "organization_full.json": 372, "organization_list.json": 19,
            "service_at_location_full.json": 372, "service_at_location_list.json": 57,
            "service_full.json": 372,
            "service_list.json": 44, "tabular.json": 183, "taxonomy.json": 5, "taxonomy_list.json": 12,
            "taxonomy_term.json": 13, "taxonomy_term_list.json": 20,
        ],
    ]

    @Test("Every leaf of every official example, alone", arguments: Official.both)
    func examplesAlone(_ official: Official) throws {
        let expected = try #require(Self.leaves[official.version.rawValue])
        let examples = try official.examples()
        #expect(Set(examples.map(\.name)) == Set(expected.keys))
        for file in examples {
            let reading = HumanServicesPackage.read([file], version: official.version)
            let written = try #require(reading.package.files().first)
            let difference = JSONDifference(
                from: try JSONReader.read(file.bytes, file: file.name),
                to: try JSONReader.read(written.bytes, file: file.name))
            #expect(difference.isIdentity, "\(file.name): \(difference.pointers)")
            #expect(difference.leaves == expected[file.name])
        }
    }

    @Test("All examples together as one package", arguments: Official.both)
    func examplesTogether(_ official: Official) throws {
        let files = try official.examples() + official.tables()
        let reading = HumanServicesPackage.read(files, version: official.version)
        #expect(reading.findings.count(.unreadable) == 0)
        let written = Dictionary(uniqueKeysWithValues: reading.package.files().map { ($0.name, $0.bytes) })
        for file in files {
            let bytes = try #require(written[file.name])
            if file.name.hasSuffix(".csv") {
                #expect(bytes == file.bytes)
            } else {
                let difference = JSONDifference(
                    from: try JSONReader.read(file.bytes, file: ""), to: try JSONReader.read(bytes, file: ""))
                #expect(difference.isIdentity, "\(file.name): \(difference.pointers)")
            }
        }
    }

    @Test(
        "Every byte of every official table; 4 and 7 references dangle and are told", arguments: Official.both
    )
    func tables(_ official: Official) throws {
        let files = try official.tables()
        let reading = HumanServicesPackage.read(files)
        #expect(reading.package.specification.version == official.version)
        #expect(reading.package.files() == files)
        #expect(reading.findings.count(.unreadable) == 0)
        #expect(reading.findings.count(.error) == 0, "\(reading.findings.kept)")
        #expect(reading.danglingReferences == (official.version == .v30 ? 4 : 7))
        let places = reading.findings.all("reference-dangling").map { "\($0.place.file):\($0.place.column)" }
        let old = [
            "contacts.csv:organization_id", "contacts.csv:service_at_location_id",
            "locations.csv:organization_id", "taxonomy_terms.csv:taxonomy_id",
        ]
        let new = [
            "service_areas.csv:service_at_location_id", "service_capacity.csv:service_id",
            "service_capacity.csv:unit_id",
        ]
        #expect(Set(places) == Set(official.version == .v30 ? old : old + new))
    }

    @Test("Literal quotation marks and the parentless address stay what they are")
    func oddities() throws {
        let package = HumanServicesPackage.read(try Official(version: .v31).tables()).package
        let phones = try #require(package.tables.first { $0.name == "phones.csv" })
        let number = try #require(phones.columns.firstIndex(of: "number"))
        #expect(phones.rows[0].cells[number].text == "\"+44 1234 234567\"")
        let addresses = try #require(package.tables.first { $0.name == "url.csv" })
        #expect(addresses.columns == ["id", "label", "url"])
        let nested = try package.asNested()
        #expect(nested.contains { $0.type == "url" && $0.object["label"]?.text == "Website" })
    }

    @Test("The official examples have no error, and the full capacity is a warning", arguments: Official.both)
    func valid(_ official: Official) throws {
        for file in try official.examples() {
            let findings = HumanServicesPackage.read([file], version: official.version).findings
            #expect(findings.count(.error) == 0, "\(file.name): \(findings.kept)")
            #expect(findings.count(.unreadable) == 0)
            if file.name == "service_full.json", official.version == .v31 {
                let warning = try #require(findings.all("available-over-maximum").first)
                #expect(warning.place.pointer == "/capacities/0")
            }
        }
    }

    @Test(
        "Repeats are kept once: 20 objects with 33 repeats in 3.0, 23 with 35 in 3.1",
        arguments: Official.both)
    func repeats(_ official: Official) throws {
        let file = try official.example("service_full.json")
        let reading = HumanServicesPackage.read([file], version: official.version)
        #expect(reading.package.pool.keys.count == (official.version == .v30 ? 20 : 23))
        #expect(reading.package.pool.repeats == (official.version == .v30 ? 33 : 35))
        #expect(reading.findings.count("repeat-conflicts") == 0)
    }

    @Test(
        "Numbers as spelled, null apart from absent and from \"\", unknown and deprecated fields, lists in order"
    )
    func kept() throws {
        let text = """
            {"id":"D9D5E0F5-d3ce-7f73-9a2f-4dd0ecc6c610","name":"Näidis","status":"active","email":null,"alert":"",
             "fees":"vana väli","minimum_age":7.0,"maximum_age":1.80e1,
             "our_field":{"a":[1,-0,0.10,12345678901234567890,1E+2,[]],"b":{},"c":null},
             "phones":[],"contacts":null,"languages":[{"name":"no id"},5,null,{"id":"x","name":"last"}],
             "organization":"not an object","program":{"id":7},"text":"\\u0000\\u001f\\ud83d\\ude00 \\"\\\\ \\/ e\\u0301 é"}
            """
        let reading = HumanServicesPackage.read(text)
        let before = try JSONReader.read(Array(text.utf8), file: "")
        let after = try JSONReader.read(try #require(reading.package.files().first).bytes, file: "")
        let difference = JSONDifference(from: before, to: after)
        #expect(difference.isIdentity, "\(difference.pointers)")
        #expect(before.isSame(as: after))
        #expect(after.object?["email"] == .null)
        #expect(after.object?["alert"] == .text(""))
        #expect(after.object?["url"] == nil)
        #expect(after.object?["minimum_age"] == .number("7.0"))
    }

    @Test("Repeats with other content are told and both kept")
    func conflict() throws {
        let id = "1554f2e2-a373-45db-a3fa-9fc48a61c15e"
        let text = """
            {"id":"ac148810-d857-441c-9679-408f346de14b","name":"S","status":"active",
             "phones":[{"id":"\(id)","number":"1"}],
             "contacts":[{"id":"1e7efce3-639b-4880-940c-b95cd30cdb50","phones":[{"id":"\(id)","number":"2"}]}]}
            """
        let reading = HumanServicesPackage.read(text)
        let conflict = try #require(reading.findings.all("repeat-conflicts").first)
        #expect(conflict.severity == .warning)
        #expect(conflict.place.pointer == "/contacts/0/phones/0")
        #expect(reading.package.pool.contents(ObjectKey(type: "phone", id: id)).count == 2)
        let after = try JSONReader.read(try #require(reading.package.files().first).bytes, file: "")
        #expect(JSONDifference(from: try JSONReader.read(Array(text.utf8), file: ""), to: after).isIdentity)
    }

    @Test("A table keeps its quotes, line ends, mark, short rows and unknown columns")
    func oddTable() throws {
        let text =
            "\u{FEFF}id,\"name\",tugi_extra,description\r\n\"a\",\"\",,\"x\ny\"\n\nb,1\"2,\"p\"\"q\",\r\nc,short"
        let file = HumanServicesPackage.File(name: "organizations.csv", bytes: Array(text.utf8))
        let reading = HumanServicesPackage.read([file])
        #expect(reading.package.files() == [file])
        #expect(reading.findings.count("row-length") == 1)
    }
}
