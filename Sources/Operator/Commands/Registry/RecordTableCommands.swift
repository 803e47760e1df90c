import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// A municipality's table of records in.
struct ImportTableCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Bring in a municipality's table of a kind as CSV.",
        discussion:
            "A row that is missing in a whole table (--full) ends nothing; it is told. When more than "
            + "5 % are missing, nothing is stored until their number is confirmed.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Kind, e.g. resource.") var kind: String
    @Argument(help: "CSV file, as export writes it or as a spreadsheet program saves it.") var file: String
    @Flag(help: "Check and preview only, store nothing.") var dryRun = false
    @Flag(help: "The file is the whole table; else it holds changes only.") var full = false
    @Option(
        name: .customLong("profile"),
        help: "Mapping profile of a foreign table: a shipped one's name (import profiles), or a file.")
    var mapping: String?
    @Option(name: .customLong("set"), help: "With --profile: COLUMN=VALUE in every row; may be repeated.")
    var values: [String] = []
    @Flag(help: "The file wins over what people changed by hand since the last import.")
    var overwriteEdits = false
    @Option(help: "So many missing rows were seen and are right.") var confirmMissing: UInt64?
    @Option(help: "Texts in et or en.") var lang: TextLanguage = .en

    func validate() throws {
        if mapping == nil, !values.isEmpty { throw ValidationError("--set goes with --profile.") }
    }

    struct Result: Encodable {
        var file: String
        var rows: UInt64
        var passedOver: UInt64
        var created: UInt64
        var changed: UInt64
        var unchanged: UInt64
        var missing: [String]
        var missingCount: UInt64
        var keptEdits: UInt64
        var preview: String
        var stored: Bool
        /// This very file was the last one stored.
        var repeated: Bool
        var faultCount: UInt64
        var faults: [RecordFaultRow]
        var notes: [RecordFaultRow]
        var stop: RecordFaultRow?
    }

    func run(_ session: Session) async throws {
        let profile = try mapping.map { try TableProfiles.load($0, target: kind).setting(values).json() }
        let data = try fileContents(file)
        let answer = try await session.call(
            RegistryMethods.importTable,
            .with {
                $0.kind = kind
                $0.municipality = session.municipality
                $0.csv = data
                $0.delta = !full
                $0.dryRun = dryRun
                $0.profile = profile ?? Data()
                $0.overwriteEdits = overwriteEdits
                if let confirmMissing { $0.confirmedMissing = confirmMissing }
            })
        let result = Result(
            file: fileName(file), rows: answer.rows, passedOver: answer.passedOver, created: answer.created,
            changed: answer.changed, unchanged: answer.unchanged, missing: answer.missing,
            missingCount: answer.missingCount, keptEdits: answer.keptEdits,
            preview: lang.text(answer.previewEt, answer.previewEn), stored: answer.stored,
            repeated: answer.repeatedFile, faultCount: answer.faultCount,
            faults: answer.faults.map { RecordFaultRow($0, lang) },
            notes: answer.notes.map { RecordFaultRow($0, lang) },
            stop: answer.hasStop ? RecordFaultRow(answer.stop, lang) : nil)
        try say(result, session.output)
    }

    private func say(_ result: Result, _ output: Output) throws {
        try output.value(result) {
            let state =
                result.stored
                ? lang.text("salvestatud", "stored")
                : dryRun
                    ? lang.text("proov, midagi ei salvestatud", "dry run, nothing stored")
                    : lang.text("midagi ei salvestatud", "nothing stored")
            return "\(result.file): \(result.preview); \(state)"
        }
        if !output.json {
            if !result.missing.isEmpty {
                let missing = result.missing.joined(separator: ", ")
                output.note("\(lang.text("puudub", "missing")): \(missing)")
            }
            if result.passedOver > 0 {
                output.note(
                    lang.text(
                        "vahele jäetud ridu (profiil, teised omavalitsused): \(result.passedOver)",
                        "rows passed over (profile, other municipalities): \(result.passedOver)"))
            }
            if !result.notes.isEmpty { try output.rows(result.notes, RecordFaultRow.noteColumns, empty: "") }
            if !result.faults.isEmpty {
                try output.rows(result.faults, RecordFaultRow.columns, empty: "")
            }
            if let stop = result.stop { output.note("\(stop.message) \(stop.remedy)") }
        }
        if result.faultCount > 0 || result.stop != nil { throw Exit.problemsFound }
    }
}

/// A municipality's table of records out.
struct ExportTableCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Write a municipality's table of a kind as CSV that import reads back unchanged.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "Kind, e.g. resource.") var kind: String
    @Argument(help: "File to write; \"-\" for standard output.") var file: String
    @Option(help: "As at the end of that day, e.g. 2026-02-02.") var asOf: String?
    @Option(help: "Headings in et or en, for spreadsheet programs; else the fields' names.")
    var lang: TextLanguage?

    struct Result: Encodable {
        var file: String
        var rows: UInt64
    }

    func run(_ session: Session) async throws {
        var request = RegistryExportTableRequest()
        request.kind = kind
        request.municipality = session.municipality
        request.asOf = asOf ?? ""
        request.language = lang?.rawValue ?? ""
        var table = Data()
        var rows: UInt64 = 0
        repeat {
            let part = try await session.call(RegistryMethods.exportTable, request)
            table += part.csv
            rows += part.rows
            request.cursor = part.cursor
        } while !request.cursor.isEmpty
        if file == "-" { return Terminal.print(String(decoding: table, as: UTF8.self), terminator: "") }
        do {
            try table.write(to: URL(filePath: file))
        } catch {
            throw UsageError(
                "file-unwritable", "\(file) cannot be written.",
                next: "check the folder and that you may write")
        }
        try session.output.value(Result(file: fileName(file), rows: rows)) {
            "\(fileName(file)): \(rows) rows"
        }
    }
}
