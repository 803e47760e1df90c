import Dispatch
import Foundation
import Testing

@testable import Store

/// What is true of the SQLite engine's files.
@Suite("SQLite partitions") struct SQLiteStoreTests {
    private static func insert(_ id: Int64, _ text: String = "a") -> @Sendable (any Transaction) throws -> Int
    {
        { try $0.run("INSERT INTO note (id, text) VALUES ($1, $2)", .integer(id), .text(text)) }
    }

    private static let count: @Sendable (any Transaction) throws -> Int64? = {
        try $0.first("SELECT count(*) FROM note") { try $0.integer(0) }
    }

    private func store(
        _ folder: TemporaryFolder, openMaximum: Int = 32, fileBytesMaximum: Int64? = nil
    ) -> SQLiteStore {
        SQLiteStore(
            folder: folder.path + "/deep/store", codes: ["0060", "0792", "0901"], migrations: Schema.all,
            openMaximum: openMaximum, fileBytesMaximum: fileBytesMaximum)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("A commit is on the disk when it returns: write-ahead log, synchronous FULL, foreign keys")
    func durability() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder)
        #expect(try await store.durability("0792") == .expected)
        await store.closeIdle()
        await store.closeIdle()
        #expect(try await store.durability("0792") == .expected)
        await store.close()
    }

    @Test("Folders and files belong to the program's account alone")
    func modes() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder)
        try await store.partition("0792").write(Self.insert(1))
        #expect(try mode(store.folder) == 0o700)
        for suffix in ["", "-wal", "-shm"] {
            #expect(try mode(store.folder + "/0792.sqlite" + suffix) == 0o600)
        }
        await store.close()
    }

    @Test("A closed store is whole in its files alone: who copies them without their logs misses nothing")
    func closedWhole() async throws {
        let folder = try TemporaryFolder()
        let first = store(folder)
        let partition = try await first.partition("0792")
        for id in 1...50 { _ = try await partition.write(Self.insert(Int64(id))) }
        _ = try await partition.read(Self.count)
        await first.close()
        let copy = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: copy.path + "/deep/store", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try FileManager.default.copyItem(
            atPath: folder.path + "/deep/store/0792.sqlite", toPath: copy.path + "/deep/store/0792.sqlite")
        let second = store(copy)
        #expect(try await second.partition("0792").read(Self.count) == 50)
        await second.close()
    }

    @Test("Few files stay open, and a partition's door stays good after its file was closed")
    func leastRecentlyUsed() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder, openMaximum: 2)
        var partitions: [any Database] = []
        for code in ["0060", "0792", "0901"] { partitions.append(try await store.partition(code)) }
        for round in 0..<3 {
            for partition in partitions { try await partition.write(Self.insert(Int64(round))) }
            #expect(store.openCount == 2)
        }
        for partition in partitions { #expect(try await partition.read(Self.count) == 3) }
        await store.closeIdle()
        #expect(store.openCount == 2)
        await store.closeIdle()
        #expect(store.openCount == 0)
        #expect(try await partitions[0].read(Self.count) == 3)
        await store.close()
    }

    @Test("A reader sees the state before a write that is under way, and does not wait for it")
    func snapshot() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder)
        let partition = try await store.partition("0792")
        try await partition.write(Self.insert(1))
        let goOn = DispatchSemaphore(value: 0)
        let (inserted, signal) = AsyncStream.makeStream(of: Void.self)
        async let writing = partition.write { transaction in
            let changed = try Self.insert(2)(transaction)
            signal.finish()
            goOn.wait()
            return changed
        }
        for await _ in inserted {}
        let seen = try await partition.read(Self.count)
        goOn.signal()
        #expect(seen == 1)
        #expect(try await writing == 1)
        #expect(try await partition.read(Self.count) == 2)
        await store.close()
    }

    @Test("Many tasks write and read at once, and every write counts")
    func concurrency() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder, openMaximum: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<20 {
                group.addTask {
                    let partition = try await store.partition(task % 2 == 0 ? "0792" : "0901")
                    try await partition.write(Self.insert(Int64(task)))
                    _ = try await partition.read(Self.count)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.partition("0792").read(Self.count) == 10)
        #expect(try await store.partition("0901").read(Self.count) == 10)
        await store.close()
    }

    @Test("A write that its caller gave up is undone")
    func cancelled() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder)
        let partition = try await store.partition("0792")
        let goOn = DispatchSemaphore(value: 0)
        let (inserted, signal) = AsyncStream.makeStream(of: Void.self)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await partition.write { transaction in
                    _ = try Self.insert(1)(transaction)
                    signal.finish()
                    goOn.wait()
                }
            }
            for await _ in inserted {}
            group.cancelAll()
            goOn.signal()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
        #expect(try await partition.read(Self.count) == 0)
        await store.close()
    }

    @Test("A full disk refuses the write, keeps what was there, and lets go on when there is room")
    func full() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder, fileBytesMaximum: 64 * 4096)
        let partition = try await store.partition("0792")
        try await partition.write(Self.insert(1))
        let big = String(repeating: "x", count: 100 * 4096)
        let error = await #expect(throws: StoreError.self) { try await partition.write(Self.insert(2, big)) }
        #expect(error?.code == .notWritten)
        #expect(error?.message.contains("room") == true)
        #expect(error?.engineCode == 13)
        try await partition.write(Self.insert(3))
        #expect(try await partition.read(Self.count) == 2)
        await store.close()
    }

    @Test("A folder that cannot be made and a file that is a folder are told as unavailable")
    func unavailable() async throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.path + "/deep"))
        let blocked = store(folder)
        let error = await #expect(throws: StoreError.self) {
            try await blocked.partition("0792").read { _ in }
        }
        #expect(error?.code == .unavailable)

        let other = try TemporaryFolder()
        let store = store(other)
        try FileManager.default.createDirectory(
            atPath: store.folder + "/0792.sqlite", withIntermediateDirectories: true)
        let second = await #expect(throws: StoreError.self) {
            try await store.partition("0792").read { _ in }
        }
        #expect(second?.code == .unavailable)
        // The other partitions are not touched by it.
        #expect(try await store.partition("0901").read(Self.count) == 0)
        await store.close()
    }

    @Test("A file that is no database, or is damaged inside, is told as damaged")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let first = store(folder)
        for id in 1...200 { try await first.partition("0792").write(Self.insert(Int64(id), "Proovi tekst")) }
        try await first.integrityCheck("0792")
        await first.close()
        let path = first.folder + "/0792.sqlite"
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        for offset in stride(from: 4096, to: data.count, by: 4096) {
            data.replaceSubrange(offset..<offset + 64, with: Data(repeating: 0xA5, count: 64))
        }
        try data.write(to: URL(fileURLWithPath: path))
        let second = store(folder)
        let inside = await #expect(throws: StoreError.self) {
            _ = try await second.partition("0792").read(Self.count)
            try await second.integrityCheck("0792")
        }
        #expect(inside?.code == .damaged)
        await second.close()

        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
        let third = store(folder)
        let whole = await #expect(throws: StoreError.self) { try await third.partition("0792").read { _ in } }
        #expect(whole?.code == .damaged)
        #expect(whole?.message.contains("backup") == true)
        await third.close()
    }

    @Test("The digest is the same for the same rows in another order, and another for other rows")
    func digest() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder)
        for (code, ids) in [("0792", [1, 2, 3]), ("0901", [3, 1, 2]), ("0060", [1, 2, 4])] {
            for id in ids { try await store.partition(code).write(Self.insert(Int64(id), "text \(id)")) }
        }
        var digests: [[UInt8]] = []
        for code in ["0792", "0901", "0060"] {
            digests.append(try await store.digest(code, into: []) { $0 += Array($1) })
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0] != digests[2])
        let notes = try await store.digest("0792", tables: ["note"], into: 0) { $0 += $1.count }
        #expect(notes > 0 && notes < digests[0].count)
        await #expect(throws: StoreError.self) {
            try await store.digest("0792", tables: ["absent"], into: 0) { $0 += $1.count }
        }
        await store.close()
    }

    @Test("A copy made while the service works holds the same and is not written over")
    func backup() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder)
        try await store.partition("0792").write(Self.insert(1, "kept"))
        let path = folder.path + "/copies/0792.sqlite"
        try await store.backup("0792", to: path)
        #expect(try mode(path) == 0o600)
        await #expect(throws: StoreError.self) { try await store.backup("0792", to: path) }
        let digest = try await store.digest("0792", into: []) { $0 += Array($1) }
        let copy = SQLiteStore(folder: folder.path + "/copies", codes: ["0792"], migrations: Schema.all)
        #expect(try await copy.digest("0792", into: []) { $0 += Array($1) } == digest)
        await copy.close()
        await store.close()
    }

    @Test("A row kept beyond its query is an error")
    func kept() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder)
        try await store.partition("0792").read { transaction in
            var kept: (any Row)?
            try transaction.forEach("SELECT 1", []) { kept = $0 }
            #expect(throws: StoreError.self) { _ = try kept?.integer(0) }
        }
        await store.close()
    }
}
