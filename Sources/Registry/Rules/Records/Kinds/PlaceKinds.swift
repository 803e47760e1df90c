import ServiceKit

/// Municipalities and institutions, the county's own and those outside it.
enum PlaceKinds {
    static let all = [municipality, institution]

    static let municipality = RecordKind(
        "municipality", et: "Omavalitsus", en: "Municipality", owner: .ownCode,
        fields: [
            .text("name", et: "Nimi", en: "Name", required: true, synonyms: ["nimetus", "omavalitsus"]),
            .text("seat", et: "Keskus", en: "Seat"),
            .text("website", et: "Veebileht", en: "Website"),
            .text("contact_email", et: "E-post", en: "E-mail", contact: .work),
            .text("contact_phone", et: "Telefon", en: "Phone", contact: .work),
        ])

    /// Schools, kindergartens, offices, and the bodies that help from outside (Social Insurance Board, police, school
    /// health care, the model's process lead) with their field, mandate and area.
    static let institution = RecordKind(
        "institution", et: "Asutus", en: "Institution", grantsAccess: true,
        fields: [
            .text(
                "name", et: "Nimi", en: "Name", required: true,
                synonyms: ["nimetus", "asutuse nimi", "asutus"]),
            RecordField(
                "kind", .code(RegistryCodes.institutionKinds), et: "Liik", en: "Kind", required: true,
                synonyms: ["tüüp", "type"]),
            .text("address", et: "Aadress", en: "Address"),
            .text("website", et: "Veebileht", en: "Website", synonyms: ["koduleht"]),
            .text(
                "contact_email", et: "E-post", en: "E-mail", synonyms: ["e-mail", "meil"], contact: .work),
            .text("contact_phone", et: "Telefon", en: "Phone", synonyms: ["tel"], contact: .work),
            RecordField("field", .code(RegistryCodes.fields), et: "Valdkond", en: "Field"),
            .longText("mandate", et: "Ülesanne ja õigused", en: "Mandate", bytesMax: 2000),
            RecordField("area", .references("municipality"), et: "Piirkond", en: "Area"),
            RecordField("is_process_lead", .boolean, et: "Protsessijuht", en: "Leads the model's process"),
            // PGS § 36(6): who exchanges information on the learning obligation with the municipality.
            RecordField(
                "information_person", .reference("person"), et: "Teabevahetuse eest vastutaja",
                en: "Exchanges information with the municipality"),
            RecordField(
                "school_system", .code(["ekool", "stuudium", "other", "none"]), et: "Õppeinfosüsteem",
                en: "School information system", synonyms: ["infosüsteem"]),
            RecordField(
                "alarm_module", .code(["in-use", "trial", "none"]), et: "Häirekell", en: "Alarm module"),
            RecordField(
                "alarm_trial_until", .date, et: "Häirekella katseaeg kuni", en: "Alarm module's trial until"),
            RecordField("data_as_of", .date, et: "Andmed seisuga", en: "Data as of", synonyms: ["seisuga"]),
        ],
        rules: [.requires("alarm_trial_until", when: "alarm_module", in: ["trial"]), institutionForm])

    /// Data older than this many days have missed a weekly run of alarms (eKool's: help.ekool.eu, häirekell).
    static let freshDataDays = 7

    /// Whether data should come from the institution's information system and has not, or not lately.
    static func isDataOld(_ institution: Record, on today: LocalDate) -> Bool {
        guard ["ekool", "stuudium", "other"].contains(institution.text("school_system")) else { return false }
        return institution.date("data_as_of").map { $0.adding(days: freshDataDays) < today } ?? true
    }

    private static let institutionForm = RecordRule { record, _ in
        guard record.fields["information_person"] != nil || record.fields["school_system"] != nil,
            !RegistryCodes.childInstitutionKinds.contains(record.text("kind"))
        else { return [] }
        return [
            RecordFault(
                "kind", "not-a-school",
                Bilingual(
                    et: "Õppeinfosüsteem ja teabevahetaja on ainult koolil või lasteaial.",
                    en: "Only a school or kindergarten has an information system and an information person."),
                remedy: Bilingual(et: "Jäta need väljad tühjaks.", en: "Leave these fields empty."))
        ]
    }
}
