import ServiceKit

/// The three resource tables as one directory: who and what can help.
enum ResourceKinds {
    static let all = [resource]

    static let resource = RecordKind(
        "resource", et: "Ressurss", en: "Resource",
        fields: [
            RecordField(
                "table", .code(RegistryCodes.resourceTables), et: "Tabel", en: "Table", required: true),
            .text(
                "name", et: "Nimetus", en: "Name", required: true, synonyms: ["nimi", "teenus", "programm"]),
            RecordField(
                "kind", .code(RegistryCodes.resourceKinds), et: "Liik", en: "Kind", required: true,
                synonyms: ["tüüp"]),
            .longText("description", et: "Kirjeldus", en: "Description"),
            RecordField("institution", .reference("institution"), et: "Asutus", en: "Institution"),
            RecordField("post", .reference("post"), et: "Ametikoht", en: "Post"),
            .text("provider", et: "Teenuse osutaja", en: "Provider", synonyms: ["osutaja"]),
            RecordField(
                "field", .code(RegistryCodes.fields), et: "Valdkond", en: "Field", required: true),
            RecordField(
                "scope", .code(RegistryCodes.scopes), et: "Ulatus", en: "Scope", required: true),
            RecordField(
                "need_codes", .codes(RegistryCodes.needs), et: "Vajadused", en: "Needs", required: true,
                synonyms: ["abivajadus"]),
            RecordField(
                "prevention_tier", .code(RegistryCodes.preventionTiers), et: "Ennetustasand",
                en: "Prevention tier", required: true),
            RecordField("age_from", .integer(0...26), et: "Vanus alates", en: "Age from"),
            RecordField("age_to", .integer(0...26), et: "Vanus kuni", en: "Age to"),
            RecordField(
                "grade_from", .integer(0...12), et: "Klass alates", en: "Grade from", required: true),
            RecordField("grade_to", .integer(0...12), et: "Klass kuni", en: "Grade to", required: true),
            RecordField("area", .references("municipality"), et: "Piirkond", en: "Area"),
            RecordField("languages", .languages, et: "Keeled", en: "Languages", synonyms: ["keel"]),
            RecordField(
                "capacity_places", .integer(0...100_000), et: "Kohti", en: "Places", required: true,
                synonyms: ["kohtade arv", "mahutavus"]),
            RecordField("capacity_amount", .integer(0...100_000), et: "Maht", en: "Amount"),
            RecordField(
                "capacity_unit", .code(["hours-a-week", "groups", "sessions-a-month", "visits-a-month"]),
                et: "Mahu ühik", en: "Unit of the amount"),
            RecordField(
                "capacity_as_of", .date, et: "Kohad seisuga", en: "Capacity as of", required: true,
                synonyms: ["seisuga"]),
            .longText(
                "how_to_refer", et: "Kuidas suunata", en: "How to refer", synonyms: ["suunamine"],
                bytesMax: 400),
            .text("cost", et: "Hind", en: "Cost", synonyms: ["tasu"]),
            .text("schedule", et: "Ajakava", en: "Schedule", synonyms: ["ajad"]),
            .text("contact_email", et: "E-post", en: "E-mail", synonyms: ["e-mail"], contact: .work),
            .text("contact_phone", et: "Telefon", en: "Phone", synonyms: ["tel"], contact: .work),
        ],
        rules: [
            .ascending("grade_from", "grade_to"), .ascending("age_from", "age_to"),
            .requires("capacity_unit", with: "capacity_amount"),
            .requires("institution", when: "scope", in: ["institution"]),
            .requires("institution", when: "table", in: ["institution"]),
            .requires("institution", with: "post"), samePlace,
        ])

    /// Places are as old as their date; after two weeks they are shown as old.
    static let freshDays = 14

    /// Whether the resource's places were told so long ago that they are shown as old.
    static func isOld(_ resource: Record, on today: LocalDate) -> Bool {
        resource.date("capacity_as_of").map { $0.adding(days: freshDays) < today } ?? false
    }

    /// The resource's municipality is that of its institution, and its post belongs to that institution.
    private static let samePlace = RecordRule { record, context in
        var faults: [RecordFault] = []
        let institution = record.text("institution")
        if let place = try context.record("institution", institution), place.owner != record.owner {
            faults.append(
                RecordFault(
                    "municipality", "municipality-differs",
                    Bilingual(
                        et: "Omavalitsus ei ole sama, mis ressursi asutusel.",
                        en: "The municipality is not that of the resource's institution."),
                    remedy: Bilingual(
                        et: "Anna asutuse omavalitsus.", en: "Give the institution's own municipality.")))
        }
        if let post = try context.record("post", record.text("post")), post.text("institution") != institution
        {
            faults.append(
                RecordFault(
                    "post", "post-of-other-institution",
                    Bilingual(
                        et: "Ametikoht kuulub teisele asutusele.",
                        en: "The post belongs to another institution."),
                    remedy: Bilingual(
                        et: "Nimeta ametikoha asutus või teine ametikoht.",
                        en: "Name the post's institution, or another post.")))
        }
        return faults
    }
}
