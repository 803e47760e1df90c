import Contracts
import FoundationEssentials
import HumanServices
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Directories of help in HSDS")
struct HumanServicesTests {
    /// The official files of a version (their licence stands beside them).
    static func official(_ version: String, tables: Bool) throws -> [RegistryHumanServicesFile] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "HumanServicesTests/HSDS").appending(path: version)
            .appending(path: tables ? "examples/csv" : "examples")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
            .filter { $0.hasSuffix(tables ? ".csv" : ".json") }
            .map { name in
                let content = try Data(contentsOf: folder.appending(path: name))
                return .with {
                    $0.name = name
                    $0.content = content
                }
            }
    }

    static let defaults = RegistryHumanServicesDefaults.with {
        $0.municipality = "0901"
        $0.institutionKind = "health"
        $0.field = "health"
        $0.scope = "municipality"
        $0.preventionTier = "selective"
        $0.needCodes = ["mental-health"]
    }

    private static func differences(
        _ before: [RegistryHumanServicesFile], _ after: [RegistryHumanServicesFile]
    ) throws -> [String] {
        #expect(before.map(\.name) == after.map(\.name))
        var found: [String] = []
        for (one, other) in zip(before, after) {
            if one.name.hasSuffix(".csv") {
                if one.content != other.content { found.append(one.name) }
            } else {
                let difference = JSONDifference(
                    from: try JSONReader.read([UInt8](one.content), file: ""),
                    to: try JSONReader.read([UInt8](other.content), file: ""))
                found += difference.pointers.map { "\(one.name)\($0)" }
            }
        }
        return found
    }

    @Test("The official examples come back from the store whole", arguments: ["3.0", "3.1"], [true, false])
    func identity(_ version: String, _ tables: Bool) async throws {
        let bench = try await SampleCounty.bench()
        let files = try Self.official(version, tables: tables)
        let answer = try await bench.importHSDS(files, defaults: Self.defaults, version: version)
        #expect(answer.stored, "\(answer.findings)")
        #expect(answer.errors == 0)
        let dangling = version == "3.0" ? 4 : tables ? 7 : 4
        #expect(Int(answer.danglingReferences) == dangling)
        #expect(answer.inDirectory == 2)
        #expect(answer.created == 2)
        let back = try await bench.exportHSDS(source: "official")
        #expect(back.version == version)
        #expect(try Self.differences(files, back.files).isEmpty)
        // The same again changes nothing.
        let again = try await bench.importHSDS(files, defaults: Self.defaults, version: version)
        #expect(again.created == 0 && again.changed == 0)
    }

    @Test("A service is found in the directory, and what is changed there is all that the export changes")
    func changed() async throws {
        let bench = try await SampleCounty.bench()
        let files = try Self.official("3.1", tables: false).filter { $0.name == "service_full.json" }
        _ = try await bench.importHSDS(files, defaults: Self.defaults)
        let listed = try await bench.call(
            RegistryMethods.listResources,
            .with {
                $0.municipality = "0901"
                $0.needCode = "mental-health"
            }, as: SampleCounty.head)
        var entry = try #require(listed.resources.map(\.entry).first { $0.name == "Community Counselling" })
        #expect(entry.code == "hsds.ac148810-d857-441c-9679-408f346de14b")
        #expect(entry.capacityPlaces == 12)
        #expect(entry.capacityAsOf == "2024-09-25")
        #expect(entry.languages == ["ur"])
        #expect(entry.howToRefer.hasPrefix("If you are an NHS patient"))
        entry.name = "Nõustamine kogukonnas"
        entry.capacityPlaces = 14
        var document = RegistryCountyDocument()
        document.resources = [entry]
        let county = try await bench.importCounty(document)
        #expect(county.changed == 1)
        let back = try await bench.exportHSDS(source: "official")
        #expect(
            try Self.differences(files, back.files) == [
                "service_full.json/name", "service_full.json/capacities/0/available",
            ])
    }

    @Test("Without defaults a feed is kept whole and told not to be in the directory")
    func noDefaults() async throws {
        let bench = try await SampleCounty.bench()
        let files = try Self.official("3.1", tables: true)
        let answer = try await bench.importHSDS(files)
        #expect(answer.stored)
        #expect(answer.inDirectory == 0)
        #expect(
            answer.findings.contains { $0.code == "not-in-directory" && $0.message.contains("jääb alles") })
        let back = try await bench.exportHSDS(source: "official")
        #expect(try Self.differences(files, back.files).isEmpty)
    }

    @Test("A dry run tells all and stores nothing; so does a feed with errors")
    func nothingStored() async throws {
        let bench = try await SampleCounty.bench()
        let files = try Self.official("3.0", tables: false)
        let dry = try await bench.importHSDS(files, defaults: Self.defaults, dryRun: true)
        #expect(!dry.stored && dry.created == 2)
        let bad = RegistryHumanServicesFile.with {
            $0.name = "services.json"
            $0.content = Data(#"[{"id":"7","name":"S","status":"avatud"}]"#.utf8)
        }
        let refused = try await bench.importHSDS([bad], defaults: Self.defaults)
        #expect(!refused.stored)
        #expect(refused.errors == 2)
        let choice = try #require(refused.findings.first { $0.code == "choice-unknown" })
        #expect(choice.pointer == "/0/status")
        #expect(choice.remedy.hasPrefix("Kasuta üht neist"))
        let broken = RegistryHumanServicesFile.with {
            $0.name = "services.json"
            $0.content = Data(#"[{"id":"#.utf8)
        }
        let unread = try await bench.importHSDS([broken], keepInvalid: true)
        #expect(!unread.stored && unread.unreadable == 1)
        await #expect(throws: RPCError.self) { try await bench.exportHSDS(source: "official") }
        let kept = try await bench.importHSDS([bad], defaults: Self.defaults, keepInvalid: true)
        #expect(kept.stored)
        let back = try await bench.exportHSDS(source: "official")
        #expect(try Self.differences([bad], back.files).isEmpty)
    }

    @Test(
        "The county's own directory is good HSDS, and taken in again changes nothing",
        arguments: ["3.0", "3.1"])
    func ownDirectory(_ version: String) async throws {
        let bench = try await SampleCounty.bench(whole: true)
        let total = try SampleCounty.document().resources.count
        var page: UInt32 = 1
        var services = 0
        while true {
            let answer = try await bench.exportHSDS(version: version, page: page)
            #expect(answer.profile == "urn:tugi:hsds-profile:1")
            let reading = HumanServicesPackage.read(
                answer.files.map { .init(name: $0.name, bytes: [UInt8]($0.content)) })
            #expect(reading.findings.count(.error) == 0, "\(reading.findings.kept)")
            #expect(reading.danglingReferences == 0)
            let again = try await bench.importHSDS(
                answer.files, source: "own-\(page)", version: version, dryRun: true)
            #expect(again.errors == 0, "\(again.findings)")
            #expect(again.created == 0 && again.changed == 0)
            services += try #require(
                reading.package.value(of: "services-\(page).json")?.object?["contents"]?.array
            ).count
            guard page < answer.pages else { break }
            page += 1
        }
        #expect(services == total)
    }

    @Test("Another registry gets the same directory from it")
    func elsewhere() async throws {
        let bench = try await SampleCounty.bench()
        let answer = try await bench.exportHSDS(municipality: "0903")
        let other = try await ServiceBench.start(RegistryAssembly.service)
        var document = try SampleCounty.document(of: ["0903", "0060"])
        let resources = document.resources
        document.resources = []
        _ = try await other.importCounty(document)
        let taken = try await other.importHSDS(answer.files, source: "lv")
        #expect(taken.stored, "\(taken.findings)")
        #expect(Int(taken.created) == resources.count)
        let listed = try await other.call(
            RegistryMethods.listResources, .with { $0.municipality = "0903" }, as: .operatorOfCounty())
        #expect(Set(listed.resources.map(\.entry)) == Set(resources))
    }

    @Test("Tables of the own directory hold together")
    func ownTables() async throws {
        let bench = try await SampleCounty.bench()
        let answer = try await bench.exportHSDS(municipality: "0903", tables: true)
        let reading = HumanServicesPackage.read(
            answer.files.map { .init(name: $0.name, bytes: [UInt8]($0.content)) })
        #expect(reading.findings.count(.error) == 0, "\(reading.findings.kept)")
        #expect(reading.danglingReferences == 0)
        #expect(answer.files.map(\.name).contains("service_capacity.csv"))
    }

    @Test("Only the county takes feeds in")
    func notAllowed() async throws {
        let bench = try await SampleCounty.bench()
        let files = try Self.official("3.0", tables: true)
        await #expect(throws: RPCError.self) {
            try await bench.importHSDS(files, as: SampleCounty.head)
        }
    }
}

