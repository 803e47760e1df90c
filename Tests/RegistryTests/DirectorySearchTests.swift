import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Searching the county's map")
struct DirectorySearchTests {
    private static let tapa = SampleCounty.holder("tapa-vald.social-head", municipality: "0792")

    private func search(
        _ bench: ServiceBench, as caller: Caller = tapa,
        _ fill: (inout RegistrySearchDirectoryRequest) -> Void
    ) async throws -> RegistrySearchDirectoryResponse {
        var request = RegistrySearchDirectoryRequest()
        fill(&request)
        return try await bench.call(RegistryMethods.searchDirectory, request, as: caller)
    }

    @Test(
        "A speech therapist for a Russian-speaking first-grader near Tapa with a free place, in words of three languages",
        arguments: [
            "logopeed vene 1. klass Tapa vaba koht",
            "speech therapist for a Russian-speaking first-grader near Tapa with a free place",
            "логопед русский язык 1 класс рядом с Тапа свободное место",
        ])
    func words(_ words: String) async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let typed = try await search(bench) { $0.words = words }
        let filtered = try await search(bench) {
            $0.roles = ["speech-therapist"]
            $0.languages = ["ru"]
            $0.grade = 1
            $0.near = "0792"
            $0.freePlace = true
        }
        #expect(!typed.hits.isEmpty)
        #expect(
            typed.hits.map(\.id).sorted { $0.lexicographicallyPrecedes($1) }
                == filtered.hits.map(\.id).sorted { $0.lexicographicallyPrecedes($1) })
        for hit in typed.hits {
            #expect(hit.role == "speech-therapist")
            #expect(hit.languages.contains("ru"))
            #expect((hit.gradeFrom...hit.gradeTo).contains(1))
            #expect(["0792", "0060"].contains(hit.municipality))
            #expect(hit.accepting)
            #expect(hit.capacity.places > 0)
            #expect(!hit.howToRefer.isEmpty)
            #expect(hit.points == hit.reasons.reduce(0) { $0 + $1.points })
            #expect(hit.reasons.contains { $0.code == "near-same" || $0.code == "near-county-wide" })
            #expect(hit.reasons.allSatisfy { !$0.textEt.isEmpty && !$0.textEn.isEmpty })
        }
        #expect(typed.understood.map(\.meaningEn).contains("role: speech therapist"))
        #expect(typed.understood.map(\.meaningEt).contains("keel: vene keel"))
        #expect(typed.understood.map(\.meaningEn).contains("in or near Tapa vald"))
    }

    @Test("What people call a code finds it, and no name stands for a code that is none")
    func vocabulary() async throws {
        #expect(RegistryCodes.roles.isSuperset(of: DirectoryWords.roles.keys))
        #expect(RegistryCodes.needs.isSuperset(of: DirectoryWords.needs.keys))
        #expect(RegistryCodes.fields.isSuperset(of: DirectoryWords.fields.keys))
        #expect(RegistryCodes.preventionTiers.isSuperset(of: DirectoryWords.tiers.keys))
        #expect(
            RegistryCodes.resourceKinds.union(RegistryCodes.institutionKinds).isSuperset(
                of: DirectoryWords.sorts.keys))
        let bench = try await SampleCounty.bench()
        for (code, name) in DirectoryWords.roles {
            guard let typed = name.typed.first?.replacing("*", with: "") else { continue }
            let answer = try await search(bench) { $0.words = typed }
            #expect(
                answer.understood.map(\.meaningEt).contains { $0.contains("amet: \(name.et)") }, "\(code)")
        }
        for (code, name) in DirectoryWords.needs {
            for typed in name.typed.prefix(2) {
                let answer = try await search(bench) { $0.words = typed.replacing("*", with: "") }
                #expect(
                    answer.understood.first?.meaningEn.contains("need: \(name.en)") == true,
                    "\(code) \(typed)")
            }
        }
    }

    @Test("A municipality finds its own and the county's, the county finds all, another's are refused")
    func scope() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let own = try await search(bench) {
            $0.words = "logopeed"
            $0.pageSize = 100
        }
        #expect(Set(own.hits.map(\.municipality)).isSubset(of: ["0792", "0060"]))
        let county = try await search(bench, as: .operatorOfCounty()) {
            $0.words = "logopeed"
            $0.pageSize = 100
        }
        #expect(Set(county.hits.map(\.municipality)).count > 5)
        await #expect(throws: RPCError.self) { try await search(bench) { $0.municipalities = ["0901"] } }
        let shared = try await search(bench) { $0.municipalities = ["0060"] }
        #expect(Set(shared.hits.map(\.municipality)) == ["0060"])
        // A neighbour's is found by those who may see it, after the place's own and before the county's.
        let near = try await search(bench, as: .operatorOfCounty()) {
            $0.words = "logopeed Tapa"
            $0.kinds = ["resource"]
            $0.pageSize = 100
        }
        let codes = near.hits.compactMap { hit in hit.reasons.first { $0.code.hasPrefix("near-") }?.code }
        #expect(codes.first == "near-same")
        #expect(codes.contains("near-neighbour"))
    }

    @Test("A figure shows its date and age, and shows as old after 14 days")
    func capacity() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let day = try #require(LocalDate("2026-09-15"))
        bench.clock.advance(days: Int(day.dayNumber - bench.clock.today().dayNumber))
        let fresh = try await search(bench) { $0.words = "logopeed vaba koht" }
        let first = try #require(fresh.hits.first)
        #expect(first.capacity.asOf == "2026-09-01")
        #expect(first.capacity.ageDays == 14)
        #expect(!first.capacity.old)
        bench.clock.advance(days: 1)
        let old = try await search(bench) { $0.words = "logopeed vaba koht" }
        #expect(old.total == fresh.total)
        #expect(old.hits.allSatisfy { $0.capacity.old })
        #expect(old.hits.first?.reasons.last?.textEn.contains("15 days ago; old, ask first") == true)
        let strict = try await search(bench) {
            $0.words = "logopeed vaba koht"
            $0.capacityNotOlderThanDays = 14
        }
        #expect(strict.total == 0)
    }

    @Test("What an import brings is found at once, also after a restart; a dry run changes nothing")
    func renewed() async throws {
        let bench = try await SampleCounty.bench()
        func places(_ bench: ServiceBench) async throws -> UInt32 {
            let answer = try await search(bench, as: .operatorOfCounty()) { $0.words = "ksulofoniope" }
            return answer.hits.first?.capacity.places ?? 0
        }
        var document = RegistryCountyDocument()
        document.resources = [
            .with {
                $0.code = "naidis-ksulofon"
                $0.table = "services"
                $0.municipality = "0901"
                $0.kind = "service"
                $0.name = "Näidis ksülofoniõpe"
                $0.field = "social"
                $0.scope = "municipality"
                $0.needCodes = ["mental-health"]
                $0.preventionTier = "indicated"
                $0.capacityPlaces = 4
                $0.capacityAsOf = "2026-01-30"
                $0.languages = ["et"]
                $0.gradeFrom = 1
                $0.gradeTo = 9
                $0.howToRefer = "Helista õpetajale"
            }
        ]
        #expect(try await places(bench) == 0)
        _ = try await bench.importCounty(document, dryRun: true)
        #expect(try await places(bench) == 0)
        _ = try await bench.importCounty(document)
        #expect(try await places(bench) == 4)
        document.resources[0].capacityPlaces = 9
        _ = try await bench.importCounty(document)
        #expect(try await places(bench) == 9)
        #expect(try await places(try await bench.restarted()) == 9)
    }

    @Test("Pages hold together; a cursor that is garbage or of another question says what to do")
    func pages() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let whole = try await search(bench) {
            $0.words = "logopeed"
            $0.pageSize = 100
        }
        #expect(whole.cursor.isEmpty)
        var ids: [Data] = []
        var cursor = Data()
        repeat {
            let page = try await search(bench) {
                $0.words = "logopeed"
                $0.pageSize = 2
                $0.cursor = cursor
            }
            ids += page.hits.map(\.id)
            cursor = page.cursor
        } while !cursor.isEmpty
        #expect(ids == whole.hits.map(\.id))
        let page = try await search(bench) {
            $0.words = "logopeed"
            $0.pageSize = 2
        }
        for (bad, words, reason) in [
            (Data([1, 2, 3]), "logopeed", "cursor-unreadable"),
            (page.cursor, "kool", "cursor-of-other-query"),
        ] {
            await #expect {
                try await search(bench) {
                    $0.words = words
                    $0.cursor = bad
                }
            } throws: { ($0 as? RPCError)?.reason == reason }
        }
    }

    @Test("Unknown codes and values out of bounds are refused with what to do")
    func refused() async throws {
        let bench = try await SampleCounty.bench()
        let wrong: [(inout RegistrySearchDirectoryRequest) -> Void] = [
            { $0.needCodes = ["unknown"] }, { $0.roles = ["king"] }, { $0.kinds = ["child"] },
            { $0.sorts = ["x"] },
            { $0.fields = ["x"] }, { $0.preventionTiers = ["x"] }, { $0.languages = ["Russian!"] },
            { $0.near = "Tapa" },
            { $0.grade = 13 }, { $0.grade = -1 }, { $0.age = 99 }, { $0.pageSize = 101 },
            { $0.municipalities = ["1"] },
            { $0.words = String(repeating: "sõna ", count: 40) },
        ]
        for fill in wrong {
            await #expect { try await search(bench, fill) } throws: {
                ($0 as? RPCError)?.code == .invalidArgument
            }
        }
        let nobody = try await search(bench) { $0.age = 26 }
        #expect(nobody.total == 0)
    }

    @Test("When nothing is found it is said which part stands in the way, and a slip is told")
    func help() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let none = try await search(bench) { $0.words = "logopeed ukraina keel Tapa" }
        #expect(none.total == 0)
        #expect(none.without.map(\.typed) == ["ukraina keel"])
        #expect(none.without.first.map { $0.hits > 0 } == true)
        let slip = try await search(bench) { $0.words = "jareleaitmine" }
        #expect(slip.understood.first?.taken == ["jareleaitamine"])
        #expect(slip.total > 0)
    }
}
