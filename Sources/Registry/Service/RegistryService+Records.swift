import Contracts
import Security
import ServiceKit
import Store

/// Changing records of the county's map.
extension RegistryService {
    /// What came of one record that was sent.
    struct RecordResult: Sendable {
        var key: Record.Key
        var version: Int
        var decision: RecordPlan.Decision

        init(_ step: RecordPlan.Step) {
            key = step.record.key
            version = step.version
            decision = step.decision
        }

        /// As the result of an operation keeps it: kind, code, version and decision with spaces between.
        var bytes: [UInt8] { Array("\(key.kind) \(key.code) \(version) \(decision.rawValue)".utf8) }

        /// Nil when these are no such bytes.
        init?(bytes: [UInt8]) {
            let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
            guard parts.count == 4, let version = Int(parts[2]),
                let decision = RecordPlan.Decision(rawValue: parts[3])
            else { return nil }
            key = Record.Key(kind: parts[0], code: parts[1])
            self.version = version
            self.decision = decision
        }
    }

    struct RecordOutcome: Sendable {
        /// One for each record sent; none when there are faults.
        var results: [RecordResult] = []
        var faults: [RecordPlan.Found] = []
    }

    static let recordsSentMax = 1000

    /// Stores all of these records, or none when one has a fault.
    func putRecords(
        _ puts: [RecordPut], dryRun: Bool, operation: Operation, caller: Caller
    ) async throws -> RecordOutcome {
        guard puts.count <= Self.recordsSentMax else {
            throw ServiceError(
                .tooMuch, "too-many-records", "Send at most \(Self.recordsSentMax) records at once.")
        }
        let writer = try await writer(caller)
        do {
            if dryRun {
                let steps = try await county().read { transaction in
                    let plan = try door(caller, writer).plan(puts, in: transaction)
                    guard plan.faults.isEmpty else { throw RefusedRecords(faults: plan.faults) }
                    return plan.steps.map(RecordResult.init)
                }
                return RecordOutcome(results: steps)
            }
            let done = try await kit.once(operation, in: RegistryCodes.county) { transaction in
                try door(caller, writer).write(puts, in: transaction).steps.map { RecordResult($0).bytes }
            }
            await renewDirectory()
            return RecordOutcome(results: done.ids.compactMap { RecordResult(bytes: $0) })
        } catch let refused as RefusedRecords {
            return RecordOutcome(faults: refused.faults)
        }
    }

    /// Ends a record from a day on; it stays readable, and so does its history.
    func endRecord(
        _ key: Record.Key, from day: String, expectedVersion: Int?, operation: Operation, caller: Caller
    ) async throws -> RecordOutcome {
        let end = day.isEmpty ? kit.clock.today().description : day
        let writer = try await writer(caller)
        do {
            let done = try await kit.once(operation, in: RegistryCodes.county) { transaction in
                guard let stored = try RecordStore.current(key, transaction)?.record,
                    stored.owner == caller.municipality
                else { throw Self.noSuchRecord }
                var record = stored
                record.endedFrom = end
                let put = RecordPut(record, expectedVersion: expectedVersion, setsEnd: true)
                return try door(caller, writer).write([put], in: transaction).steps
                    .map { RecordResult($0).bytes }
            }
            await renewDirectory()
            return RecordOutcome(results: done.ids.compactMap { RecordResult(bytes: $0) })
        } catch let refused as RefusedRecords {
            return RecordOutcome(faults: refused.faults)
        }
    }

    /// The caller as one who writes records.
    func writer(_ caller: Caller) async throws -> RegistryRules.RecordWriter {
        var actor: RegistryRules.Actor?
        if let person = caller.person, !caller.role.isEmpty {
            actor = try await self.actor(caller, person: person)
        }
        return RegistryRules.RecordWriter(
            municipality: caller.municipality,
            isOperator: caller.municipality == RegistryCodes.county && caller.system.kind == .person,
            actor: actor)
    }

    func door(_ caller: Caller, _ writer: RegistryRules.RecordWriter) -> RecordDoor {
        RecordDoor(kit, caller) { RegistryRules.mayWrite($0, $1, writer) }
    }

    static let noSuchRecord = ServiceError(
        .notFound, "record-unknown",
        "There is no such record, or it is not open to you: see ListRecords (tugi-gateway registry list KIND)."
    )
}
