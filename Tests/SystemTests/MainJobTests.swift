import Foundation
import Synchronization
import Testing

/// What the main job reports; times are left out, since no test depends on them.
struct MainJobResult: Decodable, Equatable, Sendable {
    struct Pass: Decodable, Equatable, Sendable {
        struct Counts: Decodable, Equatable, Sendable {
            var children: Int
            var raised: Int
            var notEnoughData: Int
            var openByTrigger: [String: Int]
        }
        var municipality: String
        var pass: Counts
    }
    var countyRows: Int
    var posts: Int
    var vacantPosts: Int
    var pupils: Int
    var observations: Int
    var passes: [Pass]
    var journey: [String]
    var registered: Int
}

extension County {
    /// Runs the main job on an input folder and reads its report.
    func mainJob(
        _ input: String, onMessage: (@Sendable (String) async throws -> Void)? = nil
    ) async throws -> (result: MainJobResult, answer: Answer) {
        let report = "\(folder)/report.json"
        let answer = try await tugi(
            ["main-job", "--input", input, "--report", report], onMessage: onMessage)
        guard answer.status == 0, let data = FileManager.default.contents(atPath: report) else {
            throw Trouble(
                description: "main-job ended with \(answer.status):\n\(answer.messages)\(answer.output)")
        }
        return (try JSONDecoder().decode(MainJobResult.self, from: data), answer)
    }

    struct Status: Decodable {
        struct Service: Decodable {
            var service: String
            var state: String
            var digests: [String: String]
        }
        var services: [Service]
        var settled: Bool
        var auditChainsWhole: Bool?
    }

    /// Digests of all stores by "service/partition"; every audit chain must verify.
    func digests() async throws -> [String: String] {
        let status = try await tugi("status", "--digests", "--json").decoded(Status.self)
        #expect(status.auditChainsWhole == true)
        var all: [String: String] = [:]
        for service in status.services {
            for (code, digest) in service.digests { all["\(service.service)/\(code)"] = digest }
        }
        return all
    }
}

@Suite("The main job, with the five real programs", .serialized)
struct MainJobTests {
    @Test("From journals to a helped child; a second run changes nothing")
    func mainJob() async throws {
        try await County.with { county in
            let input = county.folder + "/input"
            try await Repository.input(input)
            let (first, _) = try await county.mainJob(input)
            #expect(first.pupils == 400)
            #expect(first.observations > 10_000)
            #expect(first.vacantPosts > 0)
            #expect(first.passes.count == 8)
            #expect(first.passes.reduce(0) { $0 + $1.pass.children } == 400)
            #expect(first.journey.first == "opened")
            #expect(first.journey.last == "closed")
            #expect(first.registered > 0)
            let calendar = try String(contentsOfFile: county.folder + "/training.ics", encoding: .utf8)
            #expect(calendar.hasPrefix("BEGIN:VCALENDAR\r\n"))

            // The profiles that README.md speaks of.
            for words in [
                ["registry", "gaps", "--as", "keeper"], ["registry", "list", "post", "--as", "registrar"],
                ["registry", "search", "logopeed", "--as", "class-teacher"],
                ["registry", "export", "hsds", "--out", "\(county.folder)/hsds", "--as", "coordinator"],
                ["registry", "export", "post", "\(county.folder)/posts.csv", "--as", "keeper"],
                [
                    "registry", "import", "post", "\(county.folder)/posts.csv", "--full", "--dry-run", "--as",
                    "keeper",
                ],
            ] {
                let answer = try await county.tugi(words)
                #expect(answer.status == 0, "\(words) \(answer.messages)")
            }

            let before = try await county.digests()
            #expect(before.count > 8)
            let (second, _) = try await county.mainJob(input)
            #expect(second == first)
            #expect(try await county.digests() == before)
        }
    }

    @Test("Any program killed in the middle and started again: the job finishes with the same result")
    func killedPrograms() async throws {
        let undisturbed = try await outcome(killing: nil)
        for name in County.programs {
            let disturbed = try await outcome(killing: name)
            #expect(disturbed == undisturbed, "after kill -9 of tugi-\(name)")
        }
    }

    /// The job's result in a fresh county; the named program is killed twice: while journals come in, and after the
    /// weekly pass, when a person's decision is under way.
    private func outcome(killing name: String?) async throws -> MainJobResult {
        let found = Mutex<MainJobResult?>(nil)
        try await County.with { county in
            let input = county.folder + "/input"
            try await Repository.input(input)
            let kills = Mutex(0)
            let (result, _) = try await county.mainJob(input) { line in
                guard let name, line.contains("3 of") || line.contains("One child's way") else { return }
                await county.kill(name)
                try await county.start(name)
                kills.withLock { $0 += 1 }
            }
            #expect(kills.withLock { $0 } == (name == nil ? 0 : 2))
            _ = try await county.digests()
            found.withLock { $0 = result }
        }
        return try #require(found.withLock { $0 })
    }
}
