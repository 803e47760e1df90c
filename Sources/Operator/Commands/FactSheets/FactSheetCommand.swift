import ArgumentParser
import Contracts
import Disclosure
import FoundationEssentials
import RPC
import SwiftProtobuf

/// Fact sheets: the page, and the attack that tries the suppression.
struct FactSheetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "factsheet",
        abstract:
            "The fact sheet of a municipality or the county as one page, and an attack on all that was released.",
        subcommands: [FactSheetPageCommand.self, FactSheetAttackCommand.self],
        defaultSubcommand: FactSheetPageCommand.self)
}

/// Writes the page.
struct FactSheetPageCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "page",
        abstract: "Counts and releases what is due, and writes the sheet of --municipality or the county.")
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "The county's sheet instead of a municipality's.") var wholeCounty = false
    @Option(help: "Language of the page: et or en.") var lang: String = "et"
    @Option(help: "File to write.") var out: String
    @Flag(help: "Also the municipality's own exact numbers, for its office only.") var exact = false

    struct View: Encodable {
        var municipality: String
        var file: String
        var tables: Int
        var unanswered: [String]
        /// Measures that are due and not released, by the period's first day.
        var missing: [String: [String]]
    }

    func run(_ session: Session) async throws {
        guard let language = FactSheetLanguage(rawValue: lang) else {
            throw UsageError(
                "language-unknown", "The page is in et or en.", next: "give --lang et or --lang en")
        }
        let municipality = wholeCounty ? "0060" : session.municipality
        guard !municipality.isEmpty else {
            throw UsageError(
                "municipality-missing", "Whose sheet?", next: "give --municipality CODE or --whole-county")
        }
        let answer = try await session.call(
            GatewayMethods.factSheet,
            .with {
                $0.municipality = municipality
                $0.exact = exact
            })
        let page = FactSheetPage(
            sheet: answer.sheet, unanswered: answer.unanswered, exact: answer.exact, language: language)
        do {
            try Data(page.html.utf8).write(to: URL(filePath: out))
        } catch {
            throw UsageError(
                "file-unwritable", "\(out) cannot be written.", next: "give another file with --out")
        }
        let missing = answer.sheet.periods.filter { !$0.missing.isEmpty }.map { ($0.from, $0.missing) }
        let view = View(
            municipality: municipality, file: out, tables: answer.sheet.tables.count,
            unanswered: answer.unanswered.map(\.service),
            missing: Dictionary(missing) { first, _ in first })
        try session.output.value(view) {
            "\(view.file): \(view.tables) tables"
                + (view.unanswered.isEmpty
                    ? "" : "; did not answer: \(view.unanswered.joined(separator: ", "))")
        }
    }
}

/// Tries to find hidden numbers in everything that was ever released.
struct FactSheetAttackCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "attack",
        abstract:
            "Linear bounds over all sheets ever released: which hidden small numbers can be found exactly?",
        discussion: """
            --sizes is a table of what is public: each line begins with a municipality's code and ends with a number of \
            children (a school's, or the municipality's); lines of one municipality are added up.
            """)
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Sizes of schools: CODE,…,CHILDREN in each line.") var sizes: String?

    struct Finding: Encodable {
        var measure: String
        var period: String
        var municipality: String
        var category: String
        var value: Int
        var reason: String
    }
    struct View: Encodable {
        var tables: Int
        var hidden: Int
        var narrowest: Int?
        var recovered: [Finding]
        var contradictions: [String]
    }

    func run(_ session: Session) async throws {
        let known =
            try sizes.map { try Self.sizes(String(decoding: try fileContents($0), as: UTF8.self)) } ?? [:]
        var tables: [RegistryFactTable] = []
        while true {
            let after = UInt32(tables.count)
            let page = try await session.call(RegistryMethods.listReleasedCounts, .with { $0.after = after })
            tables += page.tables
            if !page.more || page.tables.isEmpty { break }
        }
        let releases = tables.compactMap(Self.released)
        let result = SheetAttack.run(releases, sizes: known)
        let view = View(
            tables: releases.count, hidden: result.hidden, narrowest: result.narrowest,
            recovered: result.recovered.map {
                Finding(
                    measure: $0.measure, period: $0.period, municipality: $0.area, category: $0.category,
                    value: $0.value, reason: $0.reason)
            }, contradictions: result.contradictions)
        try session.output.value(view) {
            "\(view.tables) tables, \(view.hidden) numbers not told, \(view.recovered.count) of them found exactly"
                + (view.narrowest.map { "; the narrowest can be any of \($0) values" } ?? "")
        }
        if !view.recovered.isEmpty { throw Exit.problemsFound }
    }

    /// Children by municipality.
    static func sizes(_ text: String) throws -> [String: Int] {
        var sizes: [String: Int] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let cells = line.split(omittingEmptySubsequences: false) { $0 == "," || $0 == ";" }.map {
                $0.trimmingPrefix { $0.isWhitespace || $0 == "\"" || $0 == "\u{feff}" }.filter { $0 != "\"" }
            }
            guard let code = cells.first, code.utf8.count == 4, let last = cells.last,
                let count = Int(last.filter { !$0.isWhitespace }), (0...1_000_000).contains(count)
            else { continue }
            sizes[code, default: 0] += count
        }
        guard !sizes.isEmpty else {
            throw UsageError(
                "sizes-unreadable", "No line of the file is CODE,…,CHILDREN.",
                next: "write lines such as 0792,Näidis Kool,312")
        }
        return sizes
    }

    /// A table of people as the attack reads it; institutions are public.
    private static func released(_ table: RegistryFactTable) -> SheetAttack.Released? {
        guard table.measure != "training-coverage" else { return nil }
        let overlapping = ["noticed", "unmet-need"].contains(table.measure)
        let cells = table.rows.map { row in
            row.cells.map { cell -> PublishedCell in
                switch cell.state {
                case "shown": .shown(Int(cell.value))
                case "below": .below
                case "near": .near(Int(cell.value))
                case "hidden": .hidden
                default: .withheld
                }
            }
        }
        guard let published = PublishedTable(overlapping ? .overlapping : .parts, cells: cells),
            cells.allSatisfy({ $0.count == table.categories.count + 1 })
        else { return nil }
        return SheetAttack.Released(
            measure: table.measure, period: table.from,
            isStock: ["inside", "outside", "unmet-need"].contains(table.measure),
            isOfPupils: ["inside", "noticed"].contains(table.measure),
            areas: table.rows.map(\.municipality), categories: table.categories + [""], table: published)
    }
}
