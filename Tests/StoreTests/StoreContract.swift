import Store
import Testing

/// An engine under the contract: how tests get a store, and how they get the same data again after a restart.
struct Engine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// A store over what `folder` names, with the partitions 0060, 0792 and 0901.
    let open: @Sendable (_ folder: String, _ migrations: [Migration]) -> any PartitionedStore
    let close: @Sendable (any PartitionedStore) async -> Void

    static let sqlite = Engine(testDescription: "SQLite") { folder, migrations in
        SQLiteStore(folder: folder + "/store", codes: ["0060", "0792", "0901"], migrations: migrations)
    } close: {
        await ($0 as? SQLiteStore)?.close()
    }

    static let all = [sqlite]

    /// A partition with the tables of `Schema`, for `body`.
    func with<Result>(
        _ migrations: [Migration] = Schema.all, _ body: (any Database) async throws -> Result
    ) async throws -> Result {
        let folder = try TemporaryFolder()
        let store = open(folder.path, migrations)
        let result: Result
        do {
            result = try await body(store.partition("0792"))
        } catch {
            await close(store)
            throw error
        }
        await close(store)
        return result
    }
}

/// Tables with every type and rule that services use.
enum Schema {
    static let children = Migration(
        "0001-children",
        [
            """
            CREATE TABLE child (
            id BLOB PRIMARY KEY, version INTEGER NOT NULL, weight REAL, class TEXT, seen INSTANT,
            CHECK (version > 0))
            """,
            "CREATE TABLE link (child BLOB NOT NULL REFERENCES child (id), kind TEXT NOT NULL UNIQUE)",
        ])
    static let notes = Migration("0002-notes", ["CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);"])
    static let all = [children, notes]
}
