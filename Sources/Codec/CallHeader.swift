public import NIOCore

/// 16 bytes that name one intended effect; made by the caller before the first try.
public struct OperationID: Sendable, Hashable {
    /// The first eight bytes, big-endian.
    public var high: UInt64
    /// The last eight bytes, big-endian.
    public var low: UInt64

    /// All values as documented at the properties.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless there are 16 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(high: bytes.bigEndian(at: 0), low: bytes.bigEndian(at: 8))
    }

    /// Without a copy of the bytes: this is on every mutating call's way.
    init(_ field: inout Field) throws(WireFault) {
        guard field.value.readableBytes == 16,
            let (high, low) = field.value.readMultipleIntegers(as: (UInt64, UInt64).self)
        else { throw field.malformed("An operation id has 16 bytes.") }
        self.init(high: high, low: low)
    }

    /// The 16 bytes as they are sent.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { raw, count in
            let bytes = UnsafeMutableRawBufferPointer(raw)
            bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            count = 16
        }
    }
}

/// W3C trace context, version 00, as 25 bytes: trace id (16), parent id (8), flags (1).
public struct TraceContext: Sendable, Hashable {
    /// The first eight bytes of the trace id, big-endian.
    public var traceHigh: UInt64
    /// The last eight bytes of the trace id, big-endian.
    public var traceLow: UInt64
    /// The parent id: the caller's span.
    public var parent: UInt64
    /// Trace flags; bit 0: sampled.
    public var flags: UInt8

    /// All values as documented at the properties.
    public init(traceHigh: UInt64, traceLow: UInt64, parent: UInt64, flags: UInt8) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.parent = parent
        self.flags = flags
    }

    /// Nil unless there are 25 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 25 else { return nil }
        self.init(
            traceHigh: bytes.bigEndian(at: 0), traceLow: bytes.bigEndian(at: 8),
            parent: bytes.bigEndian(at: 16), flags: bytes[24])
    }

    init(_ field: inout Field) throws(WireFault) {
        guard field.value.readableBytes == 25,
            let parts = field.value.readMultipleIntegers(as: (UInt64, UInt64, UInt64, UInt8).self)
        else { throw field.malformed("A trace context has 25 bytes.") }
        self.init(traceHigh: parts.0, traceLow: parts.1, parent: parts.2, flags: parts.3)
    }

    /// The 25 bytes as they are sent: trace id, parent id, flags.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 25) { raw, count in
            let bytes = UnsafeMutableRawBufferPointer(raw)
            bytes.storeBytes(of: traceHigh.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: traceLow.bigEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: parent.bigEndian, toByteOffset: 16, as: UInt64.self)
            bytes[24] = flags
            count = 25
        }
    }
}

extension [UInt8] {
    /// Eight bytes from there on, which must be there.
    fileprivate func bigEndian(at offset: Int) -> UInt64 {
        withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    }
}

/// A name and its value that travel with a call. Names: 1 to 64 of `a-z 0-9 - . _`.
public struct MetadataEntry: Sendable, Hashable {
    /// 1 to 64 of `a-z 0-9 - . _`; may occur more than once in a call.
    public var name: String
    /// Any bytes; with the names they count towards ``Limits/metadataBytesMax``.
    public var value: ByteBuffer

    /// Checks nothing: a name that is not proper makes ``ClientConnection/open(_:responseBytesMax:into:)``
    /// answer `tooLarge`.
    public init(name: String, value: ByteBuffer) {
        self.name = name
        self.value = value
    }

    static let nameBytesMax = 64

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Whether the name is one that may be sent.
    public var hasProperName: Bool {
        var name = name
        return name.withUTF8 { (1...Self.nameBytesMax).contains($0.count) && $0.allSatisfy(Self.isNameByte) }
    }
}

/// What a REQUEST frame says about its call (`Protocols/wire.md`, section 5).
public struct CallHeader: Sendable, Hashable {
    /// The method's id, from `Protocols/method-ids.txt`.
    public var method: UInt32
    /// Milliseconds from now within which the call must be over; never 0.
    public var deadlineMilliseconds: UInt32
    /// Credit that the client takes for its request messages, their overhead included.
    public var requestWindow: UInt32
    /// Credit that the client gives for response messages, their overhead included.
    public var responseWindow: UInt32
    /// The intended effect that all tries have in common; nil for calls without one.
    public var operationID: OperationID?
    /// 1 on the first try.
    public var attempt: UInt8 = 1
    /// The trace that the call is part of; nil: none.
    public var traceContext: TraceContext?
    /// In the order in which they are sent; bounded by what the peer's HELLO says.
    public var metadata: [MetadataEntry] = []

