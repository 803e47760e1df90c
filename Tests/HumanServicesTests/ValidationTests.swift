@testable import HumanServices
import Testing

@Suite("What is wrong, where, and what to do")
struct ValidationTests {
    private static let service =
        #""id":"ac148810-d857-441c-9679-408f346de14b","name":"S","status":"active""#

    private static func findings(_ members: String) -> Findings {
        HumanServicesPackage.read("{\(members)}", .v31).findings
    }

    @Test(
        "Each breach has its code and its pointer",
        arguments: [
            (
                "required-missing", "",
                #""id":"ac148810-d857-441c-9679-408f346de14b","status":"active","minimum_age":1"#
            ),
            (
                "required-null", "/name",
                #""id":"ac148810-d857-441c-9679-408f346de14b","name":null,"status":"active""#
            ),
            ("null-value", "/email", service + #","email":null"#),
            ("type-differs", "/minimum_age", service + #","minimum_age":"7""#),
            ("type-differs", "/alert", service + #","alert":7"#),
            ("type-differs", "/phones", service + #","phones":{}"#),
            (
                "type-differs", "/phones/1",
                service + #","phones":[{"id":"1554f2e2-a373-45db-a3fa-9fc48a61c15e","number":"1"},"x"]"#
            ),
            (
                "required-missing", "/phones/0",
                service + #","phones":[{"id":"1554f2e2-a373-45db-a3fa-9fc48a61c15e"}]"#
            ),
            (
                "choice-unknown", "/status",
                #""id":"ac148810-d857-441c-9679-408f346de14b","name":"S","status":"open","alert":"""#
            ),
            ("format-uuid", "/id", #""id":"7","name":"S","status":"active""#),
            ("format-uri", "/url", service + #","url":"www.example.org""#),
            ("format-email", "/email", service + #","email":"nobody""#),
            ("format-date-time", "/last_modified", service + #","last_modified":"2026-02-30T10:00:00Z""#),
            ("format-date", "/assured_date", service + #","assured_date":"1.9.2026""#),
            (
                "format-time", "/schedules/0/opens_at",
                service
                    + #","schedules":[{"id":"48102e86-bb50-41c4-8f1e-e269368c41d1","opens_at":"kell 10"}]"#
            ),
            ("ages-reversed", "", service + #","minimum_age":18,"maximum_age":7"#),
            (
                "coordinate-out-of-range", "/service_at_locations/0/location",
                service
                    + #","service_at_locations":[{"id":"e94c9f38-1e8f-4564-91d4-d53501ab1765","location":"#
                    + #"{"id":"3a19ff88-4620-4d17-9830-ac1d859eb5d5","location_type":"physical","latitude":190}}]"#
            ),
        ])
    func breach(_ code: String, _ pointer: String, _ members: String) throws {
        let found = try #require(Self.findings(members).all(code).first)
        #expect(found.place.pointer == pointer)
        #expect(
            !found.message.et.isEmpty && !found.message.en.isEmpty && found.message.et != found.message.en)
        #expect(!found.remedy.et.isEmpty && !found.remedy.en.isEmpty)
    }

    @Test(
        "Ids of any UUID version are good",
        arguments: [
            "30951f94-7b24-11ef-ba1b-a79405d4dcaa", "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610",
            "0191a0b0-0000-7000-8000-000000000000", "0191A0B0-0000-8000-8000-00000000000F",
            "00000000-0000-0000-0000-000000000000",
        ])
    func uuids(_ id: String) {
        #expect(Format.uuid.holds(id))
        #expect(!Format.uuid.holds(id + "0"))
        #expect(!Format.uuid.holds(String(id.dropLast()) + "g"))
    }

    @Test("Times as the examples write them", arguments: ["10:00", "10:00Z", "10:00:00", "18:00:00.5+03:00"])
    func times(_ text: String) { #expect(Format.time.holds(text)) }

    @Test("A field's content is in no finding")
    func noContent() {
        let findings = Self.findings(Self.service + #","email":"salajane sõna","url":"salajane sõna""#)
        #expect(findings.count(.error) == 2)
        #expect(!findings.kept.contains { "\($0)".contains("salajane") })
    }

    @Test("Rows of tables: row, column and remedy")
    func rows() throws {
        let text =
            "id,name,status,minimum_age\nac148810-d857-441c-9679-408f346de14b,S,open,seven\n,T,active,7\n"
        let findings = HumanServicesPackage.read(text, name: "services.csv").findings
        let places = findings.kept.map { "\($0.code) \($0.place.row) \($0.place.column)" }
        #expect(
            places == [
                "required-missing 1 organization_id", "choice-unknown 2 status", "type-differs 2 minimum_age",
                "required-missing 3 id",
            ])
    }

    @Test("The same id twice in a table, and a table that nobody knows")
    func tables() {
        let twice =
            "id,name,description\nd9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,A,B\nd9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,C,D\n"
        #expect(
            HumanServicesPackage.read(twice, name: "organizations.csv").findings.count("duplicate-id") == 1)
        #expect(
            HumanServicesPackage.read("a,b\n1,2\n", name: "other.csv").findings.count("table-unknown") == 1)
    }

    @Test("Only so many findings are kept, all are counted")
    func many() {
        let rows = String(repeating: "7,,\n", count: 2000)
        let findings = HumanServicesPackage.read("id,name,description\n" + rows, name: "organizations.csv")
            .findings
        #expect(findings.count(.error) > 6000)
        #expect(findings.kept.count == Findings.keptMaximum)
    }
}
