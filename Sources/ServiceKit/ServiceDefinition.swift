public import Store

/// What a program needs to know of its service: made by the service's Assembly, used by ``ServiceProgram`` and by the
/// tests' bench.
///
///     public enum RegistryAssembly {
///         public static let service = ServiceDefinition(
///             name: "registry", port: 7401, migrations: RegistryMigrations.all
///         ) { reading, _ in
///             let configuration = RegistryConfiguration(&reading)
///             return { kit in RegistryEndpoint(RegistryService(kit, configuration)) }
///         }
///     }
public struct ServiceDefinition: Sendable {
    /// Builds the service over its kit, with settings that are read. What it throws ends the program with its message.
    public typealias Build = @Sendable (any Kit) throws -> any ServiceEndpoint

    /// A service's settings, read in one pass.
    public struct Settings: Sendable {
        /// Those that all services share.
        public var common: ServiceConfiguration
        /// What the service's own ones became.
        public var build: Build
    }

    /// As in events, settings and certificates: "registry", "risk", "referral", "training".
    public var name: String
    /// Where it listens when nothing else is said (7401 to 7404).
    public var port: Int
    /// The service's own migrations; the kit's come before them.
    public var migrations: [Migration]
    /// Reads the service's own settings; what is wrong is kept by the reader, and nothing is built then.
    public var settings: @Sendable (inout SettingsReader, ServiceConfiguration) -> Build

    /// All values as documented at the properties.
    public init(
        name: String, port: Int, migrations: [Migration],
        settings: @escaping @Sendable (inout SettingsReader, ServiceConfiguration) -> Build
    ) {
        self.name = name
        self.port = port
        self.migrations = migrations
        self.settings = settings
    }

    /// Reads all settings of the service's program, the common ones first.
    public func read(_ reading: inout SettingsReader) -> Settings {
        let common = ServiceConfiguration(&reading, service: name, defaultPort: port)
        return Settings(common: common, build: settings(&reading, common))
    }
}

extension ServiceEndpoint {
    /// Counts nothing.
    public func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws
        -> [MeasureCount]
    { [] }

    /// No work of its own.
    public func runBackground() async throws {}
}
