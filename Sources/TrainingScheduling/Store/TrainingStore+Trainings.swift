import ServiceKit
import Store

/// Trainings with their sessions.
extension TrainingStore {
    func insert(_ training: Training, by person: PersonID) throws {
        try transaction.run(
            """
            INSERT INTO trainings (training_id, municipality, topic, state, places, version, planned_day,
             planned_by,
             published_by, changed_at, last_turn)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, 0)
            """,
            .id(training.id), .text(training.municipality), .text(training.topic.rawValue),
            .text(training.state.rawValue), .number(training.places), .number(training.version),
            .day(training.planned), .id(person), .instant(training.changed))
        for session in training.sessions {
            try transaction.run(
                """
                INSERT INTO training_sessions (session_id, training_id, day, start_minute, end_minute, place)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                .id(session.id), .id(training.id), .day(session.day), .time(session.start),
                .time(session.end), .text(session.place))
        }
        try putInstitutions(of: training)
    }

    /// Keeps what publishing changes: state, version, institutions.
    func publish(_ training: Training, by person: PersonID) throws {
        try transaction.run(
            """
            UPDATE trainings SET state = $2, version = $3, changed_at = $4, published_by = $5
            WHERE training_id = $1
            """,
            .id(training.id), .text(training.state.rawValue), .number(training.version),
            .instant(training.changed), .id(person))
        try putInstitutions(of: training)
    }

    private func putInstitutions(of training: Training) throws {
        for institution in training.institutions {
            try transaction.run(
                """
                INSERT INTO training_institutions (training_id, institution_id) VALUES ($1, $2)
                ON CONFLICT (training_id, institution_id) DO NOTHING
                """, .id(training.id), .id(institution))
        }
    }

    func training(_ id: TrainingID) throws -> Training? { try trainings(Self.one, .id(id)).first }

    /// A municipality's trainings and the county's, oldest plan first; all when the county is asked for.
    func trainings(for municipality: String) throws -> [Training] {
        try trainings(Self.several, .text(municipality))
    }

    /// The condition under which a training `t` is read.
    private static let one = " t.training_id = $1 "
    private static let several = " (t.municipality = $1 OR t.municipality = '0060' OR $1 = '0060') "

    private func trainings(_ condition: String, _ parameter: Value) throws -> [Training] {
        let sessions = try sessions(condition, parameter)
        var institutions: [TrainingID: [InstitutionID]] = [:]
        try transaction.forEach(
            """
            SELECT i.training_id, i.institution_id
            FROM training_institutions i JOIN trainings t ON t.training_id = i.training_id
            WHERE \(condition) ORDER BY i.training_id, i.institution_id
            """, [parameter]
        ) { institutions[try $0.id(0), default: []].append(try $0.id(1)) }
        var counts: [TrainingID: [RegistrationState: UInt32]] = [:]
        try transaction.forEach(
            """
            SELECT r.training_id, r.state, COUNT(*)
            FROM registrations r JOIN trainings t ON t.training_id = r.training_id
            WHERE \(condition) GROUP BY r.training_id, r.state ORDER BY r.training_id, r.state
            """, [parameter]
        ) { counts[try $0.id(0), default: [:]][try $0.code(1)] = try $0.number(2) }
        return try transaction.all(
            """
            SELECT t.training_id, t.municipality, t.topic, t.state, t.places, t.version, t.planned_day,
                t.changed_at
            FROM trainings t WHERE \(condition) ORDER BY t.planned_day, t.training_id
            """, parameter
        ) { row in
            let id: TrainingID = try row.id(0)
            return Training(
                id: id, municipality: try row.text(1), topic: try row.code(2), state: try row.code(3),
                places: try row.number(4), version: try row.number(5), planned: try row.day(6),
                changed: try row.instant(7), sessions: sessions[id] ?? [],
                institutions: institutions[id] ?? [], registered: counts[id]?[.registered] ?? 0,
                waiting: counts[id]?[.waiting] ?? 0)
        }
    }

    private func sessions(_ condition: String, _ parameter: Value) throws -> [TrainingID: [Session]] {
        var sessions: [TrainingID: [Session]] = [:]
        try transaction.forEach(
            """
            SELECT s.training_id, s.session_id, s.day, s.start_minute, s.end_minute, s.place
            FROM training_sessions s JOIN trainings t ON t.training_id = s.training_id
            WHERE \(condition) ORDER BY s.training_id, s.day, s.start_minute, s.session_id
            """, [parameter]
        ) { row in
            sessions[try row.id(0), default: []].append(
                Session(
                    id: try row.id(1), day: try row.day(2), start: try row.time(3), end: try row.time(4),
                    place: try row.text(5)))
        }
        return sessions
    }
}

/// Who takes part.
extension TrainingStore {
    /// The next turn of a training. Changing the training's row first makes registrations for it follow each
    /// other, on every engine.
    func nextTurn(_ training: TrainingID) throws -> Int64 {
        try transaction.run(
            "UPDATE trainings SET last_turn = last_turn + 1 WHERE training_id = $1", .id(training))
        let turn = try transaction.first(
            "SELECT last_turn FROM trainings WHERE training_id = $1", .id(training)
        ) { try $0.integer(0) }
        guard let turn else { throw TrainingError.trainingUnknown }
        return turn
    }

    func registrations(of training: TrainingID) throws -> [Registration] {
        try transaction.all(
            Self.registrations + " WHERE training_id = $1 ORDER BY turn, registration_id", .id(training),
            as: registration)
    }

    func registrations(of person: PersonID) throws -> [Registration] {
        try transaction.all(
            Self.registrations + " WHERE person_id = $1 ORDER BY training_id", .id(person), as: registration)
    }

    func registration(_ id: RegistrationID) throws -> Registration? {
        try transaction.first(
            Self.registrations + " WHERE registration_id = $1", .id(id), as: registration)
    }

    /// `by`: the person who did it.
    func put(_ registration: Registration, by person: PersonID, at now: Instant) throws {
        try transaction.run(
            """
            INSERT INTO registrations (registration_id, training_id, person_id, state, turn, changed_by,
             changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (registration_id) DO UPDATE SET state = excluded.state, turn = excluded.turn,
             changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """,
            .id(registration.id), .id(registration.training), .id(registration.person),
            .text(registration.state.rawValue), .number(registration.turn), .id(person), .instant(now))
    }

    private static let registrations =
        "SELECT registration_id, training_id, person_id, state, turn FROM registrations"

    private func registration(_ row: any Row) throws -> Registration {
        Registration(
            id: try row.id(0), training: try row.id(1), person: try row.id(2), state: try row.code(3),
            turn: try row.integer(4))
    }
}
