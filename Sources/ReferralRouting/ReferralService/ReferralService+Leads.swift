import ServiceKit
import Store

/// Telling the others who leads a case and which post is asked to help, so that they may see the child.
extension ReferralService {
    /// Tells who leads the case if that is not what was told last; once it is closed, that nobody does.
    func tellLead(_ record: CaseRecord, _ county: CountyMap, _ store: ReferralStore) throws {
        let told = try store.toldLead(of: record.id)
        guard record.isOpen else {
            guard let told else { return }
            try store.removeTold(of: record.id)
            return try kit.emit(
                ReferralEvents.caseLedBy(told, case: record.id, open: false), child: record.child,
                partition: store.partition, in: store.transaction)
        }
        let lead = try lead(of: record, county, store)
        guard lead != told else { return }
        try store.putTold(lead, of: record.id)
        try kit.emit(
            ReferralEvents.caseLedBy(lead, case: record.id, open: true), child: record.child,
            partition: store.partition, in: store.transaction)
    }

    private func lead(of record: CaseRecord, _ county: CountyMap, _ store: ReferralStore) throws -> CaseLead {
        CaseLead(
            county.responsibility(
                for: record, child: try store.child(record.child), municipality: store.partition,
                today: kit.clock.today()))
    }

    /// Tells which posts of the municipality the change asked for help, and whose help has ended.
    func tellAsked(_ edit: CaseEdit, _ store: ReferralStore) throws {
        for attempt in TellingRules.asked(
            before: edit.original, after: edit.record, municipality: store.partition)
        {
            guard let post = attempt.recipientPost else { continue }
            try kit.emit(
                ReferralEvents.helpAsked(attempt.id, post: post, open: !attempt.state.isTerminal),
                child: edit.record.child, partition: store.partition, in: store.transaction)
        }
    }

    /// One round over all open cases. An event opens a case where templates and posts are out of reach (the
    /// county's partition has them), and these change too: what was not told then is told now.
    func sweepLeads() async throws {
        for municipality in try await kit.store.codes() where municipality != Self.countyPartition {
            let county = try await countyMap(for: municipality)
            let service = self
            let untold = try await read(municipality) { store in
                let told = try store.toldLeads()
                return try store.openCasesBare().filter { record in
                    try service.lead(of: record, county, store) != told[record.id]
                }.map(\.id)
            }
            guard !untold.isEmpty else { continue }
            try await write(municipality) { store in
                for id in untold {
                    // As the case is now: somebody may have moved or closed it meanwhile.
                    guard let record = try store.record(id) else { continue }
                    try service.tellLead(record, county, store)
                }
            }
        }
    }
}
