import Contracts
import Foundation
import Logging
public import RPC
import Security
public import ServiceKit
public import Store
import SwiftProtobuf

/// One service on the bench: its real endpoint over real SQLite files in a temporary folder, behind the real handler
/// (assertions are signed and verified), reached in process. The clock stands until a test moves it.
///
///     let bench = try await ServiceBench.start(RegistryAssembly.service)
///     let child = try await bench.call(RegistryMethods.getChild, request, as: .synthetic(role: "head", …))
///
/// The folder is removed when the bench is let go.
public final class ServiceBench: Sendable {
    /// The county that the bench plays.
    public static let county = "laane-viru.example"
    /// The municipalities of Lääne-Viru and the county.
    public static let partitions = ["0060", "0191", "0272", "0661", "0663", "0792", "0901", "0903", "0928"]

    public let kit: StandingKit
    public let clock: ManualClock
    public let endpoint: any ServiceEndpoint
    /// Calls as the gateway makes them; ``call(_:_:as:operation:)`` is shorter.
    public let channel: InProcessChannel
    /// Where the store's files and the keys are.
    public let folder: TemporaryFolder
    let store: SQLiteStore
    let signer: AssertionSigner
    private let definition: ServiceDefinition
    private let configuration: [(key: String, value: String)]

    /// Starts a service as its Assembly defines it.
    ///
    /// - Parameters:
    ///   - start: the clock's first day; 08:00 local time.
    ///   - configuration: the service's settings by key; nothing set unless said.
    public static func start(
        _ definition: ServiceDefinition, on start: LocalDate? = nil,
        configuration: [(key: String, value: String)] = []
    ) async throws -> ServiceBench {
        let day = start ?? LocalDate(year: 2026, month: 2, day: 2) ?? LocalDate(dayNumber: 0)
        let clock = ManualClock(day, LocalTime(hour: 8, minute: 0) ?? .midnight)
        return try ServiceBench(
            definition, clock: clock, configuration: configuration,
            folder: try TemporaryFolder(definition.name))
    }

    /// Starts a service from its parts.
    public static func start(
        _ name: String, migrations: [Migration], on start: LocalDate? = nil,
        make: @escaping @Sendable (any Kit) throws -> any ServiceEndpoint
    ) async throws -> ServiceBench {
        try await self.start(
            ServiceDefinition(name: name, port: 0, migrations: migrations) { _, _ in make },
            on: start)
    }

    private init(
        _ definition: ServiceDefinition, clock: ManualClock,
        configuration: [(key: String, value: String)], folder: TemporaryFolder
    ) throws {
        self.definition = definition
        self.configuration = configuration
        self.clock = clock
        self.folder = folder
        store = SQLiteStore(
            folder: folder.path + "/data/\(definition.name)", codes: Self.partitions,
            migrations: KitMigrations.all + definition.migrations)
        kit = StandingKit(
            service: definition.name, clock: clock, store: store,
            vault: FileVault(folder: folder.path + "/keys/\(definition.name)", create: true))
        var reading = SettingsReader(SettingsLayers(flags: configuration))
        let settings = definition.read(&reading)
        try reading.finish()
        endpoint = try settings.build(kit)
        let key = SigningKey.generate()
        signer = AssertionSigner(key: key, clock: clock)
        let quiet = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let handler = ServiceHandler(
            kit: kit, endpoint: endpoint,
            verifier: AssertionVerifier(
                service: definition.name, county: Self.county, key: key.verifyingKey, clock: clock),
            logger: quiet)
        channel = InProcessChannel(
            handler: handler, identity: Caller.program("gateway").system, logger: quiet)
    }

    /// The same service over the same files, as after a restart of its program. The earlier bench is not used again.
    public func restarted() async throws -> ServiceBench {
        await store.close()
        return try ServiceBench(definition, clock: clock, configuration: configuration, folder: folder)
    }

    /// One unary call. Changes get a new operation id unless one is given (to try the same change again).
    public func call<Request, Response>(
        _ method: Method<Request, Response>, _ request: Request, as caller: Caller,
        operation: OperationID? = nil
    ) async throws -> Response {
        try await channel.unary(method, request, try options(method.descriptor, caller, operation))
    }

    /// One client-streaming call: all messages, then the one answer.
    public func call<Request, Response>(
        _ method: Method<Request, Response>, sending requests: [Request], as caller: Caller,
        operation: OperationID? = nil
    ) async throws -> Response {
        let call = try await channel.open(
            method.descriptor, try options(method.descriptor, caller, operation))
        for request in requests { try await call.send(try encode(request)) }
        try await call.finishSending()
        guard let buffer = try await call.receive() else {
            throw RPCError(
                .internal, reason: "response-missing", message: "The call ended without a response.")
        }
        _ = try await call.receive()
        return try decode(buffer)
    }

    /// One server-streaming call: all messages of the answer.
    public func collect<Request, Response>(
        _ method: Method<Request, Response>, _ request: Request, as caller: Caller
    ) async throws -> [Response] {
        let call = try await channel.open(method.descriptor, try options(method.descriptor, caller, nil))
        try await call.send(try encode(request))
        try await call.finishSending()
        var responses: [Response] = []
        while let buffer = try await call.receive() { responses.append(try decode(buffer)) }
        return responses
    }

    /// What a call as that caller carries.
    public func options(_ method: MethodDescriptor, _ caller: Caller, _ operation: OperationID? = nil) throws
        -> CallOptions
    {
        // Long enough for a machine that is busy with other things: no test depends on how fast it is.
        var options = CallOptions(timeout: .seconds(600))
        options.metadata[bytes: CallMetadata.assertion] = try signer.assertion(
            for: caller, audience: definition.name, methods: [method.id])
        if method.mutating {
            options.operationID = (operation ?? OperationID(madeAt: clock.now())).bytes
        }
        return options
    }
}
