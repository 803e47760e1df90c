@testable import Directory
import Testing

@Suite struct DirectorySearchTests {
    let index = SampleDirectory.index

    @Test(
        "the same question in Estonian, English and Russian finds the same, nearest and freshest first",
        arguments: [
            "logopeed vene 1. klass Tapa vaba koht", "LOGOPEEDI venekeelne esimene klass Tapal vabad kohad",
            "speech therapist for a Russian-speaking first-grade near Tapa with a free place",
            "логопед русский 1 класс Тапа свободное место", "logopeed, vene keel, 1a klass, 0792, vaba koht",
        ])
    func oneQuestion(_ words: String) throws {
        // 6 is in a town that is no neighbour, 2 speaks no Russian, 4 is vacant, 8 begins with grade 4.
        #expect(try index.numbers(words) == [1, 5, 3, 7])
    }

    @Test("filters mean the same as the words")
    func filters() throws {
        let found = try index.numbers(
            "",
            anyOf: [
                [.role("speech-therapist")], [.language("ru")], [.grade(1)], [.near("0792")], [.freePlace],
            ])
        #expect(found == [1, 5, 3, 7])
        #expect(try index.numbers("", anyOf: [[.kind(.institution)]]) == [10])
        #expect(try index.numbers("", anyOf: [[.sort("service"), .sort("school")]]).sorted() == [9, 10])
        #expect(
            try index.numbers("", anyOf: [DirectoryQuery.grades(ofAge: 6), [.role("speech-therapist")]]) == [
                7
            ])
        #expect(DirectoryQuery.grades(ofAge: 8) == [.grade(1), .grade(2)])
        #expect(DirectoryQuery.grades(ofAge: 19) == [.grade(12)])
        #expect(DirectoryQuery.grades(ofAge: 40) == [])
    }

    @Test("points are the sum of the reasons, and each says what it answers")
    func reasons() throws {
        let page = try index.search(
            DirectoryQuery(words: "logopeed Tapa vaba koht"), visible: nil, on: SampleDirectory.today,
            limit: 50)
        for hit in page.hits { #expect(hit.score == hit.reasons.reduce(0) { $0 + $1.points }) }
        let first = try #require(page.hits.first)
        #expect(
            first.reasons.map(\.why) == [
                .term(.role("speech-therapist")), .word(inTitle: true, match: .exact), .near("0792", .same),
                .freePlace(places: 3, ageDays: 2, isOld: false),
            ])
        #expect(first.reasons.map(\.typed) == ["logopeed", "logopeed", "tapa", "vaba koht"])
        let old = try #require(page.hits.first { $0.entry.id == SampleDirectory.id(3) })
        #expect(old.reasons.contains { $0.why == .freePlace(places: 3, ageDays: 40, isOld: true) })
        #expect(page.clauses.map(\.typed) == ["logopeed", "tapa", "vaba koht"])
    }

    @Test("a figure is old after 14 days, undated ones at once; the filter takes fresh ones only")
    func capacity() throws {
        #expect(!DirectoryEntry.Capacity(places: 1, day: 86).isOld(on: 100))
        #expect(DirectoryEntry.Capacity(places: 1, day: 85).isOld(on: 100))
        #expect(DirectoryEntry.Capacity(places: 1, day: nil).isOld(on: 100))
        #expect(DirectoryEntry.Capacity(places: 1, day: .min).isOld(on: .max))
        let fresh = try index.search(
            DirectoryQuery(anyOf: [[.freePlace]], municipalities: ["0792"], capacityNotOlderThanDays: 14),
            visible: nil,
            on: SampleDirectory.today, limit: 50)
        #expect(Set(fresh.hits.map { $0.entry.id[15] }) == [1, 2, 8])
    }

    @Test("a post that begins tomorrow takes nobody today")
    func openDays() throws {
        let today = SampleDirectory.today
        let coming = SampleDirectory.therapist(1, "0792", place: "Tapa", open: (today + 1)...Int32.max)
        let index = DirectoryIndex(entries: [coming], vocabulary: SampleDirectory.vocabulary)
        #expect(try index.numbers("logopeed vaba koht") == [])
        let tomorrow = try index.search(
            DirectoryQuery(words: "logopeed vaba koht"), visible: nil, on: today + 1, limit: 5)
        #expect(tomorrow.total == 1)
    }

    @Test("names are found by their beginnings and in other spellings; what is spelled so stands first")
    func names() throws {
        #expect(try index.numbers("sharap") == [11])
        #expect(try index.numbers("Евгений Шарапов") == [11])
        #expect(try index.numbers("opiabi") == [9])
        #expect(try index.numbers("gümn näi") == [10])
        let logopeed = try index.numbers("logopeed jevg")
        #expect(logopeed == [11])
    }

    @Test("small slips are forgiven where nothing else matches, and told")
    func slips() throws {
        let page = try index.search(
            DirectoryQuery(words: "opiaby Tapa"), visible: nil, on: SampleDirectory.today, limit: 5)
        #expect(page.hits.map(\.entry.id) == [SampleDirectory.id(9)])
        let slip = try index.search(
            DirectoryQuery(words: "jarelaetamine"), visible: nil, on: SampleDirectory.today, limit: 5)
        #expect(slip.hits.map(\.entry.id) == [SampleDirectory.id(9)])
        #expect(slip.corrections.map(\.typed) == ["jarelaetamine"])
        #expect(slip.corrections.flatMap(\.taken) == ["jareleaitamine"])
        #expect(slip.hits.first?.reasons.map(\.why) == [.word(inTitle: true, match: .slip)])
        // "kool" matches as typed, so nothing like it is looked for; three letters are too few to guess.
        #expect(try index.numbers("kol").isEmpty == false)
        #expect(try index.numbers("xyz") == [])
    }

    @Test(
        "slips are measured like a spelling checker does",
        arguments: [
            ("logopaed", "logoped", 1), ("logpoed", "logoped", 1), ("logoped", "logopedi", 0),
            ("lgoped", "logoped", 1),
            ("loogoped", "logoped", 1), ("abcd", "wxyz", nil), ("logopaad", "logoped", 2), ("abc", "", nil),
        ])
    func distance(_ typed: String, _ word: String, _ slips: Int?) {
        var typos = Typos(typed)
        #expect(typos.distance(word, letters: Typos.letters(word), most: 2) == slips)
    }

    @Test("nobody finds what is not theirs to see, not even by a slip or in a count")
    func visibility() throws {
        #expect(try index.numbers("logopeed", visible: ["0272", "0060"]).sorted() == [5, 7])
        let page = try index.search(
            DirectoryQuery(words: "sharapof"), visible: ["0272", "0060"], on: SampleDirectory.today, limit: 5)
        #expect(page.total == 0)
        #expect(page.corrections.isEmpty)
    }

    @Test("where a town and a parish share a name both are meant, unless it is said which")
    func sharedName() throws {
        #expect(try index.numbers("logopeed rakvere linnas").first == 6)
        #expect(try index.numbers("logopeed Rakveres").first == 6)
        #expect(
            try index.numbers("вяйке-маарья логопед").sorted()
                == index.numbers("väike-maarja logopeed").sorted())
    }

    @Test("when nothing is found it is said what stands in the way")
    func without() throws {
        let page = try index.search(
            DirectoryQuery(words: "logopeed 1. klass vaba koht Tapa", anyOf: [[.language("uk")]]),
            visible: nil,
            on: SampleDirectory.today, limit: 5)
        #expect(page.total == 0)
        #expect(page.without.map(\.clause.terms) == [[.language("uk")]])
        #expect(page.without.map(\.hits) == [5])
    }

    @Test("an essay is refused, an empty question lists all, ignored words alone are looked for")
    func edges() throws {
        #expect(throws: DirectoryError.queryTooLong) {
            try index.numbers(String(repeating: "a ", count: 30))
        }
        #expect(throws: DirectoryError.queryTooLong) { try index.numbers(String(repeating: "a", count: 401)) }
        #expect(try index.numbers("").count == SampleDirectory.entries.count)
        #expect(try index.numbers("the") == [])
        #expect(
            try DirectoryIndex(entries: [], vocabulary: SampleDirectory.vocabulary).numbers("logopeed") == [])
    }
}
