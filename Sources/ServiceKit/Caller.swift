public import Security

/// On whose behalf a call is made: taken from the verified caller assertion, never from the request itself.
public struct Caller: Sendable, Hashable {
    /// The system whose certificate opened the connection to the gateway (or that calls within the county).
    public var system: PeerIdentity
    /// The acting person; nil for scheduled and relayed work, which acts as the service itself.
    public var person: PersonID?
    /// The role in which the person acts (`Protocols/codes.md`); empty without a person. Confirmed by Registry's
    /// posts before the gateway vouches for it.
    public var role: String
    /// The post that confirms the role, and where it is.
    public var post: PostID?
    /// The institution of the post; nil: none.
    public var institution: InstitutionID?
    /// The kind of that institution (`Protocols/codes.md`); empty without one.
    public var institutionKind: String
    /// The class, for a class teacher.
    public var className: String
    /// Why the data is needed, as a code from `Protocols/codes.md`; goes into the audit entry.
    public var purpose: String

    /// All values as documented at the properties.
    public init(
        system: PeerIdentity, person: PersonID? = nil, role: String = "", post: PostID? = nil,
        institution: InstitutionID? = nil, institutionKind: String = "", className: String = "",
        purpose: String = ""
    ) {
        self.system = system
        self.person = person
        self.role = role
        self.post = post
        self.institution = institution
        self.institutionKind = institutionKind
        self.className = className
        self.purpose = purpose
    }

    /// The municipality whose children this caller may be allowed to see; "0060" is the county, which sees none.
    public var municipality: String { system.municipality }

    /// That one of the county's own programs ("gateway", "risk", …), acting as itself. Other systems of the county
    /// are users like a municipality's.
    public func isProgram(_ name: String) -> Bool {
        system.kind == .system && system.municipality == "0060" && person == nil && name == system.name
    }
}
