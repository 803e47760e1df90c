import ServiceKit
import Store

/// Who works with a child in an open case, as ReferralRouting tells; in the partitions of municipalities.
extension ChildStore {
    static func caseWork(of child: ChildID, _ transaction: any Transaction) throws -> CaseWork {
        var work = CaseWork()
        try transaction.forEach(
            "SELECT roles FROM municipal_leads WHERE child_id = $1 ORDER BY case_id", [.blob(child.bytes)]
        ) { work.municipalRoles.formUnion(words(try $0.text(0))) }
        try transaction.forEach(
            "SELECT post_id FROM asked_posts WHERE child_id = $1 ORDER BY attempt_id", [.blob(child.bytes)]
        ) { work.askedPosts.insert(try CountyStore.id($0, 0)) }
        return work
    }

    /// That of all children of the partition; a child without any is absent.
    static func caseWork(_ transaction: any Transaction) throws -> [ChildID: CaseWork] {
        var all: [ChildID: CaseWork] = [:]
        try transaction.forEach("SELECT child_id, roles FROM municipal_leads ORDER BY case_id", []) {
            all[try CountyStore.id($0, 0), default: CaseWork()].municipalRoles
                .formUnion(words(try $0.text(1)))
        }
        try transaction.forEach("SELECT child_id, post_id FROM asked_posts ORDER BY attempt_id", []) {
            all[try CountyStore.id($0, 0), default: CaseWork()].askedPosts
                .insert(try CountyStore.id($0, 1))
        }
        return all
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    /// Keeps in which roles the municipality leads a case; none: it does not lead it, or not any more.
    static func setMunicipalRoles(
        _ roles: [String], case id: CaseID, child: ChildID, _ transaction: any Transaction
    ) throws {
        guard !roles.isEmpty else {
            try transaction.run("DELETE FROM municipal_leads WHERE case_id = $1", .blob(id.bytes))
            return
        }
        try transaction.run(
            """
            INSERT INTO municipal_leads (case_id, child_id, roles) VALUES ($1, $2, $3)
            ON CONFLICT (case_id) DO UPDATE SET child_id = excluded.child_id, roles = excluded.roles
            """, .blob(id.bytes), .blob(child.bytes), .text(roles.joined(separator: " ")))
    }

    /// Keeps that a post is asked for help; nil: that help has ended.
    static func setAsked(
        _ post: PostID?, attempt: AttemptID, child: ChildID, _ transaction: any Transaction
    ) throws {
        guard let post else {
            try transaction.run("DELETE FROM asked_posts WHERE attempt_id = $1", .blob(attempt.bytes))
            return
        }
        try transaction.run(
            """
            INSERT INTO asked_posts (attempt_id, child_id, post_id) VALUES ($1, $2, $3)
            ON CONFLICT (attempt_id) DO UPDATE SET child_id = excluded.child_id, post_id = excluded.post_id
            """, .blob(attempt.bytes), .blob(child.bytes), .blob(post.bytes))
    }
}
