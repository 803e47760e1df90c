public import Logging
import RPC
public import Security

/// What every service's program has to be told; `config keys` of each program shows all keys with their meaning. Flags
/// go before environment variables, these before the file, this before the defaults.
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
    /// PEM file of the authorities' lists of revoked certificates; empty: none.
    public var revocationListFile = ""
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

    /// All values as documented at the properties; nothing is read or checked.
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

    /// Reads the keys that all services share; what is wrong is kept by the reader.
    public init(_ reading: inout SettingsReader, service: String, defaultPort: Int) {
        self.init(service: service, port: defaultPort)
        let common = CommonSettings(&reading, defaultPort: defaultPort)
        host = common.host
        port = common.port
        certificateFile = common.certificateFile
        privateKeyFile = common.privateKeyFile
        authorityFile = common.authorityFile
        revocationListFile = common.revocationListFile
        county = common.county
        environment = common.environment
        logLevel = common.logLevel
        dataFolder = reading.text(
            "service.data", dataFolder, "folder of the stores; each service has a folder of its name in it",
            allowed: "path")
        keysFolder = reading.text(
            "service.keys", keysFolder, "folder of the partitions' keys, likewise", allowed: "path")
        createsKeys = reading.flag(
            "keys.create", environment != "production", "make missing keys of partitions",
            presetText: "true, false in production")
        partitions = reading.list(
            "county.partitions", partitions, "partitions that this installation holds, 0060 among them",
            allowed: "four-digit EHAK codes")
        assertionKeyFile = reading.text(
            "assertion.public-key", assertionKeyFile,
            "PEM file of the key with which the gateway signs caller assertions", allowed: "path")
        for code in partitions where code.utf8.count != 4 || !code.utf8.allSatisfy({ 48...57 ~= $0 }) {
            reading.fault("county.partitions", "\"\(code)\" is no four-digit EHAK code")
        }
        if !partitions.contains("0060") {
            reading.fault("county.partitions", "the county's own partition 0060 is missing")
        }
    }

    /// What a look at the world is about: files, folders and the address.
    public var deployment: Deployment {
        Deployment(
            name: service, host: host, port: port, tls: tls, environmentID: environmentID,
            assertionKey: .init(setting: "assertion.public-key", file: assertionKeyFile, signs: false),
            folders: .init(
                data: "\(dataFolder)/\(service)", keys: "\(keysFolder)/\(service)", createsKeys: createsKeys,
                partitions: partitions))
    }

    /// The program's identity and whom it trusts, as TLS needs them.
    public var tls: TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: certificateFile, privateKeyFile: privateKeyFile,
            trustRootsFile: authorityFile,
            revocationListFile: revocationListFile.isEmpty ? nil : revocationListFile, county: county)
    }

    /// The installation's name, which client and server must share.
    public var environmentID: String { "\(county)/\(environment)" }
}
