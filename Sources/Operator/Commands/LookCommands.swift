import ArgumentParser
import Contracts
import SwiftProtobuf
import RPC

/// How every program does.
struct StatusCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How every program, store and direction of events does; shows no child.")
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Also compute the digest of every store and verify its audit chain (slower).")
    var digests = false

    struct Row: Encodable {
        var service: String
        var state: String
        var address: String
        var schema: String
        var partitions: Int
        var bytes: UInt64
        var waiting: UInt64
        var parked: UInt64
        var problem: String
        var digests: [String: String]
    }
    struct View: Encodable {
        struct Relay: Encodable {
            var source: String
            var consumer: String
            var pending: UInt64
            var parked: UInt64
            var problem: String
        }
        var services: [Row]
        var relays: [Relay]
        var settled: Bool
        var auditChainsWhole: Bool?
    }

    func run(_ session: Session) async throws {
        let status = try await session.call(GatewayMethods.status, .with { $0.withDigest = digests })
        let rows = status.services.map { service in
            Row(
                service: service.name, state: service.state, address: service.address,
                schema: service.store.partitions.last?.schema ?? "",
                partitions: service.store.partitions.count,
                bytes: service.store.partitions.reduce(0) { $0 + $1.bytes },
                waiting: service.store.partitions.reduce(0) { $0 + $1.outboxPending },
                parked: service.store.partitions.reduce(0) { $0 + $1.inboxParked }, problem: service.problem,
                digests: Dictionary(
                    service.store.partitions.map { ($0.code, $0.digest) },
                    uniquingKeysWith: { first, _ in first }))
        }
        let chains = status.services.flatMap(\.store.partitions).allSatisfy(\.auditChainWhole)
        if session.output.json {
            try session.output.value(
                View(
                    services: rows,
                    relays: status.relays.map {
                        View.Relay(
                            source: $0.source, consumer: $0.consumer, pending: $0.pending, parked: $0.parked,
                            problem: $0.problem)
                    }, settled: status.settled, auditChainsWhole: digests ? chains : nil)
            ) { "" }
        } else {
            try session.output.rows(
                rows,
                [
                    ("program", \.service), ("state", \.state), ("address", \.address), ("schema", \.schema),
                    ("stores", { String($0.partitions) }), ("MiB", { String($0.bytes >> 20) }),
                    ("events waiting", { String($0.waiting) }), ("parked", { String($0.parked) }),
                ], empty: "")
            for row in rows where !row.problem.isEmpty { Terminal.print("\n\(row.service): \(row.problem)") }
            for relay in status.relays where relay.pending > 0 || relay.parked > 0 || !relay.problem.isEmpty {
                let count = "\(relay.pending) waiting, \(relay.parked) parked"
                Terminal.print(
                    "\(relay.source) -> \(relay.consumer): \(relay.problem.isEmpty ? count : relay.problem)")
            }
            if digests {
                for row in rows {
                    for (code, digest) in row.digests.sorted(by: <) {
                        Terminal.print("\(row.service)/\(code) \(digest)")
                    }
                }
                Terminal.print(
                    chains
                        ? "audit chains: whole" : "audit chains: BROKEN; stop and keep the files as they are")
            }
            let down = rows.filter { $0.state != "serving" }.map { "tugi-\($0.service)" }
            if down.isEmpty {
                Terminal.print(
                    status.settled ? "\nall events have arrived" : "\nevents are still on their way")
            } else {
                Terminal.print(
                    "\nnext: start \(down.joined(separator: ", ")); events wait in the stores and arrive then"
                )
            }
        }
        if rows.contains(where: { $0.state != "serving" }) || (digests && !chains) {
            throw Exit.problemsFound
        }
    }
}

