/// A persona's card on one page: who it stands for, what is around it, and the journey as it is designed.
enum PersonaPage {
    /// - Parameters:
    ///   - touchpoints: the persona's records of kind "touchpoint".
    ///   - findings: records of kind "interview-finding" that changed it.
    ///   - rounds: the municipality's records of kind "interview-round", among them those of the findings.
    ///   - language: "et" or "en".
    static func text(
        _ persona: MapRecord, touchpoints: [MapRecord], findings: [MapRecord], rounds: [MapRecord] = [],
        names: MapNames, language: String
    ) -> String {
        let et = language == "et"
        var page = MapPage()
        let ages = [persona.integer("age_from"), persona.integer("age_to")]
        let age = ages[1] == 0 ? "" : ages[0] == ages[1] ? ", \(ages[0])" : ", \(ages[0])-\(ages[1])"
        page.line(
            "\(persona.text("name"))\(age)  (\(et ? "persona, versioon" : "persona, version") "
                + "\(persona.integer("card_version")))")
        page.line(
            "\(names["target-group", persona.text("target_group")].name), "
                + names["municipality", persona.municipality].name)
        page.line()
        for line in MapPage.wrapped(persona.text("story"), MapPage.width) { page.line(line) }
        page.line()
        page.labelled(et ? "Vajadused" : "Needs", persona.list("need_codes").joined(separator: ", "))
        page.labelled(et ? "Tugevused" : "Strengths", persona.list("strengths").joined(separator: "; "))
        page.labelled(et ? "Kokkupuuted" : "Contacts", persona.list("contacts").joined(separator: "; "))
        page.section(
            et ? "Ökosüsteem" : "Ecosystem",
            persona.list("ecosystem_posts").map { post($0, names, et) }
                + persona.list("ecosystem_resources").map { names["resource", $0].name }
                + persona.list("ecosystem_bodies").map { names["institution", $0].name })
        page.section(
            et ? "Kavandatud teekond" : "Designed journey",
            touchpoints.sorted { $0.integer("order") < $1.integer("order") }.map { step($0, names, et) })
        page.section(
            et ? "Intervjuudest" : "From interviews",
            findings.map { finding in
                let round = rounds.first { $0.code == finding.text("round") }
                return "\(et ? "versioon" : "version") \(finding.integer("persona_version")): "
                    + finding.text("finding") + (round.map { " [\(InterviewText.line($0, et))]" } ?? "")
            })
        return page.text
    }

    private static func post(_ code: String, _ names: MapNames, _ et: Bool) -> String {
        names["post", code].shown(et)
    }

    private static func step(_ step: MapRecord, _ names: MapNames, _ et: Bool) -> String {
        let owner =
            step.text("owner_post").isEmpty
            ? step.text("owner_role") : post(step.text("owner_post"), names, et)
        let units = [
            "school-days": et ? "õppepäeva" : "school days", "working-days": et ? "tööpäeva" : "working days",
            "days": et ? "päeva" : "days",
        ]
        let unit = units[step.text("time_unit")] ?? step.text("time_unit")
        let target =
            et
            ? "\(step.integer("time_target")) \(unit) jooksul"
            : "within \(step.integer("time_target")) \(unit)"
        let what = step.text("what")
        return "\(step.integer("order")) \(step.text("name")), \(owner), \(target)"
            + (what.isEmpty ? "" : ": \(what)")
    }
}
