import Logging
import NIOCore
import RPC
import Security

/// How a test's calls travel.
enum Transport: String, CaseIterable, Sendable {
    case inProcess, sockets
}

/// A handler, and a channel to it over the transport under test.
struct Rig: Sendable {
    let handler: EchoHandler
    let channel: any CallChannel
    /// Only over sockets.
    var server: Server?
    var client: Client?

    static let environment = "test/rpc"
    static let logger = Logger(label: "rpc-tests") { _ in SwiftLogNoOpLogHandler() }
    static let software = Software(name: "rpc-tests", version: "1")

    /// Runs `body` with everything up, then takes it down again.
    static func run(
        _ transport: Transport = .sockets, limits: RPCLimits = RPCLimits(),
        _ body: @Sendable @escaping (Rig) async throws -> Void
    ) async throws {
        let handler = EchoHandler()
        guard transport == .sockets else {
            let identity = PeerIdentity(
                county: "laane-viru.example", municipality: "0060", kind: .system, name: "gateway")
            let channel = InProcessChannel(
                handler: handler, identity: identity, limits: limits, logger: logger)
            return try await body(Rig(handler: handler, channel: channel))
        }
        let server = try await server(handler, limits: limits)
        return try await withRunning(server) { address in
            let client = try await client(address, limits: limits)
            return try await withRunning(client) {
                try await body(Rig(handler: handler, channel: client, server: server, client: client))
            }
        }
    }

    static func server(
        _ handler: any CallHandler, port: Int = 0, name: String = "registry",
        environment: String = environment,
        tls: TLSConfiguration? = nil, limits: RPCLimits = RPCLimits(), schema: [UInt8] = [],
        health: HealthRegistry = HealthRegistry(), clients: [Client] = []
    ) async throws -> Server {
        let own = try await TestCertificates.value.tls(name)
        return Server(
            configuration: ServerConfiguration(
                port: port, tls: tls ?? own, environmentID: environment, software: software, limits: limits,
                schema: schema),
            handler: handler, health: health, clients: clients, logger: logger)
    }

    static func client(
        _ addresses: PeerAddress..., tls: TLSConfiguration? = nil, environment: String = environment,
        expectedPeer: String? = "registry", limits: RPCLimits = RPCLimits(), retriesMax: Int = 4
    ) async throws -> Client {
        let own = try await TestCertificates.value.tls("gateway")
        return Client(
            configuration: ClientConfiguration(
                addresses: addresses, tls: tls ?? own, environmentID: environment, software: software,
                expectedPeer: expectedPeer, limits: limits,
                backoff: Backoff(first: .milliseconds(5), longest: .milliseconds(50)), retriesMax: retriesMax),
            logger: logger)
    }
}

/// Runs `body` while the server runs; then drains it and waits for its end.
func withRunning(
    _ server: Server, _ body: @Sendable @escaping (PeerAddress) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        do {
            try await body(server.boundAddress)
            server.drain()
            try await group.waitForAll()
        } catch {
            server.drain()
            throw error
        }
    }
}

/// Runs `body` while the client runs; then shuts it down and waits for its end.
func withRunning(
    _ client: Client, _ body: @Sendable @escaping () async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        return try await body()
    }
}

extension CallChannel {
    /// One request, its one response.
    func ask(
        _ method: MethodDescriptor, _ text: String = "", _ options: CallOptions = CallOptions()
    ) async throws -> String {
        let call = try await open(method, options)
        try await call.send(ByteBuffer(string: text))
        try await call.finishSending()
        guard let response = try await call.receive() else {
            throw RPCError(.internal, reason: "test-no-response", message: "")
        }
        guard try await call.receive() == nil else {
            throw RPCError(.internal, reason: "test-second-response", message: "")
        }
        return String(buffer: response)
    }
}

extension ClientCall {
    /// All responses until the end.
    func all() async throws -> [String] {
        var all: [String] = []
        while let response = try await receive() { all.append(String(buffer: response)) }
        return all
    }
}

/// The error that `body` ends with.
func failure<Result>(_ body: () async throws -> Result) async -> RPCError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? RPCError
    }
}
