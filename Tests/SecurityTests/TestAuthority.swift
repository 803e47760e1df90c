import Security
import Subprocess
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A folder with a development authority and certificates made by `scripts/certificates`; gone when let go.
final class TestAuthority: Sendable {
    let folder: String

    private init(folder: String) { self.folder = folder }
    deinit { removeFolder(folder) }

    static func make(county: String = "laane-viru.example") async throws -> TestAuthority {
        let authority = TestAuthority(folder: try makeFolder())
        try await run(
            "bash",
            [
                packageRoot + "/scripts/certificates",
                "--out", authority.folder, "--county", county, "--municipality", "0901", "--system",
                "school-records",
            ])
        return authority
    }

    /// The files of `NAME`, perhaps with another authority's roots or key.
    func configuration(_ name: String, county: String = "laane-viru.example") -> TLSConfiguration {
        TLSConfiguration(directory: folder, name: name, county: county)
    }

    func context(_ name: String) throws -> TLSContext { try TLSContext(configuration(name)) }

    /// The authority of the running suite (see `WithAuthority`).
    @TaskLocal private static var ofSuite: TestAuthority?
    static func current() throws -> TestAuthority { try #require(ofSuite) }

    static func whileCurrent(_ body: () async throws -> Void) async throws {
        let authority = try await make()
        try await $ofSuite.withValue(authority) { try await body() }
    }

    /// A leaf of this authority outside the script's rules: `san`, extensions and validity as given. Gives
    /// its name.
    @discardableResult
    func makeLeaf(
        _ given: String? = nil, san: String, usage: String = "digitalSignature",
        extended: String = "serverAuth,clientAuth", authority: Bool = false, ended: Bool = false,
        issuer: String = "ca"
    ) async throws -> String {
        let name = given ?? "leaf-" + SecureRandom.bytes(8).map { String($0) }.joined(separator: "-")
        let lines = [
            "[req]", "distinguished_name = subject", "prompt = no", "[subject]", "CN = \(name)",
            "[extensions]", "basicConstraints = critical, CA:\(authority)", "keyUsage = critical, \(usage)",
            extended.isEmpty ? "" : "extendedKeyUsage = \(extended)",
            san.isEmpty ? "" : "subjectAltName = \(san)",
            "[ca]", "default_ca = this", "[this]", "new_certs_dir = \(folder)",
            "database = \(folder)/\(name).index",
            "rand_serial = yes", "default_md = sha256", "policy = any", "unique_subject = no", "[any]",
            "commonName = supplied",
        ]
        let settings = "\(folder)/\(name).cnf"
        try write(lines.joined(separator: "\n"), to: settings)
        try write("", to: "\(folder)/\(name).index")
        try await run(
            "openssl",
            [
                "req", "-config", settings, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).csr",
            ])
        try await run(
            "openssl",
            [
                "ca", "-batch", "-notext", "-config", settings, "-extensions", "extensions",
                "-in", "\(folder)/\(name).csr", "-out", "\(folder)/\(name).pem",
                "-cert", "\(folder)/\(issuer).pem", "-keyfile", "\(folder)/\(issuer).key",
                "-startdate", "20200101000000Z", "-enddate", ended ? "20210101000000Z" : "21200101000000Z",
            ])
        _ = chmod("\(folder)/\(name).key", 0o600)
        return name
    }
}

extension TestAuthority {
    /// Writes `NAME` in the folder: this authority's list that revokes those leaves; gives its path.
    @discardableResult
    func makeRevocationList(
        _ name: String, revoking: [String], ended: Bool = false, days: Int? = nil, issuer: String = "ca"
    ) async throws -> String {
        let settings = "\(folder)/\(name).cnf"
        let lines = [
            "[ca]", "default_ca = this", "[this]", "database = \(folder)/\(name).index",
            "default_md = sha256",
            "default_crl_days = 30",
        ]
        try write(lines.joined(separator: "\n"), to: settings)
        try write("", to: "\(folder)/\(name).index")
        let ca = [
            "ca", "-config", settings, "-cert", "\(folder)/\(issuer).pem", "-keyfile",
            "\(folder)/\(issuer).key",
        ]
        for leaf in revoking { try await run("openssl", ca + ["-revoke", "\(folder)/\(leaf).pem"]) }
        let until =
            days.map { ["-crldays", "\($0)"] }
            ?? ["-crl_nextupdate", ended ? "20210101000000Z" : "21200101000000Z"]
        try await run(
            "openssl",
            ca + ["-gencrl"] + (days == nil ? ["-crl_lastupdate", "20200101000000Z"] : []) + until
                + ["-out", "\(folder)/\(name).made"])
        try move("\(folder)/\(name).made", to: "\(folder)/\(name)")
        return "\(folder)/\(name)"
    }
}

/// Makes one authority for all tests of a suite, and removes it after them.
struct WithAuthority: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await TestAuthority.whileCurrent(function)
    }
}

extension Trait where Self == WithAuthority {
    static var withAuthority: Self { Self() }
}

/// The folder of Package.swift.
let packageRoot = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

func makeFolder() throws -> String {
    var template = Array("/tmp/tugi-security.XXXXXX".utf8CString)
    return try String(cString: #require(mkdtemp(&template)))
}

func removeFolder(_ path: String) {
    guard let entries = opendir(path) else { return }
    while let entry = readdir(entries) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { unlink("\(path)/\(name)") }
    }
    closedir(entries)
    rmdir(path)
}

/// Puts a finished file in another's place.
func move(_ from: String, to path: String) throws { try #require(rename(from, path) == 0) }

func copy(_ from: String, to path: String) throws {
    let text = String(decoding: try read(from), as: UTF8.self)
    try write(text, to: path + ".new")
    try move(path + ".new", to: path)
}

func removeFile(_ path: String) { unlink(path) }

func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    try #require(file >= 0)
    defer { close(file) }
    let bytes = Array(text.utf8)
    try #require(write(file, bytes, bytes.count) == bytes.count)
}

func read(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY)
    try #require(file >= 0)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(file, &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)))
}

/// Runs a command that must succeed.
@discardableResult
func run(_ command: String, _ arguments: [String]) async throws -> String {
    let result = try await Subprocess.run(
        .name(command), arguments: Arguments(arguments), output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 20))
    try #require(result.terminationStatus.isSuccess, "\(command): \(result.standardError)")
    return result.standardOutput
}
