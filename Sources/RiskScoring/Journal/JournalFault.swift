import Tables

/// Something wrong in a journal file: where, what, and what to do. Holds no value of the file.
struct JournalFault: Sendable, Hashable {
    var row: UInt64
    /// Empty: the whole row or file.
    var column: String
    var code: String
    var message: BilingualText
    var remedy: BilingualText

    init(row: UInt64, column: String = "", _ code: String) {
        self.row = row
        self.column = column
        self.code = code
        let text =
            Self.texts[code] ?? (
                BilingualText(et: "Seda rida ei saa lugeda.", en: "This row cannot be read."),
                BilingualText(
                    et: "Võrdle rida vormingu kirjeldusega.",
                    en: "Compare the row with the format's description.")
            )
        message = text.message
        remedy = text.remedy
    }

    init(_ fault: TableFault) {
        row = UInt64(clamping: fault.row)
        column = fault.column ?? ""
        code = fault.code
        message = fault.message
        remedy = fault.remedy
    }

    init(row: UInt64, column: String, code: String, message: BilingualText, remedy: BilingualText) {
        self.row = row
        self.column = column
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// The codes that a journal adds to those of every table, with their words (`Protocols/journal.md`).
    static let texts: [String: (message: BilingualText, remedy: BilingualText)] = [
        "digest-mismatch": (
            BilingualText(
                et: "Kohale jõudnud baidid ei ole need, mis olid välja kuulutatud.",
                en: "The bytes that arrived are not those that were announced."),
            BilingualText(et: "Saada fail algusest uuesti.", en: "Send the file again from the beginning.")
        ),
        "record-unknown": (
            BilingualText(
                et: "Kirje ei ole member, lesson, absence, grade ega remark.",
                en: "The record is none of member, lesson, absence, grade, remark."),
            BilingualText(et: "Paranda kirje nimi.", en: "Correct the record's name.")
        ),
        "date-missing": (
            BilingualText(et: "Real ei ole kuupäeva.", en: "The row has no date."),
            BilingualText(et: "Kirjuta kuupäev kujul 2026-02-02.", en: "Write the date as 2026-02-02.")
        ),
        "date-not-iso": (
            BilingualText(et: "See ei ole kuupäev.", en: "This is no date."),
            BilingualText(et: "Kirjuta kuupäevad kujul 2026-02-02.", en: "Write dates as 2026-02-02.")
        ),
        "date-out-of-range": (
            BilingualText(
                et: "Kuupäev on enne 2000. või pärast 2038. aastat.",
                en: "The date is before 2000 or after 2038."),
            BilingualText(et: "Paranda aasta.", en: "Correct the year.")
        ),
        "date-outside-period": (
            BilingualText(
                et: "Kuupäev on väljaspool ajavahemikku, mida see täisfail asendab.",
                en: "The date lies outside the period that this full file replaces."),
            BilingualText(
                et: "Jäta rida välja või anna ajavahemik nii, et rida on selle sees.",
                en: "Leave the row out, or state the period so that it covers the row.")
        ),
        "until-before-date": (
            BilingualText(et: "Viimane päev on enne esimest.", en: "The last day is before the first."),
            BilingualText(et: "Paranda üks kahest kuupäevast.", en: "Correct one of the two dates.")
        ),
        "class-missing": (
            BilingualText(et: "Real ei ole klassi.", en: "The row has no class."),
            BilingualText(
                et: "Kirjuta klass nii, nagu kool seda nimetab.",
                en: "Write the class as the school names it.")
        ),
        "class-too-long": (
            BilingualText(et: "Klass on pikem kui 32 baiti.", en: "The class is longer than 32 bytes."),
            BilingualText(et: "Kirjuta klassi lühike nimi.", en: "Write the class's short name.")
        ),
        "grade-not-number": (
            BilingualText(
                et: "Klassiaste ei ole arv 0 kuni 12.", en: "The grade level is no number from 0 to 12."),
            BilingualText(
                et: "Ettevalmistusrühmal kirjuta 0, muidu 1 kuni 12.",
                en: "Write 0 for preparatory, else 1 to 12.")
        ),
        "lesson-missing": (
            BilingualText(et: "Real ei ole tunni numbrit.", en: "The row has no lesson number."),
            BilingualText(
                et: "Kirjuta tunni number päevas, 1 kuni 16.",
                en: "Write the lesson's number in the day, 1 to 16.")
        ),
        "lesson-not-number": (
            BilingualText(et: "Tund ei ole arv 1 kuni 16.", en: "The lesson is no number from 1 to 16."),
            BilingualText(et: "Kirjuta tunni number päevas.", en: "Write the lesson's number in the day.")
        ),
        "pupil-missing": (
            BilingualText(et: "Real ei ole õpilast.", en: "The row has no pupil."),
            BilingualText(
                et: "Kirjuta kooli oma õpilase kood.", en: "Write the school's own id of the pupil.")
        ),
        "pupil-too-long": (
            BilingualText(
                et: "Õpilase kood on pikem kui 64 baiti.", en: "The pupil's id is longer than 64 bytes."),
            BilingualText(et: "Kasuta kooli koodi, mitte nime.", en: "Use the school's own id, not a name.")
        ),
        "pupil-not-registered": (
            BilingualText(
                et: "Õpilast ei ole selle asutuse nimekirjas.",
                en: "The pupil is not in the register of this institution."),
            BilingualText(
                et: "Impordi enne õpilased, siis see fail uuesti.",
                en: "Import pupils first, then this file again.")
        ),
        "journal-missing": (
            BilingualText(et: "Real ei ole päevikut (õppeainet).", en: "The row has no journal (subject)."),
            BilingualText(et: "Kirjuta päeviku nimi.", en: "Write the journal's name.")
        ),
        "journal-too-long": (
            BilingualText(
                et: "Päeviku nimi on pikem kui 64 baiti.", en: "The journal's name is longer than 64 bytes."),
            BilingualText(et: "Lühenda nime.", en: "Shorten the name.")
        ),
        "journals-too-many": (
            BilingualText(
                et: "Failis on üle 16 000 päeviku.", en: "The file names more than 16,000 journals."),
            BilingualText(
                et: "Kontrolli, et veerus on õppeained.", en: "Check that the column holds subjects.")
        ),
        "pupils-too-many": (
            BilingualText(
                et: "Failis on üle miljoni õpilase.", en: "The file names more than a million pupils."),
            BilingualText(et: "Saada ühe asutuse päevik.", en: "Send one institution's journal.")
        ),
        "classes-too-many": (
            BilingualText(et: "Failis on üle 16 000 klassi.", en: "The file names more than 16,000 classes."),
            BilingualText(et: "Kontrolli, et veerus on klassid.", en: "Check that the column holds classes.")
        ),
        "value-missing": (
            BilingualText(et: "Real ei ole väärtust.", en: "The row has no value."),
            BilingualText(
                et: "Kirjuta väärtus; varasema sissekande tagasivõtmiseks kirjuta none.",
                en: "Write the value, or none to take an earlier entry back.")
        ),
        "value-unknown": (
            BilingualText(
                et: "Sellel kirjel sellist väärtust ei ole.", en: "The record does not have this value."),
            BilingualText(
                et: "Kasuta väärtust, mille vorming selle kirje jaoks loetleb.",
                en: "Use a value that the format lists for the record.")
        ),
        "value-too-long": (
            BilingualText(
                et: "Hinne on pikem kui 8 märki.", en: "The assessment is longer than 8 characters."),
            BilingualText(et: "Kasuta hinde lühikest kuju.", en: "Use the assessment's short form.")
        ),
        "text-has-control": (
            BilingualText(et: "Tekst sisaldab juhtmärke.", en: "The text holds control characters."),
            BilingualText(
                et: "Eemalda väljalt tabeldusmärgid ja reavahetused.",
                en: "Remove tabs and line breaks from the field.")
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
