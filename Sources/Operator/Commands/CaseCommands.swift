import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials

/// One case as people see it.
struct CaseRow: Encodable {
    struct NeedRow: Encodable {
        var need: String
        var code: String
        var state: String
        var attempts: [AttemptRow]
    }
    struct AttemptRow: Encodable {
        var attempt: String
        var resource: String
        var state: String
        var outcome: String
        var due: String
        var actions: [String]
    }
    var caseID: String
    var child: String
    var state: String
    var level: UInt32
    var levelName: String
    var phase: String
    var coordinatorRole: String
    var coordinator: String
    var outcome: String
    var version: UInt64
    var needs: [NeedRow]

    init(_ one: ReferralCase) {
        caseID = text(one.caseID)
        child = text(one.childID)
        state = one.state
        level = one.level
        levelName = one.levelNameEn
        phase = one.phase
        coordinatorRole = one.coordinatorRole
        coordinator = text(one.coordinatorPersonID)
        outcome = one.outcome
        version = one.version
        needs = one.needs.map { need in
            NeedRow(
                need: text(need.needID), code: need.needCode, state: need.state,
                attempts: need.attempts.map {
                    AttemptRow(
                        attempt: text($0.attemptID), resource: text($0.resourceID), state: $0.state,
                        outcome: $0.outcomeCode, due: $0.due, actions: $0.actions)
                })
        }
    }

    var page: String {
        var lines = [
            "case \(caseID) (\(state)\(outcome.isEmpty ? "" : ": \(outcome)")) of child \(child)",
            "level \(level), \(levelName); phase \(phase); coordinator: \(coordinatorRole)\(coordinator.isEmpty ? " (vacant)" : "")",
        ]
        for need in needs {
            lines.append("  need \(need.need) \(need.code): \(need.state)")
            for attempt in need.attempts {
                lines.append(
                    "    attempt \(attempt.attempt) \(attempt.state) \(attempt.outcome)"
                        + (attempt.actions.isEmpty
                            ? "" : "; may now: \(attempt.actions.joined(separator: ", "))"))
            }
        }
        return lines.joined(separator: "\n")
    }
}

/// Cases that the acting person may see.
struct ReferralsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "referrals", abstract: "Cases with their needs and attempts to help.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "open or closed.") var state = "open"
    @Option(help: "Only this case.") var caseID: String?
    @Option(help: "Rows at most.") var limit: UInt32 = 50

    func run(_ session: Session) async throws {
        if let caseID {
            let id = try UUIDText(caseID, what: "--case-id")
            let one = try await session.call(
                ReferralMethods.getCase,
                .with {
                    $0.municipality = session.municipality
                    $0.caseID = id.data
                })
            let row = CaseRow(one)
            return try session.output.value(row) { row.page }
        }
        let answer = try await session.call(
            ReferralMethods.listCases,
            .with {
                $0.municipality = session.municipality
                $0.state = state
                $0.limit = limit
            })
        try session.output.rows(
            answer.cases.map(CaseRow.init),
            [
                ("case", \.caseID), ("child", \.child), ("level", { "\($0.level) \($0.levelName)" }),
                ("phase", \.phase),
                ("needs", { $0.needs.map { "\($0.code) \($0.state)" }.joined(separator: ", ") }),
            ], empty: "no cases")
    }
}

/// Adds what a child needs.
struct NeedAddCommand: SessionCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a need to a case.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The case's id.") var caseID: String
    @Option(help: "Need code, e.g. attendance.") var need: String
    @Flag(help: "It cannot wait.") var urgent = false

    func run(_ session: Session) async throws {
        let id = try UUIDText(caseID, what: "CASE")
        let one = try await session.call(
            ReferralMethods.addNeed,
            .with {
                $0.municipality = session.municipality
                $0.caseID = id.data
                $0.needCode = need
                $0.urgency = urgent ? "urgent" : "routine"
            })
        let row = CaseRow(one)
        try session.output.value(row) {
            row.page + "\nnext: tugi-gateway routes \(row.caseID) \(row.needs.last?.need ?? "NEED")"
        }
    }
}

