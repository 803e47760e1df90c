import ServiceKit
import Store

/// What waits for whom, and what representatives were told.
extension ReferralService {
    static let tasksMax = 500

    /// The calling person's duties, the most urgent first.
    func listTasks(_ municipality: String, _ caller: Caller) async throws -> [(duty: Duty, isOverdue: Bool)] {
        // The county sees no child, so nothing about one waits for it.
        if municipality == Self.countyPartition, caller.municipality == municipality { return [] }
        let ask = try begin("ListTasks", municipality, caller)
        let around = try await surroundings(ask)
        let (signals, records, children, reports) = try await read(municipality) { store in
            (
                try store.raisedSignals(), try store.records(open: true), try store.childrenAtWork(),
                try store.reports()
            )
        }
        var duties = signals.compactMap { signal in
            isHolder(of: signal, children[signal.child], around, ask) ? DutyRules.duty(of: signal) : nil
        }
        for record in records {
            duties += self.duties(of: record, children[record.child], around, ask)
        }
        duties += protectionDuties(reports, around, ask)
        duties.sort { ($0.due, $0.code, $0.subject.description) < ($1.due, $1.code, $1.subject.description) }
        let shown = duties.prefix(Self.tasksMax)
        try await audit(ask, shown.compactMap(\.child))
        return shown.map { ($0, $0.isOverdue(ask.today)) }
    }

    private func isHolder(
        of signal: SignalRecord, _ child: ChildPlace?, _ around: Surroundings, _ ask: Ask
    ) -> Bool {
        let institution = child?.institution ?? signal.institution
        let holders = around.county.signalHolders(
            institution: institution, className: child?.className ?? signal.className,
            municipality: ask.municipality, today: ask.today)
        if holders.role == ask.caller.role, holders.people.contains(ask.person) { return true }
        return signal.due < ask.today && ask.caller.role == "head" && institution == ask.caller.institution
    }

    private func duties(
        of record: CaseRecord, _ child: ChildPlace?, _ around: Surroundings, _ ask: Ask
    ) -> [Duty] {
        guard let seen = seen(record, child, around, ask) else { return [] }
        let acting = seen.responsibility.isCarried(by: ask.caller)
        let linked = around.links.contains {
            $0.child == record.child && $0.role == seen.responsibility.level.coordinatorRole
        }
        return DutyRules.duties(of: record, caseDue: seen.due).filter { item in
            switch item.holder {
            case .coordinator:
                return acting || linked
                    || (item.duty.isOverdue(ask.today) && supervises(seen.responsibility, ask))
            case .requester(let id):
                return acting || record.attempt(id)?.requester == ask.person
            case .recipient(let id):
                guard let attempt = record.attempt(id) else { return false }
                if attempt.recipientMunicipality != ask.municipality, acting { return true }
                return PolicyRules.isRecipient(
                    of: attempt, county: around.county, municipality: ask.municipality, today: ask.today,
                    ask.caller)
            }
        }.map(\.duty)
    }

    /// What is overdue shows to whoever leads the house.
    private func supervises(_ responsibility: Responsibility, _ ask: Ask) -> Bool {
        switch responsibility.level.place {
        case .institution:
            ask.caller.role == "head" && ask.caller.institution != nil
                && ask.caller.institution == responsibility.institution
        case .municipality:
            ask.caller.role == "social-head"
        }
    }

    private func protectionDuties(
        _ reports: [ReportRecord], _ around: Surroundings, _ ask: Ask
    ) -> [Duty] {
        if PolicyRules.isChildProtection(ask.caller) { return reports.compactMap { DutyRules.duty(of: $0) } }
        // Nobody holds the post: that is the head of the social department's to mend, without seeing the
        // report.
        let isFilled = around.county.posts.contains {
            $0.role == "child-protection-worker" && $0.municipality == ask.municipality
                && $0.isFilled(on: ask.today)
        }
        guard ask.caller.role == "social-head", !isFilled else { return [] }
        return reports.filter { $0.state == .received }.map {
            Duty(
                code: "fill-child-protection-post", child: nil, subject: $0.id.bytes, caseID: nil,
                due: $0.decideBy, command: "")
        }
    }

    /// What a child's representatives were told. Held-back notices are seen by child protection only: they
    /// would disclose a report.
    func listNotices(_ municipality: String, _ id: ChildID, _ caller: Caller) async throws -> [NoticeRecord] {
        let ask = try begin("ListNotices", municipality, caller)
        let around = try await surroundings(ask)
        let (records, child, notices) = try await read(municipality) { store in
            (try store.records(of: id), try store.child(id), try store.notices(of: id))
        }
        let mayKnow = PolicyRules.isChildProtection(caller)
        let works =
            PolicyRules.worksWith(child, links: around.links, caller)
            || (mayKnow && around.reported.contains(id))
            || records.contains { seen($0, child, around, ask)?.isWhole == true }
        guard works else { try await refuse(ask, child: id) }
        try await audit(ask, [id])
        return notices.filter { mayKnow || !$0.isSuppressed }
    }
}
