import Directory

/// What parts of a question and reasons of a hit mean, for people.
enum DirectoryTexts {
    struct Text: Sendable, Hashable {
        var code: String
        var et: String
        var en: String
    }

    /// - Parameter places: names by EHAK code.
    static func text(_ term: DirectoryTerm, places: [String: String]) -> Text {
        func named(
            _ code: String, _ names: [String: DirectoryWords.Name], _ value: String, _ et: String,
            _ en: String
        )
            -> Text
        {
            let name = names[value]
            return Text(code: code, et: "\(et): \(name?.et ?? value)", en: "\(en): \(name?.en ?? value)")
        }
        switch term {
        case .kind(let kind):
            let name = DirectoryWords.kinds[kind]
            return Text(code: "kind", et: name?.et ?? kind.rawValue, en: name?.en ?? kind.rawValue)
        case .sort(let sort): return named("sort", DirectoryWords.sorts, sort, "liik", "sort")
        case .role(let role): return named("role", DirectoryWords.roles, role, "amet", "role")
        case .need(let need): return named("need", DirectoryWords.needs, need, "vajadus", "need")
        case .field(let field): return named("field", DirectoryWords.fields, field, "valdkond", "field")
        case .tier(let tier): return named("tier", DirectoryWords.tiers, tier, "tase", "tier")
        case .language(let language):
            return named("language", DirectoryWords.languages, language, "keel", "language")
        case .grade(let grade):
            return grade == 0
                ? Text(code: "grade", et: "lasteaed", en: "kindergarten")
                : Text(code: "grade", et: "\(grade). klass", en: "grade \(grade)")
        case .near(let place):
            let name = places[place] ?? place
            return Text(code: "near", et: "\(name) või lähedal", en: "in or near \(name)")
        case .freePlace: return Text(code: "free-place", et: "vaba koht", en: "free place")
        }
    }

    static func text(_ reason: DirectoryReason, places: [String: String]) -> Text {
        switch reason.why {
        case .term(let term): return text(term, places: places)
        case .word(let inTitle, let match): return word(inTitle, match)
        case .near(let place, let nearness):
            let name = places[place] ?? place
            switch nearness {
            case .same: return Text(code: "near-same", et: "sealsamas: \(name)", en: "there: \(name)")
            case .neighbour:
                return Text(code: "near-neighbour", et: "naabruses: \(name)", en: "next to \(name)")
            case .countyWide:
                return Text(
                    code: "near-county-wide", et: "teenindab kogu maakonda", en: "serves the whole county")
            }
        case .freePlace(let places, let age, let isOld):
            let old = (et: isOld ? "; vana teave, küsi üle" : "", en: isOld ? "; old, ask first" : "")
            guard let age else {
                return Text(
                    code: "free-place", et: "kohti teatatud: \(places), kuupäevata\(old.et)",
                    en: "places declared: \(places), undated\(old.en)")
            }
            return Text(
                code: "free-place", et: "kohti teatatud: \(places), \(age) päeva tagasi\(old.et)",
                en: "places declared: \(places), \(age) days ago\(old.en)")
        }
    }

    private static func word(_ inTitle: Bool, _ match: DirectoryReason.WordMatch) -> Text {
        let how: (String, String) =
            switch match {
            case .exact: ("sõna", "word")
            case .beginning: ("sõna algus", "beginning of a word")
            case .alike: ("teine kirjapilt", "another spelling")
            case .alikeBeginning: ("teise kirjapildi algus", "beginning of another spelling")
            case .slip: ("ligikaudne sõna", "a word much like it")
            }
        return Text(
            code: "word", et: "\(how.0) \(inTitle ? "nimes" : "kirjelduses")",
            en: "\(how.1) in the \(inTitle ? "name" : "description")")
    }
}
