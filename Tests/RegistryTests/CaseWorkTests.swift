import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Who sees a child through an open case")
struct CaseWorkTests {
    static let worker = SampleCounty.holder("vinni-vald.child-protection-worker")
    static let helper = SampleCounty.holder("vinni-vald.youth-worker")

    private func tell(
        _ bench: ServiceBench, _ child: ChildID, _ roles: [String], place: String = "municipality",
        open: Bool = true, case number: UInt32 = 1
    ) async throws {
        let answer = try await bench.deliver(
            [
                .caseLedBy(
                    .with {
                        $0.caseID = CaseID.synthetic(number).data
                        $0.roles = roles
                        $0.place = place
                        $0.open = open
                    })
            ], child: child, from: "referral", partition: "0901")
        #expect(answer.parked == 0)
    }

    private func isRefused(_ bench: ServiceBench, _ child: ChildID, _ caller: Caller) async -> Bool {
        do {
            _ = try await bench.getChild(child, as: caller)
            return false
        } catch let error as RPCError { return error.reason == "not-open-to-you" } catch { return false }
    }

    @Test("The municipality's coordinator sees the child by name while leading its case, and it is recorded")
    func lead() async throws {
        let bench = try await ChildAccessTests.bench()
        let (id, other) = (try await bench.child("n1"), try await bench.child("n2"))
        #expect(await isRefused(bench, id, Self.worker))
        for _ in 1...2 { try await tell(bench, id, [Self.worker.role]) }
        #expect(try await bench.getChild(id, as: Self.worker).familyName == "Õpilane 1")
        #expect(try await bench.listChildren(as: Self.worker).map(\.childID) == [id.data])
        #expect(await isRefused(bench, other, Self.worker))
        #expect(await isRefused(bench, id, Self.helper))
        var worker = Self.worker
        worker.institutionKind = "municipality"
        let entries = try await bench.audited(id, in: "0901", as: worker)
        let looks = entries.filter { $0.action.hasSuffix("GetChild") && $0.role == Self.worker.role }
        #expect(looks.count == 2 && looks.filter(\.granted).count == 1)
        #expect(entries.contains { $0.action.hasSuffix("ListChildren") && $0.granted })

        try await tell(bench, id, ["hev-coordinator"], place: "institution")
        #expect(await isRefused(bench, id, Self.worker))
        try await tell(bench, id, [Self.worker.role, "social-head"])
        #expect(await !isRefused(bench, id, SampleCounty.holder("vinni-vald.social-head")))
        try await tell(bench, id, [], place: "", open: false)
        #expect(await isRefused(bench, id, Self.worker))
        await #expect(throws: RPCError.self) { try await bench.listChildren(as: Self.worker) }
        await #expect(throws: RPCError.self) { try await bench.audited(id, in: "0901", as: Self.worker) }
    }

    @Test("One case that closes leaves open what another one opens")
    func twoCases() async throws {
        let bench = try await ChildAccessTests.bench()
        let id = try await bench.child("n1")
        for number in [UInt32(1), 2] { try await tell(bench, id, [Self.worker.role], case: number) }
        try await tell(bench, id, [], place: "", open: false, case: 1)
        #expect(await !isRefused(bench, id, Self.worker))
    }

    @Test("Who is asked to help sees the child by name until the help ends")
    func help() async throws {
        let bench = try await ChildAccessTests.bench()
        let id = try await bench.child("n1")
        for open in [true, false] {
            try await bench.deliver(
                [
                    .helpAsked(
                        .with {
                            $0.attemptID = AttemptID.synthetic(1).data
                            $0.postID = PostID.derived("post", "vinni-vald.youth-worker").data
                            $0.open = open
                        })
                ], child: id, from: "referral", partition: "0901")
            #expect(await isRefused(bench, id, Self.helper) != open)
            #expect(await isRefused(bench, id, Self.worker))
        }
    }

    @Test(
        "Leading a case opens the child to that role of the municipality's own office only",
        arguments: RegistryCodes.roles.subtracting(["registrar"]).sorted())
    func rules(role: String) {
        let child = RegistryRulesTests.child
        let work = CaseWork(municipalRoles: [role])
        func sees(_ actor: RegistryRules.Actor, _ work: CaseWork) -> Bool {
            RegistryRules.maySee(child, links: [], work: work, actor)
        }
        let office = RegistryRulesTests.actor(role, at: .synthetic(3), kind: "municipality")
        #expect(sees(office, work))
        #expect(!sees(office, CaseWork(municipalRoles: ["other"])))
        #expect(!sees(RegistryRulesTests.actor(role, at: .synthetic(2)), work))
        let foreign = RegistryRulesTests.actor(
            role, at: .synthetic(4), kind: "municipality", municipality: "0903")
        #expect(!sees(foreign, work))
        #expect(!sees(foreign, CaseWork(askedPosts: [.synthetic(1)])))
        #expect(!RegistryRules.mayLink(child, office))
    }
}
