/// Single letters: what each becomes in Latin letters, before the spelling is looked at.
enum Letters {
    enum Reading {
        /// Without its mark, and in Latin letters for the key.
        case letter(plain: [UInt8], latin: [UInt8])
        /// The mark that makes c, s, z another letter, written after it.
        case caron
        /// Leaves no trace: other marks, apostrophes, soft and hard signs in Latin writing.
        case nothing
        /// Parts words.
        case gap
    }

    /// - Parameter word: what the word holds so far, in Latin letters.
    static func read(_ scalar: Unicode.Scalar, after word: [UInt8]) -> Reading {
        let value = scalar.value
        if value < 0x80 {
            let byte = UInt8(truncatingIfNeeded: value)
            switch byte {
            case 0x61...0x7a, 0x30...0x39: return .letter(plain: [byte], latin: [byte])
            case 0x41...0x5a: return .letter(plain: [byte + 0x20], latin: [byte + 0x20])
            case 0x27, 0x60: return .nothing
            default: return .gap
            }
        }
        switch value {
        case 0x30c: return .caron
        // Marks written after their letter, apostrophes, ISO 9's signs, the soft hyphen, what has no width.
        case 0x300...0x36f, 0xb4, 0xad, 0x2019, 0x2018, 0x2b9...0x2bc, 0x200b...0x200d, 0xfeff:
            return .nothing
        default: break
        }
        let lower = scalar.properties.lowercaseMapping
        guard let only = lower.unicodeScalars.first, scalar.properties.isAlphabetic else {
            return scalar.properties.numericType == nil
                ? .gap : .letter(plain: Array(lower.utf8), latin: Array(lower.utf8))
        }
        if let latin = marked[only] {
            let bytes = Array(latin.utf8)
            let plain = bytes.map { $0 < 0x5b ? $0 + 0x20 : $0 }
            return .letter(plain: iso9[only] == nil ? plain : Array(plain.suffix(1)), latin: bytes)
        }
        if let latin = cyrillic(only, after: word) {
            return .letter(plain: Array(lower.utf8), latin: Array(latin.utf8))
        }
        return .letter(plain: Array(lower.utf8), latin: Array(lower.utf8))
    }

    /// Latin letters with a mark. `â` and `û` are я and ю by ISO 9.
    private static let marked: [Unicode.Scalar: String] = {
        var table: [Unicode.Scalar: String] = [
            "š": "S", "ž": "Z", "č": "C", "ŝ": "S", "ß": "ss", "æ": "a", "œ": "o", "þ": "t", "ø": "o",
            "đ": "d",
            "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t", "ș": "s", "ț": "t", "ẑ": "z", "ẅ": "w",
            "ỹ": "y",
        ]
        let plain = [
            "a": "àáãäåāăą", "c": "çćĉċ", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥ", "i": "ìíîïĩīĭį",
            "j": "ĵ", "k": "ķ", "l": "ĺļľŀ", "n": "ñńņň", "o": "òóôõöōŏő", "r": "ŕŗř", "s": "śş", "t": "ţť",
            "u": "ùúüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źż",
        ]
        for (base, letters) in plain {
            for letter in letters.unicodeScalars { table[letter] = base }
        }
        for (letter, latin) in iso9 { table[letter] = latin }
        return table
    }()
    private static let iso9: [Unicode.Scalar: String] = ["â": "ja", "û": "ju"]

    /// A Russian or Ukrainian letter, as the Estonian table writes it where it makes a difference to the key.
    private static func cyrillic(_ letter: Unicode.Scalar, after word: [UInt8]) -> String? {
        if let simple = plainCyrillic[letter] { return simple }
        switch letter {
        // Sounds with "j" when it begins a syllable: first, after a vowel, after a soft or hard sign.
        case "е":
            guard let last = word.last else { return "je" }
            return Spelling.isVowel(last) || last == softSign ? "je" : "e"
        case "ё": return word.last.map { "CSZ".utf8.contains($0) } ?? false ? "o" : "jo"
        case "ь", "ъ": return String(decoding: [softSign], as: UTF8.self)
        default: return nil
        }
    }

    /// Stands for a soft or hard sign until the word is complete; no letter or digit.
    static let softSign = UInt8(ascii: "_")

    private static let plainCyrillic: [Unicode.Scalar: String] = [
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ж": "Z", "з": "z", "и": "i", "і": "i",
        "ї": "ji",
        "й": "j", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u",
        "ф": "f", "х": "h", "ц": "ts", "ч": "C", "ш": "S", "щ": "StS", "ы": "i", "э": "e", "ю": "ju",
        "я": "ja",
        "є": "je",
    ]
}
