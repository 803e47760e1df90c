/// A municipality's process on one page: levels by who is responsible on the left, phases by what is done on the right.
enum TemplatePage {
    /// Characters of the left column.
    private static let leftWidth = 52

    /// - Parameters:
    ///   - levels: the template's records of kind "template-level".
    ///   - phases: those of kind "template-phase"; a phase of the template without one is named only.
    ///   - office: the municipality office's posts by role, each as a page names it; nil: not told.
    ///   - language: "et" or "en".
    static func text(
        _ template: MapRecord, levels: [MapRecord], phases: [MapRecord], names: MapNames,
        office: [String: [String]]? = nil, language: String
    ) -> String {
        let et = language == "et"
        var page = MapPage()
        let kind = template.text("institution_kind")
        let grades = grades(template, et)
        let state = template.boolean("draft") ? (et ? "kavand" : "draft") : et ? "kehtib" : "in force"
        page.line("\(names["municipality", template.municipality].name), \(kind), \(grades): \(state)")
        page.labelled(et ? "Sihtrühm" : "For", template.text("target"))
        page.labelled(et ? "Allikas" : "Source", template.text("source"))
        page.line()
        page.beside(
            [et ? "TASANDID" : "LEVELS"] + levels.flatMap { level($0, office, et) },
            [et ? "ETAPID" : "PHASES"]
                + template.list("phases").enumerated().flatMap { index, code in
                    phase(index + 1, code, phases.first { $0.text("phase") == code }, et)
                }, leftWidth: leftWidth)
        return page.text
    }

    /// The grades that a template is for.
    static func grades(_ template: MapRecord, _ et: Bool) -> String {
        if template.boolean("fallback") { return et ? "ülejäänud klassid" : "all other grades" }
        let (from, to) = (template.integer("grade_from"), template.integer("grade_to"))
        if to == 0 { return et ? "lasteaed" : "kindergarten age" }
        return (et ? "klassid " : "grades ") + (from == to ? "\(from)" : "\(from)-\(to)")
    }

    private static func level(_ level: MapRecord, _ office: [String: [String]]?, _ et: Bool) -> [String] {
        let roles = [level.text("coordinator_role")] + level.list("deputy_roles")
        let days = level.integer("first_action_school_days")
        var lines = ["\(level.integer("order")) \(level.text(et ? "name_et" : "name_en"))"]
        let more = [
            "\(roles.joined(separator: et ? " või " : " or ")) (\(level.text("coordinator_place")))",
            coordinators(level, roles, office, et),
            et
                ? "esimene samm \(days) õppepäeva jooksul"
                : "first action within \(days) school day\(days == 1 ? "" : "s")",
            labelled(et ? "Tuleb siia" : "Comes here", level.text("entry")),
            labelled(et ? "Ülesanded" : "Tasks", level.text("tasks")),
            labelled(et ? "Edasi" : "Goes on", level.text("escalation")),
            labelled(et ? "Tagasi" : "Goes back", level.text("return_when")),
        ]
        for text in more { lines += MapPage.wrapped(text, leftWidth - 4).map { "  " + $0 } }
        return lines
    }

    /// Who leads a level of the municipality now: the holders of the first of its roles that the office has.
    private static func coordinators(
        _ level: MapRecord, _ roles: [String], _ office: [String: [String]]?, _ et: Bool
    ) -> String {
        guard let office, level.text("coordinator_place") == "municipality" else { return "" }
        let posts = roles.lazy.compactMap { office[$0] }.first ?? []
        guard !posts.isEmpty else { return et ? "sellist ametikohta ei ole" : "there is no such post" }
        return (et ? "Praegu: " : "Now: ") + posts.joined(separator: "; ")
    }

    private static func phase(_ order: Int, _ code: String, _ record: MapRecord?, _ et: Bool) -> [String] {
        var lines = ["\(order) \(code)"]
        guard let record else { return lines }
        let english = record.text("text_en")
        let text = et || english.isEmpty ? record.text("text_et") : english
        for part in [text, record.list("roles").joined(separator: ", ")] {
            lines += MapPage.wrapped(part, MapPage.width - leftWidth - 2).map { "  " + $0 }
        }
        return lines
    }

    private static func labelled(_ label: String, _ text: String) -> String {
        text.isEmpty ? "" : "\(label): \(text)"
    }
}
