public import ServiceKit
public import Store

/// One change of a case being made: what it was, what it becomes, what is told of it. A pure value; the store
/// writes it.
public struct CaseEdit: Sendable {
    /// The case as it stood before the change.
    public let original: CaseRecord
    /// The case as it becomes.
    public var record: CaseRecord
    public private(set) var changes: [CaseChange] = []
    public private(set) var notices: [(notice: NoticeRecord, subject: [UInt8])] = []
    let at: Instant
    let person: PersonID?
    let role: String
    let today: LocalDate
    let calendar: DayCalendar

    /// - Parameter person: who makes the change; nil: computed.
    public init(
        _ record: CaseRecord, at: Instant, person: PersonID?, role: String, today: LocalDate,
        calendar: DayCalendar
    ) {
        original = record
        self.record = record
        self.at = at
        self.person = person
        self.role = role
        self.today = today
        self.calendar = calendar
    }

    /// Writes a line of history; what is to be done next is read from the case as it is then.
    public mutating func tell(_ change: String, detail: String = "", note: String = "") {
        let next = DutyRules.duties(of: record, caseDue: record.due ?? record.opened).first?.duty
        // Before the template is pinned the case as a whole has no term yet.
        let hasTerm = record.due != nil || next?.subject != record.id.bytes
        changes.append(
            CaseChange(
                at: at, change: change, person: person, role: role, detail: detail, note: note,
                next: next?.code ?? "", due: hasTerm ? next?.due : nil))
    }

    /// Tells the representatives of a person's act.
    public mutating func notify(_ code: String, subject: [UInt8], ground: String = "") {
        let suppressed = !ground.isEmpty
        notices.append(
            (
                NoticeRecord(
                    at: at, code: code, isSuppressed: suppressed, ground: ground,
                    reviewOn: suppressed ? today.adding(days: NoticeRules.reviewDays) : nil), subject
            ))
    }

    /// Pins the municipality's template with a person's first act: a later template changes later cases.
    public mutating func pin(_ template: ProcessTemplate?) {
        guard record.template == nil, let template else { return }
        record.template = template.id
        let days = template.levels.first { $0.order == record.level }?.firstActionSchoolDays ?? 5
        record.due = record.due ?? DeadlineRules.end(of: Term(days, .school), after: record.opened, calendar)
    }

    /// Adds a need; one that stands already only becomes urgent or routine as asked.
    public mutating func addNeed(_ id: NeedID, code: String, isUrgent: Bool) {
        let set = DeadlineRules.inForce(on: today)
        let due = DeadlineRules.end(
            of: isUrgent ? set.requestHelpUrgent : set.requestHelpRoutine, after: today, calendar)
        if let index = record.needs.firstIndex(where: { $0.code == code && $0.state.isOpen }) {
            guard record.needs[index].isUrgent != isUrgent else { return }
            record.needs[index].isUrgent = isUrgent
            record.needs[index].due = due
            tell("need-urgency-changed", detail: "\(code):\(isUrgent ? "urgent" : "routine")")
        } else {
            record.needs.append(NeedRecord(id: id, code: code, isUrgent: isUrgent, due: due))
            tell("need-added", detail: code)
        }
    }

    /// Writes down whether anybody can take the need now.
    public mutating func setProvider(_ need: NeedID, found: Bool) {
        guard let index = record.needs.firstIndex(where: { $0.id == need }) else { return }
        let state: NeedState = found ? .active : .noProvider
        guard record.needs[index].state.isOpen, record.needs[index].openAttempt == nil,
            record.needs[index].state != state
        else { return }
        record.needs[index].state = state
        tell(found ? "provider-found" : "no-provider", detail: record.needs[index].code)
    }

    /// Adds an attempt to its need.
    public mutating func request(_ attempt: AttemptRecord, ground: String) throws(ReferralError) {
        try CaseRules.requireOpen(record)
        guard let index = record.needs.firstIndex(where: { $0.id == attempt.need }) else { throw .notYours }
        try CaseRules.requireAskable(record.needs[index])
        record.needs[index].state = .active
        record.needs[index].attempts.append(attempt)
        tell("help-requested", detail: record.needs[index].code)
        notify("help-requested", subject: attempt.id.bytes, ground: ground)
    }

