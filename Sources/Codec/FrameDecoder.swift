public import NIOCore

/// Turns bytes into frames without copying them: a frame's content is a slice of what was received.
public struct FrameDecoder: Sendable {
    /// What the bytes received so far amount to.
    public enum Result: Sendable, Hashable {
        case needMore
        case frame(Frame)
        /// The connection cannot go on; the decoder says so ever after.
        case failed(WireFault)
    }

    private let limits: Limits
    private var buffer = ByteBuffer()
    /// The storage before `buffer`: used again once nobody holds a slice of it. Kept only while frames are
    /// under way.
    private var spare = ByteBuffer()
    private var fault: WireFault?

    /// A decoder for one connection, from its first byte; `limits` bounds messages and metadata.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Bytes received that belong to no frame yet; at most one frame's worth after ``next()`` said
    /// `needMore`.
    public var bufferedBytes: Int { buffer.readableBytes }

    public mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else if buffer.readerIndex > 0 {
            // What was read may still be in use as slices: leave that storage to them.
            var rest = spare
            spare = ByteBuffer()
            rest.clear(minimumCapacity: 0)
            rest.reserveCapacity(max(awaitedBytes, buffer.readableBytes + bytes.readableBytes))
            rest.writeImmutableBuffer(buffer)
            rest.writeImmutableBuffer(bytes)
            spare = buffer
            buffer = rest
        } else {
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// Length of the frame that has begun to arrive; 0 while unknown.
    public var awaitedBytes: Int {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self),
            length <= Wire.frameBodyBytesMax
        else { return 0 }
        return Wire.headerBytes + Int(length)
    }

    public mutating func next() -> Result {
        if let fault { return .failed(fault) }
        do {
            guard let frame = try decode() else {
                if buffer.readableBytes == 0 { spare = ByteBuffer() }
                return .needMore
            }
            return .frame(frame)
        } catch {
            fault = error
            buffer = ByteBuffer()
            return .failed(error)
        }
    }

    private mutating func decode() throws(WireFault) -> Frame? {
        guard
            let (length, rawType, flags, reserved, callID) = buffer.peekMultipleIntegers(
                as: (UInt32, UInt8, UInt8, UInt16, UInt32).self)
        else { return nil }
        guard length <= Wire.frameBodyBytesMax else {
            throw WireFault(.frameTooLarge, offset: 0, "The frame announces more than 64 KiB.")
        }
        guard reserved == 0 else {
            throw WireFault(.reservedBits, offset: 6, "Reserved bits of the header are set.")
        }
        guard callID <= Wire.callIDMax else {
            throw WireFault(.reservedBits, offset: 8, "The highest bit of a call id is reserved.")
        }
        guard let type = FrameType(rawValue: rawType) else {
            guard rawType & FrameType.ignorableBit != 0 else {
                throw WireFault(
                    .frameTypeUnknown, offset: 4, "The frame is of a kind this version must know.")
            }
            return takeBody(length) == nil ? nil : .ignorable(type: rawType)
        }
        guard type.bodyBytes.contains(Int(length)) else {
            let tooLong = Int(length) > type.bodyBytes.upperBound
            throw WireFault(
                tooLong ? .frameTooLarge : .frameLength, offset: 0, "No frame of this kind has such a length."
            )
        }
        guard type.belongsToCall == (callID != 0) else {
            throw WireFault(
                .callID, offset: 8, "Frames of a call name it; frames of the connection name call 0.")
        }
        if type == .message {
            try checkFlags(MessageFlags(rawValue: flags), Int(length))
        } else if flags != 0 {
            throw WireFault(.reservedBits, offset: 5, "Frames of this kind have no flags.")
        }
        guard let body = takeBody(length) else { return nil }
        return try content(type, flags, callID, body)
    }

