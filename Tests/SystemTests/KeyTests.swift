import Foundation
import TestSupport
import Testing

@Suite("Stores and the keys that they are sealed with")
struct KeyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("keys") }

    private func registry(_ command: String, _ more: String...) async throws -> County.Answer {
        let places = ["--data", "\(folder.path)/data", "--keys", "\(folder.path)/keys"]
        return try await County.run("registry", [command] + places + more)
    }

    private func key(_ code: String) -> String { "\(folder.path)/keys/registry/\(code).key" }

    @Test("A lost key is not replaced by a new one: the program says what to restore")
    func lost() async throws {
        #expect(try await registry("migrate").status == 0)
        try FileManager.default.removeItem(atPath: key("0901"))
        for command in ["migrate", "verify"] {
            let refused = try await registry(command)
            #expect(refused.status == 78)
            #expect(refused.messages.contains("The key of partition 0901 is missing"))
        }
        #expect(!FileManager.default.fileExists(atPath: key("0901")))
    }

    @Test("A key of another installation is refused before anything is served")
    func foreign() async throws {
        #expect(try await registry("migrate").status == 0)
        let other = try TemporaryFolder("other-keys")
        let places = ["--data", "\(other.path)/data", "--keys", "\(other.path)/keys"]
        #expect(try await County.run("registry", ["migrate"] + places).status == 0)
        try FileManager.default.removeItem(atPath: key("0792"))
        try FileManager.default.copyItem(atPath: "\(other.path)/keys/registry/0792.key", toPath: key("0792"))
        let refused = try await registry("migrate")
        #expect(refused.status == 78)
        #expect(refused.messages.contains("0792 is not the one that its store is sealed with"))
    }

    @Test("Where keys may not be made, a new installation is refused until they are there")
    func withoutMaking() async throws {
        let refused = try await registry("migrate", "--set", "keys.create=false")
        #expect(refused.status == 78)
        #expect(refused.messages.contains("keys.create"))
        #expect(try await registry("migrate").status == 0)
        #expect(try await registry("migrate", "--set", "keys.create=false").status == 0)
    }
}
