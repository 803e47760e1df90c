import Contracts
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@testable import RiskScoring

@Suite("Children noticed, counted for the fact sheets")
struct CountTests {
    private func counts(_ bench: JournalBench, _ from: String, _ until: String) async throws
        -> CommonCountsTable
    {
        let tables = try await bench.service.call(
            CommonMethods.countsReport,
            .with {
                $0.municipalities = [JournalBench.partition]
                $0.from = from
                $0.until = until
            }, as: .program("gateway")
        ).tables
        return try #require(tables.first)
    }

    @Test("A child counts once in all and once for each reason, in the period in which it was noticed")
    func noticed() async throws {
        let bench = try await JournalBench.start()
        try await bench.place(1...3)
        var journal = JournalText.school(pupils: 1...3)
        for day in [-14, -12, -7] {
            journal.absence(day, 1, 1, "unexcused")
            journal.absence(day, 1, 2, "unexcused")
        }
        try await bench.load(journal.text)
        _ = try await bench.pass()
        let table = try await counts(bench, "2026-01-01", "2026-12-31")
        #expect(table.measure == "noticed")
        #expect(table.categories.first == "unexcusedAbsenceDays" && table.categories.last == "concern")
        #expect(table.areas.map(\.total) == [2])
        #expect(table.areas.first?.counts.first == 2)
        #expect(try await counts(bench, "2025-01-01", "2025-12-31").areas.map(\.total) == [0])
    }
}