    private mutating func takeBody(_ length: UInt32) -> ByteBuffer? {
        guard buffer.readableBytes >= Wire.headerBytes + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: Wire.headerBytes)
        return buffer.readSlice(length: Int(length))
    }

    private func content(
        _ type: FrameType, _ flags: UInt8, _ callID: CallID, _ body: ByteBuffer
    ) throws(WireFault) -> Frame {
        switch type {
        case .message:
            return .message(callID, try fragment(MessageFlags(rawValue: flags), body))
        case .request:
            return .request(callID, try CallHeader(decoding: body, limits: limits))
        case .end:
            return .end(callID, try CallStatus(decoding: body))
        case .halfClose:
            return .halfClose(callID)
        case .cancel:
            var reader = BodyReader(body)
            return .cancel(callID, CancelReason(rawValue: try reader.integer()) ?? .callerLeft)
        case .credit:
            var reader = BodyReader(body)
            let bytes: UInt32 = try reader.integer()
            guard bytes > 0, bytes <= Int32.max else {
                throw WireFault(
                    .fieldMalformed, offset: Wire.headerBytes, "Credit is given in 1 to 2^31 - 1 bytes.")
            }
            return .credit(callID, bytes: bytes)
        case .ping, .pong:
            var reader = BodyReader(body)
            let opaque: UInt64 = try reader.integer()
            return type == .ping ? .ping(opaque) : .pong(opaque)
        case .hello:
            return .hello(try Hello(decoding: body))
        case .goAway:
            return .goAway(try GoAway(decoding: body))
        case .error:
            return .error(try WireFault(decoding: body))
        }
    }

    /// What a MESSAGE's header alone shows: whether its flags go together, and whether it dribbles.
    private func checkFlags(_ flags: MessageFlags, _ bodyBytes: Int) throws(WireFault) {
        let needs: (MessageFlags, MessageFlags) -> Bool = { !flags.contains($0) || flags.contains($1) }
        guard flags.isSubset(of: .known), needs(.compressed, .first), needs(.endOfRequests, .last) else {
            throw WireFault(.reservedBits, offset: 5, "These flags do not go together.")
        }
        let lengths = flags.contains(.first) ? (flags.contains(.compressed) ? 8 : 4) : 0
        guard flags.contains(.last) || bodyBytes >= lengths + Wire.fragmentBytesMin else {
            throw WireFault(.fragmentLength, offset: 0, "Only a message's last fragment may be short.")
        }
    }

    private func fragment(_ flags: MessageFlags, _ body: ByteBuffer) throws(WireFault) -> MessageFragment {
        var payload = body
        var messageBytes = 0
        var plainBytes = 0
        if flags.contains(.first) {
            var reader = BodyReader(body)
            messageBytes = Int(try reader.integer(UInt32.self))
            plainBytes = flags.contains(.compressed) ? Int(try reader.integer(UInt32.self)) : messageBytes
            payload = reader.buffer
            try checkLengths(flags, messageBytes, plainBytes, payload.readableBytes)
        }
        return MessageFragment(
            flags: flags, messageBytes: messageBytes, plainBytes: plainBytes, payload: payload)
    }

    private func checkLengths(
        _ flags: MessageFlags, _ messageBytes: Int, _ plainBytes: Int, _ payloadBytes: Int
    ) throws(WireFault) {
        guard messageBytes <= limits.messageBytesMax, plainBytes <= limits.messageBytesMax else {
            throw WireFault(
                .messageTooLarge, offset: Wire.headerBytes,
                "The message is longer than this side's HELLO allows.")
        }
        guard payloadBytes <= messageBytes, flags.contains(.last) == (payloadBytes == messageBytes) else {
            throw WireFault(
                .fragmentLength, offset: Wire.headerBytes, "The fragment does not fit the message's length.")
        }
        if flags.contains(.compressed) {
            guard plainBytes > messageBytes,
                plainBytes
                    <= messageBytes.multipliedReportingOverflow(by: limits.inflateRatioMax).partialValue
            else {
                throw WireFault(
                    .messageTooLarge, offset: Wire.headerBytes + 4,
                    "A compressed message may be 20 times its bytes.")
            }
        }
    }
}
