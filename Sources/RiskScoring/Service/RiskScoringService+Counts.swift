import ServiceKit
import Store

/// Numbers for the fact sheets.
extension RiskScoringService {
    /// Children of institutions about whom an alarm (by trigger) or a concern was raised in the period. A signal that was
    /// withdrawn was wrong and does not count; one that was dismissed was still noticed.
    func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws -> [MeasureCount] {
        guard let zone = TallinnTime() else {
            throw ServiceError(.unavailable, "zone-data-missing", "Install the system's zone data (tzdata).")
        }
        let from = zone.instant(period.lowerBound)
        let until = zone.instant(period.upperBound.adding(days: 1))
        let members = try await kit.store.partition(municipality).read {
            try RiskScoringStore($0).noticed(from: from, until: until)
        }
        return [
            MeasureCount(
                measure: "noticed", categories: Trigger.allCases.map(\.rawValue) + ["concern"], of: members)
        ]
    }
}
