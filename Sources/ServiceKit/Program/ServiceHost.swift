#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Contracts
import Logging
import RPC
import Security
import ServiceLifecycle
import Store
import UnixSignals

/// One service with its store and kit, built from settings: what the program's commands work with.
struct ServiceHost {
    let definition: ServiceDefinition
    let settings: ServiceConfiguration
    let store: SQLiteStore
    let keys: PartitionKeys
    let kit: StandingKit
    let endpoint: any ServiceEndpoint

    init(_ definition: ServiceDefinition, _ read: ServiceDefinition.Settings) throws {
        let settings = read.common
        guard let clock = SystemWallClock() else {
            throw ProgramFailure(
                .configuration, "the system does not know the zone Europe/Tallinn: apt-get install -y tzdata")
        }
        self.definition = definition
        self.settings = settings
        store = SQLiteStore(
            folder: "\(settings.dataFolder)/\(definition.name)", codes: settings.partitions,
            migrations: KitMigrations.all + definition.migrations)
        let vault = FileVault(
            folder: "\(settings.keysFolder)/\(definition.name)", create: settings.createsKeys)
        keys = PartitionKeys(vault: vault, store: store)
        kit = StandingKit(service: definition.name, clock: clock, store: store, vault: vault)
        endpoint = try read.build(kit)
    }

    /// Makes missing partitions, brings all to the newest schema, and finds each with its key.
    func open() async throws {
        try await store.openAll()
        try await keys.check()
    }

    /// Serves until SIGTERM or SIGINT, then lets calls under way end.
    func serve() async throws {
        // A reader of our output that goes away must not end the program.
        signal(SIGPIPE, SIG_IGN)
        JSONLogHandler.bootstrap(service: definition.name, level: settings.logLevel)
        let logger = Logger(label: "tugi.\(definition.name)")
        let verifier = AssertionVerifier(
            service: definition.name, county: settings.county,
            key: try VerifyingKey(pemFile: settings.assertionKeyFile), clock: kit.clock)
        try await open()
        let server = Server(
            configuration: ServerConfiguration(
                host: settings.host, port: settings.port, tls: settings.tls,
                environmentID: settings.environmentID,
                software: Software(name: "tugi-\(definition.name)", version: ProgramVersion.current),
                schema: ContractsSchema.descriptorSet),
            handler: ServiceHandler(kit: kit, endpoint: endpoint, verifier: verifier), logger: logger)
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: CertificateReload(logger: logger) { try server.reloadCertificates() }),
                .init(service: StoreCare(store: store)),
                .init(service: StoreWatch(store: store, health: server.health, logger: logger)),
                .init(service: Housekeeping(kit: kit, endpoint: endpoint)),
                .init(
                    service: BackgroundWork(endpoint: endpoint), successTerminationBehavior: .ignore,
                    failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(
                    service: ListeningServer(server, name: definition.name),
                    successTerminationBehavior: .gracefullyShutdownGroup),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(45)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}

/// The service's own standing work, cancelled when the program drains.
private struct BackgroundWork: Service {
    let endpoint: any ServiceEndpoint

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await endpoint.runBackground() }
        } catch is CancellationError {
            return
        }
    }
}

/// Closes partitions that nobody used for some minutes.
private struct StoreCare: Service {
    let store: SQLiteStore

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(300))
                await store.closeIdle()
            }
        }
    }
}

/// The version of all programs of this package.
public enum ProgramVersion {
    public static let current = "0.1.0"
}
