import Contracts
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@Suite("Cases, counted for the fact sheets")
struct CountTests {
    private func counts(_ scene: Scene) async throws -> [String: [String: UInt32]] {
        let tables = try await scene.bench.call(
            CommonMethods.countsReport,
            .with {
                $0.municipalities = [Scene.municipality]
                $0.from = "2026-01-01"
                $0.until = "2026-03-31"
            }, as: .program("gateway")
        ).tables
        return Dictionary(
            uniqueKeysWithValues: tables.map { table in
                let area = table.areas.first ?? .init()
                let told = zip(table.categories + ["all"], area.counts + [area.total]).filter { $0.1 > 0 }
                return (table.measure, Dictionary(uniqueKeysWithValues: told.map { ($0.0, $0.1) }))
            })
    }

    @Test(
        "A case counts by when somebody first acted, by needs that nobody meets, and by where it was solved")
    func wholeWay() async throws {
        let scene = try await Scene.start()
        #expect(try await counts(scene) == ["first-action": [:], "solved": [:], "unmet-need": [:]])
        var record = try await scene.open()
        #expect(try await counts(scene)["first-action"] == ["none-yet": 1, "all": 1])
        scene.bench.clock.advance(days: 9)
        record = try await scene.need(record)
        #expect(try await counts(scene)["first-action"] == ["within-10": 1, "all": 1])
        let code = try #require(record.needs.first?.needCode)
        #expect(try await counts(scene)["unmet-need"] == [code: 1, "all": 1])
        record = try await scene.request(record)
        for step in ["receive", "accept", "start"] { record = try await scene.advance(record, step) }
        #expect(try await counts(scene)["unmet-need"] == [:])
        record = try await scene.advance(record, "complete", outcome: "got-help")
        record = try await scene.acknowledge(record, met: true)
        record = try await scene.close(record)
        #expect(record.state == "closed")
        #expect(try await counts(scene)["solved"] == ["level-1": 1, "all": 1])
    }
}
