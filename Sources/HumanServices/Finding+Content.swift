extension Finding {
    // MARK: what breaks the specification

    static func requiredMissing(_ field: String, of type: String, _ place: Place) -> Finding {
        Finding(
            .error, "required-missing", place,
            Wording(
                "Puudub kohustuslik väli \"\(field)\" (\(type)).",
                "The required field \"\(field)\" of \(type) is missing."),
            Wording("Lisa väli.", "Add the field."))
    }

    static func requiredNull(_ field: String, _ place: Place) -> Finding {
        Finding(
            .error, "required-null", place,
            Wording("Kohustuslik väli \"\(field)\" on null.", "The required field \"\(field)\" is null."),
            Wording("Anna väljale väärtus.", "Give the field a value."))
    }

    static func typeDiffers(_ field: String, expected: Wording, _ place: Place) -> Finding {
        Finding(
            .error, "type-differs", place,
            Wording(
                "Väljas \"\(field)\" peaks olema \(expected.et).",
                "The field \"\(field)\" should hold \(expected.en)."),
            Wording("Muuda välja või jäta see ära.", "Change the field, or leave it out."))
    }

    static func choiceUnknown(_ field: String, _ choices: [String], _ place: Place) -> Finding {
        let list = choices.joined(separator: ", ")
        return Finding(
            .error, "choice-unknown", place,
            Wording(
                "Välja \"\(field)\" väärtus ei ole lubatute seas.",
                "The value of \"\(field)\" is none of the allowed ones."),
            Wording("Kasuta üht neist: \(list).", "Use one of: \(list)."))
    }

    static func formatDiffers(_ field: String, _ format: Format, _ place: Place) -> Finding {
        Finding(
            format.severity, "format-" + format.rawValue, place,
            Wording(
                "Väli \"\(field)\" ei ole \(format.name.et).",
                "The field \"\(field)\" is no \(format.name.en)."),
            Wording("Kirjuta nagu \(format.example).", "Write it as \(format.example)."))
    }

    static func duplicateID(_ type: String, _ place: Place) -> Finding {
        Finding(
            .error, "duplicate-id", place,
            Wording("Sama id on tabelis juba olemas (\(type)).", "The table has this id already (\(type))."),
            Wording("Anna igale reale oma id.", "Give every row an id of its own."))
    }

    static func cellCount(expected: Int, found: Int, _ place: Place) -> Finding {
        Finding(
            .error, "row-length", place,
            Wording(
                "Real on \(found) välja, päises \(expected).",
                "The row has \(found) fields where the header has \(expected)."),
            Wording(
                "Täienda rida; komaga väärtus pane jutumärkidesse.",
                "Complete the row; put a value with a comma into quotation marks."))
    }

    // MARK: what is legal and should be looked at

    static func nullValue(_ field: String, _ place: Place) -> Finding {
        Finding(
            .warning, "null-value", place,
            Wording(
                "Väli \"\(field)\" on null, mida standard ei tunne.",
                "The field \"\(field)\" is null, which the specification does not know."),
            Wording("Jäta tühi väli ära.", "Leave an empty field out."))
    }

    static func documentUnknown(_ place: Place) -> Finding {
        Finding(
            .warning, "document-unknown", place,
            Wording(
                "Objekti liiki ei saa ära tunda; see jääb alles nii, nagu on.",
                "The kind of this object is not recognised; it is kept as it is."),
            Wording(
                "Anna objektile id ja kohustuslikud väljad.", "Give the object its id and required fields."))
    }

    static func tableUnknown(_ file: String) -> Finding {
        Finding(
            .warning, "table-unknown", Place(file),
            Wording(
                "Standard ei tunne sellise nimega tabelit; see jääb alles nii, nagu on.",
                "The specification knows no table of this name; it is kept as it is."),
            Wording("Kontrolli failinime.", "Check the file's name."))
    }

    static func dangling(_ field: String, to type: String, _ place: Place) -> Finding {
        Finding(
            .warning, "reference-dangling", place,
            Wording(
                "Väli \"\(field)\" viitab objektile (\(type)), mida siin ei ole; viide jääb alles.",
                "The field \"\(field)\" refers to a \(type) that is not here; the reference is kept."),
            Wording(
                "Saada ka viidatud objekt või paranda id.", "Send the other object too, or correct the id."))
    }

    static func repeatConflicts(_ type: String, _ place: Place) -> Finding {
        Finding(
            .warning, "repeat-conflicts", place,
            Wording(
                "Sama objekt (\(type)) on mujal teise sisuga; mõlemad jäävad alles.",
                "The same object (\(type)) has other content elsewhere; both are kept."),
            Wording("Otsusta, kumb on õige.", "Decide which of them is right."))
    }

    static func reversed(_ low: String, _ high: String, code: String, _ place: Place) -> Finding {
        Finding(
            .warning, code, place,
            Wording("\"\(low)\" on suurem kui \"\(high)\".", "\"\(low)\" is more than \"\(high)\"."),
            Wording("Kontrolli mõlemat.", "Check both."))
    }

    static func coordinate(_ field: String, _ place: Place) -> Finding {
        Finding(
            .warning, "coordinate-out-of-range", place,
            Wording("\"\(field)\" ei ole maakera koordinaat.", "\"\(field)\" is no coordinate on earth."),
            Wording("Kirjuta kraadides (WGS 84).", "Write it in degrees (WGS 84)."))
    }
}
