import Contracts
import Logging
import RPC
import ServiceKit
import Store
import SwiftProtobuf
import Tables

/// Risk scoring's methods: messages to values and back.
struct RiskScoringEndpoint: ServiceEndpoint {
    let service: RiskScoringService

    var methods: [MethodDescriptor] { RiskMethod.allCases.map(\.descriptor) }

    func handle(_ call: any ServerCall, caller: Caller) async throws {
        guard let method = RiskMethod(rawValue: call.method.id) else {
            throw RPCError(
                .unimplemented, reason: "method-unknown", message: "This service has no such method.")
        }
        switch method {
        case .beginImport: try await beginImport(call, caller)
        case .stageChunks: try await stageChunks(call, caller)
        case .prepareImport: try await prepareImport(call, caller)
        case .supplyPupils: try await supplyPupils(call, caller)
        case .commitImport: try await commitImport(call, caller)
        case .abortImport: try await abortImport(call, caller)
        case .runWeeklyPass: try await runWeeklyPass(call, caller)
        case .listSignals: try await listSignals(call, caller)
        case .listChildSignals: try await listChildSignals(call, caller)
        case .decideSignal: try await decideSignal(call, caller)
        case .raiseConcern: try await raiseConcern(call, caller)
        case .getAlarmRules: try await getAlarmRules(call, caller)
        }
    }

    func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws {
        try service.apply(event, partition: partition, in: transaction)
    }

    func counts(of municipality: String, in period: ClosedRange<LocalDate>) async throws -> [MeasureCount] {
        try await service.counts(of: municipality, in: period)
    }

    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool {
        if SignalPolicy.maySeeWithdrawn(caller, partition: partition) { return true }
        return try await service.maySee(child, partition, caller)
    }

    /// Every few minutes: abandoned imports are forgotten, and a Monday that has begun and was not counted
    /// yet is counted.
    func runBackground() async throws {
        let logger = Logger(label: "tugi.risk.pass")
        let zone = service.configuration.isPassScheduled ? TallinnTime() : nil
        if service.configuration.isPassScheduled, zone == nil {
            logger.error("The weekly pass does not run by itself: install the system's zone data (tzdata).")
        }
        while !Task.isCancelled {
            do {
                try await service.forgetAbandonedImports()
            } catch let error as StoreError {
                // The next round tries again.
                logger.error("abandoned imports kept", metadata: ["cause": "\(error.code.rawValue)"])
            }
            if let zone {
                for failure in try await service.runDuePasses(in: zone) {
                    // One municipality's trouble does not keep the others from their pass; it is tried again.
                    logger.error(
                        "weekly pass failed",
                        metadata: ["partition": "\(failure.partition)", "cause": "\(failure.cause)"])
                }
            }
            try await Task.sleep(for: .seconds(300))
        }
    }
}

// MARK: - Import

