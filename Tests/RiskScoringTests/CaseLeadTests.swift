import Contracts
import RPC
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

@testable import RiskScoring

@Suite("The municipality's lead of a case sees the child's signals and decides on none")
struct CaseLeadTests {
    private static func office(
        _ role: String, kind: String = "municipality", purpose: String = "coordination"
    ) -> Caller {
        .synthetic(
            role: role, institution: .synthetic(700), institutionKind: kind, person: .synthetic(70),
            purpose: purpose)
    }

    private func tell(
        _ bench: JournalBench, _ roles: [String], place: String = "municipality", open: Bool = true
    ) async throws {
        let answer = try await bench.service.deliver(
            [
                .caseLedBy(
                    .with {
                        $0.caseID = CaseID.synthetic(1).data
                        $0.roles = roles
                        $0.place = place
                        $0.open = open
                    })
            ], child: JournalBench.child(1), from: "referral", partition: JournalBench.partition)
        #expect(answer.parked == 0)
    }

    private func isRefused(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return false
        } catch let error as RPCError { return error.code == .permissionDenied } catch { return false }
    }

    @Test func `Signals are open to the lead while the case is led from the municipality`() async throws {
        let bench = try await JournalBench.start()
        try await bench.place(1...3)
        var journal = JournalText.school(pupils: 1...3)
        for day in [-14, -12, -7] { journal.absence(day, 1, 1, "unexcused") }
        try await bench.load(journal.text)
        _ = try await bench.pass()
        let signal = try #require(try await bench.signals().first)
        let (child, worker) = (JournalBench.child(1), Self.office("child-protection-worker"))
        #expect(await isRefused { _ = try await bench.signals(of: child, as: worker) })
        for _ in 1...2 { try await tell(bench, [worker.role]) }
        #expect(try await bench.signals(of: child, as: worker).map(\.signalID) == [signal.signalID])
        #expect(await isRefused { _ = try await bench.decide(signal, confirm: true, as: worker) })
        #expect(await isRefused { _ = try await bench.signals(of: JournalBench.child(2), as: worker) })
        #expect(await isRefused { _ = try await bench.signals(of: child, as: Self.office("family-worker")) })
        let looks = try await bench.service.audited(child, in: JournalBench.partition, as: worker)
            .filter { $0.role == worker.role }
        #expect(looks.contains { $0.granted && $0.action == "ListChildSignals" })
        #expect(looks.contains { !$0.granted && $0.action == "DecideSignal" })

        try await tell(bench, ["hev-coordinator"], place: "institution")
        #expect(await isRefused { _ = try await bench.signals(of: child, as: worker) })
        try await tell(bench, [worker.role, "social-head"])
        #expect(try await bench.signals(of: child, as: Self.office("social-head")).count == 1)
        try await tell(bench, [], place: "", open: false)
        #expect(await isRefused { _ = try await bench.signals(of: child, as: worker) })
    }

    @Test func `The role counts in the municipality's office, its own town and a fitting purpose only`() {
        func leads(_ caller: Caller) -> Bool {
            SignalPolicy.leadsCase([caller.role], caller: caller, partition: JournalBench.partition)
        }
        #expect(leads(Self.office("social-head")))
        #expect(!leads(Self.office("social-head", kind: "school")))
        #expect(!leads(Self.office("social-head", purpose: "training")))
        #expect(!leads(.program("gateway")))
        #expect(
            !leads(
                .synthetic(
                    role: "social-head", municipality: "0792", institution: .synthetic(700),
                    institutionKind: "municipality")))
    }
}
