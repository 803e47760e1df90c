import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials

/// Brings in what the product ships for the county.
struct ImportShippedCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "shipped",
        abstract: "Bring in what is shipped: outside bodies, process templates, target groups, indicators.",
        discussion: """
            Only what the register does not hold yet is brought in: a record that is there stays as its keeper has it.
            Every shipped record names its source; drafts are marked and wait for their municipality.
            """)
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Check only, store nothing.") var dryRun = false

    func run(_ session: Session) async throws {
        try await ImportShippedCommand.run(session, dryRun: dryRun).say(session.output)
    }

    static func run(_ session: Session, dryRun: Bool, operation: [UInt8]? = nil) async throws -> ImportView {
        let records = try RecordsFile.shipped().flatMap(\.messages)
        return try await ImportCountyCommand.run(
            session, name: "shipped records", document: .with { $0.records = records }, dryRun: dryRun,
            operation: operation)
    }
}

/// Brings in records from a file.
struct ImportRecordsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract:
            "Records of the county's map as JSON: networks, visions, personas, indicators, and all other kinds.",
        discussion: """
            Only what the register does not hold yet is brought in: a record that is there stays as its keeper has it.
            To change records: tugi-gateway registry put FILE, or a table with registry import KIND FILE.
            """)
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "JSON file, the form of scripts/samples/records.json.") var file: String
    @Flag(help: "Check only, store nothing.") var dryRun = false

    func run(_ session: Session) async throws {
        try await ImportRecordsCommand.run(session, file: file, dryRun: dryRun).say(session.output)
    }

    static func run(
        _ session: Session, file: String, dryRun: Bool, operation: [UInt8]? = nil
    ) async throws -> ImportView {
        let records = try RecordsFile(name: fileName(file), json: fileContents(file)).messages
        return try await ImportCountyCommand.run(
            session, name: fileName(file), document: .with { $0.records = records }, dryRun: dryRun,
            operation: operation)
    }
}
