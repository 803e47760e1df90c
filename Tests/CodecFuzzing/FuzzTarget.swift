public import NIOCore

/// What outside bytes are thrown at. The package of fuzz targets (`scripts/fuzz`) and the tests that replay
/// kept failures enter here, so that both run the same code.
public enum FuzzTarget: String, Sendable, CaseIterable {
    /// The frame decoder: the input is what a peer sends.
    case frames
    /// The server's machine: the input is a list of what a peer sends and what handlers do.
    case server
    /// The client's machine: the input is a list of what a server sends and what callers do.
    case client
    /// The inflater: the input is a zlib stream, or a text and how its stream is damaged.
    case inflate

    /// Runs one input. Returns what did not hold, nil when all did; a trap is a finding too.
    public func run(_ input: ByteBuffer) -> String? {
        switch self {
        case .frames: FrameFuzzing.run(input)
        case .server: ServerFuzzing(FuzzInput(input)).run()
        case .client: ClientFuzzing(FuzzInput(input)).run()
        case .inflate: InflateFuzzing.run(FuzzInput(input))
        }
    }

    /// The same for libFuzzer, which finds only what ends the program.
    public func runOrTrap(_ input: UnsafeRawBufferPointer) {
        if let complaint = run(ByteBuffer(bytes: input)) { fatalError("\(rawValue): \(complaint)") }
    }

    /// The input in which a target's peer sends just these bytes, after both HELLOs where there are any.
    public func input(sending bytes: [UInt8]) -> ByteBuffer {
        var input = ByteBuffer()
        switch self {
        case .frames: break
        case .inflate: input.writeMultipleIntegers(InflateFuzzing.streamMode, UInt32(4_096))
        case .server, .client:
            input.writeInteger(UInt8(0))
            for start in stride(from: 0, to: bytes.count, by: Int(UInt16.max)) {
                let part = bytes[start..<min(start + Int(UInt16.max), bytes.count)]
                input.writeMultipleIntegers(HostilePeer.rawMove, UInt16(clamping: part.count))
                input.writeBytes(part)
            }
            return input
        }
        input.writeBytes(bytes)
        return input
    }
}

/// Takes an input apart; at its end every read answers nil.
struct FuzzInput {
    private var buffer: ByteBuffer

    init(_ buffer: ByteBuffer) { self.buffer = buffer }

    mutating func byte() -> UInt8? { buffer.readInteger() }
    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) -> T? { buffer.readInteger() }
    mutating func bytes(_ count: Int) -> ByteBuffer? {
        buffer.readSlice(length: min(count, buffer.readableBytes))
    }
    mutating func rest() -> ByteBuffer { buffer.readSlice(length: buffer.readableBytes) ?? ByteBuffer() }

    /// A message of the application, of so many bytes but not very many.
    static func message(_ length: Int) -> ByteBuffer? {
        longMessage.getSlice(at: 0, length: min(length, longMessage.readableBytes))
    }

    private static let longMessage = ByteBuffer(repeating: 0x62, count: 200_000)

    /// 0 to about a million, small or next to a power of two more often than not.
    mutating func length() -> Int? {
        guard let code = byte() else { return nil }
        guard code >= 128 else { return Int(code) }
        let power = 1 << (Int(code & 0x1F) % 21)
        return max(0, power + Int(code >> 5 & 3) - 1)
    }
}
