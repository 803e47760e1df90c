import Contracts
import Security
public import Store
import SwiftProtobuf

/// What the gateway vouches for: who calls, which service and methods it is for, and how long it holds.
public struct CallerAssertion: Sendable, Hashable {
    /// On whose behalf the calls are made.
    public var caller: Caller
    /// The service that may believe it: "registry", "risk", "referral", "training".
    public var audience: String
    /// The ids of the methods that it is good for.
    public var methods: Set<UInt32>
    /// When the gateway signed it, by its own clock.
    public var issued: Instant
    /// From when on nobody believes it: ``lifetimeMicroseconds`` after it was issued.
    public var expires: Instant

    /// How long an assertion holds: long enough for one request's calls, short enough that a stolen one is stale.
    public static let lifetimeMicroseconds: Int64 = 60 * 1_000_000
    /// How far the clocks of two of the county's machines may be apart.
    static let skewMicroseconds: Int64 = 5 * 1_000_000
    /// Largest encoded form that is looked at.
    static let bytesMax = 2048

    /// Holds for ``lifetimeMicroseconds`` from `issued`.
    public init(caller: Caller, audience: String, methods: Set<UInt32>, issued: Instant) {
        self.caller = caller
        self.audience = audience
        self.methods = methods
        self.issued = issued
        expires = Instant(microseconds: issued.microseconds + Self.lifetimeMicroseconds)
    }

    /// What is signed: the words before it keep a signature made for another purpose from fitting here.
    static func signedBytes(_ assertion: [UInt8]) -> [UInt8] {
        Array("tugi-caller-assertion/1".utf8) + [0] + assertion
    }

    func encoded() throws -> [UInt8] {
        let message = CommonCallerAssertion.with {
            $0.audience = audience
            $0.methods = methods.sorted()
            $0.issuedMicroseconds = issued.microseconds
            $0.expiresMicroseconds = expires.microseconds
            $0.system = caller.system.uri
            if let person = caller.person { $0.personID = person.data }
            $0.role = caller.role
            if let post = caller.post { $0.postID = post.data }
            if let institution = caller.institution { $0.institutionID = institution.data }
            $0.institutionKind = caller.institutionKind
            $0.className = caller.className
            $0.purpose = caller.purpose
        }
        return try message.serializedBytes()
    }

    /// Nil for bytes that are no assertion.
    init?(encoded bytes: [UInt8]) {
        guard let message = try? CommonCallerAssertion(serializedBytes: bytes),
            let system = PeerIdentity(uri: message.system), !message.audience.isEmpty
        else { return nil }
        let person = PersonID(message.personID)
        let post = PostID(message.postID)
        let institution = InstitutionID(message.institutionID)
        guard person != nil || message.personID.isEmpty, post != nil || message.postID.isEmpty,
            institution != nil || message.institutionID.isEmpty
        else { return nil }
        caller = Caller(
            system: system, person: person, role: message.role, post: post, institution: institution,
            institutionKind: message.institutionKind, className: message.className, purpose: message.purpose)
        audience = message.audience
        methods = Set(message.methods)
        issued = Instant(microseconds: message.issuedMicroseconds)
        expires = Instant(microseconds: message.expiresMicroseconds)
    }
}

/// Names of what travels with calls between our programs.
public enum CallMetadata {
    /// The signed caller assertion.
    public static let assertion = "tugi-assertion"
    /// From a municipality's system to the gateway: the acting person (16 bytes), role and purpose (UTF-8).
    public static let person = "tugi-person"
    public static let role = "tugi-role"
    public static let purpose = "tugi-purpose"
}
