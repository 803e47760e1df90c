import ServiceKit

/// How far trainings reach the institutions of a municipality.
enum CoverageRules {
    static let categories = ["reached", "planned", "waiting"]

    /// Each institution with a support team once: reached by a training that is over by that day, else planned for one that is
    /// published, else waiting.
    static func coverage(
        teams: [TeamRecord], trainings: [Training], on day: LocalDate
    ) -> [(category: String, subject: InstitutionID)] {
        let published = trainings.filter { $0.state == .published }
        let reached = Set(published.filter { $0.lastDay <= day }.flatMap(\.institutions))
        let planned = Set(published.filter { $0.lastDay > day }.flatMap(\.institutions))
        return Set(teams.map(\.institution)).map {
            (reached.contains($0) ? "reached" : planned.contains($0) ? "planned" : "waiting", $0)
        }
    }

    /// Trainings whose last meeting was in the period.
    static func held(_ trainings: [Training], in period: ClosedRange<LocalDate>) -> [Training] {
        trainings.filter { $0.state == .published && period.contains($0.lastDay) }
    }
}
