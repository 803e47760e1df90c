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

    static func caseLedBy(_ lead: CaseLead, case id: CaseID, open: Bool) -> EventEnvelope.OneOf_Body {
        var event = EventCaseLedBy()
        event.caseID = Data(id.bytes)
        if open {
            event.roles = lead.roles
            event.place = lead.place.rawValue
        }
        event.open = open
        return .caseLedBy(event)
    }

    static func helpAsked(_ attempt: AttemptID, post: PostID, open: Bool) -> EventEnvelope.OneOf_Body {
        var event = EventHelpAsked()
        event.attemptID = Data(attempt.bytes)
        event.postID = Data(post.bytes)
        event.open = open
        return .helpAsked(event)
    }
}
