/// Who leads a case, as the other services are told: roles and whose posts, no people.
public struct CaseLead: Sendable, Hashable {
    /// The coordinator's role; while its post is vacant its stand-in's too, so that neither waits for word of
    /// the other.
    public var roles: [String]
    /// Where the posts of these roles are: at the child's institution or in the municipality.
    public var place: Place

    /// All values as documented at the properties.
    public init(roles: [String], place: Place) {
        self.roles = roles
        self.place = place
    }

    /// The level's coordinator, and who acts for it while its post is vacant.
    public init(_ responsibility: Responsibility) {
        let (own, acting) = (responsibility.level.coordinatorRole, responsibility.actingRole)
        self.init(roles: own == acting ? [own] : [own, acting], place: responsibility.level.place)
    }
}

/// What others must hear after a change of a case.
public enum TellingRules {
    /// Attempts by which a post of the municipality was asked for help, or is not any more. Bodies outside
    /// have no way into its partition, and what has no post of its own is nobody's to be told of.
    public static func asked(
        before: CaseRecord, after: CaseRecord, municipality: String
    ) -> [AttemptRecord] {
        after.attempts.filter { attempt in
            guard attempt.recipientPost != nil, attempt.recipientMunicipality == municipality else {
                return false
            }
            let wasOpen = before.attempt(attempt.id).map { !$0.state.isTerminal } ?? false
            return wasOpen != !attempt.state.isTerminal
        }
    }
}
