import ServiceKit
import Store

/// Numbers for the fact sheets.
extension ReferralService {
    /// Of children whose case was opened in the period: how soon somebody acted. Of children whose case was closed in it: at
    /// which level it was solved. Of children with an open case now: needs that nobody is meeting.
    func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws -> [MeasureCount] {
        guard let zone = TallinnTime() else {
            throw ServiceError(.unavailable, "zone-data-missing", "Install the system's zone data (tzdata).")
        }
        let from = zone.instant(period.lowerBound)
        let until = zone.instant(period.upperBound.adding(days: 1))
        let calendar = calendar
        return try await read(municipality) { store in
            // A child counts once: with the first case that was opened, with the last that was closed.
            var acted: [ChildID: String] = [:]
            for beginning in try store.beginnings(in: period) where acted[beginning.child] == nil {
                let first = beginning.firstAct.map { zone.day(of: $0) }
                acted[beginning.child] = CountRules.firstAction(
                    schoolDays: first.map { calendar.schoolDays(after: beginning.opened, through: $0) })
            }
            var ended: [ChildID: String] = [:]
            for end in try store.ends(from: from, until: until) {
                ended[end.child] = CountRules.solved(level: end.level, outcome: end.outcome)
            }
            return [
                MeasureCount(
                    measure: "first-action", categories: CountRules.firstAction,
                    of: acted.map { (category: $0.value, subject: $0.key) }),
                MeasureCount(
                    measure: "solved", categories: CountRules.solved,
                    of: ended.map { (category: $0.value, subject: $0.key) }),
                MeasureCount(
                    measure: "unmet-need", categories: CountRules.needs, of: try store.unmetNeeds()),
            ]
        }
    }
}
