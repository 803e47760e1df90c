import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials
import Tables

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring in the county's map, a school's pupils or roster, or a school's journal.",
        subcommands: [
            ImportCountyCommand.self, ImportPupilsCommand.self, ImportRosterCommand.self,
            ImportJournalCommand.self, ImportProfilesCommand.self,
        ])
}

/// One fault of a file, as people see it.
struct FaultRow: Encodable {
    var file: String
    var row: UInt64
    var column: String
    var code: String
    var message: String
    var remedy: String
    /// Of a note: in how many rows of the column.
    var rows: UInt64?

    init(_ fault: CommonRowFault, file: String, _ language: TextLanguage) {
        self.file = fault.file.isEmpty ? file : fault.file
        row = fault.row
        column = fault.column
        code = fault.code
        // A program of an earlier version tells no Estonian.
        message = language.text(fault.messageEt.isEmpty ? fault.message : fault.messageEt, fault.message)
        remedy = language.text(fault.remedyEt.isEmpty ? fault.remedy : fault.remedyEt, fault.remedy)
        rows = fault.rows == 0 ? nil : fault.rows
    }

    static var columns: [(String, (FaultRow) -> String)] {
        [
            ("file", \.file), ("row", { String($0.row) }), ("column", \.column), ("what", \.message),
            ("remedy", \.remedy),
        ]
    }

    /// Of what was put right.
    static var noteColumns: [(String, (FaultRow) -> String)] {
        [
            ("note: from row", { String($0.row) }), ("rows", { String($0.rows ?? 1) }), ("column", \.column),
            ("what", \.message), ("remedy", \.remedy),
        ]
    }
}

/// What came of an import.
struct ImportView: Encodable {
    var file: String
    var rows: UInt64
    var good: UInt64
    var stored: Bool
    var counts: [String: UInt64]
    var faultCount: UInt64
    var faults: [FaultRow]
    /// What was put right with certainty, once for each column.
    var notes: [FaultRow] = []

    /// Faults are found in several readings; a person goes through the file once.
    var inFileOrder: ImportView {
        var view = self
        view.faults = faults.enumerated().sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }
            .map(\.element)
        return view
    }

    var summary: String {
        let named = counts.filter { $0.value > 0 }.sorted(by: <).map { "\($0.value) \($0.key)" }
        let state = stored ? "stored" : faultCount > 0 ? "nothing stored" : "dry run, nothing stored"
        return "\(file): \(good) of \(rows) rows are good (\(named.joined(separator: ", "))); \(state)"
    }

    /// Says it, and ends with 1 when there were faults.
    func say(_ output: Output) throws {
        let view = inFileOrder
        try output.value(view) { summary }
        if !output.json, !view.notes.isEmpty { try output.rows(view.notes, FaultRow.noteColumns, empty: "") }
        if !output.json, !view.faults.isEmpty { try output.rows(view.faults, FaultRow.columns, empty: "") }
        if faultCount > UInt64(faults.count) {
            output.note("... and \(faultCount - UInt64(faults.count)) more faults")
        }
        if faultCount > 0 { throw Exit.problemsFound }
    }
}

/// Reads a file that somebody named.
func fileContents(_ path: String) throws -> Data {
    do {
        return try Data(contentsOf: URL(filePath: path))
    } catch {
        throw UsageError(
            "file-unreadable", "\(path) cannot be read.", next: "check the name and that you may read it")
    }
}

/// The last part of a path.
func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

