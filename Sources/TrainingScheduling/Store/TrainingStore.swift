import ServiceKit
import Store

/// All SQL of TrainingScheduling, over one transaction of the county's partition. Here: what Registry told.
struct TrainingStore {
    let transaction: any Transaction

    init(_ transaction: any Transaction) { self.transaction = transaction }

    func put(_ post: PostRecord) throws {
        try transaction.run(
            """
            INSERT INTO posts (post_id, institution_id, municipality, role, person_id, until_day)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (post_id) DO UPDATE SET institution_id = excluded.institution_id,
             municipality = excluded.municipality, role = excluded.role, person_id = excluded.person_id,
             until_day = excluded.until_day
            """,
            .id(post.id), .id(post.institution), .text(post.municipality), .text(post.role),
            .id(post.person), .day(post.until))
    }

    func posts() throws -> [PostRecord] {
        try transaction.all(Self.posts + " ORDER BY post_id", as: post)
    }

    func posts(of person: PersonID) throws -> [PostRecord] {
        try transaction.all(Self.posts + " WHERE person_id = $1 ORDER BY post_id", .id(person), as: post)
    }

    private static let posts =
        "SELECT post_id, institution_id, municipality, role, person_id, until_day FROM posts"

    private func post(_ row: any Row) throws -> PostRecord {
        PostRecord(
            id: try row.id(0), institution: try row.optionalID(1), municipality: try row.text(2),
            role: try row.text(3), person: try row.optionalID(4), until: try row.optionalDay(5))
    }

    /// Takes a team as it is now; a topic that it wanted before keeps the day on which it was first told.
    func put(_ team: TeamRecord) throws {
        let known = try wants(of: team.id)
        try transaction.run(
            """
            INSERT INTO teams (team_id, institution_id, municipality) VALUES ($1, $2, $3)
            ON CONFLICT (team_id) DO UPDATE SET institution_id = excluded.institution_id,
             municipality = excluded.municipality
            """, .id(team.id), .id(team.institution), .text(team.municipality))
        try transaction.run("DELETE FROM team_members WHERE team_id = $1", .id(team.id))
        for post in Set(team.members).sorted() {
            try transaction.run(
                "INSERT INTO team_members (team_id, post_id) VALUES ($1, $2)", .id(team.id), .id(post))
        }
        try transaction.run("DELETE FROM team_topics WHERE team_id = $1", .id(team.id))
        for (topic, since) in team.wants.sorted(by: { $0.key < $1.key }) {
            try transaction.run(
                "INSERT INTO team_topics (team_id, topic, since_day) VALUES ($1, $2, $3)", .id(team.id),
                .text(topic), .day(known[topic] ?? since))
        }
    }

    private func wants(of team: TeamID) throws -> [String: LocalDate] {
        var wants: [String: LocalDate] = [:]
        try transaction.forEach(
            "SELECT topic, since_day FROM team_topics WHERE team_id = $1 ORDER BY topic", [.id(team)]
        ) { wants[try $0.text(0)] = try $0.day(1) }
        return wants
    }

    /// Teams of a municipality; of the whole county when it is the county that is asked for.
    func teams(of municipality: String) throws -> [TeamRecord] {
        var members: [TeamID: [PostID]] = [:]
        try transaction.forEach("SELECT team_id, post_id FROM team_members ORDER BY team_id, post_id", []) {
            members[try $0.id(0), default: []].append(try $0.id(1))
        }
        var wants: [TeamID: [String: LocalDate]] = [:]
        try transaction.forEach(
            "SELECT team_id, topic, since_day FROM team_topics ORDER BY team_id, topic", []
        ) { wants[try $0.id(0), default: [:]][try $0.text(1)] = try $0.day(2) }
        return try transaction.all(
            """
            SELECT team_id, institution_id, municipality FROM teams WHERE municipality = $1 OR $1 = '0060'
            ORDER BY team_id
            """, .text(municipality)
        ) { row in
            let id: TeamID = try row.id(0)
            return TeamRecord(
                id: id, institution: try row.id(1), municipality: try row.text(2),
                members: members[id] ?? [], wants: wants[id] ?? [:])
        }
    }
}

extension Row {
    func id<Kind>(_ column: Int, _ kind: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(try blob(column)) else {
            throw StoreError(.damaged, "An id that is stored has not 16 bytes; restore the partition.")
        }
        return id
    }

    func optionalID<Kind>(_ column: Int, _ kind: Kind.Type = Kind.self) throws -> Identifier<Kind>? {
        try isNull(column) ? nil : id(column, kind)
    }

    func day(_ column: Int) throws -> LocalDate { LocalDate(dayNumber: try number(column)) }

    func optionalDay(_ column: Int) throws -> LocalDate? { try isNull(column) ? nil : day(column) }

    func time(_ column: Int) throws -> LocalTime {
        let minute: Int = try number(column)
        guard let time = LocalTime(hour: minute / 60, minute: minute % 60) else {
            throw StoreError(.damaged, "A time that is stored is out of range; restore the partition.")
        }
        return time
    }

    func number<Number: FixedWidthInteger>(_ column: Int, _ kind: Number.Type = Number.self) throws -> Number
    {
        guard let number = Number(exactly: try integer(column)) else {
            throw StoreError(.damaged, "A number that is stored is out of range; restore the partition.")
        }
        return number
    }

    func code<Code: RawRepresentable<String>>(_ column: Int, _ kind: Code.Type = Code.self) throws -> Code {
        guard let code = Code(rawValue: try text(column)) else {
            throw StoreError(
                .damaged, "A code that is stored is unknown to this version; upgrade the program.")
        }
        return code
    }
}

extension Value {
    static func id<Kind>(_ id: Identifier<Kind>?) -> Value { id.map { .blob($0.bytes) } ?? .null }

    static func day(_ day: LocalDate?) -> Value { day.map { .integer(Int64($0.dayNumber)) } ?? .null }

    static func time(_ time: LocalTime) -> Value { .integer(Int64(time.minuteOfDay)) }

    static func number(_ number: some FixedWidthInteger) -> Value { .integer(Int64(clamping: number)) }
}
