public import ServiceKit

/// Builds risk scoring from its parts.
public enum RiskScoringAssembly {
    /// The service as its program and the tests' bench run it.
    public static let service = ServiceDefinition(
        name: "risk", port: 7402, migrations: RiskScoringMigrations.all
    ) { reading, common in
        let configuration = RiskScoringConfiguration(&reading, county: common.county)
        return { kit in endpoint(kit, configuration) }
    }

    /// The endpoint over a kit, with settings that are already read.
    public static func endpoint(
        _ kit: any Kit, _ configuration: RiskScoringConfiguration
    ) -> any ServiceEndpoint {
        RiskScoringEndpoint(service: RiskScoringService(kit, configuration))
    }
}
