import Security
import ServiceKit
import Tables

/// A table of records of one kind and one municipality, as people send it: read, compared with what is stored, and
/// written out again so that reading it back changes nothing.
struct RecordTable: Sendable {
    struct File: Sendable {
        var kind: String
        /// Whose records the table holds.
        var municipality: String
        var csv: [UInt8]
        /// Holds changes only; else it is the whole table.
        var delta: Bool
        var dryRun: Bool
        var confirmedMissing: Int?
        /// How a foreign table becomes one of ours; nil: it is one.
        var profile: TableProfile?
        /// SHA-256 of the profile as it was sent.
        var profileDigest: [UInt8] = []
        /// The file wins over what people changed since the last import.
        var overwritesEdits = false

        var mode: ImportPlan.Mode { delta ? .delta : .full }
    }

    /// A fault with its row as a spreadsheet counts it.
    struct RowFault: Sendable, Hashable {
        var row: Int
        /// Of the row's record; empty when it could not be read.
        var code: String
        var fault: RecordFault
    }

    /// Something that was put right or left as it is: where first, and in how many rows of the field.
    struct Note: Sendable, Hashable {
        var fault: RecordFault
        var row: Int
        var rows: Int
    }

    static let codeColumn = "code"
    static let ownerColumn = "municipality"
    static let endColumn = "ended_from"

    let kind: RecordKind
    /// Good rows.
    private(set) var rows: [ImportPlan.Row] = []
    private(set) var rowCount = 0
    private(set) var faults: [RowFault] = []
    private(set) var faultCount = 0
    /// What was put right with certainty.
    private(set) var notes: [Note] = []
    /// Rows that a profile leaves out, and those of other municipalities in a foreign table.
    private(set) var passedOver = 0
    private var unreadableKeys: Set<String> = []
    let digest: [UInt8]

    /// Reads a file; what is wrong in it is in `faults`. Rows are told as the sender counts them, also when a profile
    /// makes our table of a foreign one.
    init(_ file: File, _ kind: RecordKind) {
        self.kind = kind
        digest = Self.digest(of: file)
        let mapped = file.profile?.apply(file.csv)
        let sheet = TableSheet(mapped?.csv ?? file.csv, Self.format(of: kind))
        let place = { (row: Int) in mapped?.sourceRow(row) ?? row }
        rowCount = sheet.rows.count + sheet.faultyRows.count
        if let mapped {
            passedOver = mapped.passedOver
            rowCount += Set(mapped.faults.map(\.row)).count
            for fault in mapped.faults { note(fault, row: fault.row) }
            faultCount = mapped.faultCount
            notes = mapped.notes.map { Note(fault: RecordFault($0.fault), row: $0.fault.row, rows: $0.rows) }
        }
        for fault in sheet.faults { note(fault, row: place(fault.row)) }
        faultCount += sheet.faultCount
        notes += sheet.notes.map {
            Note(fault: RecordFault($0.fault), row: place($0.fault.row), rows: $0.rows)
        }
        for row in sheet.faultyRows { noteKey(sheet.fields(of: row)[Self.codeColumn]) }
        for row in sheet.rows { read(place(row.number), sheet.fields(of: row), file) }
        faults.sort { $0.row < $1.row }
    }

    /// The same file under another profile is another file.
    private static func digest(of file: File) -> [UInt8] {
        file.profile == nil ? Digest.sha256(file.csv) : Digest.sha256(file.csv + [0] + file.profileDigest)
    }

    private mutating func read(_ number: Int, _ cells: [String: String], _ file: File) {
        // A register's own table is often of the whole country.
        let owner = cells[Self.ownerColumn] ?? ""
        let isOthers = !owner.isEmpty && owner != file.municipality
        if file.profile != nil, isOthers {
            passedOver += 1
            rowCount -= 1
            return
        }
        let code = cells[Self.codeColumn] ?? ""
        var fields: [String: String] = [:]
        var found: [RecordFault] = []
        for (name, cell) in cells where name != Self.codeColumn && name != Self.ownerColumn {
            guard let field = kind.field(name) else {
                fields[name] = cell
                continue
            }
            do {
                fields[name] = field.text(try field.value(Self.withZeros(cell, field)))
            } catch {
                found.append(error)
            }
        }
        if isOthers { found.append(Self.otherMunicipality) }
        guard found.isEmpty else {
            faultCount += found.count
            faults += found.map { RowFault(row: number, code: code, fault: $0) }
            noteKey(code)
            return
        }
        rows.append(ImportPlan.Row(number: number, key: code, fields: fields))
    }

    /// The zero that a program took from the only municipality in a list; a single code's is restored by the sheet.
    private static func withZeros(_ cell: String, _ field: RecordField) -> String {
        guard field.type == .references("municipality"), cell.utf8.count == 3,
            cell.utf8.allSatisfy({ 0x30...0x39 ~= $0 })
        else { return cell }
        return "0" + cell
    }

    private mutating func note(_ fault: TableFault, row: Int) {
        faults.append(RowFault(row: row, code: "", fault: RecordFault(fault)))
    }

    private mutating func noteKey(_ code: String?) {
        if let code, !code.isEmpty { unreadableKeys.insert(code) }
    }

    private static let otherMunicipality = RecordFault(
        ownerColumn, "municipality-differs",
        Bilingual(
            et: "Rida on teise omavalitsuse oma.", en: "The row is another municipality's."),
        remedy: Bilingual(
            et: "Impordi iga omavalitsuse tabel eraldi.", en: "Import each municipality's table by itself."))

    // MARK: against what is stored

