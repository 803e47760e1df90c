import ServiceKit
import Store

/// An alarm or concern as it is kept.
struct SignalRow: Sendable, Hashable {
    var id: SignalID
    var child: ChildID
    var isAlarm: Bool
    /// Trigger or need code.
    var code: String
    var journal = ""
    var state = SignalState.open
    /// The newest record of its child, trigger and journal that still matters to a pass.
    var isLive = true
    var institution: InstitutionID?
    var className = ""
    var asOf: Int32 = 0
    var window = DayRange(from: 0, until: 0)
    var count = 0
    var limit = 0
    var ownMean = 0
    var classMean = 0
    var bySubject: [String: Int] = [:]
    var byWeekday: [Int: Int] = [:]
    var noticerRole = ""
    /// Sealed with the child's key.
    var observation: [UInt8]?
    var caseID: CaseID?
    var isCaseClosed = false

    var trigger: Trigger? { isAlarm ? Trigger(rawValue: code) : nil }

    var standing: AlarmStanding {
        AlarmStanding(
            state: state, count: count, asOf: asOf, windowUntil: window.until, caseClosed: isCaseClosed)
    }
}

/// One step in a signal's life.
struct SignalChangeRow: Sendable, Hashable {
    var at: Instant
    /// "raised", "updated", "confirmed", "dismissed", "withdrawn", "expired".
    var change: String
    var asOf: Int32
    var count: Int
    var person: PersonID?
    var role = ""
    /// Sealed with the child's key.
    var reason: [UInt8]?
}

extension RiskScoringStore {
    private static let signalColumns = """
        signal_id, child_id, kind, code, journal, state, is_live, institution_id, class_name, as_of,
        window_from,
        window_until, measured, alarm_limit, own_mean, class_mean, breakdown, noticer_role, observation,
        case_id, is_case_closed
        """

    private static func signal(_ row: any Row) throws -> SignalRow {
        var signal = SignalRow(
            id: try row.id(0), child: try row.id(1), isAlarm: try row.text(2) == "alarm",
            code: try row.text(3))
        signal.journal = try row.text(4)
        signal.state = SignalState(rawValue: try row.text(5)) ?? .withdrawn
        signal.isLive = try row.flag(6)
        signal.institution = try row.optionalID(7)
        signal.className = try row.text(8)
        signal.asOf = try row.day(9)
        signal.window = DayRange(from: try row.day(10), until: try row.day(11))
        signal.count = try row.int(12)
        signal.limit = try row.int(13)
        signal.ownMean = try row.int(14)
        signal.classMean = try row.int(15)
        (signal.bySubject, signal.byWeekday) = try breakdown(try row.blob(16))
        signal.noticerRole = try row.text(17)
        signal.observation = try row.optionalBlob(18)
        signal.caseID = try row.optionalID(19)
        signal.isCaseClosed = try row.flag(20)
        return signal
    }

    private static func breakdown(_ bytes: [UInt8]) throws -> ([String: Int], [Int: Int]) {
        var reader = PackedReader(bytes)
        var subjects: [String: Int] = [:]
        var weekdays: [Int: Int] = [:]
        for _ in 0..<(try reader.integer()) {
            let name = try reader.text()
            subjects[name] = try reader.integer()
        }
        for _ in 0..<(try reader.integer()) {
            let weekday = try reader.integer()
            weekdays[weekday] = try reader.integer()
        }
        return (subjects, weekdays)
    }

    private static func breakdown(_ signal: SignalRow) -> [UInt8] {
        var writer = PackedWriter()
        writer.varint(UInt64(signal.bySubject.count))
        for (name, count) in signal.bySubject.sorted(by: { $0.key < $1.key }) {
            writer.text(name)
            writer.varint(UInt64(max(0, count)))
        }
        writer.varint(UInt64(signal.byWeekday.count))
        for (weekday, count) in signal.byWeekday.sorted(by: { $0.key < $1.key }) {
            writer.varint(UInt64(max(0, weekday)))
            writer.varint(UInt64(max(0, count)))
        }
        return writer.bytes
    }

    func save(_ signal: SignalRow) throws {
        try transaction.run(
            """
            INSERT INTO signal (\(Self.signalColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
            $12,
                $13, $14, $15, $16, $17, $18, $19, $20, $21)
            ON CONFLICT (signal_id) DO UPDATE SET state = excluded.state, is_live = excluded.is_live,
                institution_id = excluded.institution_id, class_name = excluded.class_name, as_of =
                excluded.as_of,
                window_from = excluded.window_from, window_until = excluded.window_until,
                measured = excluded.measured, alarm_limit = excluded.alarm_limit, own_mean =
                excluded.own_mean,
                class_mean = excluded.class_mean, breakdown = excluded.breakdown, case_id = excluded.case_id,
                is_case_closed = excluded.is_case_closed
            """,
            [
                .blob(signal.id.bytes), .blob(signal.child.bytes),
                .text(signal.isAlarm ? "alarm" : "concern"),
                .text(signal.code), .text(signal.journal), .text(signal.state.rawValue),
                .integer(signal.isLive ? 1 : 0), Self.blob(signal.institution), .text(signal.className),
                Self.day(signal.asOf), Self.day(signal.window.from), Self.day(signal.window.until),
                .integer(Int64(signal.count)), .integer(Int64(signal.limit)), .integer(Int64(signal.ownMean)),
                .integer(Int64(signal.classMean)), .blob(Self.breakdown(signal)), .text(signal.noticerRole),
                signal.observation.map { .blob($0) } ?? .null, Self.blob(signal.caseID),
                .integer(signal.isCaseClosed ? 1 : 0),
            ])
    }

