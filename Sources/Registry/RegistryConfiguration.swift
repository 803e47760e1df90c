import ServiceKit

/// Settings of Registry.
struct RegistryConfiguration: Sendable, Hashable {
    /// How many children one answer of ListChildren names at most.
    var childrenListedMax: Int
    /// How many row faults an answer names; all are counted.
    var faultsNamedMax: Int

    /// How many hand-overs of a municipality wait for an answer at once at most.
    var offersWaitingMax: Int

    init(childrenListedMax: Int = 5000, faultsNamedMax: Int = 100, offersWaitingMax: Int = 200) {
        self.childrenListedMax = childrenListedMax
        self.faultsNamedMax = faultsNamedMax
        self.offersWaitingMax = offersWaitingMax
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
        offersWaitingMax = reading.integer(
            "registry.offers-waiting-max", offersWaitingMax, in: 1...5000,
            "how many offers of children to other municipalities wait for an answer at once at most")
    }
}
