extension Finding {
    /// Why a JSON text cannot be read.
    enum JSONReason {
        case empty, ended, trailing, valueExpected, nameExpected, colonExpected, commaExpected, number, escape
        case loneSurrogate, controlCharacter, notUTF8
        case tooDeep(Int)
        case numberTooLong(Int)
        case duplicateName(String)
    }

    private typealias Words = (code: String, et: String, en: String, remedyEt: String, remedyEn: String)

    static func json(_ reason: JSONReason, file: String, line: Int, byte: Int) -> Finding {
        let words = words(reason)
        return Finding(
            .unreadable, words.code, Place(file, row: line),
            Wording("Rida \(line), bait \(byte): \(words.et)", "Line \(line), byte \(byte): \(words.en)"),
            Wording(words.remedyEt, words.remedyEn))
    }

    private static func words(_ reason: JSONReason) -> Words {
        let syntax = (
            et: "Paranda koht või ekspordi fail algsest süsteemist uuesti.",
            en: "Correct this place, or export the file from its system again."
        )
        switch reason {
        case .empty: return ("json-empty", "fail on tühi.", "the file is empty.", syntax.et, syntax.en)
        case .ended:
            return (
                "json-cut-off", "fail lõpeb poole pealt.", "the file ends in the middle.",
                "Laadi fail uuesti alla: saatmine katkes.", "Fetch the file again: it was cut off on the way."
            )
        case .trailing:
            return (
                "json-trailing", "pärast dokumendi lõppu tuleb veel midagi.",
                "something follows the end of the document.", syntax.et, syntax.en
            )
        case .valueExpected:
            return (
                "json-syntax", "siin peaks olema väärtus.", "a value should stand here.", syntax.et, syntax.en
            )
        case .nameExpected:
            return (
                "json-syntax", "siin peaks olema välja nimi jutumärkides.",
                "a field's name in quotation marks should stand here.", syntax.et, syntax.en
            )
        case .colonExpected:
            return (
                "json-syntax", "siin peaks olema koolon.", "a colon should stand here.", syntax.et, syntax.en
            )
        case .commaExpected:
            return (
                "json-syntax", "siin peaks olema koma või sulg.",
                "a comma or a closing bracket should stand here.",
                syntax.et, syntax.en
            )
        case .number:
            return (
                "json-number", "arv on valesti kirjutatud.", "the number is not well written.",
                "Kirjuta arv nagu 12 või 12.5.", "Write the number as 12 or 12.5."
            )
        case .numberTooLong(let maximum):
            return (
                "json-number-too-long", "arvus on üle \(maximum) märgi.",
                "the number has more than \(maximum) characters.", "Lühenda arvu.", "Shorten the number."
            )
        case .escape:
            return (
                "json-escape", "langjoon on valesti kasutatud.", "a backslash is not used as JSON has it.",
                "Kirjuta langjoon kahekordselt (\\\\).", "Write a backslash twice (\\\\)."
            )
        case .loneSurrogate:
            return (
                "json-lone-surrogate", "\\u järel on pool märki.", "half of a character stands after \\u.",
                "Kirjuta märk UTF-8-s või mõlema poolega.",
                "Write the character in UTF-8 or with both halves."
            )
        case .controlCharacter:
            return (
                "json-control-character", "tekstis on juhtmärk (näiteks reavahetus).",
                "a control character, such as a line break, stands in a text.",
                "Kirjuta reavahetus kujul \\n.",
                "Write a line break as \\n."
            )
        case .notUTF8:
            return (
                "json-not-utf8", "tekst ei ole UTF-8.", "the text is not UTF-8.",
                "Salvesta fail UTF-8 kodeeringus.", "Save the file as UTF-8."
            )
        case .tooDeep(let depth):
            return (
                "json-too-deep", "üle \(depth) taseme üksteise sees.",
                "more than \(depth) levels are nested.",
                "Saada fail tabelitena (CSV).", "Send the file as tables (CSV)."
            )
        case .duplicateName(let name):
            let name = shown(name)
            return (
                "json-duplicate-name", "nimi \"\(name)\" on samas objektis kaks korda.",
                "the name \"\(name)\" stands twice in the same object.", "Jäta üks alles.",
                "Keep one of them."
            )
        }
    }

    static func jsonTooLarge(_ file: String, maximum: Int) -> Finding {
        Finding(
            .unreadable, "json-too-large", Place(file),
            Wording("Fail on suurem kui \(maximum) baiti.", "The file is larger than \(maximum) bytes."),
            Wording("Jaga fail osadeks või saada tabelitena.", "Split the file, or send it as tables."))
    }

    /// A piece of a package that a store kept is not what was put there.
    static func keptDamaged(_ name: String) -> Finding {
        Finding(
            .unreadable, "kept-damaged", Place(name),
            Wording("Salvestatud osa on rikutud.", "A stored piece is damaged."),
            Wording("Taasta andmed varukoopiast.", "Restore the data from a backup."))
    }

    static func formTooLarge(_ nodes: Int) -> Finding {
        Finding(
            .unreadable, "nested-too-large", Place(""),
            Wording(
                "Üksteise sees oleks üle \(nodes) välja, sest samad objektid korduvad.",
                "Nested, there would be more than \(nodes) fields, since the same objects are repeated."),
            Wording("Kasuta tabeleid (CSV).", "Use tables (CSV)."))
    }

    /// Why a CSV table cannot be read.
    enum TableReason { case empty, notUTF8, unclosedQuote, textAfterQuote, tooLarge, doubleColumn, nul }

    static func table(_ reason: TableReason, file: String, row: Int, column: String = "") -> Finding {
        let words: Words =
            switch reason {
            case .empty:
                (
                    "table-empty", "Tabelis pole päist.", "The table has no header.",
                    "Pane esimesse ritta veergude nimed.", "Put the columns' names into the first row."
                )
            case .notUTF8:
                (
                    "table-not-utf8", "Tabel ei ole UTF-8.", "The table is not UTF-8.",
                    "Salvesta fail kujul CSV UTF-8.", "Save the file as CSV UTF-8."
                )
            case .unclosedQuote:
                (
                    "table-unclosed-quote", "Jutumärk avatakse, aga ei suleta.",
                    "A quotation mark opens and is never closed.",
                    "Sulge see; väärtuse sees kirjuta kaks (\"\").",
                    "Close it; inside a value write two (\"\")."
                )
            case .textAfterQuote:
                (
                    "table-text-after-quote", "Pärast sulgevat jutumärki tuleb teksti.",
                    "Text follows a closing quotation mark.", "Väärtuse sees kirjuta kaks jutumärki (\"\").",
                    "Inside a value write two quotation marks (\"\")."
                )
            case .tooLarge:
                (
                    "table-too-large", "Tabel on liiga suur.", "The table is too large.",
                    "Jaga tabel osadeks.",
                    "Split the table."
                )
            case .doubleColumn:
                (
                    "table-column-twice", "Veerg on päises kaks korda.",
                    "A column stands twice in the header.",
                    "Jäta üks alles.", "Keep one of them."
                )
            case .nul:
                (
                    "table-nul", "Tabelis on nullbait.", "A NUL byte stands in the table.",
                    "Salvesta fail kujul CSV UTF-8.", "Save the file as CSV UTF-8."
                )
            }
        return Finding(
            .unreadable, words.code, Place(file, row: row, column: shown(column)),
            Wording(words.et, words.en),
            Wording(words.remedyEt, words.remedyEn))
    }
}
