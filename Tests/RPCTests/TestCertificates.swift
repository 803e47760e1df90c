import Foundation
import Security
import Subprocess

/// Certificates for these tests, made once by scripts/certificates: the county's, and a foreign authority's.
struct TestCertificates: Sendable {
    let county: String
    let foreign: String

    /// Made at the first use; removed with the temporary folder of the machine.
    static let shared = Task { try await TestCertificates.make() }

    static var value: TestCertificates { get async throws { try await shared.value } }

    func tls(_ name: String) -> TLSConfiguration { TLSConfiguration(directory: county, name: name) }

    /// Another authority vouches for the same name; such a client trusts both.
    func foreignTLS(_ name: String) -> TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: "\(foreign)/\(name).pem", privateKeyFile: "\(foreign)/\(name).key",
            trustRootsFile: "\(foreign)/both.pem")
    }

    private static func make() async throws -> TestCertificates {
        let root = FileManager.default.temporaryDirectory.appending(
            path: "tugi-rpc-tests-\(UUID().uuidString)")
        let made = TestCertificates(
            county: root.appending(path: "county").path, foreign: root.appending(path: "foreign").path)
        for folder in [made.county, made.foreign] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let script = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../scripts/certificates").standardizedFileURL.path
            let result = try await run(
                .name("bash"), arguments: [script, "--out", folder], output: .discarded,
                error: .string(limit: 64 * 1024))
            guard result.terminationStatus.isSuccess else {
                throw CertificatesFailed(text: result.standardError)
            }
        }
        let roots = try [made.county, made.foreign].map {
            try String(contentsOfFile: "\($0)/ca.pem", encoding: .utf8)
        }
        try roots.joined().write(toFile: "\(made.foreign)/both.pem", atomically: true, encoding: .utf8)
        return made
    }

    struct CertificatesFailed: Error {
        var text: String
    }
}
