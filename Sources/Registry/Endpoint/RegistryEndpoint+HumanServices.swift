import Contracts
import HumanServices
import RPC
import ServiceKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// HSDS: messages to values and back.
extension RegistryEndpoint {
    func importHumanServices(_ call: any ServerCall, _ caller: Caller) async throws {
        var parts = HumanServicesParts()
        var first: RegistryImportHumanServicesRequest?
        try await call.answer(
            RegistryMethods.importHumanServices,
            each: { request in
                if first == nil {
                    // Nobody fills the memory who may not bring in anything.
                    try await service.requireCountyImporter(caller)
                    first = request
                    first?.files = []
                }
                try parts.take(request.files)
            },
            changing: { operation in
                let request = first ?? RegistryImportHumanServicesRequest()
                let defaults = DirectoryReading.Defaults(
                    municipality: request.defaults.municipality,
                    institutionKind: request.defaults.institutionKind, field: request.defaults.field,
                    scope: request.defaults.scope, preventionTier: request.defaults.preventionTier,
                    needCodes: request.defaults.needCodes)
                let result = try await service.importHumanServices(
                    RegistryService.HumanServicesImport(
                        source: request.source, files: try parts.finished(),
                        version: try version(request.version), defaults: defaults, dryRun: request.dryRun,
                        keepInvalid: request.keepInvalid), operation: operation, caller: caller)
                return answer(result, language: request.language)
            })
    }

    func exportHumanServices(_ call: any ServerCall, _ caller: Caller) async throws {
        let request = try await call.request(of: RegistryMethods.exportHumanServices)
        let result =
            if request.source.isEmpty {
                try await service.exportDirectory(
                    of: request.municipality, version: try version(request.version) ?? .v31,
                    asTables: request.tables, page: Int(request.page), caller: caller)
            } else {
                try await service.exportSource(request.source, asTables: request.tables, caller: caller)
            }
        for files in HumanServicesParts.messages(result.files) {
            var response = RegistryExportHumanServicesResponse()
            response.version = result.version.rawValue
            response.profile = request.source.isEmpty ? DirectoryProfile.uri : ""
            response.page = UInt32(clamping: result.page)
            response.pages = UInt32(clamping: result.pages)
            response.files = files
            try await call.respond(response)
        }
    }

    /// nil: none was named.
    private func version(_ text: String) throws -> Specification.Version? {
        if text.isEmpty { return nil }
        guard let version = Specification.Version(rawValue: text) else {
            throw ServiceError(.invalid, "version-unknown", "HSDS 3.0 and 3.1 are spoken here.")
        }
        return version
    }

    private func answer(
        _ result: RegistryService.HumanServicesResult, language: String
    ) -> RegistryImportHumanServicesResponse {
        let findings = result.reading.findings
        let package = result.reading.package
        var response = RegistryImportHumanServicesResponse()
        response.version = package.specification.version.rawValue
        response.stored = result.stored
        response.objects = UInt32(clamping: package.pool.keys.count)
        response.repeats = UInt32(clamping: package.pool.repeats)
        response.rows = UInt32(clamping: package.tables.reduce(0) { $0 + $1.rows.count })
        response.danglingReferences = UInt32(clamping: result.reading.danglingReferences)
        response.unreadable = UInt32(clamping: findings.count(.unreadable))
        response.errors = UInt32(clamping: findings.count(.error) + result.faults.count)
        response.warnings = UInt32(clamping: findings.count(.warning) + result.notes.count)
        response.inDirectory = UInt32(clamping: result.linked)
        response.created = UInt32(clamping: result.counts.created)
        response.changed = UInt32(clamping: result.counts.changed)
        response.unchanged = UInt32(clamping: result.counts.unchanged)
        let first = findings.kept.sorted { $0.severity.order < $1.severity.order }
        response.findings = (first + result.notes).prefix(200).map { Self.message($0, language) }
        response.findings += result.faults.prefix(50).map { fault in
            .with {
                $0.severity = "error"
                $0.code = fault.code
                $0.pointer = fault.column
                $0.row = UInt32(clamping: fault.row)
                $0.message = fault.message.text(language)
                $0.remedy = fault.remedy.text(language)
            }
        }
        return response
    }

    private static func message(_ finding: Finding, _ language: String) -> RegistryHumanServicesFinding {
        .with {
            $0.severity = finding.severity.rawValue
            $0.code = finding.code
            $0.file = String(finding.place.file.prefix(100))
            $0.pointer = String(finding.place.pointer.prefix(300))
            $0.row = UInt32(clamping: finding.place.row)
            $0.column = String(finding.place.column.prefix(100))
            $0.message = finding.message.text(language)
            $0.remedy = finding.remedy.text(language)
        }
    }
}

extension Finding.Severity {
    fileprivate var order: Int {
        switch self {
        case .unreadable: 0
        case .error: 1
        case .warning: 2
        }
    }
}
