import Contracts
import Security
import ServiceKit
import Store

/// The use cases of ReferralRouting: read, decide by the Rules, write, tell.
struct ReferralService: Sendable {
    static let countyPartition = "0060"

    let kit: any Kit
    let calendar: DayCalendar

    init(_ kit: any Kit, calendar: DayCalendar) {
        self.kit = kit
        self.calendar = calendar
    }

    func store(_ transaction: any Transaction, _ partition: String) -> ReferralStore {
        ReferralStore(transaction, vault: kit.vault, partition: partition)
    }

    /// Reads in one snapshot of a partition.
    func read<Result: Sendable>(
        _ partition: String, _ body: @Sendable @escaping (ReferralStore) throws -> Result
    ) async throws -> Result {
        let vault = kit.vault
        return try await kit.store.partition(partition).read {
            try body(ReferralStore($0, vault: vault, partition: partition))
        }
    }

    /// Writes without an operation: bookkeeping that may be repeated at will.
    func write<Result: Sendable>(
        _ partition: String, _ body: @Sendable @escaping (ReferralStore) throws -> Result
    ) async throws -> Result {
        let vault = kit.vault
        return try await kit.store.partition(partition).write {
            try body(ReferralStore($0, vault: vault, partition: partition))
        }
    }

    func countyMap(for municipality: String) async throws -> CountyMap {
        try await read(Self.countyPartition) { try $0.countyMap(for: municipality) }
    }

    /// Refuses, and leaves a trace of the attempt with the child.
    func refuse(_ ask: Ask, child: ChildID?) async throws -> Never {
        if let child {
            try await kit.audit(
                AuditRecord(
                    caller: ask.caller, action: ask.action, partition: ask.municipality, children: [child],
                    granted: false))
        }
        throw ReferralError.notYours
    }

    /// Writes down who was shown which children; only then may the answer leave.
    func audit(_ ask: Ask, _ children: [ChildID]) async throws {
        try await kit.audit(
            AuditRecord(
                caller: ask.caller, action: ask.action, partition: ask.municipality,
                children: Array(Set(children)).sorted()))
    }

    /// An id that follows from others: the same act tried again names the same thing.
    func derivedID<Kind>(_ kind: String, _ from: [UInt8]) -> Identifier<Kind> {
        var bytes = Array(Digest.sha256(Array("tugi:\(kind):".utf8) + from).prefix(16))
        bytes[6] = 0x80 | (bytes[6] & 0x0f)
        bytes[8] = 0x80 | (bytes[8] & 0x3f)
        return Identifier<Kind>(bytes) ?? kit.newID(Kind.self)
    }
}

/// Who asks what, where: the same through one use case.
struct Ask: Sendable {
    let caller: Caller
    let person: PersonID
    /// The method's name, for the audit.
    let action: String
    let municipality: String
    let today: LocalDate
    let now: Instant
}

extension ReferralService {
    /// Begins a use case about children of the caller's own municipality.
    func begin(_ action: String, _ municipality: String, _ caller: Caller) throws -> Ask {
        try PolicyRules.requireOwn(municipality, caller)
        let person = try PolicyRules.requirePerson(caller)
        return Ask(
            caller: caller, person: person, action: action, municipality: municipality,
            today: kit.clock.today(), now: kit.clock.now())
    }
}

/// A case as one caller sees it.
struct SeenCase: Sendable {
    var municipality: String
    var record: CaseRecord
    var child: ChildPlace?
    var responsibility: Responsibility
    var due: LocalDate
    /// False: only the needs that were addressed to the caller.
    var isWhole: Bool
    /// May change the case.
    var leads: Bool
}

/// What decides over many cases of one municipality at once.
struct Surroundings: Sendable {
    let county: CountyMap
    let links: [ChildLink]
    let reported: Set<ChildID>
}

