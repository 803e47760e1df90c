import Contracts
import ServiceKit
import Store
import Tables

/// Whole tables of records in and out.
extension RegistryService {
    struct TableOutcome: Sendable {
        var rows = 0
        var counts = ImportCounts()
        /// Codes that a whole table lacks; they stay as they are.
        var missing: [String] = []
        var preview = Bilingual(et: "", en: "")
        var stored = false
        /// This very file was the last one stored.
        var isRepeat = false
        var faults: [RecordTable.RowFault] = []
        var faultCount = 0
        var notes: [RecordTable.Note] = []
        var keptEdits = 0
        var passedOver = 0
        /// Why a table without faults was not stored.
        var stop: RecordFault?
    }

    /// Undoes the transaction of a table that may not be stored.
    private struct NotStored: Error { var outcome: TableOutcome }

    func importTable(
        _ file: RecordTable.File, operation: Operation, caller: Caller
    ) async throws -> TableOutcome {
        let kind = try recordKind(file.kind)
        guard file.municipality == caller.municipality else { throw RecordDoor.notAllowed }
        let table = RecordTable(file, kind)
        let door = self.door(caller, try await writer(caller))
        do {
            if file.dryRun || !table.faults.isEmpty {
                return try await county().read { transaction in
                    try prepare(table, file, door, in: transaction).outcome
                }
            }
            let done = try await kit.once(operation, in: RegistryCodes.county) { transaction in
                let (outcome, puts) = try prepare(table, file, door, in: transaction)
                guard outcome.stop == nil, !outcome.isRepeat, outcome.faults.isEmpty else {
                    throw NotStored(outcome: outcome)
                }
                try door.write(puts, in: transaction)
                try RecordStore.setLastImport(
                    kind.name, owner: file.municipality, mode: file.mode.rawValue, digest: table.digest,
                    at: kit.clock.now(), transaction)
                return Self.kept(outcome)
            }
            await renewDirectory()
            return stored(done.ids, table)
        } catch let refused as NotStored {
            return refused.outcome
        }
    }

    /// A stored table's outcome as its operation keeps it: what the file itself does not tell again.
    private static func kept(_ outcome: TableOutcome) -> [[UInt8]] {
        var kept = ImportCounts()
        kept.unchanged = outcome.keptEdits
        return [outcome.counts.bytes, kept.bytes]
            + ([outcome.preview.et, outcome.preview.en] + outcome.missing).map { Array($0.utf8) }
    }

    /// The outcome of a stored table, from what its operation keeps.
    private func stored(_ ids: [[UInt8]], _ table: RecordTable) -> TableOutcome {
        var outcome = TableOutcome(
            rows: table.rowCount, stored: true, notes: table.notes, passedOver: table.passedOver)
        outcome.counts = ids.first.flatMap { ImportCounts(bytes: $0) } ?? ImportCounts()
        outcome.keptEdits = ids.dropFirst().first.flatMap { ImportCounts(bytes: $0) }?.unchanged ?? 0
        let texts = ids.dropFirst(2).map { String(decoding: $0, as: UTF8.self) }
        guard texts.count >= 2 else { return outcome }
        outcome.preview = Bilingual(et: texts[0], en: texts[1])
        outcome.missing = Array(texts.dropFirst(2))
        return outcome
    }

    /// Compares the table with what is stored, and checks the records that it would make.
    private func prepare(
        _ table: RecordTable, _ file: RecordTable.File, _ door: RecordDoor, in transaction: any Transaction
    ) throws -> (outcome: TableOutcome, puts: [RecordPut]) {
        let records = try RecordStore.all(table.kind.name, owner: file.municipality, transaction).map(
            \.record)
        let last = try RecordStore.lastImport(table.kind.name, owner: file.municipality, transaction)
        let imported = try last.map {
            try RecordStore.imported(table.kind.name, owner: file.municipality, by: $0, transaction)
        }
        let plan = table.plan(
            records, file, lastDigest: last.flatMap { $0.mode == file.mode.rawValue ? $0.digest : nil },
            imported: imported ?? [], on: kit.clock.today())
        var outcome = TableOutcome(
            rows: table.rowCount, isRepeat: plan.isRepeat, faults: table.faults,
            faultCount: table.faultCount, notes: table.notes + RecordTable.notes(on: plan),
            keptEdits: plan.keptEdits.count, passedOver: table.passedOver)
        outcome.counts.created = plan.new.count
        outcome.counts.changed = plan.changed.count
        outcome.counts.unchanged = plan.unchanged.count
        outcome.missing = plan.missing
        outcome.preview = Bilingual(et: plan.preview.estonian, en: plan.preview.english)
        outcome.stop = plan.stop.map { stop in
            RecordFault(
                "", stop.code, Bilingual(et: stop.what.estonian, en: stop.what.english),
                remedy: Bilingual(et: stop.remedy.estonian, en: stop.remedy.english))
        }
        let puts = table.puts(plan, records, file.municipality)
        let checked = try door.plan(puts.map(\.put), in: transaction)
        let found =
            plan.faults.map { RecordTable.RowFault(row: $0.row, code: "", fault: RecordFault($0)) }
            + checked.faults.map {
                RecordTable.RowFault(row: puts[$0.index].row, code: $0.key.code, fault: $0.fault)
            }
        outcome.faultCount += found.count
        outcome.faults = (outcome.faults + found).sorted { $0.row < $1.row }
        return (outcome, puts.map(\.put))
    }

    // MARK: out

    struct TablePart: Sendable {
        var csv: [UInt8] = []
        var rows = 0
        /// Empty: this was the last part.
        var lastCode = ""
    }

    /// Most bytes of one part, within the method's largest answer.
    private static let partBytesMax = 700 * 1024

    /// A municipality's records of a kind that were in force on a day, as a table.
    ///
    /// - Parameter language: of the headings; empty for the fields' names, which programs prefer.
    func exportTable(
        _ kindName: String, municipality: String, asOf: String, language: String, afterCode: String,
        caller: Caller
    ) async throws -> TablePart {
        let kind = try recordKind(kindName)
        guard !municipality.isEmpty else {
            throw ServiceError(
                .invalid, "municipality-missing", "Say whose table it is: give the municipality's EHAK code.")
        }
        _ = try scope(municipality, caller, withCounty: false)
        let asOf = try day(asOf)
        let day = asOf?.day ?? kit.clock.today()
        let fields = kind.fields.filter {
            $0.contact != .personal || municipality == caller.municipality
        }
        let part = try await county().read { transaction in
            var part = TablePart()
            var writer = TableWriter(
                columns: RecordTable.header(fields, language: language),
                separator: language.isEmpty ? .comma : .semicolon,
                byteOrderMark: !language.isEmpty && afterCode.isEmpty, guardsFormulas: true)
            let header = writer.take()
            if afterCode.isEmpty { part.csv = header }
            var last = ""
            try RecordStore.forEach(kind.name, after: afterCode, asOf: asOf?.end, transaction) { found in
                let record = found.record
                guard record.owner == municipality, record.isInForce(on: day) else { return true }
                guard part.csv.count < Self.partBytesMax else {
                    part.lastCode = last
                    return false
                }
                try writer.write(RecordTable.row(record, fields))
                part.csv += writer.take()
                part.rows += 1
                last = record.code
                return true
            }
            return part
        }
        try await auditNames(kind, .exportTable, caller)
        return part
    }
}
