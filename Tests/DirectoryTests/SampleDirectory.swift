@testable import Directory

/// A small made-up map to search in.
enum SampleDirectory {
    static let today: Int32 = 20_500

    static let vocabulary = DirectoryVocabulary(
        phrases: [
            .init("logopeed*", [.role("speech-therapist")]),
            .init("speech therapist*", [.role("speech-therapist")]),
            .init("логопед*", [.role("speech-therapist")]), .init("kõne*", [.need("speech")]),
            .init("vene keel*", [.language("ru")]), .init("vene*", [.language("ru")]),
            .init("russian*", [.language("ru")]), .init("русск*", [.language("ru")]),
            .init("vab* koh*", [.freePlace], alsoText: false),
            .init("free place*", [.freePlace], alsoText: false),
            .init("свободн* мест*", [.freePlace], alsoText: false),
            .init("# klas*", []), .init("# grade*", []), .init("# класс*", []),
        ],
        places: [
            ("0661", "Rakvere vald"), ("0663", "Rakvere linn"), ("0792", "Tapa vald"),
            ("0272", "Kadrina vald"),
            ("0928", "Väike-Maarja vald"),
        ],
        ordinals: [("esime", 1), ("first", 1), ("перв", 1), ("teise", 2)],
        ignored: ["for", "a", "with", "near", "speaking", "lähedal", "рядом", "с", "keel", "the"])

    static let neighbours: [String: Set<String>] = ["0792": ["0272", "0661", "0928"], "0661": ["0663"]]

    static func id(_ number: Int) -> [UInt8] {
        Array(repeating: 0, count: 12) + [0, 0, UInt8(number / 256), UInt8(number % 256)]
    }

    static func therapist(
        _ number: Int, _ owner: String, place: String, languages: [String] = ["et", "ru"],
        grades: ClosedRange<Int> = 1...9,
        places: Int = 3, day: Int32? = today - 2, open: ClosedRange<Int32>? = Int32.min...Int32.max,
        isCountyWide: Bool = false
    ) -> DirectoryEntry {
        DirectoryEntry(
            kind: .resource, id: id(number), title: "Logopeed",
            texts: ["Näidis Kool \(place)", "Pöördu kooli poole"],
            owner: owner, isCountyWide: isCountyWide,
            terms: Set(
                [.role("speech-therapist"), .need("speech"), .sort("specialist")]
                    + languages.map { .language($0) }),
            grades: grades, capacity: .init(places: places, day: day), open: open)
    }

    static let entries: [DirectoryEntry] = [
        therapist(1, "0792", place: "Tapa"),
        therapist(2, "0792", place: "Tamsalu", languages: ["et"]),
        therapist(3, "0792", place: "Jäneda", day: today - 40),
        therapist(4, "0792", place: "Lehtse", open: nil),
        therapist(5, "0272", place: "Kadrina"),
        therapist(6, "0663", place: "Rakvere"),
        therapist(7, "0060", place: "Rajaleidja", grades: 0...12, isCountyWide: true),
        therapist(8, "0792", place: "Assamalla", grades: 4...9),
        DirectoryEntry(
            kind: .resource, id: id(9), title: "Õpiabi ja järeleaitamine", texts: ["Näidis Kool Tapa"],
            owner: "0792",
            terms: [.need("learning"), .sort("service"), .language("et")], grades: 1...9,
            capacity: .init(places: 10, day: nil)),
        DirectoryEntry(
            kind: .institution, id: id(10), title: "Näidis Gümnaasium", owner: "0792",
            terms: [.sort("school")]),
        DirectoryEntry(
            kind: .post, id: id(11), title: "Jevgeni Šarapov", texts: ["logopeed", "Näidis Kool"],
            owner: "0792",
            terms: [.role("speech-therapist")]),
    ]

    static let index = DirectoryIndex(entries: entries, vocabulary: vocabulary, neighbours: neighbours)
}

extension DirectoryIndex {
    /// Ids' last bytes of what is found, best first.
    func numbers(_ words: String, anyOf: [[DirectoryTerm]] = [], visible: Set<String>? = nil) throws -> [Int]
    {
        try search(
            DirectoryQuery(words: words, anyOf: anyOf), visible: visible, on: SampleDirectory.today, limit: 50
        ).hits.map { Int($0.entry.id[14]) * 256 + Int($0.entry.id[15]) }
    }
}
