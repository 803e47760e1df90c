import Contracts
import RPC
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@Suite("Effects happen exactly once")
struct EffectTests {
    let head = Caller.synthetic(role: "head")

    func request(_ number: UInt32, role: String = "social-pedagogue") -> RegistryLinkSpecialistRequest {
        .with {
            $0.municipality = "0901"
            $0.childID = ChildID.synthetic(number).data
            $0.role = role
        }
    }

    @Test("The same operation with the same content has one effect and one answer")
    func sameOperation() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let operation = OperationID(madeAt: bench.clock.now())
        let first = try await bench.call(
            RegistryMethods.linkSpecialist, request(1), as: head, operation: operation)
        let later = try await bench.restarted()
        let second = try await later.call(
            RegistryMethods.linkSpecialist, request(1), as: head, operation: operation)
        #expect(first.linkID == second.linkID)
        #expect(try await later.linkCount(partition: "0901") == 1)
        #expect(try await later.emitted(partition: "0901").count == 1)
    }

    @Test("The same operation id with other content is refused")
    func reusedOperation() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let operation = OperationID(madeAt: bench.clock.now())
        _ = try await bench.call(RegistryMethods.linkSpecialist, request(1), as: head, operation: operation)
        let error = try await #require(throws: RPCError.self) {
            try await bench.call(RegistryMethods.linkSpecialist, request(2), as: head, operation: operation)
        }
        #expect(error.code == .alreadyExists)
        #expect(error.reason == "operation-reused")
        #expect(try await bench.linkCount(partition: "0901") == 1)
    }

    @Test("An operation id older than its record's thirty days is refused")
    func outdatedOperation() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let operation = OperationID(madeAt: bench.clock.now())
        _ = try await bench.call(RegistryMethods.linkSpecialist, request(1), as: head, operation: operation)
        bench.clock.advance(days: 31)
        let error = try await #require(throws: RPCError.self) {
            try await bench.call(RegistryMethods.linkSpecialist, request(1), as: head, operation: operation)
        }
        #expect(error.reason == "operation-outdated")
        #expect(try await bench.linkCount(partition: "0901") == 1)
    }

    @Test("Concurrent writers number their events without gaps, in the order of their changes")
    func outboxOrder() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let head = head
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...40 as ClosedRange<UInt32> {
                let request = request(number)
                group.addTask {
                    _ = try await bench.call(RegistryMethods.linkSpecialist, request, as: head)
                }
            }
            try await group.waitForAll()
        }
        let events = try await bench.emitted(partition: "0901")
        #expect(events.map(\.sequence) == Array(1...40))
        #expect(Set(events.map(\.eventID)).count == 40)
        #expect(Set(events.map(\.childID)).count == 40)
    }

    @Test("Heads show a partition until its consumer has acknowledged the newest event")
    func acknowledgement() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        let gateway = Caller.program("gateway")
        for number in 1...3 as ClosedRange<UInt32> {
            _ = try await bench.call(RegistryMethods.linkSpecialist, request(number), as: head)
        }
        func heads() async throws -> [CommonOutboxHeadsResponse.Head] {
            try await bench.call(CommonMethods.outboxHeads, .with { $0.consumer = "risk" }, as: gateway).heads
        }
        func acknowledge(_ sequence: UInt64) async throws {
            _ = try await bench.call(
                CommonMethods.outboxAcknowledge,
                .with {
                    $0.consumer = "risk"
                    $0.partition = "0901"
                    $0.sequence = sequence
                }, as: gateway)
        }
        #expect(try await heads().map(\.lastSequence) == [3])
        try await acknowledge(2)
        try await acknowledge(1)
        #expect(try await heads().map(\.acknowledgedSequence) == [2])
        try await acknowledge(3)
        #expect(try await heads().isEmpty)
        let error = try await #require(throws: RPCError.self) { try await acknowledge(4) }
        #expect(error.reason == "sequence-unknown")
    }

    @Test("Digests compare what the domain holds, not the bookkeeping around it")
    func digests() async throws {
        let bench = try await ServiceBench.start(SampleEndpoint.definition())
        func status() async throws -> CommonStoreStatusResponse.Partition {
            let all = try await bench.call(
                CommonMethods.storeStatus, .with { $0.withDigest = true }, as: .program("gateway"))
            return try #require(all.partitions.first { $0.code == "0901" })
        }
        let operation = OperationID(madeAt: bench.clock.now())
        _ = try await bench.call(RegistryMethods.linkSpecialist, request(1), as: head, operation: operation)
        let before = try await status()
        #expect(before.digest.count == 64)
        #expect(before.schema == "0001-sample")
        #expect(before.bytes > 0)
        _ = try await bench.call(RegistryMethods.linkSpecialist, request(1), as: head, operation: operation)
        _ = try await bench.call(
            RegistryMethods.getChild,
            .with {
                $0.municipality = "0901"
                $0.childID = ChildID.synthetic(1).data
            }, as: head)
        #expect(try await status().digest == before.digest)
        _ = try await bench.call(RegistryMethods.linkSpecialist, request(2), as: head)
        #expect(try await status().digest != before.digest)
    }
}
