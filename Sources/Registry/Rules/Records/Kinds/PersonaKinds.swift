import ServiceKit

/// Whom a municipality wants to reach, and what it knows of them: target groups and the decisions for them, personas
/// with their journey, interview rounds and what was found. Nothing here is about a real child.
enum PersonaKinds {
    static let all = [
        targetGroup, targetGroupDecision, persona, touchpoint, interviewRound, interviewFinding,
    ]

    static let targetGroup = RecordKind(
        "target-group", et: "Sihtrühm", en: "Target group",
        fields: [
            .text("name", et: "Nimi", en: "Name", required: true, synonyms: ["nimetus"]),
            .text("name_en", et: "Nimi inglise keeles", en: "Name in English"),
            RecordField("layer", .code(PreventionCodes.layers), et: "Kiht", en: "Layer", required: true),
            .longText("description", et: "Kirjeldus", en: "Description", bytesMax: 2000),
            RecordField(
                "institution_kinds", .codes(RegistryCodes.childInstitutionKinds), et: "Asutuste liigid",
                en: "Kinds of institutions"),
            RecordField("grade_from", .integer(0...12), et: "Klass alates", en: "Grade from"),
            RecordField("grade_to", .integer(0...12), et: "Klass kuni", en: "Grade to"),
            RecordField("age_from", .integer(0...26), et: "Vanus alates", en: "Age from"),
            RecordField("age_to", .integer(0...26), et: "Vanus kuni", en: "Age to"),
            RecordField("need_codes", .codes(RegistryCodes.needs), et: "Vajadused", en: "Needs"),
            RecordField("draft", .boolean, et: "Kavand", en: "Draft"),
            .text("source", et: "Allikas", en: "Source"),
        ], rules: [.ascending("grade_from", "grade_to"), .ascending("age_from", "age_to")])

    /// Why a target group was chosen, on which day, by whom.
    static let targetGroupDecision = RecordKind(
        "target-group-decision", et: "Sihtrühma otsus", en: "Decision on a target group",
        owner: .following("target_group"),
        fields: [
            RecordField(
                "target_group", .reference("target-group"), et: "Sihtrühm", en: "Target group",
                required: true),
            RecordField("decided_on", .date, et: "Otsustatud", en: "Decided on", required: true),
            RecordField(
                "decided_by_post", .reference("post"), et: "Otsustas (ametikoht)", en: "Decided by (post)"),
            RecordField(
                "network", .reference("network"), et: "Otsustas (võrgustik)", en: "Decided by (network)"),
            RecordField(
                "indicator_values", .references("indicator-value"), et: "Näitajad", en: "Indicators",
                required: true),
            .longText(
                "experience", et: "Praktikute kogemus", en: "Practitioners' experience", required: true,
                bytesMax: 4000),
            RecordField("review_on", .date, et: "Üle vaadata", en: "To be reviewed on"),
        ],
        rules: [
            .oneOf("decided_by_post", "network"), .ordered("decided_on", "review_on"),
            .anonymous("experience"), knownThen,
        ])

    /// A made-up child or young person who stands for many; its earlier versions are in its history.
    static let persona = RecordKind(
        "persona", et: "Persona", en: "Persona", owner: .following("target_group"),
        fields: [
            .text("name", et: "Väljamõeldud nimi", en: "Made-up name", required: true, bytesMax: 60),
            RecordField(
                "target_group", .reference("target-group"), et: "Sihtrühm", en: "Target group",
                required: true),
            RecordField("card_version", .integer(1...1000), et: "Versioon", en: "Version", required: true),
            RecordField("age_from", .integer(0...26), et: "Vanus alates", en: "Age from"),
            RecordField("age_to", .integer(0...26), et: "Vanus kuni", en: "Age to"),
            .longText("story", et: "Lugu", en: "Story", required: true, bytesMax: 4000),
            RecordField(
                "need_codes", .codes(RegistryCodes.needs), et: "Vajadused", en: "Needs", required: true),
            RecordField("strengths", .texts, et: "Tugevused", en: "Strengths"),
            RecordField("contacts", .texts, et: "Kokkupuuted", en: "Contacts"),
            RecordField(
                "ecosystem_posts", .references("post"), et: "Ökosüsteem: ametikohad", en: "Ecosystem: posts"),
            RecordField(
                "ecosystem_resources", .references("resource"), et: "Ökosüsteem: teenused",
                en: "Ecosystem: services"),
            RecordField(
                "ecosystem_bodies", .references("institution"), et: "Ökosüsteem: asutused",
                en: "Ecosystem: bodies"),
        ],
        rules: [.ascending("age_from", "age_to"), .anonymous("name", "story", "strengths", "contacts")])

