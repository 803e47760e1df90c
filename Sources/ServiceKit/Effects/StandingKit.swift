public import Contracts
import SwiftProtobuf
public import Store
import Synchronization

/// The kit that services run with: operations, outbox, audit and ids over the service's own store.
public final class StandingKit: Kit {
    /// The service's name as in events and settings: "registry", "risk", "referral", "training".
    public let service: String
    /// The only source of "now".
    public let clock: any WallClock
    /// The service's partitions; the kit's own tables are in each.
    public let store: any PartitionedStore
    /// The same store, for those who check it as a whole.
    let inspection: any InspectableStore
    /// Keys of the partitions.
    public let vault: any Vault
    private let journals = Mutex<[String: AuditJournal]>([:])
    /// Partitions whose newest audit entries the sealer has not seen yet.
    private let unsealed = Mutex<Set<String>>([])
    /// Partitions that may hold parked events.
    private let parked = Mutex<Set<String>>([])

    /// `store` must have the kit's migrations before the service's own.
    public init(service: String, clock: any WallClock, store: any InspectableStore, vault: any Vault) {
        self.service = service
        self.clock = clock
        self.store = store
        inspection = store
        self.vault = vault
    }

    /// Writes the audit entry durably. Throws `unavailable` when it cannot: then nothing may be shown.
    public func audit(_ entry: AuditRecord) async throws {
        let row = AuditEntryRow(entry, entryID: newID(Named.Event.self).bytes, at: clock.now())
        let journal = journals.withLock { journals in
            if let journal = journals[entry.partition] { return journal }
            let journal = AuditJournal(store, partition: entry.partition)
            journals[entry.partition] = journal
            return journal
        }
        do {
            try await journal.append(row)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ServiceError(
                .unavailable, "audit-not-written",
                "The access could not be recorded, so nothing is shown: try again; county IT sees why in the log."
            )
        }
        unsealed.withLock { _ = $0.insert(entry.partition) }
    }

    /// Runs `body` in one transaction unless the operation has been done before: then its ids come back,
    /// marked as replayed. Refuses outdated operations, and the same id with other content.
    public func once(
        _ operation: Operation, in partition: String,
        _ body: @Sendable @escaping (any Transaction) throws -> [[UInt8]]
    ) async throws -> OperationResult {
        let now = clock.now()
        try OperationLedger.refuseOutdated(operation, now: now)
        // A request may be so short that whoever has the file could try out what its digest stands for.
        let operation = Operation(
            id: operation.id, method: operation.method,
            contentDigest: try vault.lookupHash(
                operation.contentDigest, purpose: "operation-content", in: partition))
        return try await store.partition(partition).write { transaction in
            if let ids = try OperationLedger.earlier(operation, in: transaction) {
                return OperationResult(ids: ids, replayed: true)
            }
            let ids = try body(transaction)
            try OperationLedger.record(operation, ids: ids, at: now, in: transaction)
            return OperationResult(ids: ids, replayed: false)
        }
    }

    /// Adds an event to the partition's outbox, within the transaction of its change.
    public func emit(
        _ body: EventEnvelope.OneOf_Body, child: ChildID?, partition: String, in transaction: any Transaction
    ) throws {
        try emit(body, child: child, partition: partition, to: "", in: transaction)
    }

    /// Adds an event for another partition of this service, `destination`; empty: for whoever listens.
    public func emit(
        _ body: EventEnvelope.OneOf_Body, child: ChildID?, partition: String, to destination: String,
        in transaction: any Transaction
    ) throws {
        let envelope = EventEnvelope.with {
            $0.eventID = newID(Named.Event.self).data
            $0.source = service
            $0.partition = partition
            $0.occurredMicroseconds = clock.now().microseconds
            if let child { $0.childID = child.data }
            $0.destination = destination
            $0.body = body
        }
        try Outbox.add(envelope, in: transaction)
    }

    /// A new UUIDv7 by the kit's clock.
    public func newID<Kind>(_ kind: Kind.Type) -> Identifier<Kind> { Identifier(madeAt: clock.now()) }

    func noteParked(in partition: String) { parked.withLock { _ = $0.insert(partition) } }
}

// MARK: - Standing work

extension StandingKit {
    /// At start every partition may hold what an earlier run left: unsealed audit entries, parked events.
    func lookForLeftovers() async throws {
        let codes = try await store.codes()
        unsealed.withLock { $0.formUnion(codes) }
        parked.withLock { $0.formUnion(codes) }
    }

    /// Puts audit entries into the chain of each partition that has new ones.
    public func sealAudit() async throws {
        let partitions = unsealed.withLock { partitions in
            defer { partitions = [] }
            return partitions.sorted()
        }
        var failure: (any Error)?
        for partition in partitions {
            do {
                let database = try await store.partition(partition)
                let chain = AuditChain(vault: vault, partition: partition)
                while try await chain.seal(in: database) > 0 {}
            } catch {
                unsealed.withLock { _ = $0.insert(partition) }
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Tries parked events again, e.g. after a new version of the program was started.
    public func retryParked(by endpoint: any ServiceEndpoint) async throws {
        let inbox = Inbox(endpoint: endpoint, clock: clock)
        for partition in parked.withLock({ $0.sorted() }) {
            let database = try await store.partition(partition)
            _ = try await inbox.retryParked(in: database, partition: partition)
            if try await database.read({ try Inbox.parked(in: $0) }) == 0 {
                parked.withLock { _ = $0.remove(partition) }
            }
        }
    }

    /// Forgets operations and event ids that are older than 30 days.
    func forgetOld() async throws {
        let now = clock.now()
        for partition in try await store.codes() {
            let database = try await store.partition(partition)
            while try await database.write({ transaction in
                try OperationLedger.forget(before: now, in: transaction)
                    + Inbox.forget(before: now, in: transaction)
            }) > 0 {}
        }
    }
}
