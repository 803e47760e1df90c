import Contracts
import FoundationEssentials
import ServiceKit
import TestSupport
import Testing

/// One child's way, over the real endpoint and real files.
@Suite struct HelpFlowTests {
    @Test("A confirmed signal leads through need, route, request and outcome to a closed case")
    func wholeWay() async throws {
        let scene = try await Scene.start()
        try await scene.raise()
        let first = try await scene.tasks(as: scene.teacher)
        #expect(first.map(\.code) == ["acknowledge-signal"])
        #expect(first.first?.command.hasPrefix("tugi-gateway confirm \(Scene.signal)") == true)
        #expect(try await scene.tasks(as: scene.otherTeacher).isEmpty)

        try await scene.decide()
        var record = try #require(try await scene.cases(as: scene.teacher).first)
        #expect(record.state == "open" && record.level == 1 && record.levels == 3)
        #expect(record.levelNameEt == "Tase 1" && record.templateDraft)
        #expect(record.coordinatorPersonID == Data(PersonID.synthetic(1).bytes))
        #expect(record.signalIds == [Data(Scene.signal.bytes)])
        #expect(try await scene.tasks(as: scene.teacher).map(\.code) == ["add-need"])
        let opened = try await scene.bench.emitted(partition: Scene.municipality)
        #expect(opened.count == 1 && opened.first?.caseOpened.caseID == record.caseID)

        record = try await scene.need(record)
        #expect(try await scene.tasks(as: scene.teacher).map(\.code) == ["request-help"])
        let routes = try await scene.routes(record)
        #expect(routes.candidates.map(\.scope) == ["institution", "municipality", "county"])
        #expect(routes.candidates.first?.freePlaces == 1)

        record = try await scene.request(record)
        let attempt = try #require(record.needs.first?.attempts.first)
        #expect(attempt.state == "requested" && attempt.due == "2026-02-05")
        #expect(attempt.actions.contains("accept:recipient"))
        #expect(attempt.basis.paragraph == "PGS § 37(2)")
        let asked = try await scene.tasks(as: scene.pedagogue)
        #expect(asked.map(\.code) == ["accept-attempt"])
        #expect(asked.first?.command.hasPrefix("tugi-gateway attempt accept ") == true)
        #expect(try await scene.tasks(as: scene.teacher).isEmpty)
        #expect(try await scene.routes(record).ruledOut.map(\.reason) == ["no-capacity"])

        for step in ["receive", "accept", "start"] { record = try await scene.advance(record, step) }
        record = try await scene.advance(record, "complete", outcome: "got-help")
        #expect(try await scene.tasks(as: scene.teacher).map(\.code) == ["acknowledge-outcome"])
        #expect(await scene.refusal { _ = try await scene.close(record) } == "acknowledge-first")
        record = try await scene.acknowledge(record, met: true)
        #expect(record.needs.first?.state == "completed")
        #expect(try await scene.tasks(as: scene.teacher).map(\.code) == ["close-case"])
        #expect(try await scene.routes(record).candidates.first?.freePlaces == 1)

        record = try await scene.close(record)
        #expect(record.state == "closed" && record.outcome == "solved-in-institution")
        #expect(try await scene.tasks(as: scene.teacher).isEmpty)
        #expect(
            record.history.map(\.change) == [
                "opened", "need-added", "help-requested", "received", "accepted", "started", "completed",
                "acknowledged", "closed",
            ])
        #expect(record.history.first?.next == "add-need" && record.history.first?.due == "")
        #expect(record.history[1].next == "request-help" && record.history[1].due == "2026-02-09")
        #expect(
            try await scene.bench.emitted(partition: Scene.municipality).last?.caseClosed.outcome
                == record.outcome)
        let told = try await scene.notices(as: scene.teacher).map(\.code)
        #expect(Set(told) == ["signal-confirmed", "case-opened", "help-requested", "case-closed"])
    }

    @Test("A refusal leaves the need open with a task to ask the next one, and frees the place")
    func refused() async throws {
        let scene = try await Scene.start()
        var record = try await scene.need(try await scene.open())
        record = try await scene.request(record)
        #expect(await scene.refusal { _ = try await scene.advance(record, "reject") } == "code-reason_code")
        record = try await scene.advance(record, "reject", reason: "not-eligible")
        #expect(record.needs.first?.state == "active")
        #expect(record.history.last?.next == "request-help")
        #expect(try await scene.tasks(as: scene.teacher).map(\.code) == ["request-help"])
        #expect(try await scene.routes(record).candidates.first?.freePlaces == 1)
        record = try await scene.request(record, 63)
        #expect(record.needs.first?.attempts.count == 2)
        // A county-wide service has no way in: the coordinator records its answer.
        record = try await scene.advance(record, "accept", as: scene.teacher)
        #expect(record.history.last?.detail.contains("recorded-for-recipient") == true)
    }

    @Test("Steps that the state or the side does not allow are told, never swallowed")
    func illegalSteps() async throws {
        let scene = try await Scene.start()
        var record = try await scene.request(try await scene.need(try await scene.open()))
        #expect(await scene.refusal { _ = try await scene.advance(record, "start") } == "illegal-transition")
        #expect(
            await scene.refusal { _ = try await scene.advance(record, "accept", as: scene.teacher) }
                == "other-side")
        #expect(
            await scene.refusal {
                _ = try await scene.advance(record, "accept", as: scene.otherTeacher)
            } == "not-among-yours")
        #expect(await scene.refusal { _ = try await scene.advance(record, "explode") } == "code-action")
        record = try await scene.advance(record, "accept")
        #expect(await scene.refusal { _ = try await scene.advance(record, "accept") } == "illegal-transition")
        #expect(
            await scene.refusal { _ = try await scene.acknowledge(record, met: true) }
                == "nothing-to-acknowledge")
        #expect(await scene.refusal { _ = try await scene.close(record, "declined") } == "attempt-open")
        #expect(await scene.refusal { _ = try await scene.request(record) } == "attempt-open")
    }

    @Test("The same operation tried again does nothing twice; with other content it is refused")
    func replays() async throws {
        let scene = try await Scene.start()
        let opened = try await scene.open()
        let ids = (1...4).map { OperationID.synthetic(UInt32(900 + $0)) }
        var record = try await scene.need(opened, operation: ids[0])
        record = try await scene.need(opened, operation: ids[0])
        #expect(record.needs.count == 1)
        #expect(
            await scene.refusal { _ = try await scene.need(opened, "speech", operation: ids[0]) } != "")
        let needed = record
        record = try await scene.request(needed, operation: ids[1])
        record = try await scene.request(needed, operation: ids[1])
        #expect(record.needs.first?.attempts.count == 1)
        let asked = record
        record = try await scene.advance(asked, "accept", operation: ids[2])
        record = try await scene.advance(asked, "accept", operation: ids[2])
        #expect(record.needs.first?.attempts.first?.state == "accepted")
        let accepted = record
        record = try await scene.advance(accepted, "complete", outcome: "got-help")
        // A late retry of the request neither revives the attempt nor keeps a place.
        record = try await scene.request(needed, operation: ids[1])
        #expect(record.needs.first?.attempts.map(\.state) == ["completed"])
        #expect(try await scene.routes(record).candidates.first?.freePlaces == 1)
        record = try await scene.acknowledge(record, met: true)
        let before = try await scene.close(record, operation: ids[3])
        let again = try await scene.close(record, operation: ids[3])
        #expect(before.version == again.version)
        // Opened, its lead, help asked for and ended, led by nobody, closed: each told once.
        #expect(try await scene.bench.emitted(partition: Scene.municipality).count == 6)
    }

    @Test("Who decides on an old picture of the attempt is told so")
    func versions() async throws {
        let scene = try await Scene.start()
        let asked = try await scene.request(try await scene.need(try await scene.open()))
        let version = try #require(asked.needs.first?.attempts.first?.version)
        _ = try await scene.advance(asked, "receive", version: version)
        #expect(
            await scene.refusal { _ = try await scene.advance(asked, "accept", version: version) }
                == "version-conflict")
        let now = try #require(try await scene.cases(as: scene.teacher).first)
        let accepted = try await scene.advance(now, "accept", version: now.version)
        #expect(accepted.needs.first?.attempts.first?.state == "accepted")
    }

    @Test("A second confirmed signal joins the open case; a withdrawn one is a fact in it, not its end")
    func joining() async throws {
        let scene = try await Scene.start()
        _ = try await scene.open()
        let second = SignalID.synthetic(301)
        try await scene.raise(second)
        try await scene.decide(second, needs: ["learning"])
        try await scene.decide(second, needs: ["learning"])
        try await scene.withdraw()
        let cases = try await scene.cases(as: scene.teacher)
        #expect(cases.count == 1)
        let record = try #require(cases.first)
        #expect(record.signalIds.count == 2 && record.state == "open")
        #expect(record.needs.map(\.needCode) == ["learning"])
        #expect(
            record.history.map(\.change) == ["opened", "signal-joined", "need-added", "signal-withdrawn"])
        #expect(record.history.last?.personID.isEmpty == true)
        #expect(try await scene.bench.emitted(partition: Scene.municipality).count == 1)
    }

    @Test("A dismissed or withdrawn signal waits for nobody and opens nothing")
    func dismissed() async throws {
        let scene = try await Scene.start()
        try await scene.raise()
        try await scene.decide(confirmed: false)
        let other = SignalID.synthetic(302)
        try await scene.raise(other)
        try await scene.withdraw(other)
        #expect(try await scene.tasks(as: scene.teacher).isEmpty)
        #expect(try await scene.cases(as: scene.teacher).isEmpty)
        #expect(try await scene.notices(as: scene.teacher).isEmpty)
    }

    @Test("Nobody who can take it: the need says no provider, and the coordinator has to decide")
    func noProvider() async throws {
        let scene = try await Scene.start()
        var record = try await scene.need(try await scene.open(), "career")
        #expect(try await scene.routes(record).noProvider)
        record = try #require(try await scene.cases(as: scene.teacher).first)
        #expect(record.needs.first?.state == "no-provider")
        #expect(record.history.last?.change == "no-provider")
        #expect(try await scene.tasks(as: scene.teacher).map(\.code) == ["decide-no-provider"])
        #expect(await scene.refusal { _ = try await scene.close(record, "solved") } == "needs-open")
        record = try await scene.close(record, "declined")
        #expect(record.needs.first?.state == "withdrawn" && record.state == "closed")
    }

    @Test("Help without a legal basis is not asked for")
    func basisNeeded() async throws {
        let scene = try await Scene.start()
        let record = try await scene.need(try await scene.open())
        #expect(await scene.refusal { _ = try await scene.request(record, paragraph: "") } == "basis-missing")
        #expect(
            await scene.refusal { _ = try await scene.request(record, 99) } == "ruled-out-unknown-resource")
    }
}
