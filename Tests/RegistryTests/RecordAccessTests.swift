import Contracts
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Who may change and see records of the county's map")
struct RecordAccessTests {
    private static let school = SampleCounty.school

    private static func refused(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return ""
        } catch let error as RPCError {
            return error.reason
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "Those who do not keep the municipality's map change nothing of it",
        arguments: [
            SampleCounty.holder("\(SampleCounty.school).class-teacher.7a"), SampleCounty.head,
            SampleCounty.holder("vinni-vald.child-protection-worker"),
            .synthetic(role: "registrar", municipality: "0901", person: .synthetic(99)),
            RecordScene.coordinator, .operatorOfCounty(), .program("gateway"),
        ])
    func strangers(_ caller: Caller) async throws {
        let bench = try await SampleCounty.bench()
        let reason = await Self.refused { _ = try await bench.put(RecordScene.service(), as: caller) }
        #expect(reason == "record-not-yours")
    }

    @Test("The county's roles write what the county shares")
    func county() async throws {
        let bench = try await SampleCounty.bench()
        let shared = RecordScene.service("maakond.logopeed", municipality: "0060") {
            $0.fields["scope"] = RecordScene.text("county")
        }
        #expect(try await bench.put(shared, as: RecordScene.coordinator).results.count == 1)
        let reason = await Self.refused { _ = try await bench.put(shared, as: RecordScene.registrar) }
        // Unchanged records are not written, so nobody is refused for them.
        #expect(reason == "")
        let other = RecordScene.service("maakond.logopeed", municipality: "0901")
        #expect(
            await Self.refused { _ = try await bench.put(other, as: RecordScene.registrar) }
                == "record-not-yours")
    }

    @Test("Posts decide who sees which children: of the office only the registrar writes them")
    func posts() async throws {
        let bench = try await SampleCounty.bench()
        var post = try await bench.get("post", "\(Self.school).social-pedagogue")
        post.fields["person"] = RecordScene.text("p.vinni-vald.education-head")
        let reason = await Self.refused { _ = try await bench.put(post, as: RecordScene.educationHead) }
        #expect(reason == "record-not-yours")
        #expect(try await bench.put(post, as: SampleCounty.head).results.map(\.version) == [2])
        post.fields["role"] = RecordScene.text("child-protection-worker")
        #expect(
            await Self.refused { _ = try await bench.put(post, as: SampleCounty.head) } == "record-not-yours")
        #expect(try await bench.put(post).results.map(\.version) == [3])
    }

    @Test("A municipality sees its own records and the county's, never another's")
    func reading() async throws {
        let bench = try await SampleCounty.bench()
        let own = try await bench.list("institution") { $0.limit = 500 }
        #expect(Set(own.records.map(\.municipality)) == ["0901", "0060"])
        #expect(
            await Self.refused { _ = try await bench.list("institution") { $0.municipality = "0903" } }
                == "other-municipality")
        #expect(
            await Self.refused { _ = try await bench.get("institution", "aseri-kool") } == "record-unknown")
        #expect(
            await Self.refused { _ = try await bench.history("institution", "aseri-kool") }
                == "record-unknown")
        #expect(
            await Self.refused { _ = try await bench.end("institution", "aseri-kool") } == "record-unknown")
        let all = try await bench.list("institution", as: RecordScene.coordinator) { $0.limit = 500 }
        #expect(Set(all.records.map(\.municipality)) == ["0901", "0903", "0060"])
    }

    @Test(
        "A person's own contacts stay in the owner's municipality, now and in the past; work contacts are shown"
    )
    func contacts() async throws {
        let bench = try await SampleCounty.bench()
        var person = try await bench.get("person", "p.\(Self.school).social-pedagogue")
        person.fields["private_phone"] = RecordScene.text("+372 5550 0000")
        person.fields["phone"] = RecordScene.text("+372 320 0000")
        #expect(try await bench.put(person).faults.isEmpty)
        #expect(try await bench.get("person", person.code).fields["private_phone"] != nil)
        let seen = try await bench.get("person", person.code, as: RecordScene.coordinator)
        #expect(seen.fields["private_phone"] == nil)
        #expect(seen.fields["phone"] != nil)
        let past = try await bench.history("person", person.code, as: RecordScene.coordinator)
        #expect(past.allSatisfy { $0.record.fields["private_phone"] == nil })
        let guess = try await bench.list("person", as: RecordScene.coordinator) {
            $0.filters = [
                .with {
                    $0.field = "private_phone"
                    $0.value = "+372 5550 0000"
                }
            ]
        }
        #expect(guess.records.isEmpty)
    }

    @Test("Pages follow one another without losing or repeating, also while records are added")
    func pages() async throws {
        let bench = try await SampleCounty.bench()
        let all = try await bench.list("resource") { $0.limit = 500 }.records.map(\.code)
        var seen: [String] = []
        var cursor = ""
        repeat {
            let page = try await bench.list("resource") {
                $0.limit = 7
                $0.cursor = cursor
            }
            if seen.isEmpty { _ = try await bench.put(RecordScene.service("aaa.early")) }
            seen += page.records.map(\.code)
            cursor = page.cursor
        } while !cursor.isEmpty
        #expect(seen == all)
        #expect(seen == seen.sorted())
    }

    @Test("Filters hold together; a list matches when it holds what is asked")
    func filters() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.put(RecordScene.service())
        let found = try await bench.list("resource") {
            $0.filters = [
                .with {
                    $0.field = "languages"
                    $0.value = "ru"
                },
                .with {
                    $0.field = "need_codes"
                    $0.value = "speech, learning"
                },
                .with {
                    $0.field = "table"
                    $0.value = "services"
                },
                .with { $0.field = "cost" },
            ]
        }
        #expect(found.records.contains { $0.code == "vinni.logopeed" })
        #expect(found.records.allSatisfy { $0.fields["need_codes"]?.items.values.contains("speech") == true })
        #expect(
            await Self.refused {
                _ = try await bench.list("resource") { $0.filters = [.with { $0.field = "colour" }] }
            } == "field-unknown")
    }
}

