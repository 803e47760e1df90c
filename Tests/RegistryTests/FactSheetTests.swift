import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import Store
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Fact sheets: what is released and who sees it")
struct FactSheetTests {
    private static let municipalities = ["0191", "0272", "0661", "0663", "0792", "0901", "0903", "0928"]
    private static let coordinator = RecordScene.coordinator
    private static let lead = RecordScene.educationHead
    private static let period = ("2025-11-01", "2025-12-31")

    /// A table in which each municipality has these counts.
    private static func table(
        _ measure: String, _ categories: [String] = [], _ rows: [[UInt32]], totals: [UInt32]
    ) -> CommonCountsTable {
        .with {
            $0.measure = measure
            $0.categories = categories
            $0.areas = zip(municipalities, zip(rows, totals)).map { code, counts in
                .with {
                    $0.municipality = code
                    $0.counts = counts.0
                    $0.total = counts.1
                }
            }
        }
    }

    private static func outside(_ totals: [UInt32]) -> CommonCountsTable {
        table("outside", [], totals.map { _ in [] }, totals: totals)
    }

    private static let levels = ["level-1", "level-2", "level-3", "level-4", "otherwise"]

    private static func solved(_ rows: [[UInt32]]) -> CommonCountsTable {
        table("solved", levels, rows, totals: rows.map { $0.reduce(0, +) })
    }

    private static let ordinary = solved([
        [20, 14, 3, 0, 12], [31, 22, 14, 11, 25], [40, 30, 20, 10, 15], [61, 44, 31, 17, 22],
        [28, 19, 15, 12, 11], [12, 25, 33, 14, 10], [17, 11, 10, 16, 13], [50, 40, 30, 20, 10],
    ])

    @discardableResult
    private func release(
        _ tables: CommonCountsTable..., on bench: ServiceBench, from: String = period.0,
        until: String = period.1, as caller: Caller = .program("gateway")
    ) async throws -> [String] {
        try await bench.call(
            RegistryMethods.releaseCounts,
            .with {
                $0.from = from
                $0.until = until
                $0.tables = tables
            }, as: caller
        ).released
    }

    private func sheet(
        _ municipality: String, on bench: ServiceBench, exact: Bool = false, as caller: Caller = coordinator
    ) async throws -> RegistryFactSheet {
        try await bench.call(
            RegistryMethods.getFactSheet,
            .with {
                $0.municipality = municipality
                $0.exact = exact
            }, as: caller)
    }

    private func refused<Result>(_ reason: String, _ call: () async throws -> Result) async {
        let error = await #expect(throws: RPCError.self) { _ = try await call() }
        #expect(error?.reason == reason)
    }

