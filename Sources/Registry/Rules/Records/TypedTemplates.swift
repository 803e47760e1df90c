import ServiceKit

/// Process templates as records (a template, its levels, its phases) and as the typed value that the logic and the other
/// services read.
enum TypedTemplates {
    /// The kinds that a template is made of.
    static let kinds: Set<String> = ["template", "template-level", "template-phase"]

    /// The id that cases are pinned to: the code itself where it is an id, else made of the code.
    static func id(ofCode code: String) -> TemplateID {
        TemplateID(code) ?? .derived("template", code.replacing(".", with: ":"))
    }

    /// The code of the template's record: its place, or its id where it was given one of its own.
    static func code(of template: Template) -> String {
        let name = template.fallback ? "fallback" : "target"
        let place = "\(template.municipality).\(template.institutionKind).\(name)"
        return template.id == id(ofCode: place) ? place : template.id.description
    }

    /// The code of the template that a record belongs to; nil: it is no part of one.
    static func templateCode(of record: Record) -> String? {
        switch record.kind {
        case "template": record.code
        case "template-level", "template-phase": record.text("template")
        default: nil
        }
    }

    /// The typed value. One that has ended by that day has no levels, so that no case is led by it.
    static func template(_ record: Record, levels: [Record], on day: LocalDate) -> Template {
        let inForce = record.isInForce(on: day)
        return Template(
            givenID: id(ofCode: record.code), municipality: record.owner,
            institutionKind: record.text("institution_kind"), draft: record.boolean("draft"),
            fallback: record.boolean("fallback"), gradeFrom: record.integer("grade_from") ?? 0,
            gradeTo: record.integer("grade_to") ?? 0,
            levels: inForce
                ? levels.filter { $0.isInForce(on: day) }.map(level).sorted { $0.order < $1.order } : [],
            phases: record.list("phases"), version: record.integer("template_version") ?? 1,
            source: record.text("source"))
    }

    private static func level(_ record: Record) -> TemplateLevel {
        TemplateLevel(
            order: record.integer("order") ?? 0, nameEt: record.text("name_et"),
            nameEn: record.text("name_en"), coordinatorRole: record.text("coordinator_role"),
            coordinatorPlace: record.text("coordinator_place"), entry: record.text("entry"),
            firstActionSchoolDays: record.integer("first_action_school_days") ?? 0)
    }

    /// What a county document says of a template: its record's fields and those of its levels.
    static func fields(of template: Template) -> [(String, RecordValue)] {
        [
            ("institution_kind", .text(template.institutionKind)), ("draft", .boolean(template.draft)),
            ("fallback", .boolean(template.fallback)), ("grade_from", .integer(template.gradeFrom)),
            ("grade_to", .integer(template.gradeTo)), ("phases", .list(template.phases)),
            ("template_version", .integer(template.version)), ("source", .text(template.source)),
        ]
    }

    /// As ``fields(of:)-(Template)`` for one level.
    static func fields(of level: TemplateLevel, template: String) -> [(String, RecordValue)] {
        [
            ("template", .text(template)), ("order", .integer(level.order)),
            ("name_et", .text(level.nameEt)), ("name_en", .text(level.nameEn)),
            ("coordinator_role", .text(level.coordinatorRole)),
            ("coordinator_place", .text(level.coordinatorPlace)), ("entry", .text(level.entry)),
            ("first_action_school_days", .integer(level.firstActionSchoolDays)),
        ]
    }
}