struct NeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "need", abstract: "What a child needs.", subcommands: [NeedAddCommand.self])
}

/// Who could help, and why others cannot.
struct RoutesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Who could help with a need: own institution first; why others cannot.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The case's id.") var caseID: String
    @Argument(help: "The need's id.") var need: String

    struct Row: Encodable {
        var resource: String
        var name: String
        var scope: String
        var free: UInt32
        var capacity: UInt32
        var asOf: String
        var stale: Bool
        var reasons: [String]
    }
    struct View: Encodable {
        var candidates: [Row]
        var ruledOut: [String: Int]
        var noProvider: Bool
    }

    func run(_ session: Session) async throws {
        let (one, need) = (try UUIDText(caseID, what: "CASE"), try UUIDText(need, what: "NEED"))
        let answer = try await session.call(
            ReferralMethods.proposeRoutes,
            .with {
                $0.municipality = session.municipality
                $0.caseID = one.data
                $0.needID = need.data
            })
        let names = try await ResourceNames.read(session)
        let view = View(
            candidates: answer.candidates.map {
                Row(
                    resource: text($0.resourceID), name: names[$0.resourceID], scope: $0.scope,
                    free: $0.freePlaces,
                    capacity: $0.capacityPlaces, asOf: $0.capacityAsOf, stale: $0.capacityStale,
                    reasons: $0.reasons)
            }, ruledOut: answer.ruledOut.reduce(into: [:]) { $0[$1.reason, default: 0] += 1 },
            noProvider: answer.noProvider)
        if session.output.json { return try session.output.value(view) { "" } }
        try session.output.rows(
            view.candidates,
            [
                ("resource", \.resource), ("who", \.name), ("scope", \.scope),
                ("free", { "\($0.free) of \($0.capacity)" }),
                ("figure of", { $0.asOf + ($0.stale ? " (old)" : "") }),
                ("because", { $0.reasons.joined(separator: ", ") }),
            ], empty: "no provider: nobody in reach can take this need now; the coordinator sees it as unmet")
        for (reason, number) in view.ruledOut.sorted(by: <) {
            Terminal.print("ruled out, \(reason): \(number)")
        }
        if let first = view.candidates.first {
            Terminal.print(
                "next: tugi-gateway request \(one) \(need) \(first.resource) --basis \"PGS § 37(2)\"")
        }
    }
}

/// Names of the municipality's resources.
struct ResourceNames {
    private var names: [Data: String] = [:]

    static func read(_ session: Session) async throws -> ResourceNames {
        let answer = try await session.call(
            RegistryMethods.listResources, .with { $0.municipality = session.municipality })
        var result = ResourceNames()
        for resource in answer.resources { result.names[resource.resourceID] = resource.entry.name }
        return result
    }

    subscript(id: Data) -> String { names[id] ?? text(id) }
}

/// Asks one helper.
struct RequestCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Ask one helper for a need; a place is kept until the answer.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The case's id.") var caseID: String
    @Argument(help: "The need's id.") var need: String
    @Argument(help: "The resource's id, from routes.") var resource: String
    @Option(help: "Help by law: its paragraph, e.g. \"PGS § 37(2)\".") var basis: String?
    @Option(help: "Voluntary help: who consented, e.g. parent.") var consentGiver: String?
    @OptionGroup var former: FormerTextOptions
    @Option(
        name: .customLong("consent-scope-from"),
        help: "What the consent covers: a file, or - for standard input.")
    var consentScopeFrom: String?
    @Option(help: "Day of the consent, e.g. 2026-02-02.") var consentDate: String?

    func validate() throws {
        guard (basis == nil) != (consentGiver == nil) else {
            throw ValidationError(
                "Give either --basis PARAGRAPH or --consent-giver with --consent-scope-from and --consent-date."
            )
        }
    }

    func run(_ session: Session) async throws {
        let (one, need, resource) = (
            try UUIDText(caseID, what: "CASE"), try UUIDText(need, what: "NEED"),
            try UUIDText(resource, what: "RESOURCE")
        )
        let consentScope = try PrivateText.read(.init("--consent-scope-from", consentScopeFrom))[0]
        let answer = try await session.call(
            ReferralMethods.requestHelp,
            .with {
                $0.municipality = session.municipality
                $0.caseID = one.data
                $0.needID = need.data
                $0.resourceID = resource.data
                $0.basis.paragraph = basis ?? ""
                $0.basis.consentGiver = consentGiver ?? ""
                $0.basis.consentScope = consentScope
                $0.basis.consentDate = consentDate ?? ""
            })
        let row = CaseRow(answer)
        try session.output.value(row) { row.page }
    }
}

