import ServiceKit
import Store

/// What a municipality's partition has heard of its children: places, links, signals, notices.
extension ReferralStore {
    func put(_ child: ChildPlace) throws {
        try transaction.run(
            """
            INSERT INTO children (child_id, institution_id, institution_kind, school_municipality,
                residence_municipality, class_name, grade, home_language, has_left)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (child_id) DO UPDATE SET institution_id = excluded.institution_id,
                institution_kind = excluded.institution_kind,
                    school_municipality = excluded.school_municipality,
                residence_municipality = excluded.residence_municipality, class_name = excluded.class_name,
                grade = excluded.grade, home_language = excluded.home_language, has_left = excluded.has_left
            """,
            .id(child.child), .id(child.institution), .text(child.institutionKind),
            .text(child.schoolMunicipality), .text(child.residenceMunicipality), .text(child.className),
            .number(child.grade), .text(child.language), .flag(child.left))
    }

    func child(_ id: ChildID) throws -> ChildPlace? {
        try transaction.first(
            """
            SELECT child_id, institution_id, institution_kind, school_municipality, residence_municipality,
                class_name, grade, home_language, has_left
            FROM children WHERE child_id = $1
            """, .id(id), as: child)
    }

    /// The places of children with an open case or an undecided signal.
    func childrenAtWork() throws -> [ChildID: ChildPlace] {
        var result: [ChildID: ChildPlace] = [:]
        try transaction.forEach(
            """
            SELECT child_id, institution_id, institution_kind, school_municipality, residence_municipality,
                class_name, grade, home_language, has_left
            FROM children
            WHERE child_id IN (SELECT child_id FROM cases)
                OR child_id IN (SELECT child_id FROM signals WHERE state = 'raised')
            ORDER BY child_id
            """, []
        ) { row in
            let place = try child(row)
            result[place.child] = place
        }
        return result
    }

    private func child(_ row: any Row) throws -> ChildPlace {
        ChildPlace(
            child: try row.id(0), institution: try row.optionalID(1), institutionKind: try row.text(2),
            schoolMunicipality: try row.text(3), residenceMunicipality: try row.text(4),
            className: try row.text(5), grade: try row.number(6), language: try row.text(7),
            left: try row.flag(8))
    }

    func putLink(child: ChildID, person: PersonID, role: String, from: LocalDate, until: LocalDate?) throws {
        try transaction.run(
            """
            INSERT INTO links (child_id, person_id, role, from_day, until_day) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (child_id, person_id, role) DO UPDATE SET from_day = excluded.from_day,
                until_day = excluded.until_day
            """,
            .id(child), .id(person), .text(role), .day(from), .day(until))
    }

    /// A person's open links.
    func links(of person: PersonID, on day: LocalDate) throws -> [ChildLink] {
        try transaction.all(
            """
            SELECT child_id, person_id, role FROM links
            WHERE person_id = $1 AND from_day <= $2 AND (until_day IS NULL OR until_day > $2)
            ORDER BY child_id, role
            """, .id(person), .day(day)
        ) { ChildLink(child: try $0.id(0), person: try $0.id(1), role: try $0.text(2)) }
    }

    func put(_ signal: SignalRecord, case caseID: CaseID?) throws {
        try transaction.run(
            """
            INSERT INTO signals (signal_id, child_id, kind, code, institution_id, class_name, state,
                due_day, case_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (signal_id) DO UPDATE SET state = excluded.state, due_day = excluded.due_day,
                case_id = excluded.case_id
            """,
            .id(signal.id), .id(signal.child), .text(signal.kind), .text(signal.code),
            .id(signal.institution),
            .text(signal.className), .text(signal.state), .day(signal.due), .id(caseID))
    }

    func signal(_ id: SignalID) throws -> (record: SignalRecord, caseID: CaseID?)? {
        try transaction.first(
            """
            SELECT signal_id, child_id, kind, code, institution_id, class_name, state, due_day, case_id
            FROM signals WHERE signal_id = $1
            """, .id(id)
        ) { (try signal($0), try $0.optionalID(8)) }
    }

    func raisedSignals() throws -> [SignalRecord] {
        try transaction.all(
            """
            SELECT signal_id, child_id, kind, code, institution_id, class_name, state, due_day
            FROM signals WHERE state = 'raised' ORDER BY due_day, signal_id
            """, as: signal)
    }

    private func signal(_ row: any Row) throws -> SignalRecord {
        SignalRecord(
            id: try row.id(0), child: try row.id(1), kind: try row.text(2), code: try row.text(3),
            institution: try row.optionalID(4), className: try row.text(5), state: try row.text(6),
            due: try row.day(7))
    }

    /// Writes a notice once for its act.
    func add(_ notice: NoticeRecord, child: ChildID, subject: [UInt8], decider: PersonID?) throws {
        try transaction.run(
            """
            INSERT INTO notices (child_id, code, subject_id, at, suppressed, ground, decider_id, review_day)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (child_id, code, subject_id) DO NOTHING
            """,
            .id(child), .text(notice.code), .blob(subject), .instant(notice.at), .flag(notice.isSuppressed),
            .text(notice.ground), .id(decider), .day(notice.reviewOn))
    }

    func notices(of child: ChildID) throws -> [NoticeRecord] {
        try transaction.all(
            """
            SELECT at, code, suppressed, ground, review_day FROM notices WHERE child_id = $1
            ORDER BY at, code, subject_id
            """, .id(child)
        ) {
            NoticeRecord(
                at: try $0.instant(0), code: try $0.text(1), isSuppressed: try $0.flag(2),
                ground: try $0.text(3), reviewOn: try $0.optionalDay(4))
        }
    }
}
