import Codec
import NIOCore
import NIOPosix
import RPC
import Security
import Synchronization

/// A peer that sends whatever a test wants, with or without TLS.
struct RawPeer {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let inbound: NIOAsyncChannelInboundStream<ByteBuffer>

    static func plain<Result: Sendable>(
        _ address: PeerAddress, _ body: (RawPeer) async throws -> Result
    ) async throws -> Result {
        try await connect(address, tls: nil, body)
    }

    static func secure<Result: Sendable>(
        _ address: PeerAddress, _ body: (RawPeer) async throws -> Result
    ) async throws -> Result {
        try await connect(address, tls: TLSContext(TestCertificates.value.tls("gateway")), body)
    }

    private static func connect<Result: Sendable>(
        _ address: PeerAddress, tls: TLSContext?, _ body: (RawPeer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            TLSHandler(context: tls, side: .client))
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawPeer(outbound: outbound, inbound: inbound))
        }
    }

    func send(_ bytes: ByteBuffer) async throws { try await outbound.write(bytes) }

    /// Reads until the server closes; a reset is as good.
    func untilClosed() async throws {
        do {
            for try await _ in inbound {}
        } catch is IOError {}
    }

    /// The ERROR frame that the server ends with.
    func untilError() async throws -> WireFault? {
        var decoder = FrameDecoder()
        for try await bytes in inbound {
            decoder.append(bytes)
            while case .frame(let frame) = decoder.next() {
                if case .error(let fault) = frame { return fault }
            }
        }
        return nil
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
