import ServiceKit

/// Refuses free text that still names somebody: findings of interviews, personas and the workshops' list are about a
/// kind of child, never about one. It finds what has a form (a personal code, a telephone number, an address for
/// mail); a name has none, so the guide of an interview round says to leave names out.
enum Deidentification {
    /// What was found, never the value itself.
    enum Trace: String, Sendable, CaseIterable {
        case isikukood = "looks-like-isikukood"
        case phone = "looks-like-phone"
        case email = "looks-like-email"

        /// What is wrong, for people; holds nothing of the text.
        var message: Bilingual {
            switch self {
            case .isikukood:
                Bilingual(
                    et: "Tekstis on isikukoodi moodi number.",
                    en: "The text holds what looks like an isikukood.")
            case .phone:
                Bilingual(
                    et: "Tekstis on telefoninumbri moodi number.",
                    en: "The text holds what looks like a telephone number.")
            case .email:
                Bilingual(
                    et: "Tekstis on e-posti aadressi moodi sõna.",
                    en: "The text holds what looks like an e-mail address.")
            }
        }

        /// What to do about it.
        var remedy: Bilingual {
            Bilingual(
                et: "Võta see välja: teksti loevad ka need, kes lapsega ei tööta.",
                en: "Take it out: this text is read by people who do not work with the child.")
        }
    }

    /// The first thing in the text that may identify somebody; nil: nothing was found.
    static func trace(in text: String) -> Trace? {
        if holdsEmail(text) { return .email }
        for run in digitRuns(text) {
            if isIsikukood(run) { return .isikukood }
            if isPhone(run) { return .phone }
        }
        return nil
    }

    /// Digits that are written together, in groups with one space, hyphen, dot or the like between.
    private struct DigitRun {
        var groups: [[Int]]
        /// A plus stands before it, as before a country's number.
        var international: Bool
        var digits: [Int] { groups.flatMap(\.self) }
    }

    /// Digits of every script count, so that writing them otherwise hides nothing.
    private static func digitRuns(_ text: String) -> [DigitRun] {
        var runs: [DigitRun] = []
        var groups: [[Int]] = []
        var gap = 0
        var international = false
        var lastOther: Character = " "
        for character in text {
            if let digit = character.wholeNumberValue, (0...9).contains(digit) {
                if groups.isEmpty {
                    international = lastOther == "+"
                    groups = [[digit]]
                } else if gap > 0 {
                    groups.append([digit])
                } else {
                    groups[groups.count - 1].append(digit)
                }
                gap = 0
                continue
            }
            lastOther = character
            guard !groups.isEmpty else { continue }
            gap += 1
            if gap > 1 || !isSeparator(character) {
                runs.append(DigitRun(groups: groups, international: international))
                groups = []
                gap = 0
            }
        }
        if !groups.isEmpty { runs.append(DigitRun(groups: groups, international: international)) }
        return runs
    }

    private static func isSeparator(_ character: Character) -> Bool {
        character.isWhitespace || "-–—‑./()".contains(character)
    }

    /// Eleven digits whose first seven can be a century, sex and birthday. The check digit is not asked for: a code
    /// with a slip of the pen still names the child.
    private static func isIsikukood(_ run: DigitRun) -> Bool {
        let digits = run.digits
        guard digits.count == 11, (1...8).contains(digits[0]) else { return false }
        let month = digits[3] * 10 + digits[4]
        let day = digits[5] * 10 + digits[6]
        return (1...12).contains(month) && (1...31).contains(day)
    }

    /// Seven or eight digits as Estonian numbers begin (3, 4, 6, 7 fixed, 5 and 8 mobile), with or without 372 or
    /// 00372 before them; or any number with a plus. Days, years and school years are none.
    private static func isPhone(_ run: DigitRun) -> Bool {
        var digits = run.digits
        if run.international, (7...15).contains(digits.count) { return true }
        if isDayOrYears(run) { return false }
        if digits.starts(with: [0, 0, 3, 7, 2]) {
            digits.removeFirst(5)
        } else if digits.starts(with: [3, 7, 2]), digits.count >= 10 {
            digits.removeFirst(3)
        }
        guard (7...8).contains(digits.count), let first = digits.first else { return false }
        return (3...8).contains(first)
    }

    /// "2025-09-01", "01.09.2025", "1.09.2025", "2025/2026" and the like.
    private static func isDayOrYears(_ run: DigitRun) -> Bool {
        let lengths = run.groups.map(\.count)
        let numbers = run.groups.map { $0.reduce(0) { $0 &* 10 &+ $1 } }
        let years = 1900...2199
        switch lengths {
        case [4, 4]: return numbers.allSatisfy(years.contains)
        case [4, 2, 2], [4, 1, 2], [4, 2, 1]: return years.contains(numbers[0])
        case [2, 2, 4], [1, 2, 4], [2, 1, 4]: return years.contains(numbers[2])
        default: return false
        }
    }

    /// A word with an at sign (also the wide one, "(at)" and "[at]") that has a dot behind it.
    private static func holdsEmail(_ text: String) -> Bool {
        var plain = ""
        for character in text.lowercased() {
            if character == "＠" { plain.append("@") } else { plain.append(character) }
        }
        for spelled in ["(at)", "[at]", "{at}"] {
            plain = joined(plain, around: spelled)
        }
        return plain.split(whereSeparator: { $0.isWhitespace || ",;<>()[]\"".contains($0) }).contains {
            word in
            let parts = word.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, let domain = parts.last,
                parts[0].contains(where: \.isLetter) || parts[0].contains(where: \.isNumber)
            else { return false }
            let labels = domain.split(separator: ".")
            return labels.count >= 2
                && labels.allSatisfy { $0.contains(where: \.isLetter) || $0.contains(where: \.isNumber) }
        }
    }

    /// The text with an at sign in place of a spelled one, without the space around it.
    private static func joined(_ text: String, around spelled: String) -> String {
        var rest = text[...]
        var result = ""
        while let found = firstRange(of: spelled, in: rest) {
            var before = rest[..<found.lowerBound]
            while before.last?.isWhitespace == true { before.removeLast() }
            result += before + "@"
            rest = rest[found.upperBound...].drop(while: \.isWhitespace)
        }
        return result + rest
    }

    private static func firstRange(of word: String, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(word) {
                return start..<text.index(start, offsetBy: word.count)
            }
            start = text.index(after: start)
        }
        return nil
    }
}
