import ServiceKit
import Tables

/// Reads a journal file as it arrives in pieces: checks every row, counts, and, when asked to, collects what
/// the rows say (`Protocols/journal.md`).
struct JournalReader: Sendable {
    /// What a file replaces as a whole; nil for an addition.
    let period: DayRange?
    let collects: Bool
    private(set) var counts = JournalCounts()
    private(set) var faults = JournalFaults()
    private(set) var contents = JournalContents()

    private var table = TableReader(JournalColumn.format)
    private var lastDate: (text: (UInt64, UInt16), day: Int32) = ((0, 0), 0)

    init(period: DayRange?, collects: Bool) {
        self.period = period
        self.collects = collects
    }

    /// Takes the next piece of the file.
    mutating func read(_ piece: [UInt8]) throws {
        var table = self.table
        try table.read(piece, row: { take($0) }, fault: { note($0) })
        self.table = table
    }

    /// Ends the file.
    mutating func finish() throws {
        var table = self.table
        try table.finish(row: { take($0) }, fault: { note($0) })
        self.table = table
    }

    /// Adds a fault that is no row's own.
    mutating func add(_ fault: JournalFault) { faults.add(fault) }

    private mutating func note(_ fault: TableFault) {
        if fault.row > 1 { counts.rows += 1 }
        faults.add(JournalFault(fault))
    }

    private mutating func take(_ row: borrowing TableRow) {
        counts.rows += 1
        let record = row.bytes(JournalColumn.record.rawValue)
        // The five names differ in their first letter; the rest is compared in full.
        switch record.first {
        case 0x61 where row.holds(.record, "absence"): readObservation(.absence, row)
        case 0x67 where row.holds(.record, "grade"): readObservation(.grade, row)
        case 0x72 where row.holds(.record, "remark"): readObservation(.remark, row)
        case 0x6C where row.holds(.record, "lesson"): readLesson(row)
        case 0x6D where row.holds(.record, "member"): readMembership(row)
        default: refuse(row, .record, "record-unknown")
        }
    }

    private mutating func readObservation(_ kind: Observation.Kind, _ row: borrowing TableRow) {
        guard let day = date(row, .date, inPeriod: true),
            let lesson = lesson(row, required: kind == .absence),
            let journal = journal(row, required: kind == .grade),
            let mark = value(row, kind),
            let pupil = pupil(row)
        else { return }
        counts.good += 1
        switch kind {
        case .absence: counts.absences += 1
        case .grade: counts.grades += 1
        case .remark: counts.remarks += 1
        }
        counts.saw(day)
        if collects {
            contents.add(
                pupil, day: day, kind: kind, lesson: lesson, subject: journal, value: mark.value,
                text: mark.text)
        }
    }

    private mutating func readLesson(_ row: borrowing TableRow) {
        guard let day = date(row, .date, inPeriod: true), let name = className(row),
            let lesson = lesson(row, required: true), let journal = journal(row, required: true)
        else { return }
        counts.good += 1
        counts.lessons += 1
        counts.saw(day)
        if collects { contents.add(lesson: lesson, day: day, className: name, subject: journal) }
    }

    private mutating func readMembership(_ row: borrowing TableRow) {
        guard let from = date(row, .date, inPeriod: false) else { return }
        var until: Int32?
        if !row.isEmpty(JournalColumn.until.rawValue) {
            guard let day = date(row, .until, inPeriod: false) else { return }
            guard day >= from else { return refuse(row, .until, "until-before-date") }
            until = day
        }
        guard let name = className(row) else { return }
        guard let grade = number(row, .grade, upTo: 12) else {
            return refuse(row, .grade, "grade-not-number")
        }
        guard let pupil = pupil(row) else { return }
        counts.good += 1
        counts.memberships += 1
        if collects {
            contents.memberships.append(
                StagedMembership(pupil: pupil, from: from, until: until, className: name, grade: grade))
        }
    }
}

extension TableRow {
    func holds(_ column: JournalColumn, _ word: StaticString) -> Bool { holds(column.rawValue, word) }
    func bytes(_ column: JournalColumn) -> UnsafeBufferPointer<UInt8> { bytes(column.rawValue) }
}

/// The fields of a row, each with its checks; nil after its fault was noted.
extension JournalReader {
    private mutating func refuse(_ row: borrowing TableRow, _ column: JournalColumn, _ code: String) {
        faults.add(JournalFault(row: UInt64(clamping: row.number), column: "\(column)", code))
    }

    private mutating func date(_ row: borrowing TableRow, _ column: JournalColumn, inPeriod: Bool) -> Int32? {
        let field = row.bytes(column)
        guard !field.isEmpty else {
            refuse(row, column, "date-missing")
            return nil
        }
        guard let day = day(field) else {
            refuse(row, column, "date-not-iso")
            return nil
        }
        guard JournalContents.days.contains(day) else {
            refuse(row, column, "date-out-of-range")
            return nil
        }
        if inPeriod, let period, !period.contains(day) {
            refuse(row, column, "date-outside-period")
            return nil
        }
        return day
    }

