import ServiceKit
import Testing

@testable import RiskScoring

@Suite("Settings of risk scoring")
struct RiskScoringConfigurationTests {
    private func read(_ values: [(key: String, value: String)]) throws -> RiskScoringConfiguration {
        var reading = SettingsReader(SettingsLayers(flags: values))
        let configuration = RiskScoringConfiguration(&reading, county: "naide.example")
        try reading.finish()
        return configuration
    }

    @Test func `Nothing set gives the documented defaults`() throws {
        var expected = RiskScoringConfiguration()
        expected.county = "naide.example"
        #expect(try read([]) == expected)
    }

    @Test func `Limits and windows are read`() throws {
        let settings = try read([("alarms.late-days.limit", "6"), ("alarms.late-days.weeks", "4")])
        #expect(settings.rules[.lateDays] == AlarmRule(weeks: 4, limit: 6))
    }

    @Test func `A limit of nothing, three weeks and an hour of 24 are refused, all at once`() throws {
        let faults = try #require(throws: ConfigurationFaults.self) {
            try read([
                ("alarms.unexcused-absence-days.limit", "0"), ("alarms.late-days.weeks", "3"),
                ("pass.hour", "24"),
            ])
        }
        #expect(
            faults.faults.map(\.key) == [
                "alarms.unexcused-absence-days.limit", "alarms.late-days.weeks", "pass.hour",
            ])
    }

    @Test func `A trigger's code in place of its key is answered with the key`() throws {
        let faults = try #require(throws: ConfigurationFaults.self) {
            try read([("alarms.lateDays.limit", "5"), ("alarms.late-day.weeks", "2")])
        }
        #expect(
            faults.faults.map(\.message) == [
                "no such setting; did you mean alarms.late-days.weeks?",
                "no such setting; did you mean alarms.late-days.limit?",
            ])
    }
}
