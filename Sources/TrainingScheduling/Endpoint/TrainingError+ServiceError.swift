import ServiceKit

extension TrainingError {
    /// The answer to the caller: what is wrong and what to do next.
    var answer: ServiceError {
        switch self {
        case .otherMunicipality:
            ServiceError(
                .notAllowed, "other-municipality",
                "Ask for your own municipality's trainings, or for the county's (0060).")
        case .personNeeded:
            ServiceError(
                .notAllowed, "person-needed",
                "Only a person with a role may do this: send tugi-person and tugi-role.")
        case .notPlanner:
            ServiceError(
                .notAllowed, "not-a-planner",
                "Trainings are planned and published, and others registered, by: "
                    + TrainingPolicy.plannerRoles.sorted().joined(separator: ", ") + ".")
        case .fieldInvalid(let field, let rule):
            ServiceError(
                .invalid, "field-" + field.map { "._".contains($0) ? "-" : String($0) }.joined(),
                "The field \(field) is missing or wrong: \(rule).")
        case .topicUnknown:
            ServiceError(
                .invalid, "topic-unknown",
                "Give topic as one of: "
                    + TrainingTopic.allCases.map(\.rawValue).joined(separator: ", ") + ".")
        case .topicNotWanted:
            ServiceError(
                .conflict, "topic-not-wanted",
                "No support team of the municipality wants this topic: ListGaps shows those that are."
            )
        case .trainingOpen(let id):
            ServiceError(
                .conflict, "training-open",
                "This topic's training has not been held yet: \(id). Publish it, or register for it."
            )
        case .noFreeDay:
            ServiceError(
                .conflict, "no-free-day",
                "No two school days without a training are found within a year: give the sessions yourself.")
        case .trainingUnknown:
            ServiceError(
                .notFound, "training-unknown",
                "There is no such training for you in this municipality: see ListTrainings.")
        case .registrationUnknown:
            ServiceError(
                .notFound, "registration-unknown",
                "There is no such registration that you may change in this municipality.")
        case .versionConflict(let version):
            ServiceError(
                .conflict, "version-conflict",
                "The training has version \(version) now: read it again, then decide.")
        case .alreadyPublished:
            ServiceError(.conflict, "already-published", "The training is published: people may register.")
        case .notPublished:
            ServiceError(
                .conflict, "not-published", "The training is a draft: publish it before anybody registers.")
        case .sessionsPast:
            ServiceError(
                .conflict, "sessions-past",
                "The first session's day has passed: plan the topic anew when the last one has too.")
        case .trainingOver:
            ServiceError(.conflict, "training-over", "The training has been held: see ListTrainings.")
        case .personWithoutPost:
            ServiceError(
                .notFound, "person-without-post",
                "This person holds no post for which you may register people for this training.")
        }
    }
}
