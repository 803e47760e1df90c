import ServiceKit

/// An alarm's reasons in words, with the numbers that make it.
struct Explanation: Sendable, Hashable {
    var et: String
    var en: String

    /// What is told of a stored alarm.
    struct Facts: Sendable, Hashable {
        var trigger: Trigger
        var journal: String
        var window: DayRange
        var count: Int
        var limit: Int
        var ownMean: Int
        var classMean: Int
        var bySubject: [String: Int]
        var byWeekday: [Int: Int]
    }

    init(_ facts: Facts) {
        let from = LocalDate(dayNumber: facts.window.from).description
        let until = LocalDate(dayNumber: facts.window.until).description
        let reasons = Self.reasons(facts)
        et = "\(reasons.et) ajavahemikus \(from) kuni \(until)\(reasons.limitEt)."
        en = "\(reasons.en) from \(from) to \(until)\(reasons.limitEn)."
        if let most = Self.most(facts.bySubject), facts.trigger != .negativeGradesSameJournal {
            et += " Kõige rohkem aines \(most.name): \(most.count)."
            en += " Most of it in \(most.name): \(most.count)."
        }
        if facts.trigger.countsDays,
            let most = facts.byWeekday.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            most.value > 1, (1...7).contains(most.key)
        {
            et += " Kõige sagedamini \(Self.weekdaysEt[most.key - 1]): \(most.value)."
            en += " Most often on \(Self.weekdaysEn[most.key - 1]): \(most.value)."
        }
    }

    private static let weekdaysEt = [
        "esmaspäeval", "teisipäeval", "kolmapäeval", "neljapäeval", "reedel", "laupäeval", "pühapäeval",
    ]
    private static let weekdaysEn = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]

    private static func reasons(_ facts: Facts) -> (et: String, en: String, limitEt: String, limitEn: String)
    {
        let count = facts.count
        let limitEt = " (häire alates \(facts.limit))"
        let limitEn = " (alarm from \(facts.limit))"
        switch facts.trigger {
        case .unexcusedAbsenceDays:
            return (
                "Põhjuseta puudumisega päevi: \(count)", "Days with unexcused absence: \(count)", limitEt,
                limitEn
            )
        case .excusedAbsenceDays:
            return (
                "Põhjusega puudutud päevi (vähemalt pool päeva tundidest): \(count)",
                "Days missed with a reason (at least half of the day's lessons): \(count)", limitEt, limitEn
            )
        case .lateDays:
            return ("Hilinemisega päevi: \(count)", "Days with a late arrival: \(count)", limitEt, limitEn)
        case .negativeRemarks:
            return ("Märkusi: \(count)", "Remarks: \(count)", limitEt, limitEn)
        case .negativeGradesSameJournal:
            return (
                "Negatiivseid hindeid (1–2) päevikus \(facts.journal): \(count)",
                "Negative grades (1–2) in the journal \(facts.journal): \(count)", limitEt, limitEn
            )
        case .averageBelowClass:
            let own = mark(facts.ownMean)
            let whole = mark(facts.classMean)
            return (
                "Hinnete keskmine \(own), klassi keskmine \(whole): vahe \(mark(count))",
                "Mean of grades \(own), mean of the class \(whole): \(mark(count)) lower",
                " (häire alates \(mark(facts.limit)))", " (alarm from \(mark(facts.limit)))"
            )
        }
    }

    /// Hundredths as "3.05".
    private static func mark(_ hundredths: Int) -> String {
        let cents = hundredths % 100
        return "\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
    }

    /// The subject with most entries, when it stands out: named by the journal and more than one entry.
    private static func most(_ subjects: [String: Int]) -> (name: String, count: Int)? {
        let named = subjects.filter { !$0.key.isEmpty }
        guard let top = named.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), top.value > 1 else {
            return nil
        }
        return (top.key, top.value)
    }
}

/// What each trigger counts, for people who read the rules.
extension Trigger {
    var countsEnglish: String {
        switch self {
        case .unexcusedAbsenceDays: "days with at least one unexcused lesson"
        case .excusedAbsenceDays:
            "days on which at least half of the class's lessons were missed, some of them with a reason"
        case .lateDays: "days with at least one late arrival"
        case .negativeRemarks: "entries of the type remark"
        case .negativeGradesSameJournal: "grades 1 and 2 in the same journal"
        case .averageBelowClass: "hundredths of a mark by which the mean of grades is below the class's mean"
        }
    }

    var countsEstonian: String {
        switch self {
        case .unexcusedAbsenceDays: "päevad, mil vähemalt üks tund on puudutud põhjuseta"
        case .excusedAbsenceDays: "päevad, mil vähemalt pool klassi tundidest on puudutud põhjusega"
        case .lateDays: "päevad, mil on vähemalt üks hilinemine"
        case .negativeRemarks: "sissekanded liigiga märkus"
        case .negativeGradesSameJournal: "hinded 1 ja 2 samas päevikus"
        case .averageBelowClass: "mitu sajandikku on hinnete keskmine klassi keskmisest madalam"
        }
    }
}
