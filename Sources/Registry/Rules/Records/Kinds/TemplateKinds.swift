import ServiceKit

/// How a municipality helps: levels by who is responsible, phases by what is done. One template for each kind of
/// institution and each range of grades; the template, its levels and its phases are records of their own.
enum TemplateKinds {
    static let all = [template, templateLevel, templatePhase]

    /// Its code is MUNICIPALITY.INSTITUTION-KIND.NAME; the id that cases are pinned to is made of it.
    static let template = RecordKind(
        "template", et: "Protsessimall", en: "Process template",
        fields: [
            RecordField(
                "institution_kind", .code(RegistryCodes.childInstitutionKinds), et: "Asutuse liik",
                en: "Kind of institution", required: true),
            RecordField("draft", .boolean, et: "Kavand", en: "Draft"),
            RecordField("fallback", .boolean, et: "Teistele klassidele", en: "For all other grades"),
            RecordField("grade_from", .integer(0...12), et: "Klass alates", en: "Grade from", required: true),
            RecordField("grade_to", .integer(0...12), et: "Klass kuni", en: "Grade to", required: true),
            .longText("target", et: "Sihtrühm", en: "Target group", bytesMax: 2000),
            RecordField(
                "phases", .codes(RegistryCodes.phases), et: "Etapid", en: "Phases", required: true),
            RecordField("template_version", .integer(1...100_000), et: "Versioon", en: "Version"),
            .text("source", et: "Allikas", en: "Source"),
        ], rules: [.ascending("grade_from", "grade_to"), ownMunicipality, complete])

    /// A level (or step) of responsibility; its code is that of its template, a dot, its number.
    static let templateLevel = RecordKind(
        "template-level", et: "Malli tasand", en: "Level of a template", owner: .following("template"),
        fields: [
            RecordField("template", .reference("template"), et: "Mall", en: "Template", required: true),
            RecordField("order", .integer(1...20), et: "Järjekord", en: "Order", required: true),
            .text("name_et", et: "Nimi", en: "Name in Estonian", required: true),
            .text("name_en", et: "Nimi inglise keeles", en: "Name in English", required: true),
            RecordField(
                "coordinator_role", .code(RegistryCodes.roles), et: "Koordinaator (roll)",
                en: "Coordinator (role)", required: true),
            RecordField(
                "coordinator_place", .code(RegistryCodes.coordinatorPlaces), et: "Koordinaatori asukoht",
                en: "Coordinator's place", required: true),
            RecordField(
                "deputy_roles", .codes(RegistryCodes.roles), et: "Või need rollid",
                en: "Or one of these roles"),
            .longText("entry", et: "Millal juhtum siia jõuab", en: "When a case comes here", bytesMax: 400),
            .longText("tasks", et: "Koordinaatori ülesanded", en: "The coordinator's tasks", bytesMax: 2000),
            .longText(
                "escalation", et: "Millal edasi järgmisele tasandile",
                en: "When it goes on to the next level",
                bytesMax: 2000),
            .longText("return_when", et: "Millal tagasi", en: "When it goes back", bytesMax: 2000),
            RecordField(
                "first_action_school_days", .integer(1...60), et: "Õppepäevi esimese sammuni",
                en: "School days to the first action", required: true),
        ], rules: [.codeIs("template", dot: "order"), .counted("template", "order")])

    /// What is done in a phase and by whom; its code is that of its template, a dot, the phase.
    static let templatePhase = RecordKind(
        "template-phase", et: "Malli etapp", en: "Phase of a template", owner: .following("template"),
        fields: [
            RecordField("template", .reference("template"), et: "Mall", en: "Template", required: true),
            RecordField("phase", .code(RegistryCodes.phases), et: "Etapp", en: "Phase", required: true),
            .longText("text_et", et: "Mida tehakse", en: "What is done", required: true, bytesMax: 2000),
            .longText(
                "text_en", et: "Mida tehakse (inglise keeles)", en: "What is done, in English", bytesMax: 2000
            ),
            RecordField("roles", .codes(RegistryCodes.roles), et: "Kes", en: "Who"),
        ], rules: [.codeIs("template", dot: "phase"), phaseOfTemplate])

    // MARK: rules

    private static let ownMunicipality = RecordRule { record, _ in
        let start = "\(record.owner).\(record.text("institution_kind"))."
        guard !record.code.hasPrefix(start), TemplateID(record.code) == nil else { return [] }
        return [
            RecordFault(
                "code", "code-not-of-place",
                Bilingual(
                    et: "Kood ei alga omavalitsuse ja asutuse liigiga.",
                    en: "The code does not begin with the municipality and the kind of institution."),
                remedy: Bilingual(
                    et: "Kirjuta kood nii: 0928.school.target.", en: "Write it as 0928.school.target."))
        ]
    }

    /// A template has a first level, and one in force says of every level when a case comes there.
    private static let complete = RecordRule { record, context in
        var order = 1
        while let level = try context.record("template-level", "\(record.code).\(order)") {
            if level.fields["entry"] == nil, !record.boolean("draft") {
                return [
                    RecordFault(
                        "draft", "template-incomplete",
                        Bilingual(
                            et: "Kehtiva malli mõnel tasandil puudub tuleku tingimus.",
                            en: "A level of a template in force lacks its entry condition."),
                        remedy: Bilingual(
                            et: "Täida tasandi \"entry\" või märgi mall kavandiks.",
                            en: "Fill in the level's \"entry\", or mark the template as a draft."))
                ]
            }
            order += 1
        }
        guard order == 1 else { return [] }
        return [
            RecordFault(
                "", "levels-missing",
                Bilingual(et: "Mallil ei ole ühtegi tasandit.", en: "The template has no level."),
                remedy: Bilingual(
                    et: "Lisa tasandid liigist template-level koodidega \"mall.1\", \"mall.2\".",
                    en: "Send its levels along: records of kind template-level, codes TEMPLATE.1, TEMPLATE.2."
                ))
        ]
    }

    private static let phaseOfTemplate = RecordRule { record, context in
        guard let template = try context.record("template", record.text("template")),
            !template.list("phases").contains(record.text("phase"))
        else { return [] }
        return [
            RecordFault(
                "phase", "not-among",
                Bilingual(et: "Mallil ei ole seda etappi.", en: "The template has no such phase."),
                remedy: Bilingual(
                    et: "Lisa etapp malli väljale \"phases\".", en: "Add it to the template's \"phases\"."))
        ]
    }
}
