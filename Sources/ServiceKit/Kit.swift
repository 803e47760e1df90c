public import Contracts
public import RPC
public import Store

/// What the kit gives to the code of one service. Made once by the service's assembly.
public protocol Kit: Sendable {
    /// The service's name as in events and settings: "registry", "risk", "referral", "training".
    var service: String { get }
    var clock: any WallClock { get }
    /// The service's partitions; the kit's own tables (operations, outbox, inbox, audit) are in each.
    var store: any PartitionedStore { get }
    var vault: any Vault { get }

    /// Writes the audit entry durably; only then may what it names be shown. Throws `unavailable` when it cannot.
    func audit(_ entry: AuditRecord) async throws

    /// Runs `body` once for this operation, in one transaction of that partition: the ids that it returns are kept
    /// and given back when the operation comes again. The same operation id with other content is refused.
    func once(
        _ operation: Operation, in partition: String,
        _ body: @Sendable @escaping (any Transaction) throws -> [[UInt8]]
    ) async throws -> OperationResult

    /// Adds an event to the partition's outbox, within the transaction of its change.
    func emit(
        _ body: EventEnvelope.OneOf_Body, child: ChildID?, partition: String, in transaction: any Transaction
    ) throws

    /// Adds an event that is addressed to another partition of this service alone: what happens in one partition and has
    /// to go on in another, since no transaction spans two. It is taken in there once, and its body is then forgotten.
    func emit(
        _ body: EventEnvelope.OneOf_Body, child: ChildID?, partition: String, to destination: String,
        in transaction: any Transaction
    ) throws

    /// A new UUIDv7 by the kit's clock.
    func newID<Kind>(_ kind: Kind.Type) -> Identifier<Kind>
}

/// Wall clock; the only source of "now".
public protocol WallClock: Sendable {
    func now() -> Instant
    /// The day in Europe/Tallinn.
    func today() -> LocalDate
}

/// One act of attention to children's data.
public struct AuditRecord: Sendable {
    /// Who looked or changed, and for what purpose.
    public var caller: Caller
    /// The method's name.
    public var action: String
    /// EHAK code of the partition whose audit takes the entry.
    public var partition: String
    /// The children shown or changed; empty for acts that name none.
    public var children: [ChildID]
    /// False: it was refused.
    public var granted: Bool

    /// All values as documented at the properties.
    public init(caller: Caller, action: String, partition: String, children: [ChildID], granted: Bool = true)
    {
        self.caller = caller
        self.action = action
        self.partition = partition
        self.children = children
        self.granted = granted
    }
}

/// The identity of one change: who retries with the same id gets the same result.
public struct Operation: Sendable, Hashable {
    /// Made by the caller before the first try.
    public var id: OperationID
    /// The method's id, from `Protocols/method-ids.txt`.
    public var method: UInt32
    /// SHA-256 of the request as it came.
    public var contentDigest: [UInt8]

    /// All values as documented at the properties.
    public init(id: OperationID, method: UInt32, contentDigest: [UInt8]) {
        self.id = id
        self.method = method
        self.contentDigest = contentDigest
    }
}

/// What ``Kit/once(_:in:_:)`` answers.
public struct OperationResult: Sendable, Hashable {
    /// What the first run returned.
    public var ids: [[UInt8]]
    /// True when the operation had been done before.
    public var replayed: Bool

    /// All values as documented at the properties.
    public init(ids: [[UInt8]], replayed: Bool) {
        self.ids = ids
        self.replayed = replayed
    }
}

/// Keys of the partitions: seals identifying columns and makes keyed hashes for look-ups by equality.
public protocol Vault: Sendable {
    /// A new key for one child or other subject, wrapped by the partition's key: stored beside the subject's row.
    /// Deleting it makes all that was sealed with it unreadable.
    func newSubjectKey(in partition: String) throws -> [UInt8]
    /// Seals `plain` with the subject's key (AES-256-GCM); `context` names table, column and row id and must be the
    /// same when opening.
    func seal(_ plain: [UInt8], subjectKey: [UInt8], context: String, in partition: String) throws -> [UInt8]
    func open(_ sealed: [UInt8], subjectKey: [UInt8], context: String, in partition: String) throws -> [UInt8]
    /// HMAC-SHA-256 under a key of the partition and `purpose`: equal inputs, equal outputs, nothing else to learn.
    func lookupHash(_ value: [UInt8], purpose: String, in partition: String) throws -> [UInt8]
}

/// What a service plugs into the kit.
public protocol ServiceEndpoint: Sendable {
    /// The service's own methods; the kit adds those of `tugi.common.v1`.
    var methods: [MethodDescriptor] { get }
    /// Answers one call of an own method; the caller's assertion is verified and covers the method.
    /// Throws `ServiceError`; the kit makes it a status.
    func handle(_ call: any ServerCall, caller: Caller) async throws
    /// Takes in one event of another service; runs in the transaction that moves the inbox's cursor. Kinds that do
    /// not concern the service are ignored. An error parks the event (and later ones of its child).
    func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws
    /// May this caller see who looked at this child? Asked for `Audit/ForChild`.
    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool
    /// What the service counts of a municipality for fact sheets: what happened from the first to the last day, and what
    /// stands now. A service that counts nothing leaves it out.
    func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws -> [MeasureCount]
    /// The service's own standing work (a weekly pass, expiring reservations), beside its calls. Runs as long as the
    /// program and is cancelled when it drains; a service without such work leaves it out. What it throws ends the
    /// program, so that a supervisor starts it again.
    func runBackground() async throws
}
