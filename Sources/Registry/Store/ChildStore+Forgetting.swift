import ServiceKit
import Store

/// What goes when a child was handed over to another municipality; in the partitions of municipalities.
extension ChildStore {
    /// Takes away the child's key and all that it sealed, and what the open columns say of the child. What stays: that
    /// there was such a record, who changed which fields and when, who had worked with the child, and keyed hashes.
    static func forgetContent(of child: ChildID, _ transaction: any Transaction) throws {
        for sql in [
            """
            UPDATE children SET subject_key = $2, name_sealed = $2, code_sealed = $2, contact_sealed = $2,
             class_name = '', grade = -1, language = '', birth_year = 0, residence = '' WHERE id = $1
            """,
            "UPDATE child_versions SET content_sealed = $2 WHERE child_id = $1",
            "UPDATE child_marks SET text_sealed = $2, end_reason_sealed = NULL WHERE child_id = $1",
            "UPDATE link_objections SET text_sealed = $2, ground_sealed = NULL WHERE child_id = $1",
        ] { try transaction.run(sql, .blob(child.bytes), .blob([])) }
        for sql in [
            "UPDATE links SET reason_sealed = NULL WHERE child_id = $1",
            "DELETE FROM other_ids WHERE child_id = $1",
            """
            UPDATE child_duplicates SET reason_sealed = NULL WHERE first_id = $1 OR second_id = $1
            """,
            """
            UPDATE child_duplicate_decisions SET reason_sealed = NULL WHERE pair_id IN (
                SELECT id FROM child_duplicates WHERE first_id = $1 OR second_id = $1)
            """,
        ] { try transaction.run(sql, .blob(child.bytes)) }
    }
}
