public import Configuration

/// Settings of risk scoring.
///
/// | key | default | meaning |
/// | --- | --- | --- |
/// | `alarms.TRIGGER.weeks` | see ``AlarmRules`` | window of a trigger: 2 or 4 weeks |
/// | `alarms.TRIGGER.limit` | see ``AlarmRules`` | count from which it is an alarm |
/// | `alarms.lessonsHeldMinimum` | 10 | fewer lessons in the window: not enough data |
/// | `alarms.ownGradesMinimum` | 3 | grades that a child needs before its mean is compared |
/// | `alarms.gradedPupilsMinimum` | 5 | pupils with grades that the class needs |
/// | `alarms.expiryWeeks` | 8 | an undecided alarm that is no longer found expires |
/// | `alarms.worseByHundredths` | 25 | growth of a settled averageBelowClass that makes a new alarm |
/// | `pass.scheduled` | true | run the pass each week by itself |
/// | `pass.hour` | 2 | hour of Monday in Estonia at which it runs |
/// | `pass.catchUpWeeks` | 4 | Mondays that are caught up after an outage |
/// | `import.bytesMax` | 67108864 | largest journal file |
/// | `county` | laane-viru.example | trust domain, for what the service does as itself |
/// | `import.stagedDays` | 7 | an import that is not finished is forgotten after so many days |
public struct RiskScoringConfiguration: Sendable, Hashable {
    /// When triggers make alarms.
    public var rules = AlarmRules()
    /// Whether the weekly pass runs by itself.
    public var isPassScheduled = true
    /// Hour of Monday, in Estonia.
    public var passHour = 2
    /// How many missed Mondays are caught up after an outage.
    public var catchUpWeeks = 4
    /// Largest journal file, in bytes.
    public var importBytesMax = 64 * 1024 * 1024
    /// Size of every chunk but the last, in bytes.
    public var chunkBytes = 512 * 1024
    /// An import that is not finished is forgotten after so many days.
    public var stagedDays = 7
    /// The trust domain of the county's certificates.
    public var county = "laane-viru.example"

    /// The defaults of the table above.
    public init() {}

    /// Reads the keys of the table above; what is out of range stays at its default.
    public init(_ reader: ConfigReader) {
        func number(_ key: String, _ current: Int, _ range: ClosedRange<Int>) -> Int {
            let value = reader.int(forKey: ConfigKey(key), default: current)
            return range.contains(value) ? value : current
        }
        for trigger in Trigger.allCases {
            let weeks = number("alarms.\(trigger.rawValue).weeks", rules[trigger].weeks, 1...8)
            rules[trigger] = AlarmRule(
                weeks: weeks, limit: number("alarms.\(trigger.rawValue).limit", rules[trigger].limit, 1...500)
            )
        }
        rules.lessonsHeldMinimum = number("alarms.lessonsHeldMinimum", rules.lessonsHeldMinimum, 1...200)
        rules.ownGradesMinimum = number("alarms.ownGradesMinimum", rules.ownGradesMinimum, 1...50)
        rules.gradedPupilsMinimum = number("alarms.gradedPupilsMinimum", rules.gradedPupilsMinimum, 2...50)
        rules.expiryWeeks = number("alarms.expiryWeeks", rules.expiryWeeks, 1...52)
        rules.worseByHundredths = number("alarms.worseByHundredths", rules.worseByHundredths, 1...400)
        isPassScheduled = reader.bool(forKey: "pass.scheduled", default: isPassScheduled)
        passHour = number("pass.hour", passHour, 0...23)
        catchUpWeeks = number("pass.catchUpWeeks", catchUpWeeks, 1...52)
        importBytesMax = number("import.bytesMax", importBytesMax, 1024...1_073_741_824)
        county = reader.string(forKey: "county", default: county)
        stagedDays = number("import.stagedDays", stagedDays, 1...90)
    }
}
