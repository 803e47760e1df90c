import ServiceKit
import Store

/// Reports of a child in need, and danger: ways of their own, which nobody at school can hold or dismiss.
extension ReferralService {
    /// Takes a report in at once, in the municipality of residence, whoever's system it comes from.
    ///
    /// Who reported is kept nowhere but in the sealed contact, if one was given (LasteKS § 27): see
    /// ``auditUnnamed(_:_:)`` and ``Unlinked``.
    func submitReport(
        _ municipality: String, child: ChildID?, description: String, observation: String, contact: String,
        _ caller: Caller, _ operation: Operation
    ) async throws -> ReportID {
        try ReportRules.check(observation: observation, description: description, contact: contact)
        try await requireReporter(municipality, caller)
        let unlinked = try Unlinked(operation, "report", vault: kit.vault, in: municipality)
        guard let id = ReportID(unlinked.subject) else { throw ReferralError.notYours }
        try await auditUnnamed("SubmitReport", caller)
        let today = kit.clock.today()
        let report = ReportRecord(
            id: id, child: child, received: kit.clock.now(),
            decideBy: DeadlineRules.end(
                of: DeadlineRules.inForce(on: today).decideReport, after: today, calendar),
            observation: observation)
        let service = self
        _ = try await kit.once(unlinked.operation, in: municipality) { transaction in
            let store = service.store(transaction, municipality)
            // A report sent again after the operation's record was forgotten is still the same report.
            guard try store.report(id) == nil else { return [] }
            try store.insert(report, description: description, contact: contact)
            try service.tellProtection(of: report, works: true, store)
            return []
        }
        return id
    }

    /// Child protection may learn who a reported child is, until it decides that the child is not its case. To the
    /// others it is the lead of one more case, under an id that is not the report's.
    private func tellProtection(of report: ReportRecord, works: Bool, _ store: ReferralStore) throws {
        guard let child = report.child else { return }
        let lead = CaseLead(roles: ["child-protection-worker"], place: .municipality)
        let id: CaseID = derivedID("report", report.id.bytes)
        try kit.emit(
            ReferralEvents.caseLedBy(lead, case: id, open: works), child: child,
            partition: store.partition, in: store.transaction)
    }

    /// Writes down that danger was seen. The advice does not depend on it.
    func recordDanger(
        _ municipality: String, child: ChildID?, _ caller: Caller, _ operation: Operation
    ) async throws {
        try await requireReporter(municipality, caller)
        let unlinked = try Unlinked(operation, "danger", vault: kit.vault, in: municipality)
        try await auditUnnamed("RecordDanger", caller)
        let (service, now) = (self, kit.clock.now())
        _ = try await kit.once(unlinked.operation, in: municipality) { transaction in
            let store = service.store(transaction, municipality)
            if try !store.hasDanger(unlinked.subject) {
                try store.addDanger(unlinked.subject, child: child, at: now)
            }
            return []
        }
    }

    /// Writes down that something was reported, through which system, but not by whom, nor about whom; in the
    /// county's partition, so that neither the order nor the place of entries ties it to a report.
    private func auditUnnamed(_ action: String, _ caller: Caller) async throws {
        let unnamed = Caller(system: caller.system, purpose: "child-protection")
        try await kit.audit(
            AuditRecord(caller: unnamed, action: action, partition: Self.countyPartition, children: []))
    }

    /// Anybody may report, from any municipality; only programs have nothing to report, and the county keeps
    /// none.
    private func requireReporter(_ municipality: String, _ caller: Caller) async throws {
        guard municipality != Self.countyPartition else {
            throw ReferralError.fieldInvalid(
                "municipality", "the code of the municipality where the child lives")
        }
        guard caller.person != nil || caller.municipality != Self.countyPartition else {
            throw ReferralError.personNeeded
        }
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
            try service.tellProtection(of: report, works: state == .caseOpened, store)
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

/// An operation as the ledger may keep it when nobody may learn who asked: its id and content under a key of the
/// partition, and the id of what it makes under another. Whoever holds the sender's copy of the operation and the
/// files, but not the key, cannot tell which report is the sender's.
private struct Unlinked {
    let operation: Operation
    /// 16 bytes: the id of the report or record of danger; the same when the operation comes again.
    let subject: [UInt8]

    init(_ plain: Operation, _ kind: String, vault: any Vault, in partition: String) throws {
        func keyed(_ value: [UInt8], _ purpose: String) throws -> [UInt8] {
            try vault.lookupHash(value, purpose: "\(kind).\(purpose)", in: partition)
        }
        subject = Self.id(try keyed(plain.id.bytes, "subject"))
        operation = Operation(
            id: OperationID(Self.id(try keyed(plain.id.bytes, "operation"))) ?? plain.id,
            method: plain.method,
            contentDigest: try keyed(plain.contentDigest, "content"))
    }

    /// RFC 9562: version 8 (made by our own rule), variant 2; so it tells no time either.
    private static func id(_ hash: [UInt8]) -> [UInt8] {
        var bytes = Array(hash.prefix(16))
        guard bytes.count == 16 else { return bytes }
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        return bytes
    }
}
