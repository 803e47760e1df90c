import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials

/// One training as people see it.
struct TrainingRow: Encodable {
    var training: String
    var topic: String
    var title: String
    var state: String
    var places: UInt32
    var registered: UInt32
    var waiting: UInt32
    var sessions: [String]
    var version: UInt64

    init(_ training: TrainingTraining) {
        self.training = text(training.trainingID)
        topic = training.topic
        title = training.titleEn
        state = training.state
        places = training.places
        registered = training.registered
        waiting = training.waiting
        sessions = training.sessions.map { "\($0.date) \($0.start)-\($0.end) \($0.place)" }
        version = training.version
    }

    static var columns: [(String, (TrainingRow) -> String)] {
        [
            ("training", \.training), ("title", \.title), ("state", \.state),
            ("places", { "\($0.registered) of \($0.places)\($0.waiting > 0 ? ", \($0.waiting) wait" : "")" }),
            ("sessions", { $0.sessions.joined(separator: "; ") }),
        ]
    }
}

/// Trainings, and what support teams still want to learn.
struct TrainingsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "trainings",
        abstract: "Trainings with sessions and places; --gaps: what teams want to learn.")
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Show what support teams want to learn.") var gaps = false

    struct GapRow: Encodable {
        var topic: String
        var institutions: Int
        var members: UInt32
        var training: String
    }

    func run(_ session: Session) async throws {
        if gaps {
            let answer = try await session.call(
                TrainingMethods.listGaps, .with { $0.municipality = session.municipality })
            return try session.output.rows(
                answer.gaps.map {
                    GapRow(
                        topic: $0.topic, institutions: $0.institutionIds.count, members: $0.teamMembers,
                        training: text($0.trainingID))
                },
                [
                    ("topic", \.topic), ("institutions", { String($0.institutions) }),
                    ("people", { String($0.members) }), ("planned as", \.training),
                ], empty: "no gaps")
        }
        let answer = try await session.call(
            TrainingMethods.listTrainings, .with { $0.municipality = session.municipality })
        try session.output.rows(
            answer.trainings.map(TrainingRow.init), TrainingRow.columns,
            empty: "no trainings; next: tugi-gateway trainings --gaps")
    }
}

struct TrainingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training", abstract: "Plan and publish a training, register, get its calendar.",
        subcommands: [
            TrainingPlanCommand.self, TrainingPublishCommand.self, TrainingRegisterCommand.self,
            TrainingCancelCommand.self, TrainingCalendarCommand.self,
        ])
}

/// A gap becomes a draft with sessions.
struct TrainingPlanCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Make a draft of a training for a topic that teams want to learn.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Topic, e.g. early-noticing.") var topic: String
    @Option(help: "Places.") var places: UInt32 = 24

    func run(_ session: Session) async throws {
        let answer = try await session.call(
            TrainingMethods.planTraining,
            .with {
                $0.municipality = session.municipality
                $0.topic = topic
                $0.places = places
            })
        let row = TrainingRow(answer)
        try session.output.value(row) {
            "draft \(row.training): \(row.title)\n" + row.sessions.map { "  \($0)" }.joined(separator: "\n")
                + "\nnext: tugi-gateway training publish \(row.training)"
        }
    }
}

/// A person opens a draft for registration.
struct TrainingPublishCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Open a draft for registration.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The training's id.") var training: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(training, what: "TRAINING")
        let answer = try await session.call(
            TrainingMethods.publishTraining,
            .with {
                $0.municipality = session.municipality
                $0.trainingID = id.data
            })
        let row = TrainingRow(answer)
        try session.output.value(row) { "published\nnext: tugi-gateway training register \(row.training)" }
    }
}

/// Takes a place.
struct TrainingRegisterCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Take a place in a training.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The training's id.") var training: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(training, what: "TRAINING")
        let answer = try await session.call(
            TrainingMethods.register,
            .with {
                $0.municipality = session.municipality
                $0.trainingID = id.data
            })
        try session.output.value(["registration": text(answer.registrationID), "state": answer.state]) {
            "\(answer.state): \(text(answer.registrationID))\nnext: tugi-gateway training calendar --training \(id)"
        }
    }
}

/// Gives a place back.
struct TrainingCancelCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Give a place back; the first who waits gets it.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The registration's id.") var registration: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(registration, what: "REGISTRATION")
        _ = try await session.call(
            TrainingMethods.cancelRegistration,
            .with {
                $0.municipality = session.municipality
                $0.registrationID = id.data
            })
        try session.output.value(["cancelled": id.description]) { "cancelled" }
    }
}

/// The calendar file.
struct TrainingCalendarCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "Sessions as an iCalendar file (RFC 5545).")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Only this training.") var training: String?
    @Option(help: "Write to this file instead of standard output.") var out: String?

    func run(_ session: Session) async throws {
        var request = TrainingGetCalendarRequest()
        request.municipality = session.municipality
        if let training { request.trainingID = try UUIDText(training, what: "--training").data }
        let answer = try await session.call(TrainingMethods.getCalendar, request)
        if let out {
            do {
                try Data(answer.icalendar.utf8).write(to: URL(filePath: out))
            } catch {
                throw UsageError(
                    "file-unwritable", "\(out) cannot be written.", next: "choose another place with --out")
            }
            try session.output.value(["file": out]) { "written: \(out)" }
        } else if session.output.json {
            try session.output.value(["icalendar": answer.icalendar]) { "" }
        } else {
            Terminal.print(answer.icalendar, terminator: "")
        }
    }
}
