import NIOCore
import NIOPosix
import NIOTLS
import Security
import Testing

/// What a pipeline behind the TLS handler hears.
enum Happening: Sendable, Equatable {
    case identified(PeerIdentity)
    /// Comes after `identified` when a session was resumed.
    case resumed
    case handshake(String?)
    case bytes([UInt8])
    case inputClosed
    case shutdown
    case failed(SecurityError)
    case otherError(String)
    case inactive
}

/// Tells what happens in a pipeline, in order; the stream ends when the channel is closed.
final class Teller: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let tell: AsyncStream<Happening>.Continuation
    init(_ tell: AsyncStream<Happening>.Continuation) { self.tell = tell }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        tell.yield(.bytes(Array(buffer: unwrapInboundIn(data))))
    }
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSPeerIdentified:
            tell.yield(.identified(event.identity))
            if event.isResumed { tell.yield(.resumed) }
        case TLSUserEvent.handshakeCompleted(let name): tell.yield(.handshake(name))
        case TLSUserEvent.shutdownCompleted: tell.yield(.shutdown)
        case ChannelEvent.inputClosed: tell.yield(.inputClosed)
        default: break
        }
    }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? SecurityError {
            tell.yield(.failed(error))
        } else {
            tell.yield(.otherError("\(error)"))
        }
    }
    func channelInactive(context: ChannelHandlerContext) {
        tell.yield(.inactive)
        tell.finish()
    }
}

/// Between socket and TLS: cuts the line without a farewell.
final class Cutter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    struct Cut: Sendable {}
    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        if event is Cut {
            context.close(promise: promise)
        } else {
            context.triggerUserOutboundEvent(event, promise: promise)
        }
    }
}

/// Answers with what comes, and closes after so many bytes.
final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var left: Int
    init(_ count: Int) { left = count }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        left -= bytes.readableBytes
        context.write(wrapOutboundOut(bytes), promise: nil)
    }
    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        if left <= 0 { context.close(promise: nil) }
    }
}

/// One end of a connection over a real socket.
struct End: Sendable {
    let channel: any Channel
    let happenings: AsyncStream<Happening>

    func write(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// All until the channel is closed.
    func all() async -> [Happening] {
        var all: [Happening] = []
        for await happening in happenings { all.append(happening) }
        return all
    }

    /// The error that ended it.
    func failure() async -> SecurityError? {
        for case .failed(let error) in await all() { return error }
        return nil
    }

    /// The next `count` bytes; fewer when the connection ends.
    func bytes(_ count: Int) async -> [UInt8] {
        var bytes: [UInt8] = []
        if count == 0 { return bytes }
        for await happening in happenings {
            if case .bytes(let more) = happening { bytes += more }
            if bytes.count >= count { break }
        }
        return bytes
    }

    func waitFor(_ wanted: Happening) async -> Bool {
        for await happening in happenings where happening == wanted { return true }
        return false
    }
}

/// A listening socket whose first connection is `accepted`.
struct Listener: Sendable {
    let channel: any Channel
    private let ends: AsyncStream<End>

    var port: Int { channel.localAddress?.port ?? 0 }

    static func open(_ context: TLSContext, halfClosure: Bool = false, echo: Int? = nil) async throws
        -> Listener
    {
        try await open(with: { context }, halfClosure: halfClosure, echo: echo)
    }

    /// Each connection begins with what `context` gives then.
    static func open(
        with context: @escaping @Sendable () -> TLSContext, halfClosure: Bool = false, echo: Int? = nil
    ) async throws -> Listener {
        let (ends, tell) = AsyncStream.makeStream(of: End.self)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    tell.yield(try assemble(channel, context(), .server, nil, halfClosure, echo))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return Listener(channel: channel, ends: ends)
    }

    func accepted() async throws -> End {
        var iterator = ends.makeAsyncIterator()
        return try #require(await iterator.next())
    }
}

private func assemble(
    _ channel: any Channel, _ context: TLSContext, _ side: TLSHandler.Side, _ expecting: PeerIdentity?,
    _ halfClosure: Bool, _ echo: Int?, resuming: String? = nil
) throws -> End {
    let (happenings, tell) = AsyncStream.makeStream(of: Happening.self)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(Cutter())
    try pipeline.addHandler(
        TLSHandler(
            context: context, side: side, expecting: expecting, resuming: resuming,
            allowsHalfClosure: halfClosure))
    if let echo { try pipeline.addHandler(Echo(echo)) }
    try pipeline.addHandler(Teller(tell))
    return End(channel: channel, happenings: happenings)
}

/// Connects to a port as a client.
func connect(
    _ context: TLSContext, port: Int, expecting: PeerIdentity? = nil, halfClosure: Bool = false,
    resuming: String? = nil
) async throws -> End {
    let (ends, tell) = AsyncStream.makeStream(of: End.self)
    _ = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                tell.yield(
                    try assemble(
                        channel, context, .client, expecting, halfClosure, nil, resuming: resuming))
            }
        }
        .connect(host: "127.0.0.1", port: port).get()
    var iterator = ends.makeAsyncIterator()
    return try #require(await iterator.next())
}

/// A connection of two contexts; `body` has both ends.
func withConnection(
    server: TLSContext, client: TLSContext, expecting: PeerIdentity? = nil, halfClosure: Bool = false,
    _ body: (_ server: End, _ client: End) async throws -> Void
) async throws {
    let listener = try await Listener.open(server, halfClosure: halfClosure)
    let clientEnd = try await connect(
        client, port: listener.port, expecting: expecting, halfClosure: halfClosure)
    let serverEnd = try await listener.accepted()
    try await body(serverEnd, clientEnd)
    try? await clientEnd.channel.close()
    try? await serverEnd.channel.close()
    try await listener.channel.close()
}
