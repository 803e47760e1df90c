import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// The kinds of records and their fields.
struct KindsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "kinds", abstract: "Kinds of records; with a kind, its fields.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Only this kind, with its fields.") var kind: String?
    @Option(help: "Headings in et or en.") var lang: TextLanguage = .en

    struct Row: Encodable {
        var kind: String
        var heading: String
        var owner: String
        var fields: [Field]
    }
    struct Field: Encodable {
        var name: String
        var type: String
        var heading: String
        var required: Bool
        var values: [String]
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(RegistryMethods.listKinds, .init())
        let rows = answer.kinds.filter { kind == nil || $0.name == kind }.map { kind in
            Row(
                kind: kind.name, heading: lang.text(kind.headingEt, kind.headingEn), owner: kind.owner,
                fields: kind.fields.map(field))
        }
        if let kind, rows.isEmpty {
            throw UsageError(
                "kind-unknown", "There is no kind \(kind).", next: "tugi-gateway registry kinds")
        }
        if session.output.json || kind == nil {
            return try session.output.rows(
                rows,
                [
                    ("kind", \.kind), ("heading", \.heading), ("owner", \.owner),
                    ("fields", { $0.fields.map(\.name).joined(separator: " ") }),
                ], empty: "no kinds")
        }
        try session.output.rows(
            rows[0].fields,
            [
                ("field", \.name), ("type", \.type), ("heading", \.heading),
                ("required", { $0.required ? "yes" : "" }),
                ("values", { $0.values.joined(separator: " ") }),
            ], empty: "no fields")
    }

    private func field(_ field: RegistryRecordField) -> Field {
        var values = field.codes
        if !field.refersTo.isEmpty { values = ["code of \(field.refersTo)"] }
        if field.type == "integer" { values = ["\(field.minimum) to \(field.maximum)"] }
        return Field(
            name: field.name, type: field.type, heading: lang.text(field.headingEt, field.headingEn),
            required: field.required, values: values)
    }
}

/// Records of a kind.
struct RecordListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Records of a kind, now or as they were on a past day.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Kind, e.g. resource (tugi-gateway registry kinds).") var kind: String
    @Option(name: .customLong("where"), help: "Only those with FIELD=VALUE; may be repeated.")
    var filters: [String] = []
    @Option(help: "As at the end of that day, e.g. 2026-02-02.") var asOf: String?
    @Flag(help: "Ended ones too.") var ended = false
    @Flag(help: "Of all municipalities that you may see, not only your own.") var all = false
    @Option(help: "Rows at most.") var limit = 1000

    func validate() throws {
        if filters.contains(where: { !$0.contains("=") }) {
            throw ValidationError("--where takes FIELD=VALUE, e.g. --where need_codes=speech")
        }
        if limit < 1 { throw ValidationError("--limit begins at 1") }
    }

    func run(_ session: Session) async throws {
        let kinds = try await session.call(RegistryMethods.listKinds, .init()).kinds
        var request = RegistryListRecordsRequest()
        request.kind = kind
        request.municipality = all ? "" : session.municipality
        request.asOf = asOf ?? ""
        request.includeEnded = ended
        request.filters = filters.map { filter in
            let parts = filter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return .with {
                $0.field = String(parts[0])
                $0.value = parts.count > 1 ? String(parts[1]) : ""
            }
        }
        var rows: [RecordView] = []
        repeat {
            request.limit = UInt32(clamping: min(500, limit - rows.count))
            let page = try await session.call(RegistryMethods.listRecords, request)
            rows += page.records.map { RecordView($0) }
            request.cursor = page.cursor
        } while !request.cursor.isEmpty && rows.count < limit
        // The fields that each record has say most about it in one line.
        let shown = kinds.first { $0.name == kind }?.fields.filter(\.required).prefix(4).map(\.name) ?? []
        var columns: [(String, (RecordView) -> String)] = [
            ("code", \.code), ("municipality", { $0.municipality ?? "" }),
        ]
        for field in shown { columns.append((field, { $0.shown(field) })) }
        columns.append(("ended", { $0.endedFrom ?? "" }))
        columns.append(("version", { String($0.version ?? 0) }))
        try session.output.rows(rows, columns, empty: "no records")
        if !request.cursor.isEmpty { session.output.note("... more; raise --limit to see them") }
    }
}

/// One record.
struct ShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One record, now or as it was on a past day.",
        discussion: """
            A municipality, institution, network, target group, persona or template of today is shown as a page with what
            belongs to it.
            """)
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Kind, e.g. post.") var kind: String
    @Argument(help: "The record's code.") var code: String
    @Option(help: "As at the end of that day, e.g. 2026-02-02.") var asOf: String?
    @Flag(help: "Its fields, also where there is a page.") var fields = false
    @Option(help: "A page's words in et or en.") var lang: TextLanguage = .en

    struct Line: Encodable {
        var field: String
        var value: String
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.getRecord,
            .with {
                $0.kind = kind
                $0.code = code
                $0.asOf = asOf ?? ""
            })
        let view = RecordView(answer.record)
        if session.output.json { return try session.output.value(view) { "" } }
        if !fields, asOf == nil,
            let page = try await MapPages.page(
                of: MapRecord(answer.record), session, language: lang.rawValue)
        {
            return Terminal.print(page)
        }
        var lines = [
            Line(field: "municipality", value: view.municipality ?? ""),
            Line(field: "version", value: "\(view.version ?? 0) of \(view.changed ?? "")"),
        ]
        if let end = view.endedFrom, !end.isEmpty { lines.append(Line(field: "ended from", value: end)) }
        lines += view.fields.keys.sorted().map { Line(field: $0, value: view.shown($0)) }
        try session.output.rows(lines, [("field", \.field), ("value", \.value)], empty: "")
    }
}

