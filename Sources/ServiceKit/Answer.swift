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
        // Most requests are here already, and most responses need not wait: asking so saves suspending.
        var bytes = try receiveNow()
        if bytes == nil { bytes = try await receive() }
        let request = try method.request(in: bytes)
        let response = try encode(try await body(request))
        if try !sendNow(response) { try await send(response) }
    }

    /// Answers a changing unary method: `body` also gets the operation, for `Kit.once`.
    public func answer<Request, Response>(
        _ method: Method<Request, Response>, changing body: (Request, Operation) async throws -> Response
    ) async throws {
        var bytes = try receiveNow()
        if bytes == nil { bytes = try await receive() }
        let request = try method.request(in: bytes)
        let operation = Operation(
            id: try operationID(), method: method.descriptor.id,
            contentDigest: Digest.sha256(bytes.map { Array($0.readableBytesView) } ?? []))
        let response = try encode(try await body(request, operation))
        if try !sendNow(response) { try await send(response) }
    }

    /// Answers a changing client-streaming method: `take` gets each request as it comes, `body` the operation once the
    /// last one has come.
    public func answer<Request, Response>(
        _ method: Method<Request, Response>, each take: (Request) async throws -> Void,
        changing body: (Operation) async throws -> Response
    ) async throws {
        let id = try operationID()
        var digest = SHA256Hasher()
        while let bytes = try await receive() {
            digest.update(Array(bytes.readableBytesView))
            try await take(try method.request(in: bytes))
        }
        try await respond(
            try await body(
                Operation(id: id, method: method.descriptor.id, contentDigest: digest.finalize())))
    }

    private func operationID() throws -> OperationID {
        guard let id = context.operationID.flatMap({ OperationID($0) }) else {
            throw ServiceError(
                .invalid, "operation-id-missing",
                "This method changes something: send 16 bytes as operation id, made before the first try.")
        }
        return id
    }

    /// The one request of a server-streaming method, whose answer then goes out by ``respond(_:)``.
    public func request<Request, Response>(of method: Method<Request, Response>) async throws -> Request {
        try method.request(in: try await receive())
    }

    /// Sends one message of a response.
    public func respond(_ message: some Message) async throws {
        try await send(try encode(message))
    }
}

extension Method {
    /// The one request of a unary or server-streaming method.
    fileprivate func request(in bytes: ByteBuffer?) throws -> Request {
        guard let bytes else {
            throw ServiceError(.invalid, "request-missing", "The call ended without its request message.")
        }
        guard let request: Request = try? decode(bytes) else {
            throw ServiceError(
                .invalid, "request-unreadable", "The request is no \(Request.protoMessageName) message.")
        }
        return request
    }
}
