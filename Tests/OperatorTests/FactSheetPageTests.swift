import Contracts
import SwiftProtobuf
import Testing

@testable import Operator

@Suite("The fact sheet's page")
struct FactSheetPageTests {
    private static func table(
        _ measure: String, _ from: String, _ categories: [String], _ cells: [(String, UInt32)]
    ) -> RegistryFactTable {
        .with {
            $0.measure = measure
            $0.from = from
            $0.asOf = "2026-02-02"
            $0.categories = categories
            $0.rows = [
                .with {
                    $0.municipality = "0792"
                    $0.cells = cells.map { cell in
                        .with {
                            $0.state = cell.0
                            $0.value = cell.1
                        }
                    }
                }
            ]
        }
    }

    private static let sheet = RegistryFactSheet.with {
        $0.municipality = "0792"
        $0.name = "Tapa <vald> & Co"
        $0.today = "2026-02-02"
        $0.tables = [
            table("inside", "2025-11-01", [], [("shown", 1243)]),
            table("outside", "2025-11-01", [], [("near", 31)]),
            table(
                "noticed", "2025-09-01", ["lateDays", "concern"],
                [("shown", 20), ("shown", 30), ("shown", 40)]),
            table(
                "noticed", "2025-11-01", ["lateDays", "concern"],
                [("below", 0), ("hidden", 0), ("shown", 47)]),
            table(
                "solved", "2025-11-01", ["level-1", "otherwise"],
                [("shown", 30), ("shown", 10), ("shown", 40)]),
        ]
    }

    private static func page(
        _ language: FactSheetLanguage = .et, unanswered: [String] = [], exact: [CommonCountsTable] = []
    ) -> String {
        FactSheetPage(
            sheet: sheet,
            unanswered: unanswered.map { name in
                .with {
                    $0.service = name
                    $0.problem = "It cannot be reached."
                }
            }, exact: exact, language: language
        ).html
    }

    /// The beginnings of all elements of that name.
    private func tags(_ name: String, in html: String) -> [Substring] {
        html.matches(of: /<([a-z0-9]+)(?:\s[^>]*)?>/).filter { $0.1 == name }.map(\.0)
    }

