import Contracts
public import Logging
public import RPC
import Security
import Store

/// Everything between the wire and a service's endpoint: who asks, may such a caller use this method at all, the common
/// methods, statuses, and one log line per call that says nothing about people.
public struct ServiceHandler: CallHandler {
    /// The common methods of `tugi.common.v1` and the endpoint's own.
    public let methods: [MethodDescriptor]
    let kit: StandingKit
    let endpoint: any ServiceEndpoint
    let inbox: Inbox
    private let verifier: AssertionVerifier
    private let logger: Logger

    /// A handler for one service; its inbox takes in events with the same endpoint.
    public init(
        kit: StandingKit, endpoint: any ServiceEndpoint, verifier: AssertionVerifier,
        logger: Logger = Logger(label: "tugi.calls")
    ) {
        self.kit = kit
        self.endpoint = endpoint
        self.verifier = verifier
        self.logger = logger
        inbox = Inbox(endpoint: endpoint, clock: kit.clock)
        methods = CommonMethod.allCases.map(\.descriptor) + endpoint.methods
    }

    /// Answers one call. Every error becomes an `RPCError`, is logged without anything about people, and is
    /// thrown.
    public func handle(_ call: any ServerCall) async throws {
        let start = ContinuousClock.now
        let caller: Caller
        do {
            caller = try verifier.caller(of: call.context, method: call.method)
        } catch {
            throw failed(call, caller: nil, start: start, error)
        }
        do {
            try Self.admit(caller, to: call.method)
            if let common = CommonMethod(rawValue: call.method.id) {
                try await answer(common, call, caller: caller)
            } else {
                try await endpoint.handle(call, caller: caller)
            }
            log(call, caller: caller, start: start, status: .ok)
        } catch {
            throw failed(call, caller: caller, start: start, error)
        }
    }

    /// Logs how a call failed; answers what its caller is told.
    private func failed(
        _ call: any ServerCall, caller: Caller?, start: ContinuousClock.Instant, _ error: any Error
    ) -> RPCError {
        let status = RPCError(answering: error)
        log(call, caller: caller, start: start, status: status.code, reason: status.reason, cause: error)
        return status
    }

    /// Which callers a method is for; what they may do with it is decided in the service's Rules.
    static func admit(_ caller: Caller, to method: MethodDescriptor) throws(RPCError) {
        let isProgram = programs.contains { caller.isProgram($0) }
        switch method.audience {
        case .public:
            return
        case .internal:
            guard isProgram else {
                throw RPCError(
                    .permissionDenied, reason: "method-internal",
                    message: "This method is for the county's programs.")
            }
        case .operator:
            let isOperator = caller.system.kind == .person && caller.system.municipality == "0060"
            guard isOperator || caller.isProgram("gateway") else {
                throw RPCError(
                    .permissionDenied, reason: "method-operator",
                    message: "This method is for the county's operators.")
            }
        }
    }

    /// The county's programs; other systems of the county are not trusted with what programs do among themselves.
    private static let programs = ["gateway", "registry", "risk", "referral", "training"]

    private func log(
        _ call: any ServerCall, caller: Caller?, start: ContinuousClock.Instant, status: StatusCode,
        reason: String? = nil, cause: (any Error)? = nil
    ) {
        let level = Self.level(of: status, call.method)
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "method": "\(call.method.name)", "status": "\(status)",
            "milliseconds": "\((ContinuousClock.now - start).wholeMilliseconds)",
        ]
        // A person's certificate has an id in its URI: only its kind is told.
        if let system = (caller?.system ?? call.context.peer) {
            metadata["system"] = "\(system.kind == .system ? system.uri : "person of \(system.municipality)")"
        }
        if let reason { metadata["reason"] = "\(reason)" }
        if let trace = call.context.traceContext, trace.count == 25 {
            metadata["trace"] = "\(hexadecimal(trace.prefix(16)))"
        }
        if status == .internal || status == .dataLoss || status == .unavailable, let cause {
            metadata["cause"] = "\(FailureText.describe(cause))"
        }
        logger.log(level: level, "call", metadata: metadata)
    }

    /// What programs ask of each other without pause (is there news?) would bury what people do.
    private static func level(of status: StatusCode, _ method: MethodDescriptor) -> Logger.Level {
        switch status {
        case .ok: method.audience == .internal && !method.mutating ? .debug : .info
        case .internal, .dataLoss, .unknown: .error
        case .unavailable, .unauthenticated, .resourceExhausted: .warning
        default: .notice
        }
    }
}

/// Errors as the log may tell them: kind, codes and our own fixed words, never what a row or a request held.
enum FailureText {
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as ServiceError: "ServiceError \(error.reason)"
        case let error as RPCError: "RPCError \(error.reason)"
        case let error as SecurityError: "SecurityError \(error.reason)"
        case let error as StoreError:
            "StoreError \(error.code.rawValue) \(error.engineCode.map { "(\($0)) " } ?? "")\(error.message)"
        default: "\(type(of: error))"
        }
    }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
        if byte < 16 { text.append("0") }
        text.append(String(byte, radix: 16))
    }
    return text
}
