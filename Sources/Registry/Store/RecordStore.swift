import ServiceKit
import Store

/// Records and their versions in SQL; all of them in partition 0060, with their owner's code.
enum RecordStore {
    /// A record as it was from one change to the next.
    struct Version: Sendable, Hashable {
        var record: Record
        /// 1 for the first, one more with each change.
        var number: Int
        var at: Instant
        var author: Author
    }

    /// Who made a change.
    struct Author: Sendable, Hashable {
        /// URI of the calling system.
        var system: String
        var person: PersonID?
        var role: String
        var purpose: String
    }

    /// A record as it is now.
    struct Current: Sendable, Hashable {
        var record: Record
        var version: Int
        var changedAt: Instant
    }

    // MARK: as it is now

    private static let columns = "kind, code, owner, ended_from, content, version, changed_at"

    static func current(_ key: Record.Key, _ transaction: any Transaction) throws -> Current? {
        try transaction.first(
            "SELECT \(columns) FROM records WHERE kind = $1 AND code = $2", .text(key.kind), .text(key.code),
            as: current)
    }

    /// All of a kind, ended ones too, in the order of codes; of one owner when it is given.
    static func all(
        _ kind: String, owner: String? = nil, _ transaction: any Transaction
    ) throws -> [Current] {
        guard let owner else {
            return try transaction.all(
                "SELECT \(columns) FROM records WHERE kind = $1 ORDER BY code", .text(kind), as: current)
        }
        return try transaction.all(
            "SELECT \(columns) FROM records WHERE kind = $1 AND owner = $2 ORDER BY code", .text(kind),
            .text(owner), as: current)
    }

    /// Hands records of a kind to `body` in the order of codes, from the one after `code`, until it says that it has
    /// enough.
    static func forEach(
        _ kind: String, after code: String, asOf: Instant?, _ transaction: any Transaction,
        _ body: (Current) throws -> Bool
    ) throws {
        do {
            if let asOf {
                try transaction.forEach(
                    """
                    SELECT kind, code, owner, ended_from, content, version, changed_at FROM record_versions v
                    WHERE kind = $1 AND code > $2 AND version = (SELECT MAX(version) FROM record_versions w
                     WHERE w.kind = v.kind AND w.code = v.code AND w.changed_at < $3)
                    ORDER BY code
                    """, [.text(kind), .text(code), .instant(asOf)]
                ) { if try !body(current($0)) { throw Enough() } }
            } else {
                try transaction.forEach(
                    "SELECT \(columns) FROM records WHERE kind = $1 AND code > $2 ORDER BY code",
                    [.text(kind), .text(code)]
                ) { if try !body(current($0)) { throw Enough() } }
            }
        } catch is Enough {}
    }

    /// Ends a query whose further rows are not wanted.
    private struct Enough: Error {}

    static func isEmpty(_ transaction: any Transaction) throws -> Bool {
        try transaction.first("SELECT code FROM records LIMIT 1", as: { try $0.text(0) }) == nil
    }

    private static func current(_ row: any Row) throws -> Current {
        Current(
            record: try record(row), version: try CountyStore.int(row, 5), changedAt: try row.instant(6))
    }

    private static func record(_ row: any Row) throws -> Record {
        Record(
            kind: try row.text(0), code: try row.text(1), owner: try row.text(2),
            fields: try RecordContent.decode(try row.text(4)), endedFrom: try row.text(3))
    }

    // MARK: as it was

    private static let versionColumns = """
        kind, code, owner, ended_from, content, version, changed_at, by_system, by_person, by_role, purpose
        """

    /// All versions of a record, the newest first.
    static func versions(_ key: Record.Key, _ transaction: any Transaction) throws -> [Version] {
        try transaction.all(
            """
            SELECT \(versionColumns) FROM record_versions WHERE kind = $1 AND code = $2 ORDER BY version DESC
            """, .text(key.kind), .text(key.code), as: version)
    }

    /// The version that was current just before an instant; nil: there was none yet.
    static func version(
        _ key: Record.Key, before instant: Instant, _ transaction: any Transaction
    ) throws -> Version? {
        try transaction.first(
            """
            SELECT \(versionColumns) FROM record_versions WHERE kind = $1 AND code = $2 AND changed_at < $3
            ORDER BY version DESC LIMIT 1
            """, .text(key.kind), .text(key.code), .instant(instant), as: version)
    }

    private static func version(_ row: any Row) throws -> Version {
        Version(
            record: try record(row), number: try CountyStore.int(row, 5), at: try row.instant(6),
            author: Author(
                system: try row.text(7), person: try row.optionalBlob(8).flatMap { PersonID($0) },
                role: try row.text(9), purpose: try row.text(10)))
    }

    // MARK: writing

    /// Makes this version the current one and adds it to the history.
    static func save(_ version: Version, _ transaction: any Transaction) throws {
        let record = version.record
        let content = RecordContent.encode(record.fields)
        try transaction.run(
            """
            INSERT INTO records (kind, code, owner, version, ended_from, content, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (kind, code) DO UPDATE SET owner = excluded.owner, version = excluded.version,
             ended_from = excluded.ended_from, content = excluded.content, changed_at = excluded.changed_at
            """, .text(record.kind), .text(record.code), .text(record.owner), .integer(Int64(version.number)),
            .text(record.endedFrom), .text(content), .instant(version.at))
        try transaction.run(
            """
            INSERT INTO record_versions (kind, code, version, owner, ended_from, content, changed_at, by_system,
             by_person, by_role, purpose) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, .text(record.kind), .text(record.code), .integer(Int64(version.number)), .text(record.owner),
            .text(record.endedFrom), .text(content), .instant(version.at), .text(version.author.system),
            version.author.person.map { .blob($0.bytes) } ?? .null, .text(version.author.role),
            .text(version.author.purpose))
    }

    // MARK: imports of whole tables

    /// The file that was stored last.
    struct LastImport: Sendable, Hashable {
        var mode: String
        var digest: [UInt8]
        var at: Instant
    }

    /// The file that was stored last for this scope; nil: none.
    static func lastImport(
        _ kind: String, owner: String, _ transaction: any Transaction
    ) throws -> LastImport? {
        try transaction.first(
            "SELECT mode, digest, imported_at FROM record_imports WHERE kind = $1 AND owner = $2",
            .text(kind),
            .text(owner)
        ) {
            LastImport(mode: try $0.text(0), digest: try $0.blob(1), at: try $0.instant(2))
        }
    }

    /// An owner's records of a kind as they were right after an import.
    static func imported(
        _ kind: String, owner: String, by last: LastImport, _ transaction: any Transaction
    ) throws -> [Record] {
        var records: [Record] = []
        // What the import itself wrote may bear the very instant that it is kept with.
        let after = Instant(microseconds: last.at.microseconds + 1)
        try forEach(kind, after: "", asOf: after, transaction) { found in
            if found.record.owner == owner { records.append(found.record) }
            return true
        }
        return records
    }

    /// Keeps which file was stored; an import of the other mode makes earlier files new again.
    static func setLastImport(
        _ kind: String, owner: String, mode: String, digest: [UInt8], at now: Instant,
        _ transaction: any Transaction
    ) throws {
        try transaction.run(
            "DELETE FROM record_imports WHERE kind = $1 AND owner = $2", .text(kind), .text(owner))
        try transaction.run(
            """
            INSERT INTO record_imports (kind, owner, mode, digest, imported_at) VALUES ($1, $2, $3, $4, $5)
            """, .text(kind), .text(owner), .text(mode), .blob(digest), .instant(now))
    }
}
