import Testing

@testable import Operator

@Suite("Pages of institutions, municipalities and target groups")
struct ModelPageTests {
    private static var names: MapNames {
        var names = MapNames()
        names["municipality", "0272"] = .init(name: "Kadrina vald")
        names["post", "school.head"] = .init(name: "head, Näidis Kool: Näidis Juht 1")
        names["post", "school.nurse"] = .init(
            name: "school-nurse, Näidis Kool", isVacant: true, substitute: "Näidis Asendaja 2",
            substituteUntil: "2026-05-31")
        return names
    }

    private static func record(_ kind: String, _ code: String, _ fields: [String: MapRecord.Value])
        -> MapRecord
    {
        MapRecord(kind: kind, code: code, municipality: "0272", fields: fields)
    }

    private static let indicators = [
        record(
            "indicator", "children-supported",
            [
                "name": .text("Toetatud lapsed"), "name_en": .text("Children supported"),
                "layer": .text("at-risk-inside"), "unit": .text("children"), "goal": .text("8"),
                "order": .integer(50),
            ]),
        record(
            "indicator", "vacant-support-posts",
            [
                "name": .text("Täitmata ametikohad"), "name_en": .text("Vacant posts"),
                "layer": .text("universal"), "unit": .text("posts"), "order": .integer(20),
            ]),
    ]

    private static func value(_ number: String, until: String) -> MapRecord {
        record(
            "indicator-value", "v.\(until)",
            [
                "indicator": .text("vacant-support-posts"), "value": .text(number),
                "from": .text("2025-09-01"),
                "until": .text(until), "basis": .text("counts"), "entered_on": .text(until),
            ])
    }

