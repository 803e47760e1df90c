import Store

/// The tables of Registry. Every partition has all of them; the county's map is filled in partition 0060 only,
/// children only in the partitions of municipalities.
enum RegistryMigrations {
    static let all = [
        countyMap, children, caseWork, records, childDetails, handOvers, duplicates, humanServices,
        factSheets,
    ]

    /// Lists of codes are kept as text with spaces between.
    private static let countyMap = Migration(
        "0001-registry-county-map",
        [
            "CREATE TABLE municipalities (code TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
            """
            CREATE TABLE institutions (code TEXT NOT NULL PRIMARY KEY, id BLOB NOT NULL UNIQUE,
             municipality TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL)
            """,
            """
            CREATE TABLE specialists (code TEXT NOT NULL PRIMARY KEY, id BLOB NOT NULL UNIQUE,
             given_name TEXT NOT NULL, family_name TEXT NOT NULL, email TEXT NOT NULL)
            """,
            """
            CREATE TABLE posts (code TEXT NOT NULL PRIMARY KEY, id BLOB NOT NULL UNIQUE,
             institution TEXT NOT NULL, role TEXT NOT NULL, share_percent INTEGER NOT NULL, person TEXT NOT NULL,
             class_name TEXT NOT NULL, from_date TEXT NOT NULL, until_date TEXT NOT NULL)
            """,
            "CREATE INDEX posts_by_person ON posts (person, role)",
            "CREATE INDEX posts_by_institution ON posts (institution)",
            """
            CREATE TABLE resources (code TEXT NOT NULL PRIMARY KEY, id BLOB NOT NULL UNIQUE,
             resource_table TEXT NOT NULL, municipality TEXT NOT NULL, institution TEXT NOT NULL,
             post TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, field TEXT NOT NULL, scope TEXT NOT NULL,
             need_codes TEXT NOT NULL, prevention_tier TEXT NOT NULL, capacity_places INTEGER NOT NULL,
             capacity_as_of TEXT NOT NULL, languages TEXT NOT NULL, grade_from INTEGER NOT NULL,
             grade_to INTEGER NOT NULL, how_to_refer TEXT NOT NULL)
            """,
            """
            CREATE TABLE teams (code TEXT NOT NULL PRIMARY KEY, id BLOB NOT NULL UNIQUE,
             institution TEXT NOT NULL, member_posts TEXT NOT NULL, leader_post TEXT NOT NULL,
             gap_topics TEXT NOT NULL)
            """,
            """
            CREATE TABLE templates (id BLOB NOT NULL PRIMARY KEY, municipality TEXT NOT NULL,
             institution_kind TEXT NOT NULL, draft INTEGER NOT NULL, fallback INTEGER NOT NULL,
             grade_from INTEGER NOT NULL, grade_to INTEGER NOT NULL, phases TEXT NOT NULL, version INTEGER NOT NULL,
             source TEXT NOT NULL)
            """,
            """
            CREATE TABLE template_levels (template_id BLOB NOT NULL, level_order INTEGER NOT NULL,
             name_et TEXT NOT NULL, name_en TEXT NOT NULL, coordinator_role TEXT NOT NULL,
             coordinator_place TEXT NOT NULL, entry TEXT NOT NULL, first_action_school_days INTEGER NOT NULL,
             PRIMARY KEY (template_id, level_order))
            """,
            """
            CREATE TABLE planned_topics (training_id BLOB NOT NULL, institution_id BLOB NOT NULL,
             topic TEXT NOT NULL, PRIMARY KEY (training_id, institution_id))
            """,
            """
            CREATE TABLE map_history (id BLOB NOT NULL PRIMARY KEY, changed_at INSTANT NOT NULL, kind TEXT NOT NULL,
             thing TEXT NOT NULL, is_new INTEGER NOT NULL, by_system TEXT NOT NULL, by_person BLOB,
             by_role TEXT NOT NULL)
            """,
            "CREATE INDEX map_history_by_thing ON map_history (kind, thing, changed_at)",
        ])

    /// `*_sealed` are sealed under the child's own key, which is kept wrapped by the partition's: deleting the row
    /// makes them unreadable in every copy. `*_hash` are keyed.
    private static let children = Migration(
        "0002-registry-children",
        [
            """
            CREATE TABLE children (id BLOB NOT NULL PRIMARY KEY, subject_key BLOB NOT NULL,
             institution_id BLOB NOT NULL, institution_kind TEXT NOT NULL, school_municipality TEXT NOT NULL,
             residence TEXT NOT NULL, class_name TEXT NOT NULL, grade INTEGER NOT NULL, language TEXT NOT NULL,
             birth_year INTEGER NOT NULL, has_left INTEGER NOT NULL, from_date TEXT NOT NULL,
             left_date TEXT NOT NULL, name_sealed BLOB NOT NULL, code_sealed BLOB NOT NULL,
             contact_sealed BLOB NOT NULL, code_hash BLOB, content_hash BLOB NOT NULL,
             changed_at INSTANT NOT NULL)
            """,
            "CREATE INDEX children_by_place ON children (institution_id, class_name)",
            "CREATE UNIQUE INDEX children_by_code ON children (code_hash)",
            """
            CREATE TABLE pupil_ids (institution_id BLOB NOT NULL, pupil_hash BLOB NOT NULL, child_id BLOB NOT NULL,
             PRIMARY KEY (institution_id, pupil_hash))
            """,
            """
            CREATE TABLE links (id BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL, person_id BLOB NOT NULL,
             post_id BLOB NOT NULL, institution_id BLOB NOT NULL, role TEXT NOT NULL, from_date TEXT NOT NULL, until_date TEXT NOT NULL,
             given_by BLOB NOT NULL, ended_by BLOB, reason_sealed BLOB)
            """,
            "CREATE INDEX links_by_child ON links (child_id)",
            "CREATE INDEX links_by_person ON links (person_id, until_date)",
        ])

