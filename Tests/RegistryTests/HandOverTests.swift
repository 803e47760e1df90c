import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import Store
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Handing a child over to another municipality")
struct HandOverTests {
    static let giver = SampleCounty.holder("vinni-vald.registrar")
    static let taker = SampleCounty.holder("viru-nigula-vald.child-protection-worker", municipality: "0903")
    static let code = ChildRecordTests.code

    /// A child of the sample school in 0901, with a link and a mark.
    static func scene() async throws -> (bench: ServiceBench, child: ChildID) {
        let bench = try await SampleCounty.bench()
        var content = ChildRecordTests.pupil(code: code)
        content.otherIds = [
            .with {
                $0.system = "ehis"
                $0.id = "naidis-77"
            }
        ]
        let id = try await bench.register(content, as: SampleCounty.head)
        _ = try await bench.mark(id, "do-not-share", as: SampleCounty.head)
        _ = try await bench.link(
            id, SampleCounty.holder("vinni-vald.youth-worker"), as: SampleCounty.classTeacher)
        return (bench, id)
    }

    @Test("After acceptance the child is there with all that goes along, under the same id, and not here")
    func whole() async throws {
        let (bench, id) = try await Self.scene()
        let handOver = try await bench.offer(id)
        try await bench.settle()
        // Offered: the child is still here, and there is only the cover.
        #expect(try await bench.getChild(id, as: SampleCounty.classTeacher).version == 1)
        await #expect(throws: RPCError.self) {
            try await bench.getChild(id, as: Self.taker, municipality: "0903")
        }
        let waiting = try #require(try await bench.offers(as: Self.taker).first)
        #expect(waiting.handOverID == handOver && waiting.incoming && waiting.state == "offered")
        #expect(waiting.otherMunicipality == "0901" && waiting.personID == Self.taker.person?.data)
        #expect(waiting.cover.familyName == "Väljas-Õun 1" && waiting.cover.birthDate == "2012-01-01")
        #expect(waiting.cover.isikukood.isEmpty && waiting.cover.representatives.isEmpty)
        #expect(waiting.note == "Pere kolis (näidis)")

        try await bench.accept(handOver, as: Self.taker)
        #expect(try await bench.getChild(id, as: SampleCounty.classTeacher).version == 1)
        try await bench.settle()
        let there = try await bench.record(id, as: Self.taker)
        #expect(there.child.childID == id.data && there.version == 1)
        #expect(there.content.isikukood == Self.code && there.content.familyName == "Väljas-Õun 1")
        #expect(there.content.representatives.map(\.name) == ["Näidis Ema"])
        // Not among the parts that were to go along.
        #expect(there.content.otherIds.isEmpty && there.content.institutionID.isEmpty)
        #expect(there.content.residenceMunicipality == "0903")
        #expect(there.content.residenceBasis == "place-of-stay")
        #expect(there.child.marks.map(\.toward) == ["Näidis Isa"])
        #expect(there.child.schoolMunicipality == "0903" && there.child.links.isEmpty)
        let found = try await bench.find(isikukood: Self.code, municipality: "0903", as: Self.taker)
        #expect(found.map(\.childID) == [id.data])
        #expect(try await bench.find(name: "valjas", municipality: "0903", as: Self.taker).count == 1)

