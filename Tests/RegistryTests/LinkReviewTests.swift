import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Who works with a child, for how long, and what representatives object to")
struct LinkReviewTests {
    private static let specialist = SampleCounty.holder("\(SampleCounty.school).school-psychologist")
    private static let worker = SampleCounty.holder("vinni-vald.youth-worker")

    private func linked(endsOn: String = "", reviewOn: String = "") async throws -> (
        bench: ServiceBench, child: ChildID, link: Data
    ) {
        let bench = try await ChildAccessTests.bench()
        let id = try await bench.child("n1")
        let answer = try await bench.call(
            RegistryMethods.linkSpecialist,
            .with {
                $0.municipality = "0901"
                $0.childID = id.data
                $0.personID = Self.worker.person?.data ?? Data()
                $0.role = Self.worker.role
                $0.endsOn = endsOn
                $0.reviewOn = reviewOn
            }, as: SampleCounty.classTeacher)
        return (bench, id, answer.linkID)
    }

    @Test("Access ends by itself on the day that was said, and others were told that day from the first")
    func endsOnDay() async throws {
        let (bench, id, link) = try await linked(endsOn: "2026-02-05", reviewOn: "2026-02-04")
        #expect(try await bench.getChild(id, as: Self.worker).links.map(\.linkID) == [link])
        let told = try await bench.emitted(partition: "0901").compactMap {
            if case .childLinked(let body) = $0.body { body } else { nil }
        }
        #expect(told.map(\.until) == ["2026-02-05"])
        bench.clock.advance(days: 2)
        #expect(try await bench.getChild(id, as: Self.worker).links.first?.until == "")
        bench.clock.advance(days: 1)
        await #expect(throws: RPCError.self) { try await bench.getChild(id, as: Self.worker) }
        let shown = try #require(try await bench.links(child: id, as: SampleCounty.head).first)
        #expect(!shown.open && shown.link.until == "2026-02-05" && shown.reviewOn == "2026-02-04")
        await #expect(throws: RPCError.self) { try await bench.objection(id, link, as: SampleCounty.head) }
    }

    @Test("A day that has come is no day to end on")
    func pastDay() async throws {
        for day in ["2026-02-02", "2026-02-30", "soon"] {
            do {
                _ = try await linked(endsOn: day)
                Issue.record("taken")
            } catch let error as RPCError { #expect(error.reason == "date-not-to-come") }
        }
    }

    @Test(
        "An objection is kept with date and who took it, calls for review, and its decision is seen in history"
    )
    func objection() async throws {
        let (bench, id, link) = try await linked()
        let objection = try await bench.objection(id, link, as: SampleCounty.classTeacher)
        var shown = try #require(try await bench.links(child: id, as: SampleCounty.head).first)
        #expect(shown.open && shown.reviewOn == "2026-02-02")
        #expect(shown.givenBy == SampleCounty.classTeacher.person?.data)
        let kept = try #require(shown.objections.first)
        #expect(kept.objectionID == objection && kept.raisedOn == "2026-02-01")
        #expect(kept.raisedBy == "Näidis Ema" && kept.text == "Ei soovi (näidis)")
        #expect(kept.takenBy == SampleCounty.classTeacher.person?.data && kept.outcome.isEmpty)

        // The linked specialist does not decide on the own access, nor does who has no such duty.
        for caller in [Self.worker, Self.specialist, SampleCounty.otherClassTeacher] {
            await #expect(throws: RPCError.self) {
                try await bench.review(id, link, "continue", as: caller)
            }
        }
        try await bench.review(id, link, "continue", reviewOn: "2026-03-02", as: SampleCounty.head)
        shown = try #require(try await bench.links(child: id, as: SampleCounty.head).first)
        #expect(shown.open && shown.reviewOn == "2026-03-02")
        #expect(shown.objections.map(\.outcome) == ["continue"])
        #expect(shown.objections.first?.ground == "Põhjus (näidis)")
        #expect(shown.objections.first?.decidedBy == SampleCounty.head.person?.data)

        _ = try await bench.objection(id, link, as: SampleCounty.head)
        try await bench.review(id, link, "end", as: SampleCounty.head)
        await #expect(throws: RPCError.self) { try await bench.getChild(id, as: Self.worker) }
        shown = try #require(try await bench.links(child: id, as: SampleCounty.head).first)
        #expect(!shown.open && shown.link.until == "2026-02-02" && shown.endReason == "Põhjus (näidis)")
        #expect(shown.objections.map(\.outcome).sorted() == ["continue", "end"])
        let told = try await bench.emitted(partition: "0901").compactMap {
            if case .childLinked(let body) = $0.body { body } else { nil }
        }
        #expect(told.map(\.until) == ["", "2026-02-02"])
        await #expect(throws: RPCError.self) {
            try await bench.review(id, link, "end", as: SampleCounty.head)
        }
    }

    @Test("A specialist sees the own links; others those with children whom they see; nobody another town's")
    func ofSpecialist() async throws {
        let (bench, id, link) = try await linked()
        let other = try await bench.child("n2")
        _ = try await bench.link(other, Self.worker, as: SampleCounty.head)
        let person = try #require(Self.worker.person)
        #expect(try await bench.links(person: person, as: Self.worker).count == 2)
        #expect(try await bench.links(person: person, as: SampleCounty.head).count == 2)
        let seen = try await bench.links(person: person, as: SampleCounty.classTeacher)
        #expect(seen.map(\.link.linkID) == [link] && seen.map(\.childID) == [id.data])
        #expect(seen.first?.link.personName.hasPrefix("Näidis Spetsialist") == true)
        let stranger = Caller.synthetic(role: "youth-worker", person: .synthetic(99))
        let foreign = SampleCounty.holder("viru-nigula-vald.registrar", municipality: "0903")
        for caller in [stranger, foreign, .operatorOfCounty()] {
            await #expect(throws: RPCError.self) { try await bench.links(person: person, as: caller) }
            await #expect(throws: RPCError.self) { try await bench.links(child: id, as: caller) }
        }
        let entries = try await bench.audited(id, in: "0901", as: SampleCounty.head)
        #expect(entries.filter { $0.action.hasSuffix("ListLinks") && $0.granted }.count == 3)
        #expect(entries.filter { $0.action.hasSuffix("ListLinks") && !$0.granted }.count == 3)
    }
}

extension ServiceBench {
    func links(
        child: ChildID? = nil, person: PersonID? = nil, as caller: Caller
    ) async throws -> [RegistryLinkDetail] {
        try await call(
            RegistryMethods.listLinks,
            .with {
                $0.municipality = "0901"
                if let child { $0.childID = child.data }
                if let person { $0.personID = person.data }
            }, as: caller
        ).links
    }

    func objection(_ child: ChildID, _ link: Data, as caller: Caller) async throws -> Data {
        try await call(
            RegistryMethods.recordObjection,
            .with {
                $0.municipality = "0901"
                $0.childID = child.data
                $0.linkID = link
                $0.raisedOn = "2026-02-01"
                $0.raisedBy = "Näidis Ema"
                $0.text = "Ei soovi (näidis)"
            }, as: caller
        ).objectionID
    }

    func review(
        _ child: ChildID, _ link: Data, _ outcome: String, reviewOn: String = "", as caller: Caller
    ) async throws {
        _ = try await call(
            RegistryMethods.reviewLink,
            .with {
                $0.municipality = "0901"
                $0.childID = child.data
                $0.linkID = link
                $0.outcome = outcome
                $0.ground = "Põhjus (näidis)"
                $0.reviewOn = reviewOn
            }, as: caller)
    }
}
