import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// A municipality's indicator checklist.
struct IndicatorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indicators",
        abstract: "The county's indicators with what the municipality has filled in.",
        subcommands: [IndicatorListCommand.self, CountIndicatorsCommand.self],
        defaultSubcommand: IndicatorListCommand.self)
}

/// The checklist as a table.
struct IndicatorListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Each indicator with its newest value, or that it is not filled in.",
        discussion: """
            To fill one in by hand, put a record of kind indicator-value (tugi-gateway registry kinds indicator-value).
            """)
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Names in et or en.") var lang: TextLanguage = .en

    func run(_ session: Session) async throws {
        let checklist = IndicatorChecklist(
            indicators: try await session.records("indicator", of: "0060"),
            values: try await session.records("indicator-value", of: session.municipality),
            language: lang.rawValue)
        try session.output.rows(
            checklist.rows,
            [
                ("layer", \.layer), ("indicator", \.name),
                ("value", { $0.value.isEmpty ? "NOT FILLED IN" : "\($0.value) \($0.unit)" }),
                ("goal", \.goal), ("period", { $0.from.isEmpty ? "" : "\($0.from) - \($0.until)" }),
                ("basis", \.basis),
            ], empty: "no indicators; next: tugi-gateway registry import shipped")
    }
}

/// Fills in what can be counted on the map itself.
struct CountIndicatorsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Fill in what the map itself counts: vacant posts of support specialists.",
        discussion: """
            The value is as at the period's last day, marked with the basis "counts", and replaces an earlier count of the
            same day. A municipality's head, prevention specialist or registrar may fill it in.
            """)
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "The period's first day, e.g. 2026-09-01.") var from: String
    @Option(help: "The period's last day; else today.") var until: String?
    @Option(help: "Faults in et or en.") var lang: TextLanguage = .en

    struct Result: Encodable {
        var indicator: String
        var value: String
        var change: String
        var faults: [RecordFaultRow]
    }

    func run(_ session: Session) async throws {
        let today = String(LocalTimeText.minute(Int64(Date.now.timeIntervalSince1970) * 1_000_000).prefix(10))
        let posts = try await session.records("post", of: session.municipality, asOf: until ?? "")
        let until = until ?? today
        guard !posts.isEmpty else {
            throw UsageError(
                "no-posts", "The register held no posts of \(session.municipality) on \(until).",
                next: "count a later day, or bring the posts in first")
        }
        let vacant = SupportPosts.vacant(posts, on: until)
        let indicator = "vacant-support-posts"
        let record = MapRecord(
            kind: "indicator-value", code: "\(session.municipality).\(indicator).\(until)",
            municipality: session.municipality,
            fields: [
                "indicator": .text(indicator), "value": .text(String(vacant)), "from": .text(from),
                "until": .text(until), "basis": .text("counts"), "entered_on": .text(today),
                "source": .text(
                    lang.text("Ametikohad registris \(until)", "Posts in the register, \(until)")),
            ])
        let answer = try await session.call(
            RegistryMethods.putRecords, .with { $0.puts = [.with { $0.record = record.message }] })
        let result = Result(
            indicator: indicator, value: String(vacant), change: answer.results.first?.change ?? "",
            faults: answer.faults.map { RecordFaultRow($0, lang) })
        try RecordOutcome.say(
            session.output, result, faults: result.faults, count: answer.faultCount
        ) { "\(indicator): \(vacant) as at \(until), stored" }
    }
}

/// Posts of the specialists whom a school must give its pupils free of charge (PGS § 37(2)).
enum SupportPosts {
    static let roles: Set<String> = [
        "special-educator", "speech-therapist", "school-psychologist", "social-pedagogue",
    ]

    /// How many of these posts nobody holds on that day (ISO). A post that has ended by then is none.
    static func vacant(_ posts: [MapRecord], on day: String) -> Int {
        posts.count { post in
            let (from, until) = (post.text("from"), post.text("until"))
            guard roles.contains(post.text("role")), until.isEmpty || until >= day else { return false }
            return post.text("person").isEmpty || (!from.isEmpty && from > day)
        }
    }
}

extension Session {
    /// All records in force of a kind and municipality, now or at the end of a past day; with a field, those that hold
    /// this value in it.
    func records(
        _ kind: String, of municipality: String, where field: String = "", is value: String = "",
        asOf: String = ""
    ) async throws -> [MapRecord] {
        var all: [MapRecord] = []
        var request = RegistryListRecordsRequest()
        request.kind = kind
        request.municipality = municipality
        request.asOf = asOf
        request.limit = 500
        if !field.isEmpty {
            request.filters = [
                .with {
                    $0.field = field
                    $0.value = value
                }
            ]
        }
        repeat {
            let page = try await call(RegistryMethods.listRecords, request)
            all += page.records.map(MapRecord.init)
            request.cursor = page.cursor
        } while !request.cursor.isEmpty
        return all
    }
}
