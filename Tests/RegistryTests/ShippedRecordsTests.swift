import Testing

@testable import Registry

@Suite("What the product ships for the county")
struct ShippedRecordsTests {
    @Test("Every shipped record passes the checks of its kind, and all that it names is shipped too")
    func faultless() throws {
        let stored = try ShippedRecords.stored()
        let context = RecordContext { stored[$0] }
        #expect(try stored.count == ShippedRecords.all().count)
        for record in try ShippedRecords.all() {
            let kind = try #require(RecordKinds.named(record.kind), "\(record.kind)")
            #expect(try RecordCheck.owner(of: record, kind: kind, context: context) == record.owner)
            let faults = try RecordCheck.faults(in: record, of: kind, context: context)
            #expect(faults.isEmpty, "\(record.key): \(faults.map { "\($0.field) \($0.reason)" })")
        }
    }

    @Test("The models of Väike-Maarja and Kadrina are whole, those of the others are drafts")
    func wholeAndDrafts() throws {
        let templates = try ShippedRecords.all().filter { $0.kind == "template" && !$0.boolean("fallback") }
        let inForce = templates.filter { !$0.boolean("draft") }.map(\.code).sorted()
        #expect(inForce == ["0272.kindergarten.target", "0928.kindergarten.target", "0928.school.target"])
        let drafts = Set(templates.filter { $0.boolean("draft") }.map(\.owner))
        #expect(drafts == ["0191", "0661", "0663", "0792", "0901", "0903"])
        #expect(templates.allSatisfy { !$0.text("source").isEmpty && $0.list("phases").count == 5 })
    }

    @Test("Every municipality has a template for the children outside its target, in school and kindergarten")
    func fallbacks() throws {
        let fallbacks = try ShippedRecords.all().filter { $0.kind == "template" && $0.boolean("fallback") }
        let codes = ["0191", "0272", "0661", "0663", "0792", "0901", "0903", "0928"]
        #expect(
            Set(fallbacks.map(\.code))
                == Set(codes.flatMap { ["\($0).school.fallback", "\($0).kindergarten.fallback"] }))
    }

    @Test(
        "Väike-Maarja has four levels with one coordinator each, two inside the institution and two across fields"
    )
    func fourLevels() throws {
        let stored = try ShippedRecords.stored()
        let levels = (1...4).compactMap {
            stored[.init(kind: "template-level", code: "0928.school.target.\($0)")]
        }
        #expect(
            levels.map { $0.text("coordinator_role") } == [
                "class-teacher", "hev-coordinator", "child-protection-worker", "social-head",
            ])
        #expect(
            levels.map { $0.text("coordinator_place") } == [
                "institution", "institution", "municipality", "municipality",
            ])
        #expect(levels.allSatisfy { $0.fields["entry"] != nil })
        #expect(levels.dropLast().allSatisfy { $0.fields["escalation"] != nil })
        #expect(stored[.init(kind: "template-level", code: "0928.school.target.5")] == nil)
    }

    @Test("Kadrina's five steps say what is done and by whom")
    func fiveSteps() throws {
        let stored = try ShippedRecords.stored()
        let template = try #require(stored[.init(kind: "template", code: "0272.kindergarten.target")])
        #expect(
            template.list("phases") == [
                "noticing", "clarifying-needs", "setting-goals", "activities", "evaluating",
            ])
        for phase in template.list("phases") {
            let step = try #require(
                stored[.init(kind: "template-phase", code: "0272.kindergarten.target.\(phase)")])
            #expect(!step.text("text_et").isEmpty && !step.list("roles").isEmpty)
        }
    }

    @Test("Each outside body has its field, mandate with its source, and area; one leads the process")
    func bodies() throws {
        let bodies = try ShippedRecords.all().filter { $0.kind == "institution" }
        #expect(
            Set(bodies.map(\.code)).isSuperset(of: [
                "sotsiaalkindlustusamet", "tervise-arengu-instituut", "rajaleidja", "piirkonnapolitsei",
                "koolitervishoid", "si-lab",
            ]))
        for body in bodies {
            #expect(!body.text("field").isEmpty && body.list("area") == ["0060"])
            #expect(body.text("mandate").contains("Allikas: http"))
        }
        #expect(bodies.filter { $0.boolean("is_process_lead") }.map(\.code) == ["si-lab"])
    }

    @Test("The three layers, the indicators of each, and a vision with its source are there")
    func prevention() throws {
        let all = try ShippedRecords.all()
        let layers = all.filter { $0.kind == "target-group" && $0.owner == "0060" }.map { $0.text("layer") }
        #expect(layers == ["universal", "at-risk-inside", "at-risk-outside"])
        let indicators = all.filter { $0.kind == "indicator" }
        #expect(Set(indicators.map { $0.text("layer") }) == PreventionCodes.layers)
        let visions = all.filter { $0.kind == "vision" }
        #expect(visions.map(\.owner) == ["0191", "0272", "0661", "0663", "0903", "0928"])
        #expect(visions.allSatisfy { $0.text("source").hasPrefix("https://ennetusmudel.ee/") })
    }
}
