/// Where one try to help stands (names of FHIR R4 Task).
public enum AttemptState: String, Sendable, CaseIterable {
    case requested, received, accepted
    case inProgress = "in-progress"
    case onHold = "on-hold"
    case rejected, failed, cancelled, completed

    /// Nothing follows: another try is another attempt.
    public var isTerminal: Bool {
        switch self {
        case .rejected, .failed, .cancelled, .completed: true
        case .requested, .received, .accepted, .inProgress, .onHold: false
        }
    }

    /// The recipient has promised a place.
    public var holdsPlace: Bool { self == .accepted || self == .inProgress || self == .onHold }
}

/// What can be done to an attempt.
public enum AttemptAction: String, Sendable, CaseIterable {
    case receive, accept, reject, start, hold, resume, complete, fail, cancel
}

/// The two sides of an attempt: who asked, and who was asked.
public enum AttemptSide: String, Sendable, CaseIterable {
    case requester, recipient
}

/// What an action must carry.
public enum AttemptDuty: Sendable, Hashable {
    case nothing
    /// A reason out of these codes.
    case reason([String])
    /// An outcome out of these codes.
    case outcome([String])
}

/// One permitted step.
public struct AttemptEdge: Sendable, Hashable {
    /// The state in which the step may be made.
    public let from: AttemptState
    /// What is done.
    public let action: AttemptAction
    /// Who may do it.
    public let side: AttemptSide
    /// Nil: back to where the hold found it (in progress when work had begun, otherwise accepted).
    public let to: AttemptState?
}

/// The attempt's whole machine as one table. What is not in it cannot be done and is told so.
public enum AttemptTable {
    /// Reasons to refuse help.
    public static let rejectReasons = [
        "not-eligible", "no-capacity", "out-of-area", "service-not-offered", "already-served", "duplicate",
        "missing-information", "wrong-urgency", "conflict-of-interest", "other",
    ]
    /// Reasons to wait.
    public static let holdReasons = [
        "waitlisted", "awaiting-family", "awaiting-documents", "school-break", "provider-absent", "other",
    ]
    /// Reasons why help that was promised did not work.
    public static let failReasons = [
        "could-not-contact", "no-show", "family-declined", "child-declined", "moved-away", "safety",
        "not-eligible", "no-capacity", "other",
    ]
    /// Reasons of the one who asked to take the request back.
    public static let cancelReasons = [
        "need-met-otherwise", "wrong-recipient", "consent-withdrawn", "family-declined", "moved-away",
        "duplicate", "wrong-urgency", "other",
    ]
    /// Outcomes of help.
    public static let outcomes = [
        "got-help", "enrolled", "partly-helped", "assessed-no-need", "family-declined", "child-declined",
        "could-not-contact", "moved-away", "referred-onward", "needs-higher-level", "aged-out",
    ]

    public static let edges: [AttemptEdge] = [
        AttemptEdge(from: .requested, action: .receive, side: .recipient, to: .received),
        AttemptEdge(from: .requested, action: .accept, side: .recipient, to: .accepted),
        AttemptEdge(from: .requested, action: .reject, side: .recipient, to: .rejected),
        AttemptEdge(from: .requested, action: .cancel, side: .requester, to: .cancelled),
        AttemptEdge(from: .received, action: .accept, side: .recipient, to: .accepted),
        AttemptEdge(from: .received, action: .reject, side: .recipient, to: .rejected),
        AttemptEdge(from: .received, action: .cancel, side: .requester, to: .cancelled),
        AttemptEdge(from: .accepted, action: .start, side: .recipient, to: .inProgress),
        AttemptEdge(from: .accepted, action: .hold, side: .recipient, to: .onHold),
        AttemptEdge(from: .accepted, action: .complete, side: .recipient, to: .completed),
        AttemptEdge(from: .accepted, action: .fail, side: .recipient, to: .failed),
        AttemptEdge(from: .accepted, action: .cancel, side: .requester, to: .cancelled),
        AttemptEdge(from: .inProgress, action: .hold, side: .recipient, to: .onHold),
        AttemptEdge(from: .inProgress, action: .complete, side: .recipient, to: .completed),
        AttemptEdge(from: .inProgress, action: .fail, side: .recipient, to: .failed),
        AttemptEdge(from: .inProgress, action: .cancel, side: .requester, to: .cancelled),
        AttemptEdge(from: .onHold, action: .resume, side: .recipient, to: nil),
        AttemptEdge(from: .onHold, action: .complete, side: .recipient, to: .completed),
        AttemptEdge(from: .onHold, action: .fail, side: .recipient, to: .failed),
        AttemptEdge(from: .onHold, action: .cancel, side: .requester, to: .cancelled),
    ]

    /// What the action must carry, in whatever state.
    public static func duty(of action: AttemptAction) -> AttemptDuty {
        switch action {
        case .receive, .accept, .start, .resume: .nothing
        case .reject: .reason(rejectReasons)
        case .hold: .reason(holdReasons)
        case .fail: .reason(failReasons)
        case .cancel: .reason(cancelReasons)
        case .complete: .outcome(outcomes)
        }
    }

    /// The past form under which history names the action.
    public static func past(_ action: AttemptAction) -> String {
        switch action {
        case .receive: "received"
        case .accept: "accepted"
        case .reject: "rejected"
        case .start: "started"
        case .hold: "put-on-hold"
        case .resume: "resumed"
        case .complete: "completed"
        case .fail: "failed"
        case .cancel: "cancelled"
        }
    }

    /// What may be done in that state, by whom: "accept:recipient".
    public static func actions(in state: AttemptState, acknowledged: Bool) -> [String] {
        var result = edges.filter { $0.from == state }.map { "\($0.action.rawValue):\($0.side.rawValue)" }
        if state.isTerminal, state != .cancelled, !acknowledged { result.append("acknowledge:requester") }
        return result
    }

    /// Takes one step, or says why not.
    ///
    /// - Parameter started: work had begun before (decides where `resume` leads).
    public static func step(
        from state: AttemptState, _ action: AttemptAction, by sides: Set<AttemptSide>, started: Bool,
        reason: String, outcome: String
    ) throws(ReferralError) -> AttemptState {
        guard let edge = edges.first(where: { $0.from == state && $0.action == action }) else {
            throw .illegalTransition(
                state.rawValue, action.rawValue, edges.filter { $0.from == state }.map(\.action.rawValue))
        }
        guard sides.contains(edge.side) else { throw .otherSide(action.rawValue, edge.side.rawValue) }
        switch duty(of: action) {
        case .nothing: break
        case .reason(let codes):
            guard codes.contains(reason) else { throw .codeMissing("reason_code", codes) }
        case .outcome(let codes):
            guard codes.contains(outcome) else { throw .codeMissing("outcome_code", codes) }
        }
        return edge.to ?? (started ? .inProgress : .accepted)
    }
}
