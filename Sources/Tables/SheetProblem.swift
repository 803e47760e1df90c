/// What a field of a sheet shows that it may not hold, or what was put right in it.
enum SheetProblem: String, Error, Hashable {
    case lettersLost = "letters-lost"
    case doubleEncoded = "double-encoded"
    case formula
    case spreadsheetError = "spreadsheet-error"
    case columnTooNarrow = "column-too-narrow"
    case digitsLost = "digits-lost"
    case notElevenDigits = "isikukood-not-eleven-digits"
    case notEHAK = "not-an-ehak-code"
    case notNumber = "not-a-number"
    case notWhole = "not-a-whole-number"
    case ambiguousNumber = "ambiguous-number"
    case notDate = "date-not-iso"
    case ambiguousDate = "ambiguous-date"
    case notYesOrNo = "not-yes-or-no"
    case valueNotMapped = "value-not-mapped"
    // Put right, and told.
    case zeroRestored = "leading-zero-restored"
    case serialDay = "serial-day-number"
    case dashForNothing = "dash-for-nothing"

    func fault(row: Int, column: String) -> TableFault {
        let (message, remedy) = texts
        return TableFault(row: row, column: column, code: rawValue, message: message, remedy: remedy)
    }

    private var texts: (BilingualText, BilingualText) {
        switch self {
        case .lettersLost, .doubleEncoded, .formula, .spreadsheetError, .columnTooNarrow, .digitsLost:
            damage
        case .zeroRestored, .serialDay, .dashForNothing: repair
        default: value
        }
    }

    /// What a program lost: only the one who has the original can put it right.
    private var damage: (BilingualText, BilingualText) {
        switch self {
        case .lettersLost:
            (
                BilingualText(
                    et: "Täpitähed on enne saatmist kaotsi läinud (\u{FFFD}).",
                    en: "Letters with diacritics were lost before sending (\u{FFFD})."),
                BilingualText(
                    et: "Ekspordi tabel algallikast uuesti kujul \"CSV UTF-8\".",
                    en: "Export the table from its source again as \"CSV UTF-8\".")
            )
        case .doubleEncoded:
            (
                BilingualText(
                    et: "Täpitähed on kaks korda kodeeritud (õ asemel Ãµ).",
                    en: "Letters with diacritics were encoded twice (Ãµ for õ)."),
                BilingualText(
                    et:
                        "Ava algne fail nii, et kodeeringuks on valitud UTF-8, ja salvesta kujul \"CSV UTF-8\".",
                    en:
                        "Open the original file with UTF-8 chosen as its encoding and save it as \"CSV UTF-8\"."
                )
            )
        case .formula:
            (
                BilingualText(
                    et: "Väljal on valem, mitte väärtus.", en: "The field holds a formula, no value."),
                BilingualText(
                    et: "Kopeeri veerg ja kleebi see väärtustena, siis salvesta uuesti.",
                    en: "Copy the column and paste it as values, then save again.")
            )
        case .spreadsheetError:
            (
                BilingualText(
                    et: "Väljal on tabelarvutuse veateade (nagu #N/A või #REF!).",
                    en: "The field holds a spreadsheet's error (such as #N/A or #REF!)."),
                BilingualText(
                    et: "Paranda valem või tühjenda väli.", en: "Correct the formula, or empty the field.")
            )
        case .columnTooNarrow:
            (
                BilingualText(
                    et: "Väljal on ainult märgid ####: veerg oli salvestamisel liiga kitsas.",
                    en: "The field holds only ####: the column was too narrow when it was saved."),
                BilingualText(
                    et: "Tee veerg laiemaks ja salvesta uuesti.", en: "Widen the column and save again.")
            )
        default:
            (
                BilingualText(
                    et: "Arv on kujul 5,0E+10: viimased numbrid on kaotsi läinud ega ole taastatavad.",
                    en: "The number is written like 5,0E+10: its last digits are lost and cannot be restored."
                ),
                BilingualText(
                    et: "Vorminda veerg tekstiks ja võta väärtused algallikast uuesti; "
                        + "CSV-faili ära ava topeltklõpsuga, vaid impordi tekstina.",
                    en:
                        "Format the column as text and take the values from their source again; do not open a "
                        + "CSV file by double click, but import it as text.")
            )
        }
    }

