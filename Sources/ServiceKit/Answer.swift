import NIOCore
public import RPC
import Security
public import SwiftProtobuf

/// Typed answering of one call, in an endpoint's switch.
extension ServerCall {
    /// Answers a reading unary method: receives its request, runs `body`, sends its response. What `body` shows of
    /// children it has audited itself, before it returns.
    public func answer<Request, Response>(
        _ method: Method<Request, Response>, _ body: (Request) async throws -> Response
    ) async throws {
        let (request, _) = try await requestMessage(of: method)
        try await respond(try await body(request))
    }

    /// Answers a changing unary method: `body` also gets the operation, for `Kit.once`.
    public func answer<Request, Response>(
        _ method: Method<Request, Response>, changing body: (Request, Operation) async throws -> Response
    ) async throws {
        let (request, bytes) = try await requestMessage(of: method)
        guard let id = context.operationID.flatMap({ OperationID($0) }) else {
            throw ServiceError(
                .invalid, "operation-id-missing",
                "This method changes something: send 16 bytes as operation id, made before the first try.")
        }
        let operation = Operation(
            id: id, method: method.descriptor.id, contentDigest: Digest.sha256(Array(bytes.readableBytesView))
        )
        try await respond(try await body(request, operation))
    }

    /// Sends one message of a response.
    public func respond(_ message: some Message) async throws {
        try await send(try encode(message))
    }

    /// The one request of a unary or server-streaming method, and its bytes.
    func requestMessage<Request, Response>(
        of method: Method<Request, Response>
    ) async throws -> (Request, ByteBuffer) {
        guard let buffer = try await receive() else {
            throw ServiceError(.invalid, "request-missing", "The call ended without its request message.")
        }
        guard let request: Request = try? decode(buffer) else {
            throw ServiceError(
                .invalid, "request-unreadable", "The request is no \(Request.protoMessageName) message.")
        }
        return (request, buffer)
    }
}
