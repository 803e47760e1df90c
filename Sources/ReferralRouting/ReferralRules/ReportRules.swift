public import ServiceKit
public import Store

/// Where a report of a child in need stands.
public enum ReportState: String, Sendable, CaseIterable {
    case received
    case caseOpened = "case-opened"
    case notOpened = "not-opened"
    case passedOn = "passed-on"
}

/// A report of a child in need; without its reporter, who is kept apart.
public struct ReportRecord: Sendable, Hashable {
    /// The same for as long as the report exists.
    public var id: ReportID
    /// Nil: not in the register.
    public var child: ChildID?
    /// When it came in; the term begins then.
    public var received: Instant
    /// The last day for the decision: ``DeadlineSet/decideReport``.
    public var decideBy: LocalDate
    /// Whether it waits, or how it was decided.
    public var state: ReportState
    /// A person's own words; stored sealed.
    public var reason: String
    /// What was seen, and who the child is when not in the register; stored sealed.
    public var observation: String

    /// All values as documented at the properties.
    public init(
        id: ReportID, child: ChildID?, received: Instant, decideBy: LocalDate, state: ReportState = .received,
        reason: String = "", observation: String = ""
    ) {
        self.id = id
        self.child = child
        self.received = received
        self.decideBy = decideBy
        self.state = state
        self.reason = reason
        self.observation = observation
    }
}

/// The way of a report (LasteKS §§ 27, 27^1, 29), and of danger (LasteKS § 31).
public enum ReportRules {
    public static let adviceEt =
        "Kui laps on ohus, helista kohe 112. Nõu ja abi ööpäev läbi: lasteabi 116 111."
    public static let adviceEn =
        "If the child is in danger, call 112 now. Advice and help day and night: child helpline 116 111."
    /// All that a reporter is told.
    public static let received = "received"

    /// Nobody's report is refused for its form, except one that says nothing.
    public static func check(observation: String, description: String, contact: String) throws(ReferralError)
    {
        guard !observation.isEmpty else {
            throw .fieldInvalid("observation", "say what was seen, in a few words")
        }
        guard observation.utf8.count <= 16_384, description.utf8.count <= 4096, contact.utf8.count <= 1024
        else { throw .fieldInvalid("observation", "at most 16 KiB; description 4 KiB; contact 1 KiB") }
    }

    public static func decide(
        _ report: ReportRecord, _ decision: String, reason: String
    ) throws(ReferralError) -> ReportState {
        guard let state = ReportState(rawValue: decision), state != .received else {
            throw .codeMissing("decision", ReportState.allCases.dropFirst().map(\.rawValue))
        }
        guard report.state == .received else { throw .reportDecided }
        guard !reason.isEmpty, reason.utf8.count <= 4096 else {
            throw .fieldInvalid("reason", "say why, in up to 4 KiB")
        }
        return state
    }
}
