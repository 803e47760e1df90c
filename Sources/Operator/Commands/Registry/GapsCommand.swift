import ArgumentParser
import Contracts
import SwiftProtobuf

/// What the county's map lacks.
struct GapsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        abstract: "Vacancies, missing roles, old figures, and how full the three tables are.")
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Of all municipalities that you may see, not only your own.") var all = false
    @Option(help: "Texts in et or en.") var lang: TextLanguage = .en

    struct Result: Encodable {
        var gaps: [Gap]
        var completeness: [Table]
    }
    struct Gap: Encodable {
        var municipality: String
        var type: String
        var kind: String
        var code: String
        var role: String
        var text: String
    }
    struct Table: Encodable {
        var municipality: String
        var table: String
        var records: UInt32
        var percent: UInt32
        var lacks: [Lack]
    }
    struct Lack: Encodable {
        var code: String
        var fields: [String]

        var shown: String {
            fields.isEmpty ? "\(code) (no row)" : "\(code) (\(fields.joined(separator: " ")))"
        }
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RegistryMethods.listGaps, .with { $0.municipality = all ? "" : session.municipality })
        let result = Result(
            gaps: answer.gaps.map {
                Gap(
                    municipality: $0.municipality, type: $0.type, kind: $0.kind, code: $0.code,
                    role: $0.role, text: lang.text($0.textEt, $0.textEn))
            },
            completeness: answer.completeness.map { table in
                Table(
                    municipality: table.municipality, table: table.table, records: table.records,
                    percent: table.percent,
                    lacks: table.lacks.map { Lack(code: $0.code, fields: $0.fields) })
            })
        if session.output.json { return try session.output.value(result) { "" } }
        try session.output.rows(
            result.gaps,
            [("municipality", \.municipality), ("gap", \.type), ("what", \.text), ("code", \.code)],
            empty: "no gaps")
        try session.output.rows(
            result.completeness,
            [
                ("municipality", \.municipality), ("table", \.table), ("rows", { String($0.records) }),
                ("full", { "\($0.percent) %" }),
                ("lacks", { $0.lacks.isEmpty ? "" : "\($0.lacks.count): \($0.lacks[0].shown) ..." }),
            ], empty: "no tables")
    }
}
