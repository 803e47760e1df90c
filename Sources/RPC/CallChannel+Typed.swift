public import NIOCore
public import SwiftProtobuf

extension CallChannel {
    /// One request, one response, of the method's own types.
    public func unary<Request, Response>(
        _ method: Method<Request, Response>, _ request: Request, _ options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Response {
        try decode(try await unary(method.descriptor, try encode(request), options))
    }

    /// One request and its response over a call like any other.
    public func unary(
        _ method: MethodDescriptor, _ request: ByteBuffer, _ options: CallOptions
    ) async throws(RPCError) -> ByteBuffer {
        let call = try await open(method, options)
        try await call.send(request)
        try await call.finishSending()
        guard let response = try await call.receive() else { throw .responseMissing(method) }
        // The status follows the message: only its end tells that the call went well.
        guard try await call.receive() == nil else { throw .responseRepeated(method) }
        return response
    }
}

/// The bytes of a message of ours.
public func encode(_ message: some Message) throws(RPCError) -> ByteBuffer {
    do {
        // A call that is repeated says the same, to the byte: an operation is known by it.
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        let bytes: MessageBytes = try message.serializedBytes(options: options)
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
    /// Not filled: whoever asks for such bytes (an encoder that knows its length) writes every one of them.
    init(repeating _: UInt8, count: Int) {
        buffer = ByteBufferAllocator().buffer(capacity: count)
        buffer.moveWriterIndex(forwardBy: count)
    }
    init(_ bytes: some Sequence<UInt8>) { buffer = ByteBuffer(bytes: bytes) }

    var count: Int { buffer.readableBytes }

    func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result { try buffer.withUnsafeReadableBytes(body) }

    mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result { try buffer.withUnsafeMutableReadableBytes(body) }
}
