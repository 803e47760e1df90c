/// Why bytes, or a peer's behaviour, ended a connection. Sent in an ERROR frame and shown to operators; it
/// never holds anything of a message's content.
public struct WireFault: Error, Sendable, Hashable {
    /// Codes of the ERROR frame (`Protocols/wire.md`, section 9). Never renumbered.
    public enum Code: UInt16, Sendable, Hashable, CaseIterable {
        case unknown = 0
        case badMagic = 1
        case versionUnsupported = 2
        case environmentMismatch = 3
        case helloExpected = 4
        case frameTooLarge = 5
        case frameLength = 6
        case reservedBits = 7
        case frameTypeUnknown = 8
        case callID = 9
        case fieldUnknown = 10
        case fieldOrder = 11
        case fieldMissing = 12
        case fieldMalformed = 13
        case metadataTooLarge = 14
        case frameUnexpected = 15
        case fragmentOrder = 16
        case fragmentLength = 17
        case messageTooLarge = 18
        case creditExceeded = 19
        case creditOverflow = 20
        case tooManyCancels = 21
        case tooManyRefusals = 22
        case tooManyControlFrames = 23
        case lateFrames = 24
        case timeout = 25

        /// The code's name in documents, logs and vectors.
        public var name: String {
            switch self {
            case .unknown: "unknown"
            case .badMagic: "bad-magic"
            case .versionUnsupported: "version-unsupported"
            case .environmentMismatch: "environment-mismatch"
            case .helloExpected: "hello-expected"
            case .frameTooLarge: "frame-too-large"
            case .frameLength: "frame-length"
            case .reservedBits: "reserved-bits"
            case .frameTypeUnknown: "frame-type-unknown"
            case .callID: "call-id"
            case .fieldUnknown: "field-unknown"
            case .fieldOrder: "field-order"
            case .fieldMissing: "field-missing"
            case .fieldMalformed: "field-malformed"
            case .metadataTooLarge: "metadata-too-large"
            case .frameUnexpected: "frame-unexpected"
            case .fragmentOrder: "fragment-order"
            case .fragmentLength: "fragment-length"
            case .messageTooLarge: "message-too-large"
            case .creditExceeded: "credit-exceeded"
            case .creditOverflow: "credit-overflow"
            case .tooManyCancels: "too-many-cancels"
            case .tooManyRefusals: "too-many-refusals"
            case .tooManyControlFrames: "too-many-control-frames"
            case .lateFrames: "late-frames"
            case .timeout: "timeout"
            }
        }
    }

    /// The kind of fault; a number that this version does not know reads as `unknown`.
    public var code: Code
    /// Where in the frame the fault lies, counted from the header's first byte; 0 when it is about the
    /// whole frame.
    public var offset: Int
    /// What is wrong and what to look at, for operators.
    public var message: String

    /// All values as documented at the properties.
    public init(_ code: Code, offset: Int = 0, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }
}
