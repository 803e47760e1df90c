import Tables

/// A text for people in both languages of the county's users.
struct Bilingual: Sendable, Hashable {
    var et: String
    var en: String

    init(et: String, en: String) {
        self.et = et
        self.en = en
    }

    /// What a table's reader says.
    init(_ text: BilingualText) { self.init(et: text.estonian, en: text.english) }

    /// In the language asked for: "et" is Estonian, anything else English.
    func text(_ language: String) -> String { language == "et" ? et : en }
}
