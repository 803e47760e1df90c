import Codec
import NIOCore
import Testing

@Suite struct FrameDecoderTests {
    /// All good vectors one after another: a long, varied stream.
    private static func stream() -> (bytes: [UInt8], frames: [Frame]) {
        var frames: [Frame] = []
        var all: [UInt8] = []
        for vector in Vector.all where vector.decoded != nil {
            var decoder = FrameDecoder()
            decoder.append(ByteBuffer(bytes: vector.bytes))
            if case .frame(let frame) = decoder.next() { frames.append(frame) }
            all += vector.bytes
        }
        return (all, frames)
    }

    private func decode(chunks: [ArraySlice<UInt8>]) -> [Frame] {
        var decoder = FrameDecoder()
        var frames: [Frame] = []
        for chunk in chunks {
            decoder.append(ByteBuffer(bytes: chunk))
            while case .frame(let frame) = decoder.next() { frames.append(frame) }
        }
        #expect(decoder.bufferedBytes == 0)
        return frames
    }

    @Test("A stream reads the same whole, byte by byte and in any pieces")
    func pieces() {
        let (bytes, frames) = Self.stream()
        #expect(decode(chunks: [bytes[...]]) == frames)
        #expect(decode(chunks: bytes.indices.map { bytes[$0...$0] }) == frames)
        for seed: UInt64 in 1...20 {
            var random = Seeded(state: seed)
            var chunks: [ArraySlice<UInt8>] = []
            var at = 0
            while at < bytes.count {
                let length = min(
                    bytes.count - at,
                    Int.random(in: 1...(1 << Int.random(in: 0...13, using: &random)), using: &random))
                chunks.append(bytes[at..<at + length])
                at += length
            }
            #expect(decode(chunks: chunks) == frames, "seed \(seed)")
        }
    }

    @Test("Any bytes give frames or a fault, and never more than a frame is kept")
    func noise() {
        let whole = Self.stream().bytes
        for seed: UInt64 in 1...300 {
            var random = Seeded(state: seed)
            var bytes = whole
            let start = Int.random(in: 0..<bytes.count, using: &random)
            bytes = Array(bytes[start..<min(bytes.count, start + 4_000)])
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            var decoder = FrameDecoder()
            decoder.append(ByteBuffer(bytes: bytes))
            var steps = 0
            while case .frame = decoder.next() { steps += 1 }
            #expect(steps <= bytes.count / Wire.headerBytes)
            #expect(decoder.bufferedBytes <= Wire.headerBytes + Wire.frameBodyBytesMax)
        }
    }

    @Test("A long message leaves in full frames and comes back whole")
    func fragments() {
        for length in [0, 1, 65_532, 65_533, 131_068, 200_000, 1_048_576] {
            var out = ByteBuffer()
            let payload = ByteBuffer(repeating: 7, count: length)
            FrameEncoder.message(call: 3, payload, into: &out)
            let frames = (max(0, length - 65_532) + 65_535) / 65_536 + 1
            #expect(out.readableBytes == length + 4 + frames * Wire.headerBytes)
            var decoder = FrameDecoder()
            decoder.append(out)
            var whole = ByteBuffer()
            var count = 0
            while case .frame(.message(3, let fragment)) = decoder.next() {
                whole.writeImmutableBuffer(fragment.payload)
                count += 1
                #expect(fragment.flags.contains(.last) == (count == frames))
            }
            #expect(whole == payload)
            #expect(count == frames)
        }
    }

    @Test("Words that are too long are cut at a character, so that an error is never lost")
    func longWords() {
        var out = ByteBuffer()
        let status = CallStatus(
            .internal, reason: String(repeating: "r", count: 100),
            message: String(repeating: "õ", count: 600),
            details: ByteBuffer(repeating: 1, count: 5_000))
        FrameEncoder.write(status, call: 1, into: &out)
        var decoder = FrameDecoder()
        decoder.append(out)
        guard case .frame(.end(1, let read)) = decoder.next() else {
            Issue.record("No END.")
            return
        }
        #expect(read.code == .internal)
        #expect(read.reason.utf8.count == 64)
        #expect(read.message == String(repeating: "õ", count: 512))
        #expect(read.details.readableBytes == 0)
    }
}
