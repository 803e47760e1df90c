public import Configuration
public import Logging
public import RPC
import Security
import ServiceKit

/// What the gateway has to be told; layers as for every program (``ProgramOptions``).
///
/// | key | default | meaning |
/// | --- | --- | --- |
/// | `service.listen.host` | 127.0.0.1 | interface to listen on |
/// | `service.listen.port` | 7400 | port; 0 takes a free one |
/// | `tls.certificate`, `tls.key`, `tls.authority` | | PEM files, as for every program |
/// | `county.name` | laane-viru.example | trust domain in certificates |
/// | `county.environment` | development | development, test, staging or production; peers must agree |
/// | `assertion.signing-key` | | PEM file of the P-256 key that signs caller assertions; not a TLS key |
/// | `peers.registry.addresses` | 127.0.0.1:7401 | HOST:PORT, several with commas between |
/// | `peers.risk.addresses` | 127.0.0.1:7402 | likewise |
/// | `peers.referral.addresses` | 127.0.0.1:7403 | likewise |
/// | `peers.training.addresses` | 127.0.0.1:7404 | likewise |
/// | `relay.pause-milliseconds` | 100 | wait between two looks at an outbox that had nothing new |
/// | `log.level` | info | trace, debug, info, notice, warning, error, critical |
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

    /// Reads all keys; throws `ConfigurationFaults` with everything that is wrong at once.
    public init(_ config: ConfigReader) throws {
        var reading = SettingsReader(config)
        var peers: [String: [PeerAddress]] = [:]
        for (index, peer) in Peer.allCases.enumerated() {
            let key = "peers.\(peer.rawValue).addresses"
            let texts = reading.list(ConfigKey(key), ["127.0.0.1:\(7401 + index)"])
            peers[peer.rawValue] = texts.compactMap { PeerAddress($0) }
            if peers[peer.rawValue]?.count != texts.count || texts.isEmpty {
                reading.fault(ConfigKey(key), "give HOST:PORT, several with commas between")
            }
        }
        let level = reading.choice("log.level", "info", of: Logger.Level.allCases.map(\.rawValue))
        self.init(
            host: reading.text("service.listen.host", "127.0.0.1"),
            port: reading.integer("service.listen.port", 7400, in: 0...65_535),
            certificateFile: reading.text("tls.certificate", ""), privateKeyFile: reading.text("tls.key", ""),
            authorityFile: reading.text("tls.authority", ""),
            county: reading.text("county.name", "laane-viru.example"),
            environment: reading.choice(
                "county.environment", "development", of: ["development", "test", "staging", "production"]),
            signingKeyFile: reading.text("assertion.signing-key", ""), peers: peers,
            relayPauseMilliseconds: reading.integer("relay.pause-milliseconds", 100, in: 1...60_000),
            logLevel: Logger.Level(rawValue: level) ?? .info)
        if PeerIdentity(uri: "spiffe://\(county)/municipality/0060/system/gateway") == nil {
            reading.fault("county.name", "give a domain name in lower case letters, e.g. laane-viru.example")
        }
        let files = [
            ("tls.certificate", certificateFile, "--certificate"), ("tls.key", privateKeyFile, "--key"),
            ("tls.authority", authorityFile, "--authority"),
            ("assertion.signing-key", signingKeyFile, "--signing-key"),
        ]
        for (key, file, flag) in files where file.isEmpty {
            reading.fault(
                ConfigKey(key), "is not set: give \(flag) FILE; `scripts/certificates` makes files to try")
        }
        try reading.finish()
    }

    var tls: TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: certificateFile, privateKeyFile: privateKeyFile,
            trustRootsFile: authorityFile, county: county)
    }

    var environmentID: String { "\(county)/\(environment)" }
}
