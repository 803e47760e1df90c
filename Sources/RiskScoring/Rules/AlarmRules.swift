/// The six triggers of the weekly pass (eKool's Häirekell; codes in `Protocols/codes.md`).
public enum Trigger: String, Sendable, Hashable, CaseIterable {
    /// Days with absence: without a reason at all, and with one when half of the lessons held were missed.
    case unexcusedAbsenceDays, excusedAbsenceDays
    /// Days with a late arrival, and entries of the type remark.
    case lateDays, negativeRemarks
    /// Grades 1 and 2 in one journal, and a mean below that of the class.
    case negativeGradesSameJournal, averageBelowClass

    /// Which kind of help an alarm of this trigger suggests until a person says otherwise.
    public var suggestedNeed: String {
        switch self {
        case .unexcusedAbsenceDays, .excusedAbsenceDays, .lateDays: "attendance"
        case .negativeRemarks: "behaviour"
        case .negativeGradesSameJournal, .averageBelowClass: "learning"
        }
    }

    /// Days are counted, however many entries a day has.
    var countsDays: Bool {
        switch self {
        case .unexcusedAbsenceDays, .excusedAbsenceDays, .lateDays: true
        case .negativeRemarks, .negativeGradesSameJournal, .averageBelowClass: false
        }
    }
}

/// When one trigger makes an alarm.
public struct AlarmRule: Sendable, Hashable {
    /// Whole weeks before the Monday of the pass: 2 or 4.
    public var weeks: Int
    /// The alarm stands from this count on; for `averageBelowClass` hundredths of a mark below the class.
    public var limit: Int

    /// A rule of so many weeks that stands from this count on.
    public init(weeks: Int, limit: Int) {
        self.weeks = weeks
        self.limit = limit
    }
}

/// The limits of all triggers. eKool does not publish its own; these defaults are ours, to be changed by the
/// county:
///
/// | trigger | weeks | limit | why |
/// | --- | --- | --- | --- |
/// | unexcusedAbsenceDays | 2 | 3 days | three in fourteen days is the usual "act now" line |
/// | excusedAbsenceDays | 4 | 5 days | a quarter of the school days: chronic, whatever the reason |
/// | lateDays | 2 | 4 days | nearly every second school day |
/// | negativeRemarks | 2 | 3 remarks | |
/// | negativeGradesSameJournal | 4 | 3 grades | a pattern in one subject, not one bad day |
/// | averageBelowClass | 4 | 1.00 mark | without a margin half of every class would be flagged |
public struct AlarmRules: Sendable, Hashable {
    private var rules: [Trigger: AlarmRule]
    /// Numeric grades that a child must have in the window before its mean is compared.
    public var ownGradesMinimum = 3
    /// Pupils with grades in the class before its mean is compared with.
    public var gradedPupilsMinimum = 5
    /// An open alarm that the pass no longer finds, though its facts stand, expires after so many weeks.
    public var expiryWeeks = 8
    /// Hundredths of a mark by which a dismissed `averageBelowClass` must have grown to count as worse.
    public var worseByHundredths = 25

    /// The defaults of the table above.
    public init() {
        rules = [
            .unexcusedAbsenceDays: AlarmRule(weeks: 2, limit: 3),
            .excusedAbsenceDays: AlarmRule(weeks: 4, limit: 5),
            .lateDays: AlarmRule(weeks: 2, limit: 4),
            .negativeRemarks: AlarmRule(weeks: 2, limit: 3),
            .negativeGradesSameJournal: AlarmRule(weeks: 4, limit: 3),
            .averageBelowClass: AlarmRule(weeks: 4, limit: 100),
        ]
    }

    /// The window and limit of one trigger.
    public subscript(trigger: Trigger) -> AlarmRule {
        get { rules[trigger] ?? AlarmRule(weeks: 2, limit: 3) }
        set { rules[trigger] = newValue }
    }

    /// The longest window, in weeks.
    public var weeksMax: Int { Trigger.allCases.map { self[$0].weeks }.max() ?? 4 }
}
