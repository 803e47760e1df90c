public import Store

/// The schema of ReferralRouting; the same in each partition, filled by what belongs there: children's
/// matters in the municipalities', posts, resources, templates and places in the county's.
public enum ReferralMigrations {
    public static let all = [county, children, cases, reports, leads]

    static let county = Migration(
        "referral-0001-county",
        [
            """
            CREATE TABLE posts (
                post_id BLOB NOT NULL PRIMARY KEY, institution_id BLOB, institution_kind TEXT NOT NULL,
                municipality TEXT NOT NULL, role TEXT NOT NULL, person_id BLOB, class_name TEXT NOT NULL,
                until_day INTEGER)
            """,
            "CREATE INDEX posts_by_municipality ON posts (municipality)",
            """
            CREATE TABLE resources (
                resource_id BLOB NOT NULL PRIMARY KEY, municipality TEXT NOT NULL, institution_id BLOB,
                post_id BLOB, scope TEXT NOT NULL, capacity_places INTEGER NOT NULL, capacity_as_of INTEGER,
                languages TEXT NOT NULL, grade_from INTEGER NOT NULL, grade_to INTEGER NOT NULL,
                accepting INTEGER NOT NULL, field TEXT NOT NULL, kind TEXT NOT NULL)
            """,
            """
            CREATE TABLE resource_needs (
                need_code TEXT NOT NULL, resource_id BLOB NOT NULL, PRIMARY KEY (need_code, resource_id))
            """,
            """
            CREATE TABLE templates (
                template_id BLOB NOT NULL PRIMARY KEY, municipality TEXT NOT NULL,
                institution_kind TEXT NOT NULL, draft INTEGER NOT NULL, fallback INTEGER NOT NULL,
                grade_from INTEGER NOT NULL, grade_to INTEGER NOT NULL, phases TEXT NOT NULL,
                template_version INTEGER NOT NULL)
            """,
            """
            CREATE TABLE template_levels (
                template_id BLOB NOT NULL, level_order INTEGER NOT NULL, name_et TEXT NOT NULL,
                name_en TEXT NOT NULL, coordinator_role TEXT NOT NULL, coordinator_place TEXT NOT NULL,
                first_action_school_days INTEGER NOT NULL, PRIMARY KEY (template_id, level_order))
            """,
            // A place of a resource: kept for an attempt until `expires`, or taken (null). Knows no child.
            """
            CREATE TABLE places (
                attempt_id BLOB NOT NULL PRIMARY KEY, resource_id BLOB NOT NULL, municipality TEXT NOT NULL,
                expires INSTANT)
            """,
            "CREATE INDEX places_by_resource ON places (resource_id)",
        ])

    static let children = Migration(
        "referral-0002-children",
        [
            """
            CREATE TABLE children (
                child_id BLOB NOT NULL PRIMARY KEY, institution_id BLOB, institution_kind TEXT NOT NULL,
                school_municipality TEXT NOT NULL, residence_municipality TEXT NOT NULL,
                class_name TEXT NOT NULL, grade INTEGER NOT NULL, home_language TEXT NOT NULL,
                has_left INTEGER NOT NULL)
            """,
            """
            CREATE TABLE links (
                child_id BLOB NOT NULL, person_id BLOB NOT NULL, role TEXT NOT NULL,
                    from_day INTEGER NOT NULL,
                until_day INTEGER, PRIMARY KEY (child_id, person_id, role))
            """,
            """
            CREATE TABLE signals (
                signal_id BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL, kind TEXT NOT NULL,
                code TEXT NOT NULL, institution_id BLOB, class_name TEXT NOT NULL, state TEXT NOT NULL,
                due_day INTEGER NOT NULL, case_id BLOB)
            """,
            "CREATE INDEX signals_by_state ON signals (state)",
            "CREATE INDEX signals_by_case ON signals (case_id)",
            """
            CREATE TABLE notices (
                child_id BLOB NOT NULL, code TEXT NOT NULL, subject_id BLOB NOT NULL, at INSTANT NOT NULL,
                suppressed INTEGER NOT NULL, ground TEXT NOT NULL, decider_id BLOB, review_day INTEGER,
                PRIMARY KEY (child_id, code, subject_id))
            """,
        ])