extension RiskScoringEndpoint {
    private func beginImport(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RiskMethods.beginImport,
            changing: { request, operation in
                var period: DayRange?
                if request.full {
                    guard let from = LocalDate(request.fullFrom), let until = LocalDate(request.fullUntil),
                        from <= until,
                        JournalContents.days.contains(from.dayNumber),
                        JournalContents.days.contains(until.dayNumber),
                        until.dayNumber - from.dayNumber <= 400
                    else {
                        throw ServiceError(
                            .invalid, "full-period",
                            "A full file states the first and last day that it replaces, 400 days at most."
                        )
                    }
                    period = DayRange(from: from.dayNumber, until: until.dayNumber)
                }
                guard request.fileName.utf8.count <= 255 else {
                    throw ServiceError(.invalid, "file-name", "Shorten the file's name to 255 bytes.")
                }
                let standing = try await service.beginImport(
                    ImportRequest(
                        municipality: request.municipality,
                        institution: try id(request.institutionID, "institution-id"), format: request.format,
                        digest: [UInt8](request.contentDigest),
                        contentBytes: Int(clamping: request.contentBytes),
                        fileName: request.fileName, period: period), caller, operation)
                return .with {
                    $0.importID = standing.row.id.data
                    $0.nextChunk = UInt64(standing.row.nextChunk)
                    $0.chunkBytes = UInt32(clamping: standing.row.chunkBytes)
                    $0.committed = standing.row.state == .committed
                    if $0.committed { $0.report = message(standing) }
                }
            })
    }

    private func stageChunks(_ call: any ServerCall, _ caller: Caller) async throws {
        var staged: (id: ImportID, partition: String)?
        var next = 0
        while let buffer = try await call.receive() {
            let chunk: RiskStageChunk
            do {
                chunk = try decode(buffer)
            } catch {
                throw ServiceError(.invalid, "request-unreadable", "The message is no StageChunk.")
            }
            let target: (id: ImportID, partition: String)
            if let staged {
                target = staged
            } else {
                target = (try id(chunk.importID, "import-id"), chunk.municipality)
                next = try await service.openStaging(target.id, target.partition, caller)
                staged = target
            }
            // A stream may begin with a message that only names the import.
            if chunk.data.isEmpty, chunk.index == 0 { continue }
            next = try await service.stage(
                chunk.index, [UInt8](chunk.data), of: target.id, target.partition, caller)
        }
        guard staged != nil else {
            throw ServiceError(
                .invalid, "request-missing", "Name the import in the first message of the stream.")
        }
        try await call.respond(RiskStageChunksResponse.with { $0.nextChunk = UInt64(next) })
    }

    private func prepareImport(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RiskMethods.prepareImport) { request in
            let standing = try await service.prepareImport(
                try id(request.importID, "import-id"), request.municipality, caller)
            return .with {
                $0.report = message(standing)
                $0.unmappedPupils = standing.unmapped
                $0.institutionID = standing.row.institution.data
            }
        }
    }

    private func supplyPupils(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RiskMethods.supplyPupils,
            changing: { request, operation in
                guard request.externalIds.count == request.childIds.count else {
                    throw ServiceError(
                        .invalid, "child-ids", "Send one child id, or an empty one, for each external id.")
                }
                let answers = try zip(request.externalIds, request.childIds).map { external, child in
                    (externalID: external, child: child.isEmpty ? nil : try id(child, "child-ids") as ChildID)
                }
                try await service.supplyPupils(
                    try id(request.importID, "import-id"), answers, request.municipality, caller, operation)
                return CommonEmpty()
            })
    }

    private func commitImport(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RiskMethods.commitImport,
            changing: { request, operation in
                message(
                    try await service.commitImport(
                        try id(request.importID, "import-id"), request.municipality, caller, operation))
            })
    }

    private func abortImport(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RiskMethods.abortImport,
            changing: { request, operation in
                try await service.abortImport(
                    try id(request.importID, "import-id"), request.municipality, caller, operation)
                return CommonEmpty()
            })
    }

    private func message(_ standing: ImportStanding) -> RiskImportReport {
        let report = standing.report
        return .with {
            $0.rows = report.counts.rows
            $0.good = report.counts.good
            $0.lessons = report.counts.lessons
            $0.absences = report.counts.absences
            $0.grades = report.counts.grades
            $0.remarks = report.counts.remarks
            $0.memberships = report.counts.memberships
            $0.pupils = report.pupils
            $0.committed = report.committed
            $0.faultCount = report.faults.count
            if let days = report.counts.days {
                $0.firstDate = LocalDate(dayNumber: days.from).description
                $0.lastDate = LocalDate(dayNumber: days.until).description
            }
            $0.faults = report.faults.shown.map { fault in
                .with {
                    $0.file = standing.row.fileName
                    $0.row = fault.row
                    $0.column = fault.column
                    $0.code = fault.code
                    $0.message = fault.message.english
                    $0.remedy = fault.remedy.english
                    $0.messageEt = fault.message.estonian
                    $0.remedyEt = fault.remedy.estonian
                }
            }
        }
    }

    func id<Kind>(_ bytes: some Collection<UInt8>, _ field: String) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(bytes) else {
            throw ServiceError(.invalid, field, "An id is 16 bytes.")
        }
        return id
    }
}
