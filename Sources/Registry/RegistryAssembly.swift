public import ServiceKit

/// What the program tugi-registry runs.
public enum RegistryAssembly {
    public static let service = ServiceDefinition(
        name: "registry", port: 7401, migrations: RegistryMigrations.all
    ) { reading, _ in
        let configuration = RegistryConfiguration(&reading)
        return { kit in RegistryEndpoint(RegistryService(kit, configuration)) }
    }
}
