import Contracts
import FoundationEssentials
import ServiceKit
import SwiftProtobuf
import TestSupport
import Testing

/// Levels, posts and who may see what.
@Suite struct LevelsAndPeopleTests {
    @Test("A child outside the target grades follows the fallback template")
    func fallback() async throws {
        let scene = try await Scene.start(grade: 11)
        let record = try await scene.open()
        #expect(record.templateID == Data(TemplateID.synthetic(2).bytes))
        let inside = try await Scene.start(grade: 4)
        #expect(try await inside.open().templateID == Data(TemplateID.synthetic(1).bytes))
    }

    @Test("A vacant coordinator's post is seen in the case and its task is the head's")
    func vacancy() async throws {
        let scene = try await Scene.start()
        let vacant = Scene.post(51, "class-teacher", nil, Scene.school, "school", "5A")
        try await scene.take([vacant], from: "registry", partition: "0060")
        try await scene.raise()
        #expect(try await scene.tasks(as: scene.coordinator).map(\.code) == ["acknowledge-signal"])
        try await scene.decide()
        let record = try #require(try await scene.cases(as: scene.head).first)
        #expect(record.coordinatorRole == "class-teacher" && record.coordinatorPersonID.isEmpty)
        #expect(try await scene.tasks(as: scene.head).map(\.code) == ["add-need"])
        #expect(try await scene.tasks(as: scene.coordinator).isEmpty)
    }

    @Test("A case moves up to the municipality and back, each time with its reason and its next term")
    func moving() async throws {
        let scene = try await Scene.start()
        var record = try await scene.open()
        #expect(await scene.refusal { _ = try await scene.cases(as: scene.protection) } == "not-among-yours")
        #expect(await scene.refusal { _ = try await scene.move(record, to: 3, reason: "") } == "field-reason")
        #expect(await scene.refusal { _ = try await scene.move(record, to: 9) } == "level-unknown")
        #expect(
            await scene.refusal { _ = try await scene.move(record, to: 1, phase: "dancing") } == "code-phase")
        record = try await scene.move(record, to: 3, phase: "setting-goals")
        #expect(record.level == 3 && record.phase == "setting-goals")
        #expect(record.coordinatorPersonID == Data(PersonID.synthetic(5).bytes))
        #expect(record.history.last?.change == "moved-up")
        #expect(record.history.last?.detail == "1-3: needs more")
        #expect(record.history.last?.due == "2026-02-04")
        #expect(try await scene.tasks(as: scene.protection).map(\.code) == ["add-need"])
        #expect(await scene.refusal { _ = try await scene.need(record) } == "not-among-yours")
        #expect(try await scene.cases(as: scene.teacher).count == 1)
        record = try await scene.move(record, to: 2, reason: "enough in the school", as: scene.protection)
        #expect(record.level == 2 && record.history.last?.change == "moved-down")
        #expect(try await scene.tasks(as: scene.coordinator).map(\.code) == ["add-need"])
        #expect(try await scene.notices(as: scene.teacher).filter { $0.code == "case-moved" }.count == 2)
    }

    @Test("Other classes, other municipalities, the county and programs see no case")
    func strangers() async throws {
        let scene = try await Scene.start()
        let record = try await scene.open()
        let request = ReferralGetCaseRequest.with {
            $0.municipality = Scene.municipality
            $0.caseID = record.caseID
        }
        func refusal(_ caller: Caller) async -> String {
            await scene.refusal {
                _ = try await scene.bench.call(ReferralMethods.getCase, request, as: caller)
            }
        }
        #expect(await refusal(scene.teacher) == "")
        #expect(await refusal(scene.otherTeacher) == "not-among-yours")
        #expect(await refusal(scene.county) == "other-municipality")
        #expect(
            await refusal(.synthetic(role: "head", municipality: "0903", institution: Scene.school))
                == "other-municipality")
        #expect(await refusal(.synthetic(role: "registrar", institution: Scene.school)) == "not-among-yours")
        #expect(await refusal(.program("gateway")) != "")
        #expect(try await scene.tasks(as: scene.county).isEmpty)
        let officer = Caller.synthetic(role: "data-protection-officer", person: .synthetic(9))
        #expect(
            await scene.refusal {
                _ = try await scene.bench.audited(Scene.child, in: Scene.municipality, as: scene.head)
            } != "")
        let looked = try await scene.bench.audited(Scene.child, in: Scene.municipality, as: officer)
        #expect(looked.contains { !$0.granted && $0.role == "registrar" })
        #expect(looked.contains { $0.granted && $0.action == "GetCase" && $0.role == "class-teacher" })
    }

    @Test("A confirmation without a person opens no case: it waits, and later ones of that child with it")
    func decisionWithoutPerson() async throws {
        let scene = try await Scene.start()
        try await scene.raise()
        let decided = EventSignalDecided.with {
            $0.signalID = Data(Scene.signal.bytes)
            $0.kind = "alarm"
            $0.code = "unexcusedAbsenceDays"
            $0.confirmed = true
            $0.institutionID = Data(Scene.school.bytes)
        }
        let taken = try await scene.bench.deliver(
            [.signalDecided(decided)], child: Scene.child, from: "risk", partition: Scene.municipality)
        #expect(taken.parked == 1)
        #expect(try await scene.cases(as: scene.teacher).isEmpty)
        #expect(try await scene.bench.emitted(partition: Scene.municipality).isEmpty)
    }

    @Test("A recipient sees the part that was addressed to them; a linked person the whole")
    func parts() async throws {
        let scene = try await Scene.start()
        var record = try await scene.need(try await scene.open(), "learning")
        record = try await scene.request(try await scene.need(record), 62)
        let part = try #require(try await scene.cases(as: scene.protection).first)
        #expect(part.needs.map(\.needCode) == ["attendance"])
        #expect(part.history.isEmpty && part.signalIds.isEmpty)
        #expect(try await scene.tasks(as: scene.protection).map(\.code) == ["accept-attempt"])
        let youth = Caller.synthetic(role: "youth-worker", person: .synthetic(77))
        #expect(await scene.refusal { _ = try await scene.cases(as: youth) } == "not-among-yours")
        var link = EventChildLinked.with {
            $0.personID = Data(PersonID.synthetic(77).bytes)
            $0.role = "youth-worker"
            $0.from = "2026-02-01"
        }
        try await scene.take([.childLinked(link)], child: Scene.child, from: "registry")
        #expect(try await scene.cases(as: youth).first?.needs.count == 2)
        link.until = "2026-02-02"
        try await scene.take([.childLinked(link)], child: Scene.child, from: "registry")
        #expect(await scene.refusal { _ = try await scene.cases(as: youth) } == "not-among-yours")
        let told = try await scene.notices(as: scene.teacher).map(\.code)
        #expect(told.contains("specialist-linked") && told.contains("specialist-unlinked"))
    }

    @Test("What is overdue is marked, and shows to the head too")
    func overdue() async throws {
        let scene = try await Scene.start()
        try await scene.raise()
        #expect(try await scene.tasks(as: scene.head).isEmpty)
        scene.bench.clock.advance(days: 21)
        #expect(try await scene.tasks(as: scene.teacher).map(\.overdue) == [true])
        #expect(try await scene.tasks(as: scene.head).map(\.code) == ["acknowledge-signal"])
    }
}
