public import ServiceKit

/// Something that waits for a person: computed from what stands, so it never outlives its cause.
public struct Duty: Sendable, Hashable {
    /// "acknowledge-signal", "add-need", "request-help", "accept-attempt", ...
    public var code: String
    /// Nil: a report on a child who is not in the register.
    public var child: ChildID?
    /// Signal, case, need, attempt or report.
    public var subject: [UInt8]
    /// Nil: a signal or a report, outside any case.
    public var caseID: CaseID?
    /// The last day on which it is in time.
    public var due: LocalDate
    /// What to type next.
    public var command: String

    /// The last day has passed; on that day itself it is in time.
    public func isOverdue(_ today: LocalDate) -> Bool { due < today }
}

/// Which duties a case, a signal or a report lays on whom.
public enum DutyRules {
    /// Whose duty it is, within a case.
    public enum Holder: Sendable, Hashable {
        case coordinator
        case requester(AttemptID)
        case recipient(AttemptID)
    }

    private static let program = "tugi-gateway"

    /// The duty of a signal that nobody has decided on.
    public static func duty(of signal: SignalRecord) -> Duty? {
        guard signal.state == "raised" else { return nil }
        return Duty(
            code: "acknowledge-signal", child: signal.child, subject: signal.id.bytes, due: signal.due,
            command: "\(program) confirm \(signal.id)   (or: \(program) dismiss \(signal.id) --reason-from -)"
        )
    }

    /// All duties of an open case, with their holders, in the order of the work.
    public static func duties(
        of record: CaseRecord, caseDue: LocalDate
    ) -> [(duty: Duty, holder: Holder)] {
        guard record.isOpen else { return [] }
        func duty(_ code: String, _ subject: [UInt8], _ due: LocalDate, _ command: String) -> Duty {
            Duty(
                code: code, child: record.child, subject: subject, caseID: record.id, due: due,
                command: "\(program) \(command)")
        }
        if record.needs.isEmpty {
            let next = duty(
                "add-need", record.id.bytes, caseDue,
                "need add \(record.id) --need CODE   (or: \(program) case close \(record.id) --outcome …)")
            return [(next, .coordinator)]
        }
        var result: [(duty: Duty, holder: Holder)] = []
        for need in record.needs where need.state.isOpen || need.unacknowledged != nil {
            if let attempt = need.openAttempt {
                let (code, action) = recipientStep(attempt.state)
                result.append(
                    (
                        duty(
                            code, attempt.id.bytes, attempt.due ?? caseDue,
                            "attempt \(action) \(record.id) \(attempt.id)"),
                        .recipient(attempt.id)
                    ))
            } else if let attempt = need.unacknowledged {
                result.append(
                    (
                        duty(
                            "acknowledge-outcome", attempt.id.bytes, attempt.due ?? caseDue,
                            "acknowledge \(record.id) \(attempt.id)"),
                        .requester(attempt.id)
                    ))
            } else {
                let code = need.state == .noProvider ? "decide-no-provider" : "request-help"
                result.append(
                    (
                        duty(code, need.id.bytes, need.due, "routes \(record.id) \(need.id)"), .coordinator
                    ))
            }
        }
        if result.isEmpty {
            let next = duty("close-case", record.id.bytes, caseDue, "case close \(record.id) --outcome …")
            return [(next, .coordinator)]
        }
        return result
    }

    /// The duty of a report of a child in need.
    public static func duty(of report: ReportRecord) -> Duty? {
        guard report.state == .received else { return nil }
        return Duty(
            code: "decide-report", child: report.child, subject: report.id.bytes, due: report.decideBy,
            command: "\(program) report decide \(report.id) --decision case-opened|not-opened|passed-on"
                + " --reason-from -")
    }

    private static func recipientStep(_ state: AttemptState) -> (code: String, action: String) {
        switch state {
        case .requested, .received: ("accept-attempt", "accept")
        case .accepted: ("start-attempt", "start")
        case .onHold: ("review-hold", "resume")
        case .inProgress, .rejected, .failed, .cancelled, .completed: ("report-outcome", "complete")
        }
    }
}
