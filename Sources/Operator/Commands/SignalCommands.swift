import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials

/// One signal as people see it.
struct SignalRow: Encodable {
    var signal: String
    var child: String
    var kind: String
    var code: String
    var state: String
    var className: String
    var count: UInt32
    var limit: UInt32
    var explanation: String
    var bySubject: [String: UInt32]
    var byWeekday: [String: UInt32]
    var caseID: String

    init(_ signal: RiskSignal, language: String) {
        self.signal = text(signal.signalID)
        child = text(signal.childID)
        kind = signal.kind
        code = signal.code
        state = signal.state
        className = signal.className
        count = signal.count
        limit = signal.limit
        explanation = language == "et" ? signal.explanationEt : signal.explanationEn
        bySubject = signal.bySubject
        byWeekday = signal.byWeekday
        caseID = text(signal.caseID)
    }

    static var columns: [(String, (SignalRow) -> String)] {
        [
            ("signal", \.signal), ("child", \.child), ("class", \.className), ("kind", \.kind),
            ("why", \.explanation),
            ("state", \.state),
        ]
    }
}

/// What waits for a person's decision.
struct AlarmsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarms", abstract: "Alarms and concerns that the acting person may see.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "open, confirmed, dismissed; may be repeated. Default: open.") var state: [String] = []
    @Option(help: "Class, e.g. 7a.") var className: String?
    @Option(help: "Institution's id.") var institution: String?
    @Option(help: "Rows at most (500).") var limit: UInt32 = 50
    @Option(help: "Language of the explanations: et or en.") var lang = "en"

    func run(_ session: Session) async throws {
        var request = RiskListSignalsRequest()
        request.municipality = session.municipality
        request.states = state
        request.className = className ?? ""
        if let institution { request.institutionID = try UUIDText(institution, what: "--institution").data }
        request.limit = limit
        let answer = try await session.call(RiskMethods.listSignals, request)
        try session.output.rows(
            answer.signals.map { SignalRow($0, language: lang) }, SignalRow.columns, empty: "no signals")
        if answer.more { session.output.note("\(answer.total) in all; --limit shows more") }
    }
}

/// A named person says that a signal is right.
struct ConfirmCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Confirm a signal: help begins at the first level.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The signal's id.") var signal: String
    @Option(help: "What the child may need, e.g. attendance; may be repeated.") var need: [String] = []

    func run(_ session: Session) async throws {
        let id = try UUIDText(signal, what: "SIGNAL")
        let answer = try await session.call(
            RiskMethods.decideSignal,
            .with {
                $0.municipality = session.municipality
                $0.signalID = id.data
                $0.confirm = true
                $0.needCodes = need
            })
        try session.output.value(SignalRow(answer.signal, language: "en")) {
            "confirmed; a case follows at once\nnext: tugi-gateway journey \(text(answer.signal.childID))"
        }
    }
}

/// A named person says that a signal is not right, and why.
struct DismissCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "dismiss", abstract: "Dismiss a signal; a reason is needed.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The signal's id.") var signal: String
    @OptionGroup var former: FormerTextOptions
    @Option(
        name: .customLong("reason-from"), help: "Why it is no sign of need: a file, or - for standard input.")
    var reasonFrom: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(signal, what: "SIGNAL")
        let reason = try PrivateText.read(.init("--reason-from", reasonFrom))[0]
        let answer = try await session.call(
            RiskMethods.decideSignal,
            .with {
                $0.municipality = session.municipality
                $0.signalID = id.data
                $0.reason = reason
            })
        try session.output.value(SignalRow(answer.signal, language: "en")) { "dismissed" }
    }
}

/// Anyone's one-minute notice.
struct ConcernCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "concern", abstract: "Say that a child may need help; a named person answers it.",
        discussion: "In danger call 112, for a child in need also 116 111: those never wait in a list.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Option(help: "What the child may need, e.g. behaviour.") var need: String
    @OptionGroup var former: FormerTextOptions
    @Option(
        name: .customLong("observation-from"),
        help: "What was seen; kept sealed: a file, or - for standard input.")
    var observationFrom: String
    @Option(help: "Who noticed: teacher, parent, child, nurse, police, youth-worker.") var noticer = "teacher"

    func run(_ session: Session) async throws {
        let id = try UUIDText(child, what: "CHILD")
        let observation = try PrivateText.read(.init("--observation-from", observationFrom))[0]
        let answer = try await session.call(
            RiskMethods.raiseConcern,
            .with {
                $0.municipality = session.municipality
                $0.childID = id.data
                $0.needCode = need
                $0.observation = observation
                $0.noticerRole = noticer
            })
        try session.output.value(["signal": text(answer.signalID)]) { "noticed: \(text(answer.signalID))" }
    }
}

/// The weekly pass by hand; the service does it by itself in the night to Monday.
struct WeeklyPassCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "weekly-pass",
        abstract: "Look through the last weeks of every child and update the alarms.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Monday; the days before it count. Default: this week's.") var asOf: String?

    struct View: Encodable {
        var children: UInt64
        var raised: UInt64
        var updated: UInt64
        var unchanged: UInt64
        var withdrawn: UInt64
        var notEnoughData: UInt64
        var openByTrigger: [String: UInt64]

        init(_ answer: RiskRunWeeklyPassResponse) {
            children = answer.children
            raised = answer.raised
            updated = answer.updated
            unchanged = answer.unchanged
            withdrawn = answer.withdrawn
            notEnoughData = answer.notEnoughData
            openByTrigger = answer.openByTrigger
        }
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RiskMethods.runWeeklyPass,
            .with {
                $0.municipality = session.municipality
                $0.asOf = asOf ?? LocalTimeText.thisMonday()
            })
        let view = View(answer)
        try session.output.value(view) {
            "\(view.children) children: \(view.raised) alarms raised, \(view.updated) updated, \(view.withdrawn) withdrawn, "
                + "\(view.notEnoughData) without enough data\n"
                + view.openByTrigger.sorted(by: <).map { "  \($0.key): \($0.value) open" }.joined(
                    separator: "\n")
                + "\nnext: tugi-gateway alarms"
        }
    }
}

/// The limits that the weekly pass uses.
struct RulesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "The triggers of the weekly pass, their windows and limits.")
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var code: String
        var weeks: UInt32
        var limit: UInt32
        var counts: String
    }

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            RiskMethods.getAlarmRules, .with { $0.municipality = session.municipality })
        try session.output.rows(
            answer.rules.map { Row(code: $0.code, weeks: $0.weeks, limit: $0.limit, counts: $0.countsEn) },
            [
                ("trigger", \.code), ("weeks", { String($0.weeks) }), ("limit", { String($0.limit) }),
                ("counts", \.counts),
            ], empty: "no rules")
    }
}
