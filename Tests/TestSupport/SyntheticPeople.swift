import Security
public import ServiceKit

extension Identifier {
    /// The id with that number: the same each time, and seen to be made up.
    public static func synthetic(_ number: UInt32) -> Self {
        let tail = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        guard let id = Self([0xfe, 0xed, 0, 0, 0, 0, 0x80, 0, 0x80, 0, 0, 0] + tail) else {
            preconditionFailure("16 bytes are an id")
        }
        return id
    }
}

extension Caller {
    /// A person of a municipality, calling through its system "school-records".
    public static func synthetic(
        role: String, municipality: String = "0901", institution: InstitutionID? = nil,
        institutionKind: String = "school", className: String = "", person: PersonID = .synthetic(1),
        post: PostID? = nil, purpose: String = "support"
    ) -> Caller {
        Caller(
            system: PeerIdentity(
                county: ServiceBench.county, municipality: municipality, kind: .system, name: "school-records"
            ),
            person: person, role: role, post: post, institution: institution,
            institutionKind: institution == nil ? "" : institutionKind, className: className, purpose: purpose
        )
    }

    /// One of the county's own programs, acting as itself.
    public static func program(_ name: String) -> Caller {
        Caller(
            system: PeerIdentity(
                county: ServiceBench.county, municipality: "0060", kind: .system, name: name),
            purpose: "operations")
    }

    /// One of the county's operators.
    public static func operatorOfCounty(_ name: String = "proovi-operaator-1") -> Caller {
        Caller(
            system: PeerIdentity(
                county: ServiceBench.county, municipality: "0060", kind: .person, name: name),
            purpose: "operations")
    }
}
