import Contracts
import Logging
import RPC
import Security
import ServiceKit
import Store
import SwiftProtobuf

/// The measured server: the frame that every service stands in, around four methods without any work.
struct BenchServer {
    let arguments: BenchArguments

    init(_ arguments: BenchArguments) {
        self.arguments = arguments
    }

    func run() async throws {
        let handler = try handler()
        let standing = server(handler, arguments.limits)
        // Ends each connection as soon as it is ready: what its clients then do is shake hands.
        var limits = arguments.limits
        limits.connectionAgeMax = .milliseconds(1)
        let churning = server(handler, limits)
        // Keeps the limits that every program keeps: the one that is attacked.
        let guarded = server(handler, RPCLimits())
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await standing.run() }
            group.addTask { try await churning.run() }
            group.addTask { try await guarded.run() }
            let port = try await standing.boundAddress.port
            let others = try await (churning.boundAddress.port, guarded.boundAddress.port)
            say("{\"port\": \(port), \"churn\": \(others.0), \"guarded\": \(others.1)}")
        }
    }

    private func server(_ handler: ServiceHandler, _ limits: RPCLimits) -> Server {
        Server(
            configuration: ServerConfiguration(
                tls: arguments.tls("registry"), environmentID: "bench",
                software: Software(name: "rpc-bench", version: "1"), limits: limits),
            handler: handler, logger: .quiet)
    }

    private func handler() throws -> ServiceHandler {
        guard let clock = SystemWallClock() else { throw BenchArguments.Wrong(text: "tzdata is missing") }
        // No partition is ever opened.
        let store = SQLiteStore(folder: arguments.certificates, codes: [], migrations: KitMigrations.all)
        let kit = StandingKit(
            service: "registry", clock: clock, store: store,
            vault: FileVault(folder: arguments.certificates, create: false))
        let verifier = AssertionVerifier(
            service: "registry", county: "laane-viru.example",
            key: try VerifyingKey(pemFile: "\(arguments.certificates)/assertion.pub"), clock: clock)
        return ServiceHandler(kit: kit, endpoint: BenchEndpoint(), verifier: verifier, logger: .quiet)
    }
}

extension Logger {
    /// Warnings and worse: a line for each call would be measured instead of the call.
    static var quiet: Logger {
        var logger = Logger(label: "rpc-bench")
        logger.logLevel = .warning
        return logger
    }
}

/// Answers the measured methods.
struct BenchEndpoint: ServiceEndpoint {
    var methods: [MethodDescriptor] { BenchMethods.all }

    func handle(_ call: any ServerCall, caller: Caller) async throws {
        switch call.method.id {
        case BenchMethods.echo.descriptor.id:
            try await call.answer(BenchMethods.echo) { $0 }
        case BenchMethods.stream.descriptor.id:
            guard let request = try await call.receive() else { return }
            let count: BenchMethods.Number = try decode(request)
            let message = BenchMethods.Bytes(.init(repeating: 7, count: 1024))
            for _ in 0..<count.value { try await call.respond(message) }
        case BenchMethods.upload.descriptor.id:
            var count = BenchMethods.Number(0)
            while let message = try await call.receive() {
                let part: BenchMethods.Bytes = try decode(message)
                count.value += part.value.isEmpty ? 0 : 1
            }
            try await call.respond(count)
        default:
            _ = try await call.receive()
            // Ended by the caller's cancellation.
            try await Task.sleep(for: .seconds(3600))
        }
    }

    func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws {}

    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool { false }
}
