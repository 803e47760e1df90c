import Contracts
public import RPC
public import ServiceKit
import Store

/// ReferralRouting's methods and events: protobuf to values and back, no decisions.
public struct ReferralEndpoint: ServiceEndpoint {
    let service: ReferralService
    let configuration: ReferralConfiguration

    /// `calendar`: which days count for terms.
    public init(
        _ kit: any Kit, _ configuration: ReferralConfiguration = ReferralConfiguration(),
        calendar: DayCalendar = .estonian
    ) {
        service = ReferralService(kit, calendar: calendar)
        self.configuration = configuration
    }

    /// The methods of `tugi.referral.v1`.
    public var methods: [MethodDescriptor] { ReferralMethod.allCases.map(\.descriptor) }

    /// Answers one call of these methods. Throws `ServiceError`.
    public func handle(_ call: any ServerCall, caller: Caller) async throws {
        guard let method = ReferralMethod(rawValue: call.method.id) else {
            throw ServiceError(.invalid, "method-unknown", "ReferralRouting has no such method.")
        }
        do {
            try await answer(method, call, caller)
        } catch let error as ReferralError {
            throw error.answer
        }
    }

    private func answer(_ method: ReferralMethod, _ call: any ServerCall, _ caller: Caller) async throws {
        switch method {
        case .listCases: try await call.answer(ReferralMethods.listCases) { try await listCases($0, caller) }
        case .getCase: try await call.answer(ReferralMethods.getCase) { try await getCase($0, caller) }
        case .listChildCases:
            try await call.answer(ReferralMethods.listChildCases) { try await listChildCases($0, caller) }
        case .addNeed:
            try await call.answer(ReferralMethods.addNeed, changing: { try await addNeed($0, caller, $1) })
        case .proposeRoutes:
            try await call.answer(ReferralMethods.proposeRoutes) { try await proposeRoutes($0, caller) }
        case .requestHelp:
            try await call.answer(
                ReferralMethods.requestHelp, changing: { try await requestHelp($0, caller, $1) })
        case .advanceAttempt:
            try await call.answer(
                ReferralMethods.advanceAttempt, changing: { try await advanceAttempt($0, caller, $1) })
        case .acknowledgeOutcome:
            try await call.answer(
                ReferralMethods.acknowledgeOutcome, changing: { try await acknowledge($0, caller, $1) })
        case .moveCase:
            try await call.answer(ReferralMethods.moveCase, changing: { try await moveCase($0, caller, $1) })
        case .closeCase:
            try await call.answer(
                ReferralMethods.closeCase, changing: { try await closeCase($0, caller, $1) })
        case .submitReport:
            try await call.answer(
                ReferralMethods.submitReport, changing: { try await submitReport($0, caller, $1) })
        case .recordDanger:
            try await call.answer(
                ReferralMethods.recordDanger, changing: { try await recordDanger($0, caller, $1) })
        case .listReports:
            try await call.answer(ReferralMethods.listReports) { try await listReports($0, caller) }
        case .decideReport:
            try await call.answer(
                ReferralMethods.decideReport, changing: { try await decideReport($0, caller, $1) })
        case .listTasks: try await call.answer(ReferralMethods.listTasks) { try await listTasks($0, caller) }
        case .listNotices:
            try await call.answer(ReferralMethods.listNotices) { try await listNotices($0, caller) }
        }
    }

    /// Yes for the data protection officer of the child's municipality; which child it is does not matter.
    public func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool {
        PolicyRules.maySeeAudit(municipality: partition, caller)
    }

    /// Numbers for the fact sheets.
    public func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws
        -> [MeasureCount]
    {
        try await service.counts(of: municipality, in: period)
    }

    /// What may be otherwise in the next round.
    private static let passing: Set<StoreError.Code> = [.busy, .unavailable, .notWritten]

    /// Sets places right that a crash or a missing answer left behind, and tells who leads cases where that is
    /// untold or has changed, as long as the program runs.
    public func runBackground() async throws {
        while !Task.isCancelled {
            do {
                try await service.sweepPlaces()
                try await service.sweepLeads()
            } catch let error as StoreError where Self.passing.contains(error.code) {
                // The next round tries again; a call that needs a place heals it itself.
            }
            try await Task.sleep(for: .seconds(configuration.sweepSeconds))
        }
    }
}
