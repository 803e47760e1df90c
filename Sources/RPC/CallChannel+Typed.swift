public import NIOCore
public import SwiftProtobuf

/// Typed calls over any channel.
extension CallChannel {
    /// One request, one response.
    public func unary<Request, Response>(
        _ method: Method<Request, Response>, _ request: Request, _ options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Response {
        let call = try await open(method.descriptor, options)
        try await call.send(try encode(request))
        try await call.finishSending()
        guard let buffer = try await call.receive() else {
            throw RPCError(
                .internal, reason: "response-missing", message: "The call ended well but without a response.")
        }
        // The status follows the message: only its end tells that the call went well.
        guard try await call.receive() == nil else {
            throw RPCError(
                .internal, reason: "response-repeated", message: "A unary call was answered twice.")
        }
        return try decode(buffer)
    }
}

/// The bytes of a message of ours.
public func encode(_ message: some Message) throws(RPCError) -> ByteBuffer {
    do {
        let bytes: MessageBytes = try message.serializedBytes()
        return bytes.buffer
    } catch {
        throw RPCError(.internal, reason: "request-not-encodable", message: "A message could not be encoded.")
    }
}

/// A message from a peer's bytes.
public func decode<Decoded: Message>(_ buffer: ByteBuffer) throws(RPCError) -> Decoded {
    do {
        return try Decoded(serializedBytes: MessageBytes(buffer: buffer))
    } catch {
        throw RPCError(
            .internal, reason: "message-unreadable",
            message: "The peer sent bytes that are no \(Decoded.protoMessageName).")
    }
}

/// A buffer as SwiftProtobuf writes and reads it: no copy between.
private struct MessageBytes: SwiftProtobufContiguousBytes {
    var buffer: ByteBuffer

    init(buffer: ByteBuffer) { self.buffer = buffer }
    init(repeating byte: UInt8, count: Int) { buffer = ByteBuffer(repeating: byte, count: count) }
    init(_ bytes: some Sequence<UInt8>) { buffer = ByteBuffer(bytes: bytes) }

    var count: Int { buffer.readableBytes }

    func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result { try buffer.withUnsafeReadableBytes(body) }

    mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result { try buffer.withUnsafeMutableReadableBytes(body) }
}
