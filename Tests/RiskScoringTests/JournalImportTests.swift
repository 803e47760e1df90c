import Contracts
import RPC
import Security
import ServiceKit
import Store
import SwiftProtobuf
import TestSupport
import Testing

@testable import RiskScoring

@Suite("A journal arrives whole or not at all")
struct JournalImportTests {
    @Test func `A good file is counted by kind and shown at once`() async throws {
        let bench = try await JournalBench.start()
        var journal = JournalText.school(pupils: 1...3)
        journal.absence(-3, 1, 1, "unexcused")
        journal.grade(-3, 2, "Muusika", "4")
        journal.grade(-3, 3, "Muusika", "AR")
        journal.text += "remark,2026-10-30,,,,,p1,,praise\n"
        let report = try await bench.load(journal.text)
        #expect(report.committed)
        #expect(report.faultCount == 0)
        #expect((report.rows, report.good) == (107, 107))
        #expect((report.memberships, report.lessons) == (3, 100))
        #expect((report.absences, report.grades, report.remarks) == (1, 2, 1))
        #expect((report.firstDate, report.lastDate, report.pupils) == ("2026-10-05", "2026-10-30", 3))
    }

    @Test func `Each bad row is named by row, column, code and remedy, and nothing is stored`() async throws {
        let bench = try await JournalBench.start()
        let rows: [(row: String, column: String, code: String)] = [
            ("absens,2026-10-30,,,,1,p1,,unexcused", "record", "record-unknown"),
            ("absence,30.10.2026,,,,1,p1,,unexcused", "date", "date-not-iso"),
            ("absence,,,,,1,p1,,unexcused", "date", "date-missing"),
            ("absence,1926-10-30,,,,1,p1,,unexcused", "date", "date-out-of-range"),
            ("absence,2026-10-30,,,,,p1,,unexcused", "lesson", "lesson-missing"),
            ("absence,2026-10-30,,,,17,p1,,unexcused", "lesson", "lesson-not-number"),
            ("absence,2026-10-30,,,,1,,,unexcused", "pupil", "pupil-missing"),
            ("absence,2026-10-30,,,,1,p1,,sick", "value", "value-unknown"),
            ("absence,2026-10-30,,,,1,p1,,", "value", "value-missing"),
            ("grade,2026-10-30,,,,,p1,,4", "journal", "journal-missing"),
            ("grade,2026-10-30,,,,,p1,Muusika,6", "value", "value-unknown"),
            ("grade,2026-10-30,,,,,p1,Muusika,suurepärane", "value", "value-too-long"),
            ("remark,2026-10-30,,,,,p1,,bad", "value", "value-unknown"),
            ("member,2026-10-30,2026-10-01,5a,5,,p1,,", "until", "until-before-date"),
            ("member,2026-10-30,,,5,,p1,,", "class", "class-missing"),
            ("member,2026-10-30,,5a,13,,p1,,", "grade", "grade-not-number"),
            ("lesson,2026-10-30,,5a,,1,,\"a\tb\",", "journal", "text-has-control"),
            ("absence,2026-10-30", "", "too-few-fields"),
        ]
        let text =
            JournalText.header + rows.map { $0.row + "\n" }.joined() + "absence,2026-10-30,,,,1,p1,,late\n"
        let report = try await bench.load(text)
        #expect(!report.committed)
        #expect(report.faultCount == UInt64(rows.count))
        #expect((report.rows, report.good) == (UInt64(rows.count) + 1, 1))
        for (index, fault) in report.faults.enumerated() {
            #expect(fault.row == UInt64(index + 2))
            #expect(fault.column == rows[index].column)
            #expect(fault.code == rows[index].code)
            #expect(!fault.message.isEmpty && !fault.remedy.isEmpty && fault.file == "paevik.csv")
        }
        #expect(try await stored(bench).isEmpty)
    }

    @Test func `Of many faults the first hundred are told, and how many there are`() async throws {
        let bench = try await JournalBench.start()
        let report = try await bench.load(
            JournalText.header + String(repeating: "absence,x,,,,1,p1,,late\n", count: 250))
        #expect(report.faults.count == 100)
        #expect(report.faultCount == 250)
    }

    @Test func `An unknown column and a file with semicolons are told apart`() async throws {
        let bench = try await JournalBench.start()
        let bad = try await bench.load("record;date;until;class;grade;lesson;pupil;journal;value;name\n")
        #expect(bad.faults.map(\.code) == ["unknown-column"])
        let good = try await bench.load(
            "\u{FEFF}value;record;date;until;class;grade;lesson;pupil;journal\r\n"
                + "late;absence;2026-10-30;;;;1;p1;\"Käsitöö; tüdrukud\"\r\n")
        #expect(good.committed)
        #expect(try await subjects(bench) == ["Käsitöö; tüdrukud"])
    }

