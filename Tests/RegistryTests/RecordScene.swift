import Contracts
import FoundationEssentials
@testable import Registry
import ServiceKit
import SwiftProtobuf
import TestSupport

/// Records as tests write and read them.
enum RecordScene {
    static let registrar = SampleCounty.holder("vinni-vald.registrar")
    static let educationHead = SampleCounty.holder("vinni-vald.education-head")
    static let coordinator = SampleCounty.holder("virol.county-coordinator", municipality: "0060")

    /// A service of Vinni vald that the sample county does not have.
    static func service(
        _ code: String = "vinni.logopeed", municipality: String = "0901",
        _ change: (inout RegistryRecord) -> Void = { _ in }
    ) -> RegistryRecord {
        var record = RegistryRecord()
        record.kind = "resource"
        record.code = code
        record.municipality = municipality
        record.fields = [
            "table": text("services"), "name": text("Näidis logopeediteenus"), "kind": text("service"),
            "field": text("education"), "scope": text("municipality"),
            "need_codes": items("speech", "learning"),
            "prevention_tier": text("selective"), "grade_from": .with { $0.integer = 0 },
            "grade_to": .with { $0.integer = 3 }, "capacity_places": .with { $0.integer = 4 },
            "capacity_as_of": text("2026-01-30"), "languages": items("et", "ru"),
        ]
        change(&record)
        return record
    }

    static func text(_ text: String) -> RegistryRecordValue { .with { $0.text = text } }

    static func items(_ items: String...) -> RegistryRecordValue { .with { $0.items.values = items } }
}

extension ServiceBench {
    func put(
        _ records: RegistryRecord..., version: UInt64? = nil, setEnd: Bool = false, dryRun: Bool = false,
        as caller: Caller = RecordScene.registrar, operation: OperationID? = nil
    ) async throws -> RegistryPutRecordsResponse {
        try await call(
            RegistryMethods.putRecords,
            .with { request in
                request.puts = records.map { record in
                    .with {
                        $0.record = record
                        if let version { $0.expectedVersion = version }
                        $0.setEnd = setEnd
                    }
                }
                request.dryRun = dryRun
            }, as: caller, operation: operation)
    }

    func get(
        _ kind: String, _ code: String, asOf: String = "", as caller: Caller = RecordScene.registrar
    ) async throws -> RegistryRecord {
        try await call(
            RegistryMethods.getRecord,
            .with {
                $0.kind = kind
                $0.code = code
                $0.asOf = asOf
            }, as: caller
        ).record
    }

    func list(
        _ kind: String, as caller: Caller = RecordScene.registrar,
        _ change: (inout RegistryListRecordsRequest) -> Void = { _ in }
    ) async throws -> RegistryListRecordsResponse {
        var request = RegistryListRecordsRequest()
        request.kind = kind
        change(&request)
        return try await call(RegistryMethods.listRecords, request, as: caller)
    }

    func history(
        _ kind: String, _ code: String, as caller: Caller = RecordScene.registrar
    ) async throws -> [RegistryRecordVersion] {
        try await call(
            RegistryMethods.recordHistory,
            .with {
                $0.kind = kind
                $0.code = code
            }, as: caller
        ).versions
    }

    func end(
        _ kind: String, _ code: String, from day: String = "", version: UInt64? = nil,
        as caller: Caller = RecordScene.registrar
    ) async throws -> RegistryEndRecordResponse {
        try await call(
            RegistryMethods.endRecord,
            .with {
                $0.kind = kind
                $0.code = code
                $0.endedFrom = day
                if let version { $0.expectedVersion = version }
            }, as: caller)
    }
}
