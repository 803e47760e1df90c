import Disclosure

/// What fact sheets count; `Protocols/fact-sheets.md` says it in words. A new measure is one line here and a count in the
/// service that owns it.
struct FactMeasure: Sendable, Hashable {
    var code: String
    /// The service that reports it.
    var service: String
    var shape = TableShape.parts
    var categories: [String] = []
    /// It counts what stands on the day it is counted, not what happened in the period.
    var isStock = false
    /// It counts people. Institutions are public.
    var isAboutPeople = true
    /// Its total is of the children in schools and kindergartens, whose number is public.
    var isOfPupils = false

    static let all: [FactMeasure] = [
        FactMeasure(code: "inside", service: "registry", isStock: true),
        FactMeasure(code: "outside", service: "registry", isStock: true),
        FactMeasure(
            code: "noticed", service: "risk", shape: .overlapping,
            categories: [
                "unexcusedAbsenceDays", "excusedAbsenceDays", "lateDays", "negativeRemarks",
                "negativeGradesSameJournal", "averageBelowClass", "concern",
            ], isOfPupils: true),
        FactMeasure(
            code: "first-action", service: "referral",
            categories: ["within-5", "within-10", "within-20", "later", "none-yet"]),
        FactMeasure(
            code: "solved", service: "referral",
            categories: ["level-1", "level-2", "level-3", "level-4", "otherwise"]),
        FactMeasure(
            code: "unmet-need", service: "referral", shape: .overlapping,
            categories: [
                "attendance", "learning", "behaviour", "mental-health", "speech", "social-coping", "family",
                "health", "leisure", "language", "safety", "career",
            ], isStock: true),
        FactMeasure(
            code: "training-coverage", service: "training", categories: ["reached", "planned", "waiting"],
            isStock: true, isAboutPeople: false),
        FactMeasure(code: "trained-people", service: "training"),
    ]

    static func named(_ code: String) -> FactMeasure? { all.first { $0.code == code } }
}
