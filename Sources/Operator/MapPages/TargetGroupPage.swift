/// A target group on one page: whom it means, why and when it was chosen, its personas, and what interviews found.
struct TargetGroupPage {
    private let group: MapRecord
    private let names: MapNames
    private let et: Bool
    /// Its records of kind "target-group-decision".
    var decisions: [MapRecord] = []
    /// The municipality's networks, for who decided.
    var networks: [MapRecord] = []
    /// Its records of kind "persona".
    var personas: [MapRecord] = []
    /// Its records of kind "interview-round".
    var rounds: [MapRecord] = []
    /// The municipality's records of kind "interview-finding".
    var findings: [MapRecord] = []
    var checklist: IndicatorChecklist?

    /// - Parameter language: "et" or "en".
    init(_ group: MapRecord, names: MapNames, language: String) {
        self.group = group
        self.names = names
        et = language == "et"
    }

    var text: String {
        var page = MapPage()
        let english = group.text("name_en")
        let name = et || english.isEmpty ? group.text("name") : english
        let draft = group.boolean("draft") ? (et ? ": kavand" : ": draft") : ""
        page.line("\(name)  (\(group.text("layer")))\(draft)")
        page.line(names["municipality", group.municipality].name)
        page.labelled(et ? "Kirjeldus" : "Description", group.text("description"))
        page.labelled(
            et ? "Asutused" : "Institutions", group.list("institution_kinds").joined(separator: ", "))
        page.labelled(et ? "Klassid" : "Grades", range("grade_from", "grade_to"))
        page.labelled(et ? "Vanused" : "Ages", range("age_from", "age_to"))
        page.labelled(et ? "Vajadused" : "Needs", group.list("need_codes").joined(separator: ", "))
        page.labelled(et ? "Allikas" : "Source", group.text("source"))
        addDecisions(to: &page)
        page.section(
            et ? "Personad" : "Personas",
            personas.map {
                "\($0.text("name")), \(et ? "versioon" : "version") \($0.integer("card_version")) [\($0.code)]"
            })
        addInterviews(to: &page)
        return page.text
    }

    private func range(_ from: String, _ until: String) -> String {
        guard group.fields[from] != nil || group.fields[until] != nil else { return "" }
        return "\(group.integer(from))-\(group.integer(until))"
    }

    private func addDecisions(to page: inout MapPage) {
        guard !decisions.isEmpty else { return }
        page.line()
        page.line((et ? "Otsused" : "Decisions").uppercased())
        for decision in decisions.sorted(by: { $0.text("decided_on") > $1.text("decided_on") }) {
            let review = decision.text("review_on")
            page.more(
                [
                    "\(decision.text("decided_on")), \(decider(decision))"
                        + (review.isEmpty
                            ? "" : (et ? "; üle vaadata " : "; to be reviewed on ") + review)
                ], indent: 2)
            page.more(
                decision.list("indicator_values").map { checklist?.line(ofValue: $0) ?? $0 }
                    + [
                        (et ? "Praktikute kogemus: " : "Practitioners' experience: ")
                            + decision.text("experience")
                    ])
        }
    }

    private func decider(_ decision: MapRecord) -> String {
        let code = decision.text("network")
        guard !code.isEmpty else { return names["post", decision.text("decided_by_post")].shown(et) }
        let network = networks.first { $0.code == code }
        let english = network?.text("name_en") ?? ""
        return et || english.isEmpty ? network?.text("name") ?? code : english
    }

    private func addInterviews(to page: inout MapPage) {
        guard !rounds.isEmpty else { return }
        page.line()
        page.line((et ? "Intervjuud" : "Interviews").uppercased())
        for round in rounds {
            page.more([InterviewText.line(round, et)], indent: 2)
            page.more([(et ? "Kava: " : "Guide: ") + round.text("guide")])
            for finding in findings where finding.text("round") == round.code {
                page.more([
                    (et ? "Leid: " : "Finding: ") + finding.text("finding") + changed(finding)
                ])
            }
        }
    }

    /// Which version of which persona came of a finding.
    private func changed(_ finding: MapRecord) -> String {
        let persona = finding.text("persona")
        guard !persona.isEmpty else { return "" }
        let name = personas.first { $0.code == persona }?.text("name") ?? persona
        let what = finding.list("changed").joined(separator: ", ")
        return " -> \(name), \(et ? "versioon" : "version") \(finding.integer("persona_version"))"
            + (what.isEmpty ? "" : " (\(what))")
    }
}

/// An interview round in a line: when, how many spoke, and that they consented.
enum InterviewText {
    static func line(_ round: MapRecord, _ et: Bool) -> String {
        let until = round.text("until")
        let period = round.text("from") + (until.isEmpty ? "" : " - \(until)")
        let (interviews, consents) = (round.integer("interviews"), round.integer("consents"))
        let form = "\(round.text("consent")), \(round.text("consent_of"))"
        return "\(round.text("name")), \(period): "
            + (et
                ? "\(interviews) intervjuud, \(consents) nõusolekut (\(form))"
                : "\(interviews) interviews, \(consents) consents (\(form))")
    }
}
