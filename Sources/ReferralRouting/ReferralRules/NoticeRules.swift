public import ServiceKit
public import Store

/// One notice to a child's representatives that somebody did something with the child's data.
public struct NoticeRecord: Sendable, Hashable {
    /// When it was done.
    public var at: Instant
    /// What was done; ``NoticeRules/text(_:)`` has its words.
    public var code: String
    /// Not sent: lawfully held back; the ground says why.
    public var isSuppressed: Bool
    /// Why it is held back, as a code; empty: it is sent.
    public var ground: String
    /// The day on which people look again whether it must still be held back.
    public var reviewOn: LocalDate?

    /// All values as documented at the properties.
    public init(
        at: Instant, code: String, isSuppressed: Bool = false, ground: String = "", reviewOn: LocalDate? = nil
    ) {
        self.at = at
        self.code = code
        self.isSuppressed = isSuppressed
        self.ground = ground
        self.reviewOn = reviewOn
    }
}

/// The notices' plain words, without any name. Computed events have none: only a person's act is told.
public enum NoticeRules {
    /// Days after which a held-back notice is looked at again.
    public static let reviewDays = 10
    public static let protectionGround = "child-protection-contact"

    public static func text(_ code: String) -> (et: String, en: String) {
        switch code {
        case "signal-confirmed":
            (
                "Kooli või lasteaia töötaja vaatas teie lapse märguannet ja leidis, et laps vajab tuge.",
                "A member of staff looked at a signal about your child and found need of support."
            )
        case "case-opened":
            (
                "Teie lapse toetamiseks alustati juhtumit. Küsige julgelt, mida plaanitakse.",
                "A case was opened to support your child. Please ask what is planned."
            )
        case "help-requested":
            (
                "Teie lapsele paluti abi spetsialistilt või teenuselt.",
                "Help for your child was asked from a specialist or a service."
            )
        case "case-moved":
            (
                "Teie lapse juhtumi eest vastutab nüüd teine töötaja või tase.",
                "Another member of staff or level is now responsible for your child's case."
            )
        case "case-closed":
            ("Teie lapse juhtum lõpetati.", "Your child's case was closed.")
        case "specialist-linked":
            (
                "Teie lapsega hakkas töötama spetsialist, kes näeb selleks vajalikke andmeid.",
                "A specialist started to work with your child and sees the data needed for it."
            )
        case "specialist-unlinked":
            (
                "Spetsialisti töö teie lapsega lõppes; ta ei näe enam lapse andmeid.",
                "A specialist's work with your child ended; they no longer see the child's data."
            )
        case "child-protection-contact":
            (
                "Lastekaitsetöötaja tegeles teie lapse asjaga.",
                "A child protection worker dealt with your child's matter."
            )
        default:
            ("Teie lapse andmetega tehti toiming.", "Something was done with your child's data.")
        }
    }
}
