import ServiceKit
import Store

/// Help: routes, requests, answers, outcomes.
extension ReferralService {
    /// Who could be asked for a need. That nobody can is written on the need, for people to decide.
    func proposeRoutes(
        _ municipality: String, _ id: CaseID, _ needID: NeedID, _ caller: Caller
    ) async throws -> RoutingRules.Proposal {
        let ask = try begin("ProposeRoutes", municipality, caller)
        let (seen, _) = try await load(id, ask)
        guard seen.isWhole, let need = seen.record.need(needID) else {
            try await refuse(ask, child: seen.record.child)
        }
        try await audit(ask, [seen.record.child])
        let resources = try await read(Self.countyPartition) {
            try $0.resources(serving: need.code, municipality: municipality)
        }
        try await healPlaces(of: resources)
        let used = try await read(Self.countyPartition) { try $0.usedPlaces() }
        let proposal = RoutingRules.propose(question(need, seen, ask), resources: resources, used: used)
        if need.state.isOpen, proposal.noProvider != (need.state == .noProvider) {
            let calendar = calendar
            try await write(municipality) { store in
                guard let record = try store.record(id), record.isOpen else { return }
                var edit = CaseEdit(
                    record, at: ask.now, person: ask.person, role: ask.caller.role, today: ask.today,
                    calendar: calendar)
                edit.setProvider(needID, found: !proposal.noProvider)
                try store.write(edit)
            }
        }
        return proposal
    }

    private func question(_ need: NeedRecord, _ seen: SeenCase, _ ask: Ask) -> RoutingRules.Question {
        RoutingRules.Question(
            needCode: need.code, isUrgent: need.isUrgent, institution: seen.responsibility.institution,
            municipality: ask.municipality, grade: seen.child?.grade ?? -1,
            language: seen.child?.language ?? "", today: ask.today)
    }

    /// Asks one resource for help: a place is kept in the county's partition, then the attempt is written in
    /// the child's. The attempt's id follows from the operation, so a try after a crash finds its own place
    /// again.
    func requestHelp(
        _ municipality: String, _ id: CaseID, _ needID: NeedID, _ resourceID: ResourceID, _ basis: LegalBasis,
        _ caller: Caller, _ operation: Operation
    ) async throws -> SeenCase {
        let ask = try begin("RequestHelp", municipality, caller)
        guard basis.isGiven(today: ask.today) else { throw ReferralError.basisMissing }
        let (seen, around) = try await lead(id, ask)
        guard let need = seen.record.need(needID) else { throw ReferralError.notYours }
        let attemptID: AttemptID = derivedID("attempt", operation.id.bytes)
        guard let resource = try await read(Self.countyPartition, { try $0.resource(resourceID) }) else {
            throw ReferralError.ruledOut("unknown-resource")
        }
        let due = DeadlineRules.attemptDue(
            .requested, isUrgent: need.isUrgent, today: ask.today, calendar)
        let until = (due ?? ask.today).adding(days: PlaceRules.graceDays + 1)
        let attempt = AttemptRecord(
            id: attemptID, need: needID, resource: resourceID, recipientPost: resource.post,
            recipientInstitution: resource.institution, recipientMunicipality: resource.municipality,
            due: due, requester: ask.person,
            reservedUntil: Instant(microseconds: Int64(until.dayNumber) * 86_400_000_000), basis: basis)
        let isNew = seen.record.attempt(attemptID) == nil
        if isNew {
            try CaseRules.requireOpen(seen.record)
            try CaseRules.requireAskable(need)
            if let reason = RoutingRules.exclusion(of: resource, question(need, seen, ask), taken: 0) {
                throw ReferralError.ruledOut(reason)
            }
            try await keepPlace(attemptID, of: resource, municipality)
        }
        // Contact with child protection may itself endanger a child: the notice waits for a decision.
        let ground = resource.field == "child-protection" ? NoticeRules.protectionGround : ""
        do {
            let result = try await change(id, ask, operation, around) { edit in
                try edit.request(attempt, ground: ground)
            }
            try await followPlace(attemptID, municipality)
            return result
        } catch let error as ReferralError {
            // The case said no after the place was kept: let it go at once.
            if isNew { try await letGoUnwritten(attemptID, municipality) }
            throw error
        }
    }

    /// Takes one step with an attempt, for the side that the caller stands on.
    func advance(
        _ municipality: String, _ id: CaseID, _ attemptID: AttemptID, _ action: AttemptAction, reason: String,
        outcome: String, expectedVersion: UInt64, _ caller: Caller, _ operation: Operation
    ) async throws -> SeenCase {
        let ask = try begin("AdvanceAttempt", municipality, caller)
        let (seen, around) = try await load(id, ask)
        guard let attempt = seen.record.attempt(attemptID) else {
            try await refuse(ask, child: seen.record.child)
        }
        let sides = PolicyRules.sides(
            of: attempt, leads: seen.leads, county: around.county, municipality: municipality,
            today: ask.today, caller)
        guard !sides.isEmpty else { try await refuse(ask, child: seen.record.child) }
        try await audit(ask, [seen.record.child])
        if action == .accept, attempt.state == .requested || attempt.state == .received,
            sides.contains(.recipient)
        {
            guard let resource = try await read(Self.countyPartition, { try $0.resource(attempt.resource) })
            else { throw ReferralError.noFreePlace }
            try await keepPlace(attemptID, of: resource, municipality)
        }
        let isOutside = attempt.recipientMunicipality != municipality && caller.post != attempt.recipientPost
        let result = try await change(id, ask, operation, around) { edit in
            try edit.advance(
                attemptID, action, sides: sides, reason: reason, outcome: outcome,
                expectedVersion: expectedVersion, forRecipient: isOutside && action != .cancel)
        }
        try await followPlace(attemptID, municipality)
        return result
    }

    func acknowledge(
        _ municipality: String, _ id: CaseID, _ attemptID: AttemptID, needMet: Bool, _ caller: Caller,
        _ operation: Operation
    ) async throws -> SeenCase {
        let ask = try begin("AcknowledgeOutcome", municipality, caller)
        let (seen, around) = try await load(id, ask)
        guard let attempt = seen.record.attempt(attemptID), seen.leads || attempt.requester == ask.person
        else { try await refuse(ask, child: seen.record.child) }
        try await audit(ask, [seen.record.child])
        return try await change(id, ask, operation, around) { edit in
            try edit.acknowledge(attemptID, needMet: needMet)
        }
    }
}
