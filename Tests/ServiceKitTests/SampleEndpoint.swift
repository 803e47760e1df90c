import Contracts
import RPC
import ServiceKit
import Store
import SwiftProtobuf
import Synchronization
import TestSupport

/// A small real service for the kit's tests: it keeps links and places of children in two tables.
struct SampleEndpoint: ServiceEndpoint {
    let kit: any Kit
    /// Set: events that it refuses otherwise are taken in, as by a later version of the program.
    let later = Later()

    final class Later: Sendable {
        private let version = Mutex(false)
        var isRunning: Bool {
            get { version.withLock { $0 } }
            set { version.withLock { $0 = newValue } }
        }
    }

    static let migrations = [
        Migration(
            "0001-sample",
            [
                "CREATE TABLE links (id BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL, role TEXT NOT NULL)",
                """
                CREATE TABLE places (
                    child_id BLOB NOT NULL, class_name TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (child_id))
                """,
            ])
    ]

    static func definition(_ name: String = "registry") -> ServiceDefinition {
        ServiceDefinition(name: name, port: 0, migrations: migrations) { _, _ in
            { kit in SampleEndpoint(kit: kit) }
        }
    }

    let methods = [
        RegistryMethods.getChild.descriptor, RegistryMethods.linkSpecialist.descriptor,
        RegistryMethods.confirmRole.descriptor, GatewayMethods.status.descriptor,
    ]

    func handle(_ call: any ServerCall, caller: Caller) async throws {
        switch call.method.id {
        case RegistryMethods.getChild.descriptor.id:
            try await call.answer(RegistryMethods.getChild) { request in
                let child = ChildID(request.childID) ?? .synthetic(0)
                try await kit.audit(
                    AuditRecord(
                        caller: caller, action: call.method.name, partition: request.municipality,
                        children: [child]))
                return .with { $0.child.className = "5a" }
            }
        case RegistryMethods.linkSpecialist.descriptor.id:
            try await call.answer(RegistryMethods.linkSpecialist) { request, operation in
                try await link(request, operation)
            }
        case RegistryMethods.confirmRole.descriptor.id:
            try await call.answer(RegistryMethods.confirmRole) { _ in .init() }
        default:
            try await call.answer(GatewayMethods.status) { _ in .init() }
        }
    }

    private func link(_ request: RegistryLinkSpecialistRequest, _ operation: Operation) async throws
        -> RegistryLinkSpecialistResponse
    {
        guard let child = ChildID(request.childID) else {
            throw ServiceError(.invalid, "child_id", "A child's id has 16 bytes.")
        }
        if request.role == "unforeseen" { throw Unforeseen(name: "Näidis Õpilane 17") }
        let kit = kit
        let municipality = request.municipality
        let result = try await kit.once(operation, in: municipality) { transaction in
            let id = kit.newID(Named.Link.self)
            try transaction.run(
                "INSERT INTO links (id, child_id, role) VALUES ($1, $2, $3)",
                .blob(id.bytes), .blob(child.bytes), .text(request.role))
            try kit.emit(
                .childLinked(.with { $0.role = request.role }), child: child, partition: municipality,
                in: transaction)
            return [id.bytes]
        }
        return .with { $0.linkID = LinkID(result.ids.first ?? [])?.data ?? $0.linkID }
    }

    struct Unforeseen: Error {
        var name: String
    }

    func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws {
        guard case .childPlaced(let placed)? = event.body else { return }
        try transaction.run(
            """
            INSERT INTO places (child_id, class_name, times) VALUES ($1, $2, 1)
            ON CONFLICT (child_id) DO UPDATE SET class_name = excluded.class_name, times = places.times + 1
            """, .blob([UInt8](event.childID)), .text(placed.className))
        // Refused after its row was written, so that a half-applied event would show.
        if placed.className == "refused", !later.isRunning {
            throw ServiceError(.invalid, "class-refused", "This class is not taken in.")
        }
    }

    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool {
        ["head", "child-protection-worker", "data-protection-officer"].contains(caller.role)
    }
}

extension ServiceBench {
    /// The class that the sample keeps for a child and how many events made it so; nil when none came.
    func place(of child: ChildID, partition: String) async throws -> String? {
        try await kit.store.partition(partition).read { transaction in
            try transaction.first(
                "SELECT class_name, times FROM places WHERE child_id = $1", .blob(child.bytes)
            ) { "\(try $0.text(0)) \(try $0.integer(1))" }
        }
    }

    func linkCount(partition: String) async throws -> Int64 {
        try await kit.store.partition(partition).read { transaction in
            try transaction.first("SELECT COUNT(*) FROM links") { try $0.integer(0) } ?? 0
        }
    }
}
