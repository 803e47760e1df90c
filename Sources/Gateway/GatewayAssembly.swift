import Contracts
public import Logging
import RPC
import Security
public import ServiceKit
import ServiceLifecycle
import UnixSignals

/// The gateway's parts, put together.
public struct GatewayAssembly: Sendable {
    private let server: Server
    private let clients: [Client]
    private let relay: Relay
    private let logger: Logger

    /// Reads the signing key and throws when it cannot be used. Nothing listens or connects before ``run()``.
    public init(_ configuration: GatewayConfiguration, clock: any WallClock, logger: Logger) throws {
        let signer = AssertionSigner(key: try SigningKey(pemFile: configuration.signingKeyFile), clock: clock)
        let software = Software(name: "tugi-gateway", version: ProgramVersion.current)
        var channels: [Peer: any CallChannel] = [:]
        var clients: [Client] = []
        var addresses: [Peer: String] = [:]
        for peer in Peer.allCases {
            let places = configuration.peers[peer.rawValue] ?? []
            let client = Client(
                configuration: ClientConfiguration(
                    addresses: places, tls: configuration.tls, environmentID: configuration.environmentID,
                    software: software, expectedPeer: peer.rawValue, patience: .seconds(2)),
                logger: logger)
            channels[peer] = client
            clients.append(client)
            addresses[peer] = places.map(\.description).joined(separator: ",")
        }
        let services = Services(channels: channels, signer: signer, county: configuration.county)
        let service = GatewayService(
            services: services, addresses: addresses, version: ProgramVersion.current)
        server = Server(
            configuration: ServerConfiguration(
                host: configuration.host, port: configuration.port, tls: configuration.tls,
                environmentID: configuration.environmentID, software: software,
                schema: ContractsSchema.descriptorSet),
            handler: GatewayEndpoint(
                service: service, services: services,
                identification: CallerIdentification(services: services, county: configuration.county),
                logger: logger), clients: clients, logger: logger)
        self.clients = clients
        self.logger = logger
        relay = Relay(
            services: services, logger: logger, pause: .milliseconds(configuration.relayPauseMilliseconds))
    }

    /// Serves until SIGTERM or SIGINT: then no new call is let in, running ones finish, and the connections to the
    /// services go last.
    public func run() async throws {
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = clients.map {
            .init(service: Connections(client: $0))
        }
        services.append(.init(service: Carrying(relay: relay)))
        services.append(
            .init(
                service: CertificateReload(logger: logger) { [server, clients] in
                    try server.reloadCertificates()
                    for client in clients { try client.reloadCertificates() }
                }))
        services.append(
            .init(
                service: ListeningServer(server, name: "gateway"),
                successTerminationBehavior: .gracefullyShutdownGroup))
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(45)
        try await ServiceGroup(configuration: group).run()
    }
}

/// The connections to one service as a member of the group.
private struct Connections: Service {
    let client: Client

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await client.run()
        } onGracefulShutdown: {
            client.shutDown()
        }
    }
}

/// The relay as a member of the group: what it did not carry waits in the outboxes.
private struct Carrying: Service {
    let relay: Relay

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await relay.run() }
        } catch is CancellationError {
            return
        }
    }
}
