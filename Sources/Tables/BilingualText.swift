/// One text for people in the two languages that the county's people are told things in.
public struct BilingualText: Sendable, Hashable {
    /// The language of a text.
    public enum Language: String, Sendable, Hashable, CaseIterable {
        /// Estonian; the raw value is its ISO 639-1 code.
        case estonian = "et"
        /// English; the raw value is its ISO 639-1 code.
        case english = "en"
    }

    /// In Estonian.
    public var estonian: String
    /// In English.
    public var english: String

    /// The same text in both languages.
    public init(et estonian: String, en english: String) {
        self.estonian = estonian
        self.english = english
    }

    /// The text in one language.
    public subscript(language: Language) -> String {
        switch language {
        case .estonian: estonian
        case .english: english
        }
    }
}
