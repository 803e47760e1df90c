import Contracts
import Foundation
@testable import Registry
import RPC
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Tables of records in and out")
struct RecordTableTests {
    private static let header =
        "code,table,name,kind,field,scope,need_codes,prevention_tier,grade_from,grade_to,capacity_places,"
        + "capacity_as_of\n"

    private static func row(_ number: Int, places: String = "4", scope: String = "municipality") -> String {
        "vinni.teenus-\(number),services,Näidis teenus \(number),service,social,\(scope),\"family, health\","
            + "selective,1,9,\(places),1.2.2026\n"
    }

    private static func table(_ rows: ClosedRange<Int>, places: String = "4") -> String {
        header + rows.map { row($0, places: places) }.joined()
    }

    @Test("A table goes in with its preview, and the same file again does nothing")
    func twice() async throws {
        let bench = try await SampleCounty.bench()
        let csv = Self.table(1...3)
        let rehearsed = try await bench.importTable(csv, dryRun: true)
        #expect(rehearsed.faults.isEmpty && !rehearsed.stored)
        #expect(rehearsed.previewEn.hasPrefix("3 new, 0 changed"))
        #expect(rehearsed.previewEt.hasPrefix("3 uut, 0 muudetud"))
        await #expect(throws: RPCError.self) { try await bench.get("resource", "vinni.teenus-1") }
        let stored = try await bench.importTable(csv)
        #expect(stored.stored && stored.created == 3)
        let record = try await bench.get("resource", "vinni.teenus-1")
        #expect(record.fields["need_codes"]?.items.values == ["family", "health"])
        #expect(record.fields["capacity_as_of"]?.text == "2026-02-01")
        #expect(record.municipality == "0901")
        let again = try await bench.importTable(csv)
        #expect(again.repeatedFile && !again.stored)
        #expect(try await bench.history("resource", "vinni.teenus-1").count == 1)
    }

    @Test(
        "What export writes, import reads back as unchanged, with names or headings",
        arguments: ["", "et", "en"])
    func roundTrip(_ language: String) async throws {
        let bench = try await SampleCounty.bench()
        for kind in ["resource", "post", "institution", "team", "person"] {
            let out = try await bench.call(
                RegistryMethods.exportTable,
                .with {
                    $0.kind = kind
                    $0.municipality = "0901"
                    $0.language = language
                }, as: RecordScene.registrar)
            #expect(out.rows > 0 && out.cursor.isEmpty)
            let back = try await bench.importTable(
                String(decoding: out.csv, as: UTF8.self), kind: kind, delta: false)
            #expect(back.faults.isEmpty, "\(kind) \(back.faults)")
            #expect(back.unchanged == out.rows, "\(kind)")
            #expect(back.created == 0 && back.changed == 0 && back.missingCount == 0, "\(kind)")
        }
    }

    @Test("Faults are told by row, column and remedy in both languages, and nothing is stored")
    func faults() async throws {
        let bench = try await SampleCounty.bench()
        let csv = Self.header + Self.row(1) + Self.row(2, places: "palju") + Self.row(3, scope: "world")
        let response = try await bench.importTable(csv)
        #expect(!response.stored && response.faultCount == 2)
        #expect(response.faults.map { "\($0.row) \($0.field)" } == ["3 capacity_places", "4 scope"])
        #expect(response.faults.allSatisfy { !$0.messageEt.isEmpty && !$0.remedyEn.isEmpty })
        await #expect(throws: RPCError.self) { try await bench.get("resource", "vinni.teenus-1") }
    }

    @Test("Missing rows end nothing; more than 5 % of a whole table stop it until their number is confirmed")
    func missing() async throws {
        let bench = try await SampleCounty.bench()
        let whole = try await bench.call(
            RegistryMethods.exportTable,
            .with {
                $0.kind = "resource"
                $0.municipality = "0901"
            }, as: RecordScene.registrar)
        let lines = String(decoding: whole.csv, as: UTF8.self).split(separator: "\r\n")
        let half = lines.prefix(1 + lines.count / 2).joined(separator: "\r\n") + "\r\n"
        let stopped = try await bench.importTable(half, delta: false)
        #expect(!stopped.stored && stopped.stop.reason == "too-many-missing")
        #expect(stopped.stop.remedyEt.isEmpty == false)
        let confirmed = try await bench.importTable(half, delta: false, confirmed: stopped.missingCount)
        #expect(confirmed.stored && confirmed.missingCount == stopped.missingCount)
        let listed = try await bench.list("resource") {
            $0.limit = 500
            $0.municipality = "0901"
        }
        #expect(UInt64(listed.records.count) == whole.rows)
    }

    @Test("Only the municipality's own people bring in its table")
    func rights() async throws {
        let bench = try await SampleCounty.bench()
        for caller in [RecordScene.coordinator, SampleCounty.classTeacher] {
            await #expect(throws: RPCError.self) {
                try await bench.importTable(Self.table(1...1), as: caller)
            }
        }
    }

    @Test("Every kind's headings name its columns without doubt")
    func headings() throws {
        for kind in RecordKinds.all {
            for language in ["et", "en"] {
                let code = kind.owner == .ownCode ? "0901" : "naidis"
                let record = Record(kind: kind.name, code: code, owner: "0901")
                let header = RecordTable.header(kind.fields, language: language)
                #expect(Set(header).count == header.count, "\(kind.name) \(header)")
                let csv =
                    header.joined(separator: ";") + "\n"
                    + RecordTable.row(record, kind.fields).joined(separator: ";") + "\n"
                let file = RecordTable.File(
                    kind: kind.name, municipality: "0901", csv: Array(csv.utf8), delta: true, dryRun: true)
                #expect(RecordTable(file, kind).faults == [], "\(kind.name)")
            }
        }
    }
}

extension ServiceBench {
    func importTable(
        _ csv: String, kind: String = "resource", delta: Bool = true, dryRun: Bool = false,
        confirmed: UInt64? = nil, as caller: Caller = RecordScene.registrar
    ) async throws -> RegistryImportTableResponse {
        try await call(
            RegistryMethods.importTable,
            .with {
                $0.kind = kind
                $0.municipality = "0901"
                $0.csv = Data(csv.utf8)
                $0.delta = delta
                $0.dryRun = dryRun
                if let confirmed { $0.confirmedMissing = confirmed }
            }, as: caller)
    }
}