    /// The windows default to what one message of the given length needs; streams do better with several
    /// times it.
    public init(
        method: UInt32, deadlineMilliseconds: UInt32, requestBytesMax: Int, responseBytesMax: Int,
        messagesInFlight: Int = 1
    ) {
        self.method = method
        self.deadlineMilliseconds = deadlineMilliseconds
        let times = max(1, min(messagesInFlight, 1_024))
        let bound = Wire.messageBytesHardMax
        requestWindow = UInt32(clamping: Wire.window(messageBytesMax: min(requestBytesMax, bound)) * times)
        responseWindow = UInt32(clamping: Wire.window(messageBytesMax: min(responseBytesMax, bound)) * times)
    }

    /// Bytes of all names and values.
    public var metadataBytes: Int {
        metadata.reduce(0) { $0 + $1.name.utf8.count + $1.value.readableBytes }
    }

    enum FieldID {
        static let operationID: UInt8 = 0x01
        static let attempt: UInt8 = 0x02
        static let traceContext: UInt8 = 0x03
        static let metadata: UInt8 = 0x04
    }

    init(decoding body: ByteBuffer, limits: Limits) throws(WireFault) {
        var reader = BodyReader(body)
        (method, deadlineMilliseconds, requestWindow, responseWindow) = try reader.integers()
        guard deadlineMilliseconds > 0 else {
            throw WireFault(.fieldMalformed, offset: 16, "A call needs a deadline of at least a millisecond.")
        }
        try Self.checkWindow(requestWindow, offset: 20)
        try Self.checkWindow(responseWindow, offset: 24)
        var previous: UInt8?
        var metadataBytes = 0
        while !reader.isAtEnd {
            var field = try reader.field(after: &previous, repeatable: FieldID.metadata)
            switch field.id {
            case FieldID.operationID:
                operationID = try OperationID(&field)
            case FieldID.attempt:
                attempt = try field.integer()
                guard attempt > 0 else { throw field.malformed("Attempts are counted from 1.") }
            case FieldID.traceContext:
                traceContext = try TraceContext(&field)
            case FieldID.metadata:
                metadataBytes += max(0, field.value.readableBytes - 1)
                guard metadataBytes <= min(limits.metadataBytesMax, Wire.metadataBytesHardMax),
                    metadata.count < min(limits.metadataEntriesMax, Wire.metadataEntriesHardMax)
                else {
                    throw WireFault(
                        .metadataTooLarge, offset: field.offset, "The call carries too much metadata.")
                }
                metadata.append(try Self.metadataEntry(&field))
            default:
                try field.skipUnknown()
            }
        }
    }

    private static func checkWindow(_ window: UInt32, offset: Int) throws(WireFault) {
        guard window >= Wire.messageOverheadBytes, window <= Int32.max else {
            throw WireFault(
                .fieldMalformed, offset: offset, "A window must let at least an empty message pass.")
        }
    }

    private static func metadataEntry(_ field: inout Field) throws(WireFault) -> MetadataEntry {
        guard let length = field.value.readInteger(as: UInt8.self),
            (1...MetadataEntry.nameBytesMax) ~= Int(length),
            let name = field.value.readSlice(length: Int(length)),
            name.readableBytesView.allSatisfy(MetadataEntry.isNameByte)
        else { throw field.malformed("A metadata name is 1 to 64 of a-z, 0-9, '-', '.', '_'.") }
        return MetadataEntry(name: String(buffer: name), value: field.value)
    }

    /// Length of all fields together.
    var fieldBytes: Int {
        let fixed =
            (operationID == nil ? 0 : 3 + 16) + (attempt == 1 ? 0 : 3 + 1)
            + (traceContext == nil ? 0 : 3 + 25)
        return metadata.reduce(fixed) { $0 + 3 + 1 + $1.name.utf8.count + $1.value.readableBytes }
    }

    /// What follows the fixed part: ``fieldBytes``.
    func encodeFields(into body: inout FrameBody) {
        if let operationID {
            body.putField(FieldID.operationID, bytes: 16)
            body.put(operationID.high)
            body.put(operationID.low)
        }
        if attempt != 1 {
            body.putField(FieldID.attempt, bytes: 1)
            body.put(attempt)
        }
        if let trace = traceContext {
            body.putField(FieldID.traceContext, bytes: 25)
            body.put(trace.traceHigh)
            body.put(trace.traceLow)
            body.put(trace.parent)
            body.put(trace.flags)
        }
        for entry in metadata {
            let nameBytes = entry.name.utf8.count
            body.putField(FieldID.metadata, bytes: 1 + nameBytes + entry.value.readableBytes)
            body.put(UInt8(clamping: nameBytes))
            body.put(entry.name)
            body.put(entry.value)
        }
    }
}
