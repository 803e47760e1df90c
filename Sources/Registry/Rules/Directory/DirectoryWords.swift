import Directory

/// What people call the codes of Protocols/codes.md: names to show, and words to recognise in Estonian, English and
/// Russian. Words that end with "*" are beginnings, since people inflect them.
enum DirectoryWords {
    struct Name {
        var et: String
        var en: String
        /// What people type for it.
        var typed: [String]

        init(_ et: String, _ en: String, _ typed: String...) {
            self.et = et
            self.en = en
            self.typed = typed
        }
    }

    static let roles: [String: Name] = [
        "class-teacher": Name(
            "klassijuhataja", "class teacher", "klassijuhataja*", "class teacher*", "классн* руковод*"),
        "kindergarten-teacher": Name(
            "lasteaiaõpetaja", "kindergarten teacher", "lasteaiaõpetaja*", "kindergarten teacher*",
            "воспитател*"),
        "teacher": Name("õpetaja", "teacher", "õpetaja*", "teacher*", "учител*"),
        "head": Name("juht", "head", "direktor*", "head", "principal*", "директор*"),
        "hev-coordinator": Name(
            "HEV koordinaator", "special needs coordinator", "hev*", "special needs coordinator*"),
        "aev-coordinator": Name("AEV koordinaator", "kindergarten special needs coordinator", "aev*"),
        "social-pedagogue": Name(
            "sotsiaalpedagoog", "social pedagogue", "sotsiaalpedagoo*", "sots pedagoo*", "social pedagog*",
            "social worker*",
            "социальн* педагог*", "соцпедагог*"),
        "special-educator": Name(
            "eripedagoog", "special educator", "eripedagoo*", "special educator*",
            "special education teacher*",
            "спецпедагог*", "дефектолог*"),
        "speech-therapist": Name(
            "logopeed", "speech therapist", "logopeed*", "logoped*", "speech therap*", "speech patholog*",
            "логопед*"),
        "school-psychologist": Name(
            "koolipsühholoog", "school psychologist", "koolipsühholoo*", "psühholoo*", "school psycholog*",
            "psycholog*",
            "психолог*"),
        "school-nurse": Name("kooliõde", "school nurse", "kooliõ*", "school nurse*", "nurse*", "медсестр*"),
        "youth-worker": Name(
            "noorsootöötaja", "youth worker", "noorsootööta*", "youth worker*", "молодежн* работ*"),
        "child-protection-worker": Name(
            "lastekaitsetöötaja", "child protection worker", "lastekaitsetööta*", "lastekaitsespetsialist*",
            "child protection worker*", "защит* детей", "защит* ребенк*"),
        "family-worker": Name(
            "peretöötaja", "family worker", "peretööta*", "family worker*", "семейн* работ*"),
        "prevention-specialist": Name(
            "ennetusspetsialist", "prevention specialist", "ennetusspetsialist*", "prevention specialist*"),
        "social-head": Name(
            "sotsiaalosakonna juhataja", "head of social services", "sotsiaalosakon* juhataja*"),
        "education-head": Name("haridusosakonna juhataja", "head of education", "haridusosakon* juhataja*"),
        "family-commission": Name("perekomisjon", "family commission", "perekomisjon*"),
        "district-police": Name(
            "piirkonnapolitseinik", "district police officer", "piirkonnapolitsei*", "noorsoopolitsei*",
            "district police*", "участков*"),
        "county-coordinator": Name("maakonna koordinaator", "county coordinator", "maakon* koordinaator*"),
        "data-protection-officer": Name(
            "andmekaitsespetsialist", "data protection officer", "andmekaitse*", "data protection officer*"),
        "registrar": Name("andmete haldaja", "registrar", "registrar*"),
    ]

