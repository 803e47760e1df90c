import ServiceKit

/// A session before it has an id.
struct SessionPlan: Sendable, Hashable {
    var day: LocalDate
    var start: LocalTime
    var end: LocalTime
    var place: String
}

/// When trainings are held.
enum PlanRules {
    static let sessionsMax = 10
    static let placesMax: UInt32 = 500
    static let placeBytesMax = 100
    /// How far ahead a session may be: breaks of later school years are not known.
    static let aheadDaysMax = 366

    /// Two afternoons after lessons, each of four academic hours of 45 minutes.
    static let proposedSessions = 2
    static let afternoon = (start: LocalTime(hour: 14, minute: 0), end: LocalTime(hour: 17, minute: 0))
    /// Told with the invitation, once a room is found.
    static let placeToFollow = "Koht täpsustub"

    /// Sessions that a person gave: on working days (a person may know why a school break suits), none over
    /// another.
    static func check(_ sessions: [SessionPlan], today: LocalDate, calendar: SchoolCalendar)
        throws(TrainingError)
    {
        guard sessions.count <= sessionsMax else {
            throw .fieldInvalid("sessions", "at most \(sessionsMax)")
        }
        for session in sessions {
            guard session.start < session.end else {
                throw .fieldInvalid("sessions.end", "later than the start, on the same day")
            }
            guard (today...today.adding(days: aheadDaysMax)).contains(session.day) else {
                throw .fieldInvalid("sessions.date", "from today to a year ahead")
            }
            guard calendar.isWorkingDay(session.day) else {
                throw .fieldInvalid("sessions.date", "a working day, Monday to Friday and no public holiday")
            }
            let isText = session.place.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control
            }
            let bytes = session.place.utf8.count
            guard isText, (1...placeBytesMax).contains(bytes), session.place.contains(where: { $0 != " " })
            else {
                throw .fieldInvalid("sessions.place", "a place in one line of at most \(placeBytesMax) bytes")
            }
        }
        let ordered = sessions.sorted { ($0.day, $0.start) < ($1.day, $1.start) }
        for (earlier, later) in zip(ordered, ordered.dropFirst())
        where earlier.day == later.day && later.start < earlier.end {
            throw .fieldInvalid("sessions", "no two at the same time")
        }
    }

    /// Two afternoons on school days that far ahead, on days when the municipality has no other training;
    /// nil: none is found within a year. A day between them leaves a school its people.
    static func proposal(
        today: LocalDate, aheadDays: Int, taken: Set<LocalDate>, calendar: SchoolCalendar
    ) -> [SessionPlan]? {
        guard let start = afternoon.start, let end = afternoon.end else { return nil }
        let last = today.adding(days: aheadDays + aheadDaysMax)
        var found: [SessionPlan] = []
        var day = today.adding(days: aheadDays)
        while found.count < proposedSessions, day <= last {
            if calendar.isSchoolDay(day), !taken.contains(day) {
                found.append(SessionPlan(day: day, start: start, end: end, place: placeToFollow))
                day = day.adding(days: 2)
            } else {
                day = day.adding(days: 1)
            }
        }
        return found.count == proposedSessions ? found : nil
    }

    /// Days on which a municipality's people have trainings: its own and the county's that are still ahead.
    static func takenDays(_ trainings: [Training], municipality: String) -> Set<LocalDate> {
        let theirs = trainings.filter {
            $0.municipality == municipality || $0.municipality == TrainingPolicy.county
        }
        return Set(theirs.flatMap { $0.sessions.map(\.day) })
    }

    /// The municipality's own training for the topic that has not been held yet.
    static func open(
        _ trainings: [Training], municipality: String, topic: TrainingTopic, today: LocalDate
    ) -> Training? {
        trainings.first { $0.municipality == municipality && $0.topic == topic && $0.isOpen(on: today) }
    }
}
