import ServiceKit
import Store

/// What is counted for the fact sheets: which child, and where it belongs; no text, no name.
extension ReferralStore {
    /// Cases that were opened in a period, the oldest first, with the first thing that a person did in them.
    func beginnings(in period: ClosedRange<LocalDate>) throws -> [(
        child: ChildID, opened: LocalDate, firstAct: Instant?
    )] {
        try transaction.all(
            """
            SELECT child_id, opened_day, (SELECT MIN(at) FROM case_changes WHERE case_changes.case_id = cases.case_id
                AND person_id IS NOT NULL AND change <> 'opened')
            FROM cases WHERE opened_day >= $1 AND opened_day <= $2 ORDER BY opened_day, case_id
            """, .day(period.lowerBound), .day(period.upperBound)
        ) { (try $0.id(0), try $0.day(1), try $0.optionalInstant(2)) }
    }

    /// Cases that were closed in a time and still are, the oldest first.
    func ends(from: Instant, until: Instant) throws -> [(child: ChildID, level: UInt32, outcome: String)] {
        try transaction.all(
            """
            SELECT cases.child_id, cases.level, cases.outcome, MAX(case_changes.at) FROM cases
            JOIN case_changes ON case_changes.case_id = cases.case_id
            WHERE cases.is_open = 0 AND case_changes.change = 'closed' AND case_changes.at >= $1
                AND case_changes.at < $2
            GROUP BY cases.case_id, cases.child_id, cases.level, cases.outcome ORDER BY 4, cases.case_id
            """, .instant(from), .instant(until)
        ) { (try $0.id(0), try $0.number(1), try $0.text(2)) }
    }

    /// Children of open cases with needs that nobody has promised to meet.
    func unmetNeeds() throws -> [(category: String, subject: ChildID)] {
        try transaction.all(
            """
            SELECT DISTINCT needs.need_code, cases.child_id FROM needs JOIN cases ON cases.case_id = needs.case_id
            WHERE cases.is_open = 1 AND needs.state IN ('active', 'no-provider') AND NOT EXISTS (
                SELECT 1 FROM attempts WHERE attempts.need_id = needs.need_id
                AND attempts.state IN ('accepted', 'in-progress', 'on-hold', 'completed'))
            """
        ) { (try $0.text(0), try $0.id(1)) }
    }
}
