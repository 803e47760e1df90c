import Contracts
import RPC
import ServiceKit
import Store
import SwiftProtobuf
import TestSupport
import Testing

@testable import RiskScoring

@Suite("A named person decides, and nobody else sees")
struct SignalDecisionTests {
    private func bench() async throws -> (JournalBench, RiskSignal) {
        let bench = try await JournalBench.start()
        try await bench.place(1...3)
        var journal = JournalText.school(pupils: 1...3)
        for day in [-14, -12, -7] { journal.absence(day, 1, 1, "unexcused") }
        try await bench.load(journal.text)
        _ = try await bench.pass()
        return (bench, try #require(try await bench.signals().first))
    }

    private func stranger(_ role: String, at place: InstitutionID? = .synthetic(600), class name: String = "")
        -> Caller
    {
        .synthetic(
            role: role, institution: place, className: name, person: .synthetic(66), purpose: "noticing")
    }

    @Test func `A confirmation names the need that the trigger suggests`() async throws {
        let (bench, signal) = try await bench()
        let decided = try await bench.decide(signal, confirm: true)
        #expect(decided.state == "confirmed")
        #expect(decided.history.last?.personID == PersonID.synthetic(21).data)
        let events = try await bench.service.emitted(partition: JournalBench.partition)
        let event = try #require(events.last?.signalDecided)
        #expect(event.confirmed && event.needCodes == ["attendance"] && event.role == "class-teacher")
        #expect(event.personID == PersonID.synthetic(21).data)
        let again = await #expect(throws: RPCError.self) { try await bench.decide(signal, confirm: true) }
        #expect(again?.reason == "signal-decided")
    }

    @Test func `A dismissal without a reason is refused, and nothing moves`() async throws {
        let (bench, signal) = try await bench()
        let refused = await #expect(throws: RPCError.self) {
            try await bench.decide(signal, confirm: false, reason: "  ")
        }
        #expect(refused?.reason == "reason")
        #expect(try await bench.signals().map(\.state) == ["open"])
        let needs = await #expect(throws: RPCError.self) {
            try await bench.decide(signal, confirm: true, needs: ["laziness"])
        }
        #expect(needs?.reason == "need-codes")
    }

    @Test func `A stranger is refused, and that is written down`() async throws {
        let (bench, signal) = try await bench()
        let child = JournalBench.child(1)
        for caller in [
            stranger("class-teacher", at: JournalBench.school, class: "5b"), stranger("head"),
            stranger("child-protection-worker", at: nil), stranger("teacher", at: JournalBench.school),
        ] {
            let read = await #expect(throws: RPCError.self) { try await bench.signals(of: child, as: caller) }
            #expect(read?.code == .permissionDenied)
            let decided = await #expect(throws: RPCError.self) {
                try await bench.decide(signal, confirm: true, as: caller)
            }
            #expect(decided?.code == .permissionDenied)
        }
        let officer = Caller.synthetic(
            role: "data-protection-officer", institution: .synthetic(900), institutionKind: "municipality",
            purpose: "audit")
        let entries = try await bench.service.audited(child, in: JournalBench.partition, as: officer)
        #expect(entries.filter { !$0.granted }.count == 8)
        #expect(entries.contains { !$0.granted && $0.role == "child-protection-worker" })
        // The teacher is not told that child protection tried.
        let told = try await bench.service.audited(
            child, in: JournalBench.partition, as: JournalBench.teacher)
        #expect(told.filter { !$0.granted }.count == 6)
    }

    @Test func `Another municipality is refused before anything is looked at`() async throws {
        let (bench, _) = try await bench()
        let foreign = Caller.synthetic(
            role: "head", municipality: "0792", institution: JournalBench.school, purpose: "noticing")
        let error = await #expect(throws: RPCError.self) { try await bench.signals(as: foreign) }
        #expect(error?.reason == "other-municipality")
    }

    @Test func `Each list holds the own class, the own institution, or the linked children`() async throws {
        let (bench, signal) = try await bench()
        let head = Caller.synthetic(
            role: "head", institution: JournalBench.school, person: .synthetic(30), purpose: "support")
        #expect(try await bench.signals(as: head).map(\.signalID) == [signal.signalID])
        let specialist = Caller.synthetic(role: "family-worker", person: .synthetic(31), purpose: "case-work")
        #expect(try await bench.signals(as: specialist).isEmpty)
        try await link(bench, until: "")
        #expect(try await bench.signals(as: specialist).map(\.signalID) == [signal.signalID])
        try await link(bench, until: JournalBench.monday.description)
        #expect(try await bench.signals(as: specialist).isEmpty)
        let registrar = await #expect(throws: RPCError.self) {
            try await bench.signals(as: JournalBench.registrar)
        }
        #expect(registrar?.code == .permissionDenied)
    }

    private func link(_ bench: JournalBench, until: String) async throws {
        try await bench.service.deliver(
            [
                .childLinked(
                    .with {
                        $0.personID = PersonID.synthetic(31).data
                        $0.role = "family-worker"
                        $0.from = "2026-10-01"
                        $0.until = until
                    })
            ], child: JournalBench.child(1), from: "registry", partition: JournalBench.partition)
    }

    @Test func `Where the caller names no institution, the post that Registry told of counts`() async throws {
        let (bench, signal) = try await bench()
        let caller = Caller.synthetic(role: "head", person: .synthetic(40), purpose: "support")
        #expect(try await bench.signals(as: caller).isEmpty)
        try await bench.service.deliver(
            [
                .postChanged(
                    .with {
                        $0.postID = PostID.synthetic(41).data
                        $0.institutionID = JournalBench.school.data
                        $0.municipality = JournalBench.partition
                        $0.role = "head"
                        $0.personID = PersonID.synthetic(40).data
                    })
            ], from: "registry", partition: "0060")
        #expect(try await bench.signals(as: caller).map(\.signalID) == [signal.signalID])
    }

    @Test func `Anyone's concern waits beside the alarms, sealed at rest`() async throws {
        let (bench, _) = try await bench()
        let neighbour = stranger("youth-worker", at: nil)
        let raised = try await bench.service.call(
            RiskMethods.raiseConcern,
            .with {
                $0.municipality = JournalBench.partition
                $0.childID = JournalBench.child(2).data
                $0.needCode = "social-coping"
                $0.observation = "Näidis: istub iga päev üksi noortekeskuses."
                $0.noticerRole = "youth-worker"
            }, as: neighbour)
        let concern = try #require(try await bench.signals().first { $0.kind == "concern" })
        #expect(concern.signalID == raised.signalID)
        #expect(concern.noticedByPerson && concern.code == "social-coping")
        #expect(concern.explanationEn.contains("istub iga päev üksi"))
        let sealed = try await bench.service.kit.store.partition(JournalBench.partition).read { transaction in
            try RiskScoringStore(transaction).signals(of: JournalBench.child(2)).first?.observation
        }
        #expect(sealed != nil)
        #expect(!String(decoding: sealed ?? [], as: UTF8.self).contains("noortekeskus"))
        let own = await #expect(throws: RPCError.self) {
            try await bench.signals(of: JournalBench.child(2), as: neighbour)
        }
        #expect(own?.code == .permissionDenied)
        let decided = try await bench.decide(concern, confirm: true)
        #expect(decided.state == "confirmed")
        let events = try await bench.service.emitted(partition: JournalBench.partition)
        #expect(events.last?.signalDecided.needCodes == ["social-coping"])
    }

    @Test func `A long list comes in pages, newest first`() async throws {
        let bench = try await JournalBench.start()
        try await bench.place(1...7)
        var journal = JournalText.school(pupils: 1...7)
        for pupil in 1...7 { for day in [-14, -12, -7] { journal.absence(day, 1, pupil, "unexcused") } }
        try await bench.load(journal.text)
        _ = try await bench.pass()
        var seen: [[UInt8]] = []
        var more = true
        while more {
            let page = try await bench.service.call(
                RiskMethods.listSignals,
                .with {
                    $0.municipality = JournalBench.partition
                    $0.limit = 3
                    $0.afterSignalID = .init(seen.last ?? [])
                }, as: JournalBench.teacher)
            #expect(page.total == 7 && page.signals.count <= 3)
            seen += page.signals.map { [UInt8]($0.signalID) }
            more = page.more
        }
        #expect(seen.count == 7)
        #expect(Set(seen).count == 7)
    }

    @Test func `The rules are told with their windows and limits`() async throws {
        let (bench, _) = try await bench()
        let rules = try await bench.service.call(
            RiskMethods.getAlarmRules, .with { $0.municipality = JournalBench.partition },
            as: JournalBench.teacher)
        #expect(rules.rules.map(\.code) == Trigger.allCases.map(\.rawValue))
        #expect(rules.rules.allSatisfy { [2, 4].contains($0.weeks) && $0.limit > 0 && !$0.countsEt.isEmpty })
    }
}
