public import NIOCore

/// How a call ended: the content of its END frame (`Protocols/wire.md`, section 8).
public struct CallStatus: Sendable, Hashable {
    /// gRPC's closed set of codes.
    public enum Code: UInt8, Sendable, Hashable, CaseIterable {
        case ok = 0
        case cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
        case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`,
            unavailable
        case dataLoss, unauthenticated
    }

    /// Whether, and when, the same call may be made again.
    public enum Retry: Sendable, Hashable {
        case doNot
        /// The application never saw the call: always safe.
        case neverSeen
        case after(milliseconds: UInt32)
    }

    /// How the call ended; a code that this version does not know reads as `unknown`.
    public var code: Code
    /// The server's advice; kinds that this version does not know read as `doNot`.
    public var retry: Retry
    /// Machine reason in kebab case, up to 64 bytes.
    public var reason: String
    /// For people, up to 1,024 bytes, no personal data.
    public var message: String
    /// An encoded message that the method documents, up to 4,096 bytes.
    public var details: ByteBuffer

    public static let ok = CallStatus(.ok)

    /// All values as documented at the properties; on sending, details beyond their bound are left out.
    public init(
        _ code: Code, reason: String = "", message: String = "", retry: Retry = .doNot,
        details: ByteBuffer = ByteBuffer()
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.retry = retry
        self.details = details
    }

    static let reasonBytesMax = 64
    static let messageBytesMax = 1_024
    static let detailsBytesMax = 4_096

    enum FieldID {
        static let reason: UInt8 = 0x01
        static let message: UInt8 = 0x02
        static let details: UInt8 = 0x03
    }

    init(decoding body: ByteBuffer) throws(WireFault) {
        var reader = BodyReader(body)
        let (rawCode, rawRetry, reserved, milliseconds) = try reader.integers(
            (UInt8, UInt8, UInt16, UInt32).self)
        guard reserved == 0 else {
            throw WireFault(.reservedBits, offset: 14, "Reserved bits of END are set.")
        }
        // A code of a later version is not lost: it becomes `unknown`, its words stay.
        self.init(Code(rawValue: rawCode) ?? .unknown)
        switch rawRetry {
        case 1: retry = .neverSeen
        case 2: retry = .after(milliseconds: milliseconds)
        default: retry = .doNot
        }
        var previous: UInt8?
        while !reader.isAtEnd {
            var field = try reader.field(after: &previous)
            switch field.id {
            case FieldID.reason: reason = try field.text(bytesMax: Self.reasonBytesMax)
            case FieldID.message: message = try field.text(bytesMax: Self.messageBytesMax)
            case FieldID.details:
                guard field.value.readableBytes <= Self.detailsBytesMax else {
                    throw field.malformed("Details are longer than allowed.")
                }
                details = field.value
            default: try field.skipUnknown()
            }
        }
    }

    /// Whether anything follows the fixed part.
    var hasFields: Bool { !reason.isEmpty || !message.isEmpty || details.readableBytes > 0 }

    func encode(into out: inout ByteBuffer) {
        let (kind, milliseconds) = retry.encoded
        out.writeMultipleIntegers(code.rawValue, kind, UInt16(0), milliseconds)
        out.writeTextField(FieldID.reason, reason, bytesMax: Self.reasonBytesMax)
        out.writeTextField(FieldID.message, message, bytesMax: Self.messageBytesMax)
        // Cut details would be unreadable; too long ones are left out.
        if (1...Self.detailsBytesMax).contains(details.readableBytes) {
            out.writeField(FieldID.details, bytes: details.readableBytesView)
        }
    }
}

extension CallStatus.Retry {
    /// The advice's kind and time as they are sent.
    var encoded: (kind: UInt8, milliseconds: UInt32) {
        switch self {
        case .doNot: (0, 0)
        case .neverSeen: (1, 0)
        case .after(let milliseconds): (2, milliseconds)
        }
    }
}