    @Test("A municipality's sheet has its own row of each released table, with small numbers hidden")
    func released() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        #expect(try await release(Self.ordinary, on: bench) == ["solved"])
        let own = try await sheet("0191", on: bench)
        #expect(own.name == "Haljala vald")
        let table = try #require(own.tables.first)
        #expect(table.measure == "solved" && table.from == "2025-11-01" && table.asOf == "2026-02-02")
        let row = try #require(table.rows.first)
        #expect(table.rows.count == 1 && row.cells.count == 6)
        #expect(row.cells[2].state == "below" && row.cells[3].state == "below")
        #expect(row.cells[2].value == 0)
        let county = try await sheet("0060", on: bench)
        #expect(county.tables.first?.rows.first?.cells.first?.value == 259)
    }

    @Test("The sheet says which measures of which periods are not released yet")
    func missing() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        try await release(Self.ordinary, on: bench)
        let periods = try await sheet("0060", on: bench).periods
        #expect(
            periods.map(\.from) == ["2025-01-01", "2025-04-01", "2025-06-01", "2025-09-01", "2025-11-01"])
        let newest = try #require(periods.last)
        #expect(!newest.missing.contains("solved") && newest.missing.contains("outside"))
        // What stands now says nothing of a period long over.
        #expect(periods.first?.missing == ["noticed", "first-action", "solved", "trained-people"])
    }

    @Test("What was released stays as it was, whatever is counted later")
    func frozen() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        try await release(Self.ordinary, on: bench)
        let before = try await sheet("0060", on: bench).tables
        var later = Self.ordinary
        later.areas[1].counts[0] += 1
        later.areas[1].total += 1
        #expect(try await release(later, on: bench).isEmpty)
        #expect(try await sheet("0060", on: bench).tables == before)
    }

    @Test("A period that goes on is not released, nor one long over")
    func periods() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        await refused("period") {
            try await release(Self.ordinary, on: bench, from: "2026-01-01", until: "2026-03-31")
        }
        await refused("period") {
            try await release(Self.ordinary, on: bench, from: "2024-11-01", until: "2024-12-31")
        }
        await refused("period") {
            try await release(Self.ordinary, on: bench, from: "2025-11-01", until: "2025-11-30")
        }
    }

    @Test("A number that goes on is not told again before it has moved by ten")
    func stock() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        try await release(Self.outside([30, 41, 52, 63, 44, 35, 26, 57]), on: bench)
        let first = try await sheet("0272", on: bench)
        #expect(first.tables.first?.rows.first?.cells.first?.value == 41)
        bench.clock.advance(days: 60)
        try await release(
            Self.outside([30, 42, 70, 63, 44, 12, 26, 57]), on: bench, from: "2026-01-01", until: "2026-03-31"
        )
        let later = try #require(try await sheet("0272", on: bench).tables.last?.rows.first?.cells.first)
        #expect(later.state != "shown")
        let moved = try await bench.call(RegistryMethods.listReleasedCounts, .init(), as: Self.coordinator)
        #expect(moved.tables.count == 2 && !moved.more)
        for table in moved.tables {
            #expect(table.rows.map(\.municipality) == Self.municipalities + ["0060"])
        }
    }

    @Test("Exact small numbers are kept nowhere")
    func forgotten() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        try await release(Self.ordinary, on: bench)
        let kept = try await bench.kit.store.partition("0060").read { transaction in
            try transaction.all(
                "SELECT state, value FROM fact_cells WHERE measure = 'solved' AND municipality = '0191'"
            ) { (try $0.text(0), try $0.integer(1)) }
        }
        #expect(kept.count == 6)
        #expect(kept.allSatisfy { $0.0 == "shown" ? $0.1 >= 10 : $0.1 == 0 })
    }

    @Test("Counts that do not fit the measure, the county or each other are refused and nothing is kept")
    func malformed() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        var sum = Self.ordinary
        sum.areas[0].total += 1
        var category = Self.ordinary
        category.categories[0] = "level-0"
        var area = Self.ordinary
        area.areas.removeLast()
        var unknown = Self.ordinary
        unknown.measure = "children"
        for table in [sum, category, area, unknown] {
            await refused("counts-contradict") { try await release(table, on: bench) }
        }
        #expect(try await sheet("0060", on: bench).tables.isEmpty)
    }

    @Test("A municipality's lead sees the own sheet and the county's, nobody else's; a class teacher none")
    func access() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        try await release(Self.ordinary, on: bench)
        #expect(try await sheet("0901", on: bench, as: Self.lead).tables.count == 1)
        #expect(try await sheet("0060", on: bench, as: Self.lead).tables.count == 1)
        await refused("not-open-to-you") { try await sheet("0191", on: bench, as: Self.lead) }
        await refused("not-open-to-you") { try await sheet("0901", on: bench, as: SampleCounty.classTeacher) }
        await refused("gateway-only") { try await release(Self.ordinary, on: bench, as: .program("risk")) }
        await refused("method-internal") { try await release(Self.ordinary, on: bench, as: Self.coordinator) }
        await refused("person-missing") { try await sheet("0901", on: bench, as: .operatorOfCounty()) }
    }

    @Test("Exact numbers are open to the municipality's own leads, and the own office's audit keeps that")
    func exact() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        #expect(try await sheet("0901", on: bench, exact: true, as: Self.lead).exact)
        await refused("not-open-to-you") { try await sheet("0901", on: bench, exact: true) }
        await refused("not-open-to-you") { try await sheet("0060", on: bench, exact: true, as: Self.lead) }
        let entries = try await bench.kit.store.partition("0901").read { transaction in
            try transaction.all("SELECT COUNT(*) FROM kit_audit WHERE action LIKE '%GetFactSheet'") {
                try $0.integer(0)
            }
        }
        #expect(entries == [1])
    }

    @Test("Children in and outside institutions are counted for the gateway alone")
    func counted() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(
            SampleCounty.csv(
                SampleCounty.row(1), SampleCounty.row(2), SampleCounty.row(3, left: "2026-01-15")))
        let request = CommonCountsRequest.with {
            $0.municipalities = ["0901", "0903"]
            $0.from = Self.period.0
            $0.until = Self.period.1
        }
        let tables = try await bench.call(CommonMethods.countsReport, request, as: .program("gateway")).tables
        #expect(tables.map(\.measure) == ["inside", "outside"])
        #expect(tables.map { $0.areas.map(\.total) } == [[2, 0], [1, 0]])
        await refused("gateway-only") {
            try await bench.call(CommonMethods.countsReport, request, as: .program("risk"))
        }
        await refused("method-internal") {
            try await bench.call(CommonMethods.countsReport, request, as: Self.lead)
        }
    }
}
