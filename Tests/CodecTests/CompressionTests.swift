import Codec
import NIOCore
import Testing

@Suite struct CompressionTests {
    private let text = ByteBuffer(string: (0..<400).map { "rida \($0 * 7919 % 1009);" }.joined())

    @Test("What is compressed comes back")
    func roundTrip() throws {
        let stream = try #require(Compression.deflate(text))
        #expect(stream.readableBytes < text.readableBytes)
        #expect(Compression.inflate(stream, plainBytes: text.readableBytes) == text)
    }

    @Test("Nothing is compressed that would gain nothing, or that the receiver would refuse")
    func leftPlain() {
        var random = Seeded(state: 1)
        let noise = ByteBuffer(bytes: (0..<4_096).map { _ in UInt8.random(in: 0...255, using: &random) })
        #expect(Compression.deflate(noise) == nil)
        #expect(Compression.deflate(ByteBuffer(repeating: 0, count: 1_000_000)) == nil)
        #expect(Compression.deflate(ByteBuffer(string: "lühike")) == nil)
    }

    @Test("A stream that is not exactly what it says is refused")
    func lies() throws {
        let stream = try #require(Compression.deflate(text))
        let length = text.readableBytes
        #expect(Compression.inflate(stream, plainBytes: length - 1) == nil)
        #expect(Compression.inflate(stream, plainBytes: length + 1) == nil)
        #expect(Compression.inflate(stream, plainBytes: 0) == nil)
        #expect(Compression.inflate(stream, plainBytes: Wire.messageBytesHardMax + 1) == nil)
        #expect(Compression.inflate(ByteBuffer(), plainBytes: 1) == nil)
        var longer = stream
        longer.writeInteger(UInt8(0))
        #expect(Compression.inflate(longer, plainBytes: length) == nil)
        let shorter = stream.getSlice(at: stream.readerIndex, length: stream.readableBytes - 1)
        #expect(Compression.inflate(try #require(shorter), plainBytes: length) == nil)
        for place in stride(from: 0, to: stream.readableBytes, by: 17) {
            var broken = stream
            let byte: UInt8 = try #require(broken.getInteger(at: place))
            broken.setInteger(byte ^ 0x10, at: place)
            let read = Compression.inflate(broken, plainBytes: length)
            #expect(read == nil || read == text)
        }
    }

    @Test("A bomb ends its call, and the connection goes on")
    func bomb() throws {
        // A megabyte of zeros in a kilobyte; said to be 20 times its bytes, which is as far as the frame's
        // check goes.
        let bomb = try #require(
            Compression.deflate(ByteBuffer(repeating: 0, count: 1_000_000), ratioMax: 10_000))
        let pair = Pair()
        pair.start()
        let id = pair.open(messageBytesMax: 262_144)
        FrameEncoder.message(call: id, bomb, plainBytes: bomb.readableBytes * 20, into: &pair.toServer)
        let events = pair.serverReads()
        #expect(events.count == 2)
        guard case .broken(id, let status)? = events.last else {
            Issue.record("The call goes on: \(events)")
            return
        }
        #expect(status.reason == "compression-broken")
        #expect(pair.callsRunning == 1)
        _ = pair.server.finish(id, status, into: &pair.toClient)
        #expect(pair.callsRunning == 0)
        #expect(pair.clientReads() == [.ended(id, status)])
    }

    @Test("A message that admits to growing more than twenty times ends the connection before it is inflated")
    func honestBomb() throws {
        let bomb = try #require(
            Compression.deflate(ByteBuffer(repeating: 0, count: 1_000_000), ratioMax: 10_000))
        let pair = Pair()
        pair.start()
        let id = pair.open(messageBytesMax: 1_048_576)
        FrameEncoder.message(call: id, bomb, plainBytes: 1_000_000, into: &pair.toServer)
        guard case .failed(let fault)? = pair.serverReads().last else {
            Issue.record("The connection goes on.")
            return
        }
        #expect(fault.code == .messageTooLarge)
        #expect(pair.clientReads() == [.peerFailed(fault, unanswered: [id])])
    }

    @Test("Peers that did not agree on compression neither use nor take it")
    func notAgreed() throws {
        let stream = try #require(Compression.deflate(text))
        let pair = Pair(clientFeatures: [])
        pair.start()
        let id = pair.open()
        #expect(pair.client.send(text, call: id, compress: true, into: &pair.toServer) == .sent)
        #expect(pair.toServer.readableBytes > text.readableBytes)
        _ = pair.serverReads()
        FrameEncoder.message(call: id, stream, plainBytes: text.readableBytes, into: &pair.toServer)
        guard case .failed(let fault)? = pair.serverReads().last else {
            Issue.record("The connection goes on.")
            return
        }
        #expect(fault.code == .frameUnexpected)
    }

    @Test("A compressed message costs its plain length in credit")
    func credit() throws {
        let pair = Pair()
        pair.start()
        let id = pair.open()
        #expect(pair.client.send(text, call: id, compress: true, into: &pair.toServer) == .sent)
        #expect(pair.toServer.readableBytes < text.readableBytes)
        let message = InboundMessage(payload: text, credit: text.readableBytes + Wire.messageOverheadBytes)
        #expect(pair.serverReads().last == .message(id, message, last: false))
    }
}
