/// A school, kindergarten or other body on one page: how it is reached, its information system and how fresh the data
/// are, its posts with the vacancies and substitutes, its support team, and what is lacking.
struct InstitutionPage {
    private let institution: MapRecord
    private let names: MapNames
    private let et: Bool
    /// Records of kind "post" of this institution.
    var posts: [MapRecord] = []
    var team: MapRecord?
    /// Records of kind "agreement" that name it.
    var agreements: [MapRecord] = []
    /// Its records of kind "workshop-item".
    var workshop: [MapRecord] = []
    /// What the map lacks here, as sentences.
    var gaps: [String] = []
    /// Who exchanges information with the municipality, by name; empty: nobody is named.
    var informationPerson = ""

    /// - Parameter language: "et" or "en".
    init(_ institution: MapRecord, names: MapNames, language: String) {
        self.institution = institution
        self.names = names
        et = language == "et"
    }

    /// Whether a record belongs to what the page shows.
    func isAbout(kind: String, _ code: String) -> Bool {
        switch kind {
        case "post": posts.contains { $0.code == code }
        case "team": team?.code == code
        default: false
        }
    }

    var text: String {
        var page = MapPage()
        page.line("\(institution.text("name"))  (\(institution.text("kind")))")
        page.line(
            [names["municipality", institution.municipality].name, institution.text("address")]
                .filter { !$0.isEmpty }.joined(separator: ", "))
        page.labelled(
            et ? "Kontakt" : "Contact",
            ["contact_email", "contact_phone", "website"].map { institution.text($0) }
                .filter { !$0.isEmpty }.joined(separator: ", "))
        page.labelled(et ? "Valdkond" : "Field", institution.text("field"))
        page.labelled(et ? "Ülesanne ja õigused" : "Mandate", institution.text("mandate"))
        page.labelled(
            et ? "Piirkond" : "Area",
            institution.list("area").map { names["municipality", $0].name }.joined(separator: ", "))
        if institution.boolean("is_process_lead") {
            page.line(et ? "Veab mudeli protsessi" : "Leads the model's process")
        }
        page.labelled(
            et ? "Vahetab teavet omavalitsusega" : "Exchanges information with the municipality",
            informationPerson)
        page.labelled(
            et ? "Õppeinfosüsteem" : "School information system", institution.text("school_system"))
        page.labelled(et ? "Häirekell" : "Alarm module", alarmModule)
        page.labelled(et ? "Andmed seisuga" : "Data as of", institution.text("data_as_of"))
        page.section(et ? "Ametikohad" : "Posts", posts.map(post))
        addTeam(to: &page)
        page.section(et ? "Koostöökokkulepped" : "Agreements", agreements.map { AgreementText.line($0) })
        page.section(et ? "Töötoa kirjed" : "Workshops' list", WorkshopText.lines(workshop, et))
        page.section(et ? "Puudu" : "Lacks", gaps)
        return page.text
    }

    private var alarmModule: String {
        let until = institution.text("alarm_trial_until")
        guard institution.text("alarm_module") == "trial", !until.isEmpty else {
            return institution.text("alarm_module")
        }
        return (et ? "katseaeg kuni " : "trial until ") + until
    }

    private func post(_ post: MapRecord) -> String {
        let group = post.text("class_name")
        return names["post", post.code].shown(et) + ", \(post.integer("share_percent")) %"
            + (group.isEmpty ? "" : ", \(group)")
    }

    private func addTeam(to page: inout MapPage) {
        guard let team else { return }
        let leader = team.text("leader_post")
        page.section(
            et ? "Tugimeeskond" : "Support team",
            team.list("member_posts").map { code in
                names["post", code].shown(et) + (code == leader ? (et ? ", eestvedaja" : ", leads") : "")
            })
        page.labelled(
            et ? "Kohtub" : "Meets", team.list("rhythm").joined(separator: ", "), indent: 2)
        page.labelled(
            et ? "Suhtleb" : "Talks by", team.list("channels").joined(separator: ", "), indent: 2)
        page.labelled(et ? "Kes mida teeb" : "Who does what", team.text("division_of_roles"), indent: 2)
        page.labelled(
            et ? "Soovib õppida" : "Wants to learn", team.list("gap_topics").joined(separator: ", "),
            indent: 2)
    }
}

/// An agreement in a line.
enum AgreementText {
    static func line(_ agreement: MapRecord) -> String {
        let until = agreement.text("until")
        return "\(agreement.text("name")), \(agreement.text("from")) - \(until)"
    }
}

/// The workshops' list: strengths and development needs, then each obstacle with the solutions tried on it.
enum WorkshopText {
    static func lines(_ items: [MapRecord], _ et: Bool) -> [String] {
        let headings = [
            "strength": et ? "Tugevus" : "Strength",
            "development-need": et ? "Arenguvajadus" : "Development need",
            "obstacle": et ? "Takistus" : "Obstacle", "solution": et ? "Proovitud" : "Tried",
        ]
        func line(_ item: MapRecord) -> String {
            let type = item.text("type")
            let state = type == "solution" ? item.text("result") : item.text("status")
            return "\(headings[type] ?? type) (\(state)): \(item.text("text"))"
        }
        func all(_ type: String) -> [MapRecord] { items.filter { $0.text("type") == type } }
        var lines = (all("strength") + all("development-need")).map(line)
        let known = Set(items.map(\.code))
        for obstacle in all("obstacle") {
            lines.append(line(obstacle))
            lines += all("solution").filter { $0.text("obstacle") == obstacle.code }.map { "- " + line($0) }
        }
        // Of an obstacle that is told elsewhere.
        lines += all("solution").filter { !known.contains($0.text("obstacle")) }.map(line)
        return lines
    }
}
