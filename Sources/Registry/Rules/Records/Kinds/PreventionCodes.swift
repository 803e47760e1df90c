/// Codes of `Protocols/codes.md` for what the county's model adds to people and places: networks, target groups,
/// personas, indicators.
enum PreventionCodes {
    /// An institution's support team is a record of kind "team", so it is none of these.
    static let networkTypes: Set<String> = [
        "steering-group", "core-group", "wider-network", "institution-network", "cross-field-team",
        "commission",
    ]
    static let rhythms: Set<String> = [
        "weekly", "monthly", "each-school-monthly", "quarterly", "twice-a-year", "yearly", "per-case",
    ]
    static let channels: Set<String> = [
        "meeting", "video-meeting", "phone", "e-mail", "shared-documents", "school-system", "star",
    ]
    static let workshopItems: Set<String> = ["strength", "development-need", "obstacle", "solution"]
    static let workshopStates: Set<String> = ["open", "in-progress", "done", "dropped"]
    static let results: Set<String> = ["helped", "helped-partly", "did-not-help", "not-known-yet"]
    /// The three layers of the county's model (ennetusmudel.ee, resource mapping of October 2022).
    static let layers: Set<String> = ["universal", "at-risk-inside", "at-risk-outside"]
    static let consents: Set<String> = ["written", "recorded"]
    static let consentGivers: Set<String> = ["young-person", "representative", "both"]
    static let speakers: Set<String> = ["young-person", "representative", "specialist"]
    static let dayUnits: Set<String> = ["school-days", "working-days", "days"]
    static let units: Set<String> = [
        "children", "percent", "days", "posts", "institutions", "specialists", "meetings",
    ]
    static let bases: Set<String> = ["by-hand", "counts"]
}
