import Security
import ServiceKit
import Store

/// What is asked to begin an import.
struct ImportRequest: Sendable, Hashable {
    var municipality: String
    var institution: InstitutionID
    var format: String
    var digest: [UInt8]
    var contentBytes: Int
    var fileName: String
    var period: DayRange?

    static let format = "tugi-journal/1"

    /// The import's identity: what it holds, for whom, how.
    var id: ImportID? {
        var bytes = Array("tugi:import:".utf8)
        bytes += digest
        bytes += institution.bytes
        let period = self.period.map { "\($0.from)-\($0.until)" } ?? "add"
        bytes += Array("\(municipality):\(format):\(contentBytes):\(period)".utf8)
        var id = Array(Digest.sha256(bytes).prefix(16))
        id[6] = id[6] & 0x0F | 0x80
        id[8] = id[8] & 0x3F | 0x80
        return ImportID(id)
    }
}

/// How a staged import stands.
struct ImportStanding: Sendable, Hashable {
    var row: ImportRow
    var report: ImportReport
    /// Pupils that Registry has to map next.
    var unmapped: [String] = []
}

extension RiskScoringService {
    static let unmappedMax = 2000

    func beginImport(_ request: ImportRequest, _ caller: Caller, _ operation: Operation) async throws
        -> ImportStanding
    {
        try requireMunicipality(request.municipality, caller)
        guard
            SignalPolicy.mayImport(caller, partition: request.municipality, institution: request.institution)
        else { throw try await refuse(caller, "BeginImport", request.municipality) }
        guard request.format == ImportRequest.format else {
            throw ServiceError(.invalid, "format-unknown", "The only format is \(ImportRequest.format).")
        }
        guard request.digest.count == 32, request.contentBytes > 0, let id = request.id else {
            throw ServiceError(
                .invalid, "content-digest", "Send the SHA-256 (32 bytes) and the size of the whole file.")
        }
        guard request.contentBytes <= configuration.importBytesMax else {
            throw ServiceError(
                .tooMuch, "content-bytes",
                "The file is larger than \(configuration.importBytesMax) bytes: send a term at a time."
            )
        }
        let now = kit.clock.now()
        let chunkBytes = configuration.chunkBytes
        _ = try await kit.once(operation, in: request.municipality) { transaction in
            let store = RiskScoringStore(transaction)
            switch try store.importRow(id) {
            case .some(let row) where row.state == .staging || row.state == .prepared:
                // Sent again after pupils were imported: Registry is asked anew for those it did not know.
                try store.askAgain(of: id)
            case .some(let row) where row.state == .committed:
                break
            default:
                try store.clearStaging(of: id)
                try store.save(
                    ImportRow(
                        id: id, institution: request.institution, digest: request.digest,
                        contentBytes: request.contentBytes, chunkBytes: chunkBytes, period: request.period,
                        fileName: request.fileName, state: .staging, begunAt: now, nextChunk: 0, report: nil))
            }
            return [id.bytes]
        }
        return try await standing(ofImport: id, request.municipality)
    }

    /// Keeps one chunk; durable when this returns. A chunk that is there already is passed over.
    /// Gives the first chunk that is not staged.
    func stage(
        _ chunk: UInt64, _ data: [UInt8], of id: ImportID, _ partition: String, _ caller: Caller
    ) async throws -> Int {
        try await kit.store.partition(partition).write { transaction in
            let store = RiskScoringStore(transaction)
            guard let row = try store.importRow(id) else { throw Self.importNotFound }
            guard let chunk = Int(exactly: chunk), chunk < row.chunks else {
                throw ServiceError(
                    .invalid, "chunk-beyond-end", "The file as announced has \(row.chunks) chunks, from 0.")
            }
            guard row.state == .staging, chunk >= row.nextChunk else { return row.nextChunk }
            guard chunk == row.nextChunk else {
                throw ServiceError(
                    .invalid, "chunk-out-of-order", "Send chunk \(row.nextChunk) next; earlier ones are kept."
                )
            }
            guard data.count == row.size(of: chunk) else {
                throw ServiceError(
                    .invalid, "chunk-size", "This chunk has to have \(row.size(of: chunk)) bytes.")
            }
            try store.stage(chunk, of: id, data)
            return chunk + 1
        }
    }

