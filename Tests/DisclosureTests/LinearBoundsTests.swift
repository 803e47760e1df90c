import Testing

@testable import Disclosure

@Suite("Linear bounds")
struct LinearBoundsTests {
    @Test("A total without its other part gives the part away")
    func subtraction() throws {
        var system = LinearSystem()
        let total = system.unknown(30, 30)
        let (told, hidden) = (system.unknown(26, 26), system.unknown(0, 9))
        system.equal([(told, 1), (hidden, 1), (total, -1)], 0)
        #expect(try #require(system.bounds(of: [hidden])) == [4...4])
    }

    @Test("Numbers that contradict each other are told from numbers without a bound")
    func extremes() throws {
        var system = LinearSystem()
        let (one, other) = (system.unknown(0, .infinity), system.unknown(0, .infinity))
        system.equal([(one, 1), (other, -1)], 5)
        #expect(try #require(system.bounds(of: [one, other])) == [5...Double.infinity, 0...Double.infinity])
        system.atMost([(one, 1)], 4)
        #expect(system.bounds(of: [one]) == nil)
    }

    @Test("The bounds of a table's cells are those of all tables that can be", arguments: 0..<40)
    func againstAll(seed: Int) throws {
        var dice = Dice(seed)
        // Two rows, two columns, the sums told: all tables that fit are counted out.
        let exact = (0..<4).map { _ in Int.random(in: 0...6, using: &dice) }
        let sums = [exact[0] + exact[1], exact[2] + exact[3], exact[0] + exact[2]]
        let most = (0..<4).map { exact[$0] + Int.random(in: 0...3, using: &dice) }
        var lowest = most
        var highest = [0, 0, 0, 0]
        for first in 0...most[0] {
            let table = [first, sums[0] - first, sums[2] - first, sums[1] - sums[2] + first]
            guard (0..<4).allSatisfy({ table[$0] >= 0 && table[$0] <= most[$0] }) else { continue }
            for cell in 0..<4 {
                lowest[cell] = min(lowest[cell], table[cell])
                highest[cell] = max(highest[cell], table[cell])
            }
        }
        var system = LinearSystem()
        let cells = most.map { system.unknown(0, Double($0)) }
        system.equal([(cells[0], 1), (cells[1], 1)], Double(sums[0]))
        system.equal([(cells[2], 1), (cells[3], 1)], Double(sums[1]))
        system.equal([(cells[0], 1), (cells[2], 1)], Double(sums[2]))
        let bounds = try #require(system.bounds(of: cells))
        for cell in 0..<4 {
            #expect(abs(bounds[cell].lowerBound - Double(lowest[cell])) < 1e-6)
            #expect(abs(bounds[cell].upperBound - Double(highest[cell])) < 1e-6)
        }
    }
}
