/// All partitions of one service's store: one database for each municipality, and one for the county
/// ("0060").
///
/// A partition is opened at first use, migrated before its first transaction, and closed after it was idle.
public protocol PartitionedStore: Sendable {
    /// The partition of that EHAK code. Codes that the configuration does not list are refused.
    func partition(_ code: String) async throws -> any Database
    /// The codes that exist already, in order.
    func codes() async throws -> [String]
    /// The name of the newest migration that this program brings every partition to; nil when it has none.
    func schema() -> String?
}
