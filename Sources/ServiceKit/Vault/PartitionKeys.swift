import Store

/// Ties each partition's file to the key that it is sealed with: a proof of the key stands in the file. So a keys folder that
/// is lost, or restored from another installation, is found when the program starts, and no new key is made over sealed
/// data.
struct PartitionKeys: Sendable {
    let vault: FileVault
    let store: SQLiteStore

    /// Every partition has its key; a partition that never had one gets it, when keys may be made. Throws
    /// `ServiceError` (key-missing, key-foreign) with what to restore.
    func check() async throws {
        for code in try await store.codes() {
            let database = try await store.partition(code)
            let known = try await database.read { try Self.proof(in: $0) }
            if known != nil, !vault.holdsKey(of: code) {
                throw ServiceError(
                    .unavailable, "key-missing",
                    "The key of partition \(code) is missing, and its store is sealed with it: restore the keys folder "
                        + "from its backup. A new key would open nothing.")
            }
            let made = try vault.lookupHash(Array("partition".utf8), purpose: "key-proof", in: code)
            let kept =
                if let known { known } else {
                    try await database.write { transaction in
                        try transaction.run(
                            "INSERT INTO kit_key_proof (name, proof) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                            .text(Self.name), .blob(made))
                        return try Self.proof(in: transaction) ?? made
                    }
                }
            guard kept == made else {
                throw ServiceError(
                    .unavailable, "key-foreign",
                    "The key of partition \(code) is not the one that its store is sealed with: restore store and keys of "
                        + "one installation.")
            }
        }
    }

    private static let name = "partition"

    private static func proof(in transaction: any Transaction) throws -> [UInt8]? {
        try transaction.first("SELECT proof FROM kit_key_proof WHERE name = $1", .text(name)) {
            try $0.blob(0)
        }
    }
}
