public import ServiceKit

/// What the program tugi-training runs.
public enum TrainingAssembly {
    public static let service = ServiceDefinition(
        name: "training", port: 7404, migrations: TrainingMigrations.all
    ) { reading, _ in
        let configuration = TrainingConfiguration(&reading)
        return { kit in TrainingEndpoint(TrainingService(kit, configuration)) }
    }
}
