import Foundation
@testable import Registry
import ServiceKit
@testable import Tables
import Testing

@Suite("Every kind's table goes out and comes back as it was")
struct EveryTableTests {
    /// How a spreadsheet program saves what it opened.
    enum Habit: String, CaseIterable {
        /// As it was written.
        case none
        /// Semicolons, a byte order mark, dates and codes as the program shows them.
        case excel
        /// The same in Windows-1257, as older programs save it.
        case excelBaltic
        /// Tabs and UTF-16, which is called Unicode text.
        case unicodeText
    }

    @Test(
        "A record with every field comes back unchanged, whatever the spreadsheet program",
        arguments: RecordKinds.all.map(\.name), Habit.allCases)
    func unchanged(_ name: String, _ habit: Habit) throws {
        let kind = try #require(RecordKinds.named(name))
        for language in ["", "et", "en"] {
            let record = Self.full(kind)
            let file = RecordTable.File(
                kind: name, municipality: record.owner,
                csv: Self.saved(kind, record, language: language, habit), delta: false, dryRun: true)
            let table = RecordTable(file, kind)
            #expect(
                table.faults.isEmpty,
                "\(language) \(table.faults.map { "\($0.fault.field) \($0.fault.reason)" })")
            let plan = table.plan(
                [record], file, lastDigest: nil, imported: [],
                on: LocalDate(year: 2026, month: 2, day: 2) ?? LocalDate(dayNumber: 0))
            #expect(plan.unchanged == [record.code], "\(language) \(plan.changed.map(\.fields))")
            #expect(plan.new.isEmpty && plan.missing.isEmpty && plan.mayStore)
        }
    }

    @Test("A record with required fields only comes back unchanged")
    func requiredOnly() throws {
        for kind in RecordKinds.all {
            var record = Self.full(kind)
            record.fields = record.fields.filter { kind.field($0.key)?.isRequired == true }
            let file = RecordTable.File(
                kind: kind.name, municipality: record.owner,
                csv: Self.saved(kind, record, language: "et", .excel), delta: false, dryRun: true)
            let plan = RecordTable(file, kind).plan(
                [record], file, lastDigest: nil, imported: [], on: LocalDate(dayNumber: 20_000))
            #expect(plan.unchanged == [record.code], "\(kind.name) \(plan.changed.map(\.fields))")
        }
    }

    // MARK: a record with everything

    private static func full(_ kind: RecordKind) -> Record {
        // Kinds that are their own owner have the owner's code.
        let owner = kind.owner == .county ? "0060" : "0901"
        var record = Record(
            kind: kind.name, code: kind.owner == .ownCode ? owner : "naidis-1", owner: owner,
            endedFrom: "2026-12-31")
        for field in kind.fields { record.fields[field.name] = value(field) }
        return kind.canonical(record)
    }

    private static func value(_ field: RecordField) -> RecordValue {
        switch field.type {
        case .text(let bytesMax):
            // What programs run as formulas, take for numbers, or split at.
            .text(String("=1+1; \"Näidis\", õäöü šž".prefix(bytesMax < 60 ? 8 : 60)))
        case .longText: .text("- esimene rida; \"jutumärgid\"\n- teine rida, koma ja õäöüšž\n+372 5550 0000")
        case .code(let codes): .text(codes.sorted().first ?? "")
        case .date: .text("2026-09-01")
        case .integer(let range): .integer(range.lowerBound)
        case .boolean: .boolean(true)
        case .languages: .list(["et", "ru", "zh-Hans"])
        case .reference(let kind): .text(kind == "municipality" ? "0901" : "naidis.kood-1")
        case .texts: .list(["Esimene, komaga", "Teine \"jutumärkides\"", "+372 5550 0000"])
        case .codes(let codes): .list(codes.sorted())
        case .references(let kind): .list(kind == "municipality" ? ["0901"] : ["a-1", "b.2"])
        }
    }

    // MARK: as a program saves it

    private static func saved(
        _ kind: RecordKind, _ record: Record, language: String, _ habit: Habit
    ) -> [UInt8] {
        let header = RecordTable.header(kind.fields, language: language)
        var row = RecordTable.row(record, kind.fields)
        guard habit != .none else {
            var writer = TableWriter(
                columns: header, separator: language.isEmpty ? .comma : .semicolon,
                byteOrderMark: !language.isEmpty, guardsFormulas: true)
            try? writer.write(row)
            return writer.take()
        }
        let types: [RecordField.FieldType?] =
            [nil, nil] + kind.fields.map { Optional($0.type) } + [RecordField.FieldType.date]
        for (place, type) in types.enumerated() {
            switch type {
            // Dates in the local way.
            case .date: row[place] = shown(row[place])
            // A code of digits is a number: its zero goes.
            case .reference("municipality"), .references("municipality"):
                row[place] = String(row[place].drop { $0 == "0" })
            default: continue
            }
        }
        for place in kind.owner == .ownCode ? [0, 1] : [1] {
            row[place] = String(row[place].drop { $0 == "0" })
        }
        let separator = habit == .unicodeText ? "\t" : ";"
        let text =
            [header, row].map { cells in
                cells.map { quoted(guarded($0)) }.joined(separator: separator)
            }.joined(separator: "\r\n") + "\r\n"
        switch habit {
        case .excelBaltic: return text.unicodeScalars.map { baltic[$0] ?? UInt8($0.value) }
        case .unicodeText:
            return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        default: return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        }
    }

    private static func shown(_ date: String) -> String {
        LocalDate(date).map { "\($0.components.day).\($0.components.month).\($0.components.year)" } ?? date
    }

    /// What export guards stays guarded: programs show the sign and save it.
    private static func guarded(_ cell: String) -> String {
        guard let first = cell.first, "=+-@".contains(first) else { return cell }
        return "'" + cell
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.contains(where: { "\";\t\r\n".contains($0) }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }

    /// Windows-1257 of the letters used here.
    private static let baltic: [Unicode.Scalar: UInt8] = [
        "õ": 0xF5, "ä": 0xE4, "ö": 0xF6, "ü": 0xFC, "š": 0xF0, "ž": 0xFE, "Õ": 0xD5, "Ä": 0xC4, "Ö": 0xD6,
        "Ü": 0xDC, "Š": 0xD0, "Ž": 0xDE, "–": 0x96, "§": 0xA7, "\u{2019}": 0x92,
    ]
}
