/// Who a peer is by its certificate: exactly one URI (SPIFFE X.509-SVID, section 2).
///
/// Two shapes are in use, both under the county's trust domain:
/// `spiffe://COUNTY/municipality/CODE/system/NAME` and `spiffe://COUNTY/municipality/CODE/person/ID`.
public struct PeerIdentity: Sendable, Hashable {
    /// What holds the certificate.
    public enum Kind: String, Sendable, Hashable {
        case system, person
    }
    /// The trust domain: the county's name, e.g. "laane-viru.example".
    public let county: String
    /// Four-digit EHAK code; "0060" is the county itself.
    public let municipality: String
    /// A program, or a person.
    public let kind: Kind
    /// The system's name, or the person's id.
    public let name: String

    /// Takes the parts as they are; see `init(uri:)` for what a certificate may name.
    public init(county: String, municipality: String, kind: Kind, name: String) {
        self.county = county
        self.municipality = municipality
        self.kind = kind
        self.name = name
    }

    /// As it stands in the certificate.
    public var uri: String { "spiffe://\(county)/municipality/\(municipality)/\(kind.rawValue)/\(name)" }

    /// Reads such a URI; nil for any other. Names are 1 to 64 of lower case letters, digits and "-".
    public init?(uri: String) {
        guard uri.utf8.count <= 255, uri.hasPrefix("spiffe://") else { return nil }
        let parts = uri.dropFirst(9).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[1] == "municipality", let kind = Kind(rawValue: String(parts[3])) else {
            return nil
        }
        func plain(_ text: Substring, _ more: String = "") -> Bool {
            (1...64).contains(text.utf8.count)
                && text.utf8.allSatisfy {
                    (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
                        || more.utf8.contains($0)
                }
        }
        guard plain(parts[0], "."), plain(parts[4]), parts[2].utf8.count == 4,
            parts[2].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.init(
            county: String(parts[0]), municipality: String(parts[2]), kind: kind, name: String(parts[4]))
    }
}
