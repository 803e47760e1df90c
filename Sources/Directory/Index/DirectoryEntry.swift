/// One thing of the county's map that people look for: a resource, an institution, or a post with who holds it.
public struct DirectoryEntry: Sendable, Hashable {
    /// What sort of thing it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case resource, institution, post
    }

    /// Declared capacity. How many of the places are free now is known where help is reserved, not here.
    public struct Capacity: Sendable, Hashable {
        /// How many can be helped at the same time, as declared.
        public var places: Int
        /// The day of the figure, in days since 1970-01-01; nil: undated, which counts as old.
        public var day: Int32?

        /// A figure and its day.
        public init(places: Int, day: Int32?) {
            self.places = places
            self.day = day
        }
    }

    /// What sort of thing it is.
    public var kind: Kind
    /// 16 bytes; names the entry in the whole directory and in cursors.
    public var id: [UInt8]
    /// What it is called.
    public var title: String
    /// More that it is found by: the institution, the holder's name, what is said of it.
    public var texts: [String]
    /// EHAK code of the municipality whose it is; of the county for what all share.
    public var owner: String
    /// Serves the whole county or state, wherever it is.
    public var isCountyWide: Bool
    /// Code words by which it is filtered; place, nearness, grades and free places follow from the other properties.
    public var terms: Set<DirectoryTerm>
    /// Grades served, 0 is kindergarten; nil: not said.
    public var grades: ClosedRange<Int>?
    /// Nil: none is declared.
    public var capacity: Capacity?
    /// Days on which help can be asked for, since 1970-01-01: those on which somebody holds the post; nil: never.
    public var open: ClosedRange<Int32>?

    /// All values as documented at the properties.
    public init(
        kind: Kind, id: [UInt8], title: String, texts: [String] = [], owner: String,
        isCountyWide: Bool = false,
        terms: Set<DirectoryTerm> = [], grades: ClosedRange<Int>? = nil, capacity: Capacity? = nil,
        open: ClosedRange<Int32>? = Int32.min...Int32.max
    ) {
        self.kind = kind
        self.id = id
        self.title = title
        self.texts = texts
        self.owner = owner
        self.isCountyWide = isCountyWide
        self.terms = terms
        self.grades = grades
        self.capacity = capacity
        self.open = open
    }

    /// Can help be asked for on that day.
    public func isOpen(on day: Int32) -> Bool { open?.contains(day) ?? false }
}

extension DirectoryEntry.Capacity {
    /// After so many days a figure is old: it says little about today (referral practice: ask before relying on it).
    public static let oldAfterDays: Int32 = 14

    /// Whole days since the figure was declared; nil when it is undated.
    public func age(on day: Int32) -> Int32? {
        guard let own = self.day else { return nil }
        let (age, overflow) = day.subtractingReportingOverflow(own)
        return overflow ? nil : max(0, age)
    }

    /// Whether the figure is too old to be relied on; an undated one is.
    public func isOld(on day: Int32) -> Bool { age(on: day).map { $0 > Self.oldAfterDays } ?? true }
}

/// A code word that an entry has or has not.
public enum DirectoryTerm: Sendable, Hashable {
    case kind(DirectoryEntry.Kind)
    /// "specialist", "service", "programme", or an institution's kind.
    case sort(String)
    case role(String)
    case need(String)
    case field(String)
    /// "universal", "selective", "indicated".
    case tier(String)
    /// BCP 47.
    case language(String)
    /// 0 is kindergarten.
    case grade(Int)
    /// In or near this municipality, or serving the whole county.
    case near(String)
    /// Declares places, and somebody can be asked.
    case freePlace
}

extension DirectoryTerm {
    /// Names the term, the same in every run.
    var name: String {
        switch self {
        case .kind(let kind): "kind:" + kind.rawValue
        case .sort(let code): "sort:" + code
        case .role(let code): "role:" + code
        case .need(let code): "need:" + code
        case .field(let code): "field:" + code
        case .tier(let code): "tier:" + code
        case .language(let code): "language:" + code
        case .grade(let grade): "grade:\(grade)"
        case .near(let code): "near:" + code
        case .freePlace: "free"
        }
    }
}
