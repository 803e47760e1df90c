public import Configuration
import ServiceKit

/// Settings of risk scoring. TRIGGER is a code of ``Trigger``.
///
/// | key | default | meaning |
/// | --- | --- | --- |
/// | `alarms.TRIGGER.weeks` | 2 or 4, see ``AlarmRules`` | window of a trigger: 2 or 4 weeks |
/// | `alarms.TRIGGER.limit` | see ``AlarmRules`` | count from which it is an alarm, 1 to 500 |
/// | `alarms.ownGradesMinimum` | 3 | grades that a child needs before its mean is compared, 1 to 50 |
/// | `alarms.gradedPupilsMinimum` | 5 | pupils with grades that the class needs, 2 to 50 |
/// | `alarms.expiryWeeks` | 8 | an undecided alarm that is no longer found expires, 1 to 52 |
/// | `alarms.worseByHundredths` | 25 | growth of a settled averageBelowClass that is a new alarm, 1 to 400 |
/// | `pass.scheduled` | true | run the pass each week by itself |
/// | `pass.hour` | 2 | hour of Monday in Estonia at which it runs, 0 to 23 |
/// | `pass.catchUpWeeks` | 4 | Mondays that are caught up after an outage, 1 to 52 |
/// | `import.bytesMax` | 67108864 | largest journal file, in bytes, 1024 to 1073741824 |
/// | `import.stagedDays` | 7 | an import that is not finished is forgotten after so many days, 1 to 90 |
/// | `county.name` | laane-viru.example | trust domain, for what the service does as itself |
public struct RiskScoringConfiguration: Sendable, Hashable {
    /// Windows, limits and minima of the triggers.
    public var rules = AlarmRules()
    /// Whether the weekly pass runs by itself.
    public var isPassScheduled = true
    /// Hour of Monday, in Estonia.
    public var passHour = 2
    /// Mondays that are caught up after an outage.
    public var catchUpWeeks = 4
    /// Largest journal file, in bytes.
    public var importBytesMax = 64 * 1024 * 1024
    /// Size of every chunk but the last, in bytes.
    public var chunkBytes = 512 * 1024
    /// Days after which an import that is not finished is forgotten.
    public var stagedDays = 7
    /// The trust domain of the county's certificates.
    public var county = "laane-viru.example"

    /// The defaults of the table above.
    public init() {}

    /// Reads the keys of the table above; throws `ConfigurationFaults` with everything that is wrong at once.
    public init(_ reader: ConfigReader) throws {
        var reading = SettingsReader(reader)
        for trigger in Trigger.allCases {
            let rule = rules[trigger]
            rules[trigger] = AlarmRule(
                weeks: Self.weeks("alarms.\(trigger.rawValue).weeks", rule.weeks, &reading),
                limit: reading.integer(
                    ConfigKey("alarms.\(trigger.rawValue).limit"), rule.limit, in: 1...500))
        }
        rules.ownGradesMinimum = reading.integer(
            "alarms.ownGradesMinimum", rules.ownGradesMinimum, in: 1...50)
        rules.gradedPupilsMinimum = reading.integer(
            "alarms.gradedPupilsMinimum", rules.gradedPupilsMinimum, in: 2...50)
        rules.expiryWeeks = reading.integer("alarms.expiryWeeks", rules.expiryWeeks, in: 1...52)
        rules.worseByHundredths = reading.integer(
            "alarms.worseByHundredths", rules.worseByHundredths, in: 1...400)
        isPassScheduled = reading.flag("pass.scheduled", isPassScheduled)
        passHour = reading.integer("pass.hour", passHour, in: 0...23)
        catchUpWeeks = reading.integer("pass.catchUpWeeks", catchUpWeeks, in: 1...52)
        importBytesMax = reading.integer("import.bytesMax", importBytesMax, in: 1024...1_073_741_824)
        stagedDays = reading.integer("import.stagedDays", stagedDays, in: 1...90)
        county = reading.text("county.name", county)
        try reading.finish()
    }

    /// eKool ties each trigger to a window of two or of four weeks; there is nothing between.
    private static func weeks(_ name: String, _ preset: Int, _ reading: inout SettingsReader) -> Int {
        let key = ConfigKey(name)
        let weeks = reading.integer(key, preset, in: Int.min...Int.max)
        guard weeks == 2 || weeks == 4 else {
            reading.fault(key, "\(weeks) is neither 2 nor 4")
            return preset
        }
        return weeks
    }
}
