import Store

/// The tables of TrainingScheduling. Every partition has them; they are filled in the county's only, since
/// nothing in them is about a child.
enum TrainingMigrations {
    static let all = [county, trainings]

    /// What Registry told.
    private static let county = Migration(
        "0001-training-county",
        [
            """
            CREATE TABLE posts (post_id BLOB NOT NULL PRIMARY KEY, institution_id BLOB,
             municipality TEXT NOT NULL, role TEXT NOT NULL, person_id BLOB, until_day INTEGER)
            """,
            "CREATE INDEX posts_by_person ON posts (person_id)",
            """
            CREATE TABLE teams (team_id BLOB NOT NULL PRIMARY KEY, institution_id BLOB NOT NULL,
             municipality TEXT NOT NULL)
            """,
            """
            CREATE TABLE team_members (team_id BLOB NOT NULL, post_id BLOB NOT NULL,
             PRIMARY KEY (team_id, post_id))
            """,
            """
            CREATE TABLE team_topics (team_id BLOB NOT NULL, topic TEXT NOT NULL, since_day INTEGER NOT NULL,
             PRIMARY KEY (team_id, topic))
            """,
        ])

    private static let trainings = Migration(
        "0002-training-trainings",
        [
            """
            CREATE TABLE trainings (training_id BLOB NOT NULL PRIMARY KEY, municipality TEXT NOT NULL,
             topic TEXT NOT NULL, state TEXT NOT NULL, places INTEGER NOT NULL, version INTEGER NOT NULL,
             planned_day INTEGER NOT NULL, planned_by BLOB NOT NULL, published_by BLOB,
             changed_at INSTANT NOT NULL, last_turn INTEGER NOT NULL)
            """,
            "CREATE INDEX trainings_by_municipality ON trainings (municipality)",
            """
            CREATE TABLE training_sessions (session_id BLOB NOT NULL PRIMARY KEY, training_id BLOB NOT NULL,
             day INTEGER NOT NULL, start_minute INTEGER NOT NULL, end_minute INTEGER NOT NULL,
             place TEXT NOT NULL)
            """,
            "CREATE INDEX training_sessions_by_training ON training_sessions (training_id)",
            """
            CREATE TABLE training_institutions (training_id BLOB NOT NULL, institution_id BLOB NOT NULL,
             PRIMARY KEY (training_id, institution_id))
            """,
            """
            CREATE TABLE registrations (registration_id BLOB NOT NULL PRIMARY KEY, training_id BLOB NOT NULL,
             person_id BLOB NOT NULL, state TEXT NOT NULL, turn INTEGER NOT NULL, changed_by BLOB,
             changed_at INSTANT NOT NULL, UNIQUE (training_id, person_id))
            """,
            "CREATE INDEX registrations_by_person ON registrations (person_id)",
        ])
}
