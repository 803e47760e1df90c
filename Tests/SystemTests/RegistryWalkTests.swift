import Foundation
import Testing

/// What a new operator tries after reading README.md, against the real programs.
@Suite("The register's commands, as README.md shows them", .serialized)
struct RegistryWalkTests {
    private struct Kind: Decodable {
        var kind: String
    }
    private struct Imported: Decodable {
        struct Fault: Decodable {
            var row: Int
            var message: String
            var remedy: String
        }
        var rows: Int
        var created: Int
        var changed: Int
        var missingCount: Int
        var preview: String
        var stored: Bool
        var repeated: Bool
        var faults: [Fault]
        var notes: [Fault]
        var stop: Fault?
    }

    private static func keeper(_ office: String, _ municipality: String) -> [String] {
        [
            "--municipality", municipality, "--person", School.id("person:p.\(office).registrar"), "--role",
            "registrar",
            "--purpose", "data-entry",
        ]
    }

    @Test("Every kind's table goes out and comes back without a change, in Estonian, as Excel opens it")
    func everyTable() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            let kinds = try await county.tugi(["registry", "kinds", "--json"] + school.keeper)
                .decoded([Kind].self)
            #expect(kinds.count > 20)
            for kind in kinds.map(\.kind) {
                let file = "\(county.folder)/\(kind).csv"
                let out = try await county.tugi(
                    ["registry", "export", kind, file, "--lang", "et"] + school.keeper)
                #expect(out.status == 0, "\(kind) \(out.messages)")
                let back = try await county.tugi(
                    ["registry", "import", kind, file, "--full", "--dry-run", "--lang", "et", "--json"]
                        + school.keeper)
                let told = try back.decoded(Imported.self)
                #expect(back.status == 0 && told.faults.isEmpty, "\(kind) \(back.output)")
                #expect(told.created == 0 && told.changed == 0 && told.missingCount == 0, "\(kind)")
                #expect(told.preview == "0 uut, 0 muudetud", "\(kind)")
            }
        }
    }

    @Test("A foreign table, a table with faults and half a table are told in the operator's language")
    func tables() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            let file = "\(county.folder)/ehis.csv"
            let table =
                "Asutuse ID;Õppeasutuse nimi;Õppeasutuse liik;Õppeasutuse staatus;Omavalitsus;Aadress\r\n"
                + "9001;Näidise Uus Kool;põhikool;tegutsev;Vinni vald;Pikk 1, 46603 Vinni\r\n"
                + "9002;Näidise Kool Mujal;põhikool;tegutsev;Tapa vald;\r\n"
            func bring(_ text: String, _ more: String...) async throws -> County.Answer {
                try text.write(toFile: file, atomically: true, encoding: .utf8)
                return try await county.tugi(
                    [
                        "registry", "import", "institution", file, "--profile", "ehis-institutions", "--lang",
                        "et",
                    ] + more + school.keeper)
            }
            let wrong = try await bring(
                table.replacing("põhikool;tegutsev;Vinni", with: "sõim;tegutsev;Vinni"))
            #expect(wrong.status == 1)
            #expect(wrong.output.contains("Profiil ei ütle, mis sellest väärtusest saab."))
            let tried = try await bring(table, "--dry-run")
            #expect(tried.status == 0 && tried.output.contains("1 uus, 0 muudetud; proov"), "\(tried.output)")
            #expect(tried.messages.contains("vahele jäetud ridu"))
            #expect(try await bring(table).output.contains("salvestatud"))
            #expect(try await bring(table).output.contains("sama fail on juba imporditud"))
            let shown = try await county.tugi(
                ["registry", "show", "institution", "ehis.9001"] + school.keeper)
            #expect(shown.output.contains("Pikk 1, 46603 Vinni"))
            #expect(try await county.tugi("import", "profiles").output.contains("ekool-teachers"))

            let posts = "\(county.folder)/posts.csv"
            _ = try await county.tugi(["registry", "export", "post", posts] + school.keeper)
            let lines = try String(contentsOfFile: posts, encoding: .utf8).split(separator: "\r\n")
            try lines.prefix(lines.count / 2).joined(separator: "\r\n").write(
                toFile: posts, atomically: true, encoding: .utf8)
            let half = try await county.tugi(
                ["registry", "import", "post", posts, "--full", "--lang", "et", "--json"] + school.keeper)
            let stop = try half.decoded(Imported.self)
            #expect(half.status == 1 && !stop.stored && stop.stop?.remedy.hasPrefix("Kontrolli") == true)
            #expect(stop.preview.hasSuffix("puudub: puudumine ei kustuta"))

            let pupils = try await school.importPupils(
                [School.pupil(1).replacing(",3,et,", with: ",13,et,")], "--lang", "et")
            #expect(pupils.status == 1)
            #expect(
                try pupils.decoded(ImportReport.self).faults.map(\.remedy) == [
                    "Kirjuta 1 kuni 12; ettevalmistusrühmal 0."
                ])
        }
    }

    @Test("Directories of help go out and come in, and what was taken in is found")
    func directories() async throws {
        try await County.with { county in
            _ = try await School.open(in: county)
            // The county's directory is its coordinator's; an operator's own certificate opens no data.
            let coordinator = [
                "--municipality", "0060", "--person", School.id("person:p.virol.county-coordinator"),
                "--role",
                "county-coordinator", "--purpose", "coordination",
            ]
            let folder = "\(county.folder)/hsds"
            let out = try await county.tugi(
                ["registry", "export", "hsds", "--out", folder, "--all"] + coordinator)
            #expect(out.status == 0, "\(out.messages)")
            let again = try await county.tugi(
                ["registry", "import", "hsds", folder, "--dry-run", "--json"] + coordinator)
            struct Taken: Decodable {
                var errors: Int
                var created: Int
                var changed: Int
            }
            let told = try again.decoded(Taken.self)
            #expect(told.errors == 0 && told.created == 0 && told.changed == 0, "\(again.output)")

            // More than a message holds: it goes in parts, and comes back as it was.
            let large = "\(county.folder)/large.json"
            let services = (1...450).map { number in
                let id = "00000000-0000-4000-8000-\(String(format: "%012d", number))"
                return
                    "{\"id\":\"\(id)\",\"name\":\"Näidis teenus \(number)\",\"status\":\"active\",\"description\":\""
                    + String(repeating: "Näidis. ", count: 400) + "\",\"minimum_age\":7,\"maximum_age\":26}"
            }
            try "[\(services.joined(separator: ",\n"))]".write(
                toFile: large, atomically: true, encoding: .utf8)
            let taken = try await county.tugi(
                [
                    "registry", "import", "hsds", large, "--owner", "0901", "--field", "social", "--scope",
                    "municipality", "--tier", "selective", "--need", "family",
                ] + coordinator)
            #expect(taken.status == 0 && taken.output.contains("450 in the directory (450 new"), "\(taken)")
            let found = try await county.tugi(
                ["registry", "search", "Näidis", "teenus", "449", "--lang", "en"] + coordinator)
            #expect(found.status == 0 && found.output.contains("Näidis teenus 449"), "\(found)")
            let back = "\(county.folder)/back"
            _ = try await county.tugi(
                ["registry", "export", "hsds", "--source", "large", "--out", back] + coordinator)
            let before = try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(filePath: large)))
            let after = try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(filePath: "\(back)/large.json")))
            #expect((before as? NSArray) == (after as? NSArray))
        }
    }

    @Test("A child comes into the register by hand, is looked for twice, and moves to another municipality")
    func child() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            let tapa = Self.keeper("tapa-vald", "0792")
            let file = "\(county.folder)/child.json"
            try """
            {"givenName":"Näidis","familyName":"Rändur","birthDate":"2015-03-01","language":"et","grade":-1,
             "residenceMunicipality":"0901","residenceBasis":"register"}
            """.write(toFile: file, atomically: true, encoding: .utf8)
            struct Registered: Decodable { var child: String }
            let registered = try await county.tugi(
                ["registry", "child", "register", file, "--json"] + school.keeper)
            let child = try registered.decoded(Registered.self).child
            let counted = try await county.tugi(["registry", "child", "count", "--json"] + school.keeper)
            #expect(counted.status == 0, "\(counted.messages)")
            #expect(try await county.tugi(["registry", "child", "show", child] + school.keeper).status == 0)
            #expect(
                try await county.tugi(["registry", "child", "history", child] + school.keeper).status == 0)
            #expect(try await county.tugi(["registry", "duplicates", "find"] + school.keeper).status == 0)
            #expect(try await county.tugi(["registry", "duplicates", "list"] + school.keeper).status == 0)

            struct Offered: Decodable { var handOver: String }
            let offered = try await county.tugi(
                [
                    "registry", "child", "offer", child, "--to", "0792", "--to-person", tapa[3], "--reason",
                    "moved", "--json",
                ] + school.keeper)
            let id = try offered.decoded(Offered.self).handOver
            #expect(try await school.settle().status == 0)
            let incoming = try await county.tugi(["registry", "child", "offers"] + tapa)
            #expect(
                incoming.output.contains("from 0901") && incoming.output.contains("Rändur"), "\(incoming)")
            #expect(try await county.tugi(["registry", "child", "accept", id] + tapa).status == 0)
            #expect(try await school.settle().status == 0)
            let outgoing = try await county.tugi(["registry", "child", "offers"] + school.keeper)
            #expect(outgoing.output.contains("arrived"), "\(outgoing)")
            #expect(try await county.tugi(["registry", "child", "show", child] + tapa).status == 0)
            let log = try ["registry", "gateway"].map {
                try String(contentsOfFile: "\(county.folder)/logs/\($0).log", encoding: .utf8)
            }.joined()
            #expect(!log.contains("Rändur"))
        }
    }
}
