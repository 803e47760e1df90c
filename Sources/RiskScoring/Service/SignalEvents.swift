import Contracts
import ServiceKit
import SwiftProtobuf

/// What the other services hear of a signal: ids and codes.
extension SignalRow {
    var kind: String { isAlarm ? "alarm" : "concern" }

    var raisedEvent: EventSignalRaised {
        .with {
            $0.signalID = id.data
            $0.kind = kind
            $0.code = code
            if let institution { $0.institutionID = institution.data }
            $0.className = className
        }
    }

    var withdrawnEvent: EventSignalWithdrawn {
        .with {
            $0.signalID = id.data
            $0.code = code
        }
    }

    func decidedEvent(_ caller: Caller, confirmed: Bool, needs: [String]) -> EventSignalDecided {
        .with {
            $0.signalID = id.data
            $0.kind = kind
            $0.code = code
            $0.confirmed = confirmed
            if let person = caller.person { $0.personID = person.data }
            $0.role = caller.role
            if let institution { $0.institutionID = institution.data }
            $0.needCodes = needs
        }
    }
}
