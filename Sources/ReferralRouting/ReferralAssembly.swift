public import ServiceKit

/// Builds ReferralRouting from its parts.
public enum ReferralAssembly {
    public static let service = ServiceDefinition(
        name: "referral", port: 7403, migrations: ReferralMigrations.all
    ) { reading, _ in
        let configuration = ReferralConfiguration(&reading)
        return { kit in ReferralEndpoint(kit, configuration) }
    }
}
