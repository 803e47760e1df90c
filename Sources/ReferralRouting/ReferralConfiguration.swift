public import ServiceKit

/// Settings of ReferralRouting.
public struct ReferralConfiguration: Sendable {
    /// Seconds between two rounds over the places that are kept (expired ones are let go, taken ones of ended
    /// attempts too) and over the open cases (who leads them is told to the others).
    public var sweepSeconds: Int

    /// All values as documented at the properties.
    public init(sweepSeconds: Int = 60) {
        self.sweepSeconds = sweepSeconds
    }

    /// Reads the service's own keys; what is wrong is kept by the reader.
    public init(_ reading: inout SettingsReader) {
        self.init()
        sweepSeconds = reading.integer(
            "referral.sweep.seconds", sweepSeconds, in: 5...86_400,
            "seconds between two rounds over kept places and open cases")
    }
}