    /// Before the first chunk of a stream: may this caller send it? Gives the first chunk that is not staged.
    func openStaging(_ id: ImportID, _ partition: String, _ caller: Caller) async throws -> Int {
        try requireMunicipality(partition, caller)
        let row = try await importRow(id, partition)
        guard SignalPolicy.mayImport(caller, partition: partition, institution: row.institution) else {
            throw try await refuse(caller, "StageChunks", partition)
        }
        guard row.state != .aborted else { throw Self.importNotFound }
        return row.nextChunk
    }

    /// Reads all that is staged, once; later calls tell what was found and which pupils are still to be
    /// mapped.
    func prepareImport(_ id: ImportID, _ partition: String, _ caller: Caller) async throws -> ImportStanding {
        try requireGateway(caller)
        let row = try await importRow(id, partition)
        guard row.state == .staging else { return try await standing(ofImport: id, partition) }
        guard row.isStaged else {
            throw ServiceError(
                .conflict, "import-incomplete",
                "Chunks \(row.nextChunk) to \(row.chunks - 1) are missing: send them, then finish again.")
        }
        let read = try await readStaged(row, partition, collects: false)
        var report = ImportReport()
        report.counts = read.reader.counts
        report.faults = read.reader.faults
        report.pupils = UInt64(read.reader.contents.pupils.count)
        let contents = read.reader.contents
        let whole = read.digest == row.digest
        if !whole { report.faults.add(JournalFault(row: 0, "digest-mismatch")) }
        let packed = report.packed
        let pupils = (0..<contents.pupils.count).map { number in
            StagedPupil(
                number: number, externalID: contents.pupils.text(number),
                firstRow: Int(clamping: contents.firstRows[number]),
                rowCount: Int(clamping: contents.rowCounts[number]), child: nil)
        }
        let broken = report
        try await kit.store.partition(partition).write { transaction in
            let store = RiskScoringStore(transaction)
            guard var current = try store.importRow(id), current.state == .staging else { return }
            if whole {
                current.state = .prepared
                current.report = packed
                try store.saveStagedPupils(pupils, of: id)
            } else {
                // What arrived is not the file: it has to come again from the first chunk.
                current.nextChunk = 0
                try store.clearStaging(of: id)
            }
            try store.save(current)
        }
        return whole ? try await standing(ofImport: id, partition) : ImportStanding(row: row, report: broken)
    }

    func supplyPupils(
        _ id: ImportID, _ answers: [(externalID: String, child: ChildID?)], _ partition: String,
        _ caller: Caller,
        _ operation: Operation
    ) async throws {
        try requireGateway(caller)
        _ = try await kit.once(operation, in: partition) { transaction in
            let store = RiskScoringStore(transaction)
            guard let row = try store.importRow(id) else { throw Self.importNotFound }
            guard row.state == .prepared else { return [] }
            for answer in answers { try store.answer(answer.externalID, of: id, child: answer.child) }
            return []
        }
    }

    /// Shows the whole file in one transaction, recounts the alarms that it touches, and forgets the staging.
    func commitImport(
        _ id: ImportID, _ partition: String, _ caller: Caller, _ operation: Operation
    ) async throws -> ImportStanding {
        try requireGateway(caller)
        let standing = try await standing(ofImport: id, partition)
        guard standing.row.state != .committed else { return standing }
        guard standing.row.state == .prepared, standing.unmapped.isEmpty else {
            throw ServiceError(
                .conflict, "import-not-prepared", "Prepare the import and map its pupils, then commit it.")
        }
        guard standing.report.faults.count == 0 else {
            throw ServiceError(
                .conflict, "import-has-faults",
                "The file has \(standing.report.faults.count) faults, nothing was stored: correct it, send it again."
            )
        }
        let staged = try await kit.store.partition(partition).read { transaction in
            try RiskScoringStore(transaction).stagedPupils(of: id)
        }
        let children = staged.compactMap(\.child)
        let row = standing.row
        let contents = try await readStaged(row, partition, collects: true).reader.contents
        guard children.count == contents.pupils.count else { throw RiskScoringStore.damaged() }
        try await kit.audit(
            AuditRecord(caller: caller, action: "CommitImport", partition: partition, children: children))
        var committed = standing.report
        committed.committed = true
        let packed = committed.packed
        _ = try await kit.once(operation, in: partition) { transaction in
            let store = RiskScoringStore(transaction)
            guard var current = try store.importRow(id) else { throw Self.importNotFound }
            guard current.state == .prepared else { return [id.bytes] }
            var commit = JournalCommit(store: store, institution: row.institution, period: row.period)
            try commit.write(contents, pupils: children)
            try recount(commit.touched, partition, store)
            try store.clearStaging(of: id)
            current.state = .committed
            current.report = packed
            try store.save(current)
            return [id.bytes]
        }
        return try await self.standing(ofImport: id, partition)
    }

