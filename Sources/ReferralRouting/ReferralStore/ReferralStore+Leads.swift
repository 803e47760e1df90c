import ServiceKit
import Store

/// What the other services were told of who leads which case.
extension ReferralStore {
    func toldLead(of id: CaseID) throws -> CaseLead? {
        try transaction.first(
            "SELECT roles, place FROM told_leads WHERE case_id = $1", .id(id)
        ) { CaseLead(roles: try $0.words(0), place: try $0.code(1)) }
    }

    func toldLeads() throws -> [CaseID: CaseLead] {
        var told: [CaseID: CaseLead] = [:]
        try transaction.forEach("SELECT case_id, roles, place FROM told_leads ORDER BY case_id", []) {
            told[try $0.id(0)] = CaseLead(roles: try $0.words(1), place: try $0.code(2))
        }
        return told
    }

    func putTold(_ lead: CaseLead, of id: CaseID) throws {
        try transaction.run(
            """
            INSERT INTO told_leads (case_id, roles, place) VALUES ($1, $2, $3)
            ON CONFLICT (case_id) DO UPDATE SET roles = excluded.roles, place = excluded.place
            """, .id(id), .words(lead.roles), .text(lead.place.rawValue))
    }

    func removeTold(of id: CaseID) throws {
        try transaction.run("DELETE FROM told_leads WHERE case_id = $1", .id(id))
    }

    /// The open cases without their needs, attempts and history: enough to say who leads them.
    func openCasesBare() throws -> [CaseRecord] {
        try transaction.all(
            """
            SELECT case_id, child_id, institution_id, level, phase, template_id, opened_day, version
            FROM cases WHERE is_open = 1 ORDER BY case_id
            """
        ) { row in
            CaseRecord(
                id: try row.id(0), child: try row.id(1), institution: try row.optionalID(2),
                level: try row.number(3), phase: try row.text(4), template: try row.optionalID(5),
                opened: try row.day(6), version: try row.number(7))
        }
    }
}
