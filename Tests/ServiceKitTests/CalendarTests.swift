import ServiceKit
import Store
import Testing

@Suite("Days and times as they are counted in Estonia")
struct CalendarTests {
    func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }
    func time(_ text: String) throws -> LocalTime { try #require(LocalTime(text)) }

    @Test(
        "Public holidays are those of the law, Easter's moving ones too",
        arguments: [
            (
                2024,
                [
                    "01-01", "02-24", "03-29", "03-31", "05-01", "05-19", "06-23", "06-24", "08-20", "12-24",
                    "12-25", "12-26",
                ]
            ),
            (
                2025,
                [
                    "01-01", "02-24", "04-18", "04-20", "05-01", "06-08", "06-23", "06-24", "08-20", "12-24",
                    "12-25", "12-26",
                ]
            ),
            (
                2026,
                [
                    "01-01", "02-24", "04-03", "04-05", "05-01", "05-24", "06-23", "06-24", "08-20", "12-24",
                    "12-25", "12-26",
                ]
            ),
            (
                2027,
                [
                    "01-01", "02-24", "03-26", "03-28", "05-01", "05-16", "06-23", "06-24", "08-20", "12-24",
                    "12-25", "12-26",
                ]
            ),
            (
                2038,
                [
                    "01-01", "02-24", "04-23", "04-25", "05-01", "06-13", "06-23", "06-24", "08-20", "12-24",
                    "12-25", "12-26",
                ]
            ),
        ])
    func holidays(_ year: Int, _ expected: [String]) throws {
        let first = try day("\(year)-01-01")
        let days = (0..<366).map { first.adding(days: $0) }.filter { $0.components.year == year }
        #expect(days.filter(PublicHolidays.contains).map(\.description) == expected.map { "\(year)-\($0)" })
    }

    @Test("School days leave out weekends, holidays and breaks; final grades learn in some breaks")
    func schoolDays() throws {
        let calendar = SchoolCalendar.estonia
        #expect(calendar.isSchoolDay(try day("2026-02-20")))
        #expect(!calendar.isSchoolDay(try day("2026-02-21")))
        #expect(!calendar.isSchoolDay(try day("2026-02-24")))
        #expect(!calendar.isSchoolDay(try day("2026-02-26")))
        #expect(!calendar.isSchoolDay(try day("2026-04-14"), grade: 11))
        #expect(calendar.isSchoolDay(try day("2026-04-14"), grade: 12))
        #expect(calendar.isWorkingDay(try day("2026-02-26")))
        #expect(SchoolCalendar(breaks: []).isSchoolDay(try day("2026-02-26")))
    }

    @Test("Terms in school days pass over breaks, in working days over holidays")
    func terms() throws {
        let calendar = SchoolCalendar.estonia
        // Friday before the winter break: the next school day is the Monday after it.
        #expect(calendar.adding(schoolDays: 1, to: try day("2026-02-20")) == (try day("2026-03-02")))
        #expect(calendar.adding(schoolDays: 5, to: try day("2026-02-20")) == (try day("2026-03-06")))
        // Over Christmas and the year's end.
        #expect(calendar.adding(workingDays: 1, to: try day("2025-12-23")) == (try day("2025-12-29")))
        #expect(calendar.adding(workingDays: 10, to: try day("2025-12-19")) == (try day("2026-01-08")))
        #expect(calendar.adding(schoolDays: 1, to: try day("2025-12-19")) == (try day("2026-01-05")))
        // Over the leap day.
        #expect(calendar.adding(workingDays: 1, to: try day("2024-02-28")) == (try day("2024-02-29")))
        #expect(calendar.adding(workingDays: 0, to: try day("2026-02-21")) == (try day("2026-02-23")))
        #expect(calendar.schoolDays(after: try day("2026-02-16"), through: try day("2026-03-03")) == 6)
    }

    @Test("A calendar without any school day does not hang who asks")
    func endless() throws {
        let always = SchoolCalendar(breaks: [
            SchoolBreak(from: try day("2000-01-01"), until: try day("2100-01-01"))
        ])
        #expect(always.adding(schoolDays: 3, to: try day("2026-02-20")) > (try day("2026-02-20")))
    }

    @Test("Local days begin at midnight in Tallinn, winter and summer")
    func localDays() throws {
        let tallinn = try #require(TallinnTime())
        func instant(_ day: String, _ time: String) throws -> Instant {
            tallinn.instant(try self.day(day), try self.time(time))
        }
        // UTC+2 in winter, UTC+3 in summer.
        #expect(try instant("2026-02-02", "00:00") == Instant(microseconds: 1_769_983_200_000_000))
        #expect(try instant("2026-07-01", "12:00") == Instant(microseconds: 1_782_896_400_000_000))
        for (day, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-02-02", 24), ("2024-02-29", 24)] {
            let start = try instant(day, "00:00")
            let end = tallinn.instant(try self.day(day).adding(days: 1))
            #expect(end.microseconds - start.microseconds == Int64(hours) * 3_600_000_000)
            #expect(tallinn.day(of: start).description == day)
            #expect(tallinn.day(of: Instant(microseconds: start.microseconds - 1)) < (try self.day(day)))
        }
    }

    @Test("Every local hour of two years comes back as it was, but for the hour that spring skips")
    func roundTrip() throws {
        let tallinn = try #require(TallinnTime())
        for offset in 0..<730 {
            let day = try self.day("2025-01-01").adding(days: offset)
            for hour in 0..<24 {
                let time = try #require(LocalTime(hour: hour, minute: 30))
                let back = tallinn.local(tallinn.instant(day, time))
                let skipped = ["2025-03-30", "2026-03-29"].contains(day.description) && hour == 3
                #expect((back.day == day && back.time == time) || skipped)
            }
        }
        // Before 1970 too.
        #expect(tallinn.day(of: Instant(microseconds: -1)).description == "1970-01-01")
        #expect(tallinn.day(of: Instant(microseconds: -86_400_000_000)).description == "1969-12-31")
    }

    @Test("A manual clock stands until it is moved")
    func manualClock() throws {
        let clock = ManualClock(try day("2026-02-02"), try time("23:30"))
        #expect(clock.today() == (try day("2026-02-02")))
        clock.advance(by: .seconds(1800))
        #expect(clock.today() == (try day("2026-02-03")))
    }

    @Test(
        "Times are read only in their one form",
        arguments: ["8:30", "24:00", "12:60", "12-30", "", "12:3x", "0٣:30"])
    func badTimes(_ text: String) {
        #expect(LocalTime(text) == nil)
    }
}
