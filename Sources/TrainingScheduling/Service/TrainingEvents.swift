import Contracts
import ServiceKit

/// What others are told.
enum TrainingEvents {
    static func published(_ training: Training) -> EventEnvelope.OneOf_Body {
        var body = EventTrainingPublished()
        body.trainingID = training.id.data
        body.topic = training.topic.rawValue
        body.institutionIds = training.institutions.map(\.data)
        return .trainingPublished(body)
    }
}
