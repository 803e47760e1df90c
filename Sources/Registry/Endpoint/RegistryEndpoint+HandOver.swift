import Contracts
import RPC
import ServiceKit

/// Hand-overs between municipalities: one function for each method.
extension RegistryEndpoint {
    func offerChild(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.offerChild,
            changing: { request, operation in
                var response = RegistryOfferChildResponse()
                response.handOverID = try await service.offerChild(
                    RegistryService.OfferDraft(
                        child: try RegistryMessages.id(request.childID, "child_id"),
                        to: request.toMunicipality,
                        namedPerson: try RegistryMessages.id(request.toPersonID, "to_person_id"),
                        reason: request.reason, parts: request.parts, note: request.note),
                    municipality: request.municipality, operation: operation, caller: caller
                ).data
                return response
            })
    }

    func listOffers(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listOffers) { request in
            var response = RegistryListOffersResponse()
            let found = try await service.offers(
                after: try RegistryMessages.optionalID(request.afterHandOverID, "after_hand_over_id"),
                limit: Int(request.limit), municipality: request.municipality, caller: caller)
            response.offers = found.rows.map { RegistryMessages.message($0) }
            response.more = found.more
            return response
        }
    }

    func acceptOffer(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.acceptOffer,
            changing: { request, operation in
                try await service.answer(
                    try RegistryMessages.id(request.handOverID, "hand_over_id"), .accepted, .acceptOffer,
                    municipality: request.municipality, operation: operation, caller: caller)
                return CommonEmpty()
            })
    }

    func declineOffer(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.declineOffer,
            changing: { request, operation in
                try await service.answer(
                    try RegistryMessages.id(request.handOverID, "hand_over_id"), .declined,
                    code: request.code, .declineOffer, municipality: request.municipality,
                    operation: operation, caller: caller)
                return CommonEmpty()
            })
    }

    func withdrawOffer(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.withdrawOffer,
            changing: { request, operation in
                try await service.answer(
                    try RegistryMessages.id(request.handOverID, "hand_over_id"), .withdrawn, .withdrawOffer,
                    municipality: request.municipality, operation: operation, caller: caller)
                return CommonEmpty()
            })
    }
}
