import ServiceKit

/// Looks through a whole county document before anything of it is stored, and names every fault.
/// References may point to what the document holds or to what is stored already.
struct CountyCheck {
    let document: CountyMap
    let municipalities: Set<String>
    let institutions: [String: Institution]
    let institutionCodes: Set<String>
    let people: Set<String>
    let posts: [String: Post]
    let merged: CountyMap
    var faults: [Fault] = []

    static func faults(in document: CountyMap, stored: CountyMap) -> [Fault] {
        var check = CountyCheck(document: document, merged: stored.merged(with: document))
        check.checkMunicipalities()
        check.checkInstitutions()
        check.checkPeople()
        check.checkPosts()
        check.checkResources()
        check.checkTeams()
        check.checkTemplates()
        return check.faults
    }

    private init(document: CountyMap, merged: CountyMap) {
        self.document = document
        self.merged = merged
        municipalities = Set(merged.municipalities.map(\.code))
        institutions = merged.institutionsByCode()
        institutionCodes = Set(merged.institutions.map(\.code))
        people = Set(merged.people.map(\.code))
        posts = merged.postsByCode()
    }

    // MARK: one list each

    private mutating func checkMunicipalities() {
        unique("municipalities", document.municipalities.map(\.code))
        for (index, entry) in document.municipalities.enumerated() {
            let at = Place("municipalities", index)
            require(
                RegistryCodes.isMunicipality(entry.code) || entry.code == RegistryCodes.county, at, "code",
                "municipality-code-unknown",
                Bilingual(et: "Kood ei ole EHAKi kood.", en: "The code is no EHAK code."),
                Bilingual(
                    et: "Kasuta neljakohalist EHAKi koodi, näiteks 0928; maakond on 0060.",
                    en: "Use the four-digit EHAK code, such as 0928; the county is 0060."))
            text(entry.name, at, "name")
        }
    }

    private mutating func checkInstitutions() {
        unique("institutions", document.institutions.map(\.code))
        for (index, entry) in document.institutions.enumerated() {
            let at = Place("institutions", index)
            name(entry.code, at)
            text(entry.name, at, "name")
            known(entry.municipality, municipalities, at, "municipality", "municipalities")
            code(entry.kind, RegistryCodes.institutionKinds, at, "kind")
        }
    }

    private mutating func checkPeople() {
        unique("people", document.people.map(\.code))
        for (index, entry) in document.people.enumerated() {
            let at = Place("people", index)
            name(entry.code, at)
            text(entry.givenName, at, "given_name")
            text(entry.familyName, at, "family_name", mayBeEmpty: true)
            text(entry.email, at, "email", mayBeEmpty: true)
        }
    }

    private mutating func checkPosts() {
        unique("posts", document.posts.map(\.code))
        for (index, entry) in document.posts.enumerated() {
            let at = Place("posts", index)
            name(entry.code, at)
            known(entry.institution, institutionCodes, at, "institution", "institutions")
            code(entry.role, RegistryCodes.roles, at, "role")
            require(
                (1...200).contains(entry.sharePercent), at, "share_percent", "share-out-of-range",
                Bilingual(
                    et: "Koormus ei ole 1 kuni 200 protsenti.",
                    en: "The share of full time is not between 1 and 200 per cent."),
                Bilingual(et: "Täiskoormus on 100.", en: "Give 100 for a full post."))
            if !entry.person.isEmpty { known(entry.person, people, at, "person", "people") }
            text(entry.className, at, "class_name", mayBeEmpty: true, bytesMax: 32)
            date(entry.from, at, "from", mayBeEmpty: true)
            date(entry.until, at, "until", mayBeEmpty: true)
            if let from = LocalDate(entry.from), let until = LocalDate(entry.until), until < from {
                add(
                    at, "until", "dates-reversed",
                    Bilingual(et: "Ametikoht lõpeb enne algust.", en: "The post ends before it begins."),
                    Bilingual(et: "Paranda \"from\" või \"until\".", en: "Correct \"from\" or \"until\"."))
            }
        }
    }

