import Contracts
import RPC
import ServiceKit
import Store
import SwiftProtobuf
import TestSupport
import Testing

@testable import RiskScoring

@Suite("The weekly pass keeps alarms as living records")
struct WeeklyPassTests {
    /// Ten pupils of 5a; the first missed something on three days without a reason.
    private func bench() async throws -> JournalBench {
        let bench = try await JournalBench.start()
        try await bench.place(1...10)
        var journal = JournalText.school(pupils: 1...10)
        for day in [-14, -12, -7] {
            journal.absence(day, 5, 1, "unexcused")
            journal.absence(day, 4, 1, "unexcused")
        }
        try await bench.load(journal.text)
        return bench
    }

    @Test func `An alarm is raised with its numbers, subjects and weekdays`() async throws {
        let bench = try await bench()
        let result = try await bench.pass()
        #expect((result.children, result.raised, result.notEnoughData) == (10, 1, 0))
        #expect(result.openByTrigger == ["unexcusedAbsenceDays": 1])
        let signal = try #require(try await bench.signals().first)
        #expect(signal.code == "unexcusedAbsenceDays")
        #expect((signal.count, signal.limit) == (3, 3))
        #expect((signal.windowFrom, signal.windowUntil) == ("2026-10-19", "2026-11-01"))
        #expect(signal.bySubject == ["Kehaline": 3, "Muusika": 3])
        #expect(signal.byWeekday == ["1": 2, "3": 1])
        #expect(signal.history.map(\.change) == ["raised"])
        #expect(signal.explanationEn.contains("Days with unexcused absence: 3"))
        let events = try await bench.service.emitted(partition: JournalBench.partition)
        #expect(events.map(\.signalRaised.signalID) == [signal.signalID])
    }

    @Test func `The next pass refreshes the same record`() async throws {
        let bench = try await bench()
        _ = try await bench.pass()
        let again = try await bench.pass()
        #expect((again.raised, again.updated, again.unchanged) == (0, 0, 1))
        var more = JournalText()
        more.absence(-4, 1, 1, "unexcused")
        try await bench.load(more.text)
        let signals = try await bench.signals()
        #expect(signals.map(\.count) == [4])
        #expect(signals.first?.history.map(\.change) == ["raised", "updated"])
        #expect(try await bench.pass().unchanged == 1)
    }

