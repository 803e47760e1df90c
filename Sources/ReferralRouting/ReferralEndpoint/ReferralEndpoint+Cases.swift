import Contracts
import FoundationEssentials
import ServiceKit
import Store
import SwiftProtobuf

/// Requests about cases and help.
extension ReferralEndpoint {
    /// Most cases in one answer.
    static let casesMax: UInt32 = 200

    func listCases(
        _ request: ReferralListCasesRequest, _ caller: Caller
    ) async throws -> ReferralListCasesResponse {
        let limit = request.limit == 0 ? Self.casesMax : min(request.limit, Self.casesMax)
        let cases = try await service.listCases(
            request.municipality, institution: try optionalID("institution_id", request.institutionID),
            state: request.state, limit: Int(limit), caller)
        return .with { $0.cases = cases.map(message) }
    }

    func getCase(_ request: ReferralGetCaseRequest, _ caller: Caller) async throws -> ReferralCase {
        message(
            try await service.getCase(request.municipality, try id("case_id", request.caseID), caller))
    }

    func listChildCases(
        _ request: ReferralListChildCasesRequest, _ caller: Caller
    ) async throws -> ReferralListCasesResponse {
        let cases = try await service.listChildCases(
            request.municipality, try id("child_id", request.childID), caller)
        return .with { $0.cases = cases.map(message) }
    }

