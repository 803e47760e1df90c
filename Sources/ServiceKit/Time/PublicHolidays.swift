/// Estonia's public holidays, on which nobody works or learns (pühade ja tähtpäevade seadus § 2), computed.
public enum PublicHolidays {
    /// National holiday or public holiday; Saturdays and Sundays only when they are one.
    public static func contains(_ day: LocalDate) -> Bool {
        let (year, month, date) = day.components
        switch (month, date) {
        // New Year; Independence Day; Spring Day; Victory Day and Midsummer; Restoration of Independence; Christmas.
        case (1, 1), (2, 24), (5, 1), (6, 23), (6, 24), (8, 20), (12, 24), (12, 25), (12, 26): return true
        default: break
        }
        guard (3...6).contains(month), let easter = easterSunday(of: year) else { return false }
        // Good Friday, Easter Sunday, Whitsun.
        return [-2, 0, 49].contains(Int(day.dayNumber - easter.dayNumber))
    }

    /// The day before New Year, Independence Day, Victory Day and Christmas Eve is three hours shorter
    /// (töölepingu seadus § 53).
    public static func isShortened(_ day: LocalDate) -> Bool {
        let next = day.adding(days: 1).components
        return [(1, 1), (2, 24), (6, 23), (12, 24)].contains { $0 == (next.month, next.day) }
    }

    /// By the Gregorian calendar (anonymous algorithm; Meeus, "Astronomical Algorithms", chapter 8).
    static func easterSunday(of year: Int) -> LocalDate? {
        let a = year % 19
        let (b, c) = (year / 100, year % 100)
        let (d, e) = (b / 4, b % 4)
        let g = (b - (b + 8) / 25 + 1) / 3
        let h = (19 * a + b - d - g + 15) % 30
        let (i, k) = (c / 4, c % 4)
        let l = (32 + 2 * e + 2 * i - h - k) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let sum = h + l - 7 * m + 114
        return LocalDate(year: year, month: sum / 31, day: sum % 31 + 1)
    }
}