    @Test(
        "It names its language, has one title and main part, and headings without a gap",
        arguments: ["et", "en"])
    func structure(_ code: String) throws {
        let language = try #require(FactSheetLanguage(rawValue: code))
        let html = Self.page(language)
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"\(code)\">"))
        #expect(tags("main", in: html).count == 1 && tags("h1", in: html).count == 1)
        let title = code == "et" ? "Teabeleht" : "Fact sheet"
        #expect(html.contains("<title>\(title): Tapa &lt;vald&gt; &amp; Co</title>"))
        let levels = html.matches(of: /<h([1-6])/).compactMap { Int($0.1) }
        #expect(levels.first == 1)
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
        #expect(html.contains("<a class=\"skip\" href=\"#content\">") && html.contains("id=\"content\""))
    }

    @Test("Elements are closed in order, and ids stand once", arguments: [FactSheetLanguage.et, .en])
    func wellFormed(_ language: FactSheetLanguage) {
        let html = Self.page(language, unanswered: ["training"])
        var open: [Substring] = []
        for match in html.matches(of: /<(\/?)([a-zA-Z0-9]+)(?:\s[^>]*?)?(\/?)>/) {
            let name = match.2
            if ["meta"].contains(name) || match.3 == "/" { continue }
            if match.1.isEmpty { open.append(name) } else { #expect(open.popLast() == name) }
        }
        #expect(open.isEmpty)
        let ids = html.matches(of: /\sid="([^"]+)"/).map(\.1)
        #expect(Set(ids).count == ids.count)
        // Whatever is named by an id is there.
        for named in html.matches(of: /aria-labelledby="([^"]+)"/) {
            for id in named.1.split(separator: " ") { #expect(ids.contains(id)) }
        }
    }

    @Test("Each chart is an image with title and description, and a table with headings tells the same")
    func charts() {
        let html = Self.page()
        let charts = tags("svg", in: html)
        #expect(charts.count >= 6)
        #expect(charts.allSatisfy { $0.contains("role=\"img\"") && $0.contains("aria-labelledby=") })
        #expect(html.matches(of: /<title id=/).count == charts.count)
        #expect(html.matches(of: /<desc id=/).count == charts.count)
        let tables = tags("table", in: html).count
        #expect(tables >= 4)
        #expect(tags("caption", in: html).count == tables && tags("thead", in: html).count == tables)
        #expect(tags("th", in: html).allSatisfy { $0.contains("scope=") })
    }

    @Test("It takes nothing from elsewhere and runs nothing")
    func selfContained() {
        let html = Self.page()
        for word in ["http:", "https:", "<script", "<link", "<img", "url(http", "@import", "src="] {
            #expect(!html.contains(word), "\(word)")
        }
    }

    @Test("What is not told is said to be so, without a length; shares come from told numbers only")
    func untold() {
        let html = Self.page()
        #expect(html.contains("<td>&lt;10</td>") && html.contains("<td>varjatud</td>"))
        #expect(html.contains("<td>umbes 31</td>"))
        #expect(html.contains("class=\"untold\""))
        #expect(html.contains("<td>75%</td>"))
        #expect(Self.page(.en).contains("<td>hidden</td>") && Self.page(.en).contains("<td>about 31</td>"))
    }

    @Test("Empty and silent sources are said")
    func silence() {
        let html = Self.page(.en, unanswered: ["training"])
        #expect(html.contains("Did not answer: the training service (tugi-training)."))
        #expect(html.contains("No number has been released yet"))
        #expect(!Self.page(.en).contains("Did not answer"))
        let told = Self.page(.et, unanswered: ["training"])
        #expect(told.contains("Ei vastanud: koolitusteenus (tugi-training)."))
    }

    @Test("A page with exact numbers says twice that it stays in the office")
    func exact() {
        let counts = CommonCountsTable.with {
            $0.measure = "solved"
            $0.categories = ["level-1"]
            $0.areas = [
                .with {
                    $0.municipality = "0792"
                    $0.counts = [3]
                    $0.total = 3
                }
            ]
        }
        let html = Self.page(.en, exact: [counts])
        #expect(html.matches(of: /For the office only/).count == 2)
        #expect(html.contains("<td>3</td>"))
        #expect(!Self.page(.en).contains("For the office only"))
    }

    @Test("Text and background are far enough apart for weak eyes (WCAG 2.1, 1.4.3 and 1.4.11)")
    func contrast() throws {
        #expect(try Self.contrast("1a1a1a", "ffffff") >= 7)
        let html = Self.page()
        for match in html.matches(of: /#([0-9a-f]{6})/) where match.1 != "ffffff" {
            #expect(try Self.contrast(String(match.1), "ffffff") >= 4.5, "\(match.1)")
        }
    }

    /// WCAG 2.1, relative luminance and contrast ratio.
    private static func contrast(_ one: String, _ other: String) throws -> Double {
        func luminance(_ color: String) throws -> Double {
            let number = try #require(Int(color, radix: 16))
            func channel(_ value: Int) -> Double {
                let part = Double(value & 0xff) / 255
                // The square is at least x^2.4 below 1, so dark colours count as lighter than they are.
                return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) * ((part + 0.055) / 1.055)
            }
            return 0.2126 * channel(number >> 16) + 0.7152 * channel(number >> 8) + 0.0722 * channel(number)
        }
        let (first, second) = (try luminance(one), try luminance(other))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    @Test("Sizes of schools are added up by municipality")
    func sizes() throws {
        let text =
            "\u{feff}municipality;school;children\n0792;Näidis Kool;312\n"
            + "\"0792\";Teine Kool;58\n0901;x;40\n"
        #expect(try FactSheetAttackCommand.sizes(text) == ["0792": 370, "0901": 40])
        #expect(throws: UsageError.self) { try FactSheetAttackCommand.sizes("nothing\n") }
    }
}
