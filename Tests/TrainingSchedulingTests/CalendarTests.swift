import Contracts
import ServiceKit
import Store
import TestSupport
import Testing

@testable import TrainingScheduling

@Suite("Trainings as a calendar")
struct CalendarTests {
    @Test("A published training is read by a strict reader of RFC 5545, one event for each session")
    func oneTraining() async throws {
        let house = try await TrainingBench.start()
        let place = "Näidis Kool; saal 2, \\ õuemaja – \"Võõras öökull\" ja väga pika nimega koht"
        let training = try await house.published(
            "school-avoidance",
            sessions: [
                TrainingBench.session("2026-03-24", "14:00", "16:30", place: place),
                TrainingBench.session("2026-03-31", "09:05", "10:00"),
            ])
        let calendar = try CalendarReader.read(try await house.calendar(training))
        #expect(calendar.name == "VCALENDAR")
        #expect(try calendar.value("VERSION") == "2.0")
        #expect(try calendar.value("PRODID") == TrainingCalendar.product)
        #expect(calendar.parts.map(\.name) == ["VTIMEZONE", "VEVENT", "VEVENT"])
        let event = calendar.parts[1]
        #expect(try event.value("UID") == SessionID(training.sessions[0].sessionID)?.description)
        #expect(try event.value("DTSTAMP") == "20260202T060000Z")
        #expect(try event.value("SEQUENCE") == "1")
        #expect(try event.value("DTSTART") == "20260324T140000")
        #expect(try event.value("DTEND") == "20260324T163000")
        #expect(event.property("DTSTART")?.parameters == ["TZID": "Europe/Tallinn"])
        #expect(event.property("DTEND")?.parameters == ["TZID": "Europe/Tallinn"])
        #expect(try CalendarReader.unescaped(try event.value("SUMMARY")) == training.titleEt)
        #expect(try CalendarReader.unescaped(try event.value("LOCATION")) == place)
        #expect(try event.value("STATUS") == "CONFIRMED")
        #expect(try calendar.parts[2].value("DTSTART") == "20260331T090500")
    }

    @Test("The same trainings give the same bytes, later and after a restart; ids of events stay")
    func sameBytes() async throws {
        let house = try await TrainingBench.start()
        let draft = try await house.plan("early-noticing")
        let tentative = try CalendarReader.read(try await house.calendar(draft))
        #expect(try tentative.parts[1].value("STATUS") == "TENTATIVE")
        #expect(try tentative.parts[1].value("SEQUENCE") == "0")
        house.bench.clock.advance(by: .seconds(90))
        let published = try await house.publish(draft)
        let text = try await house.calendar(published)
        let event = try CalendarReader.read(text).parts[1]
        #expect(try event.value("UID") == tentative.parts[1].value("UID"))
        #expect(try event.value("SEQUENCE") == "1")
        #expect(try event.value("DTSTAMP") == "20260202T060130Z")
        house.bench.clock.advance(days: 40)
        _ = try await house.register(for: try await house.published("covision"), as: TrainingBench.head)
        let later = TrainingBench(bench: try await house.bench.restarted())
        #expect(try await later.calendar(published) == text)
    }

    @Test("A municipality's calendar has its published trainings and the county's, in order")
    func municipalCalendar() async throws {
        let house = try await TrainingBench.start()
        let empty = try CalendarReader.read(try await house.calendar())
        #expect(empty.parts.map(\.name) == ["VTIMEZONE"])
        _ = try await house.plan("covision")
        let own = try await house.published("early-noticing")
        _ = try await house.published("school-avoidance", in: "0191", as: TrainingBench.farEducationHead)
        let county = try await house.published(
            "network-work", sessions: [TrainingBench.session("2026-02-10")], in: "0060",
            as: TrainingBench.countyCoordinator)
        let calendar = try CalendarReader.read(try await house.calendar(as: TrainingBench.coordinator))
        let expected = (county.sessions + own.sessions).map { SessionID($0.sessionID)?.description }
        #expect(try calendar.parts.dropFirst().map { try $0.value("UID") } == expected)
    }

    @Test("The calendar's own time zone gives the instants of Europe/Tallinn, at every change of the clocks")
    func zone() throws {
        let calendar = try CalendarReader.read(TrainingCalendar.text([]))
        let zone = try #require(calendar.parts.first)
        #expect(try zone.value("TZID") == "Europe/Tallinn")
        let tallinn = try #require(TallinnTime())
        for year in 2024...2035 {
            let march = try lastSunday(of: 3, year, in: zone, "DAYLIGHT", "20020331T030000", "+0200", "+0300")
            let october = try lastSunday(
                of: 10, year, in: zone, "STANDARD", "20021027T040000", "+0300", "+0200")
            let noon = try #require(LocalTime(hour: 12, minute: 0))
            for (day, hours) in [
                (march.adding(days: -1), 2), (march, 3), (october.adding(days: -1), 3), (october, 2),
            ] {
                let utc = Int64(day.dayNumber) * 86_400 + Int64(12 - hours) * 3600
                #expect(tallinn.instant(day, noon) == Instant(microseconds: utc * 1_000_000))
            }
        }
    }

    /// The day on which a part of the zone begins in that year, after checking what the part says.
    private func lastSunday(
        of month: Int, _ year: Int, in zone: CalendarReader.Component, _ name: String, _ start: String,
        _ from: String, _ to: String
    ) throws -> LocalDate {
        let part = try #require(zone.parts.first { $0.name == name })
        #expect(try part.value("RRULE") == "FREQ=YEARLY;BYMONTH=\(month);BYDAY=-1SU")
        #expect(try part.value("DTSTART") == start)
        #expect(try part.value("TZOFFSETFROM") == from)
        #expect(try part.value("TZOFFSETTO") == to)
        let last = try #require(LocalDate(year: year, month: month, day: 31))
        return last.adding(days: -(last.weekday % 7))
    }

    @Test("Lines of every length are folded at 75 octets and come back whole")
    func folding() throws {
        for length in 0...200 {
            for filler in ["a", "õ", "€", "🙂"] {
                var out = ICalendarText()
                out.add("BEGIN", "VCALENDAR")
                let value =
                    String(repeating: "x", count: length % 4) + String(repeating: filler, count: length)
                out.add("SUMMARY", text: value)
                out.add("END", "VCALENDAR")
                let read = try CalendarReader.read(out.text)
                #expect(try read.value("SUMMARY") == value)
            }
        }
    }

    @Test("Text keeps its meaning, and cannot begin a line of its own")
    func escaping() throws {
        #expect(ICalendarText.escaped("a;b,c\\d\r\ne\nf\rg\u{7}h\ti") == "a\\;b\\,c\\\\d\\ne\\nf\\ngh\ti")
        let text = "Saal 1\nEND:VEVENT; \\n, õ"
        #expect(try CalendarReader.unescaped(ICalendarText.escaped(text)) == text)
    }
}