    /// A step of a persona's designed journey; its code is that of the persona, a dot, its number.
    static let touchpoint = RecordKind(
        "touchpoint", et: "Teekonna samm", en: "Touchpoint", owner: .following("persona"),
        fields: [
            RecordField("persona", .reference("persona"), et: "Persona", en: "Persona", required: true),
            RecordField("order", .integer(1...50), et: "Järjekord", en: "Order", required: true),
            .text("name", et: "Samm", en: "Step", required: true),
            .longText("what", et: "Mis toimub", en: "What happens", bytesMax: 2000),
            RecordField("owner_post", .reference("post"), et: "Vastutaja (ametikoht)", en: "Owner (post)"),
            RecordField("owner_role", .code(RegistryCodes.roles), et: "Vastutaja (roll)", en: "Owner (role)"),
            RecordField("time_target", .integer(0...400), et: "Aeg", en: "Time target", required: true),
            RecordField(
                "time_unit", .code(PreventionCodes.dayUnits), et: "Ajaühik", en: "Unit of time",
                required: true),
            RecordField("resource", .reference("resource"), et: "Teenus", en: "Service"),
            RecordField("phase", .code(RegistryCodes.phases), et: "Etapp", en: "Phase"),
        ],
        rules: [
            .codeIs("persona", dot: "order"), .counted("persona", "order"),
            .oneOf("owner_post", "owner_role"),
            .anonymous("name", "what"),
        ])

    /// A round of interviews: its guide, and that those who spoke consented.
    static let interviewRound = RecordKind(
        "interview-round", et: "Intervjuuvoor", en: "Interview round", owner: .following("target_group"),
        fields: [
            .text("name", et: "Nimi", en: "Name", required: true),
            RecordField(
                "target_group", .reference("target-group"), et: "Sihtrühm", en: "Target group",
                required: true),
            RecordField("from", .date, et: "Alates", en: "From", required: true),
            RecordField("until", .date, et: "Kuni", en: "Until"),
            RecordField("led_by_post", .reference("post"), et: "Juhtis (ametikoht)", en: "Led by (post)"),
            .longText("guide", et: "Kava", en: "Guide", required: true),
            RecordField(
                "consent", .code(PreventionCodes.consents), et: "Nõusoleku vorm", en: "Form of consent",
                required: true),
            RecordField(
                "consent_of", .code(PreventionCodes.consentGivers), et: "Nõusoleku andja", en: "Consent of",
                required: true),
            RecordField("consents", .integer(0...1000), et: "Nõusolekuid", en: "Consents", required: true),
            RecordField(
                "interviews", .integer(0...1000), et: "Intervjuusid", en: "Interviews", required: true),
        ], rules: [.ordered("from", "until"), .anonymous("name", "guide"), consented])

    /// What a round found, without anybody in it, and which version of which persona came of it.
    static let interviewFinding = RecordKind(
        "interview-finding", et: "Intervjuu leid", en: "Finding of interviews", owner: .following("round"),
        fields: [
            RecordField("round", .reference("interview-round"), et: "Voor", en: "Round", required: true),
            .longText("finding", et: "Leid", en: "Finding", required: true, bytesMax: 4000),
            RecordField("said_by", .codes(PreventionCodes.speakers), et: "Kes ütlesid", en: "Said by"),
            RecordField("need_codes", .codes(RegistryCodes.needs), et: "Vajadused", en: "Needs"),
            RecordField("persona", .reference("persona"), et: "Muutis personat", en: "Changed persona"),
            RecordField(
                "persona_version", .integer(1...1000), et: "Persona versioon", en: "Version of the persona"),
            RecordField("changed", .texts, et: "Mis muutus", en: "What changed"),
        ],
        rules: [
            .anonymous("finding", "changed"), .requires("persona_version", with: "persona"),
            .requires("persona", with: "persona_version"), versionExists,
        ])

    // MARK: rules

    /// Indicators are cited that were known on the day of the decision, of this municipality or the county.
    private static let knownThen = RecordRule { record, context in
        guard let day = record.date("decided_on") else { return [] }
        for code in record.list("indicator_values") {
            guard let value = try context.record("indicator-value", code) else { continue }
            let foreign = value.owner != record.owner && value.owner != RegistryCodes.county
            let later = value.date("entered_on").map { $0 > day } ?? false
            guard foreign || later else { continue }
            return [
                RecordFault(
                    "indicator_values", foreign ? "of-other-municipality" : "not-known-then",
                    Bilingual(
                        et: "Näitaja on teise omavalitsuse oma või sisestatud pärast otsust.",
                        en: "An indicator is another municipality's, or was entered after the decision."),
                    remedy: Bilingual(
                        et: "Viita oma näitajatele, mis olid otsuse päeval teada.",
                        en: "Cite your own indicators that were known on the day of the decision."))
            ]
        }
        return []
    }

    private static let consented = RecordRule { record, _ in
        guard let consents = record.integer("consents"), let interviews = record.integer("interviews"),
            interviews > consents
        else { return [] }
        return [
            RecordFault(
                "interviews", "without-consent",
                Bilingual(
                    et: "Intervjuusid on rohkem kui nõusolekuid.",
                    en: "There are more interviews than consents."),
                remedy: Bilingual(
                    et: "Kasuta ainult nõusolekuga intervjuusid.", en: "Use only interviews with a consent."))
        ]
    }

    private static let versionExists = RecordRule { record, context in
        guard let version = record.integer("persona_version"),
            let persona = try context.record("persona", record.text("persona")),
            version > persona.integer("card_version") ?? 0
        else { return [] }
        return [
            RecordFault(
                "persona_version", "version-unknown",
                Bilingual(
                    et: "Sellist persona versiooni veel ei ole.", en: "The persona has no such version yet."),
                remedy: Bilingual(
                    et: "Muuda enne personat ja suurenda selle versiooni.",
                    en: "Change the persona first and raise its version."))
        ]
    }
}
