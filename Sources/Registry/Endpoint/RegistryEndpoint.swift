import Contracts
import RPC
import ServiceKit
import Store

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Registry's methods: messages to values, use case, values to messages.
struct RegistryEndpoint: ServiceEndpoint {
    let service: RegistryService
    private let records: RecordEndpoint

    init(_ service: RegistryService) {
        self.service = service
        records = RecordEndpoint(service: service)
    }

    var methods: [MethodDescriptor] { RegistryMethod.allCases.map(\.descriptor) }

    func handle(_ call: any ServerCall, caller: Caller) async throws {
        guard let method = RegistryMethod(rawValue: call.method.id) else {
            throw RPCError(
                .unimplemented, reason: "method-unknown", message: "Registry has no method of this id.")
        }
        switch method {
        case .importCounty: try await importCounty(call, caller)
        case .importPupils: try await importPupils(call, caller)
        case .mapPupils: try await mapPupils(call, caller)
        case .confirmRole: try await confirmRole(call, caller)
        case .listInstitutions: try await listInstitutions(call, caller)
        case .listPosts: try await listPosts(call, caller)
        case .listResources: try await listResources(call, caller)
        case .listTemplates: try await listTemplates(call, caller)
        case .listTeams: try await listTeams(call, caller)
        case .getChild: try await getChild(call, caller)
        case .listChildren: try await listChildren(call, caller)
        case .linkSpecialist: try await linkSpecialist(call, caller)
        case .endLink: try await endLink(call, caller)
        case .searchDirectory: try await searchDirectory(call, caller)
        case .registerChild: try await registerChild(call, caller)
        case .changeChild: try await changeChild(call, caller)
        case .getChildRecord: try await getChildRecord(call, caller)
        case .childHistory: try await childHistory(call, caller)
        case .findChild: try await findChild(call, caller)
        case .setMark: try await setMark(call, caller)
        case .endMark: try await endMark(call, caller)
        case .offerChild: try await offerChild(call, caller)
        case .listOffers: try await listOffers(call, caller)
        case .acceptOffer: try await acceptOffer(call, caller)
        case .declineOffer: try await declineOffer(call, caller)
        case .withdrawOffer: try await withdrawOffer(call, caller)
        case .listLinks: try await listLinks(call, caller)
        case .recordObjection: try await recordObjection(call, caller)
        case .reviewLink: try await reviewLink(call, caller)
        case .countChildren: try await countChildren(call, caller)
        case .importHumanServices: try await importHumanServices(call, caller)
        case .exportHumanServices: try await exportHumanServices(call, caller)
        case .listKinds: try await records.listKinds(call)
        case .putRecords: try await records.putRecords(call, caller)
        case .endRecord: try await records.endRecord(call, caller)
        case .getRecord: try await records.getRecord(call, caller)
        case .listRecords: try await records.listRecords(call, caller)
        case .recordHistory: try await records.recordHistory(call, caller)
        case .importTable: try await records.importTable(call, caller)
        case .exportTable: try await records.exportTable(call, caller)
        case .listGaps: try await records.listGaps(call, caller)
        case .findDuplicates: try await findDuplicates(call, caller)
        case .listDuplicates: try await listDuplicates(call, caller)
        case .decideDuplicate: try await decideDuplicate(call, caller)
        case .undoMerge: try await undoMerge(call, caller)
        case .releaseCounts: try await releaseCounts(call, caller)
        case .getFactSheet: try await getFactSheet(call, caller)
        case .listReleasedCounts: try await listReleasedCounts(call, caller)
        }
    }

    /// Registry hears which trainings are published, so that teams' gaps show what is planned, and who works with a
    /// child outside its institution, so that they see the child while they do; and, from another of its partitions, the
    /// steps of a hand-over.
    func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws {
        switch event.body {
        case .trainingPublished(let published):
            try CountyStore.setPlanned(
                topic: published.topic,
                training: try RegistryMessages.id(published.trainingID, "training_id"),
                institutions: try published.institutionIds.map {
                    try RegistryMessages.id($0, "institution_ids")
                },
                transaction)
        case .caseLedBy(let led):
            try ChildStore.setMunicipalRoles(
                led.open && led.place == "municipality" ? led.roles : [],
                case: try RegistryMessages.id(led.caseID, "case_id"),
                child: try RegistryMessages.id(event.childID, "child_id"), transaction)
            try DuplicateStore.setOpen(
                led.open, case: try RegistryMessages.id(led.caseID, "case_id"),
                child: try RegistryMessages.id(event.childID, "child_id"), transaction)
        case .helpAsked(let asked):
            try ChildStore.setAsked(
                asked.open ? try RegistryMessages.id(asked.postID, "post_id") : nil,
                attempt: try RegistryMessages.id(asked.attemptID, "attempt_id"),
                child: try RegistryMessages.id(event.childID, "child_id"), transaction)
        case .handOver(let body):
            guard event.source == service.kit.service, event.destination == partition else { return }
            try HandOverCourier(service.kit).take(
                body, child: try RegistryMessages.id(event.childID, "child_id"), from: event.partition,
                partition: partition, transaction)
        default: return
        }
    }

    /// Makes the directory before the first search asks for it; then ends, again and again, what has had its day.
    func runBackground() async throws {
        await service.renewDirectory()
        while !Task.isCancelled {
            do {
                try await service.endWhatIsDue()
            } catch let error as StoreError where [.unavailable, .notWritten, .busy].contains(error.code) {
                // The next round tries again; nothing is open longer because of that.
            }
            try await Task.sleep(for: .seconds(3600))
        }
    }

    func maySeeAudit(of child: ChildID, caller: Caller, partition: String) async throws -> Bool {
        try await service.maySeeAudit(of: child, caller: caller, partition: partition)
    }
}

