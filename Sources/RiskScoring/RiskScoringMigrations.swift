public import Store

/// The schema of risk scoring. A row about a child is in the partition of its school's municipality; posts
/// are in the county's. Days are day numbers (days since 1970-01-01); weeks are the day number of their
/// Monday.
public enum RiskScoringMigrations {
    public static let all = [
        Migration(
            "0001-places",
            [
                """
                CREATE TABLE child (
                    child_id BLOB PRIMARY KEY, institution_id BLOB, institution_kind TEXT NOT NULL,
                    class_name TEXT NOT NULL, grade INTEGER NOT NULL, has_left INTEGER NOT NULL,
                    is_placed INTEGER NOT NULL, subject_key BLOB NOT NULL)
                """,
                "CREATE INDEX child_by_class ON child (institution_id, class_name)",
                """
                CREATE TABLE child_link (
                    child_id BLOB NOT NULL, person_id BLOB NOT NULL, role TEXT NOT NULL, from_day INTEGER,
                    until_day INTEGER, PRIMARY KEY (child_id, person_id, role))
                """,
                "CREATE INDEX child_link_by_person ON child_link (person_id)",
                """
                CREATE TABLE post (
                    post_id BLOB PRIMARY KEY, person_id BLOB, role TEXT NOT NULL, municipality TEXT NOT NULL,
                    institution_id BLOB, class_name TEXT NOT NULL, until_day INTEGER)
                """,
                "CREATE INDEX post_by_person ON post (person_id)",
            ]),
        Migration(
            "0002-journal",
            [
                "CREATE TABLE subject (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
                """
                CREATE TABLE pupil_week (
                    week INTEGER NOT NULL, institution_id BLOB NOT NULL, child_id BLOB NOT NULL,
                    payload BLOB NOT NULL, PRIMARY KEY (week, institution_id, child_id))
                """,
                """
                CREATE TABLE class_week (
                    week INTEGER NOT NULL, institution_id BLOB NOT NULL, class_name TEXT NOT NULL,
                    payload BLOB NOT NULL, PRIMARY KEY (week, institution_id, class_name))
                """,
                """
                CREATE TABLE membership (
                    institution_id BLOB NOT NULL, child_id BLOB NOT NULL, class_name TEXT NOT NULL,
                    from_day INTEGER NOT NULL, until_day INTEGER, grade INTEGER NOT NULL,
                    PRIMARY KEY (institution_id, child_id, class_name, from_day))
                """,
                """
                CREATE TABLE journal_import (
                    import_id BLOB PRIMARY KEY, institution_id BLOB NOT NULL, digest BLOB NOT NULL,
                    content_bytes INTEGER NOT NULL, chunk_bytes INTEGER NOT NULL, full_from INTEGER,
                    full_until INTEGER, file_name TEXT NOT NULL, state TEXT NOT NULL, begun_at INSTANT NOT
                    NULL,
                    next_chunk INTEGER NOT NULL, report BLOB)
                """,
                """
                CREATE TABLE staged_chunk (
                    import_id BLOB NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL,
                    PRIMARY KEY (import_id, number))
                """,
                """
                CREATE TABLE staged_pupil (
                    import_id BLOB NOT NULL, number INTEGER NOT NULL, external_id TEXT NOT NULL,
                    first_row INTEGER NOT NULL, row_count INTEGER NOT NULL, is_asked INTEGER NOT NULL,
                    child_id BLOB, PRIMARY KEY (import_id, number))
                """,
                "CREATE UNIQUE INDEX staged_pupil_by_external_id ON staged_pupil (import_id, external_id)",
            ]),
        Migration(
            "0003-signals",
            [
                """
                CREATE TABLE signal (
                    signal_id BLOB PRIMARY KEY, child_id BLOB NOT NULL, kind TEXT NOT NULL, code TEXT NOT
                    NULL,
                    journal TEXT NOT NULL, state TEXT NOT NULL, is_live INTEGER NOT NULL, institution_id BLOB,
                    class_name TEXT NOT NULL, as_of INTEGER NOT NULL, window_from INTEGER NOT NULL,
                    window_until INTEGER NOT NULL, measured INTEGER NOT NULL, alarm_limit INTEGER NOT NULL,
                    own_mean INTEGER NOT NULL, class_mean INTEGER NOT NULL, breakdown BLOB NOT NULL,
                    noticer_role TEXT NOT NULL, observation BLOB, case_id BLOB, is_case_closed INTEGER NOT
                    NULL)
                """,
                "CREATE INDEX signal_by_child ON signal (child_id)",
                "CREATE INDEX signal_by_state ON signal (state, kind)",
                "CREATE INDEX signal_by_case ON signal (case_id)",
                """
                CREATE TABLE signal_change (
                    signal_id BLOB NOT NULL, number INTEGER NOT NULL, at INSTANT NOT NULL, change TEXT NOT
                    NULL,
                    as_of INTEGER NOT NULL, measured INTEGER NOT NULL, person_id BLOB, role TEXT NOT NULL,
                    reason BLOB, PRIMARY KEY (signal_id, number))
                """,
                "CREATE TABLE weekly_pass (as_of INTEGER PRIMARY KEY, ran_at INSTANT NOT NULL)",
            ]),
        // Cases that the municipality's office leads now; `roles` are separated by spaces.
        Migration(
            "0004-leads",
            [
                """
                CREATE TABLE municipal_lead (
                    case_id BLOB PRIMARY KEY, child_id BLOB NOT NULL, roles TEXT NOT NULL)
                """,
                "CREATE INDEX municipal_lead_by_child ON municipal_lead (child_id)",
            ]),
    ]
}
