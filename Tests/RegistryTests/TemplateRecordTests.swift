import Contracts
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Process templates as records")
struct TemplateRecordTests {
    private func templates(_ bench: ServiceBench, _ kind: String = "school") async throws
        -> [EventProcessTemplate]
    {
        try await bench.call(
            RegistryMethods.listTemplates, .with { $0.municipality = "0901" }, as: RecordScene.registrar
        ).templates.filter { $0.institutionKind == kind && !$0.fallback }
    }

    private func told(_ bench: ServiceBench, after count: Int) async throws -> [EventProcessTemplate] {
        try await bench.emitted(partition: "0060").dropFirst(count).compactMap {
            if case .templateChanged(let body) = $0.body { body.template } else { nil }
        }
    }

    @Test("The document's templates are records with their levels, under the ids that cases are pinned to")
    func fromDocument() async throws {
        let bench = try await SampleCounty.bench()
        let record = try await bench.get("template", "0901.school.target")
        #expect(record.fields["draft"]?.boolean == true)
        #expect(try await bench.get("template-level", "0901.school.target.3").municipality == "0901")
        let listed = try #require(try await templates(bench).first)
        #expect(listed.templateID == TemplateID.derived("template", "0901:school:target").data)
        #expect(listed.levels.map(\.order) == [1, 2, 3])
    }

    @Test("A municipality that changes a level of its template tells it with a new version")
    func changedLevel() async throws {
        let bench = try await SampleCounty.bench()
        let before = try await bench.emitted(partition: "0060").count
        var level = try await bench.get("template-level", "0901.school.target.2")
        level.fields["coordinator_role"] = RecordScene.text("social-pedagogue")
        let answer = try await bench.put(level, as: RecordScene.educationHead)
        #expect(answer.faults.isEmpty)
        let listed = try #require(try await templates(bench).first)
        #expect(listed.levels.map(\.coordinatorRole)[1] == "social-pedagogue")
        #expect(listed.version == 2)
        #expect(try await told(bench, after: before) == [listed])
    }

    @Test("A document that names fewer levels ends the others; one that names them again brings them back")
    func leftOutLevel() async throws {
        let bench = try await SampleCounty.bench()
        let whole = try #require(
            try SampleCounty.document().templates.first {
                $0.municipality == "0901" && $0.institutionKind == "school" && !$0.fallback
            })
        var short = whole
        short.levels.removeLast()
        let shortened = try await bench.importCounty(.with { $0.templates = [short] })
        #expect(shortened.faults.isEmpty && shortened.changed == 1)
        #expect(try #require(try await templates(bench).first).levels.count == 2)
        #expect(!(try await bench.get("template-level", "0901.school.target.3").endedFrom.isEmpty))
        let again = try await bench.importCounty(.with { $0.templates = [whole] })
        #expect(again.changed == 1)
        #expect(try #require(try await templates(bench).first).levels.count == 3)
    }

    @Test("Templates of one municipality and kind part the grades")
    func overlap() async throws {
        let bench = try await SampleCounty.bench()
        var other = try await bench.get("template", "0901.school.target")
        other.code = "0901.school.upper"
        var level = try await bench.get("template-level", "0901.school.target.1")
        level.code = "0901.school.upper.1"
        level.fields["template"] = RecordScene.text("0901.school.upper")
        let refused = try await bench.put(other, level)
        #expect(refused.faults.map(\.reason) == ["grades-overlap"])
        var first = try await bench.get("template", "0901.school.target")
        first.fields["grade_to"] = .with { $0.integer = 6 }
        other.fields["grade_from"] = .with { $0.integer = 7 }
        let parted = try await bench.put(first, other, level)
        #expect(parted.faults.isEmpty)
        #expect(Set(try await templates(bench).map { [$0.gradeFrom, $0.gradeTo] }) == [[1, 6], [7, 12]])
    }

    @Test("A template that has ended leads no case: it is told without levels")
    func ended() async throws {
        let bench = try await SampleCounty.bench()
        let before = try await bench.emitted(partition: "0060").count
        _ = try await bench.end("template", "0901.school.target")
        #expect(try await told(bench, after: before).map(\.levels.count) == [0])
    }
}
