import ServiceKit
import Store

/// A post as Registry told it.
struct PostRecord: Sendable, Hashable {
    var id: PostID
    var institution: InstitutionID?
    var municipality: String
    var role: String
    /// Nil: vacant.
    var person: PersonID?
    /// Last day; nil: not ended.
    var until: LocalDate?

    func isFilled(on day: LocalDate) -> Bool {
        guard person != nil else { return false }
        return until.map { day <= $0 } ?? true
    }
}

/// An institution's support team and what it still wants to learn, as Registry told it.
struct TeamRecord: Sendable, Hashable {
    var id: TeamID
    var institution: InstitutionID
    var municipality: String
    var members: [PostID]
    /// Topic codes, each with the day on which it was first told.
    var wants: [String: LocalDate]
}

/// One meeting of a training.
struct Session: Sendable, Hashable {
    var id: SessionID
    var day: LocalDate
    /// Local time in Estonia.
    var start: LocalTime
    var end: LocalTime
    var place: String

    /// Meetings in the order in which they are held.
    static func isBefore(_ left: Session, _ right: Session) -> Bool {
        (left.day, left.start, left.id) < (right.day, right.start, right.id)
    }
}

enum TrainingState: String, Sendable {
    case draft, published
}

/// A training; sessions in their order, at least one.
struct Training: Sendable, Hashable {
    var id: TrainingID
    /// Who holds it; "0060": for the whole county.
    var municipality: String
    var topic: TrainingTopic
    var state: TrainingState
    var places: UInt32
    /// From 1; grows with each change of what is told about the training.
    var version: UInt64
    /// The day on which it was planned.
    var planned: LocalDate
    /// When it was last changed.
    var changed: Instant
    var sessions: [Session]
    /// Whose teams want it.
    var institutions: [InstitutionID]
    var registered: UInt32 = 0
    var waiting: UInt32 = 0

    var firstDay: LocalDate { sessions.first?.day ?? planned }
    var lastDay: LocalDate { sessions.last?.day ?? planned }

    /// Still ahead, or going on: as long as it is, its topic needs no other training there.
    func isOpen(on today: LocalDate) -> Bool { today <= lastDay }
}

enum RegistrationState: String, Sendable {
    case registered, waiting, cancelled
}

/// One person at one training.
struct Registration: Sendable, Hashable {
    var id: RegistrationID
    var training: TrainingID
    var person: PersonID
    var state: RegistrationState
    /// Its turn: lower comes first; given anew to who comes back after cancelling.
    var turn: Int64
}

/// What teams want to learn, and what is planned for it.
struct Gap: Sendable, Hashable {
    var topic: String
    var municipality: String
    var institutions: [InstitutionID]
    /// People who would take part.
    var members: Int
    var training: TrainingID?
    /// The day on which the first of the teams told it.
    var since: LocalDate
}

/// What waits for one person.
struct TrainingTask: Sendable, Hashable {
    var code: String
    var training: TrainingID?
    var topic: String
    var due: LocalDate
    var command: String
}
