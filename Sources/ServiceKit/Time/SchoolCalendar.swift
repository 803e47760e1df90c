/// Days without school for a while, from the first to the last.
public struct SchoolBreak: Sendable, Hashable {
    /// The first day without school.
    public var from: LocalDate
    /// The last day without school.
    public var until: LocalDate
    /// Grades that learn all the same (the minister's regulation excepts grades with final examinations).
    public var exceptGrades: Set<Int>

    /// All values as documented at the properties.
    public init(from: LocalDate, until: LocalDate, exceptGrades: Set<Int> = []) {
        self.from = from
        self.until = until
        self.exceptGrades = exceptGrades
    }
}

/// Which days are school days and which are working days, for deadlines that the law counts in either.
///
/// Breaks are data: a school's owner may set others than the minister's (PGS § 24(7)), and kindergartens have none.
public struct SchoolCalendar: Sendable, Hashable {
    /// In any order; weekends and public holidays are without school by themselves.
    public var breaks: [SchoolBreak]

    /// All values as documented at the properties.
    public init(breaks: [SchoolBreak]) {
        self.breaks = breaks
    }

    /// With the breaks of the minister's regulation "Koolivaheajad" (PGS § 24(7)), 2024/2025 to 2026/2027.
    public static let estonia = SchoolCalendar(breaks: regulationBreaks)

    /// Monday to Friday, no public holiday, no break. `grade`: of whom it is asked; nil: no exception counts.
    public func isSchoolDay(_ day: LocalDate, grade: Int? = nil) -> Bool {
        guard isWorkingDay(day) else { return false }
        return !breaks.contains { pause in
            guard (pause.from...pause.until).contains(day) else { return false }
            guard let grade else { return true }
            return !pause.exceptGrades.contains(grade)
        }
    }

    /// Monday to Friday and no public holiday.
    public func isWorkingDay(_ day: LocalDate) -> Bool { day.weekday <= 5 && !PublicHolidays.contains(day) }

    /// The last day of a term of so many school days: the day itself does not count (TsÜS § 135(1)). With 0 it is the
    /// day itself or the next school day.
    public func adding(schoolDays count: Int, to day: LocalDate, grade: Int? = nil) -> LocalDate {
        adding(count, to: day) { isSchoolDay($0, grade: grade) }
    }

    /// The same in working days.
    public func adding(workingDays count: Int, to day: LocalDate) -> LocalDate {
        adding(count, to: day) { isWorkingDay($0) }
    }

    /// School days from the day after `start` to `end`; 0 when `end` is not later.
    public func schoolDays(after start: LocalDate, through end: LocalDate, grade: Int? = nil) -> Int {
        guard start < end else { return 0 }
        return (start.dayNumber + 1...end.dayNumber).count {
            isSchoolDay(LocalDate(dayNumber: $0), grade: grade)
        }
    }

    private func adding(_ count: Int, to day: LocalDate, counts: (LocalDate) -> Bool) -> LocalDate {
        var result = day
        var left = max(0, count)
        if left == 0 {
            // No break is longer than a year: a calendar that never has such a day does not hang the caller.
            for _ in 0..<400 where !counts(result) { result = result.adding(days: 1) }
            return result
        }
        for _ in 0..<(400 + count * 8) {
            result = result.adding(days: 1)
            if counts(result) { left -= 1 }
            if left == 0 { break }
        }
        return result
    }

    private static let regulationBreaks: [SchoolBreak] = [
        // 2024/2025
        pause(2024, 10, 21, 2024, 10, 27), pause(2024, 12, 23, 2025, 1, 5), pause(2025, 2, 24, 2025, 3, 2),
        pause(2025, 4, 14, 2025, 4, 20, except: [12]), pause(2025, 6, 10, 2025, 8, 31, except: [9, 12]),
        // 2025/2026
        pause(2025, 10, 20, 2025, 10, 26), pause(2025, 12, 22, 2026, 1, 4), pause(2026, 2, 23, 2026, 3, 1),
        pause(2026, 4, 13, 2026, 4, 19, except: [12]), pause(2026, 6, 10, 2026, 8, 31, except: [9, 12]),
        // 2026/2027
        pause(2026, 10, 26, 2026, 11, 1), pause(2026, 12, 21, 2027, 1, 3), pause(2027, 2, 22, 2027, 2, 28),
        pause(2027, 4, 12, 2027, 4, 18, except: [12]), pause(2027, 6, 9, 2027, 8, 31, except: [9, 12]),
    ].compactMap { $0 }

    private static func pause(
        _ year: Int, _ month: Int, _ day: Int, _ untilYear: Int, _ untilMonth: Int, _ untilDay: Int,
        except grades: Set<Int> = []
    ) -> SchoolBreak? {
        guard let from = LocalDate(year: year, month: month, day: day),
            let until = LocalDate(year: untilYear, month: untilMonth, day: untilDay)
        else { return nil }
        return SchoolBreak(from: from, until: until, exceptGrades: grades)
    }
}
