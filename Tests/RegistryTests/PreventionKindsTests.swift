import ServiceKit
import Testing

@testable import Registry

@Suite("Networks, templates, personas and indicators as records")
struct PreventionKindsTests {
    /// A small municipality with a network, a persona and what they name.
    private static let base: [Record] = [
        Record(kind: "municipality", code: "0272", owner: "0272", fields: ["name": .text("Kadrina vald")]),
        Record(kind: "municipality", code: "0901", owner: "0901", fields: ["name": .text("Vinni vald")]),
        Record(kind: "municipality", code: "0060", owner: "0060", fields: ["name": .text("Maakond")]),
        Record(
            kind: "institution", code: "sipsik", owner: "0272",
            fields: ["name": .text("Näidis Lasteaed"), "kind": .text("kindergarten")]),
        Record(
            kind: "institution", code: "police", owner: "0060",
            fields: ["name": .text("Näidis Politsei"), "kind": .text("police")]),
        Record(kind: "post", code: "sipsik.head", owner: "0272", fields: ["institution": .text("sipsik")]),
        Record(kind: "post", code: "sipsik.aev", owner: "0272", fields: ["institution": .text("sipsik")]),
        network, group, persona,
        Record(
            kind: "indicator", code: "noticed", owner: "0060",
            fields: ["unit": .text("children"), "layer": .text("at-risk-inside")]),
        Record(kind: "indicator", code: "share", owner: "0060", fields: ["unit": .text("percent")]),
        value,
        Record(
            kind: "workshop-item", code: "0272.no-youth-worker", owner: "0272",
            fields: [
                "type": .text("obstacle"), "text": .text("Noorsootöötajat ei ole."),
                "raised_by_post": .text("sipsik.head"), "raised_on": .text("2026-03-02"),
                "status": .text("open"),
            ]),
        Record(
            kind: "interview-round", code: "0272.autumn", owner: "0272",
            fields: ["target_group": .text("0272.kindergarten")]),
    ]

    private static let network = Record(
        kind: "network", code: "0272.core", owner: "0272",
        fields: [
            "name": .text("Kadrina tuumikgrupp"), "type": .text("core-group"),
            "leader_post": .text("sipsik.head"), "core_posts": .list(["sipsik.head"]),
            "wider_bodies": .list(["police"]), "rhythm": .list(["monthly", "per-case"]),
            "channels": .list(["meeting", "e-mail"]),
        ])
    private static let group = Record(
        kind: "target-group", code: "0272.kindergarten", owner: "0272",
        fields: ["name": .text("Lasteaed"), "layer": .text("at-risk-inside")])
    private static let persona = Record(
        kind: "persona", code: "0272.mari", owner: "0272",
        fields: [
            "name": .text("Näidis-Mari"), "target_group": .text("0272.kindergarten"),
            "card_version": .integer(2),
            "story": .text("Mari on viieaastane ja jääb rühmas kõrvale."), "need_codes": .list(["speech"]),
        ])
    private static let value = Record(
        kind: "indicator-value", code: "0272.noticed.2025", owner: "0272",
        fields: [
            "indicator": .text("noticed"), "from": .text("2025-09-01"), "until": .text("2026-06-09"),
            "value": .text("14"), "basis": .text("by-hand"), "source": .text("Näidis kokkuvõte"),
            "entered_by_post": .text("sipsik.head"), "entered_on": .text("2026-06-15"),
        ])

    private func faults(_ record: Record, also: [Record] = []) throws -> Set<String> {
        var stored = Dictionary(Self.base.map { ($0.key, $0) }) { first, _ in first }
        for other in also + [record] { stored[other.key] = other }
        let all = stored
        let kind = try #require(RecordKinds.named(record.kind))
        return Set(
            try RecordCheck.faults(in: record, of: kind, context: RecordContext { all[$0] }).map {
                "\($0.field) \($0.reason)"
            })
    }

    // MARK: networks