/// What happens with an attempt to help.
struct AttemptCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "attempt",
        abstract: "Move an attempt: receive, accept, reject, start, hold, resume, complete, fail, cancel.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "What happens.") var action: String
    @Argument(help: "The case's id.") var caseID: String
    @Argument(help: "The attempt's id.") var attempt: String
    @Option(help: "Reason code, for reject, hold, fail, cancel.") var reason: String?
    @Option(help: "Outcome code, for complete.") var outcome: String?

    func run(_ session: Session) async throws {
        let (one, attempt) = (try UUIDText(caseID, what: "CASE"), try UUIDText(attempt, what: "ATTEMPT"))
        let answer = try await session.call(
            ReferralMethods.advanceAttempt,
            .with {
                $0.municipality = session.municipality
                $0.caseID = one.data
                $0.attemptID = attempt.data
                $0.action = action
                $0.reasonCode = reason ?? ""
                $0.outcomeCode = outcome ?? ""
            })
        let row = CaseRow(answer)
        try session.output.value(row) { row.page }
    }
}

/// The referrer takes note of the outcome.
struct AcknowledgeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Take note of how an attempt ended; closes the loop.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The case's id.") var caseID: String
    @Argument(help: "The attempt's id.") var attempt: String
    @Flag(help: "The need is met; else it stays active.") var needMet = false

    func run(_ session: Session) async throws {
        let (one, attempt) = (try UUIDText(caseID, what: "CASE"), try UUIDText(attempt, what: "ATTEMPT"))
        let answer = try await session.call(
            ReferralMethods.acknowledgeOutcome,
            .with {
                $0.municipality = session.municipality
                $0.caseID = one.data
                $0.attemptID = attempt.data
                $0.needMet = needMet
            })
        let row = CaseRow(answer)
        try session.output.value(row) { row.page }
    }
}

struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Move or close a case.",
        subcommands: [CaseMoveCommand.self, CaseCloseCommand.self])
}

/// Moves a case to another level or phase.
struct CaseMoveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Move a case to another level or phase, with a reason.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The case's id.") var caseID: String
    @Option(help: "Level, from 1.") var level: UInt32 = 0
    @Option(help: "Phase: noticing, clarifying-needs, setting-goals, activities, evaluating.") var phase:
        String?
    @OptionGroup var former: FormerTextOptions
    @Option(name: .customLong("reason-from"), help: "Why: a file, or - for standard input.")
    var reasonFrom: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(caseID, what: "CASE")
        let reason = try PrivateText.read(.init("--reason-from", reasonFrom))[0]
        let answer = try await session.call(
            ReferralMethods.moveCase,
            .with {
                $0.municipality = session.municipality
                $0.caseID = id.data
                $0.toLevel = level
                $0.phase = phase ?? ""
                $0.reason = reason
            })
        let row = CaseRow(answer)
        try session.output.value(row) { row.page }
    }
}

/// Closes a case with its outcome.
struct CaseCloseCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close a case with its outcome.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The case's id.") var caseID: String
    @Option(help: "solved-in-institution, solved, moved-away, declined, ...") var outcome: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(caseID, what: "CASE")
        let answer = try await session.call(
            ReferralMethods.closeCase,
            .with {
                $0.municipality = session.municipality
                $0.caseID = id.data
                $0.outcome = outcome
            })
        let row = CaseRow(answer)
        try session.output.value(row) { row.page }
    }
}
