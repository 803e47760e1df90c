import ServiceKit

/// Who works together, how, and what they have learnt: networks and cross-field teams, the division of roles,
/// agreements, the workshops' list, each municipality's vision of its model.
enum NetworkKinds {
    static let all = [network, networkDuty, agreement, workshopItem, vision]

    /// A steering group, core group, wider network, cross-field team or commission. Members are posts, so that a
    /// vacancy shows, and bodies, which send whom they choose.
    static let network = RecordKind(
        "network", et: "Võrgustik", en: "Network",
        fields: [
            .text("name", et: "Nimi", en: "Name", required: true, synonyms: ["nimetus"]),
            .text("name_en", et: "Nimi inglise keeles", en: "Name in English"),
            RecordField(
                "type", .code(PreventionCodes.networkTypes), et: "Liik", en: "Type", required: true,
                synonyms: ["tüüp"]),
            .longText("purpose", et: "Eesmärk", en: "Purpose", bytesMax: 2000),
            RecordField(
                "leader_post", .reference("post"), et: "Eestvedaja (ametikoht)", en: "Leader (post)",
                synonyms: ["eestvedaja", "juht"]),
            RecordField("core_posts", .references("post"), et: "Tuumik (ametikohad)", en: "Core (posts)"),
            RecordField(
                "core_bodies", .references("institution"), et: "Tuumik (asutused)", en: "Core (bodies)"),
            RecordField(
                "wider_posts", .references("post"), et: "Laiem ring (ametikohad)", en: "Wider circle (posts)"),
            RecordField(
                "wider_bodies", .references("institution"), et: "Laiem ring (asutused)",
                en: "Wider circle (bodies)"),
            RecordField(
                "rhythm", .codes(PreventionCodes.rhythms), et: "Kohtumiste rütm", en: "Rhythm of meetings",
                synonyms: ["rütm"]),
            RecordField(
                "wider_rhythm", .codes(PreventionCodes.rhythms), et: "Laiema ringi rütm",
                en: "Rhythm of the wider circle"),
            RecordField(
                "channels", .codes(PreventionCodes.channels), et: "Suhtluskanalid",
                en: "Channels of communication", synonyms: ["kanalid"]),
            RecordField("covision", .boolean, et: "Kovisioon", en: "Covision"),
            .longText(
                "principles", et: "Väärtused ja koostööpõhimõtted", en: "Values and rules", bytesMax: 4000),
            .text("source", et: "Allikas", en: "Source"),
        ],
        rules: [
            .isAmong("leader_post", "core_posts"), .oneOf("core_posts", "core_bodies"),
            .apart("core_posts", "wider_posts"), .apart("core_bodies", "wider_bodies"),
        ])

    /// What one member does for the network.
    static let networkDuty = RecordKind(
        "network-duty", et: "Rollijaotus", en: "Division of roles", owner: .following("network"),
        fields: [
            RecordField("network", .reference("network"), et: "Võrgustik", en: "Network", required: true),
            RecordField("post", .reference("post"), et: "Ametikoht", en: "Post"),
            RecordField("body", .reference("institution"), et: "Asutus", en: "Body"),
            .longText("duty", et: "Ülesanne", en: "Duty", required: true, bytesMax: 2000),
        ] + RecordField.period(),
        rules: [.ordered("from", "until"), .oneOf("post", "body"), dutyOfMember])

    /// A cooperation agreement.
    static let agreement = RecordKind(
        "agreement", et: "Koostöökokkulepe", en: "Cooperation agreement",
        fields: [
            .text("name", et: "Nimi", en: "Name", required: true),
            .longText("subject", et: "Milles lepiti kokku", en: "What was agreed", required: true),
            RecordField(
                "municipalities", .references("municipality"), et: "Omavalitsused", en: "Municipalities"),
            RecordField("bodies", .references("institution"), et: "Asutused", en: "Bodies"),
            RecordField("network", .reference("network"), et: "Võrgustik", en: "Network"),
            RecordField("signed_on", .date, et: "Sõlmitud", en: "Signed on"),
            RecordField("from", .date, et: "Kehtib alates", en: "From", required: true),
            RecordField("until", .date, et: "Kehtib kuni", en: "Until"),
            .text("document", et: "Dokument", en: "Document"),
        ], rules: [.ordered("from", "until"), .ordered("signed_on", "until"), parties])

