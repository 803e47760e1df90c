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

        var mode: ImportPlan.Mode { delta ? .delta : .full }
    }

    /// A fault with its row as a spreadsheet counts it.
    struct RowFault: Sendable, Hashable {
        var row: Int
        /// Of the row's record; empty when it could not be read.
        var code: String
        var fault: RecordFault
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
    private var unreadableKeys: Set<String> = []
    let digest: [UInt8]

    /// Reads a file; what is wrong in it is in `faults`.
    init(_ file: File, _ kind: RecordKind) {
        self.kind = kind
        digest = Digest.sha256(file.csv)
        let sheet = TableSheet(file.csv, Self.format(of: kind))
        rowCount = sheet.rows.count + sheet.faultyRows.count
        for fault in sheet.faults { note(fault) }
        faultCount = sheet.faultCount
        for row in sheet.faultyRows { noteKey(sheet.fields(of: row)[Self.codeColumn]) }
        for row in sheet.rows { read(row.number, sheet.fields(of: row), file.municipality) }
        faults.sort { $0.row < $1.row }
    }

    private mutating func read(_ number: Int, _ cells: [String: String], _ municipality: String) {
        let code = cells[Self.codeColumn] ?? ""
        var fields: [String: String] = [:]
        var found: [RecordFault] = []
        for (name, cell) in cells where name != Self.codeColumn && name != Self.ownerColumn {
            guard let field = kind.field(name) else {
                fields[name] = cell
                continue
            }
            do {
                fields[name] = field.text(try field.value(cell))
            } catch {
                found.append(error)
            }
        }
        if let owner = cells[Self.ownerColumn], !owner.isEmpty, owner != municipality {
            found.append(Self.otherMunicipality)
        }
        guard found.isEmpty else {
            faultCount += found.count
            faults += found.map { RowFault(row: number, code: code, fault: $0) }
            noteKey(code)
            return
        }
        rows.append(ImportPlan.Row(number: number, key: code, fields: fields))
    }

    private mutating func note(_ fault: TableFault) {
        faults.append(RowFault(row: fault.row, code: "", fault: RecordFault(fault)))
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
    /// - Parameter stored: the municipality's records of the kind, ended ones too.
    func plan(
        _ stored: [Record], _ file: File, lastDigest: [UInt8]?, on today: LocalDate
    ) -> ImportPlan {
        let named = Set(rows.map(\.key))
        var current: [String: [String: String]] = [:]
        for record in stored where record.isInForce(on: today) || named.contains(record.code) {
            current[record.code] = cells(record)
        }
        return ImportPlan(
            mode: file.mode, current: current, incoming: rows, digest: digest, lastDigest: lastDigest,
            unreadableKeys: unreadableKeys, confirmedMissing: file.confirmedMissing)
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
            SheetFormat.Column(codeColumn, .code, required: true, headings: ["Kood"]),
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
            fault.column ?? "", fault.code, Bilingual(et: fault.message.estonian, en: fault.message.english),
            remedy: Bilingual(et: fault.remedy.estonian, en: fault.remedy.english))
    }
}
