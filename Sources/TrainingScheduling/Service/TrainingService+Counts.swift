import ServiceKit
import Store

/// Numbers for the fact sheets.
extension TrainingService {
    /// Institutions of the municipality that trainings reach, by the period's end, and its people who had a place in a
    /// training that was held in the period, the county's trainings too.
    func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws -> [MeasureCount] {
        try await read { store in
            let trainings = try store.trainings(for: municipality)
            let coverage = CoverageRules.coverage(
                teams: try store.teams(of: municipality), trainings: trainings, on: period.upperBound)
            var people: Set<PersonID> = []
            for training in CoverageRules.held(trainings, in: period) {
                for registration in try store.registrations(of: training.id)
                where registration.state == .registered {
                    let posts = try store.posts(of: registration.person)
                    if posts.contains(where: { $0.municipality == municipality }) {
                        people.insert(registration.person)
                    }
                }
            }
            return [
                MeasureCount(
                    measure: "training-coverage", categories: CoverageRules.categories, of: coverage),
                MeasureCount(measure: "trained-people", total: people.count),
            ]
        }
    }
}
