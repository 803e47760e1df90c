public import ServiceKit

/// What the program tugi-training runs.
public enum TrainingAssembly {
    public static let service = ServiceDefinition(
        name: "training", port: 7404, migrations: TrainingMigrations.all
    ) { kit, config in
        TrainingEndpoint(TrainingService(kit, TrainingConfiguration(config)))
    }
}
