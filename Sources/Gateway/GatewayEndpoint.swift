import Contracts
import Logging
import RPC
import Security
import ServiceKit

/// Answers the gateway's own methods and passes the services' public ones on, bytes unchanged, for a caller whom it
/// vouches for.
struct GatewayEndpoint: CallHandler {
    let service: GatewayService
    let services: Services
    let identification: CallerIdentification
    let logger: Logger

    var methods: [MethodDescriptor] {
        GatewayRules.forwarded + GatewayMethod.allCases.map(\.descriptor) + [
            CommonMethod.auditForChild.descriptor
        ]
    }

    func handle(_ call: any ServerCall) async throws {
        let started = ContinuousClock.now
        var outcome = "ok"
        defer {
            logger.info(
                "call",
                metadata: [
                    "method": "\(call.method.name)", "status": "\(outcome)",
                    "system": "\(GatewayEndpoint.loggedSystem(call.context.peer))",
                    "milliseconds": "\(started.duration(to: .now) / .milliseconds(1))",
                ])
        }
        do {
            let caller = try await identification.caller(of: call)
            try await answer(call, caller: caller)
        } catch {
            let status = RPCError(answering: error)
            outcome = status.reason
            throw status
        }
    }

    /// A system by its URI; a person is not named in a log.
    private static func loggedSystem(_ peer: PeerIdentity?) -> String {
        guard let peer else { return "none" }
        return peer.kind == .system ? peer.uri : "a person of \(peer.municipality)"
    }

    private func answer(_ call: any ServerCall, caller: Caller) async throws {
        if call.method.id == CommonMethod.auditForChild.rawValue {
            return try await call.answer(CommonMethods.auditForChild) {
                try await service.looked($0, caller: caller, deadline: call.context.deadline)
            }
        }
        guard let method = GatewayMethod(rawValue: call.method.id) else {
            return try await pass(call, caller: caller)
        }
        let deadline = call.context.deadline
        switch method {
        case .status:
            try await call.answer(GatewayMethods.status) { await service.status($0) }
        case .finishJournalImport:
            try await call.answer(
                GatewayMethods.finishJournalImport,
                changing: { request, operation in
                    try await service.finishImport(
                        request, caller: caller, operation: operation, deadline: deadline)
                })
        case .journey:
            try await call.answer(GatewayMethods.journey) {
                try await service.journey($0, caller: caller, deadline: deadline)
            }
        case .factSheet:
            try await call.answer(
                GatewayMethods.factSheet,
                changing: { request, operation in
                    try await service.factSheet(
                        request, caller: caller, operation: operation, deadline: deadline)
                })
        case .tasks:
            try await call.answer(GatewayMethods.tasks) {
                try await service.tasks($0, caller: caller, deadline: deadline)
            }
        }
    }

    private func pass(_ call: any ServerCall, caller: Caller) async throws {
        guard let peer = GatewayRules.owner(of: call.method.id) else {
            throw ServiceError(.notFound, "method-unknown", "\(call.method.name) belongs to no service.")
        }
        let context = call.context
        let options = try services.options(
            for: caller, to: peer, method: call.method, parent: context.deadline,
            operationID: context.operationID,
            traceContext: context.traceContext)
        try await services.reaching(peer) { try await forward(call, to: $0, options: options) }
    }
}