    @Test func `A stream that breaks resumes after the last kept chunk`() async throws {
        var configuration = RiskScoringConfiguration()
        configuration.chunkBytes = 512
        let bench = try await JournalBench.start(configuration: configuration)
        let text = JournalText.school(pupils: 1...3).text
        let begun = try await bench.begin(text)
        let all = bench.chunks(text, begun)
        try #require(all.count > 5)
        let call = try await bench.service.channel.open(
            RiskMethods.stageChunks.descriptor,
            try bench.service.options(RiskMethods.stageChunks.descriptor, JournalBench.registrar))
        for chunk in all.prefix(3) { try await call.send(try encode(chunk)) }
        call.cancel()
        // What was kept is told; the sender goes on from there, over a new stream and a restarted program.
        let restarted = JournalBench(service: try await bench.service.restarted())
        let again = try await restarted.begin(text)
        #expect(again.importID == begun.importID)
        #expect(again.nextChunk <= 3)
        let rest = restarted.chunks(text, again)
        let response: RiskStageChunksResponse = try await restarted.service.call(
            RiskMethods.stageChunks, sending: rest, as: JournalBench.registrar)
        #expect(response.nextChunk == UInt64(all.count))
        let report = try await restarted.finish(try #require(ImportID(again.importID)))
        #expect(report.committed)
    }

    @Test func `A chunk sent twice is kept once, a gap is refused`() async throws {
        var configuration = RiskScoringConfiguration()
        configuration.chunkBytes = 512
        let bench = try await JournalBench.start(configuration: configuration)
        let text = JournalText.school(pupils: 1...3).text
        let all = bench.chunks(text, try await bench.begin(text))
        let twice: RiskStageChunksResponse = try await bench.service.call(
            RiskMethods.stageChunks, sending: [all[0], all[0], all[1], all[0]], as: JournalBench.registrar)
        #expect(twice.nextChunk == 2)
        let error = await #expect(throws: RPCError.self) {
            let _: RiskStageChunksResponse = try await bench.service.call(
                RiskMethods.stageChunks, sending: [all[3]], as: JournalBench.registrar)
        }
        #expect(error?.reason == "chunk-out-of-order")
    }

    @Test func `The same file twice is one import`() async throws {
        let bench = try await JournalBench.start()
        let text = JournalText.school(pupils: 1...3).text
        let first = try await bench.load(text)
        let again = try await bench.begin(text)
        #expect(again.committed)
        #expect(again.report == first)
    }

    @Test func `Bytes that are not the announced ones are refused and sent again`() async throws {
        let bench = try await JournalBench.start()
        let text = JournalText.header + "absence,2026-10-30,,,,1,p1,,late\n"
        let begun = try await bench.begin(text)
        let _: RiskStageChunksResponse = try await bench.service.call(
            RiskMethods.stageChunks,
            sending: bench.chunks(text.replacing("late", with: "lane"), begun), as: JournalBench.registrar)
        let report = try await bench.finish(try #require(ImportID(begun.importID)))
        #expect(report.faults.map(\.code).contains("digest-mismatch"))
        #expect(try await bench.begin(text).nextChunk == 0)
        #expect(try await bench.load(text).committed)
    }

    @Test func `A pupil unknown to the register is a fault until it is registered`() async throws {
        let bench = try await JournalBench.start()
        let text =
            JournalText.header + "absence,2026-10-30,,,,1,p1,,late\nabsence,2026-10-30,,,,1,p2,,late\n"
            + "absence,2026-10-30,,,,2,p2,,late\n"
        let report = try await bench.load(text, unknown: ["p2"])
        #expect(!report.committed)
        #expect(report.faults.map(\.code) == ["pupil-not-registered"])
        #expect(report.faults.first?.row == 3)
        #expect(report.faults.first?.column == "pupil")
        #expect(report.good == 1)
        let id = try bench.importID(text)
        let commit = await #expect(throws: RPCError.self) {
            _ = try await bench.service.call(
                RiskMethods.commitImport,
                .with {
                    $0.municipality = JournalBench.partition
                    $0.importID = id.data
                }, as: JournalBench.gateway)
        }
        #expect(commit?.reason == "import-has-faults")
        #expect(try await bench.load(text).committed)
    }

    @Test func `A later file replaces an entry, and none takes it back`() async throws {
        let bench = try await JournalBench.start()
        var first = JournalText()
        first.absence(-3, 1, 1, "unexcused")
        first.absence(-3, 2, 1, "unexcused")
        try await bench.load(first.text)
        var second = JournalText()
        second.absence(-3, 1, 1, "excused")
        second.absence(-3, 2, 1, "none")
        second.absence(-4, 2, 1, "late")
        second.absence(-4, 2, 1, "unexcused")
        try await bench.load(second.text)
        let kept = try await stored(bench).map(\.mark)
        #expect(kept == [.unexcused, .excused])
    }

