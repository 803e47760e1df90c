import ServiceKit

/// Values as the cells of a table hold them. What ``text(_:)`` writes, ``value(_:)`` reads back as the same value.
extension RecordField {
    /// The cell's text: dates in ISO form, lists with "|" between (a text in a list may therefore not hold one),
    /// booleans as "yes" and "no".
    func text(_ value: RecordValue?) -> String {
        switch value {
        case nil: ""
        case .text(let text): text
        case .integer(let number): String(number)
        case .boolean(let holds): holds ? "yes" : "no"
        case .list(let items): items.joined(separator: "|")
        }
    }

    /// Reads a cell: nil when it is empty. Dates may be written as 1.9.2026, codes of a list with commas, semicolons or
    /// spaces between. What cannot be read is a fault.
    func value(_ cell: String) throws(RecordFault) -> RecordValue? {
        let text = cell.trimmed
        if text.isEmpty { return nil }
        switch type {
        case .text, .code, .reference: return .text(text)
        case .longText: return .text(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
        case .date:
            guard let day = LocalDate(text) ?? LocalDate(estonian: text) else {
                throw cellFault("date-not-iso")
            }
            return .text(day.description)
        case .integer:
            guard let number = Int(text) else { throw cellFault("not-a-number") }
            return .integer(number)
        case .boolean:
            switch text.lowercased() {
            case "yes", "jah", "true", "1", "x": return .boolean(true)
            case "no", "ei", "false", "0": return .boolean(false)
            default: throw cellFault("not-yes-or-no")
            }
        case .texts:
            return .list(text.split { "|;\n".contains($0) }.map { String($0).trimmed }.filter { !$0.isEmpty })
        case .codes, .references, .languages:
            return .list(
                text.split { "|,;".contains($0) || $0.isWhitespace }.map(String.init))
        }
    }

    private func cellFault(_ reason: String) -> RecordFault {
        switch reason {
        case "not-a-number":
            RecordFault(
                name, reason, Bilingual(et: "See ei ole täisarv.", en: "This is no whole number."),
                remedy: Bilingual(et: "Kirjuta ainult numbrid.", en: "Write digits only."))
        case "not-yes-or-no":
            RecordFault(
                name, reason, Bilingual(et: "Vastus ei ole jah ega ei.", en: "This is neither yes nor no."),
                remedy: Bilingual(et: "Kirjuta \"jah\" või \"ei\".", en: "Write \"yes\" or \"no\"."))
        default:
            RecordFault(
                name, reason,
                Bilingual(
                    et: "Kuupäev on vigane või sellist päeva ei ole.",
                    en: "The date is malformed or does not exist."),
                remedy: Bilingual(et: "Kirjuta nii: 2026-09-01.", en: "Write it as 2026-09-01."))
        }
    }
}

extension RecordField {
    /// The value as it is stored: without white space around texts, with single spaces, as a table's cell gives it.
    func canonical(_ value: RecordValue) -> RecordValue {
        switch (type, value) {
        case (.longText, .text(let text)):
            .text(
                text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).singleSpaced }
                    .joined(separator: "\n").trimmed)
        case (_, .text(let text)): .text(text.singleSpaced)
        case (_, .list(let items)): .list(items.map(\.singleSpaced))
        default: value
        }
    }
}

extension RecordKind {
    /// The record with its texts as they are stored.
    func canonical(_ record: Record) -> Record {
        var result = record
        for (name, value) in record.fields {
            result.fields[name] = (field(name)?.canonical(value) ?? value).orAbsent
        }
        return result
    }
}

extension RecordFault: Error {}

extension LocalDate {
    /// Reads "1.9.2026" and "01.09.2026"; nil for anything else.
    init?(estonian text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count <= 2, parts[1].utf8.count <= 2, parts[2].utf8.count == 4,
            let day = Int(parts[0]), let month = Int(parts[1]), let year = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

extension String {
    /// One space wherever there are several, or one that does not break; none at the ends.
    fileprivate var singleSpaced: String {
        split { [" ", "\u{a0}", "\u{202f}", "\u{2007}", "\u{2009}"].contains($0) }.joined(separator: " ")
    }

    /// Without white space around it.
    var trimmed: String {
        let end = lastIndex { !$0.isWhitespace }
        guard let end, let start = firstIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[start...end])
    }
}
