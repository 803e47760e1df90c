import Contracts
import ServiceKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Protobuf to values and back.
enum TrainingMessages {
    static func id<Kind>(_ data: Data, _ field: String) throws(TrainingError) -> Identifier<Kind> {
        guard let id = Identifier<Kind>(data) else { throw .fieldInvalid(field, "16 bytes") }
        return id
    }

    static func optionalID<Kind>(_ data: Data, _ field: String) throws(TrainingError) -> Identifier<Kind>? {
        data.isEmpty ? nil : try id(data, field)
    }

    static func plan(_ session: TrainingSession) throws(TrainingError) -> SessionPlan {
        guard let day = LocalDate(session.date) else {
            throw .fieldInvalid("sessions.date", "a day such as 2026-03-02")
        }
        guard let start = LocalTime(session.start) else {
            throw .fieldInvalid("sessions.start", "a local time such as 14:00")
        }
        guard let end = LocalTime(session.end) else {
            throw .fieldInvalid("sessions.end", "a local time such as 17:00")
        }
        return SessionPlan(day: day, start: start, end: end, place: session.place)
    }

    static func post(_ body: EventPostChanged) throws(TrainingError) -> PostRecord {
        var until: LocalDate?
        if !body.until.isEmpty {
            guard let day = LocalDate(body.until) else {
                throw .fieldInvalid("until", "a day such as 2026-06-30, or nothing")
            }
            until = day
        }
        return PostRecord(
            id: try id(body.postID, "post_id"),
            institution: try optionalID(body.institutionID, "institution_id"),
            municipality: body.municipality, role: body.role,
            person: try optionalID(body.personID, "person_id"), until: until)
    }

    static func team(_ body: EventTeamChanged, today: LocalDate) throws(TrainingError) -> TeamRecord {
        var members: [PostID] = []
        for member in body.memberPostIds { members.append(try id(member, "member_post_ids")) }
        return TeamRecord(
            id: try id(body.teamID, "team_id"), institution: try id(body.institutionID, "institution_id"),
            municipality: body.municipality, members: members,
            wants: Dictionary(body.gapTopics.map { ($0, today) }) { first, _ in first })
    }

    static func message(_ gap: Gap) -> TrainingGap {
        .with {
            $0.topic = gap.topic
            $0.municipality = gap.municipality
            $0.institutionIds = gap.institutions.map(\.data)
            $0.teamMembers = UInt32(clamping: gap.members)
            $0.trainingID = gap.training?.data ?? Data()
        }
    }

    static func message(_ training: Training) -> TrainingTraining {
        .with {
            $0.trainingID = training.id.data
            $0.municipality = training.municipality
            $0.topic = training.topic.rawValue
            $0.titleEt = training.topic.titleEt
            $0.titleEn = training.topic.titleEn
            $0.state = training.state.rawValue
            $0.places = training.places
            $0.registered = training.registered
            $0.waiting = training.waiting
            $0.sessions = training.sessions.map { session in
                .with {
                    $0.sessionID = session.id.data
                    $0.date = session.day.description
                    $0.start = session.start.description
                    $0.end = session.end.description
                    $0.place = session.place
                }
            }
            $0.institutionIds = training.institutions.map(\.data)
            $0.version = training.version
        }
    }

    static func message(_ task: TrainingTask) -> TrainingTrainingTask {
        .with {
            $0.code = task.code
            $0.trainingID = task.training?.data ?? Data()
            $0.topic = task.topic
            $0.due = task.due.description
            $0.command = task.command
        }
    }
}
