/// What is known of two records that may be of one child, beside the link's total.
public struct LinkEvidence: Sendable, Hashable {
    /// What the two personal codes say.
    public enum Identifier: Sendable, Hashable {
        /// Both have the same valid code.
        case same
        /// Both have a valid code, and not the same.
        case different
        /// At least one has none, or none that is valid.
        case unknown
    }

    /// How much speaks for one person, in bits.
    public var total: Double
    /// The personal codes, each checked for itself before.
    public var identifier: Identifier
    /// How the birth dates agree.
    public var birthDate: AgreementLevel
    /// How the given names agree.
    public var givenName: AgreementLevel
    /// How the family names agree.
    public var familyName: AgreementLevel
    /// Whether both have an open case.
    public var bothHaveOpenCases: Bool

    /// All values as documented at the properties.
    public init(
        total: Double, identifier: Identifier, birthDate: AgreementLevel, givenName: AgreementLevel,
        familyName: AgreementLevel, bothHaveOpenCases: Bool
    ) {
        self.total = total
        self.identifier = identifier
        self.birthDate = birthDate
        self.givenName = givenName
        self.familyName = familyName
        self.bothHaveOpenCases = bothHaveOpenCases
    }
}

/// What may be done with two records that may be of one child.
public enum LinkDecision: Sendable, Hashable {
    /// They may be made one without a person looking.
    case automatic
    /// A named person decides; why no program may.
    case review(Set<LinkDoubt>)
    /// Nothing is done.
    case apart
}

/// Why a program may not decide.
public enum LinkDoubt: String, Sendable, Hashable, CaseIterable {
    /// Same birth date and family, other given name: twins look so.
    case twins
    /// Both have a valid personal code, and not the same.
    case identifiersDiffer = "identifiers-differ"
    /// The same personal code, but birth date or name speak against: typed for another child, as a rule a sibling.
    case identifierShared = "identifier-shared"
    /// Both have an open case: joining them joins the work of two people.
    case openCases = "open-cases"
    /// Likely, but not certain.
    case uncertain
}

/// When records of children may be made one. A wrong merge shows one child's troubles to another's family; a missed one
/// costs a person a minute. So a program decides only where nothing at all speaks against.
public struct LinkPolicy: Sendable, Hashable {
    /// Without the same valid code at least this many bits (20: a million to one).
    public var automaticBits = 20.0
    /// With less than this many bits nobody is asked.
    public var reviewBits = 0.0

    /// The strict bounds.
    public init() {}

    /// What may be done with the two records.
    public func decide(_ evidence: LinkEvidence) -> LinkDecision {
        var doubts: Set<LinkDoubt> = []
        let sameDate = evidence.birthDate == .exact
        if evidence.bothHaveOpenCases { doubts.insert(.openCases) }
        if marksTwins(evidence) { doubts.insert(.twins) }
        switch evidence.identifier {
        case .different:
            // Two valid codes are two children unless one was typed for the other child; with two given names, too, they
            // are brothers and sisters, as a rule twins.
            let oneName = [.exact, .close].contains(evidence.givenName)
            if evidence.total < reviewBits || !oneName { return .apart }
            doubts.insert(.identifiersDiffer)
        case .same:
            if !sameDate || !namesFit(evidence) { doubts.insert(.identifierShared) }
        case .unknown:
            if evidence.total < reviewBits { return .apart }
            let certain =
                evidence.total >= automaticBits && sameDate && evidence.givenName == .exact
                && evidence.familyName == .exact
            if !certain { doubts.insert(.uncertain) }
        }
        return doubts.isEmpty ? .automatic : .review(doubts)
    }

    /// Twins share birth date, family name and address. Their given names may be one letter apart (Anna and Hanna), so
    /// without the same code nothing but the very same given name is free of the doubt.
    private func marksTwins(_ evidence: LinkEvidence) -> Bool {
        guard [.exact, .close].contains(evidence.birthDate), familyFits(evidence.familyName) else {
            return false
        }
        switch evidence.givenName {
        case .exact: return false
        case .close: return evidence.identifier != .same
        case .missing, .similar, .weak, .different: return true
        }
    }

    private func familyFits(_ level: AgreementLevel) -> Bool { level != .different }

    private func namesFit(_ evidence: LinkEvidence) -> Bool {
        [.exact, .close].contains(evidence.givenName)
            && [.exact, .close, .similar, .weak].contains(evidence.familyName)
    }
}
