import ServiceKit

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

    /// Reads the service's own keys; what is wrong is kept by the reader.
    init(_ reading: inout SettingsReader) {
        self.init()
        childrenListedMax = reading.integer(
            "registry.children-listed-max", childrenListedMax, in: 1...50_000,
            "how many children one answer lists at most")
        faultsNamedMax = reading.integer(
            "registry.faults-named-max", faultsNamedMax, in: 1...1000,
            "how many faults of an import an answer names; all are counted")
    }
}