    func addNeed(
        _ request: ReferralAddNeedRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralCase {
        message(
            try await service.addNeed(
                request.municipality, try id("case_id", request.caseID), code: request.needCode,
                urgency: request.urgency, caller, operation))
    }

    func proposeRoutes(
        _ request: ReferralProposeRoutesRequest, _ caller: Caller
    ) async throws -> ReferralProposeRoutesResponse {
        let proposal = try await service.proposeRoutes(
            request.municipality, try id("case_id", request.caseID), try id("need_id", request.needID), caller
        )
        return .with {
            $0.candidates = proposal.candidates.map { candidate in
                .with {
                    $0.resourceID = Data(candidate.resource.id.bytes)
                    $0.scope = candidate.resource.scope
                    $0.freePlaces = candidate.freePlaces
                    $0.capacityPlaces = candidate.resource.capacityPlaces
                    $0.capacityAsOf = candidate.resource.capacityAsOf?.description ?? ""
                    $0.capacityStale = candidate.isStale
                    $0.reasons = candidate.reasons
                    $0.postID = Data(candidate.resource.post?.bytes ?? [])
                }
            }
            $0.ruledOut = proposal.ruledOut.map { out in
                .with {
                    $0.resourceID = Data(out.resource.bytes)
                    $0.reason = out.reason
                }
            }
            $0.noProvider = proposal.noProvider
        }
    }

    func requestHelp(
        _ request: ReferralRequestHelpRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralCase {
        let basis = LegalBasis(
            paragraph: request.basis.paragraph, consentGiver: request.basis.consentGiver,
            consentScope: request.basis.consentScope, consentDate: request.basis.consentDate)
        return message(
            try await service.requestHelp(
                request.municipality, try id("case_id", request.caseID), try id("need_id", request.needID),
                try id("resource_id", request.resourceID), basis, caller, operation))
    }

    func advanceAttempt(
        _ request: ReferralAdvanceAttemptRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralCase {
        guard let action = AttemptAction(rawValue: request.action) else {
            throw ReferralError.codeMissing("action", AttemptAction.allCases.map(\.rawValue))
        }
        return message(
            try await service.advance(
                request.municipality, try id("case_id", request.caseID),
                try id("attempt_id", request.attemptID), action, reason: request.reasonCode,
                outcome: request.outcomeCode, expectedVersion: request.expectedVersion, caller, operation))
    }

    func acknowledge(
        _ request: ReferralAcknowledgeOutcomeRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralCase {
        message(
            try await service.acknowledge(
                request.municipality, try id("case_id", request.caseID),
                try id("attempt_id", request.attemptID), needMet: request.needMet, caller, operation))
    }

    func moveCase(
        _ request: ReferralMoveCaseRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralCase {
        message(
            try await service.moveCase(
                request.municipality, try id("case_id", request.caseID), toLevel: request.toLevel,
                phase: request.phase, reason: request.reason, caller, operation))
    }

    func closeCase(
        _ request: ReferralCloseCaseRequest, _ caller: Caller, _ operation: ServiceKit.Operation
    ) async throws -> ReferralCase {
        message(
            try await service.closeCase(
                request.municipality, try id("case_id", request.caseID), outcome: request.outcome, caller,
                operation))
    }

    /// A compulsory id of a request.
    func id<Kind>(_ field: String, _ data: Data) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(data) else { throw ReferralError.fieldInvalid(field, "16 bytes") }
        return id
    }

    /// An id that may be left out.
    func optionalID<Kind>(_ field: String, _ data: Data) throws -> Identifier<Kind>? {
        data.isEmpty ? nil : try id(field, data)
    }

    func message(_ seen: SeenCase) -> ReferralCase {
        let (record, responsibility) = (seen.record, seen.responsibility)
        return .with {
            $0.caseID = Data(record.id.bytes)
            $0.childID = Data(record.child.bytes)
            $0.municipality = seen.municipality
            $0.institutionID = Data(record.institution?.bytes ?? [])
            $0.state = record.isOpen ? "open" : "closed"
            $0.level = record.level
            $0.levelNameEt = responsibility.level.nameEt
            $0.levelNameEn = responsibility.level.nameEn
            $0.phase = record.phase
            $0.coordinatorRole = responsibility.level.coordinatorRole
            $0.coordinatorPersonID = Data(responsibility.coordinators.first?.bytes ?? [])
            $0.signalIds = record.signals.map { Data($0.bytes) }
            $0.templateID = Data(responsibility.template?.id.bytes ?? [])
            $0.templateDraft = responsibility.template?.isDraft ?? false
            $0.needs = record.needs.map(message)
            $0.history = record.changes.map(message)
            $0.outcome = record.outcome
            $0.version = record.version
            $0.levels = UInt32(clamping: responsibility.template?.levels.count ?? 1)
        }
    }

    private func message(_ need: NeedRecord) -> ReferralNeed {
        .with {
            $0.needID = Data(need.id.bytes)
            $0.needCode = need.code
            $0.urgency = need.isUrgent ? "urgent" : "routine"
            $0.state = need.state.rawValue
            $0.attempts = need.attempts.map(message)
        }
    }

    private func message(_ attempt: AttemptRecord) -> ReferralAttempt {
        .with {
            $0.attemptID = Data(attempt.id.bytes)
            $0.resourceID = Data(attempt.resource.bytes)
            $0.state = attempt.state.rawValue
            $0.reasonCode = attempt.reason
            $0.outcomeCode = attempt.outcome
            $0.acknowledged = attempt.acknowledged
            $0.due = attempt.due?.description ?? ""
            $0.version = attempt.version
            $0.actions = AttemptTable.actions(in: attempt.state, acknowledged: attempt.acknowledged)
            $0.recipientPostID = Data(attempt.recipientPost?.bytes ?? [])
            $0.basis.paragraph = attempt.basis.paragraph
            $0.basis.consentGiver = attempt.basis.consentGiver
            $0.basis.consentScope = attempt.basis.consentScope
            $0.basis.consentDate = attempt.basis.consentDate
        }
    }

    private func message(_ change: CaseChange) -> ReferralCaseChange {
        .with {
            $0.atMicroseconds = change.at.microseconds
            $0.change = change.change
            $0.personID = Data(change.person?.bytes ?? [])
            $0.role = change.role
            $0.detail = change.note.isEmpty ? change.detail : "\(change.detail): \(change.note)"
            $0.next = change.next
            $0.due = change.due?.description ?? ""
        }
    }
}
