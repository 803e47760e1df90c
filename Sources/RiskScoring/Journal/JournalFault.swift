import Tables

/// Something wrong in a journal file: where, what, and what to do. Holds no value of the file.
struct JournalFault: Sendable, Hashable {
    var row: UInt64
    /// Empty: the whole row or file.
    var column: String
    var code: String
    var message: String
    var remedy: String

    init(row: UInt64, column: String = "", _ code: String) {
        self.row = row
        self.column = column
        self.code = code
        let text =
            Self.texts[code] ?? ("This row cannot be read.", "Compare the row with the format's description.")
        message = text.message
        remedy = text.remedy
    }

    init(_ fault: TableFault) {
        row = UInt64(clamping: fault.row)
        column = fault.column ?? ""
        code = fault.code
        message = fault.message.english
        remedy = fault.remedy.english
    }

    init(row: UInt64, column: String, code: String, message: String, remedy: String) {
        self.row = row
        self.column = column
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// The codes that a journal adds to those of every table, with their words (`Protocols/journal.md`).
    static let texts: [String: (message: String, remedy: String)] = [
        "digest-mismatch": (
            "The bytes that arrived are not those that were announced.",
            "Send the file again from the beginning."
        ),
        "record-unknown": (
            "The record is none of member, lesson, absence, grade, remark.", "Correct the record's name."
        ),
        "date-missing": ("The row has no date.", "Write the date as 2026-02-02."),
        "date-not-iso": ("This is no date.", "Write dates as 2026-02-02."),
        "date-out-of-range": ("The date is before 2000 or after 2038.", "Correct the year."),
        "date-outside-period": (
            "The date lies outside the period that this full file replaces.",
            "Leave the row out, or state the period so that it covers the row."
        ),
        "until-before-date": ("The last day is before the first.", "Correct one of the two dates."),
        "class-missing": ("The row has no class.", "Write the class as the school names it."),
        "class-too-long": ("The class is longer than 32 bytes.", "Write the class's short name."),
        "grade-not-number": (
            "The grade level is no number from 0 to 12.", "Write 0 for preparatory, else 1 to 12."
        ),
        "lesson-missing": ("The row has no lesson number.", "Write the lesson's number in the day, 1 to 16."),
        "lesson-not-number": (
            "The lesson is no number from 1 to 16.", "Write the lesson's number in the day."
        ),
        "pupil-missing": ("The row has no pupil.", "Write the school's own id of the pupil."),
        "pupil-too-long": ("The pupil's id is longer than 64 bytes.", "Use the school's own id, not a name."),
        "pupil-not-registered": (
            "The pupil is not in the register of this institution.",
            "Import pupils first, then this file again."
        ),
        "journal-missing": ("The row has no journal (subject).", "Write the journal's name."),
        "journal-too-long": ("The journal's name is longer than 64 bytes.", "Shorten the name."),
        "journals-too-many": (
            "The file names more than 16,000 journals.", "Check that the column holds subjects."
        ),
        "pupils-too-many": ("The file names more than a million pupils.", "Send one institution's journal."),
        "classes-too-many": (
            "The file names more than 16,000 classes.", "Check that the column holds classes."
        ),
        "value-missing": ("The row has no value.", "Write the value, or none to take an earlier entry back."),
        "value-unknown": (
            "The record does not have this value.", "Use a value that the format lists for the record."
        ),
        "value-too-long": ("The assessment is longer than 8 characters.", "Use the assessment's short form."),
        "text-has-control": (
            "The text holds control characters.", "Remove tabs and line breaks from the field."
        ),
    ]
}

/// The first faults and how many there are in all.
struct JournalFaults: Sendable, Hashable {
    static let shownMax = 100
    private(set) var shown: [JournalFault] = []
    private(set) var count: UInt64 = 0

    mutating func add(_ fault: JournalFault) {
        count += 1
        if shown.count < Self.shownMax { shown.append(fault) }
    }

    /// Restores the total of a kept report, of which only the first faults were kept.
    mutating func restoreTotal(_ total: UInt64) { count = max(count, total) }
}
