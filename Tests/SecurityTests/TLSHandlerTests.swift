import NIOCore
import NIOEmbedded
import NIOTLS
import Testing

@testable import Security

/// Two embedded channels, back to back; bytes go over by hand, whole or in pieces.
private final class BackToBack {
    let server: EmbeddedChannel
    let client: EmbeddedChannel
    let serverHeard = Ear()
    let clientHeard = Ear()
    private let pieces: Int

    final class Ear: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var happenings: [Happening] = []
        var bytes: [UInt8] = []
        var onRead: ((ChannelHandlerContext, ByteBuffer) -> Void)?

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            bytes += Array(buffer: buffer)
            onRead?(context, buffer)
        }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            switch event {
            case let event as TLSPeerIdentified: happenings.append(.identified(event.identity))
            case TLSUserEvent.handshakeCompleted(let name): happenings.append(.handshake(name))
            case TLSUserEvent.shutdownCompleted: happenings.append(.shutdown)
            case ChannelEvent.inputClosed: happenings.append(.inputClosed)
            default: break
            }
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let error = error as? SecurityError { happenings.append(.failed(error)) }
        }
        func channelInactive(context: ChannelHandlerContext) { happenings.append(.inactive) }

        var failure: SecurityError? {
            for case .failed(let error) in happenings { return error }
            return nil
        }
    }

    /// `pieces`: at most so many bytes at once.
    init(_ authority: TestAuthority, pieces: Int = .max, halfClosure: Bool = false) throws {
        self.pieces = pieces
        server = try EmbeddedChannel(handlers: [
            TLSHandler(context: authority.context("registry"), side: .server, allowsHalfClosure: halfClosure),
            serverHeard,
        ])
        client = try EmbeddedChannel(handlers: [
            TLSHandler(context: authority.context("gateway"), side: .client, allowsHalfClosure: halfClosure),
            clientHeard,
        ])
    }

    func start() throws {
        try server.connect(to: SocketAddress(unixDomainSocketPath: "/none")).wait()
        try client.connect(to: SocketAddress(unixDomainSocketPath: "/none")).wait()
        try exchange()
    }

    /// Carries bytes until neither side has any.
    func exchange() throws {
        while true {
            let there = try carry(from: client, to: server)
            let back = try carry(from: server, to: client)
            if !there && !back { return }
        }
    }

    private func carry(from: EmbeddedChannel, to: EmbeddedChannel) throws -> Bool {
        var any = false
        while var bytes = try from.readOutbound(as: ByteBuffer.self) {
            any = true
            while bytes.readableBytes > 0,
                let piece = bytes.readSlice(length: min(pieces, bytes.readableBytes))
            {
                if to.isActive { try to.writeInbound(piece) }
            }
        }
        return any
    }

    func finish() {
        _ = try? client.finish(acceptAlreadyClosed: true)
        _ = try? server.finish(acceptAlreadyClosed: true)
    }
}

/// The lengths of the TLS records that lie in `bytes`, headers included.
private func records(_ bytes: [UInt8]) -> [Int] {
    var lengths: [Int] = []
    var rest = bytes[...]
    while rest.count >= 5 {
        let length = 5 + Int(rest[rest.startIndex + 3]) << 8 + Int(rest[rest.startIndex + 4])
        lengths.append(length)
        rest = rest.dropFirst(length)
    }
    return lengths
}

/// Synchronous on purpose: an embedded channel belongs to the thread that drives it.
private func withPair(
    pieces: Int = .max, halfClosure: Bool = false, started: Bool = true, _ body: (BackToBack) throws -> Void
) async throws {
    let authority = try TestAuthority.current()
    func drive() throws {
        let pair = try BackToBack(authority, pieces: pieces, halfClosure: halfClosure)
        defer { pair.finish() }
        if started { try pair.start() }
        try body(pair)
    }
    try drive()
}

