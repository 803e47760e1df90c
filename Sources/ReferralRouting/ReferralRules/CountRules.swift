import ServiceKit

/// What counts as what on the fact sheets.
enum CountRules {
    static let firstAction = ["within-5", "within-10", "within-20", "later", "none-yet"]
    static let solved = ["level-1", "level-2", "level-3", "level-4", "otherwise"]
    /// `needs` of `Protocols/codes.md`.
    static let needs = [
        "attendance", "learning", "behaviour", "mental-health", "speech", "social-coping", "family", "health",
        "leisure", "language", "safety", "career",
    ]
    /// Outcomes of a case that met the child's need.
    static let solvedOutcomes: Set<String> = ["solved-in-institution", "solved"]

    /// In how many school days a person did the first thing in a case; nil: nobody has yet.
    static func firstAction(schoolDays: Int?) -> String {
        switch schoolDays {
        case .none: "none-yet"
        case .some(...5): "within-5"
        case .some(...10): "within-10"
        case .some(...20): "within-20"
        default: "later"
        }
    }

    /// At which level a closed case was solved; templates with more levels count as the fourth from there.
    static func solved(level: UInt32, outcome: String) -> String {
        solvedOutcomes.contains(outcome) ? "level-\(min(max(level, 1), 4))" : "otherwise"
    }
}