    func signal(_ id: SignalID) throws -> SignalRow? {
        try transaction.first(
            "SELECT \(Self.signalColumns) FROM signal WHERE signal_id = $1", .blob(id.bytes), as: Self.signal)
    }

    func signals(of child: ChildID) throws -> [SignalRow] {
        try transaction.all(
            "SELECT \(Self.signalColumns) FROM signal WHERE child_id = $1 ORDER BY signal_id DESC",
            .blob(child.bytes), as: Self.signal)
    }

    /// Alarms that a pass has to know: open, decided, not yet replaced by a newer one.
    func liveAlarms() throws -> [SignalRow] {
        try transaction.all(
            """
            SELECT \(Self.signalColumns) FROM signal WHERE kind = 'alarm' AND is_live = 1 ORDER BY signal_id
            """, as: Self.signal)
    }

    func openAlarms() throws -> [SignalRow] {
        try transaction.all(
            """
            SELECT \(Self.signalColumns) FROM signal WHERE state = 'open' AND kind = 'alarm' ORDER BY
            signal_id
            """, as: Self.signal)
    }

    /// Ids in that state of children of one class (empty: all) of one institution.
    func signalIDs(_ state: SignalState, institution: InstitutionID, className: String) throws -> [SignalID] {
        try transaction.all(
            """
            SELECT signal.signal_id FROM signal JOIN child ON child.child_id = signal.child_id
                WHERE signal.state = $1 AND child.institution_id = $2 AND ($3 = '' OR child.class_name = $3)
                ORDER BY signal.signal_id DESC
            """, .text(state.rawValue), .blob(institution.bytes), .text(className)
        ) { try $0.id(0) }
    }

    /// Ids in that state of children with whom the person works, with their place.
    func signalIDs(
        _ state: SignalState, linkedTo person: PersonID, on day: Int32
    ) throws -> [(id: SignalID, institution: InstitutionID?, className: String)] {
        try transaction.all(
            """
            SELECT DISTINCT signal.signal_id, child.institution_id, child.class_name FROM signal
                JOIN child ON child.child_id = signal.child_id
                JOIN child_link ON child_link.child_id = signal.child_id
                WHERE signal.state = $1 AND child_link.person_id = $2
                AND (child_link.from_day IS NULL OR child_link.from_day <= $3)
                AND (child_link.until_day IS NULL OR child_link.until_day > $3)
                ORDER BY signal.signal_id DESC
            """, .text(state.rawValue), .blob(person.bytes), Self.day(day)
        ) { (try $0.id(0), try $0.optionalID(1), try $0.text(2)) }
    }

    func signals(ofCase id: CaseID) throws -> [SignalRow] {
        try transaction.all(
            "SELECT \(Self.signalColumns) FROM signal WHERE case_id = $1 ORDER BY signal_id", .blob(id.bytes),
            as: Self.signal)
    }

    func add(_ change: SignalChangeRow, to signal: SignalID) throws {
        try transaction.run(
            """
            INSERT INTO signal_change (signal_id, number, at, change, as_of, measured, person_id, role,
            reason)
                SELECT $1, COUNT(*) + 1, $2, $3, $4, $5, $6, $7, $8 FROM signal_change WHERE signal_id = $1
            """,
            [
                .blob(signal.bytes), .instant(change.at), .text(change.change), Self.day(change.asOf),
                .integer(Int64(change.count)), Self.blob(change.person), .text(change.role),
                change.reason.map { .blob($0) } ?? .null,
            ])
    }

    func changes(of signal: SignalID) throws -> [SignalChangeRow] {
        try transaction.all(
            """
            SELECT at, change, as_of, measured, person_id, role, reason FROM signal_change WHERE signal_id =
            $1
                ORDER BY number
            """, .blob(signal.bytes)
        ) {
            SignalChangeRow(
                at: try $0.instant(0), change: try $0.text(1), asOf: try $0.day(2), count: try $0.int(3),
                person: try $0.optionalID(4), role: try $0.text(5), reason: try $0.optionalBlob(6))
        }
    }

    func openCountsByCode() throws -> [(code: String, count: Int)] {
        try transaction.all(
            """
            SELECT code, COUNT(*) FROM signal WHERE state = 'open' AND kind = 'alarm' GROUP BY code ORDER BY
            code
            """
        ) { (try $0.text(0), try $0.int(1)) }
    }

    /// Which children of institutions had signals raised in a time: the alarm's trigger, or "concern".
    func noticed(from: Instant, until: Instant) throws -> [(category: String, subject: ChildID)] {
        try transaction.all(
            """
            SELECT DISTINCT CASE WHEN signal.kind = 'alarm' THEN signal.code ELSE 'concern' END, signal.child_id
                FROM signal JOIN signal_change ON signal_change.signal_id = signal.signal_id
                WHERE signal_change.change = 'raised' AND signal_change.at >= $1 AND signal_change.at < $2
                AND signal.state <> 'withdrawn' AND signal.institution_id IS NOT NULL
            """, .instant(from), .instant(until)
        ) { (try $0.text(0), try $0.id(1)) }
    }

    func lastPass() throws -> Int32? {
        try transaction.first("SELECT as_of FROM weekly_pass ORDER BY as_of DESC LIMIT 1") { try $0.day(0) }
    }

    func notePass(_ asOf: Int32, at: Instant) throws {
        try transaction.run(
            """
            INSERT INTO weekly_pass (as_of, ran_at) VALUES ($1, $2)
                ON CONFLICT (as_of) DO UPDATE SET ran_at = excluded.ran_at
            """, Self.day(asOf), .instant(at))
    }
}
