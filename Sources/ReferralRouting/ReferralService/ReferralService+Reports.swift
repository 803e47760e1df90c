import ServiceKit
import Store

/// Reports of a child in need, and danger: ways of their own, which nobody at school can hold or dismiss.
extension ReferralService {
    /// Takes a report in at once, in the municipality of residence, whoever's system it comes from.
    ///
    /// The audit entry names no child: the register of who looked at a child is shown to its family, and
    /// neither the reporter nor the fact of reporting is disclosed (LasteKS § 27).
    func submitReport(
        _ municipality: String, child: ChildID?, description: String, observation: String, contact: String,
        _ caller: Caller, _ operation: Operation
    ) async throws -> ReportID {
        try ReportRules.check(observation: observation, description: description, contact: contact)
        try await requireReporter(municipality, caller)
        try await kit.audit(
            AuditRecord(caller: caller, action: "SubmitReport", partition: municipality, children: []))
        let today = kit.clock.today()
        let report = ReportRecord(
            id: kit.newID(Named.Report.self), child: child, received: kit.clock.now(),
            decideBy: DeadlineRules.end(
                of: DeadlineRules.inForce(on: today).decideReport, after: today, calendar),
            observation: observation)
        let service = self
        let result = try await kit.once(operation, in: municipality) { transaction in
            try service.store(transaction, municipality).insert(
                report, description: description, contact: contact)
            return [report.id.bytes]
        }
        return result.ids.first.flatMap { ReportID($0) } ?? report.id
    }

    /// Writes down that danger was seen. The advice does not depend on it.
    func recordDanger(
        _ municipality: String, child: ChildID?, _ caller: Caller, _ operation: Operation
    ) async throws {
        try await requireReporter(municipality, caller)
        try await kit.audit(
            AuditRecord(caller: caller, action: "RecordDanger", partition: municipality, children: []))
        let (service, now, id) = (self, kit.clock.now(), operation.id.bytes)
        _ = try await kit.once(operation, in: municipality) { transaction in
            try service.store(transaction, municipality).addDanger(id, child: child, at: now)
            return [id]
        }
    }

    /// Anybody may report, from any municipality; only programs have nothing to report, and the county keeps
    /// none.
    private func requireReporter(_ municipality: String, _ caller: Caller) async throws {
        guard municipality != Self.countyPartition else {
            throw ReferralError.fieldInvalid(
                "municipality", "the code of the municipality where the child lives")
        }
        guard !caller.isProgram() else { throw ReferralError.personNeeded }
        do {
            _ = try await kit.store.partition(municipality)
        } catch let error as StoreError where error.code == .unavailable {
            throw ServiceError(
                .unavailable, "report-not-taken",
                "This could not be taken in here: the municipality is not served, or cannot be reached."
                    + " Call it, or the child helpline 116 111, now.")
        }
    }

    private func beginProtection(
        _ action: String, _ municipality: String, _ caller: Caller
    ) async throws -> Ask {
        let ask = try begin(action, municipality, caller)
        guard PolicyRules.isChildProtection(caller) else { try await refuse(ask, child: nil) }
        return ask
    }

    func listReports(_ municipality: String, _ caller: Caller) async throws -> [ReportRecord] {
        let ask = try await beginProtection("ListReports", municipality, caller)
        let reports = try await read(municipality) { try $0.reports() }
        try await audit(ask, reports.compactMap(\.child))
        return reports
    }

    func decideReport(
        _ municipality: String, _ id: ReportID, decision: String, reason: String, _ caller: Caller,
        _ operation: Operation
    ) async throws -> ReportRecord {
        let ask = try await beginProtection("DecideReport", municipality, caller)
        guard let known = try await read(municipality, { try $0.report(id) }) else {
            try await refuse(ask, child: nil)
        }
        try await audit(ask, known.child.map { [$0] } ?? [])
        let service = self
        _ = try await kit.once(operation, in: municipality) { transaction in
            let store = service.store(transaction, municipality)
            guard let report = try store.report(id) else { throw ReferralError.notYours }
            let state = try ReportRules.decide(report, decision, reason: reason)
            try store.decide(id, state, reason: reason)
            if let child = report.child {
                let notice = NoticeRecord(
                    at: ask.now, code: "child-protection-contact", isSuppressed: true,
                    ground: NoticeRules.protectionGround,
                    reviewOn: ask.today.adding(days: NoticeRules.reviewDays))
                try store.add(notice, child: child, subject: id.bytes, decider: ask.person)
            }
            return [id.bytes]
        }
        guard let decided = try await read(municipality, { try $0.report(id) }) else {
            throw ReferralError.notYours
        }
        return decided
    }
}
