import Foundation
import Subprocess
import TestSupport
import Testing

/// Sockets to a program that are opened and then say nothing.
private final class SilentPeers: Sendable {
    private let sockets: [Int32]

    init(_ count: Int, port: Int) {
        sockets = (0..<count).map { _ in
            let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return file
        }
    }

    func close() {
        for file in sockets { Glibc.close(file) }
    }
}

@Suite("A program that runs out of descriptors", .serialized)
struct DescriptorTests {
    @Test("It waits with what comes, and serves again when there are some")
    func recovers() async throws {
        let folder = try TemporaryFolder("descriptors")
        let certificates = folder.path + "/certificates"
        try await Repository.certificates(into: certificates)
        let identity = [
            "--certificate", "\(certificates)/registry.pem", "--key", "\(certificates)/registry.key",
            "--authority", "\(certificates)/ca.pem", "--data", folder.path, "--keys", "\(folder.path)/keys",
            "--assertion-key", "\(certificates)/assertion.pub",
        ]
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(
                [
                    "-c", "exec \"$0\" \"$@\"", "\(Repository.products)/tugi-registry", "serve", "--listen",
                    "127.0.0.1:0",
                ]
                    + identity),
            input: .none, output: .sequence, error: .sequence
        ) { execution in
            var output = execution.standardOutput.strings().makeAsyncIterator()
            var messages = execution.standardError.strings().makeAsyncIterator()
            let port = try #require(Self.port(in: try await output.next() ?? ""))
            let probe = ["probe", "--listen", "127.0.0.1:\(port)"] + identity
            #expect(try await County.run("registry", probe).status == 0)
            let process = execution.processIdentifier.value
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
            try await Repository.run("prlimit", ["--pid", "\(process)", "--nofile=\(open + 16)"])
            let silent = SilentPeers(100, port: port)
            // It says so instead of ending.
            var isTold = false
            while !isTold, let line = try await messages.next() {
                isTold = line.contains("connections cannot be accepted now")
            }
            #expect(isTold)
            silent.close()
            let answer = try await County.run("registry", probe)
            #expect(answer.status == 0, "\(answer.messages)")
            _ = Foundation.kill(process, SIGTERM)
            while try await messages.next() != nil {}
        }
        #expect(result.terminationStatus == .exited(0))
    }

    private static func port(in line: String) -> Int? {
        let words = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return words?["port"] as? Int
    }
}
