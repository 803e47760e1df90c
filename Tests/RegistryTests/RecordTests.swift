import Contracts
import RPC
@testable import Registry
import ServiceKit
import Security
import Store
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Records of the county's map and their history")
struct RecordTests {
    @Test("What the county's document brings has history, and the same document adds none")
    func importedHistory() async throws {
        let bench = try await SampleCounty.bench()
        let head = "\(SampleCounty.school).head"
        _ = try await bench.importCounty(try SampleCounty.document(of: ["0901", "0903", "0060"]))
        let first = try await bench.history("post", head)
        #expect(first.map(\.record.version) == [1])
        #expect(first[0].record.fields["role"]?.text == "head")
        #expect(first[0].record.municipality == "0901")
        var post = try #require(try SampleCounty.document().posts.first { $0.code == head })
        post.person = ""
        _ = try await bench.importCounty(.with { $0.posts = [post] })
        let second = try await bench.history("post", head)
        #expect(second.map(\.record.version) == [2, 1])
        #expect(second[0].changedFields == ["person"])
        #expect(second[0].system == Caller.operatorOfCounty().system.uri)
    }

    @Test("A record reads as it was on any past day, and its history says who changed what and when")
    func pastDays() async throws {
        let bench = try await SampleCounty.bench()
        let created = try await bench.put(RecordScene.service())
        #expect(created.faults.isEmpty)
        #expect(created.results.map(\.change) == ["create"])
        bench.clock.advance(days: 10)
        let changed = try await bench.put(
            RecordScene.service { $0.fields["capacity_places"] = .with { $0.integer = 2 } }, version: 1,
            as: RecordScene.educationHead)
        #expect(changed.results.map(\.version) == [2])
        #expect(try await bench.get("resource", "vinni.logopeed").fields["capacity_places"]?.integer == 2)
        let before = try await bench.get("resource", "vinni.logopeed", asOf: "2026-02-11")
        #expect(before.fields["capacity_places"]?.integer == 4)
        #expect(before.version == 1)
        let onTheDay = try await bench.get("resource", "vinni.logopeed", asOf: "2026-02-12")
        #expect(onTheDay.version == 2)
        await #expect(throws: RPCError.self) {
            try await bench.get("resource", "vinni.logopeed", asOf: "2026-02-01")
        }
        let history = try await bench.history("resource", "vinni.logopeed")
        #expect(history.map(\.role) == ["education-head", "registrar"])
        #expect(
            history.map(\.personID)
                == [RecordScene.educationHead, RecordScene.registrar].compactMap(\.person?.data))
        #expect(history[0].changedFields == ["capacity_places"])
        #expect(history[0].record.changedMicroseconds == bench.clock.now().microseconds)
        let past = try await bench.list("resource") {
            $0.asOf = "2026-02-05"
            $0.municipality = "0901"
        }
        #expect(past.records.first { $0.code == "vinni.logopeed" }?.version == 1)
    }

    @Test("A change of what somebody else has changed is refused with what to do")
    func conflict() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.put(RecordScene.service(), version: 0)
        let other = RecordScene.service { $0.fields["cost"] = RecordScene.text("tasuta") }
        for wrong: UInt64 in [0, 2] {
            let error = await #expect(throws: RPCError.self) { try await bench.put(other, version: wrong) }
            #expect(error?.reason == "record-changed")
            #expect(error?.message.contains("read it again") == true)
        }
        #expect(try await bench.put(other, version: 1).results.map(\.version) == [2])
    }

    @Test("The same record again makes no version, and the same operation has one effect")
    func again() async throws {
        let bench = try await SampleCounty.bench()
        let operation = OperationID(madeAt: bench.clock.now())
        let first = try await bench.put(RecordScene.service(), operation: operation)
        #expect(try await bench.put(RecordScene.service(), operation: operation) == first)
        let spaced = RecordScene.service { $0.fields["name"] = RecordScene.text(" Näidis  logopeediteenus ") }
        #expect(try await bench.put(spaced).results.map(\.change) == ["unchanged"])
        #expect(try await bench.history("resource", "vinni.logopeed").count == 1)
    }

    @Test("One fault keeps all records out, and is told in both languages by record and field")
    func allOrNothing() async throws {
        let bench = try await SampleCounty.bench()
        let wrong = RecordScene.service("vinni.teine") {
            $0.fields["scope"] = RecordScene.text("world")
            $0.fields["post"] = RecordScene.text("nobody")
        }
        for dryRun in [true, false] {
            let response = try await bench.put(RecordScene.service(), wrong, dryRun: dryRun)
            #expect(response.results.isEmpty)
            #expect(
                Set(response.faults.map { "\($0.row) \($0.code) \($0.field) \($0.reason)" }) == [
                    "2 vinni.teine scope code-unknown", "2 vinni.teine post reference-unknown",
                ])
            #expect(response.faults.allSatisfy { !$0.messageEt.isEmpty && !$0.remedyEn.isEmpty })
        }
        await #expect(throws: RPCError.self) { try await bench.get("resource", "vinni.logopeed") }
        #expect(try await bench.put(RecordScene.service(), dryRun: true).results.map(\.change) == ["create"])
        await #expect(throws: RPCError.self) { try await bench.get("resource", "vinni.logopeed") }
    }

    @Test("Records may name each other within one request, in any order")
    func together() async throws {
        let bench = try await SampleCounty.bench()
        var post = RegistryRecord()
        post.kind = "post"
        post.code = "naidis-noortekeskus.youth-worker"
        post.fields = [
            "institution": RecordScene.text("naidis-noortekeskus"), "role": RecordScene.text("youth-worker"),
            "share_percent": .with { $0.integer = 50 },
        ]
        var place = RegistryRecord()
        place.kind = "institution"
        place.code = "naidis-noortekeskus"
        place.municipality = "0901"
        place.fields = [
            "name": RecordScene.text("Näidis Noortekeskus"), "kind": RecordScene.text("youth-centre"),
        ]
        let told = try await bench.emitted(partition: "0060").count
        let response = try await bench.put(post, place)
        #expect(response.faults.isEmpty)
        #expect(try await bench.get("post", post.code).municipality == "0901")
        let posts = try await bench.call(
            RegistryMethods.listPosts,
            .with {
                $0.municipality = "0901"
                $0.vacantOnly = true
            }, as: RecordScene.registrar)
        #expect(posts.posts.contains { $0.code == post.code && $0.institutionName == "Näidis Noortekeskus" })
        let new = try await bench.emitted(partition: "0060").dropFirst(told)
        #expect(new.count == 1)
    }
}