        for caller in [
            SampleCounty.classTeacher, SampleCounty.head, Self.giver,
            SampleCounty.holder("vinni-vald.youth-worker"),
        ] {
            await #expect(throws: RPCError.self) { try await bench.getChild(id, as: caller) }
            await #expect(throws: RPCError.self) { try await bench.history(id, as: caller) }
        }
        #expect(try await bench.find(isikukood: Self.code, as: Self.giver).isEmpty)
        #expect(try await bench.find(name: "valjas", as: Self.giver).isEmpty)
        for caller in [Self.giver, Self.taker] {
            let trace = try #require(try await bench.offers(as: caller).first)
            #expect(trace.state == "arrived" && trace.answeredBy == Self.taker.person?.data)
            #expect(trace.answeredRole == Self.taker.role && trace.offeredBy == Self.giver.person?.data)
            #expect(!trace.hasCover && trace.childID == id.data)
        }
        var officer = SampleCounty.holder("vinni-vald.data-protection-officer")
        officer.institutionKind = "municipality"
        #expect(
            try await bench.audited(id, in: "0901", as: officer).contains {
                $0.action.hasSuffix("OfferChild")
            })
        #expect(try await bench.history(id, as: officer).map(\.action) == ["registered", "handed-over"])
        let events = try await bench.emitted(partition: "0901")
        #expect(events.contains { $0.childPlaced.left })
        #expect(events.contains { $0.childLinked.until == "2026-02-02" })
        let told = try await bench.emitted(partition: "0903")
        #expect(
            told.contains {
                $0.childID == id.data && $0.childPlaced.schoolMunicipality == "0903" && !$0.childPlaced.left
            })
    }

    @Test("Nothing of the child is in an event in clear; what was taken in is forgotten; others never get it")
    func sealed() async throws {
        let (bench, id) = try await Self.scene()
        let handOver = try await bench.offer(id)
        for step in 0..<2 {
            for partition in ["0901", "0903"] {
                let own = try await bench.pulled(partition, as: "registry").filter {
                    !$0.destination.isEmpty
                }
                for event in own {
                    let bytes: [UInt8] = try event.serializedBytes()
                    for secret in ["Väljas", Self.code, "Näidis Ema", "Pere kolis", "Kohtu"] {
                        #expect(Data(bytes).firstRange(of: Data(secret.utf8)) == nil)
                    }
                }
                #expect(
                    try await bench.pulled(partition, as: "risk").allSatisfy {
                        $0.destination.isEmpty || $0.body == nil
                    })
            }
            if step == 0 {
                try await bench.settle()
                try await bench.accept(handOver, as: Self.taker)
                try await bench.carry("0903")
            }
        }
        try await bench.settle()
        for partition in ["0901", "0903"] {
            let own = try await bench.pulled(partition, as: "registry", from: 0).filter {
                !$0.destination.isEmpty
            }
            #expect(!own.isEmpty && own.allSatisfy { $0.body == nil })
        }
    }

    @Test(
        "Whatever delivery is lost, repeated or cut off between the partitions, the child arrives once",
        arguments: ["repeated", "cut-off", "restarted", "one-by-one"])
    func heals(trouble: String) async throws {
        let (first, id) = try await Self.scene()
        var bench = first
        let handOver = try await bench.offer(id)
        for round in 0..<6 {
            for partition in ["0901", "0903"] {
                let events = try await bench.pulled(
                    partition, as: "registry", limit: trouble == "one-by-one" ? 1 : 500)
                // The answer of the pull is lost: nothing happened.
                guard !events.isEmpty else { continue }
                let database = try await bench.kit.store.partition(partition)
                let outbox = try await database.read { transaction in
                    try transaction.all("SELECT sequence, event FROM kit_outbox ORDER BY sequence") {
                        (number: try $0.integer(0), event: try $0.blob(1))
                    }
                }
                try await bench.deliver(envelopes: events)
                if trouble == "cut-off" {
                    // As when the program dies after the destination took the events and before the source knew.
                    try await database.write { transaction in
                        try transaction.run("DELETE FROM kit_inbox WHERE source = 'registry'")
                        for row in outbox {
                            try transaction.run(
                                "UPDATE kit_outbox SET event = $2 WHERE sequence = $1", .integer(row.number),
                                .blob(row.event))
                        }
                    }
                    try await bench.deliver(
                        envelopes: try await bench.pulled(partition, as: "registry", from: 0))
                }
                if trouble == "repeated" { try await bench.deliver(envelopes: events) }
                if trouble == "restarted" { bench = try await bench.restarted() }
            }
            let isWaiting = try await bench.offers(as: Self.taker).first?.state == "offered"
            if isWaiting, round > 0 { try await bench.accept(handOver, as: Self.taker) }
        }
        try await bench.settle()
        #expect(try await bench.offers(as: Self.giver).map(\.state) == ["arrived"])
        #expect(try await bench.record(id, as: Self.taker).version == 1)
        #expect(try await bench.history(id, as: Self.taker).map(\.action) == ["arrived"])
        let counts = try await bench.call(
            RegistryMethods.countChildren, .with { $0.municipality = "0901" }, as: Self.giver)
        #expect(counts.handedOver == 1 && counts.inInstitution == 0)
    }

    @Test("An offer is answered once: no second acceptance, none after it was withdrawn or declined")
    func once() async throws {
        let (bench, id) = try await Self.scene()
        func refused(_ body: () async throws -> Void) async -> String {
            do {
                try await body()
                return "done"
            } catch let error as RPCError { return error.reason } catch { return "\(error)" }
        }
        let first = try await bench.offer(id)
        #expect(await refused { _ = try await bench.offer(id) } == "offer-under-way")
        try await bench.settle()
        try await bench.withdraw(first, as: Self.giver)
        try await bench.settle()
        #expect(await refused { try await bench.accept(first, as: Self.taker) } == "offer-does-not-wait")
        #expect(try await bench.offers(as: Self.taker).allSatisfy { !$0.hasCover && $0.state == "withdrawn" })

        let second = try await bench.offer(id)
        try await bench.settle()
        try await bench.decline(second, as: Self.taker)
        #expect(await refused { try await bench.accept(second, as: Self.taker) } == "offer-does-not-wait")
        try await bench.settle()
        #expect(await refused { try await bench.withdraw(second, as: Self.giver) } == "offer-does-not-wait")
        #expect(
            try await bench.offers(as: Self.giver).first { $0.handOverID == second }?.answerCode
                == "not-resident")

        // The withdrawal and the acceptance cross: the giving side's word counts, and both come to know.
        let third = try await bench.offer(id)
        try await bench.settle()
        try await bench.withdraw(third, as: Self.giver)
        try await bench.accept(third, as: Self.taker)
        try await bench.settle()
        for caller in [Self.giver, Self.taker] {
            #expect(
                try await bench.offers(as: caller).first { $0.handOverID == third }?.state == "withdrawn")
        }
        #expect(try await bench.getChild(id, as: SampleCounty.head).version == 1)

        let fourth = try await bench.offer(id)
        try await bench.settle()
        let operation = OperationID(madeAt: bench.clock.now())
        try await bench.accept(fourth, as: Self.taker, operation: operation)
        try await bench.accept(fourth, as: Self.taker, operation: operation)
        #expect(await refused { try await bench.accept(fourth, as: Self.taker) } == "offer-does-not-wait")
        #expect(
            await refused { try await bench.accept(third, as: Self.taker, operation: operation) }
                == "operation-reused")
        try await bench.settle()
        #expect(await refused { _ = try await bench.offer(id) } == "not-open-to-you")
    }

    @Test(
        "Only the two offices hand over: no school, no other municipality, no forged role, no stranger as receiver"
    )
    func hostile() async throws {
        let (bench, id) = try await Self.scene()
        for caller in [
            SampleCounty.head, SampleCounty.classTeacher, SampleCounty.holder("vinni-vald.youth-worker"),
            // Of the office, but works not with this child.
            SampleCounty.holder("vinni-vald.child-protection-worker"),
            Caller.synthetic(role: "registrar", person: .synthetic(99)), Self.taker, .operatorOfCounty(),
        ] {
            await #expect(throws: RPCError.self) { try await bench.offer(id, as: caller) }
        }
        let teacher = SampleCounty.person("kunda-uhisgumnaasium.head")
        for (to, person) in [
            ("0903", teacher), ("0903", Self.giver.person), ("0901", Self.giver.person),
            ("0060", Self.taker.person), ("1234", Self.taker.person), ("0928", Self.taker.person),
        ] {
            await #expect(throws: RPCError.self) { try await bench.offer(id, to: to, person: person) }
        }
        let handOver = try await bench.offer(id)
        try await bench.settle()
        for caller in [
            Self.giver, SampleCounty.holder("viru-nigula-vald.youth-worker", municipality: "0903"),
            SampleCounty.holder("kunda-uhisgumnaasium.head", municipality: "0903"),
            SampleCounty.holder("viru-nigula-vald.registrar", municipality: "0901"),
            Caller.synthetic(role: "registrar", municipality: "0903", person: .synthetic(99)),
        ] {
            await #expect(throws: RPCError.self) { try await bench.accept(handOver, as: caller) }
        }
        await #expect(throws: RPCError.self) { try await bench.withdraw(handOver, as: Self.taker) }
        await #expect(throws: RPCError.self) {
            try await bench.offers(as: SampleCounty.holder("kunda-uhisgumnaasium.head", municipality: "0903"))
        }
        let officer = SampleCounty.holder("viru-nigula-vald.data-protection-officer", municipality: "0903")
        #expect(try await bench.offers(as: officer).map(\.hasCover) == [false])
        #expect(try await bench.offers(as: Self.taker).map(\.state) == ["offered"])
        // An answer that does not come from where the offer went changes nothing.
        await #expect(throws: RPCError.self) {
            try await bench.deliver(envelopes: [
                .with {
                    $0.eventID = EventID(madeAt: bench.clock.now()).data
                    $0.source = "registry"
                    $0.partition = "0928"
                    $0.destination = "0901"
                    $0.sequence = 1
                    $0.childID = id.data
                    $0.handOver.handOverID = handOver
                    $0.handOver.step = "accepted"
                }
            ])
        }
        #expect(try await bench.getChild(id, as: SampleCounty.head).version == 1)
    }

    @Test("A child whom a school there had brought already keeps that id and what the school says")
    func knownThere() async throws {
        let (bench, id) = try await Self.scene()
        var content = ChildRecordTests.outside(7, code: Self.code)
        content.familyName = "Koolinimi"
        content.residenceMunicipality = "0903"
        content.representatives = []
        let known = try await bench.register(content, municipality: "0903", as: Self.taker)
        let handOver = try await bench.offer(id)
        try await bench.settle()
        try await bench.accept(handOver, as: Self.taker)
        try await bench.settle()
        let record = try await bench.record(known, as: Self.taker)
        #expect(record.content.familyName == "Koolinimi" && record.version == 2)
        #expect(record.content.representatives.map(\.name) == ["Näidis Ema"])
        #expect(record.child.marks.count == 1)
        await #expect(throws: RPCError.self) { try await bench.record(id, as: Self.taker) }
        #expect(try await bench.offers(as: Self.taker).map(\.childID) == [known.data])
        #expect(try await bench.offers(as: Self.giver).map(\.childID) == [id.data])
    }

    @Test(
        "A child who comes back is the same child; the old school's rows do not bring it back, an offer does")
    func back() async throws {
        let (bench, id) = try await Self.scene()
        let there = try await bench.offer(id)
        try await bench.settle()
        try await bench.accept(there, as: Self.taker)
        try await bench.settle()
        bench.clock.advance(days: 1)
        let old = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: Self.code)))
        #expect(old.faults.isEmpty)
        let later = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(1, code: Self.code, from: "2026-02-03")))
        #expect(later.faults.map(\.code) == ["handed-over"])
        await #expect(throws: RPCError.self) { try await bench.getChild(id, as: SampleCounty.head) }
        let back = try await bench.call(
            RegistryMethods.offerChild,
            .with {
                $0.municipality = "0903"
                $0.childID = id.data
                $0.toMunicipality = "0901"
                $0.toPersonID = Self.giver.person?.data ?? Data()
                $0.reason = "moved"
            }, as: Self.taker
        ).handOverID
        try await bench.settle()
        try await bench.accept(back, as: Self.giver)
        try await bench.settle()
        #expect(try await bench.record(id, as: Self.giver).content.residenceMunicipality == "0901")
        _ = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(1, code: Self.code, from: "2026-02-03")))
        #expect(try await bench.getChild(id, as: SampleCounty.head).className == "7a")
    }

    @Test("Each state takes each step at most once")
    func states() {
        for isIncoming in [true, false] {
            for state in HandOver.State.allCases {
                for step in HandOver.Step.allCases {
                    var one = HandOver(
                        id: .synthetic(1), isIncoming: isIncoming, child: .synthetic(2), other: "0903",
                        namedPerson: .synthetic(3), reason: "moved", parts: [], state: state,
                        offeredBy: .synthetic(4), offeredRole: "registrar")
                    guard let next = one.state(after: step) else { continue }
                    #expect(next != state)
                    one.state = next
                    #expect(one.state(after: step) == nil)
                }
            }
        }
    }
}
