import Contracts
import Foundation
import ServiceKit
import Store
import SwiftProtobuf
import TestSupport
import Testing

/// Reports of a child in need, and danger.
@Suite struct ReportTests {
    private let contact = "Proovi Teataja 3, proovi.teataja@example.invalid"
    private let observation = "Näidis tähelepanek: laps tuleb kooli näljasena."

    private func submit(
        _ scene: Scene, municipality: String = Scene.municipality, as caller: Caller? = nil,
        operation: OperationID? = nil
    ) async throws -> ReferralSubmitReportResponse {
        try await scene.bench.call(
            ReferralMethods.submitReport,
            .with {
                $0.municipality = municipality
                $0.childID = Data(Scene.child.bytes)
                $0.observation = observation
                $0.reporterContact = contact
            }, as: caller ?? scene.otherTeacher, operation: operation)
    }

    private func reports(_ scene: Scene, as caller: Caller) async throws -> [ReferralReport] {
        try await scene.bench.call(
            ReferralMethods.listReports, .with { $0.municipality = caller.municipality }, as: caller
        ).reports
    }

    private func decide(
        _ scene: Scene, _ report: Data, _ decision: String, reason: String = "one measure is enough",
        as caller: Caller? = nil
    ) async throws -> ReferralReport {
        try await scene.bench.call(
            ReferralMethods.decideReport,
            .with {
                $0.municipality = Scene.municipality
                $0.reportID = report
                $0.decision = decision
                $0.reason = reason
            }, as: caller ?? scene.protection)
    }

