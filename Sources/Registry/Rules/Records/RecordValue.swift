/// What a field of a record holds. A field without a value is absent: there is no empty text and no empty list.
enum RecordValue: Sendable, Hashable {
    /// Texts, codes, dates (ISO) and references (the code of the other record).
    case text(String)
    case integer(Int)
    case boolean(Bool)
    /// Lists of texts, codes or references, in the order given.
    case list([String])

    /// Nil when it says nothing: an empty text or list.
    var orAbsent: RecordValue? {
        switch self {
        case .text(let text): text.isEmpty ? nil : self
        case .list(let items): items.isEmpty ? nil : self
        case .integer, .boolean: self
        }
    }
}
