import ArgumentParser
import Contracts
import SwiftProtobuf
import FoundationEssentials
import RPC

/// The system's main job on input folders: from a school's journal to a helped child. Every decision of a person is made
/// through the same methods as any other, by that person's post; a second run of the same input changes nothing.
struct MainJobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "main-job",
        abstract: "Bring in input folders, look through them, and walk one child's way; shows each step.",
        discussion: """
            An input folder holds county.json, perhaps records.json, and MUNICIPALITY/SCHOOL/pupils.csv and journal.csv.
            The people who decide in this walk are the synthetic holders of the posts in county.json: it is a rehearsal
            on sample data, not a way to decide about real children.
            """)
    @OptionGroup var connection: ConnectionOptions
    @Option(name: .long, help: "Input folder; may be repeated.") var input: [String]
    @Option(help: "Monday of the weekly pass; the default is right for the samples.")
    var asOf = "2026-03-16"
    @Option(help: "Municipality whose child the walk follows; default: that with the gravest alarm.")
    var story: String?
    @Flag(help: "Stop after the weekly pass.") var noStory = false
    @Option(help: "Also write what was done to this file, as JSON.") var report: String?

    func run() async throws {
        try await Failures.told(connection.output) {
            let desk = try Desk(connection)
            try await desk.open {
                var job = MainJob(desk: desk, asOf: asOf, story: story)
                try await job.bringIn(input)
                try await job.look()
                if !noStory {
                    try await job.walk()
                    try await job.train()
                }
                try job.finish(report)
            }
        }
    }
}

/// Connections of the acting systems: one for each municipality, each with that municipality's own certificate.
struct Desk: Sendable {
    /// A program that was killed is given so long to be started again; the job then goes on where it was.
    static let patience: Duration = .seconds(120)

    let options: ConnectionOptions
    let home: String
    /// The municipalities whose systems' certificates lie in HOME/certificates.
    let municipalities: [String]
    private let clients: [String: Client]

    init(_ options: ConnectionOptions) throws {
        self.options = options
        home = options.home ?? ProcessInfo.processInfo.environment["TUGI_HOME"] ?? "data"
        municipalities = try Desk.municipalities(home)
        var clients: [String: Client] = [:]
        for code in municipalities + ["0060", "operator"] {
            clients[code] = try GatewayConnection.client(
                options, home: home, certificate: Desk.certificate(of: code))
        }
        self.clients = clients
    }

    private static func municipalities(_ home: String) throws -> [String] {
        let folder = "\(home)/certificates"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let suffix = "-school-records.pem"
        let codes = names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
        guard !codes.isEmpty else {
            throw UsageError(
                "certificates-missing", "\(folder) holds no certificate of a municipality's system.",
                next: "scripts/certificates --out \(folder)")
        }
        return codes
    }

    /// Name of the certificate that a municipality's system shows.
    static func certificate(of code: String) -> String {
        switch code {
        case "operator": "operator"
        case "0060": "0060-county-desk"
        default: "\(code)-school-records"
        }
    }

    /// Runs all connections for the length of `body`.
    func open(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in clients.values { group.addTask { try await client.run() } }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// A session of that municipality's system, acting for a person when one is named.
    func session(_ code: String, _ actor: Actor? = nil, purpose: String = "data-entry") throws -> Session {
        guard let client = clients[code] else {
            throw UsageError(
                "municipality-unknown", "There is no certificate of a system of \(code).",
                next: "scripts/certificates --out \(home)/certificates")
        }
        return Session(
            channel: client, municipality: code, output: options.output, person: actor?.person,
            role: actor?.role,
            purpose: purpose, patience: Desk.patience)
    }

    /// Keeps who acted as a profile, so that the same can be looked at by hand: `--as NAME`.
    func keep(_ name: String, _ code: String, _ actor: Actor?, purpose: String) throws {
        let certificate = "certificates/\(Desk.certificate(of: code))"
        let profile = Profile(
            gateway: options.gateway, certificate: "\(certificate).pem", key: "\(certificate).key",
            authority: "certificates/ca.pem", municipality: code == "operator" ? "0060" : code,
            person: actor?.person.description, role: actor?.role, purpose: purpose,
            environment: options.environment, county: options.county)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let folder = "\(home)/profiles"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try encoder.encode(profile).write(to: URL(filePath: "\(folder)/\(name).json"))
        } catch {
            throw UsageError(
                "profile-unwritable", "\(folder) cannot be written.", next: "choose another --home")
        }
    }
}

/// A person in a role, from the register's posts.
struct Actor: Sendable, Hashable {
    var person: UUIDText
    var role: String
    var name: String
    var institution: Data
    var post: Data

    init(_ post: RegistryPost) {
        person = UUIDText(bytes: post.personID)
        role = post.role
        name = post.personName
        institution = post.institutionID
        self.post = post.postID
    }

    var said: String { "\(name), \(role)" }
}
