/// Checks objects against the specification: required fields, types, choices, formats, and a few mistakes
/// that the specification allows. Unknown fields are legal (its conformance rule 4).
enum Validation {
    /// Checks an object and what is nested in it. `asRow`: it stands in a table, where ids take the place of
    /// nesting.
    static func check(
        _ value: JSONValue, as type: ObjectDescription, _ specification: Specification, asRow: Bool = false,
        at place: Finding.Place, _ findings: inout Findings
    ) {
        guard case .object(let object) = value else {
            findings.add(.typeDiffers(type.name, expected: .init("objekt", "an object"), place))
            return
        }
        var seen: UInt64 = 0
        for member in object.members {
            guard let position = type.place(of: member.name) else { continue }
            seen |= 1 << UInt64(truncatingIfNeeded: position)
            if asRow, type.fields[position].isRowNumber(member.value) { continue }
            check(member.value, type.fields[position], specification, at: place, &findings)
        }
        for (position, field) in type.fields.enumerated()
        where seen >> UInt64(truncatingIfNeeded: position) & 1 == 0 {
            let isNeeded =
                asRow
                ? field.isRequiredInTables || field.isRequired && field.kind.nested == nil
                : field.isRequired
            if isNeeded { findings.add(.requiredMissing(field.name, of: type.name, place)) }
        }
        Consistency.check(object, as: type, at: place, &findings)
    }

    private static func check(
        _ value: JSONValue, _ field: FieldDescription, _ specification: Specification,
        at parent: Finding.Place, _ findings: inout Findings
    ) {
        if case .null = value {
            let place = parent.below(field.name)
            findings.add(field.isRequired ? .requiredNull(field.name, place) : .nullValue(field.name, place))
            return
        }
        switch (field.kind, value) {
        case (.list(let nested), .array(let values)):
            guard let nested = specification.type(nested) else { return }
            let place = parent.below(field.name)
            for (index, value) in values.enumerated() {
                check(value, as: nested, specification, at: place.below(String(index)), &findings)
            }
        case (.object(let nested), .object):
            guard let nested = specification.type(nested) else { return }
            check(value, as: nested, specification, at: parent.below(field.name), &findings)
        case (.number, .number), (.text, .text): return
        case (.choice(let choices), .text(let text)):
            if !choices.contains(text) {
                findings.add(.choiceUnknown(field.name, choices, parent.below(field.name)))
            }
        case (.list, _), (.object, _), (.number, _), (.text, _), (.choice, _):
            findings.add(
                .typeDiffers(field.name, expected: field.kind.expected, parent.below(field.name)))
        case (_, .text(let text)):
            if let format = field.kind.format, !format.holds(text) {
                findings.add(.formatDiffers(field.name, format, parent.below(field.name)))
            }
        default:
            findings.add(
                .typeDiffers(field.name, expected: field.kind.expected, parent.below(field.name)))
        }
    }

    /// Checks the rows of a table.
    static func check(_ table: TableFile, as type: ObjectDescription, _ findings: inout Findings) {
        for field in type.fields where field.kind.nested == nil {
            if field.isRequired || field.isRequiredInTables, !table.columns.contains(field.name) {
                let place = Finding.Place(table.name, row: 1, column: field.name)
                findings.add(.requiredMissing(field.name, of: type.name, place))
            }
        }
        let fields = table.columns.map { type.field($0) }
        var ids: Set<String> = []
        for (index, row) in table.rows.enumerated() where !row.isBlank {
            let place = Finding.Place(table.name, row: index + 2)
            if row.cells.count != fields.count {
                findings.add(.cellCount(expected: fields.count, found: row.cells.count, place))
            }
            for (cell, field) in zip(row.cells, fields) {
                guard let field else { continue }
                var place = place
                place.column = field.name
                check(cell.text, field, type, at: place, &findings)
                if field.name == "id", !cell.text.isEmpty, !ids.insert(cell.text).inserted {
                    findings.add(.duplicateID(type.name, place))
                }
            }
            Consistency.check(table.object(row, as: type), as: type, at: place, &findings)
        }
    }

    private static func check(
        _ text: String, _ field: FieldDescription, _ type: ObjectDescription, at place: Finding.Place,
        _ findings: inout Findings
    ) {
        if text.isEmpty {
            if field.isRequired || field.isRequiredInTables {
                findings.add(.requiredMissing(field.name, of: type.name, place))
            }
            return
        }
        switch field.kind {
        case .number where JSONNumber.spelled(text) == nil:
            findings.add(.typeDiffers(field.name, expected: field.kind.expected, place))
        case .choice(let choices) where !choices.contains(text):
            findings.add(.choiceUnknown(field.name, choices, place))
        default:
            if let format = field.kind.format, !format.holds(text) {
                findings.add(.formatDiffers(field.name, format, place))
            }
        }
    }
}

/// Numbers in tables.
enum JSONNumber {
    /// A cell's text as a JSON number; nil: it would have to be spelled otherwise.
    static func spelled(_ text: String) -> JSONValue? {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || 0x30...0x39 ~= first,
            let value = try? JSONReader.read(Array(text.utf8), file: ""), case .number(let spelled) = value,
            spelled.utf8.count == text.utf8.count
        else { return nil }
        return value
    }
}

extension FieldDescription {
    /// A text that a table written as JSON took for a number, as the official one does: tables know no types.
    func isRowNumber(_ value: JSONValue) -> Bool {
        if case .number = value { kind == .text } else { false }
    }
}

extension FieldDescription.Kind {
    var format: Format? {
        switch self {
        case .uuid: .uuid
        case .uri: .uri
        case .email: .email
        case .date: .date
        case .time: .time
        case .dateTime: .dateTime
        default: nil
        }
    }

    var expected: Finding.Wording {
        switch self {
        case .number: .init("arv (ilma jutumärkideta)", "a number (without quotation marks)")
        case .list: .init("loetelu", "a list")
        case .object: .init("objekt", "an object")
        default: .init("tekst (jutumärkides)", "a text (in quotation marks)")
        }
    }
}

/// What the specification allows and is likely a mistake.
enum Consistency {
    static func check(
        _ object: JSONObject, as type: ObjectDescription, at place: Finding.Place, _ findings: inout Findings
    ) {
        func compare(_ low: String, _ high: String, _ code: String) {
            if let one = object[low]?.double, let other = object[high]?.double, one > other {
                findings.add(.reversed(low, high, code: code, place))
            }
        }
        func compareText(_ low: String, _ high: String, _ code: String) {
            if let one = object[low]?.text, let other = object[high]?.text, !other.isEmpty, one > other {
                findings.add(.reversed(low, high, code: code, place))
            }
        }
        switch type.name {
        case "service_capacity": compare("available", "maximum", "available-over-maximum")
        case "service": compare("minimum_age", "maximum_age", "ages-reversed")
        case "cost_option", "schedule": compareText("valid_from", "valid_to", "dates-reversed")
        case "location":
            for (field, limit) in [("latitude", 90.0), ("longitude", 180.0)] {
                if let degrees = object[field]?.double, abs(degrees) > limit {
                    findings.add(.coordinate(field, place))
                }
            }
        default: break
        }
    }
}
