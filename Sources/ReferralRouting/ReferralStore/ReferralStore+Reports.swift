import ServiceKit
import Store

/// Reports of a child in need, their reporters (apart), and records of danger.
extension ReferralStore {
    func insert(_ report: ReportRecord, description: String, contact: String) throws {
        let key = try vault.newSubjectKey(in: partition)
        try transaction.run(
            """
            INSERT INTO reports (report_id, child_id, received, decide_by_day, state, subject_key,
                observation, description, reason)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            .id(report.id), .id(report.child), .instant(report.received), .day(report.decideBy),
            .text(report.state.rawValue), .blob(key),
            try seal(report.observation, key, "reports.observation.\(report.id)"),
            try seal(description, key, "reports.description.\(report.id)"), .blob([]))
        guard !contact.isEmpty else { return }
        let reporterKey = try vault.newSubjectKey(in: partition)
        try transaction.run(
            "INSERT INTO report_contacts (report_id, subject_key, contact) VALUES ($1, $2, $3)",
            .id(report.id), .blob(reporterKey),
            try seal(contact, reporterKey, "report_contacts.contact.\(report.id)"))
    }

    func decide(_ report: ReportID, _ state: ReportState, reason: String) throws {
        let key =
            try transaction.first(
                "SELECT subject_key FROM reports WHERE report_id = $1", .id(report), as: { try $0.blob(0) })
            ?? []
        try transaction.run(
            "UPDATE reports SET state = $2, reason = $3 WHERE report_id = $1", .id(report),
            .text(state.rawValue), try seal(reason, key, "reports.reason.\(report)"))
    }

    func report(_ id: ReportID) throws -> ReportRecord? {
        try transaction.first(
            """
            SELECT report_id, child_id, received, decide_by_day, state, subject_key, observation,
                description, reason
            FROM reports WHERE report_id = $1
            """, .id(id), as: report)
    }

    func reports() throws -> [ReportRecord] {
        try transaction.all(
            """
            SELECT report_id, child_id, received, decide_by_day, state, subject_key, observation,
                description, reason
            FROM reports ORDER BY received, report_id
            """, as: report)
    }

    /// Children of whom a report came in: child protection works with them.
    func reportedChildren() throws -> Set<ChildID> {
        Set(
            try transaction.all(
                "SELECT DISTINCT child_id FROM reports WHERE child_id IS NOT NULL ORDER BY child_id"
            ) { try $0.id(0) })
    }

    private func report(_ row: any Row) throws -> ReportRecord {
        let (id, key): (ReportID, [UInt8]) = (try row.id(0), try row.blob(5))
        let seen = try open(try row.blob(6), key, "reports.observation.\(id)")
        let who = try open(try row.blob(7), key, "reports.description.\(id)")
        return ReportRecord(
            id: id, child: try row.optionalID(1), received: try row.instant(2), decideBy: try row.day(3),
            state: try row.code(4), reason: try open(try row.blob(8), key, "reports.reason.\(id)"),
            observation: who.isEmpty ? seen : who + "\n" + seen)
    }

    func hasDanger(_ id: [UInt8]) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM dangers WHERE danger_id = $1", .blob(id), as: { try $0.integer(0) }) != nil
    }

    func addDanger(_ id: [UInt8], child: ChildID?, at: Instant) throws {
        try transaction.run(
            "INSERT INTO dangers (danger_id, child_id, at) VALUES ($1, $2, $3)", .blob(id), .id(child),
            .instant(at))
    }
}
