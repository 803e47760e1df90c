import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// grpc-swift's server over mutual TLS, in its default configuration.
struct PeerServer {
    let arguments: BenchArguments

    func run() async throws {
        let standing = server(.defaults)
        // Ends each connection as soon as it is ready: what its clients then do is shake hands.
        let churning = server(.defaults { $0.connection.maxAge = .milliseconds(1) })
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await standing.serve() }
            group.addTask { try await churning.serve() }
            guard let port = try await standing.listeningAddress?.ipv4?.port,
                let churn = try await churning.listeningAddress?.ipv4?.port
            else { throw BenchArguments.Wrong(text: "no port") }
            say("{\"port\": \(port), \"churn\": \(churn)}")
        }
    }

    private func server(
        _ config: HTTP2ServerTransport.Posix.Config
    ) -> GRPCServer<HTTP2ServerTransport.Posix> {
        let folder = arguments.certificates
        return GRPCServer(
            transport: .http2NIOPosix(
                address: .ipv4(host: "127.0.0.1", port: 0),
                transportSecurity: .mTLS(
                    certificateChain: [.file(path: "\(folder)/registry.pem", format: .pem)],
                    privateKey: .file(path: "\(folder)/registry.key", format: .pem)
                ) { $0.trustRoots = .certificates([.file(path: "\(folder)/ca.pem", format: .pem)]) },
                config: config),
            services: [PeerService()])
    }
}
