import Foundation
import Subprocess
import Testing

/// What municipalities' developers start from (`Protocols/client.md`) works, and so does the reference that the vectors
/// come from.
@Suite struct PythonClientTests {
    @Test("The reference in Python reads every vector, and its two sides never accuse each other")
    func reference() async throws {
        try await Python.passes("tests.test_wire")
    }

    @Test("The Python client survives a server that refuses, drains, breaks off and streams both ways")
    func clientAlone() async throws {
        try await Python.passes("tests.test_client")
    }

    @Test(
        "The Python client makes every kind of call that the gateway has, and brings in a night's pupils and tables"
    )
    func clientAndGateway() async throws {
        try await County.with { county in
            _ = try await School.open(in: county)
            for module in ["tests.test_gateway", "tests.test_tables"] {
                try await Python.passes(
                    module,
                    [
                        "TUGI_GATEWAY": "127.0.0.1:\(county.port("gateway"))",
                        "CERTIFICATES": "\(county.folder)/certificates",
                    ])
            }
        }
    }
}

/// The system's Python, for which `scripts/prepare --test` installs protobuf; `PYTHON` names another one.
private enum Python {
    static func passes(_ module: String, _ settings: [Environment.Key: String] = [:]) async throws {
        let program = ProcessInfo.processInfo.environment["PYTHON"] ?? "/usr/bin/python3"
        var words = settings
        words["PYTHONPATH"] = "\(Repository.root)/scripts/python"
        words["PYTHONDONTWRITEBYTECODE"] = "1"
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", "exec \"$0\" \"$@\"", program, "-m", "unittest", module],
            environment: .inherit.updating(words), input: .none, output: .discarded,
            error: .string(limit: 1 << 20))
        guard case .exited(0) = result.terminationStatus else {
            throw County.Trouble(description: "\(module):\n\(result.standardError)")
        }
    }
}
