import ServiceKit

extension DayCalendar {
    /// Estonia's working and school days: public holidays and school breaks left out.
    public static let estonian = DayCalendar(
        isWorkingDay: { SchoolCalendar.estonia.isWorkingDay($0) },
        isSchoolDay: { SchoolCalendar.estonia.isSchoolDay($0) })
}