    static let needs: [String: Name] = [
        "attendance": Name(
            "koolist puudumine", "attendance", "puudumi*", "koolikohustus*", "attendance*", "truan*",
            "прогул*",
            "посещаемост*"),
        "learning": Name(
            "õppimine", "learning", "õpiabi*", "õpirask*", "õppimi*", "learning*", "учеб*", "обучен*"),
        "behaviour": Name("käitumine", "behaviour", "käitumi*", "behavio*", "поведен*"),
        "mental-health": Name(
            "vaimne tervis", "mental health", "vaim* tervis*", "ärevus*", "mental health*", "anxiety*",
            "психическ* здоров*"),
        "speech": Name("kõne", "speech", "kõne*", "speech*", "реч*"),
        "social-coping": Name(
            "sotsiaalne toimetulek", "social coping", "toimetulek*", "sotsiaal* oskus*", "social skill*",
            "social coping*", "социальн* навык*"),
        "family": Name("pere", "family", "pere*", "perenõusta*", "family*", "семь*", "семей*"),
        "health": Name("tervis", "health", "tervis*", "health*", "здоров*"),
        "leisure": Name(
            "vaba aeg", "leisure", "vaba aeg*", "huviring*", "huvitegev*", "leisure*", "hobb*", "досуг*",
            "кружок*"),
        "language": Name(
            "eesti keele õpe", "learning Estonian", "keeleõp*", "eesti keel* õp*", "language learning*",
            "изучен* язык*"),
        "safety": Name(
            "turvalisus", "safety", "turvalisus*", "kiusami*", "safety*", "bully*", "безопасност*", "травл*"),
        "career": Name("karjäär", "career", "karjäär*", "career*", "профориентац*"),
    ]

    static let languages: [String: Name] = [
        "et": Name("eesti keel", "Estonian", "eesti keel*", "eestikeel*", "eesti", "estonian*", "эстонск*"),
        "ru": Name(
            "vene keel", "Russian", "vene keel*", "venekeel*", "vene", "russian*", "русск*", "по русски"),
        "en": Name(
            "inglise keel", "English", "inglise keel*", "ingliskeel*", "inglise", "english*", "английск*"),
        "uk": Name(
            "ukraina keel", "Ukrainian", "ukraina keel*", "ukrainakeel*", "ukraina", "ukrainian*", "украинск*"
        ),
        "fi": Name("soome keel", "Finnish", "soome keel*", "soomekeel*", "soome", "finnish*", "финск*"),
    ]

    static let fields: [String: Name] = [
        "education": Name("haridus", "education", "haridus*", "education*", "образован*"),
        "social": Name("sotsiaal", "social services", "sotsiaal*", "social*", "социальн*"),
        "child-protection": Name(
            "lastekaitse", "child protection", "lastekaits*", "child protection*", "защит* прав*"),
        "youth": Name("noorsootöö", "youth work", "noorsootöö*", "noortekeskus*", "youth*", "молодеж*"),
        "health": Name("tervishoid", "health care", "tervishoi*", "health care*", "здравоохранен*"),
        "police": Name("politsei", "police", "politsei*", "police*", "полиц*"),
    ]

    static let tiers: [String: Name] = [
        "universal": Name("universaalne ennetus", "universal prevention", "universaal*", "universal*"),
        "selective": Name("valikuline ennetus", "selective prevention", "valikuli*", "selective*"),
        "indicated": Name("näidustatud ennetus", "indicated prevention", "näidustatud*", "indicated*"),
    ]

    /// Kinds of resources and of institutions.
    static let sorts: [String: Name] = [
        "specialist": Name("spetsialist", "specialist", "spetsialist*", "specialist*", "специалист*"),
        "service": Name("teenus", "service", "teenus*", "service*", "услуг*"),
        "programme": Name("programm", "programme", "programm*", "program*", "программ*"),
        "school": Name("kool", "school", "kool", "koolid*", "school*", "школ*"),
        "kindergarten": Name(
            "lasteaed", "kindergarten", "lasteae*", "lasteai*", "kindergarten*", "детск* сад*", "детсад*"),
        "youth-centre": Name("noortekeskus", "youth centre", "noortekesk*", "youth cent*"),
        "municipality": Name("vald või linn", "municipality"), "county": Name("maakond", "county"),
        "state": Name("riik", "state"), "health": Name("tervishoiuasutus", "health institution"),
        "police": Name("politsei", "police"), "partner": Name("partner", "partner"),
    ]