    /// What ReferralRouting tells of work with children outside their institution; rows go when it ends. `roles` are
    /// separated by spaces.
    private static let caseWork = Migration(
        "0003-registry-case-work",
        [
            """
            CREATE TABLE municipal_leads (case_id BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL,
             roles TEXT NOT NULL)
            """,
            "CREATE INDEX municipal_leads_by_child ON municipal_leads (child_id)",
            """
            CREATE TABLE asked_posts (attempt_id BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL,
             post_id BLOB NOT NULL)
            """,
            "CREATE INDEX asked_posts_by_child ON asked_posts (child_id)",
        ])

    /// Records of all kinds and what each was at any time (RecordContent is how fields are written in `content`).
    /// `ended_from` is the first day out of force, empty for none.
    private static let records = Migration(
        "0004-records",
        [
            """
            CREATE TABLE records (kind TEXT NOT NULL, code TEXT NOT NULL, owner TEXT NOT NULL,
             version INTEGER NOT NULL, ended_from TEXT NOT NULL, content TEXT NOT NULL,
             changed_at INSTANT NOT NULL, PRIMARY KEY (kind, code))
            """,
            "CREATE INDEX records_by_owner ON records (kind, owner, code)",
            """
            CREATE TABLE record_versions (kind TEXT NOT NULL, code TEXT NOT NULL, version INTEGER NOT NULL,
             owner TEXT NOT NULL, ended_from TEXT NOT NULL, content TEXT NOT NULL, changed_at INSTANT NOT NULL,
             by_system TEXT NOT NULL, by_person BLOB, by_role TEXT NOT NULL, purpose TEXT NOT NULL,
             PRIMARY KEY (kind, code, version))
            """,
            """
            CREATE TABLE record_imports (kind TEXT NOT NULL, owner TEXT NOT NULL, mode TEXT NOT NULL,
             digest BLOB NOT NULL, imported_at INSTANT NOT NULL, PRIMARY KEY (kind, owner))
            """,
            "ALTER TABLE institutions ADD COLUMN ended_from TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE resources ADD COLUMN ended_from TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE teams ADD COLUMN ended_from TEXT NOT NULL DEFAULT ''",
        ])

    /// Records kept by hand. Every child has a row of `child_details`; `change_number` counts changes of the partition's
    /// records, so that an index in memory knows what it has not seen. A version's content is sealed as a whole.
    private static let childDetails = Migration(
        "0005-registry-child-details",
        [
            """
            CREATE TABLE child_details (child_id BLOB NOT NULL PRIMARY KEY, version INTEGER NOT NULL,
             residence_basis TEXT NOT NULL, handed_over TEXT NOT NULL, change_number INTEGER NOT NULL)
            """,
            "CREATE INDEX child_details_by_change ON child_details (change_number)",
            """
            INSERT INTO child_details (child_id, version, residence_basis, handed_over, change_number)
             SELECT id, 0, 'register', '', 0 FROM children
            """,
            "CREATE TABLE child_counters (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL)",
            """
            CREATE TABLE child_versions (child_id BLOB NOT NULL, version INTEGER NOT NULL, at INSTANT NOT NULL,
             on_day TEXT NOT NULL, by_system TEXT NOT NULL, by_person BLOB, by_role TEXT NOT NULL,
             action TEXT NOT NULL, fields TEXT NOT NULL, content_sealed BLOB NOT NULL,
             PRIMARY KEY (child_id, version))
            """,
            "CREATE TABLE other_ids (id_hash BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL)",
            "CREATE INDEX other_ids_by_child ON other_ids (child_id)",
            """
            CREATE TABLE child_marks (id BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL, kind TEXT NOT NULL,
             text_sealed BLOB NOT NULL, set_on TEXT NOT NULL, set_by BLOB NOT NULL, set_role TEXT NOT NULL,
             review_on TEXT NOT NULL, ended_on TEXT NOT NULL, ended_by BLOB, end_reason_sealed BLOB)
            """,
            "CREATE INDEX child_marks_by_child ON child_marks (child_id)",
            "ALTER TABLE links ADD COLUMN ends_on TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE links ADD COLUMN review_on TEXT NOT NULL DEFAULT ''",
            """
            CREATE TABLE link_objections (id BLOB NOT NULL PRIMARY KEY, link_id BLOB NOT NULL,
             child_id BLOB NOT NULL, raised_on TEXT NOT NULL, text_sealed BLOB NOT NULL, taken_by BLOB NOT NULL,
             taken_role TEXT NOT NULL, outcome TEXT NOT NULL, decided_by BLOB, decided_on TEXT NOT NULL,
             ground_sealed BLOB)
            """,
            "CREATE INDEX link_objections_by_child ON link_objections (child_id)",
        ])