@Suite("Ending records")
struct RecordEndTests {
    @Test("Help that has ended is not listed and takes nobody, and stays readable with its history")
    func resource() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.put(RecordScene.service())
        let told = try await bench.emitted(partition: "0060").count
        let response = try await bench.end("resource", "vinni.logopeed")
        #expect(response.result.version == 2)
        let listed = try await bench.call(
            RegistryMethods.listResources, .with { $0.municipality = "0901" }, as: RecordScene.registrar)
        #expect(!listed.resources.contains { $0.entry.code == "vinni.logopeed" })
        guard
            case .resourceChanged(let fact) = try await bench.emitted(partition: "0060").dropFirst(told)
                .first?.body
        else {
            Issue.record("its end was not told")
            return
        }
        #expect(!fact.accepting)
        #expect(try await bench.get("resource", "vinni.logopeed").endedFrom == "2026-02-02")
        #expect(
            try await bench.list("resource") { $0.limit = 500 }.records.allSatisfy {
                $0.code != "vinni.logopeed"
            })
        let all = try await bench.list("resource") {
            $0.limit = 500
            $0.includeEnded = true
        }
        #expect(all.records.contains { $0.code == "vinni.logopeed" })
        let revived = try await bench.put(RecordScene.service(), setEnd: true)
        #expect(revived.results.map(\.version) == [3])
    }

    @Test("An ended post gives no role any more, and a document that still has it does not open it again")
    func post() async throws {
        let bench = try await SampleCounty.bench()
        let code = "\(SampleCounty.school).social-pedagogue"
        _ = try await bench.end("post", code, from: "2026-02-02")
        let confirmed = try await bench.call(
            RegistryMethods.confirmRole,
            .with {
                $0.municipality = "0901"
                $0.personID = SampleCounty.person(code).data
                $0.role = "social-pedagogue"
            }, as: .program("gateway"))
        #expect(!confirmed.confirmed)
        let again = try await bench.importCounty(try SampleCounty.document(of: ["0901", "0903", "0060"]))
        #expect(again.changed == 0)
        #expect(try await bench.get("post", code).endedFrom == "2026-02-02")
    }

    @Test("Nobody who holds a post is ended")
    func person() async throws {
        let bench = try await SampleCounty.bench()
        let code = "p.\(SampleCounty.school).social-pedagogue"
        let response = try await bench.end("person", code)
        #expect(response.faults.map(\.reason) == ["holds-posts"])
        _ = try await bench.end("post", "\(SampleCounty.school).social-pedagogue", from: "2026-02-02")
        #expect(try await bench.end("person", code).faults.isEmpty)
    }
}
