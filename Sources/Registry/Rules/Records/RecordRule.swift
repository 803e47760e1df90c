import ServiceKit

/// Something wrong in a record that was sent in. Holds no value of the record.
struct RecordFault: Sendable, Hashable {
    /// Empty: the whole record. "code", "municipality" and "ended_from" are named like fields.
    var field: String
    /// Machine reason, kebab case.
    var reason: String
    var message: Bilingual
    /// What to do.
    var remedy: Bilingual

    init(_ field: String, _ reason: String, _ message: Bilingual, remedy: Bilingual) {
        self.field = field
        self.reason = reason
        self.message = message
        self.remedy = remedy
    }
}

/// Other records, as they will be once everything that was sent together is stored.
struct RecordContext {
    /// Finds a record; nil when there is none.
    var find: (Record.Key) throws -> Record?

    init(_ find: @escaping (Record.Key) throws -> Record?) { self.find = find }

    func record(_ kind: String, _ code: String) throws -> Record? {
        code.isEmpty ? nil : try find(Record.Key(kind: kind, code: code))
    }
}

/// Something that must hold between a record's fields, or between a record and those that it names. Rules see records
/// whose single fields are right already.
struct RecordRule: Sendable {
    /// Gives what is wrong.
    var check: @Sendable (Record, RecordContext) throws -> [RecordFault]

    init(_ check: @escaping @Sendable (Record, RecordContext) throws -> [RecordFault]) { self.check = check }

    /// The second date is not before the first; either may be absent.
    static func ordered(_ from: String, _ until: String) -> RecordRule {
        RecordRule { record, _ in
            guard let first = record.date(from), let last = record.date(until), last < first else {
                return []
            }
            return [
                RecordFault(
                    until, "dates-reversed",
                    Bilingual(et: "Lõpp on enne algust.", en: "The end is before the beginning."),
                    remedy: Bilingual(
                        et: "Paranda \"\(from)\" või \"\(until)\".",
                        en: "Correct \"\(from)\" or \"\(until)\"."))
            ]
        }
    }

    /// The second number is not below the first; either may be absent.
    static func ascending(_ from: String, _ until: String) -> RecordRule {
        RecordRule { record, _ in
            guard let first = record.integer(from), let last = record.integer(until), last < first else {
                return []
            }
            return [
                RecordFault(
                    from, "range-reversed",
                    Bilingual(
                        et: "Vahemiku algus on suurem kui lõpp.", en: "The range begins above its end."),
                    remedy: Bilingual(
                        et: "Paranda \"\(from)\" või \"\(until)\".",
                        en: "Correct \"\(from)\" or \"\(until)\"."))
            ]
        }
    }

    /// When `field` holds one of `values`, `needed` must have a value.
    static func requires(_ needed: String, when field: String, in values: Set<String>) -> RecordRule {
        RecordRule { record, _ in
            guard record.fields[needed] == nil, values.contains(record.text(field)) else { return [] }
            return [
                RecordFault(
                    needed, "value-missing",
                    Bilingual(
                        et: "Väärtus puudub, aga \"\(field)\" nõuab seda.",
                        en: "The value is missing, and \"\(field)\" asks for it."),
                    remedy: Bilingual(
                        et: "Täida see või muuda välja \"\(field)\".",
                        en: "Fill it in, or change \"\(field)\"."))
            ]
        }
    }

    /// When `field` has a value, `needed` must have one too.
    static func requires(_ needed: String, with field: String) -> RecordRule {
        RecordRule { record, _ in
            guard record.fields[needed] == nil, record.fields[field] != nil else { return [] }
            return [
                RecordFault(
                    needed, "value-missing",
                    Bilingual(
                        et: "Väärtus puudub, aga \"\(field)\" on antud.",
                        en: "The value is missing, while \"\(field)\" is given."),
                    remedy: Bilingual(
                        et: "Täida mõlemad või jäta mõlemad tühjaks.",
                        en: "Fill in both, or leave both empty."))
            ]
        }
    }

    /// When the single reference `member` has a value, it is one of the references in `list`.
    static func isAmong(_ member: String, _ list: String) -> RecordRule {
        RecordRule { record, _ in
            let code = record.text(member)
            guard !code.isEmpty, !record.list(list).contains(code) else { return [] }
            return [
                RecordFault(
                    member, "not-among",
                    Bilingual(
                        et: "Väärtust ei ole loendis \"\(list)\".", en: "The value is not among \"\(list)\"."),
                    remedy: Bilingual(et: "Lisa see loendisse.", en: "Add it to that list."))
            ]
        }
    }
}
