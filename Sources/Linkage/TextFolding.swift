/// Brings spellings of one value together before they are compared.
enum TextFolding {
    /// Lower case Latin letters and digits as ASCII: marks are dropped (`õ` is `o`, `š` is `s`), Cyrillic is
    /// transliterated, spaces and punctuation are left out. Letters of other scripts stay as they are.
    static func squeezed(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for part in parts(text) { bytes += part }
        return bytes
    }

    /// The words of a value, each folded; what is not a letter or digit parts them.
    static func parts(_ text: String) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var part: [UInt8] = []
        for scalar in text.unicodeScalars {
            let value = scalar.value
            switch value {
            case 0x30...0x39, 0x61...0x7A: part.append(UInt8(value))
            case 0x41...0x5A: part.append(UInt8(value) | 0x20)
            case 0x27, 0x60, 0x2019, 0x02BC: continue  // apostrophes stand for soft signs
            case 0...0x7F:
                if !part.isEmpty { parts.append(part) }
                part = []
            default: appendFolded(scalar, to: &part)
            }
        }
        if !part.isEmpty { parts.append(part) }
        return parts
    }

    private static func appendFolded(_ scalar: Unicode.Scalar, to part: inout [UInt8]) {
        for lower in scalar.properties.lowercaseMapping.unicodeScalars {
            if 0x300...0x36F ~= lower.value { continue }  // a mark that stands apart from its letter
            if let letters = letters[lower.value] {
                part += Array(letters.utf8)
            } else if lower.isASCII {
                part.append(UInt8(lower.value))
            } else if lower.properties.isAlphabetic {
                part += Array(String(lower).utf8)
            }
        }
    }

    /// How the name sounds, roughly, to Estonian, Russian and English ears: spellings such as Juri, Yuri and
    /// Iurii, or Ševtšenko, Sevtsenko and Shevchenko, come to one.
    static func sound(_ squeezed: [UInt8]) -> [UInt8] {
        var sound: [UInt8] = []
        sound.reserveCapacity(squeezed.count)
        var rest = squeezed[...]
        while let letter = rest.first {
            let rule = soundRules[Int(letter & 0x1F)].first { rest.starts(with: $0.from) }
            let letters = rule?.to ?? [letter]
            for letter in letters where sound.last != letter { sound.append(letter) }
            rest = rest.dropFirst(rule?.from.count ?? 1)
        }
        return sound
    }

    private struct SoundRule {
        let from: [UInt8]
        let to: [UInt8]
    }

    /// By the last five bits of the first letter; longer rules first.
    private static let soundRules: [[SoundRule]] = {
        let rules = [
            ("shch", "sts"), ("tsch", "ts"), ("tch", "ts"), ("tsh", "ts"), ("sch", "s"), ("iia", "ia"),
            ("iya", "ia"), ("ija", "ia"), ("ch", "ts"), ("sh", "s"), ("zh", "s"), ("kh", "h"), ("ph", "f"),
            ("th", "t"), ("ck", "k"), ("ks", "ks"), ("gh", "g"), ("ei", "e"), ("ey", "e"), ("ej", "e"),
            ("ai", "a"), ("ay", "a"), ("aj", "a"), ("ii", "i"), ("iy", "i"), ("yi", "i"), ("ij", "i"),
            ("yu", "iu"), ("ju", "iu"), ("ya", "ia"), ("ja", "ia"), ("yo", "io"), ("jo", "io"), ("ye", "e"),
            ("je", "e"), ("ie", "e"), ("x", "ks"), ("y", "i"), ("j", "i"), ("w", "v"), ("q", "k"),
            ("c", "k"), ("z", "s"),
        ]
        var table = [[SoundRule]](repeating: [], count: 32)
        for (from, to) in rules {
            guard let first = from.utf8.first else { continue }
            table[Int(first & 0x1F)].append(SoundRule(from: Array(from.utf8), to: Array(to.utf8)))
        }
        return table
    }()

    /// Latin letters with marks that Estonia meets, and Cyrillic, each as ASCII.
    private static let letters: [UInt32: String] = {
        let groups: [(String, String)] = [
            ("õöóòôøōő", "o"), ("äáàâãåāăą", "a"), ("üúùûūůű", "u"), ("éèêëēėęě", "e"), ("íìîïīį", "i"),
            ("šśşș", "s"), ("žźż", "z"), ("çćč", "c"), ("ñńņň", "n"), ("ýÿ", "y"), ("łļľ", "l"), ("ģğ", "g"),
            ("ķ", "k"), ("ŗř", "r"), ("đďð", "d"), ("ťț", "t"), ("æ", "ae"), ("œ", "oe"), ("ß", "ss"),
            ("þ", "th"), ("а", "a"), ("б", "b"), ("в", "v"), ("г", "g"), ("ґ", "g"), ("д", "d"), ("еэє", "e"),
            ("ё", "jo"), ("ж", "zh"), ("з", "z"), ("иі", "i"), ("ї", "ji"), ("й", "i"), ("к", "k"),
            ("л", "l"),
            ("м", "m"), ("н", "n"), ("о", "o"), ("п", "p"), ("р", "r"), ("с", "s"), ("т", "t"), ("у", "u"),
            ("ф", "f"), ("х", "h"), ("ц", "ts"), ("ч", "ch"), ("ш", "sh"), ("щ", "shch"), ("ъь", ""),
            ("ы", "y"), ("ю", "ju"), ("я", "ja"),
        ]
        var letters: [UInt32: String] = [:]
        for (group, ascii) in groups {
            for scalar in group.unicodeScalars { letters[scalar.value] = ascii }
        }
        return letters
    }()
}
