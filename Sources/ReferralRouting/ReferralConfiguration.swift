public import Configuration
import ServiceKit

/// Settings of ReferralRouting.
public struct ReferralConfiguration: Sendable {
    /// Seconds between two rounds over the places that are kept (expired ones are let go, taken ones of ended
    /// attempts too) and over the open cases (who leads them is told to the others).
    public var sweepSeconds: Int

    /// All values as documented at the properties.
    public init(sweepSeconds: Int = 60) {
        self.sweepSeconds = sweepSeconds
    }

    /// Keys: `referral.sweep.seconds` (default 60; 5 to 86400).
    public init(_ config: ConfigReader) throws {
        var reading = SettingsReader(config)
        self.init(sweepSeconds: reading.integer("referral.sweep.seconds", 60, in: 5...86_400))
        try reading.finish()
    }
}