extension ServiceBench {
    func importHSDS(
        _ files: [RegistryHumanServicesFile], source: String = "official",
        defaults: RegistryHumanServicesDefaults = .init(), version: String = "", dryRun: Bool = false,
        keepInvalid: Bool = false, as caller: Caller = .operatorOfCounty()
    ) async throws -> RegistryImportHumanServicesResponse {
        // Each file in two messages, the second half of it in the second: as large feeds come.
        let whole = RegistryImportHumanServicesRequest.with {
            $0.source = source
            $0.defaults = defaults
            $0.version = version
            $0.dryRun = dryRun
            $0.keepInvalid = keepInvalid
            $0.language = "et"
        }
        let parts = files.flatMap { file in
            [file.content.prefix(file.content.count / 2), file.content.dropFirst(file.content.count / 2)]
                .enumerated().map { place, piece in
                    RegistryImportHumanServicesRequest.with { request in
                        request.files = [
                            .with {
                                $0.name = file.name
                                $0.content = Data(piece)
                                $0.more = place == 0
                            }
                        ]
                    }
                }
        }
        return try await call(
            RegistryMethods.importHumanServices, sending: [whole] + parts, as: caller)
    }

    func exportHSDS(
        source: String = "", municipality: String = "", version: String = "", tables: Bool = false,
        page: UInt32 = 1
    ) async throws -> RegistryExportHumanServicesResponse {
        let answers = try await collect(
            RegistryMethods.exportHumanServices,
            .with {
                $0.source = source
                $0.municipality = municipality
                $0.version = version
                $0.tables = tables
                $0.page = page
            }, as: .operatorOfCounty())
        var answer = try #require(answers.first)
        answer.files = []
        for file in answers.flatMap(\.files) {
            if answer.files.last?.more == true {
                answer.files[answer.files.count - 1].content += file.content
                answer.files[answer.files.count - 1].more = file.more
            } else {
                answer.files.append(file)
            }
        }
        return answer
    }
}