/// Whether the gateway and every program behind it answer.
struct HealthCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ends with 0 when every program serves; waits for it with --wait.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Seconds to wait until all serve.")
    var wait: Double = 0
    @Flag(help: "Also wait until every event has reached every program.")
    var settled = false

    struct View: Encodable {
        var healthy: Bool
        var settled: Bool
        var services: [String: String]
    }

    func run(_ session: Session) async throws {
        let end = ContinuousClock.now + .seconds(wait)
        while true {
            let view = try await look(session, mayFail: ContinuousClock.now < end)
            if view.healthy, !settled || view.settled {
                return try session.output.value(view) {
                    "healthy: " + view.services.keys.sorted().joined(separator: ", ")
                }
            }
            guard ContinuousClock.now < end else {
                try session.output.value(view) {
                    view.services.sorted(by: <).map { "\($0.key): \($0.value)" }.joined(separator: "\n")
                        + "\nnext: tugi-gateway status"
                }
                throw Exit.problemsFound
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func look(_ session: Session, mayFail: Bool) async throws -> View {
        do {
            let status = try await session.call(GatewayMethods.status, GatewayStatusRequest())
            let states = Dictionary(
                status.services.map { ($0.name, $0.state) }, uniquingKeysWith: { first, _ in first })
            return View(
                healthy: states.values.allSatisfy { $0 == "serving" }, settled: status.settled,
                services: states)
        } catch let error as RPCError where mayFail && error.code == .unavailable {
            return View(healthy: false, settled: false, services: ["gateway": "unreachable"])
        }
    }
}

/// What the calling person has to do.
struct TasksCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks", abstract: "What the acting person has to do today, with the command to type.")
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var code: String
        var due: String
        var overdue: Bool
        var child: String
        var command: String
    }

    func run(_ session: Session) async throws {
        let tasks = try await session.call(
            GatewayMethods.tasks, .with { $0.municipality = session.municipality })
        let rows =
            tasks.tasks.map {
                Row(
                    code: $0.code, due: $0.due, overdue: $0.overdue, child: text($0.childID),
                    command: $0.command)
            }
            + tasks.trainingTasks.map {
                Row(code: $0.code, due: $0.due, overdue: false, child: "", command: $0.command)
            }
        try session.output.rows(
            rows,
            [
                ("task", \.code), ("due", { $0.due + ($0.overdue ? " !" : "") }), ("child", \.child),
                ("next", \.command),
            ],
            empty: "nothing to do today")
    }
}

/// One child's way.
struct JourneyCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "journey",
        abstract: "One child's way, step by step; for a person who works with the child.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Option(help: "Language of the steps: et or en.") var lang = "en"

    struct View: Encodable {
        struct Step: Encodable {
            var at: String
            var step: String
            var text: String
            var decidedBy: String
            var next: String
        }
        struct Look: Encodable {
            var at: String
            var service: String
            var action: String
            var role: String
            var purpose: String
        }
        var child: String
        var name: String
        var place: String
        var steps: [Step]
        var notices: [String]
        var looked: [Look]
        var next: String
    }

    func run(_ session: Session) async throws {
        let id = try UUIDText(child, what: "CHILD")
        let journey = try await session.call(
            GatewayMethods.journey,
            .with {
                $0.municipality = session.municipality
                $0.childID = id.data
            })
        let view = JourneyCommand.view(journey, language: lang)
        try session.output.value(view) { JourneyCommand.page(view) }
    }

    static func view(_ journey: GatewayJourneyResponse, language: String) -> View {
        let estonian = language == "et"
        let child = journey.child
        return View(
            child: text(child.childID), name: "\(child.givenName) \(child.familyName)",
            place: "\(child.institutionName), \(child.className)",
            steps: journey.steps.map {
                View.Step(
                    at: LocalTimeText.minute($0.atMicroseconds), step: $0.step,
                    text: estonian ? $0.textEt : $0.textEn,
                    decidedBy: $0.decidedBy, next: $0.nextCommand)
            },
            notices: journey.notices.map { estonian ? $0.textEt : $0.textEn },
            looked: journey.looked.map {
                View.Look(
                    at: LocalTimeText.minute($0.atMicroseconds), service: $0.service, action: $0.action,
                    role: $0.role,
                    purpose: $0.purpose)
            }, next: journey.nextCommand)
    }

    static func page(_ view: View) -> String {
        var lines = ["\(view.name), \(view.place)", ""]
        for (number, step) in view.steps.enumerated() {
            lines.append("\(number + 1). \(step.at)  \(step.text)")
            lines.append("   decided by: \(step.decidedBy)")
            if !step.next.isEmpty { lines.append("   next: \(step.next)") }
        }
        lines.append("")
        if !view.notices.isEmpty {
            lines.append("told to the representatives:")
            lines += view.notices.map { "  - \($0)" }
            lines.append("")
        }
        let looks = Dictionary(grouping: view.looked) {
            "\($0.role.isEmpty ? "program" : $0.role) (\($0.purpose))"
        }
        if !looks.isEmpty {
            lines.append(
                "who looked: " + looks.map { "\($0.key) \($0.value.count)x" }.sorted().joined(separator: ", ")
            )
        }
        lines.append(view.next.isEmpty ? "next: nothing waits" : "next: \(view.next)")
        return lines.joined(separator: "\n")
    }
}