    @Test func `A full file replaces its period and nothing outside it`() async throws {
        let bench = try await JournalBench.start()
        var first = JournalText.school(pupils: 1...2)
        first.absence(-10, 1, 1, "unexcused")
        first.absence(-3, 1, 1, "unexcused")
        first.absence(-3, 1, 2, "unexcused")
        try await bench.load(first.text)
        var second = JournalText()
        second.absence(-3, 4, 1, "late")
        let report = try await bench.load(second.text, full: ("2026-10-26", "2026-11-01"))
        #expect(report.committed)
        let kept = try await stored(bench)
        #expect(kept.map(\.mark) == [.unexcused, .late])
        #expect(kept.map(\.day) == [-10, -3].map { JournalBench.monday.dayNumber + $0 })
        var third = JournalText()
        third.absence(-10, 4, 1, "late")
        let outside = try await bench.load(third.text, full: ("2026-10-26", "2026-11-01"))
        #expect(outside.faults.map(\.code) == ["date-outside-period"])
    }

    @Test func `An aborted import leaves nothing and may begin anew`() async throws {
        let bench = try await JournalBench.start()
        let text = JournalText.school(pupils: 1...3).text
        let begun = try await bench.begin(text)
        let _: RiskStageChunksResponse = try await bench.service.call(
            RiskMethods.stageChunks, sending: bench.chunks(text, begun), as: JournalBench.registrar)
        _ = try await bench.service.call(
            RiskMethods.abortImport,
            .with {
                $0.municipality = JournalBench.partition
                $0.importID = begun.importID
            }, as: JournalBench.registrar)
        #expect(try await bench.begin(text).nextChunk == 0)
        #expect(try await bench.load(text).committed)
    }

    @Test func `A file that was never finished is forgotten after seven days, without another import`()
        async throws
    {
        let bench = try await JournalBench.start()
        try await bench.place(1...2)
        let text = JournalText.school(pupils: 1...2).text
        let begun = try await bench.begin(text)
        let _: RiskStageChunksResponse = try await bench.service.call(
            RiskMethods.stageChunks, sending: bench.chunks(text, begun), as: JournalBench.registrar)
        let service = RiskScoringService(bench.service.kit, RiskScoringConfiguration())
        func staged() async throws -> Int64? {
            try await bench.service.kit.store.partition(JournalBench.partition).read { transaction in
                try transaction.first("SELECT COUNT(*) FROM staged_chunk") { try $0.integer(0) }
            }
        }
        bench.service.clock.advance(by: .seconds(6 * 86_400))
        try await service.forgetAbandonedImports()
        #expect(try await (staged() ?? 0) > 0)
        bench.service.clock.advance(by: .seconds(86_401))
        try await service.forgetAbandonedImports()
        #expect(try await staged() == 0)
        #expect(try await bench.begin(text).nextChunk == 0)
    }

    @Test func `A head, or another municipality, may not push a journal`() async throws {
        let bench = try await JournalBench.start()
        for caller in [
            Caller.synthetic(role: "head", institution: JournalBench.school, purpose: "data-entry"),
            Caller.synthetic(role: "registrar", municipality: "0792", purpose: "data-entry"),
        ] {
            let error = await #expect(throws: RPCError.self) { try await bench.begin("x", as: caller) }
            #expect(error?.code == .permissionDenied)
        }
    }

    private func stored(_ bench: JournalBench) async throws -> [Observation] {
        try await bench.service.kit.store.partition(JournalBench.partition).read { transaction in
            var found: [Observation] = []
            try RiskScoringStore(transaction).forEachPupilWeek(DayRange(from: 0, until: 30_000), of: nil) {
                _, week, payload in try PackedWeek.observations(payload, monday: week, into: &found)
            }
            return found
        }
    }

    private func subjects(_ bench: JournalBench) async throws -> [String] {
        try await bench.service.kit.store.partition(JournalBench.partition).read { transaction in
            try RiskScoringStore(transaction).subjects().map(\.name)
        }
    }
}

extension JournalBench {
    /// The identity of that text's import.
    func importID(_ text: String) throws -> ImportID {
        let request = ImportRequest(
            municipality: Self.partition, institution: Self.school, format: ImportRequest.format,
            digest: Digest.sha256(Array(text.utf8)), contentBytes: text.utf8.count, fileName: "", period: nil)
        guard let id = request.id else { throw RiskScoringStore.damaged() }
        return id
    }
}