// MARK: one method each

extension RegistryEndpoint {
    private func importCounty(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.importCounty,
            changing: { request, operation in
                let result = try await service.importCounty(
                    try RegistryMessages.map(request.document), dryRun: request.dryRun, operation: operation,
                    caller: caller)
                var response = RegistryImportCountyResponse()
                response.created = UInt32(clamping: result.counts.created)
                response.changed = UInt32(clamping: result.counts.changed)
                response.unchanged = UInt32(clamping: result.counts.unchanged)
                response.faults = result.faults.prefix(300).map {
                    RegistryMessages.message($0, file: "county")
                }
                return response
            })
    }

    private func importPupils(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.importPupils,
            changing: { request, operation in
                let result = try await service.importPupils(
                    RegistryService.PupilFile(
                        municipality: request.municipality, institution: request.institution,
                        csv: [UInt8](request.csv), dryRun: request.dryRun), operation: operation,
                    caller: caller)
                // Told with every fault, so a long one would not fit.
                let fileName = String(request.fileName.prefix(100))
                var response = RegistryImportPupilsResponse()
                response.rows = UInt32(clamping: result.rows)
                response.good = UInt32(clamping: result.good)
                response.created = UInt32(clamping: result.counts.created)
                response.changed = UInt32(clamping: result.counts.changed)
                response.unchanged = UInt32(clamping: result.counts.unchanged)
                response.faultCount = UInt32(clamping: result.faultCount)
                response.faults = result.faults.map { RegistryMessages.message($0, file: fileName) }
                response.notes = result.notes.map { RegistryMessages.message($0, file: fileName) }
                return response
            })
    }

    private func mapPupils(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.mapPupils) { request in
            let children = try await service.mapPupils(
                municipality: request.municipality,
                institution: try RegistryMessages.id(request.institutionID, "institution_id"),
                externalIDs: request.externalIds, caller: caller)
            var response = RegistryMapPupilsResponse()
            response.childIds = children.map { $0?.data ?? Data() }
            return response
        }
    }

    private func confirmRole(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.confirmRole) { request in
            let held = try await service.confirmRole(
                municipality: request.municipality,
                person: try RegistryMessages.id(request.personID, "person_id"),
                role: request.role, caller: caller)
            var response = RegistryConfirmRoleResponse()
            guard let held else { return response }
            response.confirmed = true
            response.postID = held.post.id.data
            response.institutionID = held.institution.id.data
            response.institutionKind = held.institution.kind
            response.className = held.post.className
            response.municipality = held.institution.municipality
            return response
        }
    }

    private func listInstitutions(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listInstitutions) { request in
            let found = try await service.institutions(of: request.municipality, caller: caller)
            var response = RegistryListInstitutionsResponse()
            response.institutions = found.institutions.map { RegistryMessages.message($0) }
            response.municipalities = found.municipalities.map { RegistryMessages.message($0) }
            return response
        }
    }

    private func listPosts(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listPosts) { request in
            var response = RegistryListPostsResponse()
            response.posts = try await service.posts(
                of: request.municipality,
                institution: try RegistryMessages.optionalID(request.institutionID, "institution_id"),
                vacantOnly: request.vacantOnly, caller: caller
            ).map { RegistryMessages.message($0) }
            return response
        }
    }

    private func listResources(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listResources) { request in
            var response = RegistryListResourcesResponse()
            response.resources = try await service.resources(
                of: request.municipality, needCode: request.needCode, caller: caller
            ).map { RegistryMessages.message($0) }
            return response
        }
    }

    private func listTemplates(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listTemplates) { request in
            var response = RegistryListTemplatesResponse()
            response.templates = try await service.templates(of: request.municipality, caller: caller)
                .map { RegistryMessages.message($0) }
            return response
        }
    }

    private func listTeams(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listTeams) { request in
            var response = RegistryListTeamsResponse()
            response.teams = try await service.teams(of: request.municipality, caller: caller)
                .map { RegistryMessages.message($0) }
            return response
        }
    }

    private func getChild(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.getChild) { request in
            var response = RegistryGetChildResponse()
            response.child = RegistryMessages.message(
                try await service.child(
                    try RegistryMessages.id(request.childID, "child_id"), municipality: request.municipality,
                    caller: caller))
            return response
        }
    }

    private func listChildren(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listChildren) { request in
            var response = RegistryListChildrenResponse()
            response.children = try await service.children(
                municipality: request.municipality,
                institution: try RegistryMessages.optionalID(request.institutionID, "institution_id"),
                className: request.className, caller: caller
            ).map { RegistryMessages.message($0) }
            return response
        }
    }

    private func linkSpecialist(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.linkSpecialist,
            changing: { request, operation in
                var response = RegistryLinkSpecialistResponse()
                response.linkID = try await service.link(
                    child: try RegistryMessages.id(request.childID, "child_id"),
                    person: try RegistryMessages.id(request.personID, "person_id"), role: request.role,
                    plan: LinkPlan(endsOn: request.endsOn, reviewOn: request.reviewOn),
                    municipality: request.municipality, operation: operation, caller: caller
                ).data
                return response
            })
    }

    private func endLink(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.endLink,
            changing: { request, operation in
                try await service.endLink(
                    try RegistryMessages.id(request.linkID, "link_id"),
                    child: try RegistryMessages.id(request.childID, "child_id"), reason: request.reason,
                    municipality: request.municipality, operation: operation, caller: caller)
                return CommonEmpty()
            })
    }

    private func searchDirectory(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.searchDirectory) { request in
            RegistryMessages.message(
                try await service.searchDirectory(RegistryMessages.question(request), caller: caller))
        }
    }
}