extension ReferralService {
    func surroundings(_ ask: Ask) async throws -> Surroundings {
        let county = try await countyMap(for: ask.municipality)
        let (links, reported) = try await read(ask.municipality) { store in
            (try store.links(of: ask.person, on: ask.today), try store.reportedChildren())
        }
        return Surroundings(county: county, links: links, reported: reported)
    }

    /// The case as this caller sees it; nil: not at all.
    func seen(_ record: CaseRecord, _ child: ChildPlace?, _ around: Surroundings, _ ask: Ask) -> SeenCase? {
        let responsibility = around.county.responsibility(
            for: record, child: child, municipality: ask.municipality, today: ask.today)
        let first = Term(responsibility.level.firstActionSchoolDays, .school)
        var seen = SeenCase(
            municipality: ask.municipality, record: record, child: child, responsibility: responsibility,
            due: record.due ?? DeadlineRules.end(of: first, after: record.opened, calendar), isWhole: true,
            leads: PolicyRules.mayLead(
                child: child, links: around.links, responsibility: responsibility, ask.caller))
        if PolicyRules.maySee(
            record, child: child, links: around.links, responsibility: responsibility,
            hasReport: around.reported.contains(record.child), ask.caller)
        {
            return seen
        }
        seen.record.needs = record.needs.filter { need in
            need.attempts.contains {
                PolicyRules.isRecipient(
                    of: $0, county: around.county, municipality: ask.municipality, today: ask.today,
                    ask.caller)
            }
        }
        guard !seen.record.needs.isEmpty else { return nil }
        seen.record.changes = []
        seen.record.signals = []
        seen.isWhole = false
        return seen
    }

    /// One case for this caller, or a refusal that leaves its trace.
    func load(_ id: CaseID, _ ask: Ask) async throws -> (seen: SeenCase, around: Surroundings) {
        let around = try await surroundings(ask)
        let found = try await read(ask.municipality) { store in
            try store.record(id).map { ($0, try store.child($0.child)) }
        }
        guard let (record, child) = found else { try await refuse(ask, child: nil) }
        guard let seen = seen(record, child, around, ask) else { try await refuse(ask, child: record.child) }
        return (seen, around)
    }

    /// The same, for changes: who does not lead the case is refused.
    func lead(_ id: CaseID, _ ask: Ask) async throws -> (seen: SeenCase, around: Surroundings) {
        let (seen, around) = try await load(id, ask)
        guard seen.leads, seen.isWhole else { try await refuse(ask, child: seen.record.child) }
        try await audit(ask, [seen.record.child])
        return (seen, around)
    }

    /// Makes one change of a case, once for its operation, and shows the case as it is then.
    func change(
        _ id: CaseID, _ ask: Ask, _ operation: Operation, _ around: Surroundings,
        then: (@Sendable (CaseEdit, any Transaction) throws -> Void)? = nil,
        _ decide: @Sendable @escaping (inout CaseEdit) throws -> Void
    ) async throws -> SeenCase {
        let service = self
        _ = try await kit.once(operation, in: ask.municipality) { transaction in
            let store = service.store(transaction, ask.municipality)
            guard let record = try store.record(id) else { throw ReferralError.notYours }
            var edit = CaseEdit(
                record, at: ask.now, person: ask.person, role: ask.caller.role, today: ask.today,
                calendar: service.calendar)
            if record.template == nil {
                let child = try store.child(record.child)
                edit.pin(around.county.template(for: child, municipality: ask.municipality))
            }
            try decide(&edit)
            try store.write(edit)
            try service.tellLead(edit.record, around.county, store)
            try service.tellAsked(edit, store)
            try then?(edit, transaction)
            return [id.bytes]
        }
        let found = try await read(ask.municipality) { store in
            try store.record(id).map { ($0, try store.child($0.child)) }
        }
        guard let (record, child) = found, let seen = seen(record, child, around, ask) else {
            throw ReferralError.notYours
        }
        return seen
    }
}
