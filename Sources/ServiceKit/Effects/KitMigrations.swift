public import Store

/// The kit's own tables, in every partition of every service; placed before the service's own migrations.
///
/// Their names begin with "kit_" so that a digest over the domain's tables can leave them out.
public enum KitMigrations {
    /// Tables with this prefix are the kit's bookkeeping, not the domain's.
    public static let tablePrefix = "kit_"

    public static let all: [Migration] = [
        Migration(
            "kit-0001-operations",
            [
                """
                CREATE TABLE kit_operations (
                    id BLOB NOT NULL PRIMARY KEY,
                    method INTEGER NOT NULL,
                    content_digest BLOB NOT NULL,
                    result_ids BLOB NOT NULL,
                    done_at INSTANT NOT NULL)
                """,
                "CREATE INDEX kit_operations_by_time ON kit_operations (done_at)",
            ]),
        Migration(
            "kit-0002-outbox",
            [
                "CREATE TABLE kit_counters (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL)",
                "CREATE TABLE kit_outbox (sequence INTEGER NOT NULL PRIMARY KEY, event BLOB NOT NULL)",
                "CREATE TABLE kit_acknowledgements (consumer TEXT NOT NULL PRIMARY KEY, sequence INTEGER NOT NULL)",
            ]),
        Migration(
            "kit-0003-inbox",
            [
                "CREATE TABLE kit_inbox (source TEXT NOT NULL PRIMARY KEY, sequence INTEGER NOT NULL)",
                "CREATE TABLE kit_inbox_events (event_id BLOB NOT NULL PRIMARY KEY, taken_at INSTANT NOT NULL)",
                "CREATE INDEX kit_inbox_events_by_time ON kit_inbox_events (taken_at)",
                """
                CREATE TABLE kit_inbox_parked (
                    source TEXT NOT NULL,
                    sequence INTEGER NOT NULL,
                    child_id BLOB,
                    event BLOB NOT NULL,
                    reason TEXT NOT NULL,
                    parked_at INSTANT NOT NULL,
                    PRIMARY KEY (source, sequence))
                """,
                "CREATE INDEX kit_inbox_parked_by_child ON kit_inbox_parked (child_id)",
            ]),
        Migration(
            "kit-0004-audit",
            [
                // `number` and `hash` are null until the sealer has put the entry into the chain.
                """
                CREATE TABLE kit_audit (
                    entry_id BLOB NOT NULL PRIMARY KEY,
                    at INSTANT NOT NULL,
                    system TEXT NOT NULL,
                    person_id BLOB,
                    role TEXT NOT NULL,
                    post_id BLOB,
                    purpose TEXT NOT NULL,
                    action TEXT NOT NULL,
                    granted INTEGER NOT NULL,
                    children BLOB NOT NULL,
                    number INTEGER,
                    hash BLOB)
                """,
                "CREATE UNIQUE INDEX kit_audit_by_number ON kit_audit (number)",
                """
                CREATE TABLE kit_audit_children (
                    child_id BLOB NOT NULL,
                    entry_id BLOB NOT NULL,
                    PRIMARY KEY (child_id, entry_id))
                """,
                """
                CREATE TABLE kit_audit_head (
                    name TEXT NOT NULL PRIMARY KEY,
                    number INTEGER NOT NULL,
                    hash BLOB NOT NULL,
                    proof BLOB NOT NULL)
                """,
            ]),
        Migration(
            "kit-0005-key-proof",
            ["CREATE TABLE kit_key_proof (name TEXT NOT NULL PRIMARY KEY, proof BLOB NOT NULL)"]),
    ]
}
