import Configuration

/// Settings of Registry.
struct RegistryConfiguration: Sendable, Hashable {
    /// How many children one answer of ListChildren names at most.
    var childrenListedMax: Int
    /// How many row faults an answer names; all are counted.
    var faultsNamedMax: Int

    init(childrenListedMax: Int = 5000, faultsNamedMax: Int = 100) {
        self.childrenListedMax = childrenListedMax
        self.faultsNamedMax = faultsNamedMax
    }

    /// Reads `registry.childrenListedMax` (5000) and `registry.faultsNamedMax` (100).
    init(_ config: ConfigReader) {
        let plain = RegistryConfiguration()
        self.init(
            childrenListedMax: config.int(
                forKey: "registry.childrenListedMax", default: plain.childrenListedMax),
            faultsNamedMax: config.int(forKey: "registry.faultsNamedMax", default: plain.faultsNamedMax))
    }
}
