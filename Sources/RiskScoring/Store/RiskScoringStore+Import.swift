import ServiceKit
import Store

/// One import as it is kept.
struct ImportRow: Sendable, Hashable {
    enum State: String, Sendable { case staging, prepared, committed, aborted }

    var id: ImportID
    var institution: InstitutionID
    var digest: [UInt8]
    var contentBytes: Int
    var chunkBytes: Int
    /// What a full file replaces.
    var period: DayRange?
    var fileName: String
    var state: State
    var begunAt: Instant
    /// First chunk that is not staged.
    var nextChunk: Int
    /// The packed report of the last preparation.
    var report: [UInt8]?

    var chunks: Int { (contentBytes + chunkBytes - 1) / chunkBytes }
    var isStaged: Bool { nextChunk >= chunks }

    /// The size that chunk must have.
    func size(of chunk: Int) -> Int { min(chunkBytes, contentBytes - chunk * chunkBytes) }
}

/// A pupil of a staged file.
struct StagedPupil: Sendable, Hashable {
    var number: Int
    var externalID: String
    var firstRow: Int
    var rowCount: Int
    var child: ChildID?
}

extension RiskScoringStore {
    func importRow(_ id: ImportID) throws -> ImportRow? {
        try transaction.first(
            """
            SELECT import_id, institution_id, digest, content_bytes, chunk_bytes, full_from, full_until,
            file_name,
                state, begun_at, next_chunk, report FROM journal_import WHERE import_id = $1
            """, .blob(id.bytes)
        ) { row in
            let from = try row.optionalDay(5)
            let until = try row.optionalDay(6)
            return ImportRow(
                id: try row.id(0), institution: try row.id(1), digest: try row.blob(2),
                contentBytes: try row.int(3), chunkBytes: max(1, try row.int(4)),
                period: from.flatMap { from in until.map { DayRange(from: from, until: $0) } },
                fileName: try row.text(7), state: ImportRow.State(rawValue: try row.text(8)) ?? .aborted,
                begunAt: try row.instant(9), nextChunk: try row.int(10), report: try row.optionalBlob(11))
        }
    }

    func save(_ row: ImportRow) throws {
        try transaction.run(
            """
            INSERT INTO journal_import (import_id, institution_id, digest, content_bytes, chunk_bytes,
            full_from,
                full_until, file_name, state, begun_at, next_chunk, report)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (import_id) DO UPDATE SET file_name = excluded.file_name, state = excluded.state,
                begun_at = excluded.begun_at, next_chunk = excluded.next_chunk, report = excluded.report
            """,
            [
                .blob(row.id.bytes), .blob(row.institution.bytes), .blob(row.digest),
                .integer(Int64(row.contentBytes)), .integer(Int64(row.chunkBytes)),
                Self.day(row.period?.from),
                Self.day(row.period?.until), .text(row.fileName), .text(row.state.rawValue),
                .instant(row.begunAt), .integer(Int64(row.nextChunk)), row.report.map { .blob($0) } ?? .null,
            ])
    }

    func stage(_ chunk: Int, of id: ImportID, _ data: [UInt8]) throws {
        try transaction.run(
            "INSERT INTO staged_chunk (import_id, number, data) VALUES ($1, $2, $3)", .blob(id.bytes),
            .integer(Int64(chunk)), .blob(data))
        try transaction.run(
            "UPDATE journal_import SET next_chunk = $2 WHERE import_id = $1", .blob(id.bytes),
            .integer(Int64(chunk) + 1))
    }

    func chunk(_ number: Int, of id: ImportID) throws -> [UInt8]? {
        try transaction.first(
            "SELECT data FROM staged_chunk WHERE import_id = $1 AND number = $2", .blob(id.bytes),
            .integer(Int64(number))
        ) { try $0.blob(0) }
    }

    /// Forgets the staged bytes and pupils.
    func clearStaging(of id: ImportID) throws {
        try transaction.run("DELETE FROM staged_chunk WHERE import_id = $1", .blob(id.bytes))
        try transaction.run("DELETE FROM staged_pupil WHERE import_id = $1", .blob(id.bytes))
    }

    /// Imports that were begun before `limit` and never finished.
    func abandonedImports(before limit: Instant) throws -> [ImportID] {
        try transaction.all(
            """
            SELECT import_id FROM journal_import WHERE begun_at < $1 AND state IN ('staging', 'prepared')
                ORDER BY import_id
            """, .instant(limit)
        ) { try $0.id(0) }
    }

    func saveStagedPupils(_ pupils: [StagedPupil], of id: ImportID) throws {
        try transaction.run("DELETE FROM staged_pupil WHERE import_id = $1", .blob(id.bytes))
        for pupil in pupils {
            try transaction.run(
                """
                INSERT INTO staged_pupil (import_id, number, external_id, first_row, row_count, is_asked,
                child_id)
                    VALUES ($1, $2, $3, $4, $5, 0, NULL)
                """, .blob(id.bytes), .integer(Int64(pupil.number)), .text(pupil.externalID),
                .integer(Int64(pupil.firstRow)), .integer(Int64(pupil.rowCount)))
        }
    }

    /// Pupils that Registry has not been asked for.
    func unaskedPupils(of id: ImportID, limit: Int) throws -> [String] {
        try transaction.all(
            """
            SELECT external_id FROM staged_pupil WHERE import_id = $1 AND is_asked = 0 ORDER BY number LIMIT
            $2
            """, .blob(id.bytes), .integer(Int64(limit))
        ) { try $0.text(0) }
    }

    func stagedPupils(of id: ImportID) throws -> [StagedPupil] {
        try transaction.all(
            """
            SELECT number, external_id, first_row, row_count, child_id FROM staged_pupil WHERE import_id = $1
                ORDER BY number
            """, .blob(id.bytes), as: Self.stagedPupil)
    }

    /// Pupils of whom Registry said that it does not know them.
    func unregisteredPupils(of id: ImportID) throws -> [StagedPupil] {
        try transaction.all(
            """
            SELECT number, external_id, first_row, row_count, child_id FROM staged_pupil
                WHERE import_id = $1 AND is_asked = 1 AND child_id IS NULL ORDER BY number
            """, .blob(id.bytes), as: Self.stagedPupil)
    }

    private static func stagedPupil(_ row: any Row) throws -> StagedPupil {
        StagedPupil(
            number: try row.int(0), externalID: try row.text(1), firstRow: try row.int(2),
            rowCount: try row.int(3), child: try row.optionalID(4))
    }

    /// Registry's answer for one pupil; nil: not in the register.
    func answer(_ externalID: String, of id: ImportID, child: ChildID?) throws {
        try transaction.run(
            "UPDATE staged_pupil SET is_asked = 1, child_id = $3 WHERE import_id = $1 AND external_id = $2",
            .blob(id.bytes), .text(externalID), Self.blob(child))
    }

    /// Lets Registry be asked again for those that it did not know.
    func askAgain(of id: ImportID) throws {
        try transaction.run(
            "UPDATE staged_pupil SET is_asked = 0 WHERE import_id = $1 AND child_id IS NULL", .blob(id.bytes))
    }
}
