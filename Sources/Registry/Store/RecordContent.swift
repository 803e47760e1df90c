import Store

/// A record's fields as one text in a column: for each field, in the order of names, its name, a letter for the type and
/// its value or values, with a unit separator between, and a record separator between fields. Checked values hold no
/// control characters but line feeds, so nothing needs to be quoted, and equal fields make equal texts.
enum RecordContent {
    private static let unit: Character = "\u{1f}"
    private static let separator: Character = "\u{1e}"

    static func encode(_ fields: [String: RecordValue]) -> String {
        var text = ""
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            if !text.isEmpty { text.append(separator) }
            text += name
            text.append(unit)
            switch value {
            case .text(let content): text += "t\(unit)\(content)"
            case .integer(let number): text += "i\(unit)\(number)"
            case .boolean(let holds): text += "b\(unit)\(holds ? 1 : 0)"
            case .list(let items):
                text += "l"
                for item in items { text += "\(unit)\(item)" }
            }
        }
        return text
    }

    static func decode(_ text: String) throws -> [String: RecordValue] {
        var fields: [String: RecordValue] = [:]
        for field in text.split(separator: separator) {
            let parts = field.split(separator: unit, omittingEmptySubsequences: false)
            guard parts.count >= 2 else { throw damaged }
            fields[String(parts[0])] = try value(String(parts[1]), parts.dropFirst(2))
        }
        return fields
    }

    private static func value(_ type: String, _ parts: ArraySlice<Substring>) throws -> RecordValue {
        if type == "l" { return .list(parts.map(String.init)) }
        guard parts.count == 1, let content = parts.first else { throw damaged }
        switch type {
        case "t": return .text(String(content))
        case "b": return .boolean(content == "1")
        case "i":
            guard let number = Int(content) else { throw damaged }
            return .integer(number)
        default: throw damaged
        }
    }

    private static var damaged: StoreError {
        StoreError(.damaged, "A stored record is unreadable. Verify the store and restore a backup.")
    }
}
