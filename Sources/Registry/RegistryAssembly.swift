public import ServiceKit

/// What the program tugi-registry runs.
public enum RegistryAssembly {
    public static let service = ServiceDefinition(
        name: "registry", port: 7401, migrations: RegistryMigrations.all
    ) { kit, config in
        RegistryEndpoint(RegistryService(kit, RegistryConfiguration(config)))
    }
}
