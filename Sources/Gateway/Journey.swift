import Contracts
import SwiftProtobuf
import ServiceKit

/// Names at work for the ids in a journey: of specialists and of services, never of other children.
struct JourneyNames: Sendable {
    private var people: [PersonID: String] = [:]
    private var resources: [ResourceID: String] = [:]

    init(posts: [RegistryPost], resources: [RegistryResource]) {
        for post in posts {
            if let person = PersonID(post.personID) { people[person] = post.personName }
        }
        for resource in resources {
            if let id = ResourceID(resource.resourceID) { self.resources[id] = resource.entry.name }
        }
    }

    /// "Name, role"; the role alone for a person who is not on the map, "computed" where no person decided.
    func decider(_ person: some Collection<UInt8>, role: String) -> String {
        guard let id = PersonID(person) else { return "computed" }
        return people[id].map { role.isEmpty ? $0 : "\($0), \(role)" } ?? role
    }

    func resource(_ id: some Collection<UInt8>) -> String? { ResourceID(id).flatMap { resources[$0] } }
}

/// A child's way as steps in time: what happened, who decided it, and what comes next. Pure.
struct Journey: Sendable {
    private(set) var steps: [GatewayJourneyStep] = []
    private(set) var nextCommand = ""

    init(child: RegistryChild, signals: [RiskSignal], cases: [ReferralCase], names: JourneyNames) {
        for signal in signals { steps += Journey.steps(of: signal, names: names) }
        for one in cases { steps += Journey.steps(of: one, names: names) }
        steps.sort { ($0.atMicroseconds, Journey.rank($0.step)) < ($1.atMicroseconds, Journey.rank($1.step)) }
        nextCommand = Journey.next(signals: signals, cases: cases)
    }

    /// Steps that were written in one instant stand in the order in which they follow from each other.
    private static func rank(_ step: String) -> Int {
        ["signal.raised", "signal.updated", "signal.confirmed", "case.opened"].firstIndex(of: step) ?? 4
    }

    private static func steps(of signal: RiskSignal, names: JourneyNames) -> [GatewayJourneyStep] {
        signal.history.map { change in
            let (et, en) = text(of: change, in: signal)
            return .with {
                $0.atMicroseconds = change.atMicroseconds
                $0.step = "signal.\(change.change)"
                $0.textEt = et
                $0.textEn = en
                $0.decidedBy = names.decider(change.personID, role: change.role)
                $0.nextCommand = change.change == "raised" ? next(signals: [signal], cases: []) : ""
            }
        }
    }

    private static func text(of change: RiskSignalChange, in signal: RiskSignal) -> (et: String, en: String) {
        let alarm = signal.kind == "alarm"
        switch change.change {
        case "raised":
            return alarm
                ? ("Häire: \(signal.explanationEt)", "Alarm: \(signal.explanationEn)")
                : ("Mure märgatud (\(signal.code))", "A concern was raised (\(signal.code))")
        case "updated":
            return (
                "Häire uuendati seisuga \(change.asOf): \(change.count)",
                "The alarm was updated as of \(change.asOf): \(change.count)"
            )
        case "confirmed":
            return (
                "Signaal kinnitati: laps vajab tähelepanu",
                "The signal was confirmed: the child needs attention"
            )
        case "dismissed":
            return ("Signaal lükati tagasi: \(change.reason)", "The signal was dismissed: \(change.reason)")
        default:
            return ("Signaal: \(change.change)", "Signal: \(change.change)")
        }
    }

    private static func steps(of one: ReferralCase, names: JourneyNames) -> [GatewayJourneyStep] {
        one.history.map { change in
            let (et, en) = text(of: change, in: one, names: names)
            return .with {
                $0.atMicroseconds = change.atMicroseconds
                $0.step = "case.\(change.change)"
                $0.textEt = et
                $0.textEn = en
                $0.decidedBy = names.decider(change.personID, role: change.role)
                $0.nextCommand = next(after: change.change, in: one)
            }
        }
    }

    /// The command that carries a case on from that change, with the ids of the need and attempt that stand last.
    private static func next(after change: String, in one: ReferralCase) -> String {
        let id = CaseID(one.caseID)?.description ?? ""
        let need = one.needs.last.flatMap { NeedID($0.needID)?.description } ?? "NEED"
        let attempt =
            one.needs.last?.attempts.last.flatMap { AttemptID($0.attemptID)?.description } ?? "ATTEMPT"
        switch change {
        case "opened": return "tugi-gateway need add \(id) --need attendance"
        case "need-added": return "tugi-gateway routes \(id) \(need)"
        case "help-requested", "received": return "tugi-gateway attempt accept \(id) \(attempt)"
        case "accepted": return "tugi-gateway attempt start \(id) \(attempt)"
        case "started", "resumed": return "tugi-gateway attempt complete \(id) \(attempt) --outcome got-help"
        case "completed": return "tugi-gateway acknowledge \(id) \(attempt) --need-met"
        case "put-on-hold": return "tugi-gateway attempt resume \(id) \(attempt)"
        case "rejected", "failed", "cancelled", "provider-found": return "tugi-gateway routes \(id) \(need)"
        case "acknowledged": return "tugi-gateway case close \(id) --outcome solved-in-institution"
        default: return ""
        }
    }