    /// This partition's side of hand-overs; they stay as the trace. An incoming offer's cover goes when it is answered.
    private static let handOvers = Migration(
        "0005-registry-hand-overs",
        [
            """
            CREATE TABLE hand_overs (id BLOB NOT NULL PRIMARY KEY, incoming INTEGER NOT NULL, child_id BLOB NOT NULL,
             other_municipality TEXT NOT NULL, named_person BLOB NOT NULL, reason TEXT NOT NULL,
             parts TEXT NOT NULL, state TEXT NOT NULL, offered_by BLOB NOT NULL, offered_role TEXT NOT NULL,
             answered_by BLOB, answered_role TEXT NOT NULL, answer_code TEXT NOT NULL, cover_key BLOB,
             cover_sealed BLOB, offered_at INSTANT NOT NULL, changed_at INSTANT NOT NULL)
            """,
            "CREATE INDEX hand_overs_by_child ON hand_overs (child_id)",
        ])

    /// Feeds of HSDS as they came: JSON files as outlines that refer to objects, objects once, tables as
    /// bytes; the defaults that an import gave (as codes), and what of a feed is in the directory.
    private static let humanServices = Migration(
        "0008-human-services",
        [
            """
            CREATE TABLE hsds_sources (source TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, version TEXT NOT NULL,
             imported_at INSTANT NOT NULL, by_system TEXT NOT NULL, municipality TEXT NOT NULL,
             institution_kind TEXT NOT NULL, field TEXT NOT NULL, scope TEXT NOT NULL,
             prevention_tier TEXT NOT NULL, need_codes TEXT NOT NULL)
            """,
            """
            CREATE TABLE hsds_documents (source TEXT NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
             is_table INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (source, place))
            """,
            """
            CREATE TABLE hsds_objects (source TEXT NOT NULL, place INTEGER NOT NULL, type TEXT NOT NULL,
             id TEXT NOT NULL, variant INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (source, place))
            """,
            """
            CREATE TABLE hsds_links (source TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, code TEXT NOT NULL,
             is_institution INTEGER NOT NULL, PRIMARY KEY (source, type, id))
            """,
        ])

    /// Pairs of records that may be of one child. `reasons` are `field:level:bits` and `doubts` codes, with spaces between;
    /// neither holds a value of a record. A row of `child_merges` is a merge in force: without it all is as before.
    private static let duplicates = Migration(
        "0006-registry-duplicates",
        [
            """
            CREATE TABLE child_duplicates (id BLOB NOT NULL PRIMARY KEY, first_id BLOB NOT NULL,
             second_id BLOB NOT NULL, state TEXT NOT NULL, bits REAL NOT NULL, reasons TEXT NOT NULL,
             doubts TEXT NOT NULL, kept_id BLOB, decided_by BLOB, decided_role TEXT NOT NULL, decided_at INSTANT,
             reason_sealed BLOB)
            """,
            "CREATE INDEX child_duplicates_by_state ON child_duplicates (state, bits)",
            """
            CREATE TABLE child_duplicate_decisions (id BLOB NOT NULL PRIMARY KEY, pair_id BLOB NOT NULL,
             at INSTANT NOT NULL, state TEXT NOT NULL, kept_id BLOB, by_person BLOB, by_role TEXT NOT NULL,
             reason_sealed BLOB)
            """,
            "CREATE INDEX child_duplicate_decisions_by_pair ON child_duplicate_decisions (pair_id, at)",
            """
            CREATE TABLE child_merges (merged_id BLOB NOT NULL PRIMARY KEY, kept_id BLOB NOT NULL,
             pair_id BLOB NOT NULL UNIQUE)
            """,
            "CREATE TABLE open_cases (case_id BLOB NOT NULL PRIMARY KEY, child_id BLOB NOT NULL)",
            "INSERT INTO open_cases (case_id, child_id) SELECT case_id, child_id FROM municipal_leads",
        ])

    /// Tables of fact sheets as they were released: what may be told, nothing else.
    private static let factSheets = Migration(
        "0009-registry-fact-sheets",
        [
            """
            CREATE TABLE fact_tables (measure TEXT NOT NULL, period_from TEXT NOT NULL, period_until TEXT NOT NULL,
             as_of TEXT NOT NULL, categories TEXT NOT NULL, released_at INSTANT NOT NULL,
             PRIMARY KEY (measure, period_from))
            """,
            """
            CREATE TABLE fact_cells (measure TEXT NOT NULL, period_from TEXT NOT NULL, municipality TEXT NOT NULL,
             place INTEGER NOT NULL, state TEXT NOT NULL, value INTEGER NOT NULL,
             PRIMARY KEY (measure, period_from, municipality, place))
            """,
        ])
}