    static let kinds: [DirectoryEntry.Kind: Name] = [
        .resource: Name("ressurss", "resource"), .institution: Name("asutus", "institution"),
        .post: Name("ametikoht", "post"),
    ]

    /// Beginnings of words for a grade.
    private static let ordinals: [(String, Int)] = [
        ("esimene", 1), ("esimese", 1), ("teine", 2), ("teise", 2), ("kolma", 3), ("nelja", 4), ("viie", 5),
        ("kuue", 6),
        ("seitsme", 7), ("kaheksa", 8), ("üheksa", 9), ("kümne", 10), ("first", 1), ("second", 2),
        ("third", 3),
        ("fourth", 4), ("fifth", 5), ("sixth", 6), ("seventh", 7), ("eighth", 8), ("ninth", 9), ("tenth", 10),
        ("перв", 1), ("втор", 2), ("трет", 3), ("четверт", 4), ("пят", 5), ("шест", 6), ("седьм", 7),
        ("восьм", 8),
        ("девят", 9), ("десят", 10),
    ]

    /// Words that say nothing by themselves.
    private static let ignored = [
        "a", "an", "the", "for", "in", "at", "of", "with", "near", "nearby", "who", "speaks", "speaking",
        "language", "child",
        "children", "pupil", "ja", "või", "on", "kes", "kus", "räägib", "kõnelev", "oskav", "lähedal",
        "lähedale",
        "juures", "lapsele", "lapse", "laps", "õpilasele", "õpilane", "koos", "keeles", "keelt", "keel",
        "keelne", "и",
        "в", "на", "с", "со", "для", "у", "рядом", "около", "ребенок", "ребенка", "язык", "языке", "языком",
    ]

    static func vocabulary(_ municipalities: [Municipality]) -> DirectoryVocabulary {
        var phrases: [DirectoryVocabulary.Phrase] = [
            .init("# klas*", []), .init("# kl", []), .init("# grade*", []), .init("grade #", []),
            .init("# класс*", []),
            .init("# клас*", []),
        ]
        for words in ["vab* koh*", "free place*", "free spot*", "vacanc*", "свободн* мест*", "есть мест*"] {
            phrases.append(.init(words, [.freePlace], alsoText: false))
        }
        // One phrase may mean several codes ("sotsiaal*": a field; "lastekaitse*": a field and a role).
        var meanings: [String: [DirectoryTerm]] = [:]
        func take(_ names: [String: Name], _ term: (String) -> DirectoryTerm) {
            for (code, name) in names.sorted(by: { $0.key < $1.key }) {
                for typed in name.typed { meanings[typed, default: []].append(term(code)) }
            }
        }
        take(roles) { .role($0) }
        take(needs) { .need($0) }
        take(languages) { .language($0) }
        take(fields) { .field($0) }
        take(tiers) { .tier($0) }
        take(sorts) { .sort($0) }
        for (typed, terms) in meanings.sorted(by: { $0.key < $1.key }) { phrases.append(.init(typed, terms)) }
        return DirectoryVocabulary(
            phrases: phrases,
            places: municipalities.filter { $0.code != RegistryCodes.county }.map { ($0.code, $0.name) },
            ordinals: ordinals, ignored: ignored)
    }

    /// Who borders on whom in Lääne-Viru, by the municipalities' own descriptions. Nearness is judged by it; places
    /// of which nothing is known here have no neighbours.
    static let neighbours: [String: Set<String>] = [
        "0191": ["0272", "0661", "0903"], "0272": ["0191", "0661", "0792"],
        "0661": ["0191", "0272", "0663", "0792", "0901", "0903"], "0663": ["0661"],
        "0792": ["0272", "0661", "0901", "0928"], "0901": ["0661", "0792", "0903", "0928"],
        "0903": ["0191", "0661", "0901"], "0928": ["0792", "0901"],
    ]
}
