import Contracts
import RPC
import Security
import ServiceKit

/// The services behind the gateway; raw values are their names in certificates, events and settings.
enum Peer: String, CaseIterable, Sendable, Hashable {
    case registry, risk, referral, training
}

/// One direction in which events flow.
struct Subscription: Sendable, Hashable {
    let source: Peer
    let consumer: Peer
}

/// What the gateway decides by itself: who is let in, who answers what, and what flows where. Whether somebody may see
/// a child is decided in the service that owns the data, never here.
enum GatewayRules {
    /// Who hears whom. Static: a new arrow is a decision about data flow, not a setting.
    static let subscriptions: [Subscription] = [
        // From one municipality's partition to another's: a child's hand-over.
        Subscription(source: .registry, consumer: .registry),
        Subscription(source: .registry, consumer: .risk),
        Subscription(source: .registry, consumer: .referral),
        Subscription(source: .registry, consumer: .training),
        Subscription(source: .risk, consumer: .referral),
        Subscription(source: .referral, consumer: .risk),
        Subscription(source: .referral, consumer: .registry),
        Subscription(source: .training, consumer: .registry),
    ]

    /// The service that answers a method, by the block of its id (`Protocols/method-ids.txt`).
    static func owner(of method: UInt32) -> Peer? {
        switch method >> 8 {
        case 1: .registry
        case 2: .risk
        case 3: .referral
        case 4: .training
        default: nil
        }
    }

    /// The methods that are passed on unchanged: the public ones of every service.
    static let forwarded: [MethodDescriptor] =
        (RegistryMethod.allCases.map(\.descriptor) + RiskMethod.allCases.map(\.descriptor)
        + ReferralMethod.allCases.map(\.descriptor) + TrainingMethod.allCases.map(\.descriptor))
        .filter { $0.audience == .public }

    /// Refuses a peer that may not use methods of that audience through the gateway.
    static func admit(_ peer: PeerIdentity?, to method: MethodDescriptor, county: String) throws
        -> PeerIdentity
    {
        guard let peer, peer.county == county else {
            throw ServiceError(
                .notAllowed, "certificate-foreign",
                "The certificate names no system or person of this county; ask county IT for one.")
        }
        switch method.audience {
        case .internal:
            throw ServiceError(
                .notAllowed, "method-internal", "\(method.name) is used between the county's programs only.")
        case .operator:
            guard peer.kind == .person, peer.municipality == "0060" else {
                throw ServiceError(
                    .notAllowed, "operators-only",
                    "\(method.name) is for operators; use an operator's certificate.")
            }
        case .public:
            guard peer.kind == .system else {
                throw ServiceError(
                    .notAllowed, "systems-only",
                    "\(method.name) is for municipalities' systems; an operator's certificate opens no data.")
            }
        }
        return peer
    }

    /// What the calling system says of the person on whose behalf it calls.
    struct Claim: Sendable, Hashable {
        var person: PersonID
        var role: String
    }

    /// Reads the claim from a call's metadata; nil when the system acts by itself.
    static func claim(in metadata: Metadata) throws -> Claim? {
        guard let bytes = metadata["tugi-person"] else {
            guard metadata["tugi-role"] == nil else {
                throw ServiceError(
                    .invalid, "person-missing", "A role needs the person who holds it: send tugi-person.")
            }
            return nil
        }
        guard let person = PersonID(bytes) else {
            throw ServiceError(.invalid, "person-malformed", "tugi-person is 16 bytes: the person's id.")
        }
        guard let role = metadata["tugi-role"].map({ String(decoding: $0, as: UTF8.self) }), isCode(role)
        else {
            throw ServiceError(
                .invalid, "role-missing",
                "A person acts in a role: send tugi-role, a code of Protocols/codes.md.")
        }
        return Claim(person: person, role: role)
    }

    /// Why the data is needed; compulsory for a person.
    static func purpose(in metadata: Metadata, claim: Claim?) throws -> String {
        let purpose = metadata["tugi-purpose"].map { String(decoding: $0, as: UTF8.self) } ?? ""
        if purpose.isEmpty, claim == nil { return "data-entry" }
        guard isCode(purpose) else {
            throw ServiceError(
                .invalid, "purpose-missing",
                "State why the data is needed: tugi-purpose, a code of Protocols/codes.md.")
        }
        return purpose
    }

    /// Lower case letters and "-", 1 to 40.
    static func isCode(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2d }
    }

    /// May this caller finish some journal's import? The rest of an import is judged by RiskScoring itself; its last
    /// steps are done by the gateway in its own name, so the same rule stands here.
    static func mayFinishImport(_ caller: Caller, municipality: String) -> Bool {
        guard caller.municipality == municipality, municipality != "0060" else { return false }
        return caller.person == nil || caller.role == "registrar"
    }

    /// May this caller finish the import that was begun for `institution`, asking for `requested`? A school's registrar
    /// finishes that school's; the municipality's, and its own systems, all of the municipality.
    static func mayFinishImport(
        _ caller: Caller, of institution: InstitutionID?, requested: InstitutionID?
    ) -> Bool {
        guard let institution, institution == requested else { return false }
        return caller.person == nil || caller.institutionKind == "municipality"
            || caller.institution == institution
    }

    /// An operation id for a step of an operation: the same step of the same operation always has the same.
    static func operation(_ base: [UInt8], step: String) -> [UInt8] {
        var bytes = Array(Digest.sha256(base + Array(step.utf8)).prefix(16))
        // RFC 9562: version 8 (made by our own rule), variant 2.
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        return bytes
    }
}