/// Who changed a record, when, and what.
struct HistoryCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Who changed what in a record, and when; the newest first.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Kind, e.g. post.") var kind: String
    @Argument(help: "The record's code.") var code: String

    struct Row: Encodable {
        var at: String
        var version: UInt64
        var system: String
        var person: String
        var role: String
        var purpose: String
        var changedFields: [String]
        var record: RecordView
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.recordHistory,
            .with {
                $0.kind = kind
                $0.code = code
            })
        try session.output.rows(
            answer.versions.map { version in
                Row(
                    at: LocalTimeText.minute(version.record.changedMicroseconds),
                    version: version.record.version, system: version.system,
                    person: text(version.personID), role: version.role, purpose: version.purpose,
                    changedFields: version.changedFields, record: RecordView(version.record))
            },
            [
                ("when", \.at), ("version", { String($0.version) }),
                ("role", { $0.role.isEmpty ? "program" : $0.role }), ("person", \.person),
                ("system", \.system), ("changed", { $0.changedFields.joined(separator: ", ") }),
            ], empty: "no history")
    }
}

/// Stores records from a file.
struct PutCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Store records from JSON: what show --json prints, one record or a list of them.",
        discussion: "All are stored, or none when one has a fault. A record with \"version\" is stored only "
            + "when it still has that version.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "JSON file with a record or a list of records.") var file: String
    @Flag(help: "Check only, store nothing.") var dryRun = false
    @Option(help: "Faults in et or en.") var lang: TextLanguage = .en

    struct Result: Encodable {
        var stored: Bool
        var results: [Row]
        var faultCount: UInt64
        var faults: [RecordFaultRow]
    }
    struct Row: Encodable {
        var kind: String
        var code: String
        var version: UInt64
        var change: String
    }

    func run(_ session: Session) async throws {
        let data = try fileContents(file)
        let decoder = JSONDecoder()
        guard
            let records = (try? decoder.decode([RecordView].self, from: data))
                ?? (try? decoder.decode(RecordView.self, from: data)).map({ [$0] })
        else {
            throw UsageError(
                "records-unreadable", "\(file) is no record and no list of records in JSON.",
                next: "compare it with: tugi-gateway registry show KIND CODE --json")
        }
        let answer = try await session.call(
            RegistryMethods.putRecords,
            .with {
                $0.puts = records.map(\.message)
                $0.dryRun = dryRun
            })
        let result = Result(
            stored: !dryRun && answer.faultCount == 0,
            results: answer.results.map {
                Row(kind: $0.kind, code: $0.code, version: $0.version, change: $0.change)
            }, faultCount: answer.faultCount, faults: answer.faults.map { RecordFaultRow($0, lang) })
        try RecordOutcome.say(session.output, result, faults: result.faults, count: answer.faultCount) {
            let altered = result.results.filter { $0.change != "unchanged" }.count
            return "\(altered) of \(result.results.count) records "
                + (dryRun ? "would change; dry run, nothing stored" : "changed; stored")
        }
    }
}

/// Ends a record.
struct EndCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End a record from a day on; nothing is deleted.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Kind, e.g. post.") var kind: String
    @Argument(help: "The record's code.") var code: String
    @Option(help: "First day on which it is no more; else today.") var from: String?
    @Option(help: "Only if it still has this version.") var ifVersion: UInt64?
    @Option(help: "Faults in et or en.") var lang: TextLanguage = .en

    struct Result: Encodable {
        var kind: String
        var code: String
        var version: UInt64
        var faults: [RecordFaultRow]
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.endRecord,
            .with {
                $0.kind = kind
                $0.code = code
                $0.endedFrom = from ?? ""
                if let ifVersion { $0.expectedVersion = ifVersion }
            })
        let result = Result(
            kind: kind, code: code, version: answer.result.version,
            faults: answer.faults.map { RecordFaultRow($0, lang) })
        try RecordOutcome.say(
            session.output, result, faults: result.faults, count: UInt64(result.faults.count)
        ) { "ended: \(kind) \(code), version \(answer.result.version)" }
    }
}

/// One way to say what came of records that were sent.
enum RecordOutcome {
    /// Says it, and ends with 1 when there were faults.
    static func say(
        _ output: Output, _ result: some Encodable, faults: [RecordFaultRow], count: UInt64,
        _ summary: () -> String
    ) throws {
        if output.json || count == 0 {
            try output.value(result, summary)
        } else {
            try output.rows(faults, RecordFaultRow.columns, empty: "")
            output.note("\(count) faults; nothing stored")
        }
        if count > 0 { throw Exit.problemsFound }
    }
}
