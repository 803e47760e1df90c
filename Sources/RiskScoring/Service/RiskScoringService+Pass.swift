import Contracts
import RPC
import Security
import ServiceKit
import Store

extension RiskScoringService {
    func runWeeklyPass(
        _ partition: String, asOf: LocalDate, _ caller: Caller, _ operation: Operation
    ) async throws -> PassResult {
        try requireMunicipality(partition, caller)
        guard SignalPolicy.mayRunPass(caller, partition: partition) else {
            throw try await refuse(caller, "RunWeeklyPass", partition)
        }
        guard asOf.weekday == 1 else {
            throw ServiceError(.invalid, "as-of", "The pass stands at a Monday; the weeks before it count.")
        }
        guard asOf <= kit.clock.today().monday.adding(days: 7) else {
            throw ServiceError(.invalid, "as-of", "This Monday lies in the future.")
        }
        let result = try await kit.once(operation, in: partition) { transaction in
            try pass(partition, asOf: asOf.dayNumber, RiskScoringStore(transaction)).kept
        }
        let done = try PassResult(kept: result.ids)
        // Nobody sees the alarms before this entry: the pass answers numbers, and lists are audited by
        // themselves.
        try await kit.audit(
            AuditRecord(caller: caller, action: "RunWeeklyPass", partition: partition, children: done.changed)
        )
        return done
    }

    private func pass(_ partition: String, asOf: Int32, _ store: RiskScoringStore) throws -> PassResult {
        var pass = WeeklyPass(
            kit: kit, rules: configuration.rules, partition: partition, asOf: asOf, store: store)
        return try pass.run()
    }

    /// Within the transaction of an import.
    func recount(_ touched: Set<ChildID>, _ partition: String, _ store: RiskScoringStore) throws {
        guard !touched.isEmpty else { return }
        var pass = WeeklyPass(
            kit: kit, rules: configuration.rules, partition: partition,
            asOf: kit.clock.today().monday.dayNumber,
            store: store)
        try pass.recount(touched)
    }

    /// Runs what is due in every municipality, as the service itself. Its operation ids come from
    /// municipality and Monday, so that two replicas, or a restart in the middle, run each pass once.
    /// Gives the municipalities whose pass failed, with codes only.
    func runDuePasses(in zone: TallinnTime) async throws -> [(partition: String, cause: String)] {
        var failures: [(partition: String, cause: String)] = []
        for partition in try await kit.store.codes() where partition != "0060" {
            do {
                try await runDuePasses(partition, in: zone)
            } catch let error as ServiceError {
                failures.append((partition, error.reason))
            } catch let error as StoreError {
                failures.append((partition, error.code.rawValue))
            }
        }
        return failures
    }

    private func runDuePasses(_ partition: String, in zone: TallinnTime) async throws {
        let last = try await kit.store.partition(partition).read { transaction in
            try RiskScoringStore(transaction).lastPass()
        }
        let due = WeeklySchedule.due(
            lastDone: last, at: kit.clock.now(), hour: configuration.passHour, in: zone,
            catchUpWeeks: configuration.catchUpWeeks)
        for monday in due {
            guard let operation = Self.scheduledOperation(partition, monday) else { continue }
            _ = try await runWeeklyPass(partition, asOf: LocalDate(dayNumber: monday), ownCaller, operation)
        }
    }

    /// The service acting as itself.
    var ownCaller: Caller {
        Caller(
            system: PeerIdentity(
                county: configuration.county, municipality: "0060", kind: .system, name: kit.service),
            purpose: "noticing")
    }

    static func scheduledOperation(_ partition: String, _ monday: Int32) -> Operation? {
        let digest = Digest.sha256(Array("tugi:weekly-pass:\(partition):\(monday)".utf8))
        var id = Array(digest.prefix(16))
        id[6] = id[6] & 0x0F | 0x80
        id[8] = id[8] & 0x3F | 0x80
        return OperationID(id).map {
            Operation(id: $0, method: RiskMethods.runWeeklyPass.descriptor.id, contentDigest: digest)
        }
    }
}
