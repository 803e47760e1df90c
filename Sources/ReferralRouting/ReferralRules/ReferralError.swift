/// Why a rule of referral says no; the endpoint makes it a `ServiceError`. Holds codes only.
public enum ReferralError: Error, Sendable, Hashable {
    /// Nothing of that id among what the caller works with (unknown or not theirs: not told apart).
    case notYours
    case otherMunicipality
    /// Only a person with a post may do this.
    case personNeeded
    /// The state has no such edge: state, action, what may be done instead.
    case illegalTransition(String, String, [String])
    /// The action belongs to the other side: action, side.
    case otherSide(String, String)
    /// A compulsory code is missing or unknown: field, known codes.
    case codeMissing(String, [String])
    /// A field is missing or malformed: field, what it should be.
    case fieldInvalid(String, String)
    /// Somebody changed it meanwhile.
    case versionConflict
    case caseClosed
    case needNotActive
    /// The need has an attempt under way.
    case attemptOpen
    /// An outcome waits for its acknowledgement first.
    case acknowledgeFirst
    case needsOpen
    case nothingToAcknowledge
    case levelUnknown(UInt32)
    /// The resource cannot take this need: reason code.
    case ruledOut(String)
    case noFreePlace
    case basisMissing
    case reportDecided
}
