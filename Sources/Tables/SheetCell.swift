/// One field of a sheet, with the habits of spreadsheet programs undone as far as that is certain. What is not
/// certain is a fault: nothing is guessed.
struct SheetCell {
    /// The value in the column's form; empty when there is none.
    var text: String
    /// What was put right, to be told; nil when nothing was.
    var note: SheetProblem?

    init(_ raw: String, _ kind: SheetFormat.Kind) throws(SheetProblem) {
        var text = try Self.plain(raw, lines: kind == .longText || kind == .list)
        note = nil
        if let unwrapped = try Self.unwrapped(text) { text = unwrapped }
        self.text = text
        guard !text.isEmpty else { return }
        if Self.isError(text) { throw .spreadsheetError }
        if text.utf8.allSatisfy({ $0 == 0x23 }), text.utf8.count >= 3 { throw .columnTooNarrow }
        switch kind {
        case .text, .longText: break
        case .code: if Self.isScientific(text) { throw .digitsLost }
        case .list: self.text = Self.items(text).joined(separator: "|")
        default:
            if ["-", "–", "—"].contains(text) {
                self.text = ""
                note = .dashForNothing
            } else {
                try read(kind)
            }
        }
    }

    private mutating func read(_ kind: SheetFormat.Kind) throws(SheetProblem) {
        switch kind {
        case .integer: text = try SheetNumber.integer(text)
        case .decimal: text = try SheetNumber.decimal(text)
        case .date:
            let day = try SheetDate.read(text)
            text = day.text
            if day.isSerial { note = .serialDay }
        case .boolean: text = try Self.boolean(text)
        case .isikukood: text = try Self.isikukood(text)
        case .municipality: try readMunicipality()
        default: break
        }
    }

