import Testing

@testable import Operator

@Suite("Pages of the county's map")
struct MapPageTests {
    private static var names: MapNames {
        var names = MapNames()
        names["municipality", "0272"] = .init(name: "Kadrina vald")
        names["post", "office.child"] = .init(name: "Lastekaitsespetsialist, Näidis Spetsialist 1")
        names["post", "office.youth"] = .init(name: "Noorsootöötaja", isVacant: true)
        names["institution", "police"] = .init(name: "Näidis Politsei")
        names["target-group", "0272.kindergarten"] = .init(name: "Lasteaialapsed")
        names["resource", "speech"] = .init(name: "Logopeedi vastuvõtt")
        return names
    }

    @Test("A network shows its circle, who leads, which seats are vacant, and who does what")
    func network() {
        let network = MapRecord(
            kind: "network", code: "0272.core", municipality: "0272",
            fields: [
                "name": .text("Tuumikgrupp"), "name_en": .text("Core group"), "type": .text("core-group"),
                "leader_post": .text("office.child"), "core_posts": .list(["office.child", "office.youth"]),
                "wider_bodies": .list(["police"]), "rhythm": .list(["monthly", "per-case"]),
                "covision": .boolean(true),
            ])
        let duty = MapRecord(
            kind: "network-duty", code: "0272.core.lead", municipality: "0272",
            fields: [
                "network": .text("0272.core"), "post": .text("office.child"),
                "duty": .text("Calls the group."),
            ])
        let text = NetworkPage.text(network, duties: [duty], names: Self.names, language: "en")
        #expect(
            text == """
                Core group
                core-group, Kadrina vald
                Meets: monthly, per-case
                Covision: yes

                CORE
                  Lastekaitsespetsialist, Näidis Spetsialist 1, leads
                  Noorsootöötaja (VACANT)

                WIDER CIRCLE
                  Näidis Politsei

                WHO DOES WHAT
                  Lastekaitsespetsialist, Näidis Spetsialist 1: Calls the group.

                3 seats, 1 vacant
                """)
        let estonian = NetworkPage.text(network, duties: [], names: Self.names, language: "et")
        #expect(estonian.hasPrefix("Tuumikgrupp\n") && estonian.contains("Noorsootöötaja (TÄITMATA)"))
        #expect(estonian.hasSuffix("3 kohta, 1 täitmata"))
    }

    @Test("A persona's card shows needs, what is around it, and the journey in its order with owner and time")
    func persona() {
        let persona = MapRecord(
            kind: "persona", code: "0272.mari", municipality: "0272",
            fields: [
                "name": .text("Näidis-Mari"), "target_group": .text("0272.kindergarten"),
                "card_version": .integer(2), "age_from": .integer(5), "age_to": .integer(6),
                "story": .text("Mari jääb rühmas kõrvale."), "need_codes": .list(["speech", "behaviour"]),
                "strengths": .list(["joonistab", "hoolib väiksematest"]),
                "ecosystem_posts": .list(["office.youth"]), "ecosystem_resources": .list(["speech"]),
            ])
        func step(_ order: Int, _ name: String, owner: String) -> MapRecord {
            MapRecord(
                kind: "touchpoint", code: "0272.mari.\(order)", municipality: "0272",
                fields: [
                    "order": .integer(order), "name": .text(name), "owner_role": .text(owner),
                    "time_target": .integer(5), "time_unit": .text("school-days"),
                ])
        }
        let finding = MapRecord(
            kind: "interview-finding", code: "f", municipality: "0272",
            fields: ["persona_version": .integer(2), "finding": .text("Vanem ootab vastust kaua.")])
        let text = PersonaPage.text(
            persona,
            touchpoints: [
                step(2, "Goals", owner: "aev-coordinator"),
                step(1, "Noticing", owner: "kindergarten-teacher"),
            ],
            findings: [finding], names: Self.names, language: "en")
        #expect(
            text == """
                Näidis-Mari, 5-6  (persona, version 2)
                Lasteaialapsed, Kadrina vald

                Mari jääb rühmas kõrvale.

                Needs: speech, behaviour
                Strengths: joonistab; hoolib väiksematest

                ECOSYSTEM
                  Noorsootöötaja (VACANT)
                  Logopeedi vastuvõtt

                DESIGNED JOURNEY
                  1 Noticing, kindergarten-teacher, within 5 school days
                  2 Goals, aev-coordinator, within 5 school days

                FROM INTERVIEWS
                  version 2: Vanem ootab vastust kaua.
                """)
    }

    @Test("A template shows its levels and its phases side by side, and a draft as one")
    func template() {
        let template = MapRecord(
            kind: "template", code: "0272.kindergarten.target", municipality: "0272",
            fields: [
                "institution_kind": .text("kindergarten"), "grade_from": .integer(0), "grade_to": .integer(0),
                "draft": .boolean(true), "phases": .list(["noticing", "activities"]),
                "source": .text("https://ennetusmudel.ee/?p=955"),
            ])
        let level = MapRecord(
            kind: "template-level", code: "0272.kindergarten.target.1", municipality: "0272",
            fields: [
                "order": .integer(1), "name_et": .text("Märkamine"), "name_en": .text("Noticing"),
                "coordinator_role": .text("kindergarten-teacher"), "deputy_roles": .list(["head"]),
                "coordinator_place": .text("institution"), "entry": .text("Mure on kirjas"),
                "first_action_school_days": .integer(1),
            ])
        let phase = MapRecord(
            kind: "template-phase", code: "0272.kindergarten.target.noticing", municipality: "0272",
            fields: [
                "phase": .text("noticing"), "text_et": .text("Kõik märkavad."), "roles": .list(["head"]),
            ])
        let text = TemplatePage.text(
            template, levels: [level], phases: [phase], names: Self.names, language: "en")
        #expect(
            text == """
                Kadrina vald, kindergarten, kindergarten age: draft
                Source: https://ennetusmudel.ee/?p=955

                LEVELS                                              PHASES
                1 Noticing                                          1 noticing
                  kindergarten-teacher or head (institution)          Kõik märkavad.
                  first action within 1 school day                    head
                  Comes here: Mure on kirjas                        2 activities
                """)
    }

    @Test("A level of the municipality says who leads it now, or that there is no such post")
    func coordinator() {
        let template = MapRecord(
            kind: "template", code: "0272.school.target", municipality: "0272",
            fields: ["institution_kind": .text("school"), "phases": .list([])])
        func level(_ role: String, _ order: Int) -> MapRecord {
            MapRecord(
                kind: "template-level", code: "0272.school.target.\(order)", municipality: "0272",
                fields: [
                    "order": .integer(order), "name_en": .text("Level"), "coordinator_role": .text(role),
                    "coordinator_place": .text("municipality"), "first_action_school_days": .integer(5),
                ])
        }
        let text = TemplatePage.text(
            template, levels: [level("social-head", 1), level("education-head", 2)], phases: [],
            names: Self.names, office: ["social-head": ["social-head: Näidis Juht 1"]], language: "en")
        #expect(text.contains("Now: social-head: Näidis Juht 1"))
        #expect(text.contains("there is no such post"))
    }

    @Test("Long texts are broken between words and never longer than the page")
    func wrapping() {
        let lines = MapPage.wrapped(String(repeating: "sõna ", count: 60), 40)
        #expect(lines.allSatisfy { $0.count <= 40 } && lines.count == 8)
        #expect(MapPage.wrapped("a\nb", 10) == ["a", "b"])
    }
}
