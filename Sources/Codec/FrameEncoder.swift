public import NIOCore

/// Writes frames one after another into one buffer, to be flushed once.
public enum FrameEncoder {
    public static func write(_ hello: Hello, into out: inout ByteBuffer) {
        frame(.hello, 0, into: &out) { hello.encode(into: &$0) }
    }

    public static func write(_ header: CallHeader, call: CallID, into out: inout ByteBuffer) {
        out.writeFrame(.request, call, bodyBytes: 16 + header.fieldBytes) { body in
            body.put(header.method)
            body.put(header.deadlineMilliseconds)
            body.put(header.requestWindow)
            body.put(header.responseWindow)
            header.encodeFields(into: &body)
        }
    }

    public static func write(_ status: CallStatus, call: CallID, into out: inout ByteBuffer) {
        guard !status.hasFields else {
            return frame(.end, call, into: &out) { status.encode(into: &$0) }
        }
        let (retry, milliseconds) = status.retry.encoded
        out.writeFrame(.end, call, bodyBytes: 8) { body in
            body.put(status.code.rawValue)
            body.put(retry)
            body.put(UInt16(0))
            body.put(milliseconds)
        }
    }

    public static func write(_ goAway: GoAway, into out: inout ByteBuffer) {
        frame(.goAway, 0, into: &out) { goAway.encode(into: &$0) }
    }

    public static func write(_ fault: WireFault, into out: inout ByteBuffer) {
        frame(.error, 0, into: &out) { fault.encode(into: &$0) }
    }

    public static func halfClose(call: CallID, into out: inout ByteBuffer) {
        out.writeFrame(.halfClose, call, bodyBytes: 0) { _ in }
    }

    public static func cancel(call: CallID, _ reason: CancelReason, into out: inout ByteBuffer) {
        out.writeFrame(.cancel, call, bodyBytes: 1) { $0.put(reason.rawValue) }
    }

    public static func credit(call: CallID, bytes: UInt32, into out: inout ByteBuffer) {
        out.writeFrame(.credit, call, bodyBytes: 4) { $0.put(bytes) }
    }

    public static func ping(_ opaque: UInt64, into out: inout ByteBuffer) {
        out.writeFrame(.ping, 0, bodyBytes: 8) { $0.put(opaque) }
    }

    public static func pong(_ opaque: UInt64, into out: inout ByteBuffer) {
        out.writeFrame(.pong, 0, bodyBytes: 8) { $0.put(opaque) }
    }

    /// A message in as few fragments as it needs. `plainBytes` is its length before compression; nil: none.
    public static func message(
        call: CallID, _ payload: ByteBuffer, plainBytes: Int? = nil, endOfRequests: Bool = false,
        into out: inout ByteBuffer
    ) {
        var rest = payload
        var flags: MessageFlags = plainBytes == nil ? [.first] : [.first, .compressed]
        var prefix = plainBytes == nil ? 4 : 8
        let lastFlags: MessageFlags = endOfRequests ? [.last, .endOfRequests] : [.last]
        repeat {
            let room = Wire.frameBodyBytesMax - prefix
            let isLast = rest.readableBytes <= room
            if isLast { flags.formUnion(lastFlags) }
            guard let part = rest.readSlice(length: isLast ? rest.readableBytes : room) else { return }
            out.writeFrame(
                .message, call, flags: flags.rawValue, bodyBytes: prefix + part.readableBytes
            ) { body in
                if prefix > 0 { body.put(UInt32(clamping: payload.readableBytes)) }
                if prefix > 4 { body.put(UInt32(clamping: plainBytes ?? 0)) }
                body.put(part)
            }
            flags = []
            prefix = 0
            if isLast { return }
        } while true
    }

    /// One fragment of a message; `prefix`: the message's lengths, with the first one.
    static func fragment(
        call: CallID, _ flags: MessageFlags, prefix: ByteBuffer, _ payload: ByteBuffer,
        into out: inout ByteBuffer
    ) {
        out.writeFrame(
            .message, call, flags: flags.rawValue, bodyBytes: prefix.readableBytes + payload.readableBytes
        ) { body in
            body.put(prefix)
            body.put(payload)
        }
    }

    private static func frame(
        _ type: FrameType, _ call: CallID, into out: inout ByteBuffer, _ body: (inout ByteBuffer) -> Void
    ) {
        let start = out.writerIndex
        out.writeFrame(type, call, bodyBytes: 0) { _ in }
        body(&out)
        out.setInteger(UInt32(clamping: out.writerIndex - start - Wire.headerBytes), at: start)
    }
}