    @Test(
        "A school shows its system, its alarm trial, how fresh its data are, vacancies, who stands in, its team"
    )
    func institution() {
        var page = InstitutionPage(
            Self.record(
                "institution", "school",
                [
                    "name": .text("Näidis Kool"), "kind": .text("school"), "school_system": .text("ekool"),
                    "alarm_module": .text("trial"), "alarm_trial_until": .text("2026-02-28"),
                    "data_as_of": .text("2026-02-01"), "contact_email": .text("kool@example.invalid"),
                ]), names: Self.names, language: "en")
        page.informationPerson = "Näidis Juht 1"
        page.posts = [
            Self.record("post", "school.head", ["share_percent": .integer(100)]),
            Self.record("post", "school.nurse", ["share_percent": .integer(50)]),
        ]
        page.team = Self.record(
            "team", "school.team",
            [
                "member_posts": .list(["school.head", "school.nurse"]), "leader_post": .text("school.head"),
                "rhythm": .list(["monthly"]), "channels": .list(["meeting", "school-system"]),
                "gap_topics": .list(["early-noticing"]),
            ])
        page.gaps = ["Näidis Kool: vacant post (school nurse)"]
        #expect(
            page.text == """
                Näidis Kool  (school)
                Kadrina vald
                Contact: kool@example.invalid
                Exchanges information with the municipality: Näidis Juht 1
                School information system: ekool
                Alarm module: trial until 2026-02-28
                Data as of: 2026-02-01

                POSTS
                  head, Näidis Kool: Näidis Juht 1, 100 %
                  school-nurse, Näidis Kool (VACANT), substitute Näidis Asendaja 2 until 2026-05-31, 50 %

                SUPPORT TEAM
                  head, Näidis Kool: Näidis Juht 1, leads
                  school-nurse, Näidis Kool (VACANT), substitute Näidis Asendaja 2 until 2026-05-31
                  Meets: monthly
                  Talks by: meeting, school-system
                  Wants to learn: early-noticing

                LACKS
                  Näidis Kool: vacant post (school nurse)
                """)
    }

    @Test("The workshops' list puts the solutions that were tried under their obstacle")
    func workshop() {
        let items = [
            Self.record(
                "workshop-item", "s",
                [
                    "type": .text("solution"), "text": .text("Naaber aitab."), "obstacle": .text("o"),
                    "result": .text("helped-partly"),
                ]),
            Self.record(
                "workshop-item", "o",
                ["type": .text("obstacle"), "text": .text("Koht on täitmata."), "status": .text("open")]),
            Self.record(
                "workshop-item", "t",
                ["type": .text("strength"), "text": .text("Tunneme üksteist."), "status": .text("done")]),
        ]
        #expect(
            WorkshopText.lines(items, false) == [
                "Strength (done): Tunneme üksteist.", "Obstacle (open): Koht on täitmata.",
                "- Tried (helped-partly): Naaber aitab.",
            ])
    }

    @Test(
        "The checklist shows each indicator's newest value in the county's order, and what is not filled in")
    func checklist() {
        let checklist = IndicatorChecklist(
            indicators: Self.indicators,
            values: [Self.value("4", until: "2026-06-09"), Self.value("7", until: "2025-12-31")],
            language: "en")
        #expect(
            checklist.lines == [
                "Vacant posts: 4 posts (2025-09-01 - 2026-06-09, counts)",
                "Children supported: not filled in; goal 8",
            ])
        #expect(checklist.line(ofValue: "v.2025-12-31").hasPrefix("Vacant posts: 7 posts"))
        #expect(checklist.line(ofValue: "gone") == "gone")
    }

    @Test("Vacant support posts are those of the law's specialists that nobody holds on the day")
    func supportPosts() {
        func post(_ role: String, _ more: [String: MapRecord.Value] = [:]) -> MapRecord {
            Self.record("post", role, more.merging(["role": .text(role)]) { first, _ in first })
        }
        let posts = [
            post("social-pedagogue"), post("speech-therapist", ["person": .text("p")]),
            post("school-psychologist", ["person": .text("p"), "from": .text("2026-09-01")]),
            post("special-educator", ["until": .text("2026-01-31")]), post("head"),
        ]
        #expect(SupportPosts.vacant(posts, on: "2026-02-02") == 2)
        #expect(SupportPosts.vacant(posts, on: "2026-01-31") == 3)
        #expect(SupportPosts.vacant(posts, on: "2026-09-01") == 1)
    }

    @Test(
        "A target group shows when and why it was chosen, and interviews with consent and what they changed")
    func targetGroup() {
        var page = TargetGroupPage(
            Self.record(
                "target-group", "0272.g",
                [
                    "name": .text("Lapsed"), "name_en": .text("Children"), "layer": .text("at-risk-inside"),
                    "grade_from": .integer(1), "grade_to": .integer(3),
                ]), names: Self.names, language: "en")
        page.checklist = IndicatorChecklist(
            indicators: Self.indicators, values: [Self.value("4", until: "2026-06-09")], language: "en")
        page.networks = [
            Self.record("network", "0272.core", ["name": .text("Tuumik"), "name_en": .text("Core")])
        ]
        page.decisions = [
            Self.record(
                "target-group-decision", "d",
                [
                    "decided_on": .text("2026-06-18"), "network": .text("0272.core"),
                    "review_on": .text("2027-06-17"), "indicator_values": .list(["v.2026-06-09"]),
                    "experience": .text("Näidis: algab varem."),
                ])
        ]
        page.personas = [
            Self.record("persona", "0272.p", ["name": .text("Näidis-Mari"), "card_version": .integer(2)])
        ]
        page.rounds = [
            Self.record(
                "interview-round", "r",
                [
                    "name": .text("Kevad"), "from": .text("2026-04-01"), "until": .text("2026-05-15"),
                    "guide": .text("Mis aitas?"), "consent": .text("written"),
                    "consent_of": .text("representative"), "consents": .integer(4), "interviews": .integer(3),
                ])
        ]
        page.findings = [
            Self.record(
                "interview-finding", "f",
                [
                    "round": .text("r"), "finding": .text("Ootasime kaua."), "persona": .text("0272.p"),
                    "persona_version": .integer(2), "changed": .list(["teekond"]),
                ])
        ]
        #expect(
            page.text == """
                Children  (at-risk-inside)
                Kadrina vald
                Grades: 1-3

                DECISIONS
                  2026-06-18, Core; to be reviewed on 2027-06-17
                    Vacant posts: 4 posts (2025-09-01 - 2026-06-09, counts)
                    Practitioners' experience: Näidis: algab varem.

                PERSONAS
                  Näidis-Mari, version 2 [0272.p]

                INTERVIEWS
                  Kevad, 2026-04-01 - 2026-05-15: 3 interviews, 4 consents (written, representative)
                    Guide: Mis aitas?
                    Finding: Ootasime kaua. -> Näidis-Mari, version 2 (teekond)
                """)
    }

    @Test(
        "A municipality's page holds its vision, networks, templates, groups, workshops, agreements, indicators"
    )
    func municipality() {
        var page = MunicipalityPage(
            Self.record("municipality", "0272", ["name": .text("Kadrina vald"), "seat": .text("Kadrina")]),
            names: Self.names, language: "et")
        page.visions = [
            Self.record(
                "vision", "0272.vision",
                [
                    "statement": .text("Märkame varakult."), "aims": .list(["Kõik märkavad"]),
                    "decided_on": .text("2024-04-11"), "draft": .boolean(true),
                ])
        ]
        page.networks = [
            Self.record(
                "network", "0272.core",
                [
                    "name": .text("Tuumikgrupp"), "type": .text("core-group"),
                    "leader_post": .text("school.head"),
                    "core_posts": .list(["school.head", "school.nurse"]), "rhythm": .list(["monthly"]),
                ])
        ]
        page.templates = [
            Self.record(
                "template", "0272.kindergarten.target",
                ["institution_kind": .text("kindergarten"), "grade_to": .integer(0)])
        ]
        page.groups = [
            Self.record(
                "target-group", "0272.g", ["name": .text("Lapsed"), "layer": .text("at-risk-inside")])
        ]
        page.decisions = [
            Self.record(
                "target-group-decision", "d",
                ["target_group": .text("0272.g"), "decided_on": .text("2026-06-18")])
        ]
        page.agreements = [
            Self.record(
                "agreement", "a",
                ["name": .text("Politseiga"), "from": .text("2025-09-01"), "until": .text("2027-08-31")])
        ]
        page.checklist = IndicatorChecklist(indicators: Self.indicators, values: [], language: "et")
        page.gapCount = 3
        #expect(
            page.text == """
                Kadrina vald  (0272)
                Kontakt: Kadrina

                VISIOON (KAVAND, 2024-04-11)
                  Märkame varakult.
                  - Kõik märkavad

                VÕRGUSTIKUD
                  Tuumikgrupp (core-group): eestvedaja head, Näidis Kool: Näidis Juht 1; monthly; 2 kohta, 1
                    täitmata [0272.core]

                PROTSESSIMALLID
                  kindergarten, lasteaed: kehtib [0272.kindergarten.target]

                SIHTRÜHMAD
                  Lapsed (at-risk-inside): valitud 2026-06-18 [0272.g]

                KOOSTÖÖKOKKULEPPED
                  Politseiga, 2025-09-01 - 2027-08-31

                NÄITAJAD
                  Täitmata ametikohad: täitmata
                  Toetatud lapsed: täitmata; eesmärk 8

                Kaardil puudu: 3 (tugi-gateway registry gaps)
                """)
    }
}