@Suite("The TLS handler's flow", .withAuthority)
struct TLSHandlerTests {
    @Test("Bytes that come one at a time make the same connection", arguments: [1, 2, 7, 1000])
    func fragments(pieces: Int) async throws {
        try await withPair(pieces: pieces) { pair in
            #expect(pair.serverHeard.happenings.contains(.handshake("tugi/1")))
            let data = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
            try pair.client.writeOutbound(ByteBuffer(bytes: data))
            try pair.server.writeOutbound(ByteBuffer(bytes: data.reversed()))
            try pair.exchange()
            #expect(pair.serverHeard.bytes == data)
            #expect(pair.clientHeard.bytes == data.reversed())
        }
    }

    @Test("What is written between two flushes leaves as one write and in as few records as it takes")
    func coalescing() async throws {
        try await withPair { pair in
            var kept: [EventLoopFuture<Void>] = []
            for number in 0..<1000 {
                kept.append(
                    pair.client.write(ByteBuffer(bytes: [UInt8](repeating: UInt8(number % 251), count: 100))))
            }
            #expect(try pair.client.readOutbound(as: ByteBuffer.self) == nil)
            pair.client.flush()
            let written = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
            #expect(try pair.client.readOutbound(as: ByteBuffer.self) == nil)
            let overhead = 5 + 1 + 16
            #expect(
                records(Array(buffer: written)) == Array(repeating: 16_384 + overhead, count: 6) + [
                    1696 + overhead
                ])
            for future in kept { try future.wait() }
            try pair.server.writeInbound(written)
            #expect(pair.serverHeard.bytes.count == 100_000)
        }
    }

    @Test("A large write between small ones keeps the order")
    func mixedSizes() async throws {
        try await withPair { pair in
            var all: [UInt8] = []
            for (number, count) in [10, 0, 16_384, 1, 50_000, 16_383, 1, 700_000, 3].enumerated() {
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) }
                all += bytes
                pair.client.write(ByteBuffer(bytes: bytes), promise: nil)
            }
            pair.client.flush()
            try pair.exchange()
            #expect(pair.serverHeard.bytes == all)
        }
    }

    @Test("Writes before the handshake wait for it, and leave with its last bytes")
    func earlyWrites() async throws {
        try await withPair(started: false) { pair in
            let early = pair.client.writeAndFlush(ByteBuffer(bytes: [1, 2, 3]))
            let later = pair.client.write(ByteBuffer(bytes: [4]))
            try pair.start()
            try early.wait()
            #expect(pair.serverHeard.bytes == [1, 2, 3])
            pair.client.flush()
            try pair.exchange()
            try later.wait()
            #expect(pair.serverHeard.bytes == [1, 2, 3, 4])
        }
    }

    @Test("Who answers, flushes and closes from within a read does not disturb the handler")
    func reentrancy() async throws {
        try await withPair { pair in
            pair.serverHeard.onRead = { context, buffer in
                context.writeAndFlush(NIOAny(buffer)).assumeIsolated().whenSuccess {
                    context.writeAndFlush(NIOAny(ByteBuffer(bytes: [9])), promise: nil)
                }
                if buffer.readableBytes == 2 { context.close(promise: nil) }
            }
            try pair.client.writeOutbound(ByteBuffer(bytes: [1]))
            try pair.exchange()
            #expect(pair.clientHeard.bytes == [1, 9])
            try pair.client.writeOutbound(ByteBuffer(bytes: [2, 2]))
            try pair.exchange()
            #expect(pair.clientHeard.bytes == [1, 9, 2, 2, 9])
            #expect(pair.clientHeard.happenings.suffix(2) == [.shutdown, .inactive])
            #expect(!pair.server.isActive)
        }
    }

    @Test("Writes that were never flushed fail when the channel closes")
    func unflushedWrites() async throws {
        try await withPair { pair in
            let lost = pair.client.write(ByteBuffer(bytes: [1]))
            try pair.client.close().wait()
            #expect(throws: ChannelError.ioOnClosedChannel) { try lost.wait() }
            try pair.exchange()
            #expect(pair.serverHeard.happenings.suffix(2) == [.shutdown, .inactive])
        }
    }

    @Test("Keys are renewed in mid-stream, both ways, without a break")
    func keyUpdate() async throws {
        try await withPair { pair in
            let client = try pair.client.pipeline.syncOperations.handler(type: TLSHandler.self)
            let server = try pair.server.pipeline.syncOperations.handler(type: TLSHandler.self)
            client.connection.recordsPerKey = 3
            server.connection.recordsPerKey = 5
            for number in UInt8(0)..<50 {
                pair.client.writeAndFlush(ByteBuffer(bytes: [number]), promise: nil)
                pair.server.writeAndFlush(ByteBuffer(bytes: [number]), promise: nil)
                try pair.exchange()
            }
            #expect(pair.serverHeard.bytes == Array(0..<50))
            #expect(pair.clientHeard.bytes == Array(0..<50))
        }
    }

    @Test("A peer that cannot prove that its certificate is its own has no identity")
    func noIdentityBeforeProof() async throws {
        try await withPair(started: false) { pair in
            try pair.server.connect(to: SocketAddress(unixDomainSocketPath: "/none")).wait()
            try pair.client.connect(to: SocketAddress(unixDomainSocketPath: "/none")).wait()
            let server = try pair.server.pipeline.syncOperations.handler(type: TLSHandler.self)
            while let bytes = try pair.client.readOutbound(as: ByteBuffer.self) {
                try pair.server.writeInbound(bytes)
            }
            while let bytes = try pair.server.readOutbound(as: ByteBuffer.self) {
                try pair.client.writeInbound(bytes)
            }
            // The client's certificate, proof and last word come together: the proof's end is cut off.
            var last = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
            let start = last.readSlice(length: last.readableBytes - 60)
            try pair.server.writeInbound(try #require(start))
            #expect(server.peerIdentity == nil)
            try pair.server.close().wait()
            #expect(server.peerIdentity == nil)
            #expect(pair.serverHeard.happenings == [.inactive])
        }
    }

    @Test("A changed byte on the way ends the connection and shows nothing of it")
    func changedBytes() async throws {
        try await withPair { pair in
            pair.client.writeAndFlush(ByteBuffer(bytes: [1, 2, 3]), promise: nil)
            var record = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
            let last = record.writerIndex - 1
            record.setInteger(try #require(record.getInteger(at: last, as: UInt8.self)) ^ 1, at: last)
            try pair.server.writeInbound(record)
            #expect(pair.serverHeard.bytes.isEmpty)
            #expect(pair.serverHeard.failure?.code == .protocolViolation)
            #expect(!pair.server.isActive)
            try pair.exchange()
            #expect(pair.clientHeard.failure?.reportedByPeer == true)
        }
    }

    @Test(
        "What is not TLS at all is refused at once",
        arguments: ["GET / HTTP/1.1\r\n\r\n", "\0\0\0\0\0\0\0\0\0\0\0\0"])
    func notTLS(text: String) async throws {
        try await withPair(started: false) { pair in
            try pair.server.connect(to: SocketAddress(unixDomainSocketPath: "/none")).wait()
            try pair.server.writeInbound(ByteBuffer(string: text))
            #expect(pair.serverHeard.failure?.reason == "not-tls")
            #expect(!pair.server.isActive)
        }
    }

    @Test("A peer that says nothing is hung up on after the handshake's time")
    func timeout() async throws {
        try await withPair(started: false) { pair in
            try pair.server.connect(to: SocketAddress(unixDomainSocketPath: "/none")).wait()
            pair.server.embeddedEventLoop.advanceTime(by: .milliseconds(9_999))
            #expect(pair.serverHeard.happenings.isEmpty)
            pair.server.embeddedEventLoop.advanceTime(by: .milliseconds(1))
            #expect(pair.serverHeard.failure?.code == .handshakeTimeout)
            #expect(!pair.server.isActive)
        }
    }

    @Test("A farewell before the handshake waits for it")
    func earlyFarewell() async throws {
        try await withPair(halfClosure: true, started: false) { pair in
            pair.client.writeAndFlush(ByteBuffer(bytes: [1]), promise: nil)
            let said = pair.client.close(mode: .output)
            try pair.start()
            try said.wait()
            #expect(pair.serverHeard.bytes == [1])
            #expect(pair.serverHeard.happenings.last == .inputClosed)
            try pair.server.writeOutbound(ByteBuffer(bytes: [2]))
            try pair.exchange()
            #expect(pair.clientHeard.bytes == [2])
        }
    }
}