    @Test func `An absence excused later withdraws its alarm, and nobody is shown that it stood`()
        async throws
    {
        let bench = try await bench()
        _ = try await bench.pass()
        var excuse = JournalText()
        excuse.absence(-14, 5, 1, "excused")
        excuse.absence(-14, 4, 1, "none")
        try await bench.load(excuse.text)
        #expect(try await bench.signals().isEmpty)
        #expect(try await bench.signals(of: JournalBench.child(1)).isEmpty)
        let events = try await bench.service.emitted(partition: JournalBench.partition)
        #expect(events.last?.signalWithdrawn.code == "unexcusedAbsenceDays")
        let refused = await #expect(throws: RPCError.self) { try await bench.signals(states: ["withdrawn"]) }
        #expect(refused?.reason == "withdrawn-not-shown")
        let examiner = Caller.synthetic(role: "data-protection-officer", purpose: "audit")
        #expect(
            try await bench.signals(of: JournalBench.child(1), as: examiner).map(\.state) == ["withdrawn"])
    }

    @Test func `A dismissed alarm comes back only when things get worse`() async throws {
        let bench = try await bench()
        _ = try await bench.pass()
        let signal = try #require(try await bench.signals().first)
        _ = try await bench.decide(signal, confirm: false, reason: "Pere reis, kool teab.")
        let same = try await bench.pass()
        #expect((same.raised, same.unchanged) == (0, 0))
        // Ids are in order of time; the clock stands unless it is moved.
        bench.service.clock.advance(by: .seconds(60))
        var worse = JournalText()
        worse.absence(-3, 1, 1, "unexcused")
        try await bench.load(worse.text)
        #expect(try await bench.pass().raised == 1)
        let signals = try await bench.signals(of: JournalBench.child(1))
        #expect(signals.map(\.state) == ["open", "dismissed"])
        #expect(signals.last?.history.last?.reason == "Pere reis, kool teab.")
    }

    @Test func `Two and one negative grades in different journals are no alarm, three in one are`()
        async throws
    {
        let bench = try await JournalBench.start()
        try await bench.place(1...10)
        var journal = JournalText.school(pupils: 1...10)
        journal.grade(-3, 1, "Matemaatika", "2")
        journal.grade(-4, 1, "Matemaatika", "1")
        journal.grade(-5, 1, "Muusika", "2")
        for day in [-3, -4, -5] { journal.grade(day, 2, "Loodus", "2") }
        try await bench.load(journal.text)
        _ = try await bench.pass()
        let signals = try await bench.signals().filter { $0.code == "negativeGradesSameJournal" }
        #expect(signals.map(\.childID) == [JournalBench.child(2).data])
        #expect(signals.first?.journal == "Loodus")
    }

    @Test func `A mean far below the class is an alarm, a little below is not`() async throws {
        let bench = try await JournalBench.start()
        try await bench.place(1...6)
        var journal = JournalText.school(pupils: 1...6)
        for pupil in 1...6 {
            for (place, day) in [-3, -4, -5].enumerated() {
                let value = pupil == 1 ? "3" : pupil == 2 && place == 0 ? "4" : "5"
                journal.grade(day, pupil, "Loodus", value)
            }
        }
        try await bench.load(journal.text)
        _ = try await bench.pass()
        let signals = try await bench.signals()
        #expect(signals.map(\.code) == ["averageBelowClass"])
        #expect(signals.first?.childID == JournalBench.child(1).data)
        #expect(signals.first?.classMeanHundredths == 461)
        #expect(signals.first?.count == 161)
    }

    @Test func `Leavers and pupils without lessons are "not enough data", never low risk`() async throws {
        let bench = try await JournalBench.start()
        try await bench.place(1...2)
        try await bench.place(3...3, left: true)
        try await bench.place(4...4, className: "5b")
        try await bench.load(JournalText.school(pupils: 1...2).text)
        let result = try await bench.pass()
        #expect((result.children, result.notEnoughData) == (4, 2))
    }

    @Test func `A leaver's open alarm stays open`() async throws {
        let bench = try await bench()
        _ = try await bench.pass()
        try await bench.place(1...1, left: true)
        bench.service.clock.advance(days: 70)
        let later = try await bench.pass(JournalBench.monday.adding(days: 70))
        #expect((later.withdrawn, later.unchanged) == (0, 1))
        #expect(try await bench.signals().count == 1)
    }

    @Test func `After the case is closed the same facts raise nothing, new ones do`() async throws {
        let bench = try await bench()
        _ = try await bench.pass()
        let signal = try #require(try await bench.signals().first)
        _ = try await bench.decide(signal, confirm: true)
        let opened: EventEnvelope.OneOf_Body = .caseOpened(
            .with {
                $0.caseID = CaseID.synthetic(9).data
                $0.signalID = signal.signalID
                $0.level = 1
            })
        try await bench.service.deliver(
            [opened], child: JournalBench.child(1), from: "referral", partition: JournalBench.partition)
        #expect(try await bench.signals(states: ["confirmed"]).first?.caseID == CaseID.synthetic(9).data)
        #expect(try await bench.pass().raised == 0)
        try await bench.service.deliver(
            [.caseClosed(.with { $0.caseID = CaseID.synthetic(9).data })], child: JournalBench.child(1),
            from: "referral", partition: JournalBench.partition)
        #expect(try await bench.pass().raised == 0)
        var worse = JournalText()
        worse.absence(-3, 1, 1, "unexcused")
        try await bench.load(worse.text)
        #expect(try await bench.pass().raised == 1)
    }

    @Test func `The same operation again gives the same answer and no second effect`() async throws {
        let bench = try await bench()
        let operation = OperationID.synthetic(77)
        let request = RiskRunWeeklyPassRequest.with {
            $0.municipality = JournalBench.partition
            $0.asOf = JournalBench.monday.description
        }
        let first = try await bench.service.call(
            RiskMethods.runWeeklyPass, request, as: JournalBench.registrar, operation: operation)
        let second = try await bench.service.call(
            RiskMethods.runWeeklyPass, request, as: JournalBench.registrar, operation: operation)
        #expect(first == second)
        #expect(try await bench.signals().count == 1)
    }

    @Test func `A system of the county that is no program may not run a pass or internal work`() async throws
    {
        let bench = try await bench()
        let desk = Caller.program("county-desk")
        let pass = RiskRunWeeklyPassRequest.with {
            $0.municipality = JournalBench.partition
            $0.asOf = JournalBench.monday.description
        }
        let refused = try await #require(throws: RPCError.self) {
            try await bench.service.call(RiskMethods.runWeeklyPass, pass, as: desk)
        }
        #expect(refused.code == .permissionDenied)
        #expect(try await bench.signals().isEmpty)
        let prepare = RiskPrepareImportRequest.with { $0.municipality = JournalBench.partition }
        let work = try await #require(throws: RPCError.self) {
            try await bench.service.call(RiskMethods.prepareImport, prepare, as: desk)
        }
        #expect(work.reason == "method-internal")
        _ = try await bench.service.call(RiskMethods.runWeeklyPass, pass, as: JournalBench.gateway)
    }

    @Test func `The scheduled pass runs once for its Monday, as the service itself`() async throws {
        let bench = try await bench()
        let zone = try #require(TallinnTime())
        let service = RiskScoringService(bench.service.kit, RiskScoringConfiguration())
        for _ in 1...2 { #expect(try await service.runDuePasses(in: zone).isEmpty) }
        let signals = try await bench.signals()
        #expect(signals.map { $0.history.map(\.change) } == [["raised"]])
        let entries = try await bench.service.audited(
            JournalBench.child(1), in: JournalBench.partition, as: JournalBench.teacher)
        let pass = try #require(entries.last { $0.action == "RunWeeklyPass" })
        #expect(pass.personID.isEmpty && pass.system.hasSuffix("/municipality/0060/system/risk"))
    }
}
