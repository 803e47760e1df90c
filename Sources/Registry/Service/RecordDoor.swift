import Security
import ServiceKit
import Store

/// The one door through which the county's map is changed: checks the records, keeps the new versions, writes the typed
/// tables that the logic reads, and tells the other services, all in the caller's transaction.
struct RecordDoor: Sendable {
    let kit: any Kit
    let author: RecordStore.Author
    /// Whether the author may write this record, as it is stored and as it is to be.
    let mayWrite: @Sendable (Record, RecordKind) -> Bool

    /// For somebody who may write all of the map.
    init(_ kit: any Kit, _ caller: Caller) {
        self.init(kit, caller) { _, _ in true }
    }

    init(_ kit: any Kit, _ caller: Caller, mayWrite: @escaping @Sendable (Record, RecordKind) -> Bool) {
        self.kit = kit
        author = RecordStore.Author(
            system: caller.system.uri, person: caller.person, role: caller.role, purpose: caller.purpose)
        self.mayWrite = mayWrite
    }

    /// Stored records, with those that are being sent laid over them.
    private final class Lookup {
        private let transaction: any Transaction
        private var stored: [Record.Key: RecordStore.Current?] = [:]
        var sent: [Record.Key: Record] = [:]

        init(_ transaction: any Transaction) { self.transaction = transaction }

        func current(_ key: Record.Key) throws -> RecordStore.Current? {
            if let known = stored[key] { return known }
            let found = try RecordStore.current(key, transaction)
            stored[key] = .some(found)
            return found
        }

        func record(_ key: Record.Key) throws -> Record? { try sent[key] ?? current(key)?.record }
    }

    /// What writing these records would do. Throws when the author may not write one of them, or when one has been
    /// changed since the version that the author read.
    func plan(_ puts: [RecordPut], in transaction: any Transaction) throws -> RecordPlan {
        let lookup = Lookup(transaction)
        let context = RecordContext { try lookup.record($0) }
        var plan = RecordPlan()
        var records: [(record: Record, kind: RecordKind, stored: RecordStore.Current?)] = []
        for (index, put) in puts.enumerated() {
            let key = put.record.key
            guard let kind = RecordKinds.named(key.kind) else { throw Self.noSuchKind }
            var record = kind.canonical(put.record)
            let stored = try lookup.current(key)
            if !put.setsEnd { record.endedFrom = stored?.record.endedFrom ?? "" }
            if lookup.sent.updateValue(record, forKey: key) != nil {
                plan.faults.append(RecordPlan.Found(index: index, key: key, fault: Self.sentTwice))
            }
            records.append((record, kind, stored))
        }
        // Owners are settled once all records are known: a post may come before its institution.
        for index in records.indices {
            var record = records[index].record
            record.owner = try RecordCheck.owner(of: record, kind: records[index].kind, context: context)
            records[index].record = record
            lookup.sent[record.key] = record
        }
        for (index, entry) in records.enumerated() {
            let step = try step(entry.record, entry.stored, expected: puts[index].expectedVersion, index)
            plan.steps.append(step)
            guard step.decision != .unchanged else { continue }
            var faults = try RecordCheck.faults(in: entry.record, of: entry.kind, context: context)
            if faults.isEmpty {
                faults = try endFaults(entry.record, transaction)
                faults += try overlapFaults(entry.record, lookup.sent, transaction)
            }
            plan.faults += faults.map { RecordPlan.Found(index: index, key: entry.record.key, fault: $0) }
            guard mayWrite(entry.record, entry.kind),
                entry.stored.map({ mayWrite($0.record, entry.kind) }) ?? true
            else {
                // Whose a faulty record is may be what is wrong with it.
                if !faults.isEmpty { continue }
                throw Self.notAllowed
            }
        }
        return plan
    }

    private func step(
        _ record: Record, _ stored: RecordStore.Current?, expected: Int?, _ index: Int
    ) throws -> RecordPlan.Step {
        if let expected, expected != stored?.version ?? 0 {
            throw ServiceError(
                .conflict, "record-changed",
                "Record \(index + 1) is at version \(stored?.version ?? 0), not \(expected): read it again, make "
                    + "your change in what it is now, and send that with its version.")
        }
        guard let stored else { return RecordPlan.Step(record: record, decision: .create, version: 1) }
        if stored.record == record {
            return RecordPlan.Step(record: record, decision: .unchanged, version: stored.version)
        }
        return RecordPlan.Step(record: record, decision: .change, version: stored.version + 1)
    }

    /// Nobody who holds a post is ended: the post would go on giving rights.
    private func endFaults(_ record: Record, _ transaction: any Transaction) throws -> [RecordFault] {
        guard record.kind == "person", let end = LocalDate(record.endedFrom) else { return [] }
        let holds = try CountyStore.posts(ofCode: record.code, transaction).contains { post in
            LocalDate(post.until).map { $0 >= end } ?? true
        }
        return holds ? [Self.holdsPosts] : []
    }

