import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import Store
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Whom a hand-over believes, for how long it waits, and what is left of it")
struct HandOverTrustTests {
    private static let giver = HandOverTests.giver
    private static let taker = HandOverTests.taker
    private static let code = ChildRecordTests.code
    private static let colleague = SampleCounty.holder("viru-nigula-vald.registrar", municipality: "0903")
    private static let officer = SampleCounty.holder("vinni-vald.data-protection-officer")

    private func refused(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "done"
        } catch let error as RPCError { return error.reason } catch { return "\(error)" }
    }

    /// A child of the sample school who has gone to 0903.
    private func gone() async throws -> (bench: ServiceBench, child: ChildID) {
        let (bench, id) = try await HandOverTests.scene()
        try await bench.handOver(id)
        return (bench, id)
    }

    // MARK: who is believed

    @Test("What the relay changes on the way is not heard: the right child arrives, another stays")
    func alteredOnTheWay() async throws {
        let (bench, id) = try await HandOverTests.scene()
        let other = try await bench.register(ChildRecordTests.pupil(2), as: SampleCounty.head)
        let handOver = try await bench.offer(id)
        for round in 0..<3 {
            for partition in ["0901", "0903"] {
                var events = try await bench.pulled(partition, as: "registry")
                for index in events.indices where !events[index].destination.isEmpty {
                    events[index].childID = other.data
                    events[index].handOver.personID = PersonID.synthetic(99).data
                    events[index].handOver.step = "accepted"
                    events[index].destination = "0928"
                }
                if !events.isEmpty { try await bench.deliver(envelopes: events) }
            }
            if round == 0 { try await bench.accept(handOver, as: Self.taker) }
        }
        try await bench.settle()
        #expect(try await bench.record(id, as: Self.taker).content.familyName == "Väljas-Õun 1")
        #expect(try await bench.getChild(other, as: SampleCounty.head).familyName == "Väljas-Õun 2")
    }

    @Test("A parcel opens as its own step of its own hand-over of its own child between its own partitions")
    func route() async throws {
        let bench = try await SampleCounty.bench()
        let vault = bench.kit.vault
        let route = HandOverParcel.Route(
            handOver: .synthetic(1), step: .handedOver, child: .synthetic(2), from: "0901", to: "0903")
        let sealed = try HandOverParcel(content: ChildContent()).sealed(route, vault)
        _ = try HandOverParcel(sealed, route, vault)
        let changes: [@Sendable (inout HandOverParcel.Route) -> Void] = [
            { $0.handOver = .synthetic(9) }, { $0.step = .offered }, { $0.child = .synthetic(9) },
            { $0.from = "0928" }, { $0.to = "0928" },
        ]
        for change in changes {
            var other = route
            change(&other)
            #expect(throws: (any Error).self) { _ = try HandOverParcel(sealed, other, vault) }
        }
    }

    @Test("An offer that does not open is set aside and hides no other one")
    func brokenOffer() async throws {
        let (bench, id) = try await HandOverTests.scene()
        let kit = bench.kit
        let body = EventHandOver.with {
            $0.handOverID = HandOverID.synthetic(7).data
            $0.step = "offered"
            $0.personID = PersonID.synthetic(1).data
            $0.namedPersonID = Self.taker.person?.data ?? Data()
            $0.key = Data(repeating: 1, count: 60)
            $0.sealed = Data(repeating: 2, count: 60)
        }
        try await kit.store.partition("0901").write {
            try kit.emit(
                .handOver(body), child: .synthetic(5), partition: "0901", to: "0903", in: $0)
        }
        let handOver = try await bench.offer(id)
        try await bench.settle()
        #expect(try await bench.offers(as: Self.taker).map(\.handOverID) == [handOver])
        let status = try await bench.call(CommonMethods.storeStatus, .init(), as: .program("gateway"))
        #expect(status.partitions.first { $0.code == "0903" }?.inboxParked == 1)
    }

    @Test("Who was asked answers, and sees whom; a colleague in the same office does neither")
    func namedPerson() async throws {
        let (bench, id) = try await HandOverTests.scene()
        let handOver = try await bench.offer(id)
        try await bench.settle()
        #expect(try await bench.offers(as: Self.colleague).map(\.hasCover) == [false])
        #expect(try await bench.offers(as: Self.taker).map(\.hasCover) == [true])
        #expect(await refused { try await bench.accept(handOver, as: Self.colleague) } == "not-open-to-you")
        #expect(await refused { try await bench.decline(handOver, as: Self.colleague) } == "not-open-to-you")
        // An acceptance of somebody else that reached the giving side would lose the child there: it is set aside.
        let kit = bench.kit
        let body = EventHandOver.with {
            $0.handOverID = handOver
            $0.step = "accepted"
            $0.personID = Self.colleague.person?.data ?? Data()
        }
        try await kit.store.partition("0903").write {
            try kit.emit(.handOver(body), child: id, partition: "0903", to: "0901", in: $0)
        }
        try await bench.settle()
        #expect(try await bench.getChild(id, as: SampleCounty.head).version == 1)
    }

    // MARK: for how long it waits

    @Test("An offer waits thirty days: then it is withdrawn, shows nothing, and can be made again")
    func expiry() async throws {
        let (bench, id) = try await HandOverTests.scene()
        let handOver = try await bench.offer(id)
        try await bench.settle()
        let service = try #require(bench.endpoint as? RegistryEndpoint).service
        bench.clock.advance(days: 29)
        try await service.endWhatIsDue()
        #expect(try await bench.offers(as: Self.taker).map(\.state) == ["offered"])
        bench.clock.advance(days: 1)
        #expect(try await bench.offers(as: Self.taker).map(\.hasCover) == [false])
        #expect(await refused { try await bench.accept(handOver, as: Self.taker) } == "offer-expired")
        try await service.endWhatIsDue()
        let rows = try await bench.kit.store.partition("0903").read { transaction in
            try transaction.all("SELECT cover_key FROM hand_overs ORDER BY id") { try $0.optionalBlob(0) }
        }
        #expect(rows == [nil])
        try await bench.settle()
        for caller in [Self.giver, Self.taker] {
            let trace = try #require(try await bench.offers(as: caller).first)
            #expect(trace.state == "withdrawn" && trace.answerCode == "expired")
        }
        _ = try await bench.offer(id)
    }

    @Test("So many offers wait at once, and the list comes in pages")
    func bounds() async throws {
        let bench = try await ServiceBench.start(
            RegistryAssembly.service, configuration: [("registry.offers-waiting-max", "3")])
        _ = try await bench.importCounty(try SampleCounty.document(of: ["0901", "0903", "0060"]))
        var offers: [Data] = []
        for number in 1...4 {
            let child = try await bench.register(ChildRecordTests.pupil(number), as: SampleCounty.head)
            bench.clock.advance(days: 1)
            if number == 4 {
                #expect(await refused { _ = try await bench.offer(child) } == "too-many-offers")
            } else {
                offers.insert(try await bench.offer(child), at: 0)
            }
        }
        var seen: [Data] = []
        for page in 1...3 {
            let answer = try await bench.call(
                RegistryMethods.listOffers,
                .with {
                    $0.municipality = "0901"
                    $0.limit = 1
                    $0.afterHandOverID = seen.last ?? Data()
                }, as: Self.giver)
            seen += answer.offers.map(\.handOverID)
            #expect(answer.more == (page < 3))
        }
        #expect(seen == offers)
    }

    @Test("A child with an open case does not go: not by an offer, not by an acceptance")
    func openCase() async throws {
        let (bench, id) = try await HandOverTests.scene()
        func tell(open: Bool) async throws {
            try await bench.deliver(
                [
                    .caseLedBy(
                        .with {
                            $0.caseID = CaseID.synthetic(1).data
                            $0.open = open
                        })
                ], child: id, from: "referral", partition: "0901")
        }
        try await tell(open: true)
        #expect(await refused { _ = try await bench.offer(id) } == "case-open")
        try await tell(open: false)
        let handOver = try await bench.offer(id)
        try await bench.settle()
        try await tell(open: true)
        try await bench.accept(handOver, as: Self.taker)
        try await bench.settle()
        for caller in [Self.giver, Self.taker] {
            let trace = try #require(try await bench.offers(as: caller).first)
            #expect(trace.state == "withdrawn" && trace.answerCode == "case-open" && !trace.hasCover)
        }
        #expect(try await bench.getChild(id, as: SampleCounty.head).version == 1)
    }

    // MARK: what is left

    @Test("Once the child has arrived its key and content are gone here; who did what and who looked stay")
    func forgotten() async throws {
        let (bench, id) = try await HandOverTests.scene()
        bench.clock.advance(days: 2)
        #expect(try await bench.record(id, asOf: "2026-02-02", as: Self.officer).version == 1)
        // The officer reads the past; today is for those who work with the child.
        #expect(
            await refused { _ = try await bench.record(id, asOf: "2026-02-04", as: Self.officer) }
                == "not-open-to-you")
        #expect(
            await refused { _ = try await bench.record(id, asOf: "2026-02-05", as: SampleCounty.head) }
                == "day-unusable")
        try await bench.handOver(id)
        bench.clock.advance(days: 2)
        for caller in [Self.officer, Self.giver] {
            #expect(
                await refused { _ = try await bench.record(id, asOf: "2026-02-02", as: caller) }
                    == "not-open-to-you")
        }
        #expect(try await bench.history(id, as: Self.officer).map(\.action) == ["registered", "handed-over"])
        #expect(!(try await bench.audited(id, in: "0901", as: Self.officer)).isEmpty)
        let left = try await bench.kit.store.partition("0901").read { transaction in
            try ["children", "child_versions", "child_marks", "link_objections"].flatMap { table -> [Int64] in
                let column =
                    switch table {
                    case "children": "subject_key || name_sealed || code_sealed || contact_sealed"
                    case "child_versions": "content_sealed"
                    default: "text_sealed"
                    }
                return try transaction.all("SELECT LENGTH(\(column)) FROM \(table) ORDER BY 1") {
                    try $0.integer(0)
                }
            }
        }
        #expect(!left.isEmpty && left.allSatisfy { $0 == 0 })
        #expect(try await bench.links(child: id, as: Self.officer).map(\.endReason) == [""])
    }

    @Test("A child who comes back has the marks that hold then, under a new key; its old versions stay gone")
    func comesBack() async throws {
        let (bench, id) = try await gone()
        let mark = try #require(
            try await bench.getChild(id, as: Self.taker, municipality: "0903").marks.first)
        _ = try await bench.call(
            RegistryMethods.endMark,
            .with {
                $0.municipality = "0903"
                $0.childID = id.data
                $0.markID = mark.markID
                $0.reason = "Määrus tühistati (näidis)"
            }, as: Self.taker)
        bench.clock.advance(days: 3)
        try await bench.handOverBack(id)
        #expect(try await bench.getChild(id, as: Self.giver).marks.isEmpty)
        let record = try await bench.record(id, as: Self.giver)
        #expect(record.content.isikukood == Self.code && record.content.familyName == "Väljas-Õun 1")
        #expect(
            await refused { _ = try await bench.record(id, asOf: "2026-02-03", as: Self.giver) }
                == "no-version-that-day")
        _ = try await bench.mark(id, "do-not-contact", as: Self.giver)
        #expect(try await bench.getChild(id, as: Self.giver).marks.map(\.kind) == ["do-not-contact"])
    }

    @Test("A mark that holds there comes back once")
    func markComesBackOnce() async throws {
        let (bench, id) = try await gone()
        try await bench.handOverBack(id)
        #expect(try await bench.getChild(id, as: Self.giver).marks.map(\.toward) == ["Näidis Isa"])
    }

    @Test("A school's pupil id means no child who was handed over, until the child is back")
    func pupilID() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: Self.code)))
        let id = try await bench.child("n1")
        try await bench.handOver(id)
        #expect(try await bench.children(["n1"]) == [nil])
        let again = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: "51301010006")))
        #expect(!again.faults.isEmpty)
        try await bench.handOverBack(id)
        #expect(try await bench.children(["n1"]) == [id])
    }

    @Test("A pair of records is no longer shown when one of them has gone")
    func pairs() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(ChildRecordTests.outside(1), as: ChildRecordTests.office)
        let other = try await bench.register(ChildRecordTests.outside(2), as: ChildRecordTests.office)
        try await bench.kit.store.partition("0901").write { transaction in
            try DuplicateStore.put(
                DuplicatePair(
                    id: .synthetic(1), first: min(id, other), second: max(id, other), bits: 9, reasons: [],
                    doubts: []), transaction)
        }
        #expect(try await bench.duplicates("waiting").count == 1)
        try await bench.handOver(id)
        #expect(try await bench.duplicates("waiting").isEmpty)
    }
}

extension ServiceBench {
    /// From 0901 to 0903, whole.
    func handOver(_ child: ChildID) async throws {
        let offer = try await offer(child)
        try await settle()
        try await accept(offer, as: HandOverTests.taker)
        try await settle()
    }

    func handOverBack(_ child: ChildID) async throws {
        let offer = try await call(
            RegistryMethods.offerChild,
            .with {
                $0.municipality = "0903"
                $0.childID = child.data
                $0.toMunicipality = "0901"
                $0.toPersonID = HandOverTests.giver.person?.data ?? Data()
                $0.reason = "moved"
            }, as: HandOverTests.taker
        ).handOverID
        try await settle()
        try await accept(offer, as: HandOverTests.giver)
        try await settle()
    }
}
