public import Configuration
public import Store

/// What a program needs to know of its service: made by the service's Assembly, used by ``ServiceProgram`` and by the
/// tests' bench.
///
///     public enum RegistryAssembly {
///         public static let service = ServiceDefinition(
///             name: "registry", port: 7401, migrations: RegistryMigrations.all
///         ) { kit, config in
///             RegistryEndpoint(RegistryService(kit, try RegistryConfiguration(config)))
///         }
///     }
public struct ServiceDefinition: Sendable {
    /// As in events, settings and certificates: "registry", "risk", "referral", "training".
    public var name: String
    /// Where it listens when nothing else is said (7401 to 7404).
    public var port: Int
    /// The service's own migrations; the kit's come before them.
    public var migrations: [Migration]
    /// Builds the service over its kit. What it throws ends the program with its message.
    public var make: @Sendable (any Kit, ConfigReader) throws -> any ServiceEndpoint

    /// All values as documented at the properties.
    public init(
        name: String, port: Int, migrations: [Migration],
        make: @escaping @Sendable (any Kit, ConfigReader) throws -> any ServiceEndpoint
    ) {
        self.name = name
        self.port = port
        self.migrations = migrations
        self.make = make
    }
}

extension ServiceEndpoint {
    /// No work of its own.
    public func runBackground() async throws {}
}
