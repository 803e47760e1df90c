public import Configuration
public import Logging
public import Security

/// What every program has to be told. Flags go before environment variables, these before the file, this before the
/// defaults; the keys are the same everywhere: `service.data` is the flag `--data`, the variable `TUGI_SERVICE_DATA`,
/// and in the file {"service": {"data": …}}.
///
/// | key | default | meaning |
/// | --- | --- | --- |
/// | `service.listen.host` | 127.0.0.1 | interface to listen on |
/// | `service.listen.port` | 7401 to 7404 | port; 0 takes a free one |
/// | `service.data` | data | folder of the stores; each service has a folder of its name in it |
/// | `service.keys` | keys | folder of the partitions' keys, likewise |
/// | `keys.create` | true, false in production | make missing keys |
/// | `tls.certificate` | | PEM file of this program's certificate |
/// | `tls.key` | | PEM file of its private key, mode 0600 |
/// | `tls.authority` | | PEM file of the authorities that are trusted |
/// | `county.name` | laane-viru.example | trust domain in certificates |
/// | `county.environment` | development | development, test, staging or production; peers must agree |
/// | `county.partitions` | Lääne-Viru's eight and 0060 | EHAK codes, with commas between |
/// | `assertion.public-key` | | PEM file of the key with which the gateway signs caller assertions |
/// | `log.level` | info | trace, debug, info, notice, warning, error, critical |
public struct ServiceConfiguration: Sendable {
    /// The program's name: "registry", "risk", "referral", "training".
    public var service: String
    /// Interface to listen on.
    public var host: String
    /// Port to listen on; 0: any free one.
    public var port: Int
    /// Folder of the service's stores.
    public var dataFolder: String
    /// Folder of the partitions' keys.
    public var keysFolder: String
    /// Whether missing keys of partitions are made; otherwise they are a fault.
    public var createsKeys: Bool
    /// PEM file of this program's certificate.
    public var certificateFile: String
    /// PEM file of the certificate's private key.
    public var privateKeyFile: String
    /// PEM file of the authorities that are trusted.
    public var authorityFile: String
    /// The trust domain in certificates.
    public var county: String
    /// development, test, staging or production; peers must have the same.
    public var environment: String
    /// EHAK codes of the partitions that this installation holds.
    public var partitions: [String]
    /// PEM file of the key that caller assertions are verified with.
    public var assertionKeyFile: String
    /// Lines below it are not written.
    public var logLevel: Logger.Level

    /// The municipalities of Lääne-Viru and the county itself.
    public static let laaneViru = ["0060", "0191", "0272", "0661", "0663", "0792", "0901", "0903", "0928"]

    /// All values as documented at the properties and in the table above; nothing is read or checked.
    public init(
        service: String, host: String = "127.0.0.1", port: Int, dataFolder: String = "data",
        keysFolder: String = "keys", createsKeys: Bool = true, certificateFile: String = "",
        privateKeyFile: String = "", authorityFile: String = "", county: String = "laane-viru.example",
        environment: String = "development", partitions: [String] = ServiceConfiguration.laaneViru,
        assertionKeyFile: String = "", logLevel: Logger.Level = .info
    ) {
        self.service = service
        self.host = host
        self.port = port
        self.dataFolder = dataFolder
        self.keysFolder = keysFolder
        self.createsKeys = createsKeys
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.authorityFile = authorityFile
        self.county = county
        self.environment = environment
        self.partitions = partitions
        self.assertionKeyFile = assertionKeyFile
        self.logLevel = logLevel
    }

    /// Reads all keys; throws ``ConfigurationFaults`` with everything that is wrong at once.
    public init(_ config: ConfigReader, service: String, defaultPort: Int) throws {
        var reading = SettingsReader(config)
        self.init(service: service, port: defaultPort)
        host = reading.text("service.listen.host", host)
        port = reading.integer("service.listen.port", port, in: 0...65_535)
        dataFolder = reading.text("service.data", dataFolder)
        keysFolder = reading.text("service.keys", keysFolder)
        certificateFile = reading.text("tls.certificate", certificateFile)
        privateKeyFile = reading.text("tls.key", privateKeyFile)
        authorityFile = reading.text("tls.authority", authorityFile)
        county = reading.text("county.name", county)
        environment = reading.choice(
            "county.environment", environment, of: ["development", "test", "staging", "production"])
        createsKeys = reading.flag("keys.create", environment != "production")
        partitions = reading.list("county.partitions", partitions)
        assertionKeyFile = reading.text("assertion.public-key", assertionKeyFile)
        let level = reading.choice("log.level", logLevel.rawValue, of: Logger.Level.allCases.map(\.rawValue))
        logLevel = Logger.Level(rawValue: level) ?? .info
        for code in partitions where code.utf8.count != 4 || !code.utf8.allSatisfy({ 48...57 ~= $0 }) {
            reading.fault("county.partitions", "\"\(code)\" is no four-digit EHAK code")
        }
        if !partitions.contains("0060") {
            reading.fault("county.partitions", "the county's own partition 0060 is missing")
        }
        if PeerIdentity(uri: "spiffe://\(county)/municipality/0060/system/gateway") == nil {
            reading.fault("county.name", "give a domain name in lower case letters, e.g. laane-viru.example")
        }
        try reading.finish()
    }

    /// Refuses to serve without certificate, key, authority and assertion key; names all that are missing.
    public func requireIdentity() throws {
        let wanted = [
            ("tls.certificate", certificateFile, "--certificate"), ("tls.key", privateKeyFile, "--key"),
            ("tls.authority", authorityFile, "--authority"),
            ("assertion.public-key", assertionKeyFile, "--assertion-key"),
        ]
        let missing = wanted.filter { $0.1.isEmpty }
        guard missing.isEmpty else {
            throw ConfigurationFaults(
                missing.map {
                    .init(
                        key: $0.0,
                        message: "is not set: give \($0.2) FILE; `scripts/certificates` makes files to try")
                })
        }
    }

    /// The program's identity and whom it trusts, as TLS needs them.
    public var tls: TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: certificateFile, privateKeyFile: privateKeyFile,
            trustRootsFile: authorityFile,
            county: county)
    }

    /// The installation's name, which client and server must share.
    public var environmentID: String { "\(county)/\(environment)" }

    /// All settings by key, for `config`; files are named, their content is not shown.
    public var listing: [(key: String, value: String)] {
        [
            ("assertion.public-key", assertionKeyFile), ("county.environment", environment),
            ("county.name", county),
            ("county.partitions", partitions.joined(separator: ",")), ("keys.create", "\(createsKeys)"),
            ("log.level", logLevel.rawValue), ("service.data", dataFolder), ("service.keys", keysFolder),
            ("service.listen.host", host), ("service.listen.port", "\(port)"),
            ("tls.authority", authorityFile),
            ("tls.certificate", certificateFile), ("tls.key", privateKeyFile),
        ]
    }
}
