public import ServiceKit

/// Builds ReferralRouting from its parts.
public enum ReferralAssembly {
    public static let service = ServiceDefinition(
        name: "referral", port: 7403, migrations: ReferralMigrations.all
    ) { kit, reader in
        ReferralEndpoint(kit, try ReferralConfiguration(reader))
    }
}
