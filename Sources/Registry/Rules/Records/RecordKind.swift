/// A kind of records of the county's map, described as data. Adding a kind is adding such a description to
/// ``RecordKinds``: storing, history, checking, tables, JSON and commands follow from it.
struct RecordKind: Sendable {
    /// Whose a record is: who keeps it up to date.
    enum OwnerRule: Sendable, Hashable {
        /// The record says it.
        case given
        /// That of the record which this required field names.
        case following(String)
        /// The record's own code (municipalities).
        case ownCode
        /// Always the county.
        case county
    }

    /// Kebab case, singular.
    var name: String
    /// What one such thing is called.
    var heading: Bilingual
    var owner: OwnerRule
    /// In the order of columns.
    var fields: [RecordField]
    /// What must hold between fields.
    var rules: [RecordRule]
    /// Whether records name people: reading them is audited.
    var namesPeople: Bool
    /// Whether records decide who may see what (posts, kinds of institutions): fewer may write them.
    var grantsAccess: Bool

    init(
        _ name: String, et: String, en: String, owner: OwnerRule = .given, namesPeople: Bool = false,
        grantsAccess: Bool = false, fields: [RecordField], rules: [RecordRule] = []
    ) {
        self.name = name
        heading = Bilingual(et: et, en: en)
        self.owner = owner
        self.namesPeople = namesPeople
        self.grantsAccess = grantsAccess
        self.fields = fields
        self.rules = rules
    }

    /// Nil when the kind has no such field.
    func field(_ name: String) -> RecordField? { fields.first { $0.name == name } }
}