/// The county's map.
struct ImportCountyCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "county",
        abstract: "The county's map as JSON: institutions, people, posts, resources, teams, templates.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "JSON file, the form of CountyDocument in Protocols/registry/v1/registry.proto.")
    var file: String
    @Flag(help: "Check only, store nothing.") var dryRun = false
    @Option(help: "Faults in et or en.") var lang: TextLanguage = .en

    func run(_ session: Session) async throws {
        try await ImportCountyCommand.run(session, file: file, dryRun: dryRun, lang: lang)
            .say(session.output)
    }

    static func run(
        _ session: Session, file: String, dryRun: Bool, lang: TextLanguage = .en, operation: [UInt8]? = nil
    ) async throws -> ImportView {
        let data = try fileContents(file)
        let document: RegistryCountyDocument
        do {
            document = try RegistryCountyDocument(jsonUTF8Data: data)
        } catch {
            throw UsageError(
                "county-unreadable", "\(file) is no county document: \(error)",
                next: "compare it with CountyDocument in Protocols/registry/v1/registry.proto")
        }
        return try await run(
            session, name: fileName(file), document: document, dryRun: dryRun, lang: lang,
            operation: operation)
    }

    /// Sends a document that came from a file of that name.
    static func run(
        _ session: Session, name: String, document: RegistryCountyDocument, dryRun: Bool,
        lang: TextLanguage = .en, operation: [UInt8]? = nil
    ) async throws -> ImportView {
        let answer = try await session.call(
            RegistryMethods.importCounty,
            .with {
                $0.document = document
                $0.dryRun = dryRun
            }, operation: operation)
        let good = UInt64(answer.created + answer.changed + answer.unchanged)
        return ImportView(
            file: name, rows: good + UInt64(answer.faults.count), good: good,
            stored: !dryRun && answer.faults.isEmpty,
            counts: [
                "new": UInt64(answer.created), "changed": UInt64(answer.changed),
                "unchanged": UInt64(answer.unchanged),
            ], faultCount: UInt64(answer.faults.count),
            faults: answer.faults.map { FaultRow($0, file: name, lang) })
    }
}

/// A school's pupils.
struct ImportPupilsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "pupils", abstract: "A school's pupils from CSV (Protocols/journal.md).")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "CSV file.") var file: String
    @Option(help: "The school's code, e.g. haljala-kool.") var school: String
    @Option(
        name: .customLong("profile"),
        help: "Mapping profile of a foreign table: a shipped one's name (import profiles), or a file.")
    var mapping: String?
    @Flag(help: "Check only, store nothing.") var dryRun = false
    @Option(help: "Faults in et or en.") var lang: TextLanguage = .en

    func run(_ session: Session) async throws {
        let profile = try mapping.map { try TableProfiles.load($0, target: "pupils") }
        try await ImportPupilsCommand.run(
            session, file: file, school: school, dryRun: dryRun, profile: profile, lang: lang
        ).say(session.output)
    }

    static func run(
        _ session: Session, file: String, school: String, dryRun: Bool, profile: TableProfile? = nil,
        lang: TextLanguage = .en, operation: [UInt8]? = nil
    ) async throws -> ImportView {
        let data = try fileContents(file)
        guard let profile else {
            return try await run(
                session, csv: data, name: fileName(file), school: school, dryRun: dryRun, lang: lang,
                operation: operation)
        }
        let mapped = profile.apply(Array(data))
        let notes = mapped.notes.map { FaultRow($0.fault, file: fileName(file), lang, rows: $0.rows) }
        guard mapped.faultCount == 0 else {
            let good = UInt64(mapped.sourceRows.count)
            return ImportView(
                file: fileName(file), rows: good + UInt64(Set(mapped.faults.map(\.row)).count), good: good,
                stored: false, counts: [:], faultCount: UInt64(mapped.faultCount),
                faults: mapped.faults.prefix(100).map { FaultRow($0, file: fileName(file), lang) },
                notes: notes)
        }
        var view = try await run(
            session, csv: Data(mapped.csv), name: fileName(file), school: school, dryRun: dryRun, lang: lang,
            operation: operation)
        // Registry saw our table; the person has the foreign one.
        for index in view.faults.indices {
            let row = Int(clamping: view.faults[index].row)
            view.faults[index].row = UInt64(clamping: mapped.sourceRow(row))
        }
        for index in view.notes.indices {
            let row = Int(clamping: view.notes[index].row)
            view.notes[index].row = UInt64(clamping: mapped.sourceRow(row))
        }
        view.notes = notes + view.notes
        return view
    }

    /// Sends a table of our own format.
    static func run(
        _ session: Session, csv: Data, name: String, school: String, dryRun: Bool,
        lang: TextLanguage = .en, operation: [UInt8]?
    ) async throws -> ImportView {
        let answer = try await session.call(
            RegistryMethods.importPupils,
            .with {
                $0.municipality = session.municipality
                $0.institution = school
                $0.fileName = name
                $0.csv = csv
                $0.dryRun = dryRun
            }, operation: operation)
        return ImportView(
            file: name, rows: UInt64(answer.rows), good: UInt64(answer.good),
            stored: !dryRun && answer.faultCount == 0,
            counts: [
                "new": UInt64(answer.created), "changed": UInt64(answer.changed),
                "unchanged": UInt64(answer.unchanged),
            ], faultCount: UInt64(answer.faultCount),
            faults: answer.faults.map { FaultRow($0, file: name, lang) },
            notes: answer.notes.map { FaultRow($0, file: name, lang) })
    }
}
