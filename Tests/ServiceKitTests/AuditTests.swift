import Contracts
import RPC
import Security
import ServiceKit
import Store
import SwiftProtobuf
import TestSupport
import Testing

@Suite("Nothing of a child is shown without its record")
struct AuditTests {
    let head = Caller.synthetic(role: "head", person: .synthetic(7), purpose: "support")
    let child = ChildID.synthetic(17)

    func look(_ bench: ServiceBench, _ number: UInt32 = 17) async throws {
        _ = try await bench.call(
            RegistryMethods.getChild,
            .with {
                $0.municipality = "0901"
                $0.childID = ChildID.synthetic(number).data
            }, as: head)
    }

    func database(_ bench: ServiceBench) async throws -> any Database {
        try await bench.kit.store.partition("0901")
    }

    func chainIsWhole(_ bench: ServiceBench) async throws -> Bool {
        let status = try await bench.call(
            CommonMethods.storeStatus, .with { $0.withDigest = true }, as: .program("gateway"))
        return try #require(status.partitions.first { $0.code == "0901" }).auditChainWhole
    }

    /// A bench whose ten entries are sealed.
    func sealed() async throws -> ServiceBench {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        for number in 1...10 as ClosedRange<UInt32> {
            bench.clock.advance(by: .seconds(1))
            try await look(bench, number)
        }
        try await bench.kit.sealAudit()
        return bench
    }

    @Test("Who looked, in which role and why, can be asked by who may know; asking is recorded too")
    func forChild() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        try await look(bench)
        bench.clock.advance(by: .seconds(5))
        let entries = try await bench.audited(child, in: "0901", as: head)
        #expect(
            entries.map(\.action) == ["tugi.common.v1.Audit/ForChild", "tugi.registry.v1.Registry/GetChild"])
        #expect(entries.map(\.role) == ["head", "head"])
        #expect(entries.last?.purpose == "support")
        #expect(entries.last?.personID == PersonID.synthetic(7).data)
        #expect(entries.last?.system == head.system.uri)
    }

    @Test(
        "That child protection looks is told to itself and to the municipality's data protection officer only"
    )
    func protectionUnseen() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        func municipal(_ role: String, _ kind: String = "municipality", _ purpose: String = "support")
            -> Caller
        {
            .synthetic(role: role, institution: .synthetic(2), institutionKind: kind, purpose: purpose)
        }
        let worker = municipal("child-protection-worker")
        let officer = municipal("data-protection-officer")
        try await look(bench)
        for hidden in [
            worker, municipal("social-head"), municipal("family-worker", "municipality", "child-protection"),
        ] {
            bench.clock.advance(by: .seconds(1))
            try await bench.kit.audit(
                AuditRecord(caller: hidden, action: "hidden", partition: "0901", children: [child]))
        }
        for caller in [head, municipal("head"), municipal("data-protection-officer", "school")] {
            let entries = try await bench.audited(child, in: "0901", as: caller)
            #expect(!entries.contains { $0.action == "hidden" })
            // Left out before the limit counts: the newest that may be told are told.
            let one = try await bench.call(
                CommonMethods.auditForChild,
                .with {
                    $0.municipality = "0901"
                    $0.childID = child.data
                    $0.limit = 1
                }, as: caller)
            #expect(one.entries.count == 1)
        }
        for caller in [worker, officer] {
            let entries = try await bench.audited(child, in: "0901", as: caller)
            #expect(entries.filter { $0.action == "hidden" }.count == 3)
        }
    }

    @Test("A refused question about who looked is recorded as refused")
    func refusedQuestion() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let foreign = Caller.synthetic(role: "head", municipality: "0792")
        for caller in [foreign, Caller.synthetic(role: "class-teacher")] {
            let error = try await #require(throws: RPCError.self) {
                try await bench.audited(child, in: "0901", as: caller)
            }
            #expect(error.code == .permissionDenied)
            bench.clock.advance(by: .seconds(1))
        }
        let entries = try await bench.audited(child, in: "0901", as: head)
        #expect(entries.map(\.granted) == [true, false, false])
    }

    @Test("If the record cannot be written nothing is shown, and the caller may try again")
    func failsClosed() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        try await look(bench)
        try await database(bench).write { try $0.run("ALTER TABLE kit_audit RENAME TO kit_audit_away") }
        let error = try await #require(throws: RPCError.self) { try await look(bench) }
        #expect(error.code == .unavailable)
        #expect(error.reason == "audit-not-written")
        #expect(error.retry != .doNot)
        try await database(bench).write { try $0.run("ALTER TABLE kit_audit_away RENAME TO kit_audit") }
        try await look(bench)
        #expect(try await bench.audited(child, in: "0901", as: head).count == 3)
    }

    @Test("Many readers at once share transactions and each gets its record")
    func groupCommit() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<60 { group.addTask { try await look(bench) } }
            try await group.waitForAll()
        }
        #expect(try await bench.audited(child, in: "0901", as: head).count == 61)
        try await bench.kit.sealAudit()
        #expect(try await chainIsWhole(bench))
    }

    @Test("A reader who goes away does not take the others' records along")
    func cancelledReader() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    if number % 3 == 0 { withUnsafeCurrentTask { $0?.cancel() } }
                    let record = AuditRecord(
                        caller: head, action: "number-\(number)", partition: "0901", children: [child])
                    do {
                        try await bench.kit.audit(record)
                    } catch {
                        #expect(number % 3 == 0)
                    }
                }
            }
        }
        let actions = Set(try await bench.audited(child, in: "0901", as: head).map(\.action))
        for number in 0..<40 where number % 3 != 0 { #expect(actions.contains("number-\(number)")) }
    }

    @Test("An untouched chain verifies")
    func whole() async throws {
        #expect(try await chainIsWhole(try await sealed()))
    }

    @Test(
        "A changed, removed, inserted or hidden entry breaks the chain",
        arguments: [
            "UPDATE kit_audit SET granted = 0 WHERE number = 4",
            "UPDATE kit_audit SET purpose = 'noticing' WHERE number = 10",
            "DELETE FROM kit_audit WHERE number = 5",
            "DELETE FROM kit_audit WHERE number = 10",
            "UPDATE kit_audit SET number = number + 100 WHERE number > 8",
            "DELETE FROM kit_audit_children WHERE entry_id = (SELECT entry_id FROM kit_audit WHERE number = 3)",
            "DELETE FROM kit_audit_head",
        ])
    func broken(_ tampering: String) async throws {
        let bench = try await sealed()
        let changed = try await database(bench).write { try $0.run(tampering, []) }
        #expect(changed > 0)
        #expect(try await !chainIsWhole(bench))
    }

    @Test("The end of the chain cannot be cut off by who can write the file but lacks the partition's key")
    func cutEnd() async throws {
        let bench = try await sealed()
        try await database(bench).write { transaction in
            try transaction.run("DELETE FROM kit_audit WHERE number = 10")
            let hash = try transaction.first("SELECT hash FROM kit_audit WHERE number = 9") { try $0.blob(0) }
            try transaction.run(
                "UPDATE kit_audit_head SET number = 9, hash = $1", .blob(hash ?? []))
        }
        #expect(try await !chainIsWhole(bench))
    }
}
