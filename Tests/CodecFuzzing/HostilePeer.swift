import Codec
import NIOCore

/// Makes the frames that a hostile peer sends of a few bytes of input each, so that most of them reach the
/// machine behind the decoder.
struct HostilePeer {
    /// The move that sends bytes as they are: their number (two bytes), then they.
    static let rawMove: UInt8 = 0
    /// Moves from 0 to here are the peer's, the others are the application's.
    static let moves: ClosedRange<UInt8> = 0...7

    private let isServer: Bool
    /// What is still to come of messages that began properly.
    private var missing: [CallID: Int] = [:]

    private static let filler = ByteBuffer(repeating: 0x61, count: Wire.frameBodyBytesMax)
    private static let plain = ByteBuffer(
        bytes: (0..<2_048).map { UInt8(truncatingIfNeeded: $0 * $0 / 97) })
    private static let deflated = Compression.deflate(plain) ?? ByteBuffer()

    init(isServer: Bool) { self.isServer = isServer }

    /// The HELLO of the other side, with bounds that the input chooses.
    static func hello(_ flags: UInt8, limits: Limits) -> Hello {
        var hello = Hello(environment: "katse/1", software: "vaenlane/1", limits: limits)
        if flags & 0x08 != 0 { hello.features = [] }
        if flags & 0x10 != 0 { hello.callsMax = .max }
        if flags & 0x20 != 0 { hello.messageBytesMax = 0 }
        if flags & 0x40 != 0 { hello.receiveBudgetBytes = UInt32(Int32.max) }
        if flags & 0x80 != 0 { hello.metadataBytesMax = .max }
        return hello
    }

    /// Narrow bounds, so that a short input reaches them.
    static func limits(_ flags: UInt8) -> Limits {
        var limits = Limits()
        guard flags & 0x02 != 0 else { return limits }
        limits.callsMax = 3
        limits.receiveBudgetBytes = 20_000
        limits.messageBytesMax = 10_000
        limits.controlFramesMax = 4
        limits.cancelsMax = 3
        limits.refusalsMax = 3
        return limits
    }

    /// The bytes of one move; nil at the input's end.
    mutating func bytes(_ move: UInt8, _ input: inout FuzzInput) -> ByteBuffer? {
        switch move {
        case 1: return framed(&input)
        case 2: return fragment(&input)
        case 3, 4, 5, 6: return frame(move, &input)
        case 7: return compressed(&input)
        default:
            guard let count = input.integer(UInt16.self) else { return nil }
            return input.bytes(Int(count))
        }
    }

    /// Any body under a header that fits it.
    private func framed(_ input: inout FuzzInput) -> ByteBuffer? {
        guard let type = input.byte(), let flags = input.byte(), let call = input.byte(),
            let count = input.byte(), let body = input.bytes(Int(count))
        else { return nil }
        return Self.framed(type, flags, CallID(call), body)
    }

    private static func framed(_ type: UInt8, _ flags: UInt8, _ call: CallID, _ body: ByteBuffer)
        -> ByteBuffer
    {
        var out = ByteBuffer()
        out.writeMultipleIntegers(UInt32(clamping: body.readableBytes), type, flags, UInt16(0), call)
        out.writeImmutableBuffer(body)
        return out
    }

    private mutating func fragment(_ input: inout FuzzInput) -> ByteBuffer? {
        guard let raw = input.byte(), let call = input.byte().map({ CallID($0) }),
            let length = input.length()
        else { return nil }
        var flags = MessageFlags(rawValue: raw & 0x0F)
        let isProper = raw & 0x80 != 0
        var body = ByteBuffer()
        var payload = length
        if flags.contains(.first) {
            guard let factor = input.byte() else { return nil }
            body.writeInteger(UInt32(clamping: length))
            if flags.contains(.compressed) {
                body.writeInteger(UInt32(clamping: length * Int(factor & 0x1F)))
            } else if !isProper {
                payload = max(0, length + Int(factor) - 128)
            }
        } else if isProper {
            payload = missing[call] ?? length
        }
        let carried = min(payload, Wire.frameBodyBytesMax - body.readableBytes)
        if isProper {
            missing[call] = payload - carried
            if payload > carried { flags.remove(.last) } else { flags.insert(.last) }
        }
        if let slice = Self.filler.getSlice(at: 0, length: carried) { body.writeImmutableBuffer(slice) }
        return Self.framed(FrameType.message.rawValue, flags.rawValue, call, body)
    }

    /// A whole compressed message, sound or with one byte or its length changed.
    private func compressed(_ input: inout FuzzInput) -> ByteBuffer? {
        guard let call = input.byte(), let place = input.byte(), let damage = input.byte() else { return nil }
        var stream = Self.deflated
        let index = stream.readerIndex + Int(place) % max(1, stream.readableBytes)
        let old: UInt8 = stream.getInteger(at: index) ?? 0
        stream.setInteger(old ^ (damage & 0x7F), at: index)
        var out = ByteBuffer()
        FrameEncoder.message(
            call: CallID(call), stream, plainBytes: Self.plain.readableBytes + Int(damage >> 7),
            endOfRequests: false, into: &out)
        return out
    }

    private func frame(_ move: UInt8, _ input: inout FuzzInput) -> ByteBuffer? {
        guard let call = input.byte().map({ CallID($0) }), let length = input.length() else { return nil }
        var out = ByteBuffer()
        switch (move, isServer) {
        case (3, _): FrameEncoder.credit(call: call, bytes: UInt32(clamping: length), into: &out)
        case (4, false):
            let second = input.length() ?? 0
            var header = CallHeader(
                method: call, deadlineMilliseconds: 1, requestBytesMax: length, responseBytesMax: second)
            header.requestWindow = UInt32(clamping: length)
            header.responseWindow = UInt32(clamping: second)
            FrameEncoder.write(header, call: call, into: &out)
        case (4, true): FrameEncoder.write(CallStatus(.ok), call: call, into: &out)
        case (5, false):
            if length % 2 == 0 {
                FrameEncoder.cancel(call: call, .callerLeft, into: &out)
            } else {
                FrameEncoder.halfClose(call: call, into: &out)
            }
        case (5, true):
            let last = length % 2 == 0 ? call : Wire.callIDMax
            FrameEncoder.write(
                GoAway(lastCallID: last, graceMilliseconds: 1, reason: .age), into: &out)
        default:
            let opaque = length == 0 ? Wire.drainPing : UInt64(length)
            if call % 2 == 0 {
                FrameEncoder.ping(opaque, into: &out)
            } else {
                FrameEncoder.pong(opaque, into: &out)
            }
        }
        return out
    }
}
