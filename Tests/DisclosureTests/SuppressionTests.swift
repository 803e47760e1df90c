import Testing

@testable import Disclosure

@Suite("What fact sheets may tell")
struct SuppressionTests {
    @Test("Nobody finds an exact small number in any of the synthetic counties' sheets", arguments: 0..<40)
    func attacked(seed: Int) {
        let county = SyntheticCounty(seed: seed)
        #expect(county.tables.count == 9)
        #expect(county.attack().isEmpty)
    }

    @Test("Nor in a county of this size with many releases")
    func large() {
        let county = SyntheticCounty(seed: 4711, municipalities: 8, categories: 5, periods: 5)
        #expect(county.tables.count == 15)
        #expect(SheetAttack.run(county.releases, sizes: county.sizes).recovered.isEmpty)
    }

    @Test("The attack finds them where only the small numbers themselves are hidden")
    func control() {
        let found = (0..<40).count {
            !SyntheticCounty(seed: $0, complementary: false).attack().isEmpty
        }
        #expect(found >= 35)
    }

    @Test("Large numbers are told as they are")
    func told() throws {
        let table = try #require(CountTable(.parts, areas: [[40, 60, 100], [50, 30, 80], [20, 11, 31]]))
        let published = try #require(Suppression.publish(table))
        #expect(published.cells == table.counts.map { $0.map { .shown($0) } })
    }

    @Test("One small number hides as few others as it takes")
    func complements() throws {
        let table = try #require(
            CountTable(.parts, areas: [[4, 60, 64], [50, 30, 80], [20, 11, 31], [70, 80, 150]]))
        let published = try #require(Suppression.publish(table))
        let cells = published.cells.joined()
        #expect(published.cells[0][0] == .below)
        #expect(cells.count { $0 == .hidden } >= 3)
        #expect(cells.count { if case .shown = $0 { true } else { false } } >= 8)
        // The county's own numbers stay.
        #expect(published.cells[4][2] == .shown(325))
    }

    @Test("What is left of a school that is nearly whole is small too")
    func complementOfSize() throws {
        let table = try #require(
            CountTable(.parts, areas: [[97], [50], [60]], sizes: [100, 400, 500]))
        let published = try #require(Suppression.publish(table))
        #expect(published.cells[0][0] == .hidden)
    }

    @Test("A number that goes on moves by ten or more from release to release, or stays where it was")
    func stock() throws {
        let rows = [[50], [80], [90]]
        let first = try #require(CountTable(.parts, areas: rows))
        let told = try #require(Suppression.publish(first))
        #expect(told.cells[0][0] == .shown(50))
        let earlier = first.counts.map { $0.map { [$0] } }
        let second = try #require(CountTable(.parts, areas: [[53], [95], [90]]))
        let later = try #require(Suppression.publish(second, earlier: earlier))
        #expect(later.cells[0][0] == .near(50))
        // The county's sum would give the change away.
        let result = SheetAttack.run(
            [(told, "p1"), (later, "p2")].map {
                SheetAttack.Released(
                    measure: "outside", period: $0.1, isStock: true, isOfPupils: false,
                    areas: ["n1", "n2", "n3", "0060"],
                    categories: [""], table: $0.0)
            })
        #expect(result.recovered.isEmpty)
        #expect(result.hidden >= 2)
    }

    @Test("Counts that contradict themselves are no table")
    func malformed() {
        #expect(CountTable(.parts, areas: [[4, 60, 65]]) == nil)
        #expect(CountTable(.overlapping, areas: [[4, 60, 59]]) == nil)
        #expect(CountTable(.parts, areas: [[4, 4], [1]]) == nil)
        #expect(CountTable(.parts, areas: [[-1, -1]]) == nil)
        #expect(CountTable(.parts, areas: [[12, 12]], sizes: [11]) == nil)
        #expect(CountTable(.parts, areas: []) == nil)
    }
}
