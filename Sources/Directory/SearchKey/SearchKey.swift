/// What two spellings of a name or a word have in common: text is indexed by its key and asked for by the key of what
/// was typed, so that both meet.
///
/// People type Estonian letters or leave the marks away, and one Russian name reaches Estonia in many spellings: the
/// Estonian table (Jevgeni Šarapov), the passport's (Evgenii Sharapov), ISO 9 (Evgenij Šarapov), GOST 7.79, English,
/// German, or in Cyrillic. The key gives up what these differ in: marks, doubled letters, and how a soft sign, a glide
/// or a hushing sound is written. It never decides that two people are the same; it only finds them.
public enum SearchKey {
    /// The key of a text: its words' keys, in their order, with one space between. Hyphens and all other signs part
    /// words; apostrophes do not. Empty when the text holds no letter or digit. The key of a key is that key.
    public static func fold(_ text: String) -> String { words(text).joined(separator: " ") }

    /// The keys of a text's words, in their order.
    public static func words(_ text: String) -> [String] {
        spelledWords(text).map(key)
    }

    /// The text in lower case, without marks, one space between its words; the spelling stays as it is. Tells an
    /// exact hit from one that only sounds alike.
    public static func plain(_ text: String) -> String { plainWords(text).joined(separator: " ") }

    /// The words of `plain`.
    public static func plainWords(_ text: String) -> [String] {
        spelledWords(text).map { word in
            String(decoding: word.plain, as: UTF8.self)
        }
    }

    /// Whether each of the query's words begins a word of the name, no word of the name being used twice: "mari ka"
    /// finds Kask-Tamm, Mari. Both are what `words` gives. An empty query matches everything.
    public static func matches(_ query: [String], _ name: [String]) -> Bool {
        guard query.count <= name.count else { return false }
        // Longest first: the pickiest word takes its place before another that would also fit elsewhere.
        var free = name
        for word in query.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            let fits = free.indices.filter { free[$0].hasPrefix(word) }
            guard let place = fits.min(by: { free[$0].utf8.count < free[$1].utf8.count }) else {
                return false
            }
            free.remove(at: place)
        }
        return true
    }

    /// One word as it stands in a text, in two ways of writing it down.
    struct SpelledWord {
        /// Lower case without marks.
        var plain: [UInt8] = []
        /// In Latin letters; capitals stand for letters whose mark matters (`C` č, `S` š, `Z` ž).
        var latin: [UInt8] = []

        /// Nothing to search by: no letter, or a soft or hard sign alone.
        var isEmpty: Bool { !latin.contains { $0 != Letters.softSign } }
    }

    /// Parts a text into its words.
    static func spelledWords(_ text: String) -> [SpelledWord] {
        var words: [SpelledWord] = []
        var word = SpelledWord()
        for scalar in text.unicodeScalars {
            switch Letters.read(scalar, after: word.latin) {
            case .letter(let plain, let latin):
                word.plain += plain
                word.latin += latin
            case .caron:
                word.setCaron()
            case .nothing:
                continue
            case .gap:
                if !word.isEmpty { words.append(word) }
                word = SpelledWord()
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// The key of one word.
    static func key(_ word: SpelledWord) -> String {
        var letters = word.latin
        // A rewriting may make another possible ("skh", "sh", "s"): until nothing changes, so that the key of a key
        // is itself. Each round shortens the word or rids it of a letter that no rule brings back.
        while true {
            let next = Spelling.smooth(Spelling.rewrite(letters))
            if next == letters { break }
            letters = next
        }
        return Spelling.oneName[letters] ?? String(decoding: letters, as: UTF8.self)
    }
}

extension SearchKey.SpelledWord {
    /// The caron as a sign of its own, as some systems send text (Unicode's decomposed form).
    fileprivate mutating func setCaron() {
        guard let last = latin.last else { return }
        switch last {
        case 0x63, 0x73, 0x7a: latin[latin.count - 1] = last - 0x20
        default: return
        }
    }
}
