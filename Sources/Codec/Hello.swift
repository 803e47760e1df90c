import NIOCore

/// What each side says of itself in the first frame it sends (`Protocols/wire.md`, section 4).
public struct Hello: Sendable, Hashable {
    /// Lowest version of the protocol that the sender speaks; at least 1.
    public var versionMin: UInt16 = Wire.version
    /// Highest version that the sender speaks; the peers use the highest that both know.
    public var versionMax: UInt16 = Wire.version
    /// Features that the sender has; those of both sides together may be used.
    public var features: Features = [.zlib]
    /// Which installation this is, such as "laane-viru.example/production"; both sides must say the same.
    public var environment: String
    /// The sender's bounds on what it receives.
    public var messageBytesMax: UInt32
    /// Calls that the sender lets run at once on the connection; at least 1.
    public var callsMax: UInt32
    /// Sum of the windows of all calls at once, in bytes: at most 2^31 - 1.
    public var receiveBudgetBytes: UInt32
    /// Names and values of a call's metadata together, in bytes.
    public var metadataBytesMax: UInt32
    /// Entries of metadata in a call.
    public var metadataEntriesMax: UInt32
    /// Name and version of the program, for operators: "tugi-registry/0.1.0".
    public var software: String
    /// Bytes of a meaningless ignorable field: keeps peers able to skip what they do not know. Nil sends
    /// none.
    public var grease: [UInt8]?

    /// This program's HELLO: current version, zlib, and the five bounds of `limits` that the peer is told.
    public init(environment: String, software: String, limits: Limits = Limits()) {
        self.environment = environment
        self.software = software
        messageBytesMax = UInt32(clamping: limits.messageBytesMax)
        callsMax = UInt32(clamping: limits.callsMax)
        receiveBudgetBytes = UInt32(clamping: limits.receiveBudgetBytes)
        metadataBytesMax = UInt32(clamping: limits.metadataBytesMax)
        metadataEntriesMax = UInt32(clamping: limits.metadataEntriesMax)
    }

    static let environmentBytesMax = 64
    static let softwareBytesMax = 64
    static let greaseField: UInt8 = 0xFA

    enum FieldID {
        static let versions: UInt8 = 0x01
        static let features: UInt8 = 0x02
        static let environment: UInt8 = 0x03
        static let limits: UInt8 = 0x04
        static let software: UInt8 = 0x05
    }

    init(decoding body: ByteBuffer) throws(WireFault) {
        var reader = BodyReader(body)
        guard try reader.integer(UInt32.self) == Wire.magic else {
            throw WireFault(.badMagic, offset: Wire.headerBytes, "The peer does not speak this protocol.")
        }
        self.init(environment: "", software: "")
        var previous: UInt8?
        var seen = (versions: false, features: false, environment: false, limits: false, software: false)
        features = []
        while !reader.isAtEnd {
            var field = try reader.field(after: &previous)
            switch field.id {
            case FieldID.versions:
                try decodeVersions(&field)
                seen.versions = true
            case FieldID.features:
                features = Features(rawValue: try field.integer())
                seen.features = true
            case FieldID.environment:
                environment = try Self.name(&field, bytesMax: Self.environmentBytesMax)
                seen.environment = true
            case FieldID.limits:
                try decodeLimits(&field)
                seen.limits = true
            case FieldID.software:
                software = try Self.name(&field, bytesMax: Self.softwareBytesMax)
                seen.software = true
            default:
                try field.skipUnknown()
            }
        }
        guard seen.versions, seen.features, seen.environment, seen.limits, seen.software else {
            throw WireFault(.fieldMissing, offset: reader.offset, "HELLO lacks one of its five fields.")
        }
    }

    private static func name(_ field: inout Field, bytesMax: Int) throws(WireFault) -> String {
        guard field.value.readableBytes > 0 else { throw field.malformed("A name is empty.") }
        return try field.text(bytesMax: bytesMax)
    }

    private mutating func decodeVersions(_ field: inout Field) throws(WireFault) {
        guard field.value.readableBytes == 4,
            let (low, high) = field.value.readMultipleIntegers(as: (UInt16, UInt16).self), low > 0,
            low <= high
        else { throw field.malformed("Versions are two numbers, the lower first.") }
        versionMin = low
        versionMax = high
    }

    private mutating func decodeLimits(_ field: inout Field) throws(WireFault) {
        guard field.value.readableBytes == 20,
            let limits = field.value.readMultipleIntegers(as: (UInt32, UInt32, UInt32, UInt32, UInt32).self)
        else { throw field.malformed("Limits are five numbers of four bytes.") }
        (messageBytesMax, callsMax, receiveBudgetBytes, metadataBytesMax, metadataEntriesMax) = limits
        guard messageBytesMax <= Wire.messageBytesHardMax, callsMax > 0, receiveBudgetBytes <= Int32.max
        else {
            throw field.malformed("A limit is out of its range.")
        }
    }

    func encode(into out: inout ByteBuffer) {
        out.writeInteger(Wire.magic)
        out.writeMultipleIntegers(FieldID.versions, UInt16(4), versionMin, versionMax)
        out.writeField(FieldID.features, integer: features.rawValue)
        out.writeTextField(FieldID.environment, environment, bytesMax: Self.environmentBytesMax)
        out.writeMultipleIntegers(
            FieldID.limits, UInt16(20), messageBytesMax, callsMax, receiveBudgetBytes, metadataBytesMax,
            metadataEntriesMax)
        out.writeTextField(FieldID.software, software, bytesMax: Self.softwareBytesMax)
        if let grease { out.writeField(Self.greaseField, bytes: grease.prefix(64)) }
    }

    /// Whether two peers can talk; the version they use is the highest that both know.
    func agree(with peer: Hello) throws(WireFault) {
        guard max(versionMin, peer.versionMin) <= min(versionMax, peer.versionMax) else {
            throw WireFault(
                .versionUnsupported,
                "No common version: \(versionMin) to \(versionMax) here, \(peer.versionMin) to "
                    + "\(peer.versionMax) there.")
        }
        guard environment == peer.environment else {
            throw WireFault(
                .environmentMismatch, "The peer belongs to another environment; compare both configurations.")
        }
    }
}
