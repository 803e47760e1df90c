import Codec
import NIOCore
import NIOPosix
import RPC
import Security
import Synchronization

/// A peer that sends whatever a test wants, with or without TLS.
final class RawPeer {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var decoder = FrameDecoder()

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// `from`: a number of this machine (127.0.0.2) that the connection comes from.
    static func plain<Result: Sendable>(
        _ address: PeerAddress, from: String? = nil, _ body: (RawPeer) async throws -> Result
    ) async throws -> Result {
        try await connect(address, tls: nil, from: from, body)
    }

    static func secure<Result: Sendable>(
        _ address: PeerAddress, _ body: (RawPeer) async throws -> Result
    ) async throws -> Result {
        try await connect(address, tls: TLSContext(TestCertificates.value.tls("gateway")), body)
    }

    private static func connect<Result: Sendable>(
        _ address: PeerAddress, tls: TLSContext?, from: String? = nil,
        _ body: (RawPeer) async throws -> Result
    ) async throws -> Result {
        // A crowd waits long for the kernel's queue; how long it takes is not what is tested.
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.minutes(2))
        if let from { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: from, port: 0)) }
        let channel =
            try await bootstrap
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            TLSHandler(context: tls, side: .client, closeTimeout: .milliseconds(100)))
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawPeer(inbound, outbound))
        }
    }

    func send(_ bytes: ByteBuffer) async throws { try await outbound.write(bytes) }

    /// Sends what `write` writes, in one go.
    func send(_ write: (inout ByteBuffer) -> Void) async throws {
        var bytes = ByteBuffer()
        write(&bytes)
        try await send(bytes)
    }

    /// Says HELLO and awaits the server's.
    @discardableResult
    func greet() async throws -> Hello? {
        try await send {
            FrameEncoder.write(Hello(environment: Rig.environment, software: "raw/1"), into: &$0)
        }
        guard case .hello(let hello)? = try await frame() else { return nil }
        return hello
    }

    /// The next frame; nil when the server closes. A reset is as good.
    func frame() async throws -> Frame? {
        while true {
            switch decoder.next() {
            case .frame(let frame): return frame
            case .failed(let fault): throw fault
            case .needMore: break
            }
            do {
                guard let bytes = try await inbound.next(isolation: nil) else { return nil }
                decoder.append(bytes)
            } catch is IOError {
                return nil
            } catch is SecurityError {
                return nil
            }
        }
    }

    /// Reads until the server closes.
    func untilClosed() async throws {
        do {
            while try await inbound.next(isolation: nil) != nil {}
        } catch is IOError {} catch is SecurityError {}
    }

    /// The ERROR frame that the server ends with.
    func untilError() async throws -> WireFault? {
        while let frame = try await frame() { if case .error(let fault) = frame { return fault } }
        return nil
    }

    /// How that call ends; messages before it are counted.
    func end(of call: CallID) async throws -> (status: CallStatus, bytes: Int)? {
        var bytes = 0
        while let frame = try await frame() {
            switch frame {
            case .message(call, let fragment): bytes += fragment.payload.readableBytes
            case .end(call, let status): return (status, bytes)
            default: break
            }
        }
        return nil
    }
}

extension MethodDescriptor {
    /// A call of the method with windows for one message each.
    func header(window: Int? = nil) -> CallHeader {
        CallHeader(
            method: id, deadlineMilliseconds: 600_000, requestBytesMax: window ?? requestBytesMax,
            responseBytesMax: window ?? responseBytesMax)
    }
}

/// A value that one part of a test leaves for another.
final class Later<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    func set(_ value: Value) { self.value.withLock { $0 = value } }

    func get() throws -> Value {
        guard let value = value.withLock({ $0 }) else {
            throw RPCError(.internal, reason: "test-value-missing", message: "")
        }
        return value
    }
}