    @Test("A report goes to child protection of the residence at once, with ten days to decide")
    func wholeWay() async throws {
        let scene = try await Scene.start()
        let answer = try await submit(scene)
        #expect(answer.received == "received" && answer.adviceEt.contains("112"))
        let tasks = try await scene.tasks(as: scene.protection)
        #expect(tasks.map(\.code) == ["decide-report"])
        #expect(tasks.first?.due == "2026-02-12")
        let shown = try await reports(scene, as: scene.protection)
        #expect(shown.map(\.observation) == [observation])
        #expect(shown.first?.decideBy == "2026-02-12")
        #expect(
            await scene.refusal { _ = try await decide(scene, answer.reportID, "forget") } == "code-decision")
        #expect(
            await scene.refusal { _ = try await decide(scene, answer.reportID, "not-opened", reason: "") }
                == "field-reason")
        let decided = try await decide(scene, answer.reportID, "not-opened")
        #expect(decided.state == "not-opened" && decided.decidedReason == "one measure is enough")
        #expect(
            await scene.refusal { _ = try await decide(scene, answer.reportID, "passed-on") }
                == "report-decided")
        #expect(try await scene.tasks(as: scene.protection).isEmpty)
        // The contact's notice is held back from all but child protection.
        #expect(try await scene.notices(as: scene.teacher).isEmpty)
        #expect(try await scene.notices(as: scene.protection).map(\.suppressed) == [true])
    }

    @Test("Nobody at the school, no other office and no county sees or decides a report")
    func others() async throws {
        let scene = try await Scene.start()
        let answer = try await submit(scene)
        for caller in [scene.head, scene.teacher, scene.otherTeacher, scene.socialHead] {
            #expect(await scene.refusal { _ = try await reports(scene, as: caller) } == "not-among-yours")
            #expect(
                await scene.refusal { _ = try await decide(scene, answer.reportID, "not-opened", as: caller) }
                    == "not-among-yours")
            #expect(try await scene.tasks(as: caller).isEmpty)
        }
        #expect(
            await scene.refusal { _ = try await reports(scene, as: scene.county) } == "other-municipality")
    }

    @Test("A report may come from another municipality; its sender learns no more than that it came")
    func fromElsewhere() async throws {
        let scene = try await Scene.start()
        let sender = Caller.synthetic(role: "teacher", municipality: "0903", institution: .synthetic(12))
        let answer = try await submit(scene, as: sender)
        #expect(answer.received == "received")
        #expect(await scene.refusal { _ = try await reports(scene, as: sender) } == "not-among-yours")
        #expect(try await reports(scene, as: scene.protection).count == 1)
        #expect(
            await scene.refusal { _ = try await submit(scene, municipality: "0060") } == "field-municipality")
    }

    @Test("The reporter is in no answer, and neither reporter nor observation can be read in the files")
    func reporterProtected() async throws {
        let scene = try await Scene.start()
        let answer = try await submit(scene)
        let decided = try await decide(scene, answer.reportID, "case-opened", reason: "Näidis põhjus 41")
        var said: [UInt8] = try decided.serializedBytes()
        for report in try await reports(scene, as: scene.protection) { said += try report.serializedBytes() }
        for task in try await scene.tasks(as: scene.protection) { said += try task.serializedBytes() }
        for notice in try await scene.notices(as: scene.protection) { said += try notice.serializedBytes() }
        for event in try await scene.bench.emitted(partition: Scene.municipality) {
            said += try event.serializedBytes()
        }
        #expect(!Self.holds(Data(said), "Proovi Teataja"))
        let officer = Caller.synthetic(role: "data-protection-officer", person: .synthetic(9))
        let looked = try await scene.bench.audited(Scene.child, in: Scene.municipality, as: officer)
        #expect(!looked.contains { $0.action == "SubmitReport" })
        _ = try await scene.bench.restarted()
        var files = 0
        let folder = scene.bench.folder.path
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
            files += 1
            for secret in ["Proovi Teataja", "proovi.teataja", "näljasena", "Näidis põhjus 41"] {
                #expect(!Self.holds(bytes, secret), "\(name) holds \(secret) in the clear")
            }
        }
        #expect(files > 2)
    }

    @Test("No file holds the reporter's person or post, nor what would tie the report to its sender's call")
    func reporterUnnamed() async throws {
        let scene = try await Scene.start()
        let reporter = Caller.synthetic(
            role: "youth-worker", person: .synthetic(7001), post: .synthetic(7002),
            purpose: "child-protection")
        let (sent, told) = (OperationID.synthetic(7003), OperationID.synthetic(7004))
        let answer = try await submit(scene, as: reporter, operation: sent)
        _ = try await scene.bench.call(
            ReferralMethods.recordDanger,
            .with {
                $0.municipality = Scene.municipality
                $0.childID = Data(Scene.child.bytes)
            }, as: reporter, operation: told)
        let kept = try await scene.bench.kit.store.partition(Scene.municipality).read { transaction in
            try transaction.all("SELECT result_ids FROM kit_operations ORDER BY id") { try $0.blob(0) }
        }
        #expect(kept.count == 2 && kept.allSatisfy(\.isEmpty))
        let actions = "SELECT action, children FROM kit_audit ORDER BY entry_id"
        for (partition, expected) in [
            (Scene.municipality, []), (scene.county.municipality, ["SubmitReport", "RecordDanger"]),
        ] {
            let entries = try await scene.bench.kit.store.partition(partition).read { transaction in
                try transaction.all(actions) { (action: try $0.text(0), children: try $0.blob(1)) }
            }
            #expect(entries.map(\.action).sorted() == expected.sorted())
            #expect(entries.allSatisfy { $0.children.isEmpty })
        }
        let again = try await submit(scene, as: reporter, operation: sent)
        #expect(again.reportID == answer.reportID)
        _ = try await scene.bench.restarted()
        let secrets = [
            PersonID.synthetic(7001).bytes, PostID.synthetic(7002).bytes, sent.bytes, told.bytes,
            Array("youth-worker".utf8),
        ]
        let folder = scene.bench.folder.path
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
            for secret in secrets { #expect(bytes.range(of: Data(secret)) == nil, "\(name)") }
        }
    }

    @Test("A report that cannot be taken in says whom to call instead")
    func notServed() async throws {
        let scene = try await Scene.start()
        #expect(
            await scene.refusal { _ = try await submit(scene, municipality: "9999") } == "report-not-taken")
    }

    @Test("What people write about a child is sealed in the files and shown to those who work with it")
    func sealedWords() async throws {
        let scene = try await Scene.start()
        var record = try await scene.need(try await scene.open())
        record = try await scene.bench.call(
            ReferralMethods.requestHelp,
            .with {
                $0.municipality = Scene.municipality
                $0.caseID = record.caseID
                $0.needID = record.needs.last?.needID ?? Data()
                $0.resourceID = Data(ResourceID.synthetic(61).bytes)
                $0.basis.consentGiver = "parent"
                $0.basis.consentScope = "Näidis nõusolek 42"
                $0.basis.consentDate = "2026-02-01"
            }, as: scene.teacher)
        #expect(record.needs.last?.attempts.last?.basis.consentScope == "Näidis nõusolek 42")
        record = try await scene.move(record, to: 2, reason: "Näidis põhjus 43")
        #expect(record.history.last?.detail == "1-2: Näidis põhjus 43")
        _ = try await scene.bench.restarted()
        let folder = scene.bench.folder.path
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
            #expect(!Self.holds(bytes, "Näidis nõusolek") && !Self.holds(bytes, "Näidis põhjus"), "\(name)")
        }
    }

    @Test("A reported child is open to child protection until it decides that the child is not its case")
    func opensChild() async throws {
        let scene = try await Scene.start()
        func told() async throws -> [EventCaseLedBy] {
            try await scene.bench.emitted(partition: Scene.municipality).map(\.caseLedBy)
        }
        let first = try await submit(scene)
        let second = try await submit(scene)
        #expect(try await told().map(\.open) == [true, true])
        #expect(try await told().allSatisfy { $0.roles == ["child-protection-worker"] })
        #expect(try await told().allSatisfy { $0.place == "municipality" && $0.caseID != first.reportID })
        _ = try await decide(scene, first.reportID, "not-opened")
        _ = try await decide(scene, second.reportID, "case-opened")
        let all = try await told()
        #expect(all.map(\.open) == [true, true, false, true])
        // Each report speaks for itself: the second keeps the child open.
        #expect(all[0].caseID == all[2].caseID && all[1].caseID == all[3].caseID)
        #expect(all[0].caseID != all[1].caseID)
    }

    @Test("The same report sent again is one report")
    func replay() async throws {
        let scene = try await Scene.start()
        let first = try await submit(scene, operation: .synthetic(901))
        let second = try await submit(scene, operation: .synthetic(901))
        #expect(first.reportID == second.reportID)
        #expect(try await reports(scene, as: scene.protection).count == 1)
    }

    @Test("A vacant child protection post shows to the head of the social department, without the report")
    func vacant() async throws {
        let scene = try await Scene.start()
        let empty = Scene.post(55, "child-protection-worker", nil, Scene.office, "municipality")
        try await scene.take([empty], from: "registry", partition: "0060")
        _ = try await submit(scene)
        let tasks = try await scene.tasks(as: scene.socialHead)
        #expect(tasks.map(\.code) == ["fill-child-protection-post"])
        #expect(tasks.first?.childID.isEmpty == true)
    }

    @Test("Danger is answered with 112 before anything else, and written down")
    func danger() async throws {
        let scene = try await Scene.start()
        let request = ReferralRecordDangerRequest.with {
            $0.municipality = Scene.municipality
            $0.childID = Data(Scene.child.bytes)
        }
        let operation = OperationID.synthetic(902)
        for _ in 0..<2 {
            let answer = try await scene.bench.call(
                ReferralMethods.recordDanger, request, as: scene.teacher, operation: operation)
            #expect(answer.adviceEt.contains("112") && answer.adviceEn.contains("116 111"))
        }
        let rows = try await scene.bench.kit.store.partition(Scene.municipality).read { transaction in
            try transaction.all("SELECT danger_id FROM dangers ORDER BY danger_id") { try $0.blob(0) }
        }
        #expect(rows.count == 1)
        #expect(try await scene.tasks(as: scene.protection).isEmpty)
    }

    private static func holds(_ bytes: Data, _ text: String) -> Bool {
        bytes.range(of: Data(text.utf8)) != nil
    }
}
