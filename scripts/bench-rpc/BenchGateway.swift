import Contracts
import RPC
import Security
import ServiceKit

/// A gateway between callers and the measured server: it vouches for the caller and passes the call on, bytes unread.
struct BenchGateway {
    let arguments: BenchArguments

    init(_ arguments: BenchArguments) {
        self.arguments = arguments
    }

    func run() async throws {
        guard let clock = SystemWallClock() else { throw BenchArguments.Wrong(text: "tzdata is missing") }
        let software = Software(name: "rpc-bench", version: "1")
        let onward = Client(
            configuration: ClientConfiguration(
                addresses: [PeerAddress(host: "127.0.0.1", port: arguments.port)],
                tls: arguments.tls("gateway"), environmentID: "bench", software: software,
                expectedPeer: "registry", limits: arguments.limits),
            logger: .quiet)
        let signer = AssertionSigner(
            key: try SigningKey(pemFile: "\(arguments.certificates)/assertion.key"), clock: clock)
        let server = Server(
            configuration: ServerConfiguration(
                tls: arguments.tls("gateway"), environmentID: "bench", software: software,
                limits: arguments.limits),
            handler: Passing(onward: onward, signer: signer), clients: [onward], logger: .quiet)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await onward.run() }
            group.addTask { try await server.run() }
            say("{\"port\": \(try await server.boundAddress.port)}")
        }
    }

    private struct Passing: CallHandler {
        let onward: Client
        let signer: AssertionSigner

        var methods: [MethodDescriptor] { BenchMethods.all }

        func handle(_ call: any ServerCall) async throws {
            guard let peer = call.context.peer else { throw BenchArguments.Wrong(text: "nobody calls") }
            var metadata = Metadata()
            metadata[bytes: CallMetadata.assertion] = try signer.assertion(
                for: Caller(system: peer, purpose: "operations"), audience: "registry",
                methods: [call.method.id])
            try await forward(call, to: onward, options: CallOptions(metadata: metadata))
        }
    }
}
