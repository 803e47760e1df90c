import ServiceKit

extension DayCalendar {
    /// Estonia's working and school days.
    public static let estonian = DayCalendar(
        isWorkingDay: { $0.weekday <= 5 }, isSchoolDay: { $0.weekday <= 5 })
}
