import ServiceKit
import Store

/// Cases: lists, needs, moves, closing.
extension ReferralService {
    func listCases(
        _ municipality: String, institution: InstitutionID?, state: String, limit: Int, _ caller: Caller
    ) async throws -> [SeenCase] {
        let ask = try begin("ListCases", municipality, caller)
        guard ["", "open", "closed"].contains(state) else {
            throw ReferralError.codeMissing("state", ["open", "closed"])
        }
        let around = try await surroundings(ask)
        let (records, children) = try await read(municipality) { store in
            (try store.records(open: state != "closed"), try store.childrenAtWork())
        }
        var shown: [SeenCase] = []
        for record in records where institution == nil || record.institution == institution {
            guard shown.count < limit else { break }
            if let seen = seen(record, children[record.child], around, ask) { shown.append(seen) }
        }
        try await audit(ask, shown.map(\.record.child))
        return shown
    }

    func getCase(_ municipality: String, _ id: CaseID, _ caller: Caller) async throws -> SeenCase {
        let ask = try begin("GetCase", municipality, caller)
        let (seen, _) = try await load(id, ask)
        try await audit(ask, [seen.record.child])
        return seen
    }

    func listChildCases(_ municipality: String, _ id: ChildID, _ caller: Caller) async throws -> [SeenCase] {
        let ask = try begin("ListChildCases", municipality, caller)
        let around = try await surroundings(ask)
        let (records, child) = try await read(municipality) { store in
            (try store.records(of: id), try store.child(id))
        }
        let shown = records.compactMap { seen($0, child, around, ask) }
        let works =
            PolicyRules.worksWith(child, links: around.links, caller)
            || (around.reported.contains(id) && PolicyRules.isChildProtection(caller))
        guard works || !shown.isEmpty else { try await refuse(ask, child: id) }
        try await audit(ask, [id])
        return shown
    }

    func addNeed(
        _ municipality: String, _ id: CaseID, code: String, urgency: String, _ caller: Caller,
        _ operation: Operation
    ) async throws -> SeenCase {
        let ask = try begin("AddNeed", municipality, caller)
        guard CaseRules.needCodes.contains(code) else {
            throw ReferralError.codeMissing("need_code", CaseRules.needCodes)
        }
        guard ["", "routine", "urgent"].contains(urgency) else {
            throw ReferralError.codeMissing("urgency", ["routine", "urgent"])
        }
        let (_, around) = try await lead(id, ask)
        let need: NeedID = derivedID("need", operation.id.bytes)
        return try await change(id, ask, operation, around) { edit in
            try CaseRules.requireOpen(edit.record)
            edit.addNeed(need, code: code, isUrgent: urgency == "urgent")
        }
    }

    func moveCase(
        _ municipality: String, _ id: CaseID, toLevel: UInt32, phase: String, reason: String,
        _ caller: Caller, _ operation: Operation
    ) async throws -> SeenCase {
        let ask = try begin("MoveCase", municipality, caller)
        let (seen, around) = try await leadOrHandedOver(id, ask)
        let template = seen.responsibility.template
        return try await change(id, ask, operation, around) { edit in
            guard seen.leads else { throw ReferralError.notYours }
            try edit.move(toLevel: toLevel, phase: phase, reason: reason, template: template)
        }
    }

    /// Who has just handed a case on does not lead it any more, but may hear again that it is done.
    private func leadOrHandedOver(
        _ id: CaseID, _ ask: Ask
    ) async throws -> (seen: SeenCase, around: Surroundings) {
        let (seen, around) = try await load(id, ask)
        let moved = seen.record.changes.contains {
            $0.person == ask.person && ($0.change == "moved-up" || $0.change == "moved-down")
        }
        guard seen.isWhole, seen.leads || moved else { try await refuse(ask, child: seen.record.child) }
        try await audit(ask, [seen.record.child])
        return (seen, around)
    }

    func closeCase(
        _ municipality: String, _ id: CaseID, outcome: String, _ caller: Caller, _ operation: Operation
    ) async throws -> SeenCase {
        let ask = try begin("CloseCase", municipality, caller)
        let (_, around) = try await lead(id, ask)
        let kit = kit
        return try await change(
            id, ask, operation, around,
            then: { edit, transaction in
                try kit.emit(
                    ReferralEvents.caseClosed(edit.record), child: edit.record.child,
                    partition: ask.municipality, in: transaction)
            },
            { edit in try edit.close(outcome: outcome) })
    }
}
