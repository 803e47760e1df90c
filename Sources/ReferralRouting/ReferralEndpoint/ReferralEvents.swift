import Contracts
import FoundationEssentials
import ServiceKit

/// What ReferralRouting tells the other services.
enum ReferralEvents {
    static func caseOpened(_ record: CaseRecord, signal: SignalID) -> EventEnvelope.OneOf_Body {
        var event = EventCaseOpened()
        event.caseID = Data(record.id.bytes)
        event.signalID = Data(signal.bytes)
        event.level = record.level
        return .caseOpened(event)
    }

    static func caseClosed(_ record: CaseRecord) -> EventEnvelope.OneOf_Body {
        var event = EventCaseClosed()
        event.caseID = Data(record.id.bytes)
        event.outcome = record.outcome
        event.level = record.level
        return .caseClosed(event)
    }
}