    func abortImport(_ id: ImportID, _ partition: String, _ caller: Caller, _ operation: Operation)
        async throws
    {
        try requireMunicipality(partition, caller)
        let row = try await importRow(id, partition)
        guard SignalPolicy.mayImport(caller, partition: partition, institution: row.institution) else {
            throw try await refuse(caller, "AbortImport", partition)
        }
        _ = try await kit.once(operation, in: partition) { transaction in
            let store = RiskScoringStore(transaction)
            guard let row = try store.importRow(id), row.state != .committed else {
                throw ServiceError(
                    .conflict, "import-committed",
                    "This import is finished: what it stored is corrected by sending a corrected file.")
            }
            try Self.forget(id, store)
            return []
        }
    }
}

extension RiskScoringService {
    static let importNotFound = ServiceError(
        .notFound, "import-not-found", "There is no such import: begin it with BeginImport.")

    private func requireGateway(_ caller: Caller) throws {
        guard caller.isProgram("gateway") else {
            throw ServiceError(
                .notAllowed, "programs-only", "Finish an import through the gateway's FinishJournalImport.")
        }
    }

    /// Forgets the staged files that were begun and never finished (Protocols/journal.md): they name pupils.
    func forgetAbandonedImports() async throws {
        let limit = Instant(
            microseconds: kit.clock.now().microseconds - Int64(configuration.stagedDays) * 86_400_000_000)
        for partition in try await kit.store.codes() where partition != "0060" {
            let database = try await kit.store.partition(partition)
            // Most rounds find nothing, and then nothing is written.
            let old = try await database.read { try RiskScoringStore($0).abandonedImports(before: limit) }
            for id in old {
                try await database.write { try Self.forget(id, RiskScoringStore($0)) }
            }
        }
    }

    private static func forget(_ id: ImportID, _ store: RiskScoringStore) throws {
        guard var row = try store.importRow(id), row.state != .committed else { return }
        try store.clearStaging(of: id)
        row.state = .aborted
        row.nextChunk = 0
        row.report = nil
        try store.save(row)
    }

    private func importRow(_ id: ImportID, _ partition: String) async throws -> ImportRow {
        let row = try await kit.store.partition(partition).read { transaction in
            try RiskScoringStore(transaction).importRow(id)
        }
        guard let row else { throw Self.importNotFound }
        return row
    }

    /// The import with its report: what the file says, and who of it is not in the register.
    private func standing(ofImport id: ImportID, _ partition: String) async throws -> ImportStanding {
        try await kit.store.partition(partition).read { transaction in
            let store = RiskScoringStore(transaction)
            guard let row = try store.importRow(id) else { throw Self.importNotFound }
            var report = try row.report.map { try ImportReport(packed: $0) } ?? ImportReport()
            report.committed = row.state == .committed
            guard row.state == .prepared else { return ImportStanding(row: row, report: report) }
            let unmapped = try store.unaskedPupils(of: id, limit: Self.unmappedMax)
            report.addUnregistered(try store.unregisteredPupils(of: id))
            return ImportStanding(row: row, report: report, unmapped: unmapped)
        }
    }

    /// Reads the staged chunks one by one, away from the connection's loop: memory stays at a chunk and the
    /// result.
    @concurrent
    private func readStaged(
        _ row: ImportRow, _ partition: String, collects: Bool
    ) async throws -> (reader: JournalReader, digest: [UInt8]) {
        var reader = JournalReader(period: row.period, collects: collects)
        var hasher = SHA256Hasher()
        let database = try await kit.store.partition(partition)
        for number in 0..<row.chunks {
            let chunk = try await database.read { transaction in
                try RiskScoringStore(transaction).chunk(number, of: row.id)
            }
            guard let chunk else { throw Self.importNotFound }
            hasher.update(chunk)
            try reader.read(chunk)
        }
        try reader.finish()
        return (reader, hasher.finalize())
    }
}
