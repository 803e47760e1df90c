import Foundation
import NIOCore
import RPC
import SwiftProtobuf

/// Makes one call as the runner says, by the typed table of methods.
struct Caller {
    let client: Client
    let command: Command

    func run() async throws -> Answer {
        guard
            let named = ConformanceMethod.allCases.first(where: { $0.descriptor.name.hasSuffix("/\(name)") })
        else { throw Trouble(text: "unknown method \(name)") }
        switch named {
        case .emptyCall: return await run(ConformanceMethods.emptyCall)
        case .unaryCall: return await run(ConformanceMethods.unaryCall)
        case .streamingInputCall: return await run(ConformanceMethods.streamingInputCall)
        case .streamingOutputCall: return await run(ConformanceMethods.streamingOutputCall)
        case .fullDuplexCall: return await run(ConformanceMethods.fullDuplexCall)
        case .halfDuplexCall: return await run(ConformanceMethods.halfDuplexCall)
        case .unimplementedCall: return await run(ConformanceMethods.unimplementedCall)
        case .writeCall: return await run(ConformanceMethods.writeCall)
        case .holdCall: return await run(ConformanceMethods.holdCall)
        case .awaitStopCall: return await run(ConformanceMethods.awaitStopCall)
        case .releaseCall: return await run(ConformanceMethods.releaseCall)
        }
    }

    private var name: String { command.method ?? "" }

    private func run<Request, Response>(_ method: Method<Request, Response>) async -> Answer {
        var messages: [Data] = []
        do {
            if case .unary(let request)? = command.steps?.first {
                let response = try await client.unary(
                    method, try Request(serializedBytes: request), command.options())
                return well([try response.serializedBytes()])
            }
            let call = try await client.open(method.descriptor, command.options())
            func take() async throws -> Bool {
                guard let message = try await call.receive() else { return false }
                let response: Response = try decode(message)
                messages.append(try response.serializedBytes())
                return true
            }
            for step in command.steps ?? [] {
                switch step {
                case .send(let request):
                    try await call.send(try encode(try Request(serializedBytes: request)))
                case .finish: try await call.finishSending()
                case .receive: _ = try await take()
                case .rest: while try await take() {}
                case .cancel: call.cancel()
                case .hold:
                    await untilCancelled()
                    throw RPCError(.cancelled, reason: "caller-left", message: "The runner left the call.")
                case .unary: throw Trouble(text: "unary comes alone")
                }
            }
            return well(messages)
        } catch let error as RPCError {
            let (advice, milliseconds) = error.retry.words
            return Answer(
                id: command.id, code: "\(error.code)", reason: error.reason, message: error.message,
                advice: advice, afterMilliseconds: milliseconds, details: Data(error.details),
                messages: messages)
        } catch {
            return Answer(id: command.id, messages: messages, trouble: "\(error)")
        }
    }

    private func untilCancelled() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        defer { continuation.finish() }
        for await _ in stream {}
    }

    private func well(_ messages: [Data]) -> Answer {
        Answer(id: command.id, code: "ok", reason: "", message: "", messages: messages)
    }
}
