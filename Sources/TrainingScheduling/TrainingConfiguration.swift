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

    /// Reads the service's own keys; what is wrong is kept by the reader.
    init(_ reading: inout SettingsReader) {
        self.init()
        aheadDays = reading.integer(
            "training.ahead.days", aheadDays, in: 1...120, "how many days ahead sessions are proposed")
        placesDefault = UInt32(
            clamping: reading.integer(
                "training.places", Int(placesDefault), in: 1...500,
                "places of a training that was planned without saying how many"))
    }
}
