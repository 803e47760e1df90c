import Codec
import NIOCore

/// The inflater on streams that a peer made up, and on damaged ones of ours.
enum InflateFuzzing {
    /// First byte of an input that is a stream as it is, after its alleged length (four bytes).
    static let streamMode: UInt8 = 0

    static func run(_ given: FuzzInput) -> String? {
        var input = given
        guard let mode = input.byte(), let alleged = input.integer(UInt32.self) else { return nil }
        // Beyond the bound nothing is allotted: a little more than it is enough to see that.
        let plainBytes = Int(alleged) % (Wire.messageBytesHardMax + 1_024)
        if mode == streamMode { return inflate(input.rest(), plainBytes) }
        let times = 1 + Int(mode & 0x0F)
        let place = Int(alleged & 0xFFFF)
        let damage = UInt8(truncatingIfNeeded: alleged >> 16)
        let text = input.rest()
        var plain = ByteBuffer()
        for _ in 0..<times { plain.writeImmutableBuffer(text) }
        guard var stream = Compression.deflate(plain) else { return nil }
        if stream.readableBytes >= plain.readableBytes { return "Compressed, and longer." }
        guard Compression.inflate(stream, plainBytes: plain.readableBytes) == plain else {
            return "Our own stream does not come back."
        }
        for wrong in [plain.readableBytes - 1, plain.readableBytes + 1]
        where Compression.inflate(stream, plainBytes: wrong) != nil {
            return "A wrong length is believed."
        }
        var longer = stream
        longer.writeInteger(damage)
        let shorter = stream.getSlice(at: stream.readerIndex, length: stream.readableBytes - 1)
        for wrong in [longer, shorter ?? ByteBuffer()]
        where Compression.inflate(wrong, plainBytes: plain.readableBytes) != nil {
            return "A stream with a byte too many or too few is taken."
        }
        let index = stream.readerIndex + place % stream.readableBytes
        let old: UInt8 = stream.getInteger(at: index) ?? 0
        stream.setInteger(old ^ damage, at: index)
        return inflate(stream, plain.readableBytes)
    }

    private static func inflate(_ stream: ByteBuffer, _ plainBytes: Int) -> String? {
        guard let plain = Compression.inflate(stream, plainBytes: plainBytes) else { return nil }
        if plain.readableBytes != plainBytes { return "Another length than was said." }
        if plainBytes > Wire.messageBytesHardMax { return "Inflated beyond the bound." }
        if let again = Compression.deflate(plain),
            Compression.inflate(again, plainBytes: plainBytes) != plain
        {
            return "Our own stream does not come back."
        }
        return nil
    }
}
