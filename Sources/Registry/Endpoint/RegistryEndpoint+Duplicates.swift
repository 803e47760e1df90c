import Contracts
import RPC
import ServiceKit
import Store
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Records that may be of one child: one function for each method.
extension RegistryEndpoint {
    func findDuplicates(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.findDuplicates,
            changing: { request, operation in
                let found = try await service.findDuplicates(
                    municipality: request.municipality, mergeCertain: request.mergeCertain,
                    operation: operation, caller: caller)
                var response = RegistryFindDuplicatesResponse()
                response.children = UInt32(clamping: found.children)
                response.waiting = UInt32(clamping: found.waiting)
                response.certain = UInt32(clamping: found.certain)
                response.merged = UInt32(clamping: found.merged)
                return response
            })
    }

    func listDuplicates(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(RegistryMethods.listDuplicates) { request in
            let word = request.state.isEmpty ? DuplicatePair.State.waiting.rawValue : request.state
            guard let state = DuplicatePair.State(rawValue: word) else {
                throw ServiceError(
                    .invalid, "state-unknown",
                    "Ask for one of: \(DuplicatePair.State.allCases.map(\.rawValue).joined(separator: ", "))."
                )
            }
            let limit = request.limit == 0 ? 50 : min(Int(request.limit), 200)
            let found = try await service.duplicates(
                state, limit: limit, municipality: request.municipality, caller: caller)
            var response = RegistryListDuplicatesResponse()
            response.pairs = found.pairs.map { RegistryMessages.message($0) }
            response.more = UInt32(clamping: found.more)
            return response
        }
    }

    func decideDuplicate(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.decideDuplicate,
            changing: { request, operation in
                let pair = try await service.decideDuplicate(
                    RegistryService.DuplicateVerdict(
                        pair: try RegistryMessages.id(request.pairID, "pair_id"), isSame: request.same,
                        kept: try RegistryMessages.optionalID(request.keptChildID, "kept_child_id"),
                        reason: request.reason), municipality: request.municipality, operation: operation,
                    caller: caller)
                return .with { $0.pair = RegistryMessages.message(pair) }
            })
    }

    func undoMerge(_ call: any ServerCall, _ caller: Caller) async throws {
        try await call.answer(
            RegistryMethods.undoMerge,
            changing: { request, operation in
                let pair = try await service.undoMerge(
                    try RegistryMessages.id(request.pairID, "pair_id"), reason: request.reason,
                    municipality: request.municipality, operation: operation, caller: caller)
                return .with { $0.pair = RegistryMessages.message(pair) }
            })
    }
}

extension RegistryMessages {
    static func message(_ shown: RegistryService.ShownPair) -> RegistryDuplicatePair {
        let pair = shown.pair
        var message = RegistryDuplicatePair()
        message.pairID = pair.id.data
        message.state = pair.state.rawValue
        message.first = self.message(shown.first)
        message.second = self.message(shown.second)
        message.bits = pair.bits
        message.reasons = pair.reasons.map { reason in
            .with {
                $0.field = reason.field
                $0.level = reason.level
                $0.bits = reason.bits
            }
        }
        message.doubts = pair.doubts
        message.keptChildID = pair.kept?.data ?? Data()
        message.decidedBy = pair.decidedBy?.data ?? Data()
        message.decidedRole = pair.decidedRole
        message.decidedMicroseconds = pair.decidedAt?.microseconds ?? 0
        message.reason = shown.reason
        return message
    }

    private static func message(_ side: RegistryService.DuplicateSide) -> RegistryDuplicateChild {
        var message = RegistryDuplicateChild()
        message.childID = side.record.id.data
        message.givenName = side.entry.givenName
        message.familyName = side.entry.familyName
        message.birthDate = side.entry.birthDate
        message.institutionName = side.institutionName
        message.className = side.record.placement.className
        message.left = side.record.placement.left
        message.hasIsikukood_p = !side.entry.isikukood.isEmpty
        message.hasOpenCase_p = side.entry.hasOpenCase
        return message
    }
}
