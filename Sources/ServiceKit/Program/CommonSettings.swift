public import Logging
import NIOCore
import Security

/// The settings that all five programs have.
public struct CommonSettings: Sendable {
    /// Interface to listen on.
    public var host: String
    /// Port to listen on; 0: any free one.
    public var port: Int
    /// PEM file of this program's certificate.
    public var certificateFile: String
    /// PEM file of the certificate's private key.
    public var privateKeyFile: String
    /// PEM file of the authorities that are trusted.
    public var authorityFile: String
    /// PEM file of the authorities' lists of revoked certificates; empty: none.
    public var revocationListFile: String
    /// The trust domain in certificates.
    public var county: String
    /// development, test, staging or production; peers must have the same.
    public var environment: String
    /// Lines below it are not written.
    public var logLevel: Logger.Level

    /// The county of the samples, and of development certificates.
    public static let countyPreset = "laane-viru.example"

    /// Reads them; what is wrong is kept by the reader.
    public init(_ reading: inout SettingsReader, defaultPort: Int) {
        host = reading.text(
            "service.listen.host", "127.0.0.1", "interface to listen on; 0.0.0.0 or :: for all",
            allowed: "address or name")
        if !Self.isHost(host) {
            reading.fault(
                "service.listen.host", "\"\(host)\" is neither an address nor a name, e.g. 127.0.0.1")
        }
        port = reading.integer(
            "service.listen.port", defaultPort, in: 0...65_535, "port to listen on; 0 takes a free one")
        certificateFile = reading.text(
            "tls.certificate", "", "PEM file of this program's certificate", allowed: "path")
        privateKeyFile = reading.text(
            "tls.key", "", "PEM file of its private key, mode 0600 or 0640", allowed: "path")
        authorityFile = reading.text(
            "tls.authority", "", "PEM file of the authorities that are trusted", allowed: "path")
        revocationListFile = reading.text(
            "tls.revocation-list", "",
            "PEM file of the authorities' revocation lists, one of each; none: nobody is revoked",
            allowed: "path")
        county = reading.text(
            "county.name", Self.countyPreset, "trust domain in certificates", allowed: "domain name")
        if PeerIdentity(uri: "spiffe://\(county)/municipality/0060/system/gateway") == nil {
            reading.fault("county.name", "give a domain name in lower case letters, e.g. laane-viru.example")
        }
        environment = reading.choice(
            "county.environment", "development", of: ["development", "test", "staging", "production"],
            "kind of installation; all its programs and clients must name the same")
        let level = reading.choice(
            "log.level", "info", of: Logger.Level.allCases.map(\.rawValue), "lines below it are not written")
        logLevel = Logger.Level(rawValue: level) ?? .info
    }

    /// A number of either kind, or a name by the letters of DNS.
    private static func isHost(_ text: String) -> Bool {
        if (try? SocketAddress(ipAddress: text, port: 0)) != nil { return true }
        return (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0)
                    || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f
            } && text.utf8.contains { !(0x30...0x39).contains($0) && $0 != 0x2e }
    }
}
