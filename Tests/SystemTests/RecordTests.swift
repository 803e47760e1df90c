import Foundation
import Testing

@Suite("The county's map as records, by the command line", .serialized)
struct RecordTests {
    private struct Record: Codable {
        var code: String
        var fields: [String: Value]
        var version: Int?

        enum Value: Codable {
            case number(Int), text(String), items([String]), holds(Bool)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let holds = try? container.decode(Bool.self) {
                    self = .holds(holds)
                } else if let number = try? container.decode(Int.self) {
                    self = .number(number)
                } else if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else {
                    self = .items(try container.decode([String].self))
                }
            }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                switch self {
                case .number(let number): try container.encode(number)
                case .text(let text): try container.encode(text)
                case .items(let items): try container.encode(items)
                case .holds(let holds): try container.encode(holds)
                }
            }

            var number: Int? { if case .number(let number) = self { number } else { nil } }
        }
    }
    private struct Version: Decodable {
        var version: Int
        var role: String
        var changedFields: [String]
    }
    private struct Imported: Decodable {
        var rows: Int
        var unchanged: Int
        var changed: Int
        var stored: Bool
        var preview: String
    }
    private struct Gaps: Decodable {
        struct Gap: Decodable { var text: String }
        struct Table: Decodable { var percent: Int }
        var gaps: [Gap]
        var completeness: [Table]
    }

    @Test("The registrar shows, changes, exports, imports and ends records, and sees who changed what")
    func registrar() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            func registry(_ words: String...) async throws -> County.Answer {
                try await county.tugi(["registry"] + words + school.keeper)
            }
            let kinds = try await registry("kinds")
            #expect(kinds.status == 0 && kinds.output.contains("resource"))
            let listed = try await registry("list", "resource", "--where", "scope=municipality", "--json")
                .decoded([Record].self)
            let first = try #require(listed.first)
            let file = "\(county.folder)/record.json"
            let shown = try await registry("show", "resource", first.code, "--json")
            #expect(shown.status == 0)
            let places = try #require(first.fields["capacity_places"]?.number)
            let changed = shown.output.replacing(
                "\"capacity_places\" : \(places)", with: "\"capacity_places\" : \(places + 1)")
            try changed.write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try await registry("put", file, "--dry-run").status == 0)
            #expect(try await registry("put", file).status == 0)
            // The file still names the version that it changed.
            #expect(try await registry("put", file).status == 6)
            let history = try await registry("history", "resource", first.code, "--json")
                .decoded([Version].self)
            #expect(history.map(\.version) == [2, 1])
            #expect(history.first?.role == "registrar")
            #expect(history.first?.changedFields == ["capacity_places"])

            let table = "\(county.folder)/resources.csv"
            #expect(try await registry("export", "resource", table, "--lang", "et").status == 0)
            let back = try await registry("import", "resource", table, "--full", "--json")
                .decoded(Imported.self)
            #expect(back.stored && back.rows == back.unchanged && back.changed == 0)

            #expect(try await registry("end", "resource", first.code).status == 0)
            let left = try await registry("list", "resource", "--json").decoded([Record].self)
            #expect(!left.contains { $0.code == first.code })
            let gaps = try await registry("gaps", "--lang", "et", "--json").decoded(Gaps.self)
            #expect(!gaps.gaps.isEmpty && gaps.completeness.count == 3)
            #expect(try await registry("show", "institution", "aseri-kool").status == 5)
        }
    }

    private struct Brought: Decodable {
        var stored: Bool
        var counts: [String: Int]
    }

    @Test(
        "What is shipped and the sample's records come in once, and personas, municipalities, schools have pages"
    )
    func shipped() async throws {
        try await County.with { county in
            // Until somebody holds a post, the county's system itself; then its coordinator.
            var desk = ["--municipality", "0060"]
            func bring(_ words: String...) async throws -> [String: Int] {
                let answer = try await county.tugi(["registry", "import"] + words + ["--json"] + desk)
                #expect(answer.status == 0, "\(answer.messages)")
                return try answer.decoded(Brought.self).counts
            }
            let first = try await bring("shipped")
            #expect((first["new"] ?? 0) > 100)
            let school = try await School.open(in: county)
            desk += [
                "--person", School.id("person:p.virol.county-coordinator"), "--role", "county-coordinator",
                "--purpose", "coordination",
            ]
            let sample = "\(Repository.root)/scripts/samples/records.json"
            #expect((try await bring("records", sample)["new"] ?? 0) > 100)
            for again in [try await bring("shipped"), try await bring("records", sample)] {
                #expect(again["new"] == 0 && again["changed"] == 0)
            }
            func page(_ words: String...) async throws -> String {
                let answer = try await county.tugi(["registry"] + words + school.keeper)
                #expect(answer.status == 0, "\(answer.messages)")
                return answer.output
            }
            let persona = try await page("show", "persona", "0901.persona", "--lang", "et")
            #expect(persona.contains("Näidis-Hanna") && persona.contains("KAVANDATUD TEEKOND"))
            #expect(persona.contains("nõusolekut"))
            let municipality = try await page("show", "municipality", "0901")
            #expect(municipality.contains("VISION (DRAFT") && municipality.contains("[0901.team]"))
            #expect(municipality.contains("INDICATORS"))
            let place = try await page("show", "institution", "vinni-pajusti-gumnaasium")
            #expect(place.contains("POSTS") && place.contains("SUPPORT TEAM"))
            #expect(try await page("show", "institution", "rajaleidja").contains("Mandate:"))
            let group = try await page("show", "target-group", "0901.grades-5-9")
            #expect(group.contains("DECISIONS") && group.contains("4 interviews, 4 consents"))
            _ = try await page("indicators", "count", "--from", "2025-09-01")
            #expect(try await page("indicators").contains("counts"))
        }
    }
}