    static let cases = Migration(
        "referral-0003-cases",
        [
            """
            CREATE TABLE cases (
                case_id BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL, institution_id BLOB,
                is_open INTEGER NOT NULL, level INTEGER NOT NULL, phase TEXT NOT NULL, template_id BLOB,
                opened_day INTEGER NOT NULL, due_day INTEGER, outcome TEXT NOT NULL, version INTEGER NOT NULL,
                subject_key BLOB NOT NULL)
            """,
            "CREATE INDEX cases_by_child ON cases (child_id)",
            "CREATE INDEX cases_by_state ON cases (is_open)",
            """
            CREATE TABLE needs (
                need_id BLOB NOT NULL PRIMARY KEY, case_id BLOB NOT NULL, position INTEGER NOT NULL,
                need_code TEXT NOT NULL, urgent INTEGER NOT NULL, state TEXT NOT NULL,
                    due_day INTEGER NOT NULL)
            """,
            "CREATE INDEX needs_by_case ON needs (case_id)",
            """
            CREATE TABLE attempts (
                attempt_id BLOB NOT NULL PRIMARY KEY, need_id BLOB NOT NULL, case_id BLOB NOT NULL,
                position INTEGER NOT NULL, resource_id BLOB NOT NULL, recipient_post_id BLOB,
                recipient_institution_id BLOB, recipient_municipality TEXT NOT NULL, state TEXT NOT NULL,
                started INTEGER NOT NULL, reason TEXT NOT NULL, outcome TEXT NOT NULL,
                acknowledged INTEGER NOT NULL, due_day INTEGER, version INTEGER NOT NULL, requester_id BLOB,
                reserved_until INSTANT NOT NULL, basis_paragraph TEXT NOT NULL, consent_giver TEXT NOT NULL,
                consent_scope BLOB NOT NULL, consent_date TEXT NOT NULL)
            """,
            "CREATE INDEX attempts_by_case ON attempts (case_id)",
            """
            CREATE TABLE case_changes (
                case_id BLOB NOT NULL, position INTEGER NOT NULL, at INSTANT NOT NULL, change TEXT NOT NULL,
                person_id BLOB, role TEXT NOT NULL, detail TEXT NOT NULL, note BLOB NOT NULL,
                next TEXT NOT NULL, due_day INTEGER, PRIMARY KEY (case_id, position))
            """,
        ])

    static let reports = Migration(
        "referral-0004-reports",
        [
            """
            CREATE TABLE reports (
                report_id BLOB NOT NULL PRIMARY KEY, child_id BLOB, received INSTANT NOT NULL,
                decide_by_day INTEGER NOT NULL, state TEXT NOT NULL, subject_key BLOB NOT NULL,
                observation BLOB NOT NULL, description BLOB NOT NULL, reason BLOB NOT NULL)
            """,
            "CREATE INDEX reports_by_child ON reports (child_id)",
            // Who reported: apart from what was reported, under a key of its own; no method reads it (LasteKS
            // § 27).
            """
            CREATE TABLE report_contacts (
                report_id BLOB NOT NULL PRIMARY KEY, subject_key BLOB NOT NULL, contact BLOB NOT NULL)
            """,
            """
            CREATE TABLE dangers (
                danger_id BLOB NOT NULL PRIMARY KEY, child_id BLOB, at INSTANT NOT NULL)
            """,
        ])

    /// `roles` are separated by spaces.
    static let leads = Migration(
        "referral-0005-leads",
        [
            """
            CREATE TABLE told_leads (
                case_id BLOB NOT NULL PRIMARY KEY, roles TEXT NOT NULL, place TEXT NOT NULL)
            """
        ])
}
