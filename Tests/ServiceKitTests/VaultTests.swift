import Foundation
import Security
import ServiceKit
import TestSupport
import Testing

@Suite("Identifying columns are sealed with keys from files")
struct VaultTests {
    let plain = Array("Näidis Õpilane 17".utf8)

    @Test("What is sealed opens with its key and context only")
    func sealing() throws {
        let folder = try TemporaryFolder("vault")
        let vault = FileVault(folder: folder.path, create: true)
        let key = try vault.newSubjectKey(in: "0901")
        let sealed = try vault.seal(plain, subjectKey: key, context: "children/name/1", in: "0901")
        #expect(try vault.open(sealed, subjectKey: key, context: "children/name/1", in: "0901") == plain)
        #expect(throws: (any Error).self) {
            try vault.open(sealed, subjectKey: key, context: "children/name/2", in: "0901")
        }
        let other = try vault.newSubjectKey(in: "0901")
        #expect(throws: (any Error).self) {
            try vault.open(sealed, subjectKey: other, context: "children/name/1", in: "0901")
        }
        #expect(throws: (any Error).self) {
            try vault.open(sealed, subjectKey: key, context: "children/name/1", in: "0792")
        }
    }

    @Test("Keys outlive the program and are readable by its account only")
    func files() throws {
        let folder = try TemporaryFolder("vault")
        let first = FileVault(folder: folder.path + "/registry", create: true)
        let key = try first.newSubjectKey(in: "0901")
        let sealed = try first.seal(plain, subjectKey: key, context: "c", in: "0901")
        let again = FileVault(folder: folder.path + "/registry", create: false)
        #expect(try again.open(sealed, subjectKey: key, context: "c", in: "0901") == plain)
        let path = folder.path + "/registry/0901.key"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/registry") == ["0901.key"])
    }

    @Test("Look-up hashes are equal for equal values, per purpose and partition")
    func lookups() throws {
        let folder = try TemporaryFolder("vault")
        let vault = FileVault(folder: folder.path, create: true)
        let hash = try vault.lookupHash(plain, purpose: "isikukood", in: "0901")
        #expect(try vault.lookupHash(plain, purpose: "isikukood", in: "0901") == hash)
        #expect(try vault.lookupHash(plain, purpose: "external-id", in: "0901") != hash)
        #expect(try vault.lookupHash(plain, purpose: "isikukood", in: "0792") != hash)
        #expect(hash.count == 32)
    }

    @Test("A missing, short or exposed key is refused with what to do")
    func badKeys() throws {
        let folder = try TemporaryFolder("vault")
        let vault = FileVault(folder: folder.path, create: false)
        func refusal() throws -> String {
            try #require(throws: ServiceError.self) { try vault.newSubjectKey(in: "0901") }.reason
        }
        #expect(try refusal() == "key-missing")
        let path = folder.path + "/0901.key"
        func write(_ count: Int, mode: Int) throws {
            try Data(repeating: 7, count: count).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        try write(31, mode: 0o600)
        #expect(try refusal() == "key-length")
        try write(32, mode: 0o640)
        #expect(try refusal() == "key-readable")
        try write(32, mode: 0o600)
        #expect(try !vault.newSubjectKey(in: "0901").isEmpty)
    }

    @Test("Two programs that make the same key at once end up with one", arguments: [1, 2, 3])
    func race(_ round: Int) async throws {
        let folder = try TemporaryFolder("vault")
        let hashes = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try FileVault(folder: folder.path + "/k", create: true)
                        .lookupHash([1], purpose: "p", in: "0901")
                }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(hashes.count == 1)
    }
}
