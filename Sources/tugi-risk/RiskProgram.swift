import ArgumentParser
import RiskScoring
import ServiceKit

/// The program tugi-risk.
@main
struct RiskProgram: ServiceProgram {
    static let service = RiskScoringAssembly.service
    static let abstract =
        "Notices early: takes in journals, raises alarms and concerns, waits for a person's decision."
}
