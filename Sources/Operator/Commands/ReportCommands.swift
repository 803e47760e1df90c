import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Reports of a child in need (LasteKS § 27).",
        subcommands: [ReportSubmitCommand.self, ReportListCommand.self, ReportDecideCommand.self])
}

/// A report goes at once to the municipality of residence; nobody at school holds it.
struct ReportSubmitCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Report a child in need; in danger call 112 first.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "The child's id, when known.") var child: String?
    @OptionGroup var former: FormerTextOptions
    @Option(
        name: .customLong("description-from"),
        help: "Who the child is, when the id is not known; kept sealed: a file, or - for standard input.")
    var descriptionFrom: String?
    @Option(
        name: .customLong("observation-from"),
        help: "What was seen; kept sealed: a file, or - for standard input.")
    var observationFrom: String
    @Option(
        help: "Municipality of the child's registered residence; unknown: where the child is. Default: yours."
    )
    var residence: String?
    @Option(
        name: .customLong("contact-from"),
        help: "How to reach you; may be left out; kept apart and sealed: a file, or - for standard input.")
    var contactFrom: String?

    func run(_ session: Session) async throws {
        let id = try child.map { try UUIDText($0, what: "--child") }
        let texts = try PrivateText.read(
            .init("--description-from", descriptionFrom), .init("--observation-from", observationFrom),
            .init("--contact-from", contactFrom))
        let answer = try await session.call(
            ReferralMethods.submitReport,
            .with {
                $0.municipality = residence ?? session.municipality
                $0.childID = id?.data ?? Data()
                $0.childDescription = texts[0]
                $0.observation = texts[1]
                $0.reporterContact = texts[2]
            })
        try session.output.value(
            ["report": text(answer.reportID), "received": answer.received, "advice": answer.adviceEn]
        ) { "\(answer.adviceEn)\n\(answer.received): \(text(answer.reportID))" }
    }
}

/// Reports that wait for the child-protection worker.
struct ReportListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Reports and until when to decide (ten days); for child protection.")
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var report: String
        var child: String
        var received: String
        var decideBy: String
        var state: String
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            ReferralMethods.listReports, .with { $0.municipality = session.municipality })
        try session.output.rows(
            answer.reports.map {
                Row(
                    report: text($0.reportID), child: text($0.childID),
                    received: LocalTimeText.minute($0.receivedMicroseconds), decideBy: $0.decideBy,
                    state: $0.state)
            },
            [
                ("report", \.report), ("child", \.child), ("received", \.received), ("decide by", \.decideBy),
                ("state", \.state),
            ], empty: "no reports")
    }
}

/// The child-protection worker's decision.
struct ReportDecideCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Decide on a report: case-opened, not-opened or passed-on.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The report's id.") var report: String
    @Option(help: "case-opened, not-opened or passed-on.") var decision: String
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("reason-from"), help: "Why: a file, or - for standard input.")
    var reasonFrom: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(report, what: "REPORT")
        let reason = try PrivateText.read(.init("--reason-from", reasonFrom))[0]
        let answer = try await session.call(
            ReferralMethods.decideReport,
            .with {
                $0.municipality = session.municipality
                $0.reportID = id.data
                $0.decision = decision
                $0.reason = reason
            })
        try session.output.value(["report": text(answer.reportID), "state": answer.state]) { answer.state }
    }
}

/// Danger: what to do now, before anything else.
struct DangerCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "danger",
        abstract: "A child is in danger: call 112. Shows the numbers and keeps a record.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "The child's id, when known.") var child: String?

    func run() async throws {
        // The numbers come first, whatever else may fail.
        connection.output.note("CALL 112 NOW. Child helpline: 116 111.")
        try await Failures.told(connection.output) {
            try await GatewayConnection.open(connection) { try await run($0) }
        }
    }

    func run(_ session: Session) async throws {
        let id = try child.map { try UUIDText($0, what: "--child") }
        let answer = try await session.call(
            ReferralMethods.recordDanger,
            .with {
                $0.municipality = session.municipality
                $0.childID = id?.data ?? Data()
            })
        try session.output.value(["advice": answer.adviceEn]) { "\(answer.adviceEt)\n\(answer.adviceEn)" }
    }
}