    /// What the table would do.
    ///
    /// - Parameters:
    ///   - stored: the municipality's records of the kind, ended ones too.
    ///   - imported: those records as the last import left them.
    func plan(
        _ stored: [Record], _ file: File, lastDigest: [UInt8]?, imported: [Record], on today: LocalDate
    ) -> ImportPlan {
        let named = Set(rows.map(\.key))
        var current: [String: [String: String]] = [:]
        for record in stored where record.isInForce(on: today) || named.contains(record.code) {
            current[record.code] = cells(record)
        }
        return ImportPlan(
            mode: file.mode, current: current, incoming: rows, digest: digest, lastDigest: lastDigest,
            unreadableKeys: unreadableKeys,
            lastImported: file.overwritesEdits
                ? [:] : Dictionary(imported.map { ($0.code, cells($0)) }) { first, _ in first },
            confirmedMissing: file.confirmedMissing)
    }

    /// What people changed since the last import and what becomes of it, by field.
    static func notes(on plan: ImportPlan) -> [Note] {
        var notes: [Note] = []
        func add(_ row: Int, _ fault: RecordFault) {
            if let index = notes.firstIndex(where: { $0.fault == fault }) {
                notes[index].rows += 1
            } else {
                notes.append(Note(fault: fault, row: row, rows: 1))
            }
        }
        for kept in plan.keptEdits { add(kept.row, editKept(kept.field)) }
        for change in plan.changed {
            for field in change.fields where field.overwritesEdit {
                add(change.row.number, editOverwritten(field.field))
            }
        }
        return notes
    }

    private static func editKept(_ field: String) -> RecordFault {
        RecordFault(
            field, "edit-kept",
            Bilingual(
                et:
                    "Väärtust muudeti pärast viimast importi käsitsi; fail ütleb sama mis siis, seega see jääb.",
                en:
                    "The value was changed by hand since the last import; the file says what it said then, so it "
                    + "stays."),
            remedy: Bilingual(
                et: "Paranda väärtus failis. Kui õige on fail, lase sel muudatused üle kirjutada.",
                en: "Correct the value in the file. If the file is right, let it overwrite such changes."))
    }

    private static func editOverwritten(_ field: String) -> RecordFault {
        RecordFault(
            field, "edit-overwritten",
            Bilingual(
                et:
                    "Väärtust muudeti pärast viimast importi käsitsi; failis on uus väärtus, mis jääb kehtima.",
                en:
                    "The value was changed by hand since the last import; the file brings a new one, which wins."
            ),
            remedy: Bilingual(
                et: "Vaata väärtust kirje ajaloost, kui käsitsi muudetu oli õige.",
                en: "Look it up in the record's history if what was changed by hand was right."))
    }

    private func cells(_ record: Record) -> [String: String] {
        var cells = [Self.endColumn: record.endedFrom]
        for field in kind.fields { cells[field.name] = field.text(record.fields[field.name]) }
        return cells
    }

    /// The records that the plan creates and changes, each with its row.
    func puts(
        _ plan: ImportPlan, _ stored: [Record], _ municipality: String
    ) -> [(put: RecordPut, row: Int)] {
        let known = Dictionary(stored.map { ($0.code, $0) }) { first, _ in first }
        let wanted = plan.new + plan.changed.map(\.row)
        return wanted.map { row in
            var record =
                known[row.key] ?? Record(kind: kind.name, code: row.key, owner: municipality)
            for (name, cell) in row.fields {
                guard let field = kind.field(name) else { continue }
                // Canonical texts were written by the field itself and can be read.
                record.fields[name] = try? field.value(cell)
            }
            record.endedFrom = row.fields[Self.endColumn] ?? record.endedFrom
            return (RecordPut(record, setsEnd: row.fields[Self.endColumn] != nil), row.number)
        }
    }

    // MARK: columns

    static func format(of kind: RecordKind) -> SheetFormat {
        var columns = [
            SheetFormat.Column(
                codeColumn, kind.owner == .ownCode ? .municipality : .code, required: true, headings: ["Kood"]
            ),
            SheetFormat.Column(ownerColumn, .municipality, headings: ["Omavalitsus", "EHAK"]),
        ]
        for field in kind.fields {
            columns.append(
                SheetFormat.Column(
                    field.name, sheetKind(field),
                    headings: [field.heading.et, field.heading.en] + field.synonyms
                ))
        }
        columns.append(
            SheetFormat.Column(endColumn, .date, headings: ["Lõpetatud alates", "Ended from"]))
        return SheetFormat(columns)
    }

    private static func sheetKind(_ field: RecordField) -> SheetFormat.Kind {
        switch field.type {
        case .text: .text
        case .longText: .longText
        case .reference("municipality"): .municipality
        case .code, .reference: .code
        case .date: .date
        case .integer: .integer
        case .boolean: .boolean
        case .texts, .codes, .references, .languages: .list
        }
    }

    /// The header: the fields' names, or their headings in a language.
    static func header(_ fields: [RecordField], language: String) -> [String] {
        let ends: [Bilingual] = [
            Bilingual(et: "Kood", en: codeColumn), Bilingual(et: "Omavalitsus", en: ownerColumn),
            Bilingual(et: "Lõpetatud alates", en: "Ended from"),
        ]
        if language.isEmpty { return [codeColumn, ownerColumn] + fields.map(\.name) + [endColumn] }
        return ends.prefix(2).map { $0.text(language) } + fields.map { $0.heading.text(language) }
            + [ends[2].text(language)]
    }

    /// The row of a record under that header.
    static func row(_ record: Record, _ fields: [RecordField]) -> [String] {
        [record.code, record.owner] + fields.map { $0.text(record.fields[$0.name]) } + [record.endedFrom]
    }
}

extension RecordFault {
    /// What a table's reader found.
    init(_ fault: TableFault) {
        self.init(
            fault.column ?? "", fault.code, Bilingual(fault.message), remedy: Bilingual(fault.remedy))
    }
}
