/// What the spellings of one sound are made into. Works on Latin letters as `Letters` gives them.
enum Spelling {
    static func isVowel(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"):
            true
        default: false
        }
    }

    /// Several letters for one sound; at each place the first that fits, so longer ones stand first.
    private static let sounds: [(from: [UInt8], to: [UInt8])] = [
        ("schtsch", "s"), ("shch", "s"), ("StS", "s"), ("tsch", "ts"), ("tsh", "ts"), ("tch", "ts"),
        ("sch", "s"),
        ("chr", "kr"), ("sh", "s"), ("zh", "z"), ("kh", "h"), ("ch", "ts"), ("ck", "k"), ("cov", "tsov"),
        ("cev", "tsev"), ("cow", "tsov"), ("cew", "tsev"), ("cz", "ts"), ("tz", "ts"), ("ph", "f"),
        ("th", "t"),
        ("gh", "g"), ("qu", "kv"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("c", "k"), ("q", "k"),
        ("w", "v"),
        ("x", "ks"), ("C", "ts"), ("S", "s"), ("Z", "z"), ("_", ""),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    /// The same, only where a word begins: German "Mich" is Mikhail's, not "Mitš"; щ without its marks.
    private static let beginnings: [(from: [UInt8], to: [UInt8])] = [
        ("mich", "mih"), ("sts", "s"), ("stsh", "s"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    /// Letters that sounds begin with; at all others there is nothing to look up.
    private static let firsts: Set<UInt8> = Set(sounds.compactMap(\.from.first))

    /// Writes each sound in one way.
    static func rewrite(_ word: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(word.count + 2)
        var at = 0
        if let (from, to) = beginnings.first(where: { word.starts(with: $0.from) }) {
            out += to
            at = from.count
        }
        while at < word.count {
            let rest = word[at...]
            // "sc" at the end is "sch" about to be typed.
            if rest.count == 2, rest.elementsEqual("sc".utf8) {
                out.append(UInt8(ascii: "s"))
                break
            }
            if firsts.contains(word[at]), let (from, to) = sounds.first(where: { rest.starts(with: $0.from) })
            {
                out += to
                at += from.count
            } else {
                out.append(word[at])
                at += 1
            }
        }
        return out
    }

    /// Glides (i, j, y, in any number) become one "i", or nothing where Russian "е" is written with one or without
    /// (Jevgeni, Evgeni; Sergejev, Sergeev); doubled letters become one.
    static func smooth(_ word: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(word.count)
        var at = 0
        while at < word.count {
            var letter = word[at]
            var end = at + 1
            if isGlide(letter) {
                while end < word.count, isGlide(word[end]) { end += 1 }
                let beforeE = end < word.count && word[end] == UInt8(ascii: "e")
                let consonantal = word[at..<end].contains { $0 != UInt8(ascii: "i") }
                if beforeE, out.isEmpty || consonantal && isVowel(out[out.count - 1]) {
                    at = end
                    continue
                }
                letter = UInt8(ascii: "i")
            }
            let isLetter = (0x61...0x7a).contains(letter)
            if !isLetter || out.last != letter { out.append(letter) }
            at = end
        }
        return out
    }

    private static func isGlide(_ letter: UInt8) -> Bool {
        letter == UInt8(ascii: "i") || letter == UInt8(ascii: "j") || letter == UInt8(ascii: "y")
    }

    /// Names that people write both by letters and by sound, too far apart for a rule: keys to one key.
    static let oneName: [[UInt8]: String] = Dictionary(
        uniqueKeysWithValues: [
            ("aleksander", "aleksandr"), ("fedor", "fiodor"), ("petr", "piotr"), ("semen", "semion"),
            ("artem", "artiom"), ("alena", "aliona"),
        ].map { (Array($0.0.utf8), $0.1) })
}
