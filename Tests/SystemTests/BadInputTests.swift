import Contracts
import Foundation
import Logging
import RPC
import Security
import Subprocess
import SwiftProtobuf
import Testing

@Suite("What is wrong, wrongly asked or absent, with the five real programs", .serialized)
struct BadInputTests {
    // MARK: - Files

    @Test("A wrong row is named by file, row, column and remedy, never by its value, and nothing is stored")
    func wrongRows() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            let pupils = [
                School.pupil(101), "102,Näidis,Õpilane 102,,2016-04-01,3a,kolmas,et,0901,,,2025-09-01,",
                "103,Näidis,Õpilane 103,31415,2016-05-01,3a,3,et,0901,,,2025-09-01,",
                "104,,Õpilane 104,,2016-06-01,3a,3,et,0901,,,eile,",
            ]
            #expect(try await school.settle().status == 0)
            let empty = try await county.digests()
            let told = try await refused(school.importPupils(pupils), values: ["kolmas", "31415", "eile"])
            #expect(told.rows == 4)
            #expect(told.good == 1)
            #expect(
                told.faults.map { "\($0.file) \($0.row) \($0.column)" } == [
                    "pupils.csv 3 grade", "pupils.csv 4 isikukood", "pupils.csv 5 given_name",
                    "pupils.csv 5 from",
                ])
            let rehearsed = try await refused(school.importPupils(pupils, "--dry-run"), values: ["kolmas"])
            #expect(rehearsed == told)
            #expect(try await school.children(school.teacher).isEmpty)
            #expect(try await county.digests() == empty)

            let fine = try await school.importPupils(
                [School.pupil(101)], "--dry-run"
            ).decoded(ImportReport.self)
            #expect(fine.good == 1 && fine.faultCount == 0 && !fine.stored)
            #expect(try await county.digests() == empty)
            #expect(try await school.importPupils([School.pupil(101)]).status == 0)
            #expect(try await school.settle().status == 0)

            try await wrongJournal(school)
        }
    }

    private func wrongJournal(_ school: School) async throws {
        let before = try await school.county.digests()
        let journal =
            School.lessons("3a", member: 101) + School.absences(of: 101, "unexcused") + [
                "absence,2026-03-12,,,,1,101,Matemaatika,puudub", "absence,3.12.2026,,,,1,101,,unexcused",
                "absence,2026-03-12,,,,77,101,,unexcused", "absence,2026-03-12,,,,1,tundmatu,,unexcused",
                "kodutöö,2026-03-12,,,,1,101,,unexcused",
            ]
        let values = ["puudub", "3.12.2026", "77", "tundmatu", "kodutöö"]
        let rehearsed = try await refused(school.importJournal(journal, "--dry-run"), values: values)
        #expect(rehearsed.rows == 19)
        #expect(
            rehearsed.faults.map { "\($0.file) \($0.row) \($0.column)" } == [
                "journal.csv 16 value", "journal.csv 17 date", "journal.csv 18 lesson",
                "journal.csv 19 pupil", "journal.csv 20 record",
            ])
        #expect(rehearsed.good == 14)
        // All that stays is the note that this file was sent and given up.
        let after = try await school.county.digests()
        #expect(before.filter { after[$0.key] != $0.value }.keys.allSatisfy { $0 == "risk/0901" })
        let told = try await refused(school.importJournal(journal), values: values)
        #expect(told == rehearsed)
        // Three good rows of absence were in the file: none of them counts.
        #expect(try await school.weeklyPass().status == 0)
        #expect(try await school.alarms(school.teacher).isEmpty)
    }

    /// The report of an import with faults: exit 1, each fault says what to do, no wrong value is repeated.
    private func refused(_ answer: County.Answer, values: [String]) throws -> ImportReport {
        #expect(answer.status == 1)
        for value in values {
            #expect(!answer.output.contains("\"\(value)") && !answer.output.contains(" \(value)"))
            #expect(!answer.messages.contains(value))
        }
        let report = try answer.decoded(ImportReport.self)
        #expect(report.faultCount == report.faults.count)
        #expect(!report.stored)
        for fault in report.faults { #expect(!fault.remedy.isEmpty && !fault.message.isEmpty) }
        return report
    }

    // MARK: - Peers

    @Test("A foreign certificate, none, or an unknown method is refused clearly; others are served")
    func strangers() async throws {
        try await County.with { county in
            let foreign = county.folder + "/foreign"
            try await Repository.certificates(into: foreign)
            let both = county.folder + "/both.pem"
            try Data(
                ["\(county.folder)/certificates/ca.pem", "\(foreign)/ca.pem"].flatMap {
                    FileManager.default.contents(atPath: $0) ?? Data()
                }
            ).write(to: URL(filePath: both))
            // This side knows both authorities, so it is the gateway that refuses.
            let asStranger = [
                "status", "--json", "--certificate", "\(foreign)/operator.pem", "--key",
                "\(foreign)/operator.key",
            ]
            let refused = try await county.tugi(asStranger + ["--authority", both])
            #expect(refused.status == 4)
            #expect(try refused.told().code == "authority-unknown")
            #expect(try refused.told().next.contains("--certificate"))
            let log = try String(contentsOfFile: county.folder + "/logs/gateway.log", encoding: .utf8)
            let line = log.split(separator: "\n").last { $0.contains("a handshake failed") }
            #expect(line?.contains("\"level\":\"warning\"") == true)
            #expect(line?.contains("CERTIFICATE_AUTHORITY_INVALID") == true)

            // This side finds that the gateway is not of its authority.
            let fooled = try await county.tugi(asStranger + ["--authority", "\(foreign)/ca.pem"])
            #expect(fooled.status == 4)
            // The certificate and the authority given do not belong together: told before anything is sent.
            #expect(try await county.tugi(asStranger).status == 4)
            let missing = try await county.tugi("status", "--json", "--certificate", "/nowhere.pem")
            #expect(missing.status == 2)
            #expect(try missing.told().code == "file-missing")

            let bare = try await Subprocess.run(
                .name("timeout"),
                arguments: [
                    "10", "openssl", "s_client", "-connect", "127.0.0.1:\(county.port("gateway"))", "-alpn",
                    "tugi/1", "-CAfile", "\(county.folder)/certificates/ca.pem", "-ign_eof",
                ], input: .none, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            #expect(bare.standardError.contains("certificate required"))

            let mismatch = try await county.tugi("status", "--json", "--environment", "production")
            #expect(mismatch.status == 2)
            #expect(try mismatch.told().code == "environment-mismatch")
            try await askUnknownMethod(county)
            #expect(try await county.tugi("status").status == 0)
        }
    }

    /// A method that nobody offers is answered, and the connection goes on.
    private func askUnknownMethod(_ county: County) async throws {
        let client = Client(
            configuration: ClientConfiguration(
                addresses: [PeerAddress(host: "127.0.0.1", port: county.port("gateway"))],
                tls: TLSConfiguration(directory: county.folder + "/certificates", name: "operator"),
                environmentID: "laane-viru.example/development",
                software: Software(name: "system-tests", version: "1"), expectedPeer: "gateway"),
            logger: Logger(label: "system-tests") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            let strange = MethodDescriptor(
                id: 0x7777, name: "tugi.strange.v1.Strange/Method", kind: .unary, mutating: false,
                audience: .public, requestBytesMax: 1024, responseBytesMax: 1024, deadline: .seconds(10))
            let method = Method<GatewayStatusRequest, GatewayStatusResponse>(strange)
            let error = await #expect(throws: RPCError.self) {
                _ = try await client.unary(method, GatewayStatusRequest())
            }
            #expect(error?.code == .unimplemented)
            let status = try await client.unary(GatewayMethods.status, GatewayStatusRequest())
            #expect(status.services.count == 5)
        }
    }

    // MARK: - People

    @Test("Nobody sees a child from elsewhere, without a post, or without the class; each look is on record")
    func wrongPeople() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            #expect(try await school.importPupils([School.pupil(101)]).status == 0)
            #expect(try await school.settle().status == 0)
            let child = try #require(await school.children(school.teacher).first).child
            let ask = ["children"]
            let elsewhere = school.teacher.map { $0 == "0901" ? "0928" : $0 }
            #expect(
                try await refusal(county, ask + elsewhere + showing(county, "0901-school-records"))
                    == "other-municipality")
            #expect(
                try await refusal(county, ask + school.teacher + showing(county, "0928-school-records"))
                    == "role-not-confirmed")
            #expect(
                try await refusal(county, ask + school.teacher + showing(county, "operator"))
                    == "systems-only")
            let pretender = school.teacher.map { $0 == "class-teacher" ? "head" : $0 }
            #expect(try await refusal(county, ask + pretender) == "role-not-confirmed")
            #expect(
                try await refusal(county, ["status", "--municipality", "0901"]) == "operators-only")

            let other = school.acting("class-teacher", of: "4a")
            #expect(try await refusal(county, ["journey", child] + other) == "not-open-to-you")
            #expect(try await refusal(county, ["looked", child] + other) == "not-among-yours")
            struct Look: Decodable {
                var person: String
                var role: String
                var granted: Bool
            }
            let looks = try await county.tugi(["looked", child, "--json"] + school.teacher)
                .decoded([Look].self)
            let stranger = other[other.firstIndex(of: "--person").map { $0 + 1 } ?? 0]
            #expect(looks.contains { !$0.granted && $0.person == stranger && $0.role == "class-teacher" })
            #expect(!looks.contains { $0.granted && $0.person == stranger })
        }
    }

    /// Why a command was not allowed.
    private func refusal(_ county: County, _ words: [String]) async throws -> String {
        let answer = try await county.tugi(words + ["--json"])
        #expect(answer.status == 4, "\(words): \(answer.messages)\(answer.output)")
        let told = try answer.told()
        return told.code
    }

    /// The words that show another certificate than the municipality's own.
    private func showing(_ county: County, _ certificate: String) -> [String] {
        let path = "\(county.folder)/certificates/\(certificate)"
        return ["--certificate", path + ".pem", "--key", path + ".key"]
    }

    // MARK: - What happens later

    @Test("A service that is down is named; nothing is lost; an absence excused later takes its alarm away")
    func serviceDown() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            #expect(try await school.settle().status == 0)
            await county.stop("risk")
            let asked = try await county.tugi(["alarms", "--json"] + school.teacher)
            #expect(asked.status == 3)
            let told = try asked.told()
            #expect(told.code == "service-unreachable")
            #expect(told.message.contains("tugi-risk") && told.next.contains("tugi-gateway status"))
            let status = try await county.tugi("status", "--json")
            #expect(status.status == 1)
            let states = try status.decoded(County.Status.self).services
            #expect(states.filter { $0.state == "unreachable" }.map(\.service) == ["risk"])
            // What Registry takes in meanwhile waits for RiskScoring.
            #expect(try await school.importPupils([School.pupil(101)]).status == 0)

            try await county.start("risk")
            #expect(try await school.settle().status == 0)
            let journal = School.lessons("3a", member: 101) + School.absences(of: 101, "unexcused")
            #expect(try await school.importJournal(journal).status == 0)
            #expect(try await school.weeklyPass().status == 0)
            let alarms = try await school.alarms(school.teacher)
            #expect(alarms.map(\.code) == ["unexcusedAbsenceDays"])
            #expect(alarms.map(\.count) == [3])

            let corrected = School.absences(of: 101, "excused")
            #expect(try await school.importJournal(corrected, file: "excused.csv").status == 0)
            #expect(try await school.weeklyPass().status == 0)
            #expect(try await school.alarms(school.teacher).isEmpty)
            let child = try #require(alarms.first).child
            struct Journey: Decodable {
                struct Step: Decodable {
                    var step: String
                }
                var steps: [Step]
            }
            let journey = try await county.tugi(["journey", child, "--json"] + school.teacher)
                .decoded(Journey.self)
            #expect(journey.steps.isEmpty)
        }
    }
}
