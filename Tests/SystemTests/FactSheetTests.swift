import Foundation
import Testing

@Suite("Fact sheets, by the command line", .serialized)
struct FactSheetTests {
    private struct Page: Decodable {
        var municipality: String
        var tables: Int
        var unanswered: [String]
    }
    private struct Attack: Decodable {
        struct Finding: Decodable { var measure: String }
        var tables: Int
        var hidden: Int
        var recovered: [Finding]
    }

    @Test(
        "A lead's page is counted, released and written; a service that does not answer is named, and comes later"
    )
    func page() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            #expect(try await school.importPupils((1...12).map { School.pupil($0) }).status == 0)
            let lead = school.acting("vinni-vald.education-head", "education-head", "coordination")
            let file = "\(county.folder)/sheet.html"
            func sheet(_ words: String...) async throws -> County.Answer {
                try await county.tugi(["factsheet", "--out", file] + words + lead)
            }
            await county.stop("training")
            let first = try await sheet("--lang", "et", "--json")
            #expect(first.status == 0, "\(first.messages)")
            #expect(try first.decoded(Page.self).unanswered == ["training"])
            var html = try String(contentsOfFile: file, encoding: .utf8)
            #expect(html.contains("<html lang=\"et\">") && html.contains("Teabeleht: Vinni vald"))
            #expect(html.contains("Ei vastanud: koolitusteenus"))
            #expect(html.contains("&lt;10") && !html.contains("Näidis Õpilane"))
            let before = try first.decoded(Page.self).tables

            try await county.start("training")
            let second = try await sheet("--lang", "en", "--exact", "--json")
            #expect(second.status == 0, "\(second.messages)")
            let page = try second.decoded(Page.self)
            #expect(page.unanswered.isEmpty && page.tables > before)
            html = try String(contentsOfFile: file, encoding: .utf8)
            #expect(html.contains("For the office only") && !html.contains("Did not answer"))

            let sizes = "\(county.folder)/sizes.csv"
            try "0901,Näidis Kool,12\n".write(toFile: sizes, atomically: true, encoding: .utf8)
            let attack = try await county.tugi(["factsheet", "attack", "--sizes", sizes, "--json"] + lead)
            #expect(attack.status == 0, "\(attack.messages)")
            let found = try attack.decoded(Attack.self)
            #expect(found.recovered.isEmpty && found.tables > 10 && found.hidden > 50)

            // Neither another municipality's sheet, nor any for who leads nothing.
            let other = try await county.tugi(
                ["factsheet", "--out", file, "--whole-county", "--exact"] + lead)
            #expect(other.status == 4)
            #expect(try await county.tugi(["factsheet", "--out", file] + school.registrar).status == 4)
        }
    }
}