    private mutating func day(_ field: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard field.count == 10 else { return nil }
        // Rows of one day stand together in most exports: compare the text with the last one before reading
        // it.
        var head: UInt64 = 0
        for index in 0..<8 { head = head << 8 | UInt64(field[index]) }
        let tail = UInt16(field[8]) << 8 | UInt16(field[9])
        if lastDate.text == (head, tail) { return lastDate.day }
        guard let date = TableDate(field),
            let day = LocalDate(year: date.year, month: date.month, day: date.day)?.dayNumber
        else { return nil }
        lastDate = ((head, tail), day)
        return day
    }

    /// One or two digits; nil for anything else or beyond `limit`.
    private func number(_ row: borrowing TableRow, _ column: JournalColumn, upTo limit: UInt8) -> UInt8? {
        let field = row.bytes(column)
        guard (1...2).contains(field.count) else { return nil }
        var number: UInt8 = 0
        for byte in field {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + (byte - 0x30)
        }
        return number <= limit ? number : nil
    }

    private mutating func lesson(_ row: borrowing TableRow, required: Bool) -> UInt8? {
        if row.bytes(.lesson).isEmpty {
            if required { refuse(row, .lesson, "lesson-missing") }
            return required ? nil : 0
        }
        guard let number = number(row, .lesson, upTo: 16), number > 0 else {
            refuse(row, .lesson, "lesson-not-number")
            return nil
        }
        return number
    }

    private mutating func pupil(_ row: borrowing TableRow) -> Int? {
        guard isName(row, .pupil, bytesMax: 64) else { return nil }
        let pupil = contents.pupils.index(of: row.bytes(.pupil))
        guard pupil < JournalContents.pupilsMax else {
            refuse(row, .pupil, "pupils-too-many")
            return nil
        }
        contents.note(pupil, row: UInt64(clamping: row.number))
        return pupil
    }

    private mutating func className(_ row: borrowing TableRow) -> Int? {
        guard isName(row, .class, bytesMax: 32) else { return nil }
        let name = contents.classes.index(of: row.bytes(.class))
        guard name < JournalContents.classesMax else {
            refuse(row, .class, "classes-too-many")
            return nil
        }
        return name
    }

    /// The journal's number in this file plus one; 0 when it is not named and need not be.
    private mutating func journal(_ row: borrowing TableRow, required: Bool) -> Int? {
        if !required, row.bytes(.journal).isEmpty { return 0 }
        guard isName(row, .journal, bytesMax: 64) else { return nil }
        let journal = contents.journals.index(of: row.bytes(.journal)) + 1
        guard journal <= JournalContents.journalsMax else {
            refuse(row, .journal, "journals-too-many")
            return nil
        }
        return journal
    }

    /// A field that must be there, short, and without control characters.
    private mutating func isName(_ row: borrowing TableRow, _ column: JournalColumn, bytesMax: Int) -> Bool {
        let field = row.bytes(column)
        if field.isEmpty {
            refuse(row, column, "\(column)-missing")
            return false
        }
        if field.count > bytesMax {
            refuse(row, column, "\(column)-too-long")
            return false
        }
        for byte in field where byte < 0x20 || byte == 0x7F {
            refuse(row, column, "text-has-control")
            return false
        }
        return true
    }

    /// The stored value of the mark, and for non-numeric assessment its letters' number plus one.
    private mutating func value(_ row: borrowing TableRow, _ kind: Observation.Kind) -> (
        value: UInt8, text: Int
    )? {
        let field = row.bytes(.value)
        guard let first = field.first else {
            refuse(row, .value, "value-missing")
            return nil
        }
        if first == 0x6E, row.holds(.value, "none") { return (0, 0) }
        switch kind {
        case .absence:
            if row.holds(.value, "unexcused") { return (1, 0) }
            if row.holds(.value, "excused") { return (2, 0) }
            if row.holds(.value, "late") { return (3, 0) }
        case .remark:
            if row.holds(.value, "remark") { return (1, 0) }
            if row.holds(.value, "praise") { return (2, 0) }
            if row.holds(.value, "note") { return (3, 0) }
        case .grade:
            if field.count == 1, (0x31...0x35).contains(first) { return (first - 0x30, 0) }
            return textGrade(row, field)
        }
        refuse(row, .value, "value-unknown")
        return nil
    }

    /// Letters are kept as they are. Another number than 1 to 5 is a mistake, not an assessment.
    private mutating func textGrade(
        _ row: borrowing TableRow, _ field: UnsafeBufferPointer<UInt8>
    ) -> (value: UInt8, text: Int)? {
        let text = String(decoding: field, as: UTF8.self)
        guard text.count <= 8, field.count <= 32 else {
            refuse(row, .value, "value-too-long")
            return nil
        }
        guard isName(row, .value, bytesMax: 32) else { return nil }
        let isNumber =
            text.utf8.contains { (0x30...0x39).contains($0) }
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || [0x20, 0x2B, 0x2C, 0x2D, 0x2E].contains($0)
            }
        guard !isNumber else {
            refuse(row, .value, "value-unknown")
            return nil
        }
        return (Observation.Mark.textValue, contents.texts.index(of: field) + 1)
    }
}
