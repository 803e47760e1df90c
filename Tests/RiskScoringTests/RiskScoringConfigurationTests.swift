import Configuration
import ServiceKit
import Testing

@testable import RiskScoring

@Suite("Settings of risk scoring")
struct RiskScoringConfigurationTests {
    private func reader(_ values: [String: ConfigValue]) -> ConfigReader {
        var absolute: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in values {
            absolute[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] = value
        }
        return ConfigReader(provider: InMemoryProvider(values: absolute))
    }

    @Test func `Nothing set gives the documented defaults`() throws {
        #expect(try RiskScoringConfiguration(reader([:])) == RiskScoringConfiguration())
    }

    @Test func `Limits, windows and the county's name are read`() throws {
        let settings = try RiskScoringConfiguration(
            reader([
                "alarms.lateDays.limit": 6, "alarms.lateDays.weeks": 4, "county.name": "naide.example",
            ]))
        #expect(settings.rules[.lateDays] == AlarmRule(weeks: 4, limit: 6))
        #expect(settings.county == "naide.example")
    }

    @Test func `A limit of nothing, three weeks and an hour of 24 are refused, all at once`() throws {
        let faults = try #require(throws: ConfigurationFaults.self) {
            try RiskScoringConfiguration(
                reader([
                    "alarms.unexcusedAbsenceDays.limit": 0, "alarms.lateDays.weeks": 3, "pass.hour": 24,
                ]))
        }
        #expect(
            faults.faults.map(\.key) == [
                "alarms.unexcusedAbsenceDays.limit", "alarms.lateDays.weeks", "pass.hour",
            ])
    }
}