    /// Takes one step with an attempt.
    public mutating func advance(
        _ id: AttemptID, _ action: AttemptAction, sides: Set<AttemptSide>, reason: String, outcome: String,
        expectedVersion: UInt64, forRecipient: Bool
    ) throws(ReferralError) {
        guard let (need, index) = position(of: id) else { throw .notYours }
        try CaseRules.requireOpen(record)
        var attempt = record.needs[need].attempts[index]
        try CaseRules.requireVersion(expectedVersion, attempt: attempt, of: record)
        attempt.state = try AttemptTable.step(
            from: attempt.state, action, by: sides, started: attempt.started, reason: reason, outcome: outcome
        )
        if attempt.state == .inProgress { attempt.started = true }
        switch AttemptTable.duty(of: action) {
        case .nothing: attempt.reason = ""
        case .reason: attempt.reason = reason
        case .outcome: (attempt.reason, attempt.outcome) = ("", outcome)
        }
        let isUrgent = record.needs[need].isUrgent
        attempt.due = DeadlineRules.attemptDue(attempt.state, isUrgent: isUrgent, today: today, calendar)
        record.needs[need].attempts[index] = attempt
        if attempt.state.isTerminal, attempt.state != .completed {
            // The need stands: the next attempt, or a decision to stop, has a term of its own.
            let set = DeadlineRules.inForce(on: today)
            record.needs[need].due = DeadlineRules.end(
                of: isUrgent ? set.requestHelpUrgent : set.requestHelpRoutine, after: today, calendar)
        }
        let code = attempt.state == .completed ? outcome : attempt.reason
        let words = [record.needs[need].code, code, forRecipient ? "recorded-for-recipient" : ""]
        tell(AttemptTable.past(action), detail: words.filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// The one who asked has heard the outcome; the need is met, goes on, or ends with it.
    public mutating func acknowledge(_ id: AttemptID, needMet: Bool) throws(ReferralError) {
        guard let (need, index) = position(of: id) else { throw .notYours }
        try CaseRules.requireOpen(record)
        let attempt = record.needs[need].attempts[index]
        guard attempt.state.isTerminal, attempt.state != .cancelled, !attempt.acknowledged else {
            throw .nothingToAcknowledge
        }
        guard !needMet || attempt.state == .completed else {
            throw .fieldInvalid("need_met", "only help that was completed can have met the need")
        }
        record.needs[need].attempts[index].acknowledged = true
        record.needs[need].attempts[index].due = nil
        if record.needs[need].state.isOpen, record.needs[need].openAttempt == nil {
            record.needs[need].state = CaseRules.needState(after: attempt, needMet: needMet)
        }
        if record.needs.allSatisfy({ !$0.state.isOpen && $0.unacknowledged == nil }) {
            let term = DeadlineRules.inForce(on: today).closeCase
            record.due = DeadlineRules.end(of: term, after: today, calendar)
        }
        tell("acknowledged", detail: "\(record.needs[need].code) \(record.needs[need].state.rawValue)")
    }

    /// Moves the case to another level or phase.
    public mutating func move(
        toLevel: UInt32, phase: String, reason: String, template: ProcessTemplate?
    ) throws(ReferralError) {
        try CaseRules.requireOpen(record)
        let (level, newPhase) = try CaseRules.moving(
            record, toLevel: toLevel, phase: phase, reason: reason, template: template)
        let from = record.level
        record.phase = newPhase
        guard level != from else { return tell("phase-changed", detail: newPhase, note: reason) }
        record.level = level
        let days = template?.levels.first { $0.order == level }?.firstActionSchoolDays ?? 5
        record.due = DeadlineRules.end(of: Term(days, .school), after: today, calendar)
        tell(level > from ? "moved-up" : "moved-down", detail: "\(from)-\(level)", note: reason)
        notify("case-moved", subject: Array("\(record.id) \(record.version)".utf8))
    }

    /// Closes the case with its outcome.
    public mutating func close(outcome: String) throws(ReferralError) {
        try CaseRules.requireOpen(record)
        for need in try CaseRules.closing(record, outcome: outcome) {
            guard let index = record.needs.firstIndex(where: { $0.id == need.id }) else { continue }
            record.needs[index].state = .withdrawn
            tell("need-withdrawn", detail: need.code)
        }
        record.isOpen = false
        record.outcome = outcome
        tell("closed", detail: outcome)
        notify("case-closed", subject: record.id.bytes)
    }

    /// Counts the change: the case's version, and that of each attempt that it touched.
    public mutating func seal() {
        guard record != original || !changes.isEmpty else { return }
        record.version = original.version + 1
        for need in record.needs.indices {
            for index in record.needs[need].attempts.indices {
                let attempt = record.needs[need].attempts[index]
                if original.attempt(attempt.id) != attempt {
                    record.needs[need].attempts[index].version = record.version
                }
            }
        }
    }

    private func position(of id: AttemptID) -> (need: Int, attempt: Int)? {
        for need in record.needs.indices {
            if let index = record.needs[need].attempts.firstIndex(where: { $0.id == id }) {
                return (need, index)
            }
        }
        return nil
    }
}
