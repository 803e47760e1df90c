import ServiceKit
import Store

/// Trainings as an iCalendar object (RFC 5545): one event for each session. It follows from the trainings
/// alone: no clock, so that the same trainings give the same bytes.
enum TrainingCalendar {
    static let product = "-//Tugi//TrainingScheduling//ET"
    /// Most events in one calendar (256 KiB hold them); the latest ones stay.
    static let eventsMax = 400

    static func text(_ trainings: [Training]) -> String {
        var out = ICalendarText()
        out.add("BEGIN", "VCALENDAR")
        out.add("VERSION", "2.0")
        out.add("PRODID", product)
        out.add("CALSCALE", "GREGORIAN")
        addZone(to: &out)
        let events = trainings.flatMap { training in training.sessions.map { (training, $0) } }
            .sorted { Session.isBefore($0.1, $1.1) }
        for (training, session) in events.suffix(eventsMax) {
            add(session, of: training, to: &out)
        }
        out.add("END", "VCALENDAR")
        return out.text
    }

    private static func add(_ session: Session, of training: Training, to out: inout ICalendarText) {
        out.add("BEGIN", "VEVENT")
        // The session's id, which outlives every change (RFC 7986, section 5.3: a UUID).
        out.add("UID", session.id.description)
        // Without a METHOD, DTSTAMP is when the event was last revised (section 3.8.7.2).
        out.add("DTSTAMP", utc(training.changed))
        out.add("SEQUENCE", String(training.version - min(training.version, 1)))
        out.add("DTSTART;TZID=Europe/Tallinn", local(session.day, session.start))
        out.add("DTEND;TZID=Europe/Tallinn", local(session.day, session.end))
        out.add("SUMMARY", text: training.topic.titleEt)
        out.add("LOCATION", text: session.place)
        switch training.state {
        case .draft: out.add("STATUS", "TENTATIVE")
        case .published: out.add("STATUS", "CONFIRMED")
        }
        out.add("END", "VEVENT")
    }

    /// Estonia's time since 2002, when it came back to summer time (Directive 2000/84/EC: the last Sundays of
    /// March and October, at 01:00 UTC).
    private static func addZone(to out: inout ICalendarText) {
        out.add("BEGIN", "VTIMEZONE")
        out.add("TZID", "Europe/Tallinn")
        out.add("BEGIN", "STANDARD")
        out.add("DTSTART", "20021027T040000")
        out.add("TZOFFSETFROM", "+0300")
        out.add("TZOFFSETTO", "+0200")
        out.add("TZNAME", "EET")
        out.add("RRULE", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU")
        out.add("END", "STANDARD")
        out.add("BEGIN", "DAYLIGHT")
        out.add("DTSTART", "20020331T030000")
        out.add("TZOFFSETFROM", "+0200")
        out.add("TZOFFSETTO", "+0300")
        out.add("TZNAME", "EEST")
        out.add("RRULE", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")
        out.add("END", "DAYLIGHT")
        out.add("END", "VTIMEZONE")
    }

    private static func local(_ day: LocalDate, _ time: LocalTime) -> String {
        digits(day) + "T" + two(time.hour) + two(time.minute) + "00"
    }

    private static func utc(_ instant: Instant) -> String {
        let daySeconds: Int64 = 86_400
        let seconds = floorDivide(instant.microseconds, 1_000_000)
        let day = floorDivide(seconds, daySeconds)
        let rest = Int(seconds - day * daySeconds)
        return digits(LocalDate(dayNumber: Int32(clamping: day))) + "T" + two(rest / 3600)
            + two(rest / 60 % 60) + two(rest % 60) + "Z"
    }

    private static func digits(_ day: LocalDate) -> String { day.description.filter { $0 != "-" } }

    private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value >= 0 ? value / by : -((-value + by - 1) / by)
    }
}
