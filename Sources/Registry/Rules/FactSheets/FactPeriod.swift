import ServiceKit

/// The periods of the school year by which fact sheets count: those that the state's register divides absences by (September
/// and October, November and December, January to March, April and May) and the summer.
struct FactPeriod: Sendable, Hashable {
    var from: LocalDate
    var until: LocalDate

    /// How many closed periods are released when none was before: a school year and what follows.
    static let releasedMax = 5

    /// The latest periods that are over on that day, the oldest first. One that goes on is not told: what is told early and
    /// told again shows the difference.
    static func closed(on today: LocalDate) -> [FactPeriod] {
        let year = today.components.year
        let all = (year - 2...year).flatMap { year in
            [(1, 3), (4, 5), (6, 8), (9, 10), (11, 12)].compactMap { first, last -> FactPeriod? in
                guard let from = LocalDate(year: year, month: first, day: 1),
                    let next = last == 12
                        ? LocalDate(year: year + 1, month: 1, day: 1)
                        : LocalDate(year: year, month: last + 1, day: 1)
                else { return nil }
                return FactPeriod(from: from, until: next.adding(days: -1))
            }
        }
        return Array(all.filter { $0.until < today }.suffix(releasedMax))
    }
}
