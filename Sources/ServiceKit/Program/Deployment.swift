#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import RPC
public import Security

/// What a program's settings say about the world around it, and whether it is so.
public struct Deployment: Sendable {
    /// A key for caller assertions.
    public struct AssertionKey: Sendable {
        /// The key of the setting that names the file.
        public var setting: String
        /// The PEM file.
        public var file: String
        /// Whether this program signs; else it verifies.
        public var signs: Bool

        /// All values as documented at the properties.
        public init(setting: String, file: String, signs: Bool) {
            self.setting = setting
            self.file = file
            self.signs = signs
        }
    }

    /// Where a service keeps what it keeps.
    struct Folders: Sendable {
        var data: String
        var keys: String
        var createsKeys: Bool
        var partitions: [String]
    }

    /// The program's name in certificates and events: "registry".
    public let name: String
    let host: String
    let port: Int
    let tls: TLSConfiguration
    let environmentID: String
    let assertionKey: AssertionKey
    let folders: Folders?

    init(
        name: String, host: String, port: Int, tls: TLSConfiguration, environmentID: String,
        assertionKey: AssertionKey, folders: Folders?
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.tls = tls
        self.environmentID = environmentID
        self.assertionKey = assertionKey
        self.folders = folders
    }

    /// A program that keeps nothing; values as in ``ServiceConfiguration``.
    public init(
        name: String, host: String, port: Int, tls: TLSConfiguration, environmentID: String,
        assertionKey: AssertionKey
    ) {
        self.init(
            name: name, host: host, port: port, tls: tls, environmentID: environmentID,
            assertionKey: assertionKey, folders: nil)
    }

    /// Where somebody on the same machine reaches the program; nil when it takes any free port.
    var ownAddress: PeerAddress? {
        guard port != 0 else { return nil }
        switch host {
        case "0.0.0.0": return PeerAddress(host: "127.0.0.1", port: port)
        case "::": return PeerAddress(host: "::1", port: port)
        default: return PeerAddress(host: host, port: port)
        }
    }

    // MARK: - Faults

    /// Files for TLS that are not named.
    var missingTLS: [ConfigurationFaults.Fault] {
        [
            ("tls.certificate", tls.certificateChainFile, "--certificate"),
            ("tls.key", tls.privateKeyFile, "--key"), ("tls.authority", tls.trustRootsFile, "--authority"),
        ].filter { $0.1.isEmpty }.map { Self.missing($0.0, $0.2) }
    }

    private static func missing(_ key: String, _ flag: String) -> ConfigurationFaults.Fault {
        .init(
            key: key, message: "is not set: give \(flag) FILE; `scripts/certificates` makes files to try")
    }

    /// Everything that keeps a program from serving under its name: certificate, keys, authority, time zone.
    /// Each file is looked at by itself, so that all faults are told at once.
    public func identityFaults() -> [ConfigurationFaults.Fault] {
        var faults = missingTLS
        let inspection = tls.inspect()
        for (file, error) in inspection.faults where !path(file).isEmpty {
            faults.append(.init(key: setting(file), message: error.message))
        }
        if let identity = inspection.identity, identity.county == tls.county {
            let own = PeerIdentity(county: tls.county, municipality: "0060", kind: .system, name: name)
            if identity != own {
                faults.append(
                    .init(
                        key: "tls.certificate",
                        message: "\(tls.certificateChainFile) is that of \(identity.uri), this program is "
                            + "\(own.uri); name its own certificate and key"))
            }
        }
        if assertionKey.file.isEmpty {
            faults.append(
                Self.missing(assertionKey.setting, assertionKey.signs ? "--signing-key" : "--assertion-key"))
        } else {
            do throws(SecurityError) {
                if assertionKey.signs {
                    _ = try SigningKey(pemFile: assertionKey.file)
                } else {
                    _ = try VerifyingKey(pemFile: assertionKey.file)
                }
            } catch {
                faults.append(.init(key: assertionKey.setting, message: error.message))
            }
        }
        if SystemWallClock() == nil {
            faults.append(
                .init(
                    key: "(system)",
                    message: "the zone Europe/Tallinn is not known: apt-get install -y tzdata"))
        }
        return faults
    }

    private func setting(_ file: TLSConfiguration.File) -> String {
        switch file {
        case .certificate: "tls.certificate"
        case .key: "tls.key"
        case .authority: "tls.authority"
        case .revocationList: "tls.revocation-list"
        }
    }

    private func path(_ file: TLSConfiguration.File) -> String {
        switch file {
        case .certificate: tls.certificateChainFile
        case .key: tls.privateKeyFile
        case .authority: tls.trustRootsFile
        case .revocationList: tls.revocationListFile ?? ""
        }
    }

    /// Whether data and keys can be kept where they should be.
    public func folderFaults() -> [ConfigurationFaults.Fault] {
        guard let folders else { return [] }
        var faults = folderFault("service.data", folders.data)
        if folders.createsKeys { return faults + folderFault("service.keys", folders.keys) }
        for code in folders.partitions {
            let path = "\(folders.keys)/\(code).key"
            var status = stat()
            if stat(path, &status) != 0 || access(path, R_OK) != 0 {
                faults.append(
                    .init(
                        key: "service.keys",
                        message: "\(path) cannot be read (\(String(cString: strerror(errno)))); put the "
                            + "partition's key there, or set keys.create for a new installation"))
            } else if status.st_mode & 0o077 != 0 || status.st_size != 32 {
                faults.append(
                    .init(
                        key: "service.keys",
                        message: "\(path) is not a key of 32 bytes that only its owner may read (0600)"))
            }
        }
        return faults
    }

    /// The folder, or the nearest one above it that exists, must let the program write.
    private func folderFault(_ key: String, _ folder: String) -> [ConfigurationFaults.Fault] {
        var place = folder
        while access(place, F_OK) != 0, errno == ENOENT {
            guard let slash = place.lastIndex(of: "/") else {
                place = "."
                break
            }
            place = slash == place.startIndex ? "/" : String(place[..<slash])
        }
        var status = stat()
        guard stat(place, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return [.init(key: key, message: "\(place) is not a folder that this program may enter")]
        }
        if access(place, W_OK | X_OK) == 0 { return [] }
        let reason = String(cString: strerror(errno))
        return [
            .init(
                key: key,
                message: "\(folder) cannot be written (\(reason) at \(place)); it must be on a writable disk "
                    + "and belong to the account that runs the program")
        ]
    }
}