    /// The workshops' list: strengths, development needs, obstacles met, and solutions tried on them.
    static let workshopItem = RecordKind(
        "workshop-item", et: "Töötoa kirje", en: "Workshop item",
        fields: [
            RecordField(
                "type", .code(PreventionCodes.workshopItems), et: "Liik", en: "Type", required: true),
            .longText("text", et: "Sisu", en: "What", required: true, bytesMax: 2000),
            RecordField("network", .reference("network"), et: "Võrgustik", en: "Network"),
            RecordField("institution", .reference("institution"), et: "Asutus", en: "Institution"),
            RecordField(
                "raised_by_post", .reference("post"), et: "Kes tõstatas (ametikoht)", en: "Raised by (post)",
                required: true),
            RecordField("raised_on", .date, et: "Millal", en: "When", required: true),
            RecordField(
                "status", .code(PreventionCodes.workshopStates), et: "Seis", en: "Status", required: true),
            .longText("evidence", et: "Tõendus", en: "Evidence", bytesMax: 2000),
            RecordField(
                "obstacle", .reference("workshop-item"), et: "Millist takistust lahendas",
                en: "Obstacle it was tried on"),
            RecordField("result", .code(PreventionCodes.results), et: "Tulemus", en: "Result"),
        ],
        rules: [
            .requires("obstacle", when: "type", in: ["solution"]),
            .requires("result", when: "type", in: ["solution"]), .anonymous("text", "evidence"),
            triedOnObstacle,
        ])

    /// A municipality's vision of its model; what it was on any past day is in its history.
    static let vision = RecordKind(
        "vision", et: "Mudeli visioon", en: "Vision of the model",
        fields: [
            .longText("statement", et: "Visioon", en: "Vision", required: true, bytesMax: 4000),
            .longText("statement_en", et: "Visioon inglise keeles", en: "Vision in English", bytesMax: 4000),
            RecordField("aims", .texts, et: "Eesmärgid", en: "Aims"),
            RecordField("decided_on", .date, et: "Kokku lepitud", en: "Agreed on", required: true),
            RecordField(
                "decided_by_post", .reference("post"), et: "Kinnitas (ametikoht)", en: "Decided by (post)"),
            RecordField("draft", .boolean, et: "Kavand", en: "Draft"),
            .text("source", et: "Allikas", en: "Source"),
        ])

    // MARK: rules

    private static let dutyOfMember = RecordRule { record, context in
        guard let network = try context.record("network", record.text("network")) else { return [] }
        let pairs = [("post", "core_posts", "wider_posts"), ("body", "core_bodies", "wider_bodies")]
        return pairs.compactMap { field, core, wider in
            let member = record.text(field)
            guard !member.isEmpty, !(network.list(core) + network.list(wider)).contains(member) else {
                return nil
            }
            return RecordFault(
                field, "not-a-member",
                Bilingual(et: "Ei ole selle võrgustiku liige.", en: "It is no member of this network."),
                remedy: Bilingual(
                    et: "Lisa see võrgustiku tuumikusse või laiemasse ringi.",
                    en: "Add it to the network's core or wider circle."))
        }
    }

    private static let parties = RecordRule { record, _ in
        guard record.list("municipalities").count + record.list("bodies").count < 2 else { return [] }
        return [
            RecordFault(
                "bodies", "one-party",
                Bilingual(
                    et: "Kokkuleppel on alla kahe osapoole.", en: "The agreement has fewer than two parties."),
                remedy: Bilingual(
                    et: "Nimeta vähemalt kaks osapoolt.", en: "Name at least two municipalities or bodies."))
        ]
    }

    private static let triedOnObstacle = RecordRule { record, context in
        guard let obstacle = try context.record("workshop-item", record.text("obstacle")) else { return [] }
        guard obstacle.text("type") != "obstacle" || record.text("type") != "solution" else { return [] }
        return [
            RecordFault(
                "obstacle", "not-an-obstacle",
                Bilingual(
                    et: "Lahendus viitab kirjele, mis ei ole takistus.",
                    en: "Only a solution names an obstacle, and what it names must be one."),
                remedy: Bilingual(et: "Nimeta takistus.", en: "Name an item of type obstacle."))
        ]
    }
}
