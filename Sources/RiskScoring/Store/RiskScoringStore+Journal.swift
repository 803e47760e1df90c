import ServiceKit
import Store

/// A child's time in a class, as the journal says.
struct MembershipRow: Sendable, Hashable {
    var institution: InstitutionID
    var child: ChildID
    var className: String
    var from: Int32
    var until: Int32?
    var grade: Int
}

extension RiskScoringStore {
    func subjects() throws -> [(number: UInt32, name: String)] {
        try transaction.all("SELECT number, name FROM subject ORDER BY number") {
            (UInt32(clamping: try $0.integer(0)), try $0.text(1))
        }
    }

    func add(subject name: String, number: UInt32) throws {
        try transaction.run(
            "INSERT INTO subject (number, name) VALUES ($1, $2)", .integer(Int64(number)), .text(name))
    }

    func pupilWeeks(_ week: Int32, of institution: InstitutionID) throws -> [ChildID: [UInt8]] {
        var result: [ChildID: [UInt8]] = [:]
        try transaction.forEach(
            "SELECT child_id, payload FROM pupil_week WHERE week = $1 AND institution_id = $2",
            [Self.day(week), .blob(institution.bytes)]
        ) { result[try $0.id(0)] = try $0.blob(1) }
        return result
    }

    /// Hands out the packed weeks from `from` to `until` (Mondays), of one institution or all.
    func forEachPupilWeek(
        _ weeks: DayRange, of institution: InstitutionID?,
        _ body: (_ child: ChildID, _ week: Int32, _ payload: [UInt8]) throws -> Void
    ) throws {
        if let institution {
            var week = weeks.from
            while week <= weeks.until {
                try transaction.forEach(
                    "SELECT child_id, payload FROM pupil_week WHERE week = $1 AND institution_id = $2",
                    [Self.day(week), .blob(institution.bytes)]
                ) { try body(try $0.id(0), week, try $0.blob(1)) }
                week += 7
            }
            return
        }
        try transaction.forEach(
            """
            SELECT child_id, week, payload FROM pupil_week WHERE week >= $1 AND week <= $2
                ORDER BY week, institution_id, child_id
            """, [Self.day(weeks.from), Self.day(weeks.until)]
        ) { try body(try $0.id(0), try $0.day(1), try $0.blob(2)) }
    }

    func forEachClassWeek(
        _ weeks: DayRange,
        _ body: (_ institution: InstitutionID, _ className: String, _ week: Int32, _ payload: [UInt8]) throws
            -> Void
    ) throws {
        try transaction.forEach(
            """
            SELECT institution_id, class_name, week, payload FROM class_week WHERE week >= $1 AND week <= $2
                ORDER BY week, institution_id, class_name
            """, [Self.day(weeks.from), Self.day(weeks.until)]
        ) { try body(try $0.id(0), try $0.text(1), try $0.day(2), try $0.blob(3)) }
    }

    func classWeeks(_ week: Int32, of institution: InstitutionID) throws -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        try transaction.forEach(
            "SELECT class_name, payload FROM class_week WHERE week = $1 AND institution_id = $2",
            [Self.day(week), .blob(institution.bytes)]
        ) { result[try $0.text(0)] = try $0.blob(1) }
        return result
    }

    /// Nil takes the row away.
    func savePupilWeek(_ week: Int32, _ institution: [UInt8], _ child: [UInt8], _ payload: [UInt8]?) throws {
        guard let payload else {
            try transaction.run(
                "DELETE FROM pupil_week WHERE week = $1 AND institution_id = $2 AND child_id = $3",
                Self.day(week),
                .blob(institution), .blob(child))
            return
        }
        try transaction.run(
            """
            INSERT INTO pupil_week (week, institution_id, child_id, payload) VALUES ($1, $2, $3, $4)
                ON CONFLICT (week, institution_id, child_id) DO UPDATE SET payload = excluded.payload
            """, [Self.day(week), .blob(institution), .blob(child), .blob(payload)])
    }

    func saveClassWeek(_ week: Int32, _ institution: InstitutionID, _ className: String, _ payload: [UInt8]?)
        throws
    {
        guard let payload else {
            try transaction.run(
                "DELETE FROM class_week WHERE week = $1 AND institution_id = $2 AND class_name = $3",
                Self.day(week), .blob(institution.bytes), .text(className))
            return
        }
        try transaction.run(
            """
            INSERT INTO class_week (week, institution_id, class_name, payload) VALUES ($1, $2, $3, $4)
                ON CONFLICT (week, institution_id, class_name) DO UPDATE SET payload = excluded.payload
            """, [Self.day(week), .blob(institution.bytes), .text(className), .blob(payload)])
    }

    func save(_ membership: MembershipRow) throws {
        try transaction.run(
            """
            INSERT INTO membership (institution_id, child_id, class_name, from_day, until_day, grade)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (institution_id, child_id, class_name, from_day) DO UPDATE SET
                until_day = excluded.until_day, grade = excluded.grade
            """,
            [
                .blob(membership.institution.bytes), .blob(membership.child.bytes),
                .text(membership.className),
                Self.day(membership.from), Self.day(membership.until), .integer(Int64(membership.grade)),
            ])
    }

    /// Memberships that a full file states anew: those that begin in its period.
    func deleteMemberships(of institution: InstitutionID, beginningIn period: DayRange) throws {
        try transaction.run(
            "DELETE FROM membership WHERE institution_id = $1 AND from_day >= $2 AND from_day <= $3",
            .blob(institution.bytes), Self.day(period.from), Self.day(period.until))
    }

    /// Memberships that overlap a range, in order of children and beginnings.
    func memberships(_ range: DayRange) throws -> [MembershipRow] {
        try transaction.all(
            """
            SELECT institution_id, child_id, class_name, from_day, until_day, grade FROM membership
                WHERE from_day <= $2 AND (until_day IS NULL OR until_day >= $1)
                ORDER BY child_id, from_day, class_name
            """, Self.day(range.from), Self.day(range.until)
        ) {
            MembershipRow(
                institution: try $0.id(0), child: try $0.id(1), className: try $0.text(2),
                from: try $0.day(3),
                until: try $0.optionalDay(4), grade: try $0.int(5))
        }
    }
}
