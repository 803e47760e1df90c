import ServiceKit

/// Rules that the kinds of the county's model share.
extension RecordRule {
    /// None of these texts holds what looks like a personal code, a telephone number or an e-mail address.
    static func anonymous(_ fields: String...) -> RecordRule {
        RecordRule { record, _ in
            fields.compactMap { field in
                let texts = [record.text(field)] + record.list(field)
                guard let trace = texts.lazy.compactMap(Deidentification.trace).first else { return nil }
                return RecordFault(field, trace.rawValue, trace.message, remedy: trace.remedy)
            }
        }
    }

    /// At least one of the fields has a value.
    static func oneOf(_ fields: String...) -> RecordRule {
        RecordRule { record, _ in
            guard fields.allSatisfy({ record.fields[$0] == nil }) else { return [] }
            let all = fields.joined(separator: "\", \"")
            return [
                RecordFault(
                    fields.first ?? "", "value-missing",
                    Bilingual(et: "Täitmata on \"\(all)\".", en: "None of \"\(all)\" has a value."),
                    remedy: Bilingual(et: "Täida vähemalt üks neist.", en: "Fill in at least one of them."))
            ]
        }
    }

    /// No value stands in both lists.
    static func apart(_ first: String, _ second: String) -> RecordRule {
        RecordRule { record, _ in
            guard !Set(record.list(first)).isDisjoint(with: record.list(second)) else { return [] }
            return [
                RecordFault(
                    second, "in-both-lists",
                    Bilingual(
                        et: "Sama väärtus on ka loendis \"\(first)\".",
                        en: "The same value is in \"\(first)\" too."),
                    remedy: Bilingual(et: "Jäta see ühte loendisse.", en: "Keep it in one of the lists."))
            ]
        }
    }

    /// The record's code is that of the record it belongs to, a dot, and this field: so each place is taken once.
    static func codeIs(_ parent: String, dot field: String) -> RecordRule {
        RecordRule { record, _ in
            let last = record.integer(field).map(String.init) ?? record.text(field)
            guard record.code != "\(record.text(parent)).\(last)" else { return [] }
            return [
                RecordFault(
                    "code", "code-not-of-place",
                    Bilingual(
                        et: "Kood ei koosne väljadest \"\(parent)\" ja \"\(field)\".",
                        en: "The code is not made of \"\(parent)\" and \"\(field)\"."),
                    remedy: Bilingual(
                        et: "Kirjuta kood nii: \(parent) väärtus, punkt, \(field) väärtus.",
                        en: "Write the code as the value of \(parent), a dot, the value of \(field)."))
            ]
        }
    }

    /// Places are counted 1, 2, 3: the one before exists too.
    static func counted(_ parent: String, _ order: String) -> RecordRule {
        RecordRule { record, context in
            guard let place = record.integer(order), place > 1,
                try context.record(record.kind, "\(record.text(parent)).\(place - 1)") == nil
            else { return [] }
            return [
                RecordFault(
                    order, "not-in-order",
                    Bilingual(et: "Eelmine järjekorranumber puudub.", en: "The number before it is missing."),
                    remedy: Bilingual(
                        et: "Nummerda 1, 2, 3 ilma vahedeta.", en: "Number them 1, 2, 3 without gaps."))
            ]
        }
    }

    /// The field is a number with at most two decimals, with a dot or a comma.
    static func decimal(_ field: String, allowing words: Set<String> = []) -> RecordRule {
        RecordRule { record, _ in
            let text = record.text(field)
            guard !text.isEmpty, !words.contains(text), Decimal2(text) == nil else { return [] }
            return [
                RecordFault(
                    field, "not-a-number",
                    Bilingual(et: "See ei ole arv.", en: "This is no number."),
                    remedy: Bilingual(
                        et: "Kirjuta näiteks 12 või 3,5.", en: "Write it as 12 or 3.5, two decimals at most.")
                )
            ]
        }
    }
}

/// A number with at most two decimals, exactly.
struct Decimal2: Sendable, Hashable {
    var hundredths: Int

    var isWhole: Bool { hundredths % 100 == 0 }

    /// Nil when the text is no such number; a dot or a comma parts the decimals.
    init?(_ text: String) {
        let parts = text.split(
            separator: text.contains(",") ? "," : ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...9).contains(parts[0].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let whole = Int(parts[0])
        else { return nil }
        var decimals = 0
        if parts.count == 2 {
            guard (1...2).contains(parts[1].utf8.count), let value = Int(parts[1]) else { return nil }
            decimals = parts[1].utf8.count == 1 ? value * 10 : value
        }
        hundredths = whole * 100 + decimals
    }
}
