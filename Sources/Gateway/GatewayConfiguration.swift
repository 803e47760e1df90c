public import Logging
public import RPC
import Security
public import ServiceKit

/// What the gateway has to be told; `tugi-gateway config keys` shows all keys.
public struct GatewayConfiguration: Sendable {
    /// Interface to listen on.
    public var host: String
    /// Port to listen on; 0: any free one.
    public var port: Int
    /// PEM file of the gateway's certificate.
    public var certificateFile: String
    /// PEM file of the certificate's private key.
    public var privateKeyFile: String
    /// PEM file of the authorities that are trusted.
    public var authorityFile: String
    /// PEM file of the authorities' lists of revoked certificates; empty: none.
    public var revocationListFile = ""
    /// The trust domain in certificates.
    public var county: String
    /// development, test, staging or production; peers must have the same.
    public var environment: String
    /// PEM file of the P-256 key that signs caller assertions; not the TLS key.
    public var signingKeyFile: String
    /// By the service's name.
    public var peers: [String: [PeerAddress]]
    /// The wait between two looks at an outbox that had nothing new, in milliseconds.
    public var relayPauseMilliseconds: Int
    /// Lines below it are not written.
    public var logLevel: Logger.Level

    /// All values as documented at the properties; nothing is read or checked.
    public init(
        host: String = "127.0.0.1", port: Int = 7400, certificateFile: String, privateKeyFile: String,
        authorityFile: String, county: String = "laane-viru.example", environment: String = "development",
        signingKeyFile: String, peers: [String: [PeerAddress]], relayPauseMilliseconds: Int = 100,
        logLevel: Logger.Level = .info
    ) {
        self.host = host
        self.port = port
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.authorityFile = authorityFile
        self.county = county
        self.environment = environment
        self.signingKeyFile = signingKeyFile
        self.peers = peers
        self.relayPauseMilliseconds = relayPauseMilliseconds
        self.logLevel = logLevel
    }

    /// Reads all keys; what is wrong is kept by the reader.
    public init(_ reading: inout SettingsReader) {
        let common = CommonSettings(&reading, defaultPort: 7400)
        var peers: [String: [PeerAddress]] = [:]
        for (index, peer) in Peer.allCases.enumerated() {
            let key = "peers.\(peer.rawValue).addresses"
            let texts = reading.list(
                key, ["127.0.0.1:\(7401 + index)"], "where tugi-\(peer.rawValue) listens",
                allowed: "HOST:PORT")
            peers[peer.rawValue] = texts.compactMap { PeerAddress($0) }
            if peers[peer.rawValue]?.count != texts.count || texts.isEmpty {
                reading.fault(key, "give HOST:PORT, several with commas between")
            }
        }
        let signingKeyFile = reading.text(
            "assertion.signing-key", "",
            "PEM file of the P-256 key that signs caller assertions; not a TLS key", allowed: "path")
        let pause = reading.integer(
            "relay.pause-milliseconds", 100, in: 1...60_000,
            "wait between two looks at an outbox that had nothing new")
        self.init(
            host: common.host, port: common.port, certificateFile: common.certificateFile,
            privateKeyFile: common.privateKeyFile, authorityFile: common.authorityFile,
            county: common.county, environment: common.environment, signingKeyFile: signingKeyFile,
            peers: peers, relayPauseMilliseconds: pause, logLevel: common.logLevel)
        revocationListFile = common.revocationListFile
    }

    /// What a look at the world is about: files and the address.
    public var deployment: Deployment {
        Deployment(
            name: "gateway", host: host, port: port, tls: tls, environmentID: environmentID,
            assertionKey: .init(setting: "assertion.signing-key", file: signingKeyFile, signs: true))
    }

    var tls: TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: certificateFile, privateKeyFile: privateKeyFile,
            trustRootsFile: authorityFile,
            revocationListFile: revocationListFile.isEmpty ? nil : revocationListFile, county: county)
    }

    var environmentID: String { "\(county)/\(environment)" }
}
