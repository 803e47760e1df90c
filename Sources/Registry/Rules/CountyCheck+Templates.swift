import ServiceKit

/// Process templates: levels in order, phases by name, target grades that do not overlap.
extension CountyCheck {
    mutating func checkTemplates() {
        unique("templates", document.templates.map(\.id.description), column: "template_id")
        for (index, entry) in document.templates.enumerated() {
            let at = Place("templates", index)
            known(entry.municipality, municipalities, at, "municipality", "municipalities")
            code(entry.institutionKind, RegistryCodes.childInstitutionKinds, at, "institution_kind")
            codes(entry.phases, RegistryCodes.phases, at, "phases", atLeastOne: true)
            grades(entry.gradeFrom, entry.gradeTo, at)
            text(entry.source, at, "source", mayBeEmpty: true)
            if entry.levels.isEmpty || entry.levels.map(\.order) != Array(1...entry.levels.count) {
                add(
                    at, "levels", "levels-not-in-order",
                    Bilingual(
                        et: "Tasandid puuduvad või ei ole järjest nummerdatud 1, 2, 3.",
                        en: "Levels are missing or not numbered 1, 2, 3 in order."),
                    Bilingual(
                        et: "Loetle tasandid alates 1 ilma vahedeta.",
                        en: "List the levels from 1 upwards without gaps."))
            }
            for level in entry.levels { checkLevel(level, at) }
            let overlaps = merged.templates.contains { other in
                other.id != entry.id && !other.fallback && !entry.fallback
                    && other.municipality == entry.municipality
                    && other.institutionKind == entry.institutionKind
                    && other.gradeFrom <= entry.gradeTo && entry.gradeFrom <= other.gradeTo
            }
            require(
                !overlaps, at, "grade_from", "grades-overlap",
                Bilingual(
                    et: "Sama omavalitsuse ja liigi teine mall hõlmab osa samu klasse.",
                    en: "Another template of this municipality and kind covers some of the same grades."),
                Bilingual(
                    et: "Jaota klassid või märgi üks mall varumalliks.",
                    en: "Part the grades, or mark one template as fallback."))
        }
    }

    mutating func checkLevel(_ level: TemplateLevel, _ at: Place) {
        text(level.nameEt, at, "levels.name_et")
        text(level.nameEn, at, "levels.name_en")
        text(level.entry, at, "levels.entry", mayBeEmpty: true)
        code(level.coordinatorRole, RegistryCodes.roles, at, "levels.coordinator_role")
        code(level.coordinatorPlace, RegistryCodes.coordinatorPlaces, at, "levels.coordinator_place")
        require(
            (1...60).contains(level.firstActionSchoolDays), at, "levels.first_action_school_days",
            "days-out-of-range",
            Bilingual(
                et: "Päevi esimese tegevuseni ei ole 1 kuni 60.",
                en: "The days to the first action are not between 1 and 60."),
            Bilingual(et: "Anna koolipäevad, näiteks 5.", en: "Give school days, such as 5."))
    }
}
