import ServiceKit
import Store

/// Cases with their needs, attempts and history.
extension ReferralStore {
    func insert(_ record: CaseRecord) throws {
        let key = try vault.newSubjectKey(in: partition)
        try transaction.run(
            """
            INSERT INTO cases (case_id, child_id, institution_id, is_open, level, phase, template_id,
                opened_day, due_day, outcome, version, subject_key)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            .id(record.id), .id(record.child), .id(record.institution), .flag(record.isOpen),
            .number(record.level), .text(record.phase), .id(record.template), .day(record.opened),
            .day(record.due), .text(record.outcome), .number(record.version), .blob(key))
    }

    /// Writes the case's own columns.
    func update(_ record: CaseRecord) throws {
        try transaction.run(
            """
            UPDATE cases SET institution_id = $2, is_open = $3, level = $4, phase = $5, template_id = $6,
                due_day = $7, outcome = $8, version = $9
            WHERE case_id = $1
            """,
            .id(record.id), .id(record.institution), .flag(record.isOpen), .number(record.level),
            .text(record.phase), .id(record.template), .day(record.due), .text(record.outcome),
            .number(record.version))
    }

    func put(_ need: NeedRecord, of caseID: CaseID, position: Int) throws {
        try transaction.run(
            """
            INSERT INTO needs (need_id, case_id, position, need_code, urgent, state, due_day)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (need_id) DO UPDATE SET urgent = excluded.urgent, state = excluded.state,
                due_day = excluded.due_day
            """,
            .id(need.id), .id(caseID), .number(position), .text(need.code), .flag(need.isUrgent),
            .text(need.state.rawValue), .day(need.due))
    }

    func put(_ attempt: AttemptRecord, of caseID: CaseID, position: Int) throws {
        let key = try subjectKey(of: caseID)
        let scope = try seal(attempt.basis.consentScope, key, "attempts.consent_scope.\(attempt.id)")
        try transaction.run(
            """
            INSERT INTO attempts (attempt_id, need_id, case_id, position, resource_id, recipient_post_id,
                recipient_institution_id, recipient_municipality, state, started, reason, outcome,
                    acknowledged,
                due_day, version, requester_id, reserved_until, basis_paragraph, consent_giver, consent_scope,
                consent_date)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                $20, $21)
            ON CONFLICT (attempt_id) DO UPDATE SET state = excluded.state, started = excluded.started,
                reason = excluded.reason, outcome = excluded.outcome, acknowledged = excluded.acknowledged,
                due_day = excluded.due_day, version = excluded.version
            """,
            .id(attempt.id), .id(attempt.need), .id(caseID), .number(position), .id(attempt.resource),
            .id(attempt.recipientPost), .id(attempt.recipientInstitution),
            .text(attempt.recipientMunicipality), .text(attempt.state.rawValue), .flag(attempt.started),
            .text(attempt.reason), .text(attempt.outcome), .flag(attempt.acknowledged), .day(attempt.due),
            .number(attempt.version), .id(attempt.requester), .instant(attempt.reservedUntil),
            .text(attempt.basis.paragraph), .text(attempt.basis.consentGiver), scope,
            .text(attempt.basis.consentDate))
    }

    /// Adds a line to the history.
    func add(_ change: CaseChange, to caseID: CaseID) throws {
        let last =
            try transaction.first(
                "SELECT MAX(position) FROM case_changes WHERE case_id = $1", .id(caseID)
            ) { try $0.optionalInteger(0) ?? 0 } ?? 0
        let note = try seal(
            change.note, try subjectKey(of: caseID), "case_changes.note.\(caseID).\(last + 1)")
        try transaction.run(
            """
            INSERT INTO case_changes (case_id, position, at, change, person_id, role, detail, note, next,
                due_day)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            .id(caseID), .integer(last + 1), .instant(change.at), .text(change.change), .id(change.person),
            .text(change.role), .text(change.detail), note, .text(change.next), .day(change.due))
    }

    private func subjectKey(of caseID: CaseID) throws -> [UInt8] {
        guard
            let key = try transaction.first(
                "SELECT subject_key FROM cases WHERE case_id = $1", .id(caseID), as: { try $0.blob(0) })
        else { throw StoreError(.damaged, "A need or attempt without its case; restore the partition.") }
        return key
    }

    func record(_ id: CaseID) throws -> CaseRecord? {
        try records("WHERE case_id = $1", "WHERE case_id = $1", .id(id)).first
    }

    func records(of child: ChildID) throws -> [CaseRecord] {
        try records(
            "WHERE child_id = $1", "WHERE case_id IN (SELECT case_id FROM cases WHERE child_id = $1)",
            .id(child))
    }

    func openCase(of child: ChildID) throws -> CaseRecord? { try records(of: child).first(where: \.isOpen) }

    /// All open, or all closed, cases of the municipality.
    func records(open: Bool) throws -> [CaseRecord] {
        try records(
            "WHERE is_open = $1", "WHERE case_id IN (SELECT case_id FROM cases WHERE is_open = $1)",
            .flag(open))
    }

    /// The state of one attempt, for the bookkeeping of places.
    func attemptState(_ id: AttemptID) throws -> (state: AttemptState, reservedUntil: Instant)? {
        try transaction.first(
            "SELECT state, reserved_until FROM attempts WHERE attempt_id = $1", .id(id)
        ) { (try $0.code(0), try $0.instant(1)) }
    }

    /// Cases with everything that belongs to them, by few queries. Both conditions are constant texts.
    private func records(_ own: String, _ parts: String, _ value: Value) throws -> [CaseRecord] {
        var records: [CaseRecord] = []
        var keys: [CaseID: [UInt8]] = [:]
        try transaction.forEach(
            """
            SELECT case_id, child_id, institution_id, is_open, level, phase, template_id, opened_day,
                due_day, outcome, version, subject_key
            FROM cases \(own) ORDER BY opened_day, case_id
            """, [value]
        ) { row in
            let id: CaseID = try row.id(0)
            keys[id] = try row.blob(11)
            records.append(
                CaseRecord(
                    id: id, child: try row.id(1), institution: try row.optionalID(2),
                    isOpen: try row.flag(3), level: try row.number(4), phase: try row.text(5),
                    template: try row.optionalID(6), opened: try row.day(7), due: try row.optionalDay(8),
                    outcome: try row.text(9), version: try row.number(10)))
        }
        guard !records.isEmpty else { return [] }
        let attempts = try attempts(parts, value, keys)
        let needs = try needs(parts, value, attempts)
        let changes = try changes(parts, value, keys)
        var signals: [CaseID: [SignalID]] = [:]
        try transaction.forEach(
            "SELECT case_id, signal_id FROM signals \(parts) AND case_id IS NOT NULL ORDER BY signal_id",
            [value]
        ) { signals[try $0.id(0), default: []].append(try $0.id(1)) }
        for index in records.indices {
            let id = records[index].id
            records[index].needs = needs[id] ?? []
            records[index].changes = changes[id] ?? []
            records[index].signals = signals[id] ?? []
        }
        return records
    }

    private func needs(
        _ parts: String, _ value: Value, _ attempts: [NeedID: [AttemptRecord]]
    ) throws -> [CaseID: [NeedRecord]] {
        var result: [CaseID: [NeedRecord]] = [:]
        try transaction.forEach(
            """
            SELECT case_id, need_id, need_code, urgent, state, due_day FROM needs \(parts)
            ORDER BY case_id, position, need_id
            """, [value]
        ) { row in
            let id: NeedID = try row.id(1)
            result[try row.id(0), default: []].append(
                NeedRecord(
                    id: id, code: try row.text(2), isUrgent: try row.flag(3), state: try row.code(4),
                    due: try row.day(5), attempts: attempts[id] ?? []))
        }
        return result
    }

    private func attempts(
        _ parts: String, _ value: Value, _ keys: [CaseID: [UInt8]]
    ) throws -> [NeedID: [AttemptRecord]] {
        var result: [NeedID: [AttemptRecord]] = [:]
        try transaction.forEach(
            """
            SELECT case_id, attempt_id, need_id, resource_id, recipient_post_id, recipient_institution_id,
                recipient_municipality, state, started, reason, outcome, acknowledged, due_day, version,
                requester_id, reserved_until, basis_paragraph, consent_giver, consent_scope, consent_date
            FROM attempts \(parts) ORDER BY case_id, position, attempt_id
            """, [value]
        ) { row in
            let (id, need): (AttemptID, NeedID) = (try row.id(1), try row.id(2))
            let scope = try open(
                try row.blob(18), keys[try row.id(0)] ?? [], "attempts.consent_scope.\(id)")
            result[need, default: []].append(
                AttemptRecord(
                    id: id, need: need, resource: try row.id(3), recipientPost: try row.optionalID(4),
                    recipientInstitution: try row.optionalID(5), recipientMunicipality: try row.text(6),
                    state: try row.code(7), started: try row.flag(8), reason: try row.text(9),
                    outcome: try row.text(10), acknowledged: try row.flag(11), due: try row.optionalDay(12),
                    version: try row.number(13), requester: try row.optionalID(14),
                    reservedUntil: try row.instant(15),
                    basis: LegalBasis(
                        paragraph: try row.text(16), consentGiver: try row.text(17), consentScope: scope,
                        consentDate: try row.text(19))))
        }
        return result
    }

    private func changes(
        _ parts: String, _ value: Value, _ keys: [CaseID: [UInt8]]
    ) throws -> [CaseID: [CaseChange]] {
        var result: [CaseID: [CaseChange]] = [:]
        try transaction.forEach(
            """
            SELECT case_id, position, at, change, person_id, role, detail, note, next, due_day
            FROM case_changes \(parts)
            ORDER BY case_id, position
            """, [value]
        ) { row in
            let id: CaseID = try row.id(0)
            let note = try open(
                try row.blob(7), keys[id] ?? [], "case_changes.note.\(id).\(try row.integer(1))")
            result[id, default: []].append(
                CaseChange(
                    at: try row.instant(2), change: try row.text(3), person: try row.optionalID(4),
                    role: try row.text(5), detail: try row.text(6), note: note, next: try row.text(8),
                    due: try row.optionalDay(9)))
        }
        return result
    }
}

/// Writing one change of a case.
extension ReferralStore {
    /// Writes what the edit changed: columns, needs, attempts, history, notices.
    func write(_ edit: CaseEdit) throws {
        var edit = edit
        edit.seal()
        guard edit.record.version != edit.original.version else { return }
        try update(edit.record)
        for (position, need) in edit.record.needs.enumerated() {
            if edit.original.need(need.id) != need { try put(need, of: edit.record.id, position: position) }
            for (place, attempt) in need.attempts.enumerated()
            where edit.original.attempt(attempt.id) != attempt {
                try put(attempt, of: edit.record.id, position: place)
            }
        }
        for change in edit.changes { try add(change, to: edit.record.id) }
        for (notice, subject) in edit.notices {
            try add(notice, child: edit.record.child, subject: subject, decider: edit.person)
        }
    }
}
