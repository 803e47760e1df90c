import FoundationEssentials
import NIOCore
import RPC
import Security
import SwiftProtobuf

/// The test service: every kind of call, and endings as the request asks for them.
struct InteropHandler: CallHandler {
    let holds: Holds

    /// All but `UnimplementedCall`.
    var methods: [MethodDescriptor] {
        ConformanceMethod.allCases.map(\.descriptor).filter {
            $0.id != ConformanceMethods.unimplementedCall.descriptor.id
        }
    }

    func handle(_ call: any ServerCall) async throws {
        switch ConformanceMethod(rawValue: call.method.id) {
        case .emptyCall:
            let _: ConformanceEmpty = try await request(of: call)
            try await answer(ConformanceEmpty(), call)
        case .unaryCall:
            try await unary(call)
        case .streamingInputCall:
            try await input(call)
        case .streamingOutputCall:
            try await output(try await request(of: call), call)
        case .fullDuplexCall:
            while let message = try await call.receive() { try await output(try decode(message), call) }
        case .halfDuplexCall:
            var requests: [ConformanceOutputRequest] = []
            while let message = try await call.receive() { requests.append(try decode(message)) }
            for request in requests { try await output(request, call) }
        case .writeCall:
            let _: ConformanceEmpty = try await request(of: call)
            try await answer(ConformanceContext(call.context), call)
        case .holdCall:
            try await hold(call)
        case .awaitStopCall:
            let named: ConformanceNamed = try await request(of: call)
            let how = try await holds.stop(of: named.name)
            try await answer(ConformanceStopped.with { $0.how = how }, call)
        case .releaseCall:
            let named: ConformanceNamed = try await request(of: call)
            holds.release(named.name)
            try await answer(ConformanceEmpty(), call)
        case .unimplementedCall, nil:
            throw RPCError(.internal, reason: "not-served", message: "No handler has this method.")
        }
    }

    private func request<Request: Message>(of call: any ServerCall) async throws -> Request {
        guard let message = try await call.receive() else {
            throw RPCError(.internal, reason: "no-request", message: "The only request did not come.")
        }
        return try decode(message)
    }

    private func answer(_ message: some Message, _ call: any ServerCall) async throws {
        try await call.send(try encode(message))
    }

    private func unary(_ call: any ServerCall) async throws {
        let request: ConformanceSimpleRequest = try await request(of: call)
        if request.hasEnding { throw RPCError(request.ending) }
        var response = ConformanceSimpleResponse()
        response.payload = .init(repeating: 0, count: Int(request.responseBytes))
        if request.tellsContext { response.context = ConformanceContext(call.context) }
        try await answer(response, call)
    }

    private func input(_ call: any ServerCall) async throws {
        var response = ConformanceInputResponse()
        while let message = try await call.receive() {
            let request: ConformanceInputRequest = try decode(message)
            response.payloadBytes += UInt64(request.payload.count)
            response.messages += 1
        }
        try await answer(response, call)
    }

    private func output(_ request: ConformanceOutputRequest, _ call: any ServerCall) async throws {
        for bytes in request.responseBytes {
            try await answer(
                ConformanceOutputResponse.with { $0.payload = .init(repeating: 0, count: Int(bytes)) }, call)
        }
        if request.hasEnding { throw RPCError(request.ending) }
    }

    private func hold(_ call: any ServerCall) async throws {
        let request: ConformanceHoldRequest = try await request(of: call)
        do {
            for bytes in request.responseBytes {
                try await answer(
                    ConformanceOutputResponse.with { $0.payload = .init(repeating: 0, count: Int(bytes)) },
                    call)
            }
            try await holds.wait(request.name, stubborn: request.stubborn)
        } catch {
            holds.stopped(
                request.name, ContinuousClock.now >= call.context.deadline ? "deadline" : "cancelled")
            throw error
        }
    }
}

extension ConformanceContext {
    init(_ context: CallContext) {
        self.init()
        peer = context.peer?.uri ?? ""
        metadata = context.metadata.entries.map { entry in
            .with {
                $0.name = entry.name
                $0.value = .init(entry.value)
            }
        }
        let left = ContinuousClock.now.duration(to: context.deadline).components
        millisecondsLeft = UInt64(clamping: left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
        operation = .init(context.operationID ?? [])
        attempt = UInt32(context.attempt)
        trace = .init(context.traceContext ?? [])
    }
}

extension RPCError {
    init(_ ending: ConformanceEnding) {
        let retry: RetryAdvice =
            switch ending.advice {
            case 1: .neverSeen
            case 2: .after(.milliseconds(Int64(ending.afterMilliseconds)))
            default: .doNot
            }
        self.init(
            StatusCode(rawValue: UInt8(clamping: ending.code)) ?? .unknown, reason: ending.reason,
            message: ending.message, retry: retry, details: Array(ending.details))
    }
}
