import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Reading the county's map")
struct MapListTests {
    @Test("A municipality lists its own and the county's institutions, another's are refused")
    func institutions() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let own = try await bench.call(
            RegistryMethods.listInstitutions, .with { $0.municipality = "0901" }, as: SampleCounty.head)
        #expect(Set(own.institutions.map(\.municipality)) == ["0901"])
        #expect(own.municipalities.count == 9)
        let all = try await bench.call(RegistryMethods.listInstitutions, .init(), as: SampleCounty.head)
        #expect(Set(all.institutions.map(\.municipality)) == ["0901", "0060"])
        let county = try await bench.call(RegistryMethods.listInstitutions, .init(), as: .operatorOfCounty())
        #expect(Set(county.institutions.map(\.municipality)).count == 9)
        await #expect(throws: RPCError.self) {
            try await bench.call(
                RegistryMethods.listInstitutions, .with { $0.municipality = "0903" }, as: SampleCounty.head)
        }
    }

    @Test(
        "Kadrina's missing youth worker is a vacancy, its help closed; its missing education officer has no post"
    )
    func kadrina() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let caller = SampleCounty.holder("kadrina-vald.social-head", municipality: "0272")
        let vacant = try await bench.call(
            RegistryMethods.listPosts,
            .with {
                $0.municipality = "0272"
                $0.vacantOnly = true
            }, as: caller
        ).posts
        #expect(vacant.contains { $0.role == "youth-worker" })
        let posts = try await bench.call(
            RegistryMethods.listPosts, .with { $0.municipality = "0272" }, as: caller
        ).posts
        #expect(!posts.contains { $0.role == "education-head" })
        let leisure = try await bench.call(
            RegistryMethods.listResources,
            .with {
                $0.municipality = "0272"
                $0.needCode = "leisure"
            }, as: caller
        ).resources
        #expect(leisure.map(\.accepting) == [false])
    }

    @Test("Help is listed by need, the municipality's before the county's")
    func resources() async throws {
        let bench = try await SampleCounty.bench()
        let found = try await bench.call(
            RegistryMethods.listResources,
            .with {
                $0.municipality = "0901"
                $0.needCode = "mental-health"
            }, as: SampleCounty.head
        ).resources
        #expect(found.allSatisfy { $0.entry.needCodes.contains("mental-health") })
        #expect(Set(found.map(\.entry.municipality)) == ["0901", "0060"])
        #expect(found.last?.entry.municipality == "0060")
        await #expect(throws: RPCError.self) {
            try await bench.call(
                RegistryMethods.listResources,
                .with {
                    $0.municipality = "0901"
                    $0.needCode = "unknown"
                }, as: SampleCounty.head)
        }
    }

    @Test("Väike-Maarja has four levels, Kadrina five phases, every municipality a fallback for both kinds")
    func templates() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let all = try await bench.call(RegistryMethods.listTemplates, .init(), as: .operatorOfCounty())
            .templates
        let maarja = try #require(all.first { $0.municipality == "0928" && !$0.fallback })
        #expect(maarja.levels.count == 4)
        #expect(!maarja.draft)
        let kadrina = try #require(all.first { $0.municipality == "0272" && !$0.fallback })
        #expect(kadrina.phases.count == 5)
        #expect(all.filter(\.fallback).count == 16)
    }

    @Test("A published training shows as planned for the teams that it is for")
    func planned() async throws {
        let bench = try await SampleCounty.bench()
        let before = try await bench.teams().first { $0.institutionName == "Vinni-Pajusti Gümnaasium" }
        let team = try #require(before)
        let topic = try #require(team.gapTopics.first)
        #expect(team.plannedTopics.isEmpty)
        let published = EventTrainingPublished.with {
            $0.trainingID = TrainingID.synthetic(1).data
            $0.topic = topic
            $0.institutionIds = [team.institutionID]
        }
        for _ in 1...2 {
            let taken = try await bench.deliver(
                [.trainingPublished(published)], from: "training", partition: "0060")
            #expect(taken.parked == 0)
        }
        let after = try await bench.teams()
        #expect(after.filter { !$0.plannedTopics.isEmpty }.map(\.plannedTopics) == [[topic]])
    }

    @Test("A role is confirmed by a post held now, in the municipality or county-wide")
    func confirm() async throws {
        let bench = try await SampleCounty.bench()
        func ask(_ post: String, role: String, municipality: String = "0901") async throws
            -> RegistryConfirmRoleResponse
        {
            try await bench.call(
                RegistryMethods.confirmRole,
                .with {
                    $0.municipality = municipality
                    $0.personID = SampleCounty.person(post).data
                    $0.role = role
                }, as: .program("gateway"))
        }
        let teacher = "\(SampleCounty.school).class-teacher.7a"
        let held = try await ask(teacher, role: "class-teacher")
        #expect(held.confirmed)
        #expect(held.className == "7a")
        #expect(held.institutionKind == "school")
        #expect(held.municipality == "0901")
        #expect(held.postID == PostID.derived("post", teacher).data)
        #expect(try await !ask(teacher, role: "head").confirmed)
        #expect(try await !ask(teacher, role: "class-teacher", municipality: "0903").confirmed)
        let police = try await ask("piirkonnapolitsei.district-police", role: "district-police")
        #expect(police.confirmed)
        #expect(police.municipality == "0060")
    }
}

extension ServiceBench {
    func teams() async throws -> [RegistryTeam] {
        try await call(
            RegistryMethods.listTeams, .with { $0.municipality = "0901" }, as: SampleCounty.head
        ).teams
    }
}
