public import ServiceKit

/// How days are counted for a term.
public enum DayKind: Sendable, Hashable {
    case calendar, working, school
}

/// One term: so many days of a kind.
public struct Term: Sendable, Hashable {
    /// So many days after the day on which the term begins, which does not count.
    public var days: Int
    /// Which days count.
    public var kind: DayKind

    /// All values as documented at the properties.
    public init(_ days: Int, _ kind: DayKind) {
        self.days = days
        self.kind = kind
    }
}

/// The terms in force from a day on. A new law or a new agreement is a new set, never a changed one.
public struct DeadlineSet: Sendable, Hashable {
    /// The first day on which these terms are in force; a later set replaces them from its own day on.
    public var effectiveFrom: LocalDate
    /// The decision on a report of a child in need.
    public var decideReport: Term
    /// From an alarm to its confirmation or dismissal.
    public var acknowledgeAlarm: Term
    /// From a person's concern to its confirmation or dismissal.
    public var acknowledgeConcern: Term
    /// From a need to the first request for help.
    public var requestHelpRoutine: Term
    /// The same for an urgent need.
    public var requestHelpUrgent: Term
    /// From a request to its answer.
    public var acceptRoutine: Term
    /// The same for an urgent need.
    public var acceptUrgent: Term
    /// From the acceptance to the first contact.
    public var startRoutine: Term
    /// The same for an urgent need.
    public var startUrgent: Term
    /// Word of how it goes.
    public var outcome: Term
    /// From a hold to the next look at it.
    public var reviewHold: Term
    /// From completed help to the word that the one who asked has heard of it.
    public var acknowledgeOutcome: Term
    /// From the last need's end to the decision to close.
    public var closeCase: Term
}

/// Deadlines as dated data. Days are counted by a calendar that is handed in.
public enum DeadlineRules {
    /// Ten days for a report: LasteKS § 29(3) in the redaction in force 2026, § 29(7) from 2027-01-01;
    /// counted as calendar days. The other terms are the model's working agreements, not law.
    public static let sets: [DeadlineSet] = [
        set(from: LocalDate(dayNumber: 16_801)),  // 2016-01-01, the act's entry into force
        set(from: LocalDate(dayNumber: 20_819)),  // 2027-01-01, the amended act
    ]

    private static func set(from day: LocalDate) -> DeadlineSet {
        DeadlineSet(
            effectiveFrom: day, decideReport: Term(10, .calendar), acknowledgeAlarm: Term(5, .school),
            acknowledgeConcern: Term(3, .school), requestHelpRoutine: Term(5, .working),
            requestHelpUrgent: Term(1, .working), acceptRoutine: Term(3, .working),
            acceptUrgent: Term(1, .working), startRoutine: Term(10, .working),
            startUrgent: Term(2, .working), outcome: Term(30, .calendar), reviewHold: Term(14, .calendar),
            acknowledgeOutcome: Term(5, .working), closeCase: Term(10, .working))
    }

    /// The set in force on a day.
    public static func inForce(on day: LocalDate) -> DeadlineSet {
        sets.last { $0.effectiveFrom <= day } ?? sets[0]
    }

    /// The last day of a term that begins after `day`.
    public static func end(of term: Term, after day: LocalDate, _ calendar: DayCalendar) -> LocalDate {
        switch term.kind {
        case .calendar: day.adding(days: term.days)
        case .working: calendar.advance(day, term.days, calendar.isWorkingDay)
        case .school: calendar.advance(day, term.days, calendar.isSchoolDay)
        }
    }

    /// When the next word on an attempt is due after it came into a state; nil: nothing is waited for.
    public static func attemptDue(
        _ state: AttemptState, isUrgent: Bool, today: LocalDate, _ calendar: DayCalendar
    ) -> LocalDate? {
        let set = inForce(on: today)
        let term: Term
        switch state {
        case .requested, .received: term = isUrgent ? set.acceptUrgent : set.acceptRoutine
        case .accepted: term = isUrgent ? set.startUrgent : set.startRoutine
        case .inProgress: term = set.outcome
        case .onHold: term = set.reviewHold
        case .completed: term = set.acknowledgeOutcome
        case .rejected, .failed, .cancelled: return nil
        }
        return end(of: term, after: today, calendar)
    }
}

/// Which days count. The kit's calendar is put in here; the rules know no holidays.
public struct DayCalendar: Sendable {
    /// Days that count in terms of working days.
    public var isWorkingDay: @Sendable (LocalDate) -> Bool
    /// Days that count in terms of school days.
    public var isSchoolDay: @Sendable (LocalDate) -> Bool

    /// All values as documented at the properties.
    public init(
        isWorkingDay: @escaping @Sendable (LocalDate) -> Bool,
        isSchoolDay: @escaping @Sendable (LocalDate) -> Bool
    ) {
        self.isWorkingDay = isWorkingDay
        self.isSchoolDay = isSchoolDay
    }

    /// School days from the day after `start` to `end`; 0 when `end` is not later.
    func schoolDays(after start: LocalDate, through end: LocalDate) -> Int {
        guard start < end else { return 0 }
        return (start.dayNumber + 1...end.dayNumber).count { isSchoolDay(LocalDate(dayNumber: $0)) }
    }

    /// The day after `day` on which the count of such days reaches `days`. No break is longer than a year.
    func advance(_ day: LocalDate, _ days: Int, _ counts: (LocalDate) -> Bool) -> LocalDate {
        var (current, left, steps) = (day, days, 0)
        while left > 0, steps < 366 + 7 * days {
            current = current.adding(days: 1)
            steps += 1
            if counts(current) { left -= 1 }
        }
        return current
    }
}
