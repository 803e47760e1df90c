@testable import Directory
import Testing

@Suite struct PageCursorTests {
    private func pages(
        _ query: DirectoryQuery, limit: Int, visible: Set<String>? = nil, _ index: (Int) -> DirectoryIndex
    ) throws -> [[UInt8]] {
        var (ids, cursor, number) = ([[UInt8]](), [UInt8]?.none, 0)
        repeat {
            let page = try index(number).search(
                query, visible: visible, on: SampleDirectory.today + Int32(number), after: cursor,
                limit: limit)
            ids += page.hits.map(\.entry.id)
            cursor = page.cursor
            number += 1
        } while cursor != nil && number < 10_000
        return ids
    }

    @Test("pages of any size give what one page gives", arguments: [1, 2, 3, 7, 50])
    func sizes(_ limit: Int) throws {
        let index = SampleDirectory.index
        for words in ["", "logopeed", "logopeed Tapa", "kool", "jarelaetamine"] {
            let query = DirectoryQuery(words: words)
            let whole = try index.search(query, visible: nil, on: SampleDirectory.today, limit: 100)
            #expect(whole.cursor == nil)
            #expect(try pages(query, limit: limit) { _ in index } == whole.hits.map(\.entry.id))
        }
    }

    @Test("what stood all the time comes exactly once, whatever is added, changed or removed between pages")
    func changesBetweenPages() throws {
        var random = Seeded(state: 7)
        for round in 0..<40 {
            func entry(_ number: Int) -> DirectoryEntry {
                SampleDirectory.therapist(
                    number, ["0792", "0272", "0060"][number % 3], place: "Koht \(number % 5)",
                    places: number % 4,
                    day: SampleDirectory.today - Int32(number % 16))
            }
            let standing = (0..<60).map(entry)
            var coming = (60..<100).map(entry)
            let query = DirectoryQuery(
                words: ["logopeed", "logopeed Tapa", "kool vaba koht", "loogoped"][round % 4])
            let ids = try pages(query, limit: 5) { _ in
                coming.shuffle(using: &random)
                var others = Array(coming.prefix(Int.random(in: 0...40, using: &random)))
                for place in others.indices where Bool.random(using: &random) {
                    others[place].title = "Logopeed \(Int.random(in: 0...9, using: &random))"
                }
                return DirectoryIndex(
                    entries: (standing + others).shuffled(using: &random),
                    vocabulary: SampleDirectory.vocabulary,
                    neighbours: SampleDirectory.neighbours)
            }
            let expected = try DirectoryIndex(
                entries: standing, vocabulary: SampleDirectory.vocabulary,
                neighbours: SampleDirectory.neighbours
            ).search(query, visible: nil, on: SampleDirectory.today, limit: 1000).hits.map(\.entry.id)
            let seen = ids.filter { id in standing.contains { $0.id == id } }
            #expect(seen == expected)
        }
    }

    @Test("a word taken as a slip on the first page stays one, though its own spelling comes in between")
    func slipStays() throws {
        var entries = (0..<6).map { SampleDirectory.therapist($0, "0792", place: "Assamalla") }
        let before = DirectoryIndex(entries: entries, vocabulary: SampleDirectory.vocabulary)
        entries.append(SampleDirectory.therapist(9, "0792", place: "Asamala"))
        entries.append(SampleDirectory.therapist(10, "0792", place: "Azamala"))
        let after = DirectoryIndex(entries: entries, vocabulary: SampleDirectory.vocabulary)
        let ids = try pages(DirectoryQuery(words: "azamala"), limit: 2) { $0 == 0 ? before : after }
        #expect(Set(ids).isSuperset(of: (0..<6).map(SampleDirectory.id)))
        #expect(Set(ids).count == ids.count)
    }

    @Test("a damaged cursor, one of another question or of another caller is refused with what to do")
    func garbage() throws {
        let index = SampleDirectory.index
        let query = DirectoryQuery(words: "logopeed")
        let page = try index.search(query, visible: ["0792", "0060"], on: SampleDirectory.today, limit: 2)
        let cursor = try #require(page.cursor)
        func ask(_ cursor: [UInt8], _ query: DirectoryQuery, _ visible: Set<String>?) throws -> DirectoryPage
        {
            try index.search(query, visible: visible, on: SampleDirectory.today, after: cursor, limit: 2)
        }
        #expect(try !ask(cursor, query, ["0792", "0060"]).hits.isEmpty)
        for place in cursor.indices {
            var damaged = cursor
            damaged[place] ^= 1
            #expect(throws: DirectoryError.cursorUnreadable) { try ask(damaged, query, ["0792", "0060"]) }
        }
        for count in [0, 1, cursor.count - 1] {
            #expect(throws: DirectoryError.cursorUnreadable) {
                try ask(Array(cursor.prefix(count)), query, ["0792", "0060"])
            }
        }
        #expect(throws: DirectoryError.cursorUnreadable) { try ask(cursor + [0], query, ["0792", "0060"]) }
        #expect(throws: DirectoryError.cursorOfOtherQuery) {
            try ask(cursor, DirectoryQuery(words: "kool"), ["0792", "0060"])
        }
        #expect(throws: DirectoryError.cursorOfOtherQuery) { try ask(cursor, query, nil) }
        var random = Seeded(state: 3)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...70, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(throws: DirectoryError.cursorUnreadable) { try ask(bytes, query, nil) }
        }
    }
}