    private static func text(
        of change: ReferralCaseChange, in one: ReferralCase, names: JourneyNames
    ) -> (et: String, en: String) {
        let detail = change.detail.isEmpty ? "" : " (\(change.detail))"
        // History does not say which attempt a line is about: a name is told only where there was one attempt.
        let attempts = one.needs.flatMap(\.attempts)
        let helper = attempts.count == 1 ? attempts.first.flatMap { names.resource($0.resourceID) } : nil
        let whom = helper.map { ": \($0)" } ?? detail
        switch change.change {
        case "opened":
            return (
                "Juhtum avati\(detail)", "A case was opened\(detail)"
            )
        case "signal-joined":
            return ("Juhtumiga liitus uus signaal\(detail)", "Another signal joined the case\(detail)")
        case "signal-withdrawn":
            return (
                "Signaal võeti tagasi; otsustab inimene\(detail)",
                "A signal was withdrawn; a person judges\(detail)"
            )
        case "need-added": return ("Vajadus lisati\(detail)", "A need was added\(detail)")
        case "need-urgency-changed":
            return ("Vajaduse kiireloomulisus muutus\(detail)", "The need's urgency changed\(detail)")
        case "need-withdrawn": return ("Vajadus võeti tagasi\(detail)", "A need was withdrawn\(detail)")
        case "no-provider": return ("Abi andjat ei ole\(detail)", "There is no provider\(detail)")
        case "provider-found": return ("Abi andja leidus\(detail)", "A provider was found\(detail)")
        case "help-requested": return ("Abi küsiti\(whom)", "Help was requested\(whom)")
        case "received": return ("Abi andja võttis teate vastu", "The helper received the request")
        case "accepted": return ("Abi andja nõustus\(whom)", "The helper accepted\(whom)")
        case "rejected": return ("Abi andja keeldus\(detail)", "The helper refused\(detail)")
        case "started": return ("Abi algas", "Help began")
        case "put-on-hold": return ("Abi jäi ootele\(detail)", "Help was put on hold\(detail)")
        case "resumed": return ("Abi jätkus", "Help went on")
        case "completed": return ("Abi lõppes tulemusega\(detail)", "Help ended with an outcome\(detail)")
        case "failed": return ("Abi ei õnnestunud\(detail)", "Help failed\(detail)")
        case "cancelled": return ("Abi küsimine võeti tagasi\(detail)", "The request was cancelled\(detail)")
        case "acknowledged": return ("Suunaja sai tulemuse teada", "The referrer acknowledged the outcome")
        case "moved-up":
            return ("Juhtum liikus kõrgemale tasemele\(detail)", "The case moved to a higher level\(detail)")
        case "moved-down":
            return ("Juhtum liikus madalamale tasemele\(detail)", "The case moved to a lower level\(detail)")
        case "phase-changed": return ("Juhtumi etapp muutus\(detail)", "The case's phase changed\(detail)")
        case "closed": return ("Juhtum suleti\(detail)", "The case was closed\(detail)")
        default: return ("Juhtum: \(change.change)\(detail)", "Case: \(change.change)\(detail)")
        }
    }

    /// The first thing that waits for a person, as the command to type.
    private static func next(signals: [RiskSignal], cases: [ReferralCase]) -> String {
        for one in cases where one.state == "open" {
            let id = CaseID(one.caseID)?.description ?? ""
            for need in one.needs where need.state != "completed" && need.state != "withdrawn" {
                let needID = NeedID(need.needID)?.description ?? ""
                guard let attempt = need.attempts.last else { return "tugi-gateway routes \(id) \(needID)" }
                let attemptID = AttemptID(attempt.attemptID)?.description ?? ""
                switch attempt.state {
                case "requested", "received": return "tugi-gateway attempt accept \(id) \(attemptID)"
                case "accepted": return "tugi-gateway attempt start \(id) \(attemptID)"
                case "on-hold": return "tugi-gateway attempt resume \(id) \(attemptID)"
                case "in-progress":
                    return "tugi-gateway attempt complete \(id) \(attemptID) --outcome got-help"
                case "completed" where !attempt.acknowledged:
                    return "tugi-gateway acknowledge \(id) \(attemptID) --need-met"
                default: return "tugi-gateway routes \(id) \(needID)"
                }
            }
            if one.needs.isEmpty { return "tugi-gateway need add \(id) --need attendance" }
            return "tugi-gateway case close \(id) --outcome solved-in-institution"
        }
        if let signal = signals.first(where: { $0.state == "open" }), let id = SignalID(signal.signalID) {
            return "tugi-gateway confirm \(id)"
        }
        return ""
    }
}