@Suite("What the county's map lacks")
struct RecordGapTests {
    @Test("Vacancies, missing roles, old figures, teams without a leader")
    func gaps() async throws {
        let bench = try await SampleCounty.bench()
        let youthWorker = "vinni-vald.youth-worker"
        _ = try await bench.end("post", youthWorker, from: "2026-02-02")
        _ = try await bench.put(
            RecordScene.service { $0.fields["capacity_as_of"] = RecordScene.text("2026-01-18") },
            RecordScene.service("vinni.varske") {
                $0.fields["capacity_as_of"] = RecordScene.text("2026-01-19")
            })
        let response = try await bench.call(
            RegistryMethods.listGaps, .with { $0.municipality = "0901" }, as: RecordScene.registrar)
        let named = Set(response.gaps.map { "\($0.type) \($0.code)\($0.role)" })
        #expect(named.contains("vacancy vinni-vald.family-workerfamily-worker"))
        #expect(named.contains("capacity-old vinni.logopeed"))
        #expect(!named.contains("capacity-old vinni.varske"))
        #expect(named.contains("information-person-missing \(SampleCounty.school)"))
        let missing = try #require(
            response.gaps.first { $0.type == "role-missing" && $0.role == "youth-worker" })
        #expect(missing.textEn == "no youth worker in Vinni vald")
        #expect(missing.textEt == "Vinni vald: puudub noorsootöötaja")
        #expect(!response.gaps.contains { $0.role == "district-police" })
        #expect(response.gaps.allSatisfy { $0.municipality == "0901" })
    }

    @Test("A table's completeness counts its empty cells, and institutions without a row")
    func completeness() throws {
        let today = try #require(LocalDate("2026-02-02"))
        func resource(_ code: String, _ more: [String: RecordValue]) -> Record {
            var fields: [String: RecordValue] = [
                "table": .text("institution"), "institution": .text("kool-1"),
                "need_codes": .list(["speech"]), "prevention_tier": .text("selective"),
                "capacity_as_of": .text("2026-02-01"),
            ]
            fields.merge(more) { $1 }
            return Record(kind: "resource", code: code, owner: "0901", fields: fields)
        }
        let whole: [String: RecordValue] = [
            "description": .text("a"), "languages": .list(["et"]), "how_to_refer": .text("b"),
            "schedule": .text("c"), "cost": .text("d"), "contact_phone": .text("e"),
        ]
        let records = [
            Record(kind: "municipality", code: "0901", owner: "0901", fields: ["name": .text("Vinni vald")]),
            Record(kind: "institution", code: "kool-1", owner: "0901", fields: ["kind": .text("school")]),
            resource("r1", whole), resource("r2", [:]),
        ]
        let school = Record(
            kind: "institution", code: "kool-2", owner: "0901", fields: ["kind": .text("school")])
        func table(_ records: [Record]) throws -> RecordGaps.Completeness {
            let gaps = RecordGaps(records, municipalities: ["0901"], on: today)
            return try #require(gaps.completeness.first { $0.table == "institution" })
        }
        let two = try table(records)
        #expect(two.percent == 66)
        #expect(two.lacks.map(\.code) == ["r2"])
        #expect(two.lacks[0].fields.count == 6)
        let three = try table(records + [school])
        #expect(three.percent == 44)
        #expect(three.lacks.map(\.code) == ["r2", "kool-2"])
    }
}