    @Test("A network with its circle, rhythm and channels is right")
    func rightNetwork() throws { #expect(try faults(Self.network) == []) }

    @Test("A leader is of the core, nobody is in both circles, and a network has members")
    func circles() throws {
        var record = Self.network
        record.fields["leader_post"] = .text("sipsik.aev")
        record.fields["wider_posts"] = .list(["sipsik.head"])
        #expect(try faults(record) == ["leader_post not-among", "wider_posts in-both-lists"])
        record.fields = ["name": .text("Tühi"), "type": .text("commission")]
        #expect(try faults(record) == ["core_posts value-missing"])
    }

    @Test("Only a member has a duty in the network")
    func duties() throws {
        var duty = Record(
            kind: "network-duty", code: "0272.core.police", owner: "0272",
            fields: [
                "network": .text("0272.core"), "body": .text("police"),
                "duty": .text("Osaleb vastavalt vajadusele."),
            ])
        #expect(try faults(duty) == [])
        duty.fields["post"] = .text("sipsik.aev")
        #expect(try faults(duty) == ["post not-a-member"])
        duty.fields["post"] = nil
        duty.fields["body"] = nil
        #expect(try faults(duty) == ["post value-missing"])
    }

    @Test("A solution names the obstacle that it was tried on and what came of it")
    func solutions() throws {
        var solution = Record(
            kind: "workshop-item", code: "0272.solution", owner: "0272",
            fields: [
                "type": .text("solution"), "text": .text("Naabervalla noorsootöötaja käib kord nädalas."),
                "raised_by_post": .text("sipsik.head"), "raised_on": .text("2026-05-04"),
                "status": .text("in-progress"),
            ])
        #expect(try faults(solution) == ["obstacle value-missing", "result value-missing"])
        solution.fields["result"] = .text("helped-partly")
        solution.fields["obstacle"] = .text("0272.no-youth-worker")
        #expect(try faults(solution) == [])
        solution.fields["obstacle"] = .text("0272.solution")
        #expect(try faults(solution) == ["obstacle not-an-obstacle"])
    }

    @Test("An agreement has two parties and does not end before it begins")
    func agreements() throws {
        var agreement = Record(
            kind: "agreement", code: "0272.police", owner: "0272",
            fields: [
                "name": .text("Teabevahetus"), "subject": .text("Kord kuus kohtumine."),
                "municipalities": .list(["0272"]), "from": .text("2026-01-01"), "until": .text("2025-12-31"),
            ])
        #expect(try faults(agreement) == ["until dates-reversed", "bodies one-party"])
        agreement.fields["bodies"] = .list(["police"])
        agreement.fields["until"] = nil
        #expect(try faults(agreement) == [])
    }

    // MARK: templates

    private func level(_ order: Int, entry: String = "Alati") -> Record {
        Record(
            kind: "template-level", code: "0272.school.target.\(order)", owner: "0272",
            fields: [
                "template": .text("0272.school.target"), "order": .integer(order), "name_et": .text("Tasand"),
                "name_en": .text("Level"), "coordinator_role": .text("head"),
                "coordinator_place": .text("institution"), "entry": .text(entry),
                "first_action_school_days": .integer(5),
            ])
    }

    private static let template = Record(
        kind: "template", code: "0272.school.target", owner: "0272",
        fields: [
            "institution_kind": .text("school"), "grade_from": .integer(1), "grade_to": .integer(9),
            "phases": .list(["noticing", "activities"]),
        ])

    @Test("A template in force says when a case comes to each level")
    func inForce() throws {
        #expect(try faults(Self.template) == [" levels-missing"])
        let whole = [level(1), level(2)]
        #expect(try faults(Self.template, also: whole) == [])
        let open = [level(1), level(2, entry: "")]
        #expect(try faults(Self.template, also: open) == ["draft template-incomplete"])
        var draft = Self.template
        draft.fields["draft"] = .boolean(true)
        #expect(try faults(draft, also: open) == [])
    }

    @Test("Levels are counted without gaps, and the codes of levels and phases tell their place")
    func places() throws {
        #expect(try faults(level(2), also: [Self.template]) == ["order not-in-order"])
        var other = level(1)
        other.code = "0272.school.first"
        #expect(try faults(other, also: [Self.template]) == ["code code-not-of-place"])
        let phase = Record(
            kind: "template-phase", code: "0272.school.target.evaluating", owner: "0272",
            fields: [
                "template": .text("0272.school.target"), "phase": .text("evaluating"),
                "text_et": .text("Hinnatakse"),
            ])
        #expect(try faults(phase, also: [Self.template]) == ["phase not-among"])
    }

    // MARK: target groups, personas, interviews

    @Test("Choosing a target group cites indicators known that day and practitioners' experience")
    func decisions() throws {
        var decision = Record(
            kind: "target-group-decision", code: "0272.2026", owner: "0272",
            fields: [
                "target_group": .text("0272.kindergarten"), "decided_on": .text("2026-06-20"),
                "network": .text("0272.core"),
            ])
        #expect(try faults(decision) == ["indicator_values value-missing", "experience value-missing"])
        decision.fields["indicator_values"] = .list(["0272.noticed.2025"])
        decision.fields["experience"] = .text("Õpetajad näevad muret juba lasteaias.")
        #expect(try faults(decision) == [])
        decision.fields["decided_on"] = .text("2026-06-01")
        #expect(try faults(decision) == ["indicator_values not-known-then"])
        var foreign = Self.value
        foreign.owner = "0901"
        decision.fields["decided_on"] = .text("2026-06-20")
        #expect(try faults(decision, also: [foreign]) == ["indicator_values of-other-municipality"])
    }

    @Test("A persona's step has an owner, a time target and its place")
    func touchpoints() throws {
        var step = Record(
            kind: "touchpoint", code: "0272.mari.1", owner: "0272",
            fields: [
                "persona": .text("0272.mari"), "order": .integer(1), "name": .text("Märkamine"),
                "owner_post": .text("sipsik.aev"), "time_target": .integer(5),
                "time_unit": .text("school-days"),
            ])
        #expect(try faults(step) == [])
        step.fields["owner_post"] = nil
        #expect(try faults(step) == ["owner_post value-missing"])
        step.fields["owner_role"] = .text("aev-coordinator")
        step.fields["order"] = .integer(3)
        #expect(try faults(step) == ["code code-not-of-place", "order not-in-order"])
    }

    @Test("A finding names nobody, and the version of the persona that it changed exists")
    func findings() throws {
        var finding = Record(
            kind: "interview-finding", code: "0272.autumn.1", owner: "0272",
            fields: [
                "round": .text("0272.autumn"), "finding": .text("Vanem ootas kolm kuud vastust."),
                "persona": .text("0272.mari"), "persona_version": .integer(2),
            ])
        #expect(try faults(finding) == [])
        finding.fields["persona_version"] = .integer(3)
        #expect(try faults(finding) == ["persona_version version-unknown"])
        finding.fields["persona_version"] = .integer(1)
        finding.fields["finding"] = .text("Ema (tel 5512 3456) ootas.")
        #expect(try faults(finding) == ["finding looks-like-phone"])
        finding.fields["finding"] = .text("Ootas.")
        finding.fields["changed"] = .list(["lugu", "50001010017"])
        #expect(try faults(finding) == ["changed looks-like-isikukood"])
        finding.fields["changed"] = nil
        finding.fields["persona"] = nil
        #expect(try faults(finding) == ["persona value-missing"])
    }

    @Test("No interview is used without a consent")
    func consents() throws {
        var round = Record(
            kind: "interview-round", code: "0272.spring", owner: "0272",
            fields: [
                "name": .text("Kevad"), "target_group": .text("0272.kindergarten"),
                "from": .text("2026-03-01"), "guide": .text("Ära küsi ega kirjuta nimesid."),
                "consent": .text("written"), "consent_of": .text("representative"), "consents": .integer(5),
                "interviews": .integer(5),
            ])
        #expect(try faults(round) == [])
        round.fields["interviews"] = .integer(6)
        #expect(try faults(round) == ["interviews without-consent"])
    }

    // MARK: indicators

    @Test(
        "A count of one to nine children is not kept as a number",
        arguments: [
            ("0", ""), ("1", "count-too-small"), ("9", "count-too-small"), ("9,99", "count-too-small"),
            ("10", ""), ("<10", ""), ("14", ""), ("palju", "not-a-number"), ("1.234", "not-a-number"),
        ])
    func smallCounts(_ text: String, _ fault: String) throws {
        var value = Self.value
        value.fields["value"] = .text(text)
        #expect(try faults(value) == (fault.isEmpty ? [] : ["value \(fault)"]))
    }

    @Test(
        "A share is a whole per cent",
        arguments: [("12", true), ("12,5", false), ("101", false), ("100", true)])
    func shares(_ text: String, _ isRight: Bool) throws {
        var value = Self.value
        value.fields["indicator"] = .text("share")
        value.fields["value"] = .text(text)
        #expect(try faults(value) == (isRight ? [] : ["value percent-not-whole"]))
    }

    @Test("A value that was typed in says by whom")
    func byHand() throws {
        var value = Self.value
        value.fields["entered_by_post"] = nil
        #expect(try faults(value) == ["entered_by_post value-missing"])
        value.fields["basis"] = .text("counts")
        #expect(try faults(value) == [])
    }
}
