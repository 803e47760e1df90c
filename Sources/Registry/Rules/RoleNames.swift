/// What roles are called.
enum RoleNames {
    static let all: [String: Bilingual] = [
        "class-teacher": Bilingual(et: "klassijuhataja", en: "class teacher"),
        "kindergarten-teacher": Bilingual(et: "lasteaiaõpetaja", en: "kindergarten teacher"),
        "teacher": Bilingual(et: "õpetaja", en: "teacher"),
        "head": Bilingual(et: "juht", en: "head"),
        "hev-coordinator": Bilingual(et: "HEV koordinaator", en: "coordinator of special needs"),
        "aev-coordinator": Bilingual(
            et: "AEV koordinaator", en: "coordinator of special needs (kindergarten)"),
        "social-pedagogue": Bilingual(et: "sotsiaalpedagoog", en: "social pedagogue"),
        "special-educator": Bilingual(et: "eripedagoog", en: "special educator"),
        "speech-therapist": Bilingual(et: "logopeed", en: "speech therapist"),
        "school-psychologist": Bilingual(et: "koolipsühholoog", en: "school psychologist"),
        "school-nurse": Bilingual(et: "kooliõde", en: "school nurse"),
        "youth-worker": Bilingual(et: "noorsootöötaja", en: "youth worker"),
        "child-protection-worker": Bilingual(et: "lastekaitsetöötaja", en: "child-protection worker"),
        "family-worker": Bilingual(et: "peretöötaja", en: "family worker"),
        "prevention-specialist": Bilingual(et: "ennetustöö spetsialist", en: "prevention specialist"),
        "social-head": Bilingual(et: "sotsiaalosakonna juht", en: "head of social work"),
        "education-head": Bilingual(et: "haridusosakonna juht", en: "head of education"),
        "family-commission": Bilingual(
            et: "laste ja perede komisjon", en: "commission of children and families"),
        "district-police": Bilingual(et: "piirkonnapolitseinik", en: "district police officer"),
        "county-coordinator": Bilingual(et: "maakonna koordinaator", en: "county coordinator"),
        "data-protection-officer": Bilingual(et: "andmekaitsespetsialist", en: "data protection officer"),
        "registrar": Bilingual(et: "andmete hoidja", en: "registrar"),
    ]

    /// The code itself for a role without a name.
    static func name(_ role: String) -> Bilingual { all[role] ?? Bilingual(et: role, en: role) }
}
