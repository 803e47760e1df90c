import ServiceKit

/// Looks through a record by its kind's description and names every fault.
struct RecordCheck {
    let record: Record
    let kind: RecordKind
    let context: RecordContext
    private var faults: [RecordFault] = []

    /// All that is wrong with the record; empty: it may be stored. Its owner must be settled (``owner(of:kind:context:)``).
    static func faults(in record: Record, of kind: RecordKind, context: RecordContext) throws -> [RecordFault]
    {
        var check = RecordCheck(record: record, kind: kind, context: context)
        try check.checkIdentity()
        for field in kind.fields { try check.check(field) }
        check.checkUnknownFields()
        if check.faults.isEmpty {
            for rule in kind.rules {
                for fault in try rule.check(record, context) where !check.faults.contains(fault) {
                    check.faults.append(fault)
                }
            }
        }
        return check.faults
    }

    /// Whose the record is by its kind's rule; what the record itself says counts only where the rule asks it.
    static func owner(of record: Record, kind: RecordKind, context: RecordContext) throws -> String {
        switch kind.owner {
        case .given: return record.owner
        case .ownCode: return record.code
        case .county: return RegistryCodes.county
        case .following(let name):
            guard let other = kind.field(name)?.referencedKind else { return record.owner }
            return try context.record(other, record.text(name))?.owner ?? record.owner
        }
    }

    private init(record: Record, kind: RecordKind, context: RecordContext) {
        self.record = record
        self.kind = kind
        self.context = context
    }

    private mutating func add(
        _ field: String, _ reason: String, et: (String, String), en: (String, String)
    ) {
        faults.append(
            RecordFault(
                field, reason, Bilingual(et: et.0, en: en.0), remedy: Bilingual(et: et.1, en: en.1)))
    }

    private mutating func checkIdentity() throws {
        if !RegistryCodes.isName(record.code) {
            add(
                "code", "code-malformed",
                et: (
                    "Kood puudub või sisaldab muid märke.",
                    "Kasuta 1–100 väiketähte, numbrit, punkti või sidekriipsu."
                ),
                en: (
                    "The code is empty or has other characters.",
                    "Use 1 to 100 lower case letters, digits, dots and hyphens."
                ))
        }
        let known =
            try RegistryCodes.isEHAK(record.owner)
            && (kind.owner == .ownCode || context.record("municipality", record.owner) != nil)
        if !known {
            add(
                "municipality", "municipality-unknown",
                et: ("Sellist omavalitsust ei ole.", "Kasuta EHAK koodi, näiteks 0928; maakond on 0060."),
                en: ("There is no such municipality.", "Use the EHAK code, such as 0928; the county is 0060.")
            )
        }
        if !record.endedFrom.isEmpty, LocalDate(record.endedFrom) == nil { addDate("ended_from") }
    }

    private mutating func checkUnknownFields() {
        let known = Set(kind.fields.map(\.name))
        for name in record.fields.keys.sorted() where !known.contains(name) {
            // The name itself is the sender's; it is told only when it is a possible name.
            let isName = name.utf8.count <= 60 && RegistryCodes.isName(name.replacing("_", with: "-"))
            add(
                isName ? name : "", "field-unknown",
                et: (
                    "Sellel liigil ei ole sellist välja.", "Vaata välju käsuga: tugi-gateway registry kinds."
                ),
                en: ("This kind has no such field.", "See the fields with: tugi-gateway registry kinds."))
        }
    }

    private mutating func addDate(_ field: String) {
        add(
            field, "date-not-iso",
            et: ("Kuupäev on vigane või sellist päeva ei ole.", "Kirjuta nii: 2026-09-01."),
            en: ("The date is malformed or does not exist.", "Write it as 2026-09-01."))
    }
}

// MARK: one field

