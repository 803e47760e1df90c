/// A field that two records are compared by.
public struct LinkageField: Sendable, Hashable {
    /// How values are compared.
    public enum Kind: Sendable, Hashable {
        /// A person's name: letters are folded, spelling variants sound alike, a double name may lose a part.
        case name
        /// Words such as a street or a place.
        case text
        /// A short number such as a street number or a postal code; not a quantity.
        case number
        /// A calendar date written year, month, day in digits, with or without separators.
        case date
        /// One of few codes, such as a state or a sex.
        case code
        /// A number that is meant to name one person only.
        case identifier
    }

    /// The field's name as explanations show it.
    public let name: String
    /// How values are compared.
    public let kind: Kind
    /// Whether people of one household are likely to have the same value. What only these fields agree in says
    /// "one family", not "one person".
    public let sharedInHousehold: Bool

    /// All values as documented at the properties.
    public init(_ name: String, _ kind: Kind, sharedInHousehold: Bool = false) {
        self.name = name
        self.kind = kind
        self.sharedInHousehold = sharedInHousehold
    }
}

/// What linkage compares, and within which bounds it searches. Same plan, same records: same result.
public struct LinkagePlan: Sendable, Hashable {
    /// Two fields whose values are sometimes written into each other's place, such as given and family name.
    public struct Exchange: Sendable, Hashable {
        /// The place of the one field in `LinkagePlan.fields`.
        public let first: Int
        /// The place of the other.
        public let second: Int

        /// Both fields by their places; they must be of one kind.
        public init(_ first: Int, _ second: Int) {
            self.first = first
            self.second = second
        }
    }

    /// In the order of the values of a record.
    public var fields: [LinkageField]
    /// No field may be in two exchanges; what does not fit `fields` is left out.
    public var exchanges: [Exchange]
    /// Records that share a value are looked at as a block; larger blocks than this are left to other values.
    public var blockSizeMax = 256
    /// How much rarer than one in all records that which two records share must be for them to be compared, in bits;
    /// negative: less rare.
    public var candidateBits = 0.0
    /// Random pairs that tell how often strangers agree.
    public var randomPairs = 40_000
    /// Rounds of expectation-maximisation at most.
    public var roundsMax = 60
    /// For the random pairs.
    public var seed: UInt64 = 1

    /// A plan with the usual bounds.
    public init(fields: [LinkageField], exchanges: [Exchange] = []) {
        self.fields = fields
        self.exchanges = exchanges
    }
}
