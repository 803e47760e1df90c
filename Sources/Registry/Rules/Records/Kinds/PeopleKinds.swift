import ServiceKit

/// Who works with children: people, their posts, the institutions' support teams.
enum PeopleKinds {
    static let all = [person, post, team]

    /// Someone who works with children, by the name used at work.
    static let person = RecordKind(
        "person", et: "Spetsialist", en: "Specialist", namesPeople: true,
        fields: [
            .text("given_name", et: "Eesnimi", en: "Given name", required: true),
            .text("family_name", et: "Perekonnanimi", en: "Family name", synonyms: ["perenimi"]),
            .text(
                "email", et: "Töö e-post", en: "Work e-mail", synonyms: ["e-post", "e-mail"], contact: .work),
            .text("phone", et: "Töötelefon", en: "Work phone", synonyms: ["telefon", "tel"], contact: .work),
            .text("private_phone", et: "Isiklik telefon", en: "Private phone", contact: .personal),
            RecordField("languages", .languages, et: "Keeled", en: "Languages"),
            .longText("qualifications", et: "Kvalifikatsioon", en: "Qualifications", bytesMax: 2000),
        ])

    /// A place in an institution, filled or vacant. Who works at several places holds several posts. A substitute is
    /// named for the others to know; one who needs the role's rights holds a post of the own for that time.
    static let post = RecordKind(
        "post", et: "Ametikoht", en: "Post", owner: .following("institution"), grantsAccess: true,
        fields: [
            RecordField(
                "institution", .reference("institution"), et: "Asutus", en: "Institution", required: true),
            RecordField(
                "role", .code(RegistryCodes.roles), et: "Roll", en: "Role", required: true,
                synonyms: ["amet", "ametikoht"]),
            RecordField(
                "share_percent", .integer(1...200), et: "Koormus (%)", en: "Share of full time (%)",
                required: true, synonyms: ["koormus", "fte"]),
            RecordField(
                "person", .reference("person"), et: "Täitja", en: "Holder", synonyms: ["spetsialist"]),
            .text("class_name", et: "Klass", en: "Class", synonyms: ["rühm"], bytesMax: 32),
        ] + RecordField.period() + [
            RecordField("substitute", .reference("person"), et: "Asendaja", en: "Substitute")
        ]
            + RecordField.period(
                from: "substitute_from", until: "substitute_until",
                et: ("Asendus alates", "Asendus kuni"), en: ("Substitute from", "Substitute until")),
        rules: [
            .ordered("from", "until"), .ordered("substitute_from", "substitute_until"),
            .requires("substitute", with: "substitute_from"),
        ])

    /// An institution's support team (tugimeeskond).
    static let team = RecordKind(
        "team", et: "Tugimeeskond", en: "Support team", owner: .following("institution"),
        fields: [
            RecordField(
                "institution", .reference("institution"), et: "Asutus", en: "Institution", required: true),
            RecordField(
                "member_posts", .references("post"), et: "Liikmed (ametikohad)", en: "Members (posts)",
                synonyms: ["liikmed", "members"]),
            RecordField(
                "leader_post", .reference("post"), et: "Eestvedaja (ametikoht)", en: "Leader (post)",
                synonyms: ["juht", "leader"]),
            RecordField(
                "gap_topics", .codes(RegistryCodes.topics), et: "Soovib õppida", en: "Wants to learn"),
            .longText("division_of_roles", et: "Rollijaotus", en: "Division of roles"),
            RecordField(
                "rhythm", .codes(PreventionCodes.rhythms), et: "Kohtumiste rütm", en: "Rhythm of meetings",
                synonyms: ["rütm"]),
            RecordField(
                "channels", .codes(PreventionCodes.channels), et: "Suhtluskanalid",
                en: "Channels of communication", synonyms: ["kanalid"]),
        ], rules: [.isAmong("leader_post", "member_posts")])

    /// Who stands in for a post's holder.
    struct Substitute: Sendable, Hashable {
        /// The person's code.
        var person: String
        /// The last day (ISO); empty: open.
        var until: String
    }

    /// The post's substitute on that day; nil: nobody is named, or the time is not now.
    static func substitute(of post: Record, on day: LocalDate) -> Substitute? {
        let person = post.text("substitute")
        guard !person.isEmpty, post.date("substitute_from").map({ $0 <= day }) ?? false,
            post.date("substitute_until").map({ $0 >= day }) ?? true
        else { return nil }
        return Substitute(person: person, until: post.text("substitute_until"))
    }
}
