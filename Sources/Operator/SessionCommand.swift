import ArgumentParser
import FoundationEssentials
import Logging
import RPC
import Security

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A command that talks to the gateway: opens the connection, runs, and says errors in one way.
protocol SessionCommand: AsyncParsableCommand {
    var connection: ConnectionOptions { get }
    func run(_ session: Session) async throws
}

extension SessionCommand {
    func run() async throws {
        try await Failures.told(connection.output) {
            try await GatewayConnection.open(connection) { try await run($0) }
        }
    }
}

/// One way to say what went wrong, and the exit status for it.
enum Failures {
    static func told(_ output: Output, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as RPCError {
            output.failure(code: error.reason, message: error.message, next: next(for: error))
            throw Exit.code(for: error)
        } catch let error as UsageError {
            output.failure(code: error.code, message: error.message, next: error.next)
            throw Exit.usage
        } catch let error as SecurityError {
            output.failure(
                code: "certificate", message: error.description, next: "scripts/certificates --help")
            throw Exit.usage
        }
    }

    static func next(for error: RPCError) -> String {
        if let trouble = ConnectionTrouble(error) { return trouble.next }
        return switch error.code {
        case .unavailable where error.reason == "not-reachable":
            "check --gateway; is the gateway running?"
        case .unavailable, .deadlineExceeded:
            "tugi-gateway status   (is the gateway running? which program is down?)"
        case .permissionDenied:
            "check --as, --role and --municipality; tugi-gateway tasks shows what is yours"
        case .unauthenticated: "check --certificate, --key and --authority"
        case .aborted, .failedPrecondition: "read it again, it has changed: tugi-gateway journey CHILD"
        default: ""
        }
    }
}

/// Opens a connection from options, environment and profile, in this order.
enum GatewayConnection {
    static func open(_ options: ConnectionOptions, _ body: (Session) async throws -> Void) async throws {
        let environment = ProcessInfo.processInfo.environment
        let home = options.home ?? environment["TUGI_HOME"] ?? "data"
        var profile = Profile()
        if let name = options.profile { profile = try Profile.read(name, home: home) }
        let municipality = options.municipality ?? profile.municipality ?? ""
        let client = try client(
            options, home: home,
            certificate: municipality.isEmpty ? "operator" : Desk.certificate(of: municipality),
            profile: profile)
        let session = Session(
            channel: client, municipality: municipality, output: options.output,
            person: try (options.person ?? profile.person).map { try UUIDText($0, what: "--person") },
            role: options.role ?? profile.role, purpose: options.purpose ?? profile.purpose,
            timeout: options.timeout.map { .seconds($0) },
            operation: try options.operationID.map { try UUIDText($0, what: "--operation-id").bytes })
        try await running(client) { try await body(session) }
    }

    /// A client that shows HOME/certificates/CERTIFICATE unless options or profile name another.
    static func client(
        _ options: ConnectionOptions, home: String, certificate: String, profile: Profile = Profile()
    ) throws -> Client {
        let environment = ProcessInfo.processInfo.environment
        func inHome(_ path: String) -> String { path.hasPrefix("/") ? path : "\(home)/\(path)" }
        let tls = TLSConfiguration(
            certificateChainFile: options.certificate
                ?? inHome(profile.certificate ?? "certificates/\(certificate).pem"),
            privateKeyFile: options.key ?? inHome(profile.key ?? "certificates/\(certificate).key"),
            trustRootsFile: options.authority ?? inHome(profile.authority ?? "certificates/ca.pem"),
            county: options.county ?? profile.county ?? "laane-viru.example")
        let places = options.gateway ?? profile.gateway ?? environment["TUGI_GATEWAY"] ?? "127.0.0.1:7400"
        let addresses = places.split(separator: ",").compactMap { PeerAddress(String($0)) }
        guard !addresses.isEmpty else {
            throw UsageError("gateway-address", "\(places) is no address.", next: "give --gateway HOST:PORT")
        }
        return Client(
            configuration: ClientConfiguration(
                addresses: addresses, tls: tls,
                environmentID: "\(tls.county)/\(options.environment ?? profile.environment ?? "development")",
                software: Software(name: "tugi-operator", version: Operator.version), expectedPeer: "gateway",
                patience: .seconds(3)),
            logger: Logger(label: "tugi.operator") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs the client's pool for the length of `body`.
    static func running(_ client: Client, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            try await body()
        }
    }
}

/// Instants for people, in the machine's own zone.
enum LocalTimeText {
    /// This week's Monday as a date.
    static func thisMonday() -> String {
        var seconds = time(nil)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "" }
        // Noon keeps clear of the hour that a change of summer time adds or takes; mktime settles the month.
        parts.tm_hour = 12
        parts.tm_mday -= (parts.tm_wday + 6) % 7
        seconds = mktime(&parts)
        return String(minute(Int64(seconds) * 1_000_000).prefix(10))
    }

    /// "2026-02-02 08:15"
    static func minute(_ microseconds: Int64) -> String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "" }
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min))"
    }
}
