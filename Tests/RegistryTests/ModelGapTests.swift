import Contracts
@testable import Registry
import ServiceKit
import Store
import SwiftProtobuf
import Testing
import TestSupport

@Suite("What the map says of substitutes, the data's age, and the municipality's model")
struct ModelGapTests {
    private static let vacant = "vinni-vald.family-worker"
    private static let filled = "vinni-vald.child-protection-worker"
    private static let standsIn = "p.\(SampleCounty.school).social-pedagogue"

    private func gaps(_ bench: ServiceBench) async throws -> [RegistryGap] {
        try await bench.call(
            RegistryMethods.listGaps, .with { $0.municipality = "0901" }, as: RecordScene.registrar
        ).gaps
    }

    private func posts(_ bench: ServiceBench) async throws -> [String: RegistryPost] {
        let listed = try await bench.call(
            RegistryMethods.listPosts, .with { $0.municipality = "0901" }, as: RecordScene.registrar)
        return Dictionary(listed.posts.map { ($0.code, $0) }) { first, _ in first }
    }

    private func setSubstitute(
        of code: String, from: String, until: String?, _ bench: ServiceBench
    ) async throws {
        var post = try await bench.get("post", code)
        post.fields["substitute"] = RecordScene.text(Self.standsIn)
        post.fields["substitute_from"] = RecordScene.text(from)
        post.fields["substitute_until"] = until.map { RecordScene.text($0) }
        #expect(try await bench.put(post).faults.isEmpty)
    }

    @Test("Who stands in is listed with the last day, while that time lasts; a vacancy stays a vacancy")
    func substitutes() async throws {
        let bench = try await SampleCounty.bench()
        try await setSubstitute(of: Self.vacant, from: "2026-02-02", until: "2026-03-01", bench)
        try await setSubstitute(of: Self.filled, from: "2026-01-01", until: nil, bench)
        let listed = try await posts(bench)
        #expect(listed[Self.vacant]?.substituteName.isEmpty == false)
        #expect(listed[Self.vacant]?.substituteUntil == "2026-03-01")
        #expect(listed[Self.vacant]?.personID.isEmpty == true)
        #expect(listed[Self.filled]?.substituteName.isEmpty == false)
        #expect(listed[Self.filled]?.substituteUntil.isEmpty == true)
        let vacancy = try #require(try await gaps(bench).first { $0.code == Self.vacant })
        #expect(vacancy.type == "vacancy")
        #expect(vacancy.textEn.hasSuffix(", somebody stands in until 2026-03-01"))
        #expect(vacancy.textEt.hasSuffix(", asendaja kuni 2026-03-01"))
        bench.clock.advance(days: 40)
        #expect(try await posts(bench)[Self.vacant]?.substituteName.isEmpty == true)
        let later = try #require(try await gaps(bench).first { $0.code == Self.vacant })
        #expect(!later.textEn.contains("stands in"))
    }

    @Test("A substitute gets no rights: the role is the holder's alone")
    func noRights() async throws {
        let bench = try await SampleCounty.bench()
        try await setSubstitute(of: Self.vacant, from: "2026-02-02", until: nil, bench)
        let answer = try await bench.call(
            RegistryMethods.confirmRole,
            .with {
                $0.municipality = "0901"
                $0.personID = PersonID.derived("person", Self.standsIn).data
                $0.role = "family-worker"
            }, as: .program("gateway"))
        #expect(!answer.confirmed)
    }

    @Test(
        "A school whose information system has sent nothing for a week shows, and an alarm trial that is over"
    )
    func freshness() async throws {
        let bench = try await SampleCounty.bench()
        func kinds() async throws -> Set<String> {
            Set(try await gaps(bench).filter { $0.code == SampleCounty.school }.map(\.type))
        }
        var school = try await bench.get("institution", SampleCounty.school)
        school.fields["school_system"] = RecordScene.text("ekool")
        school.fields["alarm_module"] = RecordScene.text("trial")
        school.fields["alarm_trial_until"] = RecordScene.text("2026-02-28")
        #expect(try await bench.put(school).faults.isEmpty)
        #expect(try await kinds().isSuperset(of: ["data-old"]))
        school.fields["data_as_of"] = RecordScene.text("2026-02-01")
        #expect(try await bench.put(school).faults.isEmpty)
        #expect(try await kinds().isDisjoint(with: ["data-old", "alarm-trial-over"]))
        bench.clock.advance(days: 27)
        #expect(try await kinds().isSuperset(of: ["data-old", "alarm-trial-over"]))
        let gap = try #require(try await gaps(bench).first { $0.type == "data-old" })
        #expect(gap.textEn.hasSuffix("are old (2026-02-01)"))
    }

    @Test(
        "A municipality without a vision, with a draft template, an agreement that is over, a decision to review"
    )
    func model() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        func types() async throws -> Set<String> { Set(try await gaps(bench).map(\.type)) }
        let model: Set = ["vision-missing", "template-draft", "agreement-over", "review-due"]
        #expect(try await types().intersection(model) == ["vision-missing", "template-draft"])
        let records = try ShippedRecords.all() + ShippedRecords.sample()
        let answer = try await bench.importCounty(
            .with {
                $0.records = records.map {
                    RegistryMessages.message(
                        RecordStore.Current(
                            record: $0, version: 1, changedAt: Instant(microseconds: 0)))
                }
            }, as: RecordScene.coordinator)
        #expect(answer.faults.isEmpty, "\(answer.faults)")
        #expect(try await types().intersection(model) == ["template-draft"])
        bench.clock.advance(days: 700)
        #expect(
            try await types().intersection(model) == ["template-draft", "agreement-over", "review-due"])
    }

    @Test("A support team's rhythm and channels are codes; a word that is none is refused with the codes")
    func team() async throws {
        let bench = try await SampleCounty.bench()
        let listed = try await bench.list("team") { $0.municipality = "0901" }
        var team = try #require(listed.records.first)
        team.fields["rhythm"] = RecordScene.items("monthly", "per-case")
        team.fields["channels"] = RecordScene.items("meeting", "school-system")
        team.fields["division_of_roles"] = RecordScene.text("Eestvedaja kutsub kokku.")
        #expect(try await bench.put(team).faults.isEmpty)
        #expect(try await bench.history("team", team.code).first?.changedFields.contains("rhythm") == true)
        team.fields["rhythm"] = RecordScene.items("kord kuus")
        let refused = try await bench.put(team)
        #expect(refused.faults.map(\.reason) == ["code-unknown"])
        #expect(refused.faults.first?.remedyEn.contains("monthly") == true)
    }
}
