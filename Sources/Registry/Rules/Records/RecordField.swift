/// One field of a kind of records, described as data: checking, table columns, JSON and documentation follow from this.
struct RecordField: Sendable, Hashable {
    /// What a field may hold.
    enum FieldType: Sendable, Hashable {
        /// One line, so many bytes at most.
        case text(bytesMax: Int)
        /// Several lines, so many bytes at most.
        case longText(bytesMax: Int)
        /// One of these codes (`Protocols/codes.md`, or the kind's own).
        case code(Set<String>)
        /// An ISO date.
        case date
        case integer(ClosedRange<Int>)
        case boolean
        /// A BCP 47 tag: et, ru, uk.
        case languages
        /// The code of a record of that kind.
        case reference(String)
        case texts
        case codes(Set<String>)
        /// Codes of records of that kind.
        case references(String)
    }

    /// Whether the field is a way to reach a person.
    enum Contact: Sendable, Hashable {
        case none
        /// At work: shown to whoever may see the record.
        case work
        /// The person's own: shown inside the owner's municipality only.
        case personal
    }

    /// Lower case with underscores; the column's name in tables and the key in JSON.
    var name: String
    var type: FieldType
    var heading: Bilingual
    var isRequired: Bool
    /// Other headings under which people send the column, in small letters.
    var synonyms: [String]
    var contact: Contact

    init(
        _ name: String, _ type: FieldType, et: String, en: String, required: Bool = false,
        synonyms: [String] = [], contact: Contact = .none
    ) {
        self.name = name
        self.type = type
        heading = Bilingual(et: et, en: en)
        isRequired = required
        self.synonyms = synonyms
        self.contact = contact
    }

    /// The usual line of text.
    static func text(
        _ name: String, et: String, en: String, required: Bool = false, synonyms: [String] = [],
        contact: Contact = .none, bytesMax: Int = 400
    ) -> RecordField {
        RecordField(
            name, .text(bytesMax: bytesMax), et: et, en: en, required: required, synonyms: synonyms,
            contact: contact)
    }

    /// Several paragraphs.
    static func longText(
        _ name: String, et: String, en: String, required: Bool = false, synonyms: [String] = [],
        bytesMax: Int = 8000
    ) -> RecordField {
        RecordField(
            name, .longText(bytesMax: bytesMax), et: et, en: en, required: required, synonyms: synonyms)
    }

    /// Two dates, the first and the last day; add ``RecordRule/ordered(_:_:)`` to the kind's rules.
    static func period(
        from: String = "from", until: String = "until", et: (String, String) = ("Alates", "Kuni"),
        en: (String, String) = ("From", "Until")
    ) -> [RecordField] {
        [
            RecordField(from, .date, et: et.0, en: en.0),
            RecordField(until, .date, et: et.1, en: en.1),
        ]
    }

    /// The kind of records that the field names; nil for other types.
    var referencedKind: String? {
        switch type {
        case .reference(let kind), .references(let kind): kind
        default: nil
        }
    }

    /// The codes that the field may hold; nil for other types.
    var codes: Set<String>? {
        switch type {
        case .code(let codes), .codes(let codes): codes
        default: nil
        }
    }

    /// As descriptions and messages name the type: "text", "codes", "reference", ...
    var typeName: String {
        switch type {
        case .text: "text"
        case .longText: "long-text"
        case .code: "code"
        case .date: "date"
        case .integer: "integer"
        case .boolean: "boolean"
        case .languages: "languages"
        case .reference: "reference"
        case .texts: "texts"
        case .codes: "codes"
        case .references: "references"
        }
    }
}
