/// Where a program's identity is and whom it trusts. Nothing is taken from the system's trust store.
public struct TLSConfiguration: Sendable, Hashable {
    /// PEM: our certificate first, then any intermediate authorities.
    public var certificateChainFile: String
    /// PEM: the certificate's private key, without a passphrase, not readable by others (0600 or 0640).
    public var privateKeyFile: String
    /// PEM: the authorities that vouch for peers; at a change of authority, both the old and the new.
    public var trustRootsFile: String
    /// PEM: the authorities' lists of revoked certificates, one of each authority; nil: nobody is revoked.
    public var revocationListFile: String?
    /// So many seconds after its full handshake a peer may resume its session; 0: always a full handshake.
    public var sessionSecondsMax = 7_200
    /// Sessions of its clients that a server keeps at most, until they are resumed or end.
    public static let sessionsKeptMax = 512
    /// Tickets that a server gives with each handshake.
    public static let ticketsPerConnection = 1
    /// The trust domain that our own and every peer's identity must be under.
    public var county: String
    /// The one application protocol (ALPN) that both sides must speak.
    public var applicationProtocol: String

    /// All values as documented at the properties; files are read by ``TLSContext`` only.
    public init(
        certificateChainFile: String, privateKeyFile: String, trustRootsFile: String,
        revocationListFile: String? = nil, county: String = "laane-viru.example",
        applicationProtocol: String = "tugi/1"
    ) {
        self.certificateChainFile = certificateChainFile
        self.privateKeyFile = privateKeyFile
        self.trustRootsFile = trustRootsFile
        self.revocationListFile = revocationListFile
        self.county = county
        self.applicationProtocol = applicationProtocol
    }

    /// All files that an identity is read from.
    var files: [String] {
        [certificateChainFile, privateKeyFile, trustRootsFile] + (revocationListFile.map { [$0] } ?? [])
    }

    /// The files as `scripts/certificates` lays them out: `ca.pem`, `NAME.pem`, `NAME.key` in one folder.
    public init(directory: String, name: String, county: String = "laane-viru.example") {
        self.init(
            certificateChainFile: "\(directory)/\(name).pem", privateKeyFile: "\(directory)/\(name).key",
            trustRootsFile: "\(directory)/ca.pem", county: county)
    }
}
