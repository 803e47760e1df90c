import Foundation
public import Security

/// Certificates made once per test process by `scripts/certificates`, in a temporary folder.
public final class TestCertificates: Sendable {
    /// `ca.pem`, `NAME.pem`, `NAME.key` for the five programs, `operator` and `CODE-school-records`;
    /// `assertion.key` and `assertion.pub`.
    public let folder: String
    private let temporary: TemporaryFolder

    /// Made at the first use; throws what the script said when it failed.
    public static func shared() throws -> TestCertificates { try made.get() }

    private static let made = Result { try TestCertificates() }

    /// Another authority's certificates for the same names, for tests of foreign peers: give other words of the
    /// script as `arguments` (`--county`, `--system`, …).
    public init(_ arguments: [String] = []) throws {
        temporary = try TemporaryFolder("certificates")
        folder = temporary.path
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../scripts/certificates").standardizedFileURL.path
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["bash", script, "--out", folder] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(said: String(decoding: said, as: UTF8.self))
        }
    }

    /// What the script printed.
    public struct Failure: Error {
        public var said: String
    }

    /// That program's or system's identity: "registry", "0901-school-records".
    public func tls(_ name: String) -> TLSConfiguration { TLSConfiguration(directory: folder, name: name) }

    /// The gateway's key for caller assertions.
    public func assertionSigningKey() throws -> SigningKey {
        try SigningKey(pemFile: folder + "/assertion.key")
    }

    /// What services check assertions with.
    public func assertionVerifyingKey() throws -> VerifyingKey {
        try VerifyingKey(pemFile: folder + "/assertion.pub")
    }
}
