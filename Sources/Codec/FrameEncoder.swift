public import NIOCore

/// Writes frames one after another into one buffer, to be flushed once. What each call needs has its fixed
/// parts written in one piece: every single write checks the buffer anew.
public enum FrameEncoder {
    public static func write(_ hello: Hello, into out: inout ByteBuffer) {
        frame(.hello, 0, into: &out) { hello.encode(into: &$0) }
    }

    public static func write(_ header: CallHeader, call: CallID, into out: inout ByteBuffer) {
        let bodyBytes = 16 + header.fieldBytes
        out.reserveCapacity(minimumWritableBytes: Wire.headerBytes + bodyBytes)
        out.writeMultipleIntegers(
            UInt32(clamping: bodyBytes), FrameType.request.rawValue, UInt8(0), UInt16(0), call,
            header.method, header.deadlineMilliseconds, header.requestWindow, header.responseWindow)
        header.encodeFields(into: &out)
    }

    public static func write(_ status: CallStatus, call: CallID, into out: inout ByteBuffer) {
        let (retry, milliseconds) = status.retry.encoded
        guard !status.hasFields else {
            return frame(.end, call, into: &out) { status.encode(into: &$0) }
        }
        out.writeMultipleIntegers(
            UInt32(8), FrameType.end.rawValue, UInt8(0), UInt16(0), call, status.code.rawValue, retry,
            UInt16(0), milliseconds)
    }

    public static func write(_ goAway: GoAway, into out: inout ByteBuffer) {
        frame(.goAway, 0, into: &out) { goAway.encode(into: &$0) }
    }

    public static func write(_ fault: WireFault, into out: inout ByteBuffer) {
        frame(.error, 0, into: &out) { fault.encode(into: &$0) }
    }

    public static func halfClose(call: CallID, into out: inout ByteBuffer) {
        header(0, .halfClose, call, into: &out)
    }

    public static func cancel(call: CallID, _ reason: CancelReason, into out: inout ByteBuffer) {
        header(1, .cancel, call, into: &out)
        out.writeInteger(reason.rawValue)
    }

    public static func credit(call: CallID, bytes: UInt32, into out: inout ByteBuffer) {
        header(4, .credit, call, into: &out)
        out.writeInteger(bytes)
    }

    public static func ping(_ opaque: UInt64, into out: inout ByteBuffer) {
        header(8, .ping, 0, into: &out)
        out.writeInteger(opaque)
    }

    public static func pong(_ opaque: UInt64, into out: inout ByteBuffer) {
        header(8, .pong, 0, into: &out)
        out.writeInteger(opaque)
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
        out.reserveCapacity(minimumWritableBytes: payload.readableBytes + prefix + Wire.headerBytes)
        repeat {
            let room = Wire.frameBodyBytesMax - prefix
            let isLast = rest.readableBytes <= room
            let bytes = isLast ? rest.readableBytes : room
            if isLast { flags.formUnion(lastFlags) }
            if prefix == 0 {
                header(bytes, .message, call, flags: flags.rawValue, into: &out)
            } else {
                out.writeMultipleIntegers(
                    UInt32(clamping: prefix + bytes), FrameType.message.rawValue, flags.rawValue, UInt16(0),
                    call, UInt32(clamping: payload.readableBytes))
                if let plainBytes { out.writeInteger(UInt32(clamping: plainBytes)) }
            }
            if let slice = rest.readSlice(length: bytes) { out.writeImmutableBuffer(slice) }
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
        let bytes = prefix.readableBytes + payload.readableBytes
        out.reserveCapacity(minimumWritableBytes: Wire.headerBytes + bytes)
        header(bytes, .message, call, flags: flags.rawValue, into: &out)
        out.writeImmutableBuffer(prefix)
        out.writeImmutableBuffer(payload)
    }

    private static func header(
        _ bodyBytes: Int, _ type: FrameType, _ call: CallID, flags: UInt8 = 0, into out: inout ByteBuffer
    ) {
        out.writeMultipleIntegers(UInt32(clamping: bodyBytes), type.rawValue, flags, UInt16(0), call)
    }

    private static func frame(
        _ type: FrameType, _ call: CallID, into out: inout ByteBuffer, _ body: (inout ByteBuffer) -> Void
    ) {
        let start = out.writerIndex
        header(0, type, call, into: &out)
        body(&out)
        out.setInteger(UInt32(clamping: out.writerIndex - start - Wire.headerBytes), at: start)
    }
}
