import ServiceKit

/// One thing of the county's map: an institution, a post, a network, ... Its fields are described by its ``RecordKind``.
/// Never about a child.
struct Record: Sendable, Hashable {
    /// Which record: kind and code.
    struct Key: Sendable, Hashable {
        var kind: String
        var code: String
    }

    var kind: String
    /// Unique in its kind; other records refer to it by this.
    var code: String
    /// The municipality that keeps it up to date (EHAK code), or "0060" for what the county shares.
    var owner: String
    /// Only fields that have a value.
    var fields: [String: RecordValue]
    /// The first day on which it is no longer in force (ISO); empty: it has no end.
    var endedFrom: String

    init(
        kind: String, code: String, owner: String = "", fields: [String: RecordValue] = [:],
        endedFrom: String = ""
    ) {
        self.kind = kind
        self.code = code
        self.owner = owner
        self.fields = fields.compactMapValues(\.orAbsent)
        self.endedFrom = endedFrom
    }

    var key: Key { Key(kind: kind, code: code) }

    /// About how long the record is in a message.
    var byteCount: Int {
        fields.reduce(code.utf8.count + 100) { sum, field in
            let content =
                switch field.value {
                case .text(let text): text.utf8.count
                case .list(let items): items.reduce(0) { $0 + $1.utf8.count + 4 }
                case .integer, .boolean: 10
                }
            return sum + field.key.utf8.count + 12 + content
        }
    }

    // MARK: fields, by name

    /// The field's text, code, date or reference; empty when absent.
    func text(_ field: String) -> String {
        if case .text(let text) = fields[field] { text } else { "" }
    }

    /// The field's items; empty when absent.
    func list(_ field: String) -> [String] {
        if case .list(let items) = fields[field] { items } else { [] }
    }

    /// Nil when absent.
    func integer(_ field: String) -> Int? {
        if case .integer(let number) = fields[field] { number } else { nil }
    }

    /// False when absent.
    func boolean(_ field: String) -> Bool { fields[field] == .boolean(true) }

    /// The field's day; nil when absent.
    func date(_ field: String) -> LocalDate? { LocalDate(text(field)) }
}

extension Record: Endable {}
