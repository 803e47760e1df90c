import Contracts
import RPC
import ServiceKit
import Store
import SwiftProtobuf

extension RiskScoringEndpoint {
    func runWeeklyPass(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RiskMethods.runWeeklyPass,
            changing: { request, operation in
                guard let asOf = LocalDate(request.asOf) else {
                    throw ServiceError(.invalid, "as-of", "Write the Monday of the pass as 2026-02-02.")
                }
                let result = try await service.runWeeklyPass(
                    request.municipality, asOf: asOf, caller, operation)
                return .with {
                    $0.children = UInt64(result.children)
                    $0.raised = UInt64(result.raised)
                    $0.updated = UInt64(result.updated)
                    $0.unchanged = UInt64(result.unchanged)
                    $0.withdrawn = UInt64(result.withdrawn)
                    $0.notEnoughData = UInt64(result.notEnoughData)
                    $0.openByTrigger = result.openByTrigger.mapValues { UInt64($0) }
                }
            })
    }

    func listSignals(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RiskMethods.listSignals) { request in
            let page = try await service.listSignals(
                SignalQuery(
                    partition: request.municipality,
                    institution: request.institutionID.isEmpty
                        ? nil : try id(request.institutionID, "institution-id"),
                    className: request.className, states: request.states, limit: Int(clamping: request.limit),
                    after: request.afterSignalID.isEmpty
                        ? nil : try id(request.afterSignalID, "after-signal-id")),
                caller)
            return message(page)
        }
    }

    func listChildSignals(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RiskMethods.listChildSignals) { request in
            message(
                try await service.listChildSignals(
                    try id(request.childID, "child-id"), request.municipality, caller))
        }
    }

    func decideSignal(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RiskMethods.decideSignal,
            changing: { request, operation in
                let view = try await service.decide(
                    try id(request.signalID, "signal-id"), confirm: request.confirm, reason: request.reason,
                    needs: request.needCodes, request.municipality, caller, operation)
                return .with { $0.signal = message(view) }
            })
    }

    func raiseConcern(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RiskMethods.raiseConcern,
            changing: { request, operation in
                let signal = try await service.raiseConcern(
                    try id(request.childID, "child-id"), need: request.needCode,
                    observation: request.observation,
                    noticer: request.noticerRole, request.municipality, caller, operation)
                return .with { $0.signalID = signal.data }
            })
    }

    func getAlarmRules(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RiskMethods.getAlarmRules) { request in
            .with {
                $0.rules = Trigger.allCases.map { trigger in
                    .with {
                        $0.code = trigger.rawValue
                        $0.weeks = UInt32(clamping: service.configuration.rules[trigger].weeks)
                        $0.limit = UInt32(clamping: service.configuration.rules[trigger].limit)
                        $0.countsEn = trigger.countsEnglish
                        $0.countsEt = trigger.countsEstonian
                    }
                }
            }
        }
    }

    private func message(_ page: SignalPage) -> RiskListSignalsResponse {
        .with {
            $0.signals = page.signals.map(message)
            $0.more = page.more
            $0.total = UInt64(page.total)
        }
    }

    private func message(_ view: SignalView) -> RiskSignal {
        let row = view.row
        var signal = RiskSignal()
        signal.signalID = row.id.data
        signal.childID = row.child.data
        signal.kind = row.kind
        signal.code = row.code
        signal.journal = row.journal
        signal.state = row.state.rawValue
        if let institution = row.institution { signal.institutionID = institution.data }
        signal.className = row.className
        signal.windowFrom = LocalDate(dayNumber: row.window.from).description
        signal.windowUntil = LocalDate(dayNumber: row.window.until).description
        signal.count = UInt32(clamping: row.count)
        signal.limit = UInt32(clamping: row.limit)
        signal.noticedByPerson = !row.isAlarm
        signal.classMeanHundredths = UInt32(clamping: row.classMean)
        for (subject, count) in row.bySubject where !subject.isEmpty {
            signal.bySubject[subject] = UInt32(clamping: count)
        }
        for (weekday, count) in row.byWeekday { signal.byWeekday[String(weekday)] = UInt32(clamping: count) }
        if let caseID = row.caseID { signal.caseID = caseID.data }
        let words = explanation(view)
        signal.explanationEt = words.et
        signal.explanationEn = words.en
        signal.history = view.changes.enumerated().map { place, change in
            .with {
                $0.atMicroseconds = change.at.microseconds
                $0.change = change.change
                $0.asOf = LocalDate(dayNumber: change.asOf).description
                $0.count = UInt32(clamping: change.count)
                if let person = change.person { $0.personID = person.data }
                $0.role = change.role
                $0.reason = view.reasons[place] ?? ""
            }
        }
        return signal
    }

    private func explanation(_ view: SignalView) -> (et: String, en: String) {
        let row = view.row
        guard let trigger = row.trigger else {
            return (
                "Märkas (\(row.noticerRole)): \(view.observation)",
                "Noticed (\(row.noticerRole)): \(view.observation)"
            )
        }
        let words = Explanation(
            Explanation.Facts(
                trigger: trigger, journal: row.journal, window: row.window, count: row.count,
                limit: row.limit,
                ownMean: row.ownMean, classMean: row.classMean, bySubject: row.bySubject,
                byWeekday: row.byWeekday))
        return (words.et, words.en)
    }
}
