import ArgumentParser
import ServiceKit
import TrainingScheduling

/// The program tugi-training.
@main
struct TrainingProgram: ServiceProgram {
    static let service = TrainingAssembly.service
    static let abstract =
        "Plans trainings from the gaps of support teams: sessions, places, registrations, calendar."
}