    /// Without marks that nobody sees, with usual spaces, with letters in one piece.
    private static func plain(_ raw: String, lines: Bool) throws(SheetProblem) -> String {
        // Most fields are plain already.
        if raw.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) { return raw }
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in Letters.composed(raw) {
            var next = scalar
            switch scalar.value {
            case 0x200B...0x200D, 0x2060, 0xFEFF, 0xAD, 0x200E, 0x200F: continue
            case 0xFFFD: throw .lettersLost
            case 0x0A where lines: while result.last == " " { result.removeLast() }
            case 0x0D where lines: continue
            case 0xA0, 0x202F, 0x2007, 0x2009, 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029: next = " "
            default: break
            }
            if Letters.isDoubleEncoded(previous, scalar) { throw .doubleEncoded }
            previous = scalar
            // Spaces at the beginning, and more than one, say nothing.
            if next == " " || next == "\n", result.last.map({ $0 == " " || $0 == "\n" }) ?? true {
                if next == " " || result.isEmpty { continue }
            }
            result.append(next)
        }
        while let last = result.last, last == " " || last == "\n" { result.removeLast() }
        return String(result)
    }

    /// What stands in `="0012"` and `'0012`; nil when the field is written otherwise.
    private static func unwrapped(_ text: String) throws(SheetProblem) -> String? {
        let bytes = Array(text.utf8)
        if bytes.first == 0x3D {
            guard bytes.count >= 3, bytes[1] == TableReader.quote, bytes.last == TableReader.quote else {
                throw .formula
            }
            let inner = bytes[2..<(bytes.count - 1)]
            guard bytes.count > 2, !inner.contains(TableReader.quote) else { throw .formula }
            return String(decoding: inner, as: UTF8.self)
        }
        // What a person types before digits, and what this project writes before what looks like a formula.
        guard bytes.count > 1, bytes[0] == 0x27 || text.hasPrefix("\u{2019}") else { return nil }
        let rest = text.dropFirst()
        guard let first = rest.utf8.first, 0x30...0x39 ~= first || [0x3D, 0x2B, 0x2D, 0x40].contains(first)
        else { return nil }
        return String(rest)
    }

    /// `#N/A`, `#REF!`, `#NIMI?`: no text of a person begins so and ends so.
    private static func isError(_ text: String) -> Bool {
        guard text.first == "#", text.utf8.count <= 24 else { return false }
        let rest = text.dropFirst()
        if ["N/A", "PUUDUB", "SPILL!", "CALC!"].contains(rest.uppercased()) { return true }
        guard let last = rest.last, last == "!" || last == "?", rest.count >= 3 else { return false }
        return rest.dropLast().allSatisfy { $0.isUppercase || $0 == "/" || $0 == "0" }
    }

    /// `5,15E+10`: a number of which a program kept the first digits only.
    static func isScientific(_ text: String) -> Bool {
        let parts = text.uppercased().split(separator: "E", omittingEmptySubsequences: false)
        guard parts.count == 2, let sign = parts[1].first, sign == "+" else { return false }
        let exponent = parts[1].dropFirst()
        return !exponent.isEmpty && exponent.utf8.allSatisfy { 0x30...0x39 ~= $0 }
            && parts[0].utf8.first.map { 0x30...0x39 ~= $0 } == true
            && parts[0].utf8.allSatisfy { 0x30...0x39 ~= $0 || $0 == 0x2C || $0 == 0x2E }
    }

    private static func items(_ text: String) -> [String] {
        text.split { $0 == "|" || $0 == ";" || $0 == "\n" }
            .map { $0.drop { $0 == " " } }
            .map { String($0.reversed().drop { $0 == " " }.reversed()) }
            .filter { !$0.isEmpty }
    }

    private static func boolean(_ text: String) throws(SheetProblem) -> String {
        switch text.lowercased() {
        case "jah", "yes", "true", "tõene", "1", "x", "j", "y", "on": return "yes"
        case "ei", "no", "false", "väär", "0", "e", "n": return "no"
        default: throw .notYesOrNo
        }
    }

    private static func isikukood(_ text: String) throws(SheetProblem) -> String {
        if isScientific(text) { throw .digitsLost }
        var digits = text.filter { $0 != " " }
        for end in [",0", ".0", ",00", ".00"] where digits.hasSuffix(end) {
            digits = String(digits.dropLast(end.count))
            break
        }
        guard digits.utf8.count == 11, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
            throw .notElevenDigits
        }
        return digits
    }

    private mutating func readMunicipality() throws(SheetProblem) {
        if Self.isScientific(text) { throw .digitsLost }
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
            throw .notEHAK
        }
        // Codes of municipalities are from 0100 up, the county's is 0060: two digits are no code.
        guard text.utf8.count >= 3 || text == "60" else { throw .notEHAK }
        if text.utf8.count < 4 {
            text = String(repeating: "0", count: 4 - text.utf8.count) + text
            note = .zeroRestored
        }
    }
}

/// Letters that were taken apart or written twice over.
enum Letters {
    /// The text with its diacritics joined to their letters, as Macs take them apart.
    static func composed(_ text: String) -> String.UnicodeScalarView {
        guard text.unicodeScalars.contains(where: { 0x0300...0x036F ~= $0.value }) else {
            return text.unicodeScalars
        }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let base = result.last, let whole = pairs[scalar]?[base] {
                result.removeLast()
                result.append(whole)
            } else {
                result.append(scalar)
            }
        }
        return result
    }

    /// Whether two characters are one letter of UTF-8 that was read as Windows-1252 or Windows-1257 and written
    /// as UTF-8 again: "Ãµ" for "õ".
    static func isDoubleEncoded(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        switch first {
        case "Ã": ["µ", "¤", "¶", "¼", "„", "–", "œ", "•", "Ÿ"].contains(second) || isControl(second)
        case "Ć": ["µ", "¤", "¶", "¼", "„", "–", "•"].contains(second)
        case "Å": ["¡", "¾", "½"].contains(second) || isControl(second)
        default: false
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { 0x80...0x9F ~= scalar.value }

    private static let pairs: [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]] = [
        "\u{0303}": ["o": "õ", "O": "Õ"],
        "\u{0308}": ["a": "ä", "A": "Ä", "o": "ö", "O": "Ö", "u": "ü", "U": "Ü", "е": "ё", "Е": "Ё"],
        "\u{030C}": ["s": "š", "S": "Š", "z": "ž", "Z": "Ž", "c": "č", "C": "Č"],
        "\u{0306}": ["и": "й", "И": "Й"],
        "\u{0301}": ["e": "é", "E": "É"],
    ]
}