extension RecordCheck {
    private mutating func check(_ field: RecordField) throws {
        guard let value = record.fields[field.name] else {
            if field.isRequired {
                add(
                    field.name, "value-missing", et: ("Väärtus puudub.", "Täida see."),
                    en: ("The value is missing.", "Fill it in."))
            }
            return
        }
        switch (field.type, value) {
        case (.text(let bytesMax), .text(let text)):
            checkText([text], field, bytesMax: bytesMax)
        case (.longText(let bytesMax), .text(let text)):
            checkText(text.split(separator: "\n").map(String.init), field, bytesMax: bytesMax)
            if text.utf8.count > bytesMax { addText(field, bytesMax) }
        case (.texts, .list(let items)):
            checkText(items, field, bytesMax: 400)
            if items.contains(where: { $0.isEmpty || $0.contains { "|;\n".contains($0) } }) {
                addText(field, 400)
            }
        case (.date, .text(let text)): if LocalDate(text) == nil { addDate(field.name) }
        case (.boolean, .boolean): return
        case (.integer(let range), .integer(let number)):
            if !range.contains(number) { addRange(field, range) }
        case (.code(let codes), .text(let code)): checkCodes([code], codes, field)
        case (.codes(let codes), .list(let items)): checkCodes(items, codes, field)
        case (.languages, .list(let tags)):
            if !tags.allSatisfy(RegistryCodes.isLanguage) { addLanguage(field) }
        case (.reference(let kind), .text(let code)): try checkReferences([code], kind, field)
        case (.references(let kind), .list(let codes)): try checkReferences(codes, kind, field)
        default:
            add(
                field.name, "value-of-other-type",
                et: ("Väärtus on teist tüüpi.", "Oodatud tüüp: \(field.typeName)."),
                en: ("The value is of another type.", "The field's type is \(field.typeName)."))
        }
        if case .list(let items) = value, Set(items).count != items.count {
            add(
                field.name, "duplicate", et: ("Sama väärtus on kaks korda.", "Jäta üks alles."),
                en: ("The same value is given twice.", "Give it once."))
        }
    }

    private mutating func checkText(_ lines: [String], _ field: RecordField, bytesMax: Int) {
        let usable = lines.allSatisfy { RegistryCodes.isText($0, bytesMax: bytesMax) }
        if !usable { addText(field, bytesMax) }
    }

    private mutating func addText(_ field: RecordField, _ bytesMax: Int) {
        if faults.contains(where: { $0.field == field.name }) { return }
        add(
            field.name, "text-unusable",
            et: ("Tekst on liiga pikk või sisaldab juhtmärke.", "Kuni \(bytesMax) baiti tavalist teksti."),
            en: (
                "The text is too long or holds control characters.",
                "Give at most \(bytesMax) bytes of plain text."
            ))
    }

    private mutating func addRange(_ field: RecordField, _ range: ClosedRange<Int>) {
        let bounds = ("\(range.lowerBound)", "\(range.upperBound)")
        add(
            field.name, "number-out-of-range",
            et: ("Arv ei ole lubatud vahemikus.", "Anna arv vahemikus \(bounds.0) kuni \(bounds.1)."),
            en: ("The number is out of range.", "Give a number from \(bounds.0) to \(bounds.1)."))
    }

    private mutating func addLanguage(_ field: RecordField) {
        add(
            field.name, "language-unknown",
            et: ("Keel ei ole BCP 47 tähis.", "Kasuta tähiseid et, ru, uk, en."),
            en: ("A language is no BCP 47 tag.", "Use tags such as et, ru, uk, en."))
    }

    private mutating func checkCodes(_ given: [String], _ codes: Set<String>, _ field: RecordField) {
        guard !given.allSatisfy(codes.contains) else { return }
        let all = codes.sorted().joined(separator: ", ")
        add(
            field.name, "code-unknown", et: ("Sellist koodi ei ole.", "Kasuta üht neist: \(all)."),
            en: ("There is no such code.", "Use one of: \(all)."))
    }

    private mutating func checkReferences(
        _ codes: [String], _ kind: String, _ field: RecordField
    ) throws {
        for code in codes where try context.record(kind, code) == nil {
            add(
                field.name, "reference-unknown",
                et: (
                    "Sellise koodiga kirjet liigist \"\(kind)\" ei ole.", "Lisa see enne või paranda koodi."
                ),
                en: (
                    "There is no record of kind \"\(kind)\" with this code.",
                    "Add it first, or correct the code."
                ))
            return
        }
    }
}
