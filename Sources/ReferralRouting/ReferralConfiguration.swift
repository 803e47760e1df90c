public import Configuration

/// Settings of ReferralRouting.
public struct ReferralConfiguration: Sendable {
    /// Seconds between two rounds over the places that are kept: expired ones are let go, taken ones of ended
    /// attempts too.
    public var sweepSeconds: Int

    public init(sweepSeconds: Int = 60) {
        self.sweepSeconds = sweepSeconds
    }

    /// Keys: `referral.sweep.seconds` (default 60; 5 to 86400).
    public init(_ reader: ConfigReader) {
        let seconds = reader.int(forKey: "referral.sweep.seconds", default: 60)
        self.init(sweepSeconds: min(max(seconds, 5), 86_400))
    }
}
