/// What a service answers when it cannot do what was asked. Its text holds no personal data.
public struct ServiceError: Error, Sendable {
    /// The kinds of refusal, by what the caller can do about them.
    public enum Code: Sendable {
        /// The request is wrong as it stands; `reason` names the field.
        case invalid
        case notFound
        /// The caller may not do this; the text never says whether the thing exists.
        case notAllowed
        /// The thing is not in a state that allows this; reading it again shows why.
        case conflict
        /// The same operation id came with other content.
        case operationReused
        /// No room, too many rows, too large.
        case tooMuch
        /// Cannot be done now; safe to try again with the same operation id.
        case unavailable
    }
    /// The kind of refusal; it decides the call's status.
    public var code: Code
    /// Machine reason, kebab case.
    public var reason: String
    /// What happened and what to do next, for people.
    public var message: String

    /// All values as documented at the properties.
    public init(_ code: Code, _ reason: String, _ message: String) {
        self.code = code
        self.reason = reason
        self.message = message
    }
}
