import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import Store
import SwiftProtobuf
import Testing
import TestSupport

@Suite("What answers about children give away, to whom, and how much of it there may be")
struct ChildPrivacyTests {
    private static let officer = SampleCounty.holder("vinni-vald.data-protection-officer")
    private static let youthWorker = SampleCounty.holder("vinni-vald.youth-worker")
    private static let otherHead = SampleCounty.holder("\(SampleCounty.otherSchool).head")

    private func refused(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "done"
        } catch let error as RPCError { return error.reason } catch { return "\(error)" }
    }

    /// Whether each action of that name in the audit of a child was granted; the refused ones first.
    private func audit(_ bench: ServiceBench, _ child: ChildID, _ action: String) async throws -> [Bool] {
        try await bench.audited(child, in: "0901", as: Self.officer).filter { $0.action.hasSuffix(action) }
            .map(\.granted).sorted { !$0 && $1 }
    }

    @Test(
        "An identifier of a child elsewhere is refused in one way, whichever it is, and recorded for the child"
    )
    func identifierTaken() async throws {
        let bench = try await SampleCounty.bench()
        var known = ChildRecordTests.pupil(1, code: ChildRecordTests.code)
        known.otherIds = [
            .with {
                $0.system = "ehis"
                $0.id = "naidis-77"
            }
        ]
        let id = try await bench.register(known, as: SampleCounty.head)
        func attempt(_ fill: (inout RegistryChildContent) -> Void) async -> RPCError? {
            var content = ChildRecordTests.pupil(2)
            content.institutionID = SampleCounty.institution(SampleCounty.otherSchool).data
            fill(&content)
            do {
                _ = try await bench.register(content, as: Self.otherHead)
                return nil
            } catch { return error as? RPCError }
        }
        let byCode = try #require(await attempt { $0.isikukood = ChildRecordTests.code })
        let byID = try #require(await attempt { $0.otherIds = known.otherIds })
        #expect(byCode.reason == "identifier-taken" && byCode.reason == byID.reason)
        #expect(byCode.message == byID.message && byCode.code == byID.code)
        #expect(try await audit(bench, id, "RegisterChild") == [false, false, true])
        // The same in a record that the caller keeps.
        var own = ChildRecordTests.pupil(3)
        own.institutionID = SampleCounty.institution(SampleCounty.otherSchool).data
        let other = try await bench.register(own, as: Self.otherHead)
        let change = await refused {
            _ = try await bench.change(
                other, .with { $0.isikukood = ChildRecordTests.code }, fields: ["isikukood"], version: 1,
                as: Self.otherHead)
        }
        #expect(change == "identifier-taken")
        #expect(try await audit(bench, id, "ChangeChild") == [false])
    }

    @Test("Whoever tries out a file leaves a trace on each child whom it meets, stored or not")
    func importTrace() async throws {
        let bench = try await SampleCounty.bench()
        let good = SampleCounty.csv(SampleCounty.row(1))
        _ = try await bench.importPupils(good)
        let id = try await bench.child("n1")
        _ = try await bench.importPupils(good, dryRun: true)
        let faulty = SampleCounty.csv(SampleCounty.row(1), SampleCounty.row(2, grade: 44))
        #expect(!(try await bench.importPupils(faulty)).faults.isEmpty)
        #expect(try await audit(bench, id, "ImportPupils") == [false, true, true])
    }

    @Test(
        "Nothing is looked up for somebody who has nothing to look for; refusals of every kind are recorded")
    func refusals() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(ChildRecordTests.pupil(), as: SampleCounty.head)
        // The question is not even read.
        #expect(
            await refused { _ = try await bench.find(name: "a", as: Self.youthWorker) } == "not-open-to-you")
        #expect(
            await refused { _ = try await bench.find(name: "a", as: SampleCounty.head) } == "name-too-short")
        let change = await refused {
            _ = try await bench.change(id, .init(), fields: ["nonsense"], version: 1, as: Self.youthWorker)
        }
        #expect(change == "field-unknown")
        #expect(try await audit(bench, id, "ChangeChild") == [false])
        #expect(
            await refused { _ = try await bench.record(id, asOf: "soon", as: SampleCounty.head) }
                == "day-unusable")
        #expect(try await audit(bench, id, "GetChildRecord") == [false])
        let stranger = Caller.synthetic(role: "youth-worker", person: .synthetic(99))
        #expect(
            await refused { _ = try await bench.link(id, stranger, as: SampleCounty.head) }
                == "person-holds-no-such-post")
        #expect(try await audit(bench, id, "LinkSpecialist") == [false])
    }

    @Test("Marks, objections and links of a child have a bound")
    func bounds() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(ChildRecordTests.pupil(), as: SampleCounty.head)
        for _ in 1...ChildMark.inForceMax {
            _ = try await bench.mark(id, "do-not-share", as: SampleCounty.head)
        }
        #expect(
            await refused { _ = try await bench.mark(id, "do-not-share", as: SampleCounty.head) }
                == "too-many-marks")
        #expect(try await bench.getChild(id, as: SampleCounty.head).marks.count == ChildMark.inForceMax)
        let link = try await bench.link(id, Self.youthWorker, as: SampleCounty.classTeacher)
        for _ in 1...LinkObjection.countMax { _ = try await bench.objection(id, link, as: SampleCounty.head) }
        #expect(
            await refused { _ = try await bench.objection(id, link, as: SampleCounty.head) }
                == "too-many-objections")
        for _ in 1...25 {
            let again = try await bench.link(id, Self.youthWorker, as: SampleCounty.classTeacher)
            _ = try await bench.call(
                RegistryMethods.endLink,
                .with {
                    $0.municipality = "0901"
                    $0.childID = id.data
                    $0.linkID = again
                }, as: SampleCounty.classTeacher)
        }
        #expect(
            try await bench.getChild(id, as: SampleCounty.head).links.count == ChildLink.endedShownMax)
        #expect(try await bench.links(child: id, as: SampleCounty.head).count == 25)
    }

    @Test("That somebody objects is seen by whoever sees the child; what was said, by those who decide on it")
    func objectionTexts() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(ChildRecordTests.pupil(), as: SampleCounty.head)
        let link = try await bench.link(id, Self.youthWorker, as: SampleCounty.classTeacher)
        let psychologist = SampleCounty.holder("\(SampleCounty.school).school-psychologist")
        _ = try await bench.objection(id, link, as: psychologist)
        try await bench.review(id, link, "continue", as: SampleCounty.head)
        func seen(by caller: Caller) async throws -> RegistryObjection? {
            try await bench.links(child: id, as: caller).first?.objections.first
        }
        for caller in [SampleCounty.head, SampleCounty.classTeacher, Self.officer] {
            let one = try #require(try await seen(by: caller))
            #expect(one.text == "Ei soovi (näidis)" && one.raisedBy == "Näidis Ema")
            #expect(one.ground == "Põhjus (näidis)")
        }
        let taken = try #require(try await seen(by: psychologist))
        #expect(taken.text == "Ei soovi (näidis)" && taken.ground.isEmpty)
        let pedagogue = SampleCounty.holder("\(SampleCounty.school).social-pedagogue")
        for caller in [Self.youthWorker, pedagogue] {
            let one = try #require(try await seen(by: caller))
            #expect(one.text.isEmpty && one.raisedBy.isEmpty && one.ground.isEmpty)
            #expect(one.outcome == "continue" && one.raisedOn == "2026-02-01")
        }
    }

    @Test("A change that was decided before the child went away finds that within its own transaction")
    func goneMeanwhile() async throws {
        let (bench, id) = try await HandOverTests.scene()
        try await bench.handOver(id)
        let error = await #expect(throws: ServiceError.self) {
            try await bench.kit.store.partition("0901").write { transaction in
                _ = try RegistryService.requireHere(id, transaction)
            }
        }
        #expect(error?.reason == "child-not-here")
    }

    @Test(
        "A first day or a day of review far away is refused: it would keep others out, or nobody would look")
    func farDays() async throws {
        let bench = try await SampleCounty.bench()
        var content = ChildRecordTests.pupil()
        content.from = "2027-02-04"
        #expect(
            await refused { _ = try await bench.register(content, as: SampleCounty.head) } == "from-too-far")
        content.from = "2026-09-01"
        let id = try await bench.register(content, as: SampleCounty.head)
        let file = SampleCounty.csv(SampleCounty.row(1, from: "2027-02-04"))
        #expect(try await bench.importPupils(file).faults.map(\.code) == ["date-in-future"])
        #expect(
            await refused {
                _ = try await bench.mark(id, "do-not-share", reviewOn: "2036-01-01", as: SampleCounty.head)
            } == "review-missing")
    }

    @Test("When a link's planned day has come, others are told once that it has ended")
    func plannedEnd() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(ChildRecordTests.pupil(), as: SampleCounty.head)
        _ = try await bench.call(
            RegistryMethods.linkSpecialist,
            .with {
                $0.municipality = "0901"
                $0.childID = id.data
                $0.personID = Self.youthWorker.person?.data ?? Data()
                $0.role = Self.youthWorker.role
                $0.endsOn = "2026-02-05"
            }, as: SampleCounty.classTeacher)
        let service = try #require(bench.endpoint as? RegistryEndpoint).service
        func told() async throws -> Int {
            try await bench.emitted(partition: "0901").count { !$0.childLinked.until.isEmpty }
        }
        bench.clock.advance(days: 2)
        try await service.endWhatIsDue()
        #expect(try await told() == 1)
        bench.clock.advance(days: 1)
        for _ in 1...2 { try await service.endWhatIsDue() }
        #expect(try await told() == 2)
    }

    @Test("Searches that find the directory outdated at once make it once")
    func directoryOnce() async throws {
        let bench = try await SampleCounty.bench()
        let service = try #require(bench.endpoint as? RegistryEndpoint).service
        bench.clock.advance(days: 1)
        let before = service.directory.ticket()
        try await withThrowingTaskGroup(of: LocalDate.self) { group in
            for _ in 1...8 { group.addTask { try await service.directorySnapshot().day } }
            for try await day in group { #expect(day == bench.clock.today()) }
        }
        // Every making takes a ticket, and so did the two looks from here.
        #expect(service.directory.ticket() - before == 2)
    }
}