    /// A child's grade finds one template: those of a municipality and kind of institution part the grades.
    private func overlapFaults(
        _ record: Record, _ sent: [Record.Key: Record], _ transaction: any Transaction
    ) throws -> [RecordFault] {
        let today = kit.clock.today()
        guard record.kind == "template", !record.boolean("fallback"), record.isInForce(on: today) else {
            return []
        }
        let others = try RecordStore.all("template", owner: record.owner, transaction).map(\.record).filter {
            sent[$0.key] == nil
        }
        let overlaps = (others + sent.values).contains { other in
            other.kind == "template" && other.owner == record.owner && other.code != record.code
                && !other.boolean("fallback") && other.isInForce(on: today)
                && other.text("institution_kind") == record.text("institution_kind")
                && other.integer("grade_from") ?? 0 <= record.integer("grade_to") ?? 0
                && record.integer("grade_from") ?? 0 <= other.integer("grade_to") ?? 0
        }
        return overlaps ? [Self.gradesOverlap] : []
    }

    /// Writes the records, or nothing when there are faults (``RefusedRecords``).
    @discardableResult
    func write(_ puts: [RecordPut], in transaction: any Transaction) throws -> RecordPlan {
        try adopt(in: transaction)
        let plan = try plan(puts, in: transaction)
        guard plan.faults.isEmpty else { throw RefusedRecords(faults: plan.faults) }
        let altered = plan.altered
        let now = kit.clock.now()
        for step in altered {
            try RecordStore.save(
                RecordStore.Version(record: step.record, number: step.version, at: now, author: author),
                transaction)
        }
        var typed = TypedRecords.map(of: altered.map(\.record))
        typed.templates = try templates(touchedBy: altered, transaction)
        if typed != CountyMap() { try writeTyped(typed, in: transaction) }
        return plan
    }

    /// The templates of which some part was altered, as the logic reads them: with a new version, so that open cases
    /// can keep the one they began with.
    private func templates(
        touchedBy altered: [RecordPlan.Step], _ transaction: any Transaction
    ) throws -> [Template] {
        let codes = Set(altered.compactMap { TypedTemplates.templateCode(of: $0.record) }).sorted()
        guard !codes.isEmpty else { return [] }
        let today = kit.clock.today()
        let stored = Dictionary(try CountyStore.templates(transaction).map { ($0.id, $0) }) { first, _ in
            first
        }
        var levels: [String: [Record]] = [:]
        return try codes.compactMap { code in
            let key = Record.Key(kind: "template", code: code)
            guard let record = try RecordStore.current(key, transaction)?.record else { return nil }
            if levels[record.owner] == nil {
                levels[record.owner] = try RecordStore.all(
                    "template-level", owner: record.owner, transaction
                ).map(\.record)
            }
            let own = levels[record.owner, default: []].filter { $0.text("template") == code }
            return TypedTemplates.template(record, levels: own, on: today)
                .following(stored[TypedTemplates.id(ofCode: code)])
        }
    }

    /// Stores what the logic reads, and tells the facts that are now others.
    private func writeTyped(_ altered: CountyMap, in transaction: any Transaction) throws {
        let today = kit.clock.today()
        let stored = RegistryEvents.facts(of: try CountyStore.load(transaction), on: today)
        let before = Dictionary(stored.map { ($0.key, $0.body) }) { $1 }
        try CountyStore.save(altered, transaction)
        let after = RegistryEvents.facts(of: try CountyStore.load(transaction), on: today)
        for fact in after where before[fact.key] != fact.body {
            try kit.emit(fact.body, child: nil, partition: RegistryCodes.county, in: transaction)
        }
    }

    /// Makes records of a map that was stored before there were records.
    private func adopt(in transaction: any Transaction) throws {
        guard try RecordStore.isEmpty(transaction) else { return }
        let stored = try CountyStore.load(transaction)
        let now = kit.clock.now()
        let program = RecordStore.Author(
            system: "tugi-registry", person: nil, role: "", purpose: "operations")
        for statement in TypedRecords.statements(of: stored, merged: stored) {
            try RecordStore.save(
                RecordStore.Version(record: statement.record, number: 1, at: now, author: program),
                transaction)
        }
    }

    // MARK: refusals

    static let noSuchKind = ServiceError(
        .invalid, "kind-unknown",
        "There is no such kind of records: see ListKinds (tugi-gateway registry kinds).")

    static let notAllowed = ServiceError(
        .notAllowed, "record-not-yours",
        "A municipality's office changes its own records, a school's head or registrar its own posts, team and "
            + "resources, the county's coordinator or registrar the shared ones.")

    private static let sentTwice = RecordFault(
        "code", "duplicate",
        Bilingual(et: "Sama kirje on saadetud kaks korda.", en: "The same record is sent twice."),
        remedy: Bilingual(et: "Jäta üks alles.", en: "Keep one of them."))

    private static let gradesOverlap = RecordFault(
        "grade_from", "grades-overlap",
        Bilingual(
            et: "Teine sama omavalitsuse ja asutuse liigi mall katab osa samu klasse.",
            en: "Another template of this municipality and kind covers some of the same grades."),
        remedy: Bilingual(
            et: "Jaga klassid või märgi üks mall ülejäänud klassidele.",
            en: "Part the grades, or mark one template as fallback."))

    private static let holdsPosts = RecordFault(
        "ended_from", "holds-posts",
        Bilingual(
            et: "Inimene on sel päeval veel ametikohal.", en: "The person still holds a post on that day."),
        remedy: Bilingual(et: "Lõpeta enne ametikohad.", en: "End the posts first."))
}
