import Contracts
import RPC
import ServiceKit

/// Records of children, marks, and who works with a child: one function for each method.
extension RegistryEndpoint {
    func registerChild(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.registerChild,
            changing: { request, operation in
                let written = try await service.registerChild(
                    try RegistryMessages.content(request.content), municipality: request.municipality,
                    operation: operation, caller: caller)
                var response = RegistryRegisterChildResponse()
                response.childID = written.child.data
                response.version = UInt32(clamping: written.version)
                return response
            })
    }

    func changeChild(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.changeChild,
            changing: { request, operation in
                let written = try await service.changeChild(
                    RegistryService.ChildChange(
                        child: try RegistryMessages.id(request.childID, "child_id"),
                        expectedVersion: Int(request.expectedVersion), fields: request.fields,
                        content: try RegistryMessages.content(request.content)),
                    municipality: request.municipality, operation: operation, caller: caller)
                var response = RegistryChangeChildResponse()
                response.version = UInt32(clamping: written.version)
                return response
            })
    }

    func getChildRecord(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.getChildRecord) { request in
            let found = try await service.childRecord(
                try RegistryMessages.id(request.childID, "child_id"), asOf: request.asOf,
                municipality: request.municipality, caller: caller)
            var response = RegistryGetChildRecordResponse()
            response.child = RegistryMessages.message(found.child)
            response.content = RegistryMessages.message(found.content)
            response.version = UInt32(clamping: found.version)
            return response
        }
    }

    func childHistory(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.childHistory) { request in
            var response = RegistryChildHistoryResponse()
            response.versions = try await service.childHistory(
                try RegistryMessages.id(request.childID, "child_id"), municipality: request.municipality,
                caller: caller
            ).map { RegistryMessages.message($0) }
            return response
        }
    }

    func findChild(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.findChild) { request in
            var questions: [RegistryService.ChildQuestion] = []
            if !request.isikukood.isEmpty { questions.append(.isikukood(request.isikukood)) }
            if request.hasOtherID { questions.append(.otherID(RegistryMessages.otherID(request.otherID))) }
            if !request.name.isEmpty { questions.append(.name(request.name)) }
            guard let question = questions.first, questions.count == 1 else {
                throw ServiceError(
                    .invalid, "question-unclear", "Ask by isikukood, by another system's id, or by name.")
            }
            var response = RegistryFindChildResponse()
            response.children = try await service.findChildren(
                question, municipality: request.municipality, caller: caller
            ).map { RegistryMessages.message($0) }
            return response
        }
    }

    func countChildren(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.countChildren) { request in
            let counts = try await service.countChildren(municipality: request.municipality, caller: caller)
            var response = RegistryCountChildrenResponse()
            response.inInstitution = UInt32(clamping: counts.inInstitution)
            response.left = UInt32(clamping: counts.left)
            response.inNoInstitution = UInt32(clamping: counts.inNone)
            response.handedOver = UInt32(clamping: counts.handedOver)
            return response
        }
    }

    func setMark(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.setMark,
            changing: { request, operation in
                var response = RegistrySetMarkResponse()
                response.markID = try await service.setMark(
                    ChildMark(
                        id: service.kit.newID(RegistryNamed.Mark.self),
                        child: try RegistryMessages.id(request.childID, "child_id"), kind: request.kind,
                        toward: request.toward, ground: request.ground, setOn: "",
                        setBy: caller.person ?? .random(), setRole: caller.role, reviewOn: request.reviewOn),
                    municipality: request.municipality, operation: operation, caller: caller
                ).data
                return response
            })
    }

    func endMark(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.endMark,
            changing: { request, operation in
                try await service.endMark(
                    try RegistryMessages.id(request.markID, "mark_id"),
                    of: try RegistryMessages.id(request.childID, "child_id"), reason: request.reason,
                    municipality: request.municipality, operation: operation, caller: caller)
                return CommonEmpty()
            })
    }

    func listLinks(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listLinks) { request in
            let rows: [RegistryService.LinkRow]
            if request.personID.isEmpty {
                rows = try await service.links(
                    of: try RegistryMessages.id(request.childID, "child_id") as ChildID,
                    municipality: request.municipality, caller: caller)
            } else {
                guard request.childID.isEmpty else {
                    throw ServiceError(
                        .invalid, "question-unclear", "Ask for the links of a child or of a specialist.")
                }
                rows = try await service.links(
                    of: try RegistryMessages.id(request.personID, "person_id") as PersonID,
                    municipality: request.municipality, caller: caller)
            }
            var response = RegistryListLinksResponse()
            response.links = rows.map { RegistryMessages.message($0) }
            return response
        }
    }

    func recordObjection(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.recordObjection,
            changing: { request, operation in
                var response = RegistryRecordObjectionResponse()
                response.objectionID = try await service.recordObjection(
                    LinkObjection(
                        id: service.kit.newID(RegistryNamed.Objection.self),
                        link: try RegistryMessages.id(request.linkID, "link_id"), raisedOn: request.raisedOn,
                        raisedBy: request.raisedBy, text: request.text, takenBy: caller.person ?? .random(),
                        takenRole: caller.role),
                    child: try RegistryMessages.id(request.childID, "child_id"),
                    municipality: request.municipality, operation: operation, caller: caller
                ).data
                return response
            })
    }

    func reviewLink(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.reviewLink,
            changing: { request, operation in
                try await service.reviewLink(
                    RegistryService.LinkDecision(
                        link: try RegistryMessages.id(request.linkID, "link_id"), outcome: request.outcome,
                        ground: request.ground,
                        plan: LinkPlan(endsOn: request.endsOn, reviewOn: request.reviewOn)),
                    child: try RegistryMessages.id(request.childID, "child_id"),
                    municipality: request.municipality, operation: operation, caller: caller)
                return CommonEmpty()
            })
    }
}
