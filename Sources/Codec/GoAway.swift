import NIOCore

/// A server's word that it takes no more calls (`Protocols/wire.md`, section 6).
public struct GoAway: Sendable, Hashable {
    /// Why the server leaves; unknown numbers read as `other`.
    public enum Reason: UInt8, Sendable, Hashable, CaseIterable {
        case other = 0
        /// The program stops.
        case shutdown = 1
        /// The connection has reached its age; certificates are looked at again on a new one.
        case age = 2
        /// Nothing has been asked for a long time.
        case idle = 3
        case overload = 4
    }

    /// Calls above it were never seen; ``Wire/callIDMax`` in the first notice.
    public var lastCallID: CallID
    /// How long calls that run may go on.
    public var graceMilliseconds: UInt32
    /// Why the server leaves.
    public var reason: Reason
    /// For operators, up to 256 bytes.
    public var message: String

    /// All values as documented at the properties.
    public init(lastCallID: CallID, graceMilliseconds: UInt32, reason: Reason, message: String = "") {
        self.lastCallID = lastCallID
        self.graceMilliseconds = graceMilliseconds
        self.reason = reason
        self.message = message
    }

    static let messageField: UInt8 = 0x01
    static let messageBytesMax = 256

    init(decoding body: ByteBuffer) throws(WireFault) {
        var reader = BodyReader(body)
        lastCallID = try reader.integer()
        graceMilliseconds = try reader.integer()
        reason = Reason(rawValue: try reader.integer()) ?? .other
        guard lastCallID <= Wire.callIDMax else {
            throw WireFault(.reservedBits, offset: 12, "The highest bit of a call id is reserved.")
        }
        message = try decodeMessageField(&reader, id: Self.messageField, bytesMax: Self.messageBytesMax)
    }

    func encode(into out: inout ByteBuffer) {
        out.writeMultipleIntegers(lastCallID, graceMilliseconds, reason.rawValue)
        out.writeTextField(Self.messageField, message, bytesMax: Self.messageBytesMax)
    }
}

extension WireFault {
    static let messageField: UInt8 = 0x01
    static let messageBytesMax = 256

    init(decoding body: ByteBuffer) throws(WireFault) {
        var reader = BodyReader(body)
        code = Code(rawValue: try reader.integer()) ?? .unknown
        offset = Int(try reader.integer(UInt32.self))
        message = try decodeMessageField(&reader, id: Self.messageField, bytesMax: Self.messageBytesMax)
    }

    func encode(into out: inout ByteBuffer) {
        out.writeMultipleIntegers(code.rawValue, UInt32(clamping: offset))
        out.writeTextField(Self.messageField, message, bytesMax: Self.messageBytesMax)
    }
}

/// The one optional text of GOAWAY and ERROR.
private func decodeMessageField(_ reader: inout BodyReader, id: UInt8, bytesMax: Int) throws(WireFault)
    -> String
{
    var message = ""
    var previous: UInt8?
    while !reader.isAtEnd {
        var field = try reader.field(after: &previous)
        if field.id == id { message = try field.text(bytesMax: bytesMax) } else { try field.skipUnknown() }
    }
    return message
}