    /// What the field should hold instead.
    private var value: (BilingualText, BilingualText) {
        switch self {
        case .notElevenDigits:
            (
                BilingualText(
                    et: "Isikukood ei ole üksteist numbrit.", en: "The isikukood is not eleven digits."),
                BilingualText(
                    et: "Paranda see või jäta tühjaks, kui seda veel ei ole.",
                    en: "Correct it, or leave it empty for a newcomer without one.")
            )
        case .notEHAK:
            (
                BilingualText(
                    et: "See ei ole omavalitsuse neljakohaline EHAK kood.",
                    en: "This is no four-digit EHAK code of a municipality."),
                BilingualText(
                    et: "Kirjuta kood, näiteks 0928; vorminda veerg tekstiks, et algusnull jääks alles.",
                    en: "Write the code, such as 0928; format the column as text so that its zero stays.")
            )
        case .notNumber:
            (
                BilingualText(et: "See ei ole arv.", en: "This is no number."),
                BilingualText(et: "Kirjuta arv kujul 0,5 või 12.", en: "Write a number such as 0.5 or 12.")
            )
        case .notWhole:
            (
                BilingualText(et: "See ei ole täisarv.", en: "This is no whole number."),
                BilingualText(et: "Kirjuta ainult numbrid.", en: "Write digits only.")
            )
        case .ambiguousNumber:
            (
                BilingualText(
                    et: "Arvu saab lugeda kahte moodi: 1,200 võib olla 1,2 või 1200.",
                    en: "The number can be read in two ways: 1,200 may be 1.2 or 1200."),
                BilingualText(
                    et: "Kirjuta arv tuhandete eraldajata.",
                    en: "Write the number without a separator of thousands.")
            )
        case .ambiguousDate:
            (
                BilingualText(
                    et: "Kuupäeva saab lugeda kahte moodi: 03/04/2026.",
                    en: "The date can be read in two ways: 03/04/2026."),
                BilingualText(
                    et: "Kirjuta kuupäev kujul 2026-09-01 või 01.09.2026.",
                    en: "Write dates as 2026-09-01 or 01.09.2026.")
            )
        case .valueNotMapped:
            (
                BilingualText(
                    et: "Profiil ei ütle, mis sellest väärtusest saab.",
                    en: "The profile does not say what becomes of this value."),
                BilingualText(
                    et: "Lisa väärtus profiili loendisse \"values\" või paranda failis.",
                    en: "Add the value to the profile's \"values\", or correct it in the file.")
            )
        case .notYesOrNo:
            (
                BilingualText(et: "Vastus ei ole jah ega ei.", en: "This is neither yes nor no."),
                BilingualText(et: "Kirjuta \"jah\" või \"ei\".", en: "Write \"yes\" or \"no\".")
            )
        default:
            (
                BilingualText(
                    et: "See ei ole kuupäev või sellist päeva ei ole.",
                    en: "This is no date, or there is no such day."),
                BilingualText(
                    et: "Kirjuta kuupäev kujul 2026-09-01 või 01.09.2026.",
                    en: "Write dates as 2026-09-01 or 01.09.2026.")
            )
        }
    }

    /// What was put right with certainty, so that the file can be taken; the source should be put right too.
    private var repair: (BilingualText, BilingualText) {
        switch self {
        case .zeroRestored:
            (
                BilingualText(
                    et: "Tabelarvutus oli koodi algusnulli ära võtnud; see pandi tagasi (792 on 0792).",
                    en: "A program had taken the code's leading zero; it was put back (792 is 0792)."),
                BilingualText(
                    et: "Vorminda veerg tekstiks, siis jääb null alles.",
                    en: "Format the column as text, then the zero stays.")
            )
        case .serialDay:
            (
                BilingualText(
                    et: "Kuupäeva asemel oli päeva järjekorranumber (46266 on 2026-09-01).",
                    en: "A serial day number stood in place of the date (46266 is 2026-09-01)."),
                BilingualText(
                    et: "Vorminda veerg kuupäevaks ja kontrolli, et päevad on õiged.",
                    en: "Format the column as a date, and check that the days are right.")
            )
        default:
            (
                BilingualText(et: "Kriips loeti tühjaks väljaks.", en: "A dash was read as an empty field."),
                BilingualText(et: "Jäta väli tühjaks.", en: "Leave the field empty.")
            )
        }
    }
}
