import Contracts
import FoundationEssentials
@testable import Registry
import ServiceKit
import Store
import SwiftProtobuf
import Testing
import TestSupport

@Suite("What is shipped and the sample's records, brought into the county")
struct CountyRecordsTests {
    /// The whole sample county with what is shipped, and the sample's own records.
    private func county() async throws -> ServiceBench {
        let bench = try await ServiceBench.start(RegistryAssembly.service)
        let shipped = try await bench.importCounty(
            .with { $0.records = messages(try ShippedRecords.all()) })
        #expect(shipped.faults.isEmpty, "\(shipped.faults)")
        let map = try await bench.importCounty(try SampleCounty.document())
        #expect(map.faults.isEmpty, "\(map.faults)")
        let sample = try await bench.importCounty(
            .with { $0.records = messages(try ShippedRecords.sample()) }, as: RecordScene.coordinator)
        #expect(sample.faults.isEmpty, "\(sample.faults)")
        return bench
    }

    private func messages(_ records: [Record]) -> [RegistryRecord] {
        records.map {
            RegistryMessages.message(
                RecordStore.Current(record: $0, version: 1, changedAt: Instant(microseconds: 0)))
        }
    }

    @Test(
        "Each of the eight municipalities has a network, a vision, an obstacle, a persona with a journey, and a decision"
    )
    func living() async throws {
        let bench = try await county()
        for kind in [
            "network", "vision", "workshop-item", "persona", "touchpoint", "target-group-decision",
            "indicator-value", "interview-finding", "agreement",
        ] {
            let owners = try await bench.list(kind, as: RecordScene.coordinator) { $0.limit = 500 }
            let expected: Set = ["0191", "0272", "0661", "0663", "0792", "0901", "0903", "0928"]
            #expect(Set(owners.records.map(\.municipality)) == expected, "\(kind)")
        }
    }

    @Test("Bringing it all in again changes nothing, and the sample's document agrees with what is shipped")
    func again() async throws {
        let bench = try await county()
        let shipped = try await bench.importCounty(
            .with { $0.records = messages(try ShippedRecords.all()) }, as: RecordScene.coordinator)
        #expect(shipped.created == 0 && shipped.changed == 0 && shipped.unchanged > 100)
        let map = try await bench.importCounty(try SampleCounty.document(), as: RecordScene.coordinator)
        #expect(map.created == 0 && map.changed == 0)
        #expect(
            try await bench.history("template", "0928.school.target", as: RecordScene.coordinator).map(
                \.record.version) == [1])
    }

    @Test("What a municipality has made of a shipped record stays when it is shipped again")
    func keepersRecord() async throws {
        let bench = try await county()
        var template = try await bench.get("template", "0901.school.target")
        template.fields["draft"] = .with { $0.boolean = false }
        #expect(try await bench.put(template, as: RecordScene.educationHead).faults.isEmpty)
        _ = try await bench.importCounty(
            .with { $0.records = messages(try ShippedRecords.all()) }, as: RecordScene.coordinator)
        #expect(try await bench.get("template", "0901.school.target").fields["draft"]?.boolean == false)
    }

    @Test("A vision reads as it was on any past day")
    func visionByDay() async throws {
        let bench = try await county()
        let created = bench.clock.today()
        bench.clock.advance(days: 30)
        var vision = try await bench.get("vision", "0901.vision")
        let first = try #require(vision.fields["statement"]?.text)
        vision.fields["statement"] = RecordScene.text("Näidis: uus visioon.")
        vision.fields["draft"] = nil
        #expect(try await bench.put(vision, as: RecordScene.educationHead).faults.isEmpty)
        #expect(
            try await bench.get("vision", "0901.vision").fields["statement"]?.text == "Näidis: uus visioon.")
        let before = try await bench.get("vision", "0901.vision", asOf: created.description)
        #expect(before.fields["statement"]?.text == first)
        let history = try await bench.history("vision", "0901.vision")
        #expect(history.map(\.role) == ["education-head", "county-coordinator"])
        #expect(Set(history[0].changedFields) == ["statement", "draft"])
    }

    @Test("A municipality keeps its own network; another's is not for it to change")
    func keepers() async throws {
        let bench = try await county()
        var network = try await bench.get("network", "0901.team")
        network.fields["rhythm"] = RecordScene.items("weekly")
        #expect(
            try await bench.put(network, as: RecordScene.educationHead).results.map(\.change) == ["change"])
        var other = network
        other.code = "0928.own"
        other.municipality = "0928"
        await #expect(throws: (any Error).self) {
            try await bench.put(other, as: RecordScene.educationHead)
        }
    }

    @Test("A document's faulty record is told by its place, without its text, and nothing is stored")
    func faulty() async throws {
        let bench = try await county()
        let finding = RegistryRecord.with {
            $0.kind = "interview-finding"
            $0.code = "0901.interviews.2026.9"
            $0.fields = [
                "round": RecordScene.text("0901.interviews.2026"),
                "finding": RecordScene.text("Helista 5512 3456."),
            ]
        }
        let answer = try await bench.importCounty(
            .with { $0.records = [finding] }, as: RecordScene.coordinator)
        #expect(answer.faults.map(\.column) == ["records.finding"])
        #expect(answer.faults.map(\.code) == ["looks-like-phone"])
        #expect(answer.faults.allSatisfy { !($0.message + $0.remedy).contains("5512") })
        await #expect(throws: (any Error).self) {
            try await bench.get("interview-finding", "0901.interviews.2026.9")
        }
    }
}