    private mutating func checkResources() {
        unique("resources", document.resources.map(\.code))
        for (index, entry) in document.resources.enumerated() {
            let at = Place("resources", index)
            name(entry.code, at)
            text(entry.name, at, "name")
            text(entry.howToRefer, at, "how_to_refer", mayBeEmpty: true)
            known(entry.municipality, municipalities, at, "municipality", "municipalities")
            code(entry.table, RegistryCodes.resourceTables, at, "table")
            code(entry.kind, RegistryCodes.resourceKinds, at, "kind")
            code(entry.field, RegistryCodes.fields, at, "field")
            code(entry.scope, RegistryCodes.scopes, at, "scope")
            code(entry.preventionTier, RegistryCodes.preventionTiers, at, "prevention_tier")
            codes(entry.needCodes, RegistryCodes.needs, at, "need_codes", atLeastOne: true)
            date(entry.capacityAsOf, at, "capacity_as_of")
            grades(entry.gradeFrom, entry.gradeTo, at)
            require(
                (0...100_000).contains(entry.capacityPlaces), at, "capacity_places", "capacity-out-of-range",
                Bilingual(et: "Kohtade arv on liiga suur.", en: "The number of places is too large."),
                Bilingual(
                    et: "Anna, mitut last saab korraga aidata.",
                    en: "Give the number of children that can be helped at once."))
            for language in entry.languages where !RegistryCodes.isLanguage(language) {
                add(
                    at, "languages", "language-unknown",
                    Bilingual(et: "Keel ei ole BCP 47 tähis.", en: "A language is no BCP 47 tag."),
                    Bilingual(
                        et: "Kasuta tähiseid nagu et, ru, uk, en.", en: "Use tags such as et, ru, uk, en."))
            }
            resourceReferences(entry, at)
        }
    }

    private mutating func resourceReferences(_ entry: Resource, _ at: Place) {
        if !entry.institution.isEmpty {
            known(entry.institution, institutionCodes, at, "institution", "institutions")
        } else if entry.scope == "institution" || entry.table == "institution" {
            add(
                at, "institution", "institution-missing",
                Bilingual(
                    et: "Asutusesisene abi ei nimeta asutust.", en: "Help inside an institution names none."),
                Bilingual(
                    et: "Anna asutuse kood või laiem ulatus ja teine tabel.",
                    en: "Give the institution's code, or a wider scope and another table."))
        }
        if let institution = institutions[entry.institution], institution.municipality != entry.municipality {
            add(
                at, "municipality", "municipality-differs",
                Bilingual(
                    et: "Omavalitsus ei ole sama, mis ressursi asutusel.",
                    en: "The municipality is not that of the resource's institution."),
                Bilingual(et: "Anna asutuse omavalitsus.", en: "Give the institution's own municipality."))
        }
        guard !entry.post.isEmpty else { return }
        guard let post = posts[entry.post] else {
            add(
                at, "post", "reference-unknown",
                Bilingual(et: "Sellist ametikohta ei ole.", en: "There is no such post."),
                Bilingual(
                    et: "Lisa ametikoht loendisse \"posts\"; teenusel või programmil jäta tühjaks.",
                    en: "Add the post to \"posts\", or leave this empty for a service or programme."))
            return
        }
        if post.institution != entry.institution {
            add(
                at, "post", "post-of-other-institution",
                Bilingual(
                    et: "Ametikoht kuulub teisele asutusele.", en: "The post belongs to another institution."),
                Bilingual(
                    et: "Nimeta ametikoha asutus või teine ametikoht.",
                    en: "Name the post's institution, or another post."))
        }
    }

    private mutating func checkTeams() {
        unique("teams", document.teams.map(\.code))
        for (index, entry) in document.teams.enumerated() {
            let at = Place("teams", index)
            name(entry.code, at)
            known(entry.institution, institutionCodes, at, "institution", "institutions")
            codes(entry.gapTopics, RegistryCodes.topics, at, "gap_topics", atLeastOne: false)
            for member in entry.memberPosts where posts[member] == nil {
                add(
                    at, "member_posts", "reference-unknown",
                    Bilingual(et: "Liikme ametikohta ei ole.", en: "A member's post does not exist."),
                    Bilingual(
                        et: "Lisa ametikoht loendisse \"posts\" või võta tugimeeskonnast välja.",
                        en: "Add the post to \"posts\" or take it out of the team."))
            }
            if !entry.leaderPost.isEmpty, !entry.memberPosts.contains(entry.leaderPost) {
                add(
                    at, "leader_post", "leader-not-member",
                    Bilingual(
                        et: "Eestvedaja ametikoht ei ole liikmete hulgas.",
                        en: "The leader's post is none of the members'."),
                    Bilingual(et: "Lisa see loendisse \"member_posts\".", en: "Add it to \"member_posts\"."))
            }
        }
    }
}
