import Configuration
import ServiceKit

/// Settings of TrainingScheduling.
struct TrainingConfiguration: Sendable {
    /// How many days ahead sessions are proposed: schools need the time to arrange who stands in for whom.
    var aheadDays: Int
    /// Places of a training that was planned without saying how many.
    var placesDefault: UInt32
    /// Which days are school days.
    var calendar: SchoolCalendar

    init(aheadDays: Int = 21, placesDefault: UInt32 = 24, calendar: SchoolCalendar = .estonia) {
        self.aheadDays = aheadDays
        self.placesDefault = placesDefault
        self.calendar = calendar
    }

    /// Keys: `training.ahead.days` (default 21; 1 to 120), `training.places` (default 24; 1 to 500).
    init(_ reader: ConfigReader) {
        let days = reader.int(forKey: "training.ahead.days", default: 21)
        let places = reader.int(forKey: "training.places", default: 24)
        self.init(aheadDays: min(max(days, 1), 120), placesDefault: UInt32(min(max(places, 1), 500)))
    }
}
