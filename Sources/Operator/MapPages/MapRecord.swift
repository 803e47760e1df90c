/// A record of the county's map as a page shows it: kind, code, owner, and its fields by name.
struct MapRecord: Sendable, Hashable, Decodable {
    /// What a field holds.
    enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case boolean(Bool)
        case list([String])
    }

    var kind: String
    var code: String
    /// EHAK code of who keeps it, or "0060".
    var municipality: String
    var fields: [String: Value] = [:]

    /// Empty when absent.
    func text(_ field: String) -> String {
        if case .text(let text) = fields[field] { text } else { "" }
    }

    /// Empty when absent.
    func list(_ field: String) -> [String] {
        if case .list(let items) = fields[field] { items } else { [] }
    }

    /// Zero when absent.
    func integer(_ field: String) -> Int {
        if case .integer(let number) = fields[field] { number } else { 0 }
    }

    /// False when absent.
    func boolean(_ field: String) -> Bool { fields[field] == .boolean(true) }
}

extension MapRecord.Value: Decodable {
    /// From plain JSON: a text, a whole number, true or false, a list of texts.
    init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let holds = try? container.decode(Bool.self) {
            self = .boolean(holds)
        } else if let number = try? container.decode(Int.self) {
            self = .integer(number)
        } else if let items = try? container.decode([String].self) {
            self = .list(items)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}

/// Other records that a page names by code.
struct MapNames: Sendable {
    /// What stands for a record, by kind and code.
    struct Entry: Sendable, Hashable {
        var name: String
        /// Of a post: nobody holds it.
        var isVacant = false
        /// Of a post: who stands in today, by name; empty: nobody.
        var substitute = ""
        /// The last day of it (ISO); empty: open.
        var substituteUntil = ""

        /// The name, and for a post whether it is vacant and who stands in.
        func shown(_ et: Bool) -> String {
            var text = name + (isVacant ? (et ? " (TÄITMATA)" : " (VACANT)") : "")
            guard !substitute.isEmpty else { return text }
            text += (et ? ", asendab " : ", substitute ") + substitute
            if !substituteUntil.isEmpty { text += (et ? " kuni " : " until ") + substituteUntil }
            return text
        }
    }

    private var entries: [String: Entry] = [:]

    subscript(kind: String, code: String) -> Entry {
        get { entries["\(kind)/\(code)"] ?? Entry(name: code) }
        set { entries["\(kind)/\(code)"] = newValue }
    }
}

/// Builds a page of lines: headings, labelled texts wrapped to a width, lists.
struct MapPage {
    /// Columns of a line.
    static let width = 100
    private(set) var lines: [String] = []

    mutating func line(_ text: String = "") { lines.append(text) }

    /// A label and its text, wrapped under itself; nothing when the text is empty.
    mutating func labelled(_ label: String, _ text: String, indent: Int = 0) {
        guard !text.isEmpty else { return }
        let start = String(repeating: " ", count: indent)
        let wrapped = MapPage.wrapped("\(label): \(text)", MapPage.width - indent)
        for (index, part) in wrapped.enumerated() { line(start + (index == 0 ? "" : "  ") + part) }
    }

    /// A heading and one line for each item; nothing when there is none.
    mutating func section(_ heading: String, _ items: [String]) {
        guard !items.isEmpty else { return }
        line()
        line(heading.uppercased())
        for item in items {
            for (index, part) in MapPage.wrapped(item, MapPage.width - 4).enumerated() {
                line((index == 0 ? "  " : "    ") + part)
            }
        }
    }

    /// Lines that are part of the section before; each item wrapped.
    mutating func more(_ items: [String], indent: Int = 4) {
        let start = String(repeating: " ", count: indent)
        for item in items {
            for (index, part) in MapPage.wrapped(item, MapPage.width - indent - 2).enumerated() {
                line(start + (index == 0 ? "" : "  ") + part)
            }
        }
    }

    /// Two columns beside each other.
    mutating func beside(_ left: [String], _ right: [String], leftWidth: Int) {
        for index in 0..<max(left.count, right.count) {
            let first = index < left.count ? left[index] : ""
            let second = index < right.count ? right[index] : ""
            let gap = String(repeating: " ", count: max(0, leftWidth - first.count))
            line(second.isEmpty ? first : first + gap + second)
        }
    }

    var text: String { lines.joined(separator: "\n") }

    /// The text in lines of at most so many characters, broken between words.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        for paragraph in text.split(separator: "\n") {
            var current = ""
            for word in paragraph.split(separator: " ") {
                if !current.isEmpty, current.count + 1 + word.count > width {
                    lines.append(current)
                    current = ""
                }
                current += (current.isEmpty ? "" : " ") + word
            }
            if !current.isEmpty { lines.append(current) }
        }
        return lines
    }
}
