import Contracts
import RPC
import Security
import ServiceKit
import Tables

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The methods over records of the county's map: messages to values, use case, values to messages.
struct RecordEndpoint {
    let service: RegistryService

    private static let faultsNamedMax = 300

    func listKinds(_ call: any ServerCall) async throws {
        try await call.answer(RegistryMethods.listKinds) { _ in
            var response = RegistryListKindsResponse()
            response.kinds = RecordKinds.all.map { RegistryMessages.message($0) }
            return response
        }
    }

    func putRecords(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.putRecords,
            changing: { request, operation in
                let outcome = try await service.putRecords(
                    request.puts.map(RegistryMessages.put), dryRun: request.dryRun, operation: operation,
                    caller: caller)
                var response = RegistryPutRecordsResponse()
                response.results = outcome.results.map { RegistryMessages.message($0) }
                response.faultCount = UInt64(clamping: outcome.faults.count)
                response.faults = faults(outcome)
                return response
            })
    }

    func endRecord(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.endRecord,
            changing: { request, operation in
                let outcome = try await service.endRecord(
                    Record.Key(kind: request.kind, code: request.code), from: request.endedFrom,
                    expectedVersion: request.hasExpectedVersion
                        ? Int(clamping: request.expectedVersion) : nil,
                    operation: operation, caller: caller)
                var response = RegistryEndRecordResponse()
                if let result = outcome.results.first { response.result = RegistryMessages.message(result) }
                response.faults = faults(outcome)
                return response
            })
    }

    private func faults(_ outcome: RegistryService.RecordOutcome) -> [RegistryRecordFault] {
        outcome.faults.prefix(Self.faultsNamedMax).map {
            RegistryMessages.message($0.fault, row: $0.index + 1, key: $0.key)
        }
    }

    func getRecord(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.getRecord) { request in
            var response = RegistryGetRecordResponse()
            response.record = RegistryMessages.message(
                try await service.record(
                    Record.Key(kind: request.kind, code: request.code), asOf: request.asOf, caller: caller))
            return response
        }
    }

    func listRecords(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listRecords) { request in
            let page = try await service.records(
                RegistryService.RecordQuestion(
                    kind: request.kind, municipality: request.municipality,
                    filters: request.filters.map { ($0.field, $0.value) }, asOf: request.asOf,
                    includesEnded: request.includeEnded,
                    limit: request.limit == 0 ? 100 : Int(clamping: request.limit),
                    afterCode: request.cursor), caller: caller)
            var response = RegistryListRecordsResponse()
            response.records = page.records.map { RegistryMessages.message($0) }
            response.cursor = page.lastCode
            return response
        }
    }

    func recordHistory(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.recordHistory) { request in
            var response = RegistryRecordHistoryResponse()
            response.versions = RegistryMessages.messages(
                try await service.history(
                    of: Record.Key(kind: request.kind, code: request.code), caller: caller))
            return response
        }
    }

    func listGaps(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listGaps) { request in
            let gaps = try await service.gaps(of: request.municipality, caller: caller)
            var response = RegistryListGapsResponse()
            response.gaps = gaps.gaps.map { RegistryMessages.message($0) }
            response.completeness = gaps.completeness.map { RegistryMessages.message($0) }
            return response
        }
    }

    func exportTable(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.exportTable) { request in
            let part = try await service.exportTable(
                request.kind, municipality: request.municipality, asOf: request.asOf,
                language: request.language, afterCode: request.cursor, caller: caller)
            var response = RegistryExportTableResponse()
            response.csv = Data(part.csv)
            response.rows = UInt64(clamping: part.rows)
            response.cursor = part.lastCode
            return response
        }
    }

    func importTable(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.importTable,
            changing: { request, operation in
                let file = RecordTable.File(
                    kind: request.kind, municipality: request.municipality, csv: [UInt8](request.csv),
                    delta: request.delta, dryRun: request.dryRun,
                    confirmedMissing: request.hasConfirmedMissing
                        ? Int(clamping: request.confirmedMissing) : nil,
                    profile: try Self.profile(request),
                    profileDigest: Digest.sha256([UInt8](request.profile)),
                    overwritesEdits: request.overwriteEdits)
                let outcome: RegistryService.TableOutcome = try await service.importTable(
                    file, operation: operation, caller: caller)
                var response = RegistryImportTableResponse()
                response.rows = UInt64(clamping: outcome.rows)
                response.created = UInt64(clamping: outcome.counts.created)
                response.changed = UInt64(clamping: outcome.counts.changed)
                response.unchanged = UInt64(clamping: outcome.counts.unchanged)
                response.missing = Array(outcome.missing.prefix(Self.faultsNamedMax))
                response.missingCount = UInt64(clamping: outcome.missing.count)
                response.stored = outcome.stored
                response.repeatedFile = outcome.isRepeat
                response.previewEt = outcome.preview.et
                response.previewEn = outcome.preview.en
                response.faultCount = UInt64(clamping: outcome.faultCount)
                response.faults = outcome.faults.prefix(Self.faultsNamedMax).map {
                    RegistryMessages.message(
                        $0.fault, row: $0.row, key: Record.Key(kind: request.kind, code: $0.code))
                }
                response.notes = outcome.notes.prefix(Self.faultsNamedMax).map { note in
                    var message = RegistryMessages.message(
                        note.fault, row: note.row, key: Record.Key(kind: request.kind, code: ""))
                    message.rows = UInt64(clamping: note.rows)
                    return message
                }
                response.keptEdits = UInt64(clamping: outcome.keptEdits)
                response.passedOver = UInt64(clamping: outcome.passedOver)
                if let stop = outcome.stop {
                    response.stop = RegistryMessages.message(
                        stop, row: 0, key: Record.Key(kind: request.kind, code: ""))
                }
                return response
            })
    }
    private static let profileBytesMax = 64 << 10

    /// The mapping profile of a foreign table; nil: the table is of our own columns.
    private static func profile(_ request: RegistryImportTableRequest) throws -> TableProfile? {
        guard !request.profile.isEmpty else { return nil }
        guard request.profile.count <= profileBytesMax,
            let profile = try? JSONDecoder().decode(TableProfile.self, from: request.profile)
        else {
            throw ServiceError(
                .invalid, "profile-unreadable",
                "The mapping profile is no JSON of Protocols/profiles.md, or larger than 64 KiB.")
        }
        if let problem = profile.problem {
            throw ServiceError(
                .invalid, "profile-wrong", "The mapping profile cannot be used: \(problem). Correct it.")
        }
        guard profile.target == request.kind else {
            throw ServiceError(
                .invalid, "profile-of-other-table",
                "The mapping profile makes another table: give one whose \"target\" is the kind.")
        }
        return profile
    }
}
