public import ServiceKit

/// Settings of risk scoring; `tugi-risk config keys` shows their keys.
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

    /// The defaults.
    public init() {}

    /// Reads the service's own keys; what is wrong is kept by the reader. `county`: the trust domain.
    public init(_ reading: inout SettingsReader, county: String) {
        self.county = county
        for trigger in Trigger.allCases {
            let rule = rules[trigger]
            let key = "alarms.\(Self.words(trigger))"
            // eKool ties each trigger to a window of two or of four weeks; there is nothing between.
            rules[trigger] = AlarmRule(
                weeks: reading.integer(
                    "\(key).weeks", rule.weeks, of: [2, 4],
                    "weeks that the trigger \(trigger.rawValue) looks back"),
                limit: reading.integer(
                    "\(key).limit", rule.limit, in: 1...500,
                    "count from which \(trigger.rawValue) is an alarm"))
        }
        readRules(&reading)
        isPassScheduled = reading.flag("pass.scheduled", isPassScheduled, "run the weekly pass by itself")
        passHour = reading.integer(
            "pass.hour", passHour, in: 0...23, "hour of Monday in Estonia at which the pass runs")
        catchUpWeeks = reading.integer(
            "pass.catch-up-weeks", catchUpWeeks, in: 1...52, "Mondays that are caught up after an outage")
        importBytesMax = reading.integer(
            "import.bytes-max", importBytesMax, in: 1024...1_073_741_824, "largest journal file, in bytes")
        stagedDays = reading.integer(
            "import.staged-days", stagedDays, in: 1...90,
            "days after which an import that is not finished is forgotten")
    }

    private mutating func readRules(_ reading: inout SettingsReader) {
        rules.ownGradesMinimum = reading.integer(
            "alarms.own-grades-minimum", rules.ownGradesMinimum, in: 1...50,
            "grades that a child needs before its mean is compared")
        rules.gradedPupilsMinimum = reading.integer(
            "alarms.graded-pupils-minimum", rules.gradedPupilsMinimum, in: 2...50,
            "pupils with grades that the class needs before means are compared")
        rules.expiryWeeks = reading.integer(
            "alarms.expiry-weeks", rules.expiryWeeks, in: 1...52,
            "weeks after which an undecided alarm that is no longer found expires")
        rules.worseByHundredths = reading.integer(
            "alarms.worse-by-hundredths", rules.worseByHundredths, in: 1...400,
            "growth of a settled averageBelowClass that is a new alarm, in hundredths of a grade")
    }

    /// A trigger's code as keys are written: "lateDays" is "late-days".
    private static func words(_ trigger: Trigger) -> String {
        trigger.rawValue.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}
