import Contracts
import Security
import Store
import SwiftProtobuf

/// One audit entry as it is stored, and its bytes under the chain's hash.
struct AuditEntryRow: Sendable, Equatable {
    var entryID: [UInt8]
    var at: Instant
    var system: String
    var person: [UInt8]?
    var role: String
    var post: [UInt8]?
    var purpose: String
    var action: String
    var granted: Bool
    /// The children's ids one after the other, 16 bytes each.
    var children: [UInt8]

    init(_ record: AuditRecord, entryID: [UInt8], at: Instant) {
        self.entryID = entryID
        self.at = at
        system = record.caller.system.uri
        person = record.caller.person?.bytes
        role = record.caller.role
        post = record.caller.post?.bytes
        purpose = record.caller.purpose
        action = record.action
        granted = record.granted
        children = Set(record.children).sorted().flatMap(\.bytes)
    }

    static let columns = "entry_id, at, system, person_id, role, post_id, purpose, action, granted, children"

    /// Reads the columns named in ``columns``, from the first.
    init(_ row: any Row) throws {
        entryID = try row.blob(0)
        at = try row.instant(1)
        system = try row.text(2)
        person = try row.optionalBlob(3)
        role = try row.text(4)
        post = try row.optionalBlob(5)
        purpose = try row.text(6)
        action = try row.text(7)
        granted = try row.integer(8) != 0
        children = try row.blob(9)
    }

    func insert(in transaction: any Transaction) throws {
        // A writer that lost sight of its commit writes again: the entry's id makes that harmless.
        let new = try transaction.run(
            """
            INSERT INTO kit_audit
                (entry_id, at, system, person_id, role, post_id, purpose, action, granted, children)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (entry_id) DO NOTHING
            """,
            .blob(entryID), .instant(at), .text(system), person.map { .blob($0) } ?? .null, .text(role),
            post.map { .blob($0) } ?? .null, .text(purpose), .text(action), .integer(granted ? 1 : 0),
            .blob(children))
        guard new == 1 else { return }
        for child in childIDs {
            try transaction.run(
                "INSERT INTO kit_audit_children (child_id, entry_id) VALUES ($1, $2)",
                .blob(child), .blob(entryID))
        }
    }

    var childIDs: [[UInt8]] {
        stride(from: 0, to: children.count - children.count % 16, by: 16).map {
            Array(children[$0..<$0 + 16])
        }
    }

    /// The hash of this entry after the one before: SHA-256 over the earlier hash, the number and each field with its
    /// length, so that no two different entries have the same bytes.
    func hash(after earlier: [UInt8], number: Int64) -> [UInt8] {
        var bytes = Array("tugi-audit/1".utf8)
        func add(_ field: [UInt8]) {
            bytes.append(bigEndian: UInt32(truncatingIfNeeded: field.count))
            bytes.append(contentsOf: field)
        }
        add(earlier)
        bytes.append(bigEndian: number)
        add(entryID)
        bytes.append(bigEndian: at.microseconds)
        add(Array(system.utf8))
        add(person ?? [])
        add(Array(role.utf8))
        add(post ?? [])
        add(Array(purpose.utf8))
        add(Array(action.utf8))
        bytes.append(granted ? 1 : 0)
        add(children)
        return Digest.sha256(bytes)
    }

    /// As `Audit/ForChild` tells it.
    func message(service: String) -> CommonAuditEntry {
        .with {
            $0.atMicroseconds = at.microseconds
            $0.service = service
            $0.action = action
            $0.system = system
            $0.personID = person.flatMap { PersonID($0)?.data } ?? $0.personID
            $0.role = role
            $0.purpose = purpose
            $0.granted = granted
        }
    }
}
