import Testing

@testable import Codec

@Suite("Calls are found by their ids, whatever ids a peer picks")
struct CallTableTests {
    /// Ids as an honest client gives them, and such as fall onto the same slot.
    static let steps: [UInt32] = [1, 2, 1 << 10, 1 << 20]

    @Test(
        "The table holds what a dictionary would after thousands of calls have come and gone",
        arguments: steps)
    func likeADictionary(step: UInt32) {
        var random = Seeded(state: UInt64(step))
        var table = CallTable<UInt32>()
        var expected: [CallID: UInt32] = [:]
        var last: CallID = 0
        for _ in 0..<2_000 {
            if expected.isEmpty || random.next() % 100 < 55, last < CallID.max - step {
                last += step
                table.insert(last ^ 7, id: last)
                expected[last] = last ^ 7
            } else if let id = expected.keys.sorted().randomElement(using: &random) {
                guard let place = table.place(of: id) else {
                    Issue.record("call \(id) is lost")
                    return
                }
                #expect(table.id(at: place) == id)
                #expect(table.remove(at: place) == expected.removeValue(forKey: id))
                #expect(table.place(of: id) == nil)
            }
            #expect(table.count == expected.count)
        }
        for (id, value) in expected { #expect(table.place(of: id).map { table[$0] } == value) }
        #expect(table.ids.sorted() == expected.keys.sorted())
    }
}
