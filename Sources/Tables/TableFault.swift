/// What is wrong with a table, for the person who made the file: where, what, and what to do, in Estonian and
/// in English. It never holds the value.
public struct TableFault: Error, Sendable, Hashable {
    /// The row as a spreadsheet counts it: the header is row 1, an empty row counts, a line break inside
    /// quotes does not begin a row.
    public var row: Int
    /// The column's name; nil when the whole row or file is meant.
    public var column: String?
    /// For programs, kebab-case: "date-not-iso".
    public var code: String
    /// What is wrong.
    public var message: BilingualText
    /// What to do about it.
    public var remedy: BilingualText

    /// All values as documented at the properties.
    public init(
        row: Int, column: String? = nil, code: String, message: BilingualText, remedy: BilingualText
    ) {
        self.row = row
        self.column = column
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

// Faults of the file as a whole: what it is, and in which letters it is written.
extension TableFault {
    static let utf8Remedy = BilingualText(
        et: "Salvesta fail kujul \"CSV UTF-8\" (LibreOffice'is: kodeering Unicode (UTF-8)) ja saada uuesti.",
        en:
            "Save the file as \"CSV UTF-8\" (in LibreOffice: character set Unicode (UTF-8)) and send it again."
    )

    static func emptyFile() -> TableFault {
        TableFault(
            row: 1, code: "empty-file",
            message: BilingualText(et: "Failis ei ole päiserida.", en: "The file has no header row."),
            remedy: BilingualText(
                et: "Saada fail, mille esimene rida nimetab veerud.",
                en: "Send a file whose first row names the columns."))
    }

    static func utf16() -> TableFault {
        TableFault(
            row: 1, code: "utf-16",
            message: BilingualText(
                et: "Fail on kodeeringus UTF-16, mitte UTF-8.",
                en: "The file is written in UTF-16, not in UTF-8."),
            remedy: utf8Remedy)
    }

    static func workbook() -> TableFault {
        TableFault(
            row: 1, code: "workbook",
            message: BilingualText(
                et: "Fail on töövihik (XLSX, XLS, ODS) või arhiiv, mitte CSV-tabel.",
                en: "The file is a workbook (XLSX, XLS, ODS) or an archive, not a CSV table."),
            remedy: BilingualText(
                et: "Ava see tabelarvutusprogrammis ja salvesta leht kujul \"CSV UTF-8\".",
                en: "Open it in the spreadsheet program and save the sheet as \"CSV UTF-8\"."))
    }

    static func markup() -> TableFault {
        TableFault(
            row: 1, code: "markup",
            message: BilingualText(
                et: "Fail on veebileht või XML, kuigi nimi võib lõppeda \".csv\" või \".xls\".",
                en: "The file is a web page or XML, although its name may end in \".csv\" or \".xls\"."),
            remedy: BilingualText(
                et:
                    "Kui see on sisselogimise leht, siis laadi fail uuesti; muidu ava see tabelarvutusprogrammis "
                    + "ja salvesta kujul \"CSV UTF-8\".",
                en:
                    "If it is a login page, download the file again; else open it in the spreadsheet program and "
                    + "save it as \"CSV UTF-8\"."))
    }

    static func notATable() -> TableFault {
        TableFault(
            row: 1, code: "not-a-table",
            message: BilingualText(
                et: "Fail on PDF, RTF, JSON või pakitud fail, mitte CSV-tabel.",
                en: "The file is PDF, RTF, JSON or packed, not a CSV table."),
            remedy: BilingualText(
                et: "Ekspordi tabel kujul CSV (UTF-8) ja saada see lahtipakituna.",
                en: "Export the table as CSV (UTF-8), and send it unpacked."))
    }

    static func notUTF16(_ row: Int) -> TableFault {
        TableFault(
            row: row, code: "not-utf-16",
            message: BilingualText(
                et:
                    "Fail algab kui UTF-16, aga selles reas on pool tähte: fail on rikutud või pooleks lõigatud.",
                en:
                    "The file begins as UTF-16, but half a letter stands in this row: it is damaged or cut off."
            ),
            remedy: utf8Remedy)
    }

    /// `code` names the character set that the letters show, or "encoding-unknown".
    static func otherLetters(_ row: Int, _ code: String) -> TableFault {
        let shown =
            switch code {
            case "windows-1251": BilingualText(et: "vene (Windows-1251)", en: "Russian (Windows-1251)")
            case "windows-1252":
                BilingualText(et: "lääneeuroopa (Windows-1252)", en: "Western (Windows-1252)")
            default: BilingualText(et: "tundmatus", en: "unknown")
            }
        return TableFault(
            row: row, code: code,
            message: BilingualText(
                et: "Tekst ei ole UTF-8 ega Windows-1257; tähed näivad olevat \(shown.estonian) kodeeringus.",
                en: "The text is neither UTF-8 nor Windows-1257; its letters look \(shown.english)."),
            remedy: utf8Remedy)
    }

    static func nul(_ row: Int) -> TableFault {
        TableFault(
            row: row, code: "nul-byte",
            message: BilingualText(
                et: "Failis on nullbait: see ei ole lihttekst.",
                en: "The file holds a zero byte: it is not plain text."),
            remedy: utf8Remedy)
    }

    static func notUTF8(_ row: Int, _ column: String?, baltic: Bool) -> TableFault {
        TableFault(
            row: row, column: column, code: baltic ? "windows-1257" : "not-utf-8",
            message: baltic
                ? BilingualText(
                    et: "Tekst näib olevat kodeeringus Windows-1257 (Balti) või sarnases, mitte UTF-8.",
                    en: "The text looks like Windows-1257 (Baltic) or a similar character set, not UTF-8.")
                : BilingualText(
                    et: "Tekst ei ole korrektne UTF-8: osa tähti on rikutud või pooleks lõigatud.",
                    en: "The text is not valid UTF-8: some letters are damaged or cut in half."),
            remedy: utf8Remedy)
    }

    static func separator() -> TableFault {
        TableFault(
            row: 1, code: "separator",
            message: BilingualText(
                et: "Päise veerge ei eralda koma, semikoolon ega tabulaator.",
                en: "The header's columns are separated neither by , nor by ; nor by tabs."),
            remedy: BilingualText(
                et: "Salvesta tabel nii, et veergude vahel on koma või semikoolon.",
                en: "Save the table with comma or semicolon between the columns."))
    }
}

// Faults of the header.
extension TableFault {
    static func duplicateColumn(_ name: String, row: Int) -> TableFault {
        TableFault(
            row: row, column: name, code: "duplicate-column",
            message: BilingualText(
                et: "Päises on see veerg kaks korda.", en: "The header names this column twice."),
            remedy: BilingualText(et: "Eemalda üks neist.", en: "Remove one of the two columns."))
    }

    static func missingColumn(_ name: String, row: Int) -> TableFault {
        TableFault(
            row: row, column: name, code: "missing-column",
            message: BilingualText(
                et: "Päises ei ole seda veergu.", en: "The header lacks this column."),
            remedy: BilingualText(
                et: "Lisa veerg \"\(name)\".", en: "Add the column \"\(name)\"."))
    }

    /// `place` counts from 0.
    static func unknownColumn(_ place: Int, row: Int, near: String?, _ known: [String]) -> TableFault {
        let all = known.joined(separator: ", ")
        return TableFault(
            row: row, code: "unknown-column",
            message: BilingualText(
                et: "Päise \(place + 1). veeru nime see vorming ei tunne.",
                en: "Column \(place + 1) of the header has a name that this format does not know."),
            remedy: near.map {
                BilingualText(
                    et: "Kas mõeldud on \"\($0)\"? Kui ei, siis eemalda veerg.",
                    en: "Is \"\($0)\" meant? If not, remove the column.")
            }
                ?? BilingualText(
                    et: "Eemalda veerg või nimeta see nagu vorming: \(all).",
                    en: "Remove the column or name it as the format does; known are: \(all)."))
    }

    static func unnamedColumn(_ place: Int, row: Int, _ known: [String]) -> TableFault {
        let all = known.joined(separator: ", ")
        return TableFault(
            row: row, code: "empty-column-name",
            message: BilingualText(
                et: "\(place + 1). veerul ei ole päises nime.",
                en: "Column \(place + 1) has no name in the header."),
            remedy: BilingualText(
                et: "Nimeta veerg või tühjenda see; vorming tunneb: \(all).",
                en: "Name the column or empty it; known are: \(all)."))
    }

    static func headerNotFound(_ known: [String]) -> TableFault {
        let all = known.joined(separator: ", ")
        return TableFault(
            row: 1, code: "header-not-found",
            message: BilingualText(
                et: "Esimeses kümnes reas ei ole ühtki oodatud veerunime.",
                en: "None of the first ten rows names a column of this table."),
            remedy: BilingualText(
                et: "Lisa päiserida; vorming tunneb veerge: \(all).",
                en: "Add a header row; known columns are: \(all)."))
    }
}

// Faults of one row's shape.
extension TableFault {
    static func fieldTooLong(_ row: Int, _ column: String?, maximum: Int, quoted: Bool) -> TableFault {
        TableFault(
            row: row, column: column, code: "field-too-long",
            message: BilingualText(
                et: "Väli on pikem kui \(maximum) baiti.", en: "A field is longer than \(maximum) bytes."),
            remedy: quoted
                ? BilingualText(
                    et: "Otsi sellest reast jutumärk (\"), mida ei suleta, või lühenda välja.",
                    en:
                        "Look for a quotation mark (\") in this row that is never closed, or shorten the field."
                )
                : BilingualText(
                    et: "Lühenda välja või kontrolli, et read lõpevad reavahetusega.",
                    en: "Shorten the field, or check that rows end with line breaks."))
    }

    static func rowTooLong(_ row: Int, maximum: Int) -> TableFault {
        TableFault(
            row: row, code: "row-too-long",
            message: BilingualText(
                et: "Rida on pikem kui \(maximum) baiti.", en: "A row is longer than \(maximum) bytes."),
            remedy: BilingualText(
                et: "Kontrolli, et read lõpevad reavahetusega ja jutumärgid on suletud.",
                en: "Check that rows end with line breaks and that quotation marks are closed."))
    }

    static func unclosedQuote(_ row: Int, _ column: String?) -> TableFault {
        TableFault(
            row: row, column: column, code: "unclosed-quote",
            message: BilingualText(
                et: "Selles reas avatakse jutumärk, mida ei suleta.",
                en: "A quotation mark opens in this row and is never closed."),
            remedy: BilingualText(
                et: "Sule see või kirjuta jutumärk välja sees kaks korda (\"\").",
                en: "Close it, or write a quotation mark inside a field twice (\"\")."))
    }

    static func strayQuote(_ row: Int, _ column: String?) -> TableFault {
        TableFault(
            row: row, column: column, code: "stray-quote",
            message: BilingualText(
                et: "Jutumärk on keset välja, mis ei alga jutumärgiga.",
                en: "A quotation mark stands inside a field that does not begin with one."),
            remedy: BilingualText(
                et: "Pane kogu väli jutumärkidesse ja kirjuta sisemised kaks korda (\"\").",
                en: "Put the whole field in quotation marks and write the inner ones twice (\"\")."))
    }

    static func textAfterQuote(_ row: Int, _ column: String?) -> TableFault {
        TableFault(
            row: row, column: column, code: "text-after-quote",
            message: BilingualText(
                et: "Välja sulgevale jutumärgile järgneb tekst.",
                en: "Text follows a field's closing quotation mark."),
            remedy: BilingualText(
                et: "Kirjuta jutumärk jutumärkides välja sees kaks korda (\"\").",
                en: "Write a quotation mark inside a quoted field twice (\"\")."))
    }

    static func carriageReturn(_ row: Int) -> TableFault {
        TableFault(
            row: row, code: "line-ending",
            message: BilingualText(
                et: "Selles reas on üksik tagasijooksumärk (CR).",
                en: "A carriage return stands alone in this row."),
            remedy: BilingualText(
                et: "Salvesta fail nii, et kõik read lõpevad ühtmoodi (LF või CRLF).",
                en: "Save the file so that all rows end alike (LF or CRLF)."))
    }

    static func tooManyFields(_ row: Int, expected: Int) -> TableFault {
        TableFault(
            row: row, code: "too-many-fields",
            message: BilingualText(
                et: "Reas on rohkem välju kui päises (\(expected)).",
                en: "The row has more fields than the header's \(expected)."),
            remedy: BilingualText(
                et: "Pane jutumärkidesse väljad, mis sisaldavad eraldajat, ja eemalda liigne.",
                en: "Put fields that hold the separator in quotation marks, and remove what is too much."))
    }

    static func tooFewFields(_ row: Int, found: Int, expected: Int) -> TableFault {
        TableFault(
            row: row, code: "too-few-fields",
            message: BilingualText(
                et: "Reas on välju \(found), päises \(expected).",
                en: "The row has \(found) fields where the header has \(expected)."),
            remedy: BilingualText(
                et: "Täienda rida: ka tühjal väljal on eraldaja. Reavahetus välja sees pane jutumärkidesse.",
                en: "Complete the row: an empty field keeps its separator. Put a field with a line break in "
                    + "quotation marks."))
    }

    static func cutOff(_ row: Int) -> TableFault {
        TableFault(
            row: row, code: "cut-off",
            message: BilingualText(
                et: "Fail lõpeb keset seda rida.", en: "The file ends in the middle of this row."),
            remedy: BilingualText(
                et: "Fail on pooleks jäänud: ekspordi või laadi see uuesti.",
                en: "The file was cut off: export or download it again."))
    }

    static func duplicateKey(_ row: Int, earlier: Int) -> TableFault {
        TableFault(
            row: row, code: "duplicate-key",
            message: BilingualText(
                et: "Sama võti on juba reas \(earlier).", en: "The same key stands in row \(earlier) already."
            ),
            remedy: BilingualText(
                et: "Jäta igast kirjest üks rida.", en: "Keep one row for each record."))
    }
}
