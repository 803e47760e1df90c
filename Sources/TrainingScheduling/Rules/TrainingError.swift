import ServiceKit

/// Why a rule of trainings says no; the endpoint makes it a `ServiceError`. Holds codes only.
enum TrainingError: Error, Sendable, Hashable {
    case otherMunicipality
    /// Only a person with a role may do this.
    case personNeeded
    case notPlanner
    /// A field is missing or malformed: field, what it should be.
    case fieldInvalid(String, String)
    case topicUnknown
    /// No team there wants the topic, and the caller may plan only what a team wants.
    case topicNotWanted
    /// There is one for this topic that has not been held yet.
    case trainingOpen(TrainingID)
    /// No school day is free within a year.
    case noFreeDay
    /// Unknown, or not shown to this caller: not told apart.
    case trainingUnknown
    case registrationUnknown
    case versionConflict(UInt64)
    case alreadyPublished
    case notPublished
    /// The first session's day has passed.
    case sessionsPast
    case trainingOver
    case personWithoutPost
}
