/// A municipality's process on one page: levels by who is responsible on the left, phases by what is done on the right.
enum TemplatePage {
    /// Characters of the left column.
    private static let leftWidth = 52

    /// - Parameters:
    ///   - levels: the template's records of kind "template-level".
    ///   - phases: those of kind "template-phase"; a phase of the template without one is named only.
    ///   - language: "et" or "en".
    static func text(
        _ template: MapRecord, levels: [MapRecord], phases: [MapRecord], names: MapNames, language: String
    ) -> String {
        let et = language == "et"
        var page = MapPage()
        let kind = template.text("institution_kind")
        let grades =
            template.boolean("fallback")
            ? (et ? "ülejäänud klassid" : "all other grades")
            : gradeText(template.integer("grade_from"), template.integer("grade_to"), et)
        let state = template.boolean("draft") ? (et ? "kavand" : "draft") : et ? "kehtib" : "in force"
        page.line("\(names["municipality", template.municipality].name), \(kind), \(grades): \(state)")
        page.labelled(et ? "Sihtrühm" : "For", template.text("target"))
        page.labelled(et ? "Allikas" : "Source", template.text("source"))
        page.line()
        page.beside(
            [et ? "TASANDID" : "LEVELS"] + levels.flatMap { level($0, et) },
            [et ? "ETAPID" : "PHASES"]
                + template.list("phases").enumerated().flatMap { index, code in
                    phase(index + 1, code, phases.first { $0.text("phase") == code }, et)
                }, leftWidth: leftWidth)
        return page.text
    }

    private static func gradeText(_ from: Int, _ to: Int, _ et: Bool) -> String {
        if to == 0 { return et ? "lasteaed" : "kindergarten age" }
        return (et ? "klassid " : "grades ") + (from == to ? "\(from)" : "\(from)-\(to)")
    }

    private static func level(_ level: MapRecord, _ et: Bool) -> [String] {
        let roles = [level.text("coordinator_role")] + level.list("deputy_roles")
        let days = level.integer("first_action_school_days")
        var lines = ["\(level.integer("order")) \(level.text(et ? "name_et" : "name_en"))"]
        let more = [
            "\(roles.joined(separator: et ? " või " : " or ")) (\(level.text("coordinator_place")))",
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
