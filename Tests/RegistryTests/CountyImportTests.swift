import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Bringing in the county's map")
struct CountyImportTests {
    @Test("The sample county goes in whole, and its facts are told once")
    func wholeSample() async throws {
        let bench = try await ServiceBench.start(RegistryAssembly.service)
        let document = try SampleCounty.document()
        let response = try await bench.importCounty(document)
        #expect(response.faults.isEmpty)
        let things =
            document.municipalities.count + document.institutions.count + document.people.count
            + document.posts.count + document.resources.count + document.teams.count
            + document.templates.count
        #expect(Int(response.created) == things)
        let told = try await bench.emitted(partition: "0060").count
        let facts =
            document.posts.count + document.resources.count + document.teams.count + document.templates.count
        #expect(told == facts)
    }

    @Test("The same document again changes nothing and tells nothing")
    func again() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let before = try await bench.emitted(partition: "0060").count
        let response = try await bench.importCounty(try SampleCounty.document())
        #expect(response.created == 0)
        #expect(response.changed == 0)
        #expect(response.unchanged > 1000)
        #expect(try await bench.emitted(partition: "0060").count == before)
    }

    @Test("The sample county stays below the size of one message")
    func size() throws {
        let bytes: [UInt8] = try SampleCounty.document().serializedBytes()
        #expect(bytes.count < 900 * 1024)
    }

    @Test("A dry run counts and stores nothing")
    func dryRun() async throws {
        let bench = try await ServiceBench.start(RegistryAssembly.service)
        let response = try await bench.importCounty(try SampleCounty.document(), dryRun: true)
        #expect(response.created > 1000)
        #expect(try await bench.emitted(partition: "0060").isEmpty)
    }

    @Test("A person who leaves a post makes the post vacant and its help closed")
    func vacancy() async throws {
        let bench = try await SampleCounty.bench()
        let before = try await bench.emitted(partition: "0060").count
        var change = RegistryCountyDocument()
        let code = "\(SampleCounty.school).social-pedagogue"
        let posts = try SampleCounty.document().posts
        var post = try #require(posts.first { $0.code == code })
        post.person = ""
        change.posts = [post]
        let response = try await bench.importCounty(change)
        #expect(response.changed == 1)
        let told = try await bench.emitted(partition: "0060").dropFirst(before).map(\.body)
        try #require(told.count == 2)
        guard case .postChanged(let postFact) = told[0], case .resourceChanged(let helpFact) = told[1] else {
            Issue.record("other events were told")
            return
        }
        #expect(postFact.personID.isEmpty)
        #expect(helpFact.postID == postFact.postID)
        #expect(!helpFact.accepting)
        let vacant = try await bench.call(
            RegistryMethods.listPosts,
            .with {
                $0.municipality = "0901"
                $0.vacantOnly = true
            }, as: SampleCounty.head)
        #expect(vacant.posts.contains { $0.code == code && $0.personName.isEmpty })
    }

    @Test("A changed template gets a higher version")
    func templateVersion() async throws {
        let bench = try await SampleCounty.bench()
        var change = RegistryCountyDocument()
        let templates = try SampleCounty.document().templates
        var template = try #require(templates.first { $0.municipality == "0901" && !$0.fallback })
        template.draft = false
        change.templates = [template]
        _ = try await bench.importCounty(change)
        let listed = try await bench.call(
            RegistryMethods.listTemplates, .with { $0.municipality = "0901" }, as: SampleCounty.head
        ).templates
        let stored = try #require(listed.first { !$0.draft })
        #expect(stored.version == 2)
        #expect(stored.templateID.count == 16)
    }

    @Test("Every fault of a document is named, and nothing of it is stored")
    func faults() async throws {
        let bench = try await SampleCounty.bench()
        var document = RegistryCountyDocument()
        document.institutions = [
            .with {
                $0.code = "proovi-kool"
                $0.municipality = "0999"
                $0.kind = "school"
                $0.name = "Proovi Kool"
            }
        ]
        document.posts = [
            .with {
                $0.code = "proovi-kool.head"
                $0.institution = "proovi-kool"
                $0.role = "director"
                $0.sharePercent = 100
                $0.from = "2026-02-30"
            },
            .with {
                $0.code = "proovi-kool.head"
                $0.institution = "missing-school"
                $0.role = "head"
                $0.sharePercent = 100
                $0.person = "nobody"
            },
        ]
        let response = try await bench.importCounty(document)
        let named = Set(response.faults.map { "\($0.row) \($0.column) \($0.code)" })
        #expect(
            named == [
                "1 institutions.municipality reference-unknown", "1 posts.role code-unknown",
                "1 posts.from date-not-iso", "2 posts.code duplicate",
                "2 posts.institution reference-unknown",
                "2 posts.person reference-unknown",
            ])
        #expect(response.faults.allSatisfy { $0.file == "county" && !$0.remedy.isEmpty })
        let listed = try await bench.call(
            RegistryMethods.listInstitutions, .with { $0.municipality = "" }, as: .operatorOfCounty())
        #expect(!listed.institutions.contains { $0.code == "proovi-kool" })
    }

    @Test("Levels out of order and templates over the same grades are faults")
    func templateFaults() async throws {
        let bench = try await SampleCounty.bench(whole: true)
        var document = RegistryCountyDocument()
        let templates = try SampleCounty.document().templates
        var template = try #require(templates.first { $0.municipality == "0661" && !$0.fallback })
        template.templateID = TemplateID.synthetic(7).data
        template.levels[0].order = 3
        document.templates = [template]
        let response = try await bench.importCounty(document)
        #expect(Set(response.faults.map(\.code)) == ["levels-not-in-order", "grades-overlap"])
    }

    @Test("A municipality's system may not bring in the county's map")
    func notTheCounty() async throws {
        let bench = try await SampleCounty.bench()
        await #expect(throws: RPCError.self) {
            try await bench.importCounty(RegistryCountyDocument(), as: SampleCounty.registrar)
        }
    }

    @Test("The same operation sent twice has one effect and one answer")
    func retry() async throws {
        let bench = try await ServiceBench.start(RegistryAssembly.service)
        let document = try SampleCounty.document()
        let operation = OperationID(madeAt: bench.clock.now())
        let first = try await bench.importCounty(document, operation: operation)
        let second = try await bench.importCounty(document, operation: operation)
        #expect(first == second)
    }
}
