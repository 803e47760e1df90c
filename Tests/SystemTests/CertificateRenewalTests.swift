import Foundation
import Subprocess
import Testing

@Suite("Certificates of programs that run")
struct CertificateRenewalTests {
    /// The serial number of the certificate that a program shows.
    private func serial(shownBy name: String, of county: County) async throws -> String {
        let pair = "\(county.folder)/certificates/operator"
        let line =
            "openssl s_client -connect 127.0.0.1:\(county.port(name)) -tls1_3 -alpn tugi/1 -cert \(pair).pem "
            + "-key \(pair).key </dev/null 2>/dev/null | openssl x509 -noout -serial"
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", line], output: .string(limit: 4096), error: .discarded)
        return result.standardOutput
    }

    @Test(
        "A renewed pair is shown after SIGHUP, without a restart and without losing the county's connections")
    func renewed() async throws {
        try await County.with { county in
            for name in ["registry", "gateway"] {
                let before = try await serial(shownBy: name, of: county)
                #expect(before.hasPrefix("serial="))
                for kind in ["pem", "key"] {
                    try FileManager.default.removeItem(
                        atPath: "\(county.folder)/certificates/\(name).\(kind)")
                }
                try await Repository.certificates(into: county.folder + "/certificates")
                county.signal(name, SIGHUP)
                var now = before
                while now == before { now = try await serial(shownBy: name, of: county) }
                #expect(now.hasPrefix("serial="))
            }
            #expect(try await county.tugi("health", "--wait", "20").status == 0)
        }
    }
}
