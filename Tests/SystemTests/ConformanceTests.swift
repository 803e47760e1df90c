import Foundation
import Subprocess
import Testing

/// Each rule of `Protocols/wire.md` against the real server and both clients (`scripts/conformance`).
@Suite struct ConformanceTests {
    private struct Count: Decodable {
        var cases: Int
        var failed: Int
    }

    @Test("The Swift server, the Swift client and the Python client keep every rule of the wire protocol")
    func everyCase() async throws {
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: [
                "-c", "exec \"$0\" \"$@\"", "\(Repository.root)/scripts/conformance", "--json", "--program",
                "\(Repository.products)/conformance-program",
            ], input: .none, output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        let lines = result.standardOutput.split(separator: "\n")
        let failures = lines.filter { $0.contains("\"passed\": false") }
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        let count = try JSONDecoder().decode(Count.self, from: Data((lines.last ?? "").utf8))
        #expect(count.cases >= 550)
        #expect(count.failed == 0)
    }
}
