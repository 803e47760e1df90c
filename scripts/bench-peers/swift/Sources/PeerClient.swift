import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf

/// One case, measured from the caller's side of grpc-swift.
struct PeerClient {
    typealias Client = GRPCClient<HTTP2ClientTransport.Posix>
    typealias Bytes = PeerMethods.Bytes
    typealias Number = PeerMethods.Number

    let arguments: BenchArguments
    /// What real callers set for each call.
    private let options = {
        var options = CallOptions.defaults
        options.timeout = .seconds(60)
        return options
    }()

    init(_ arguments: BenchArguments) {
        self.arguments = arguments
    }

    /// Nothing for a case that grpc-swift does not offer: it keeps no TLS session.
    func measure() async throws -> Measured? {
        switch arguments.what {
        case "unary100.x64": try await with { try await unary($0, bytes: 100, inFlight: 64) }
        case "unary1k.x64": try await with { try await unary($0, bytes: 1024, inFlight: 64) }
        case "unary100.x1": try await with { try await unary($0, bytes: 100, inFlight: 1) }
        case "sstream1k": try await with { try await stream($0) }
        case "upload64k": try await with { try await upload($0) }
        case "handshake": try await handshakes()
        case "idle": try await idle()
        default: nil
        }
    }

    // MARK: Clients

    private func client(_ connected: Counter? = nil) throws -> Client {
        let folder = arguments.certificates
        var config = HTTP2ClientTransport.Posix.Config.defaults
        config.http2.authority = "localhost"
        if let connected {
            config.channelDebuggingCallbacks.onCreateTCPConnection = { channel in
                connected.add(1, since: nil)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        }
        return Client(
            transport: try .http2NIOPosix(
                target: .ipv4(address: "127.0.0.1", port: arguments.port),
                transportSecurity: .mTLS(
                    certificateChain: [.file(path: "\(folder)/gateway.pem", format: .pem)],
                    privateKey: .file(path: "\(folder)/gateway.key", format: .pem)
                ) { $0.trustRoots = .certificates([.file(path: "\(folder)/ca.pem", format: .pem)]) },
                config: config))
    }

    private func with(_ work: (Client) async throws -> Measured) async throws -> Measured {
        try await withThrowingDiscardingTaskGroup(returning: Measured.self) { group in
            let client = try client()
            group.addTask { try await client.runConnections() }
            let measured = try await work(client)
            group.cancelAll()
            return measured
        }
    }

    // MARK: Cases

    /// So many callers, each making one call after another.
    private func unary(_ client: Client, bytes: Int, inFlight: Int) async throws -> Measured {
        let count = Counter(keepsTimes: inFlight == 1)
        let request = ClientRequest(message: Bytes(.init(repeating: 7, count: bytes)))
        return try await withThrowingTaskGroup(of: Void.self, returning: Measured.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    while !count.isOver {
                        let began = count.begin()
                        _ = try await client.unary(
                            request: request, descriptor: PeerMethods.echo,
                            serializer: ProtobufSerializer<Bytes>(),
                            deserializer: ProtobufDeserializer<Bytes>(), options: options
                        ) { try $0.message }
                        count.add(1, since: began)
                    }
                }
            }
            let measured = try await count.window(arguments)
            try await group.waitForAll()
            return measured
        }
    }

    private func stream(_ client: Client) async throws -> Measured {
        let count = Counter(keepsTimes: false)
        return try await withThrowingTaskGroup(of: Void.self, returning: Measured.self) { group in
            group.addTask {
                while !count.isOver {
                    try await client.serverStreaming(
                        request: ClientRequest(message: Number(100_000)), descriptor: PeerMethods.stream,
                        serializer: ProtobufSerializer<Number>(), deserializer: ProtobufDeserializer<Bytes>(),
                        options: options
                    ) { response in
                        for try await part in response.messages {
                            count.add(part.value.count / 1024, since: nil)
                            if count.isOver { return }
                        }
                    }
                }
            }
            return try await count.window(arguments)
        }
    }

    private func upload(_ client: Client) async throws -> Measured {
        let count = Counter(keepsTimes: false)
        let part = Bytes(.init(repeating: 7, count: 64 * 1024))
        return try await withThrowingTaskGroup(of: Void.self, returning: Measured.self) { group in
            group.addTask {
                _ = try await client.clientStreaming(
                    request: StreamingClientRequest { writer in
                        while !count.isOver {
                            try await writer.write(part)
                            count.add(1, since: nil)
                        }
                    },
                    descriptor: PeerMethods.upload, serializer: ProtobufSerializer<Bytes>(),
                    deserializer: ProtobufDeserializer<Number>(), options: options
                ) { try $0.message }
            }
            let measured = try await count.window(arguments)
            try await group.waitForAll()
            return measured
        }
    }

    /// The server ends each connection at once; the client makes another.
    private func handshakes() async throws -> Measured {
        let count = Counter(keepsTimes: false)
        return try await withThrowingDiscardingTaskGroup(returning: Measured.self) { group in
            let client = try client(count)
            group.addTask { try await client.runConnections() }
            let measured = try await count.window(arguments)
            group.cancelAll()
            return measured
        }
    }

    /// Opens connections, says so when the server has no more work with them, and keeps them.
    private func idle() async throws -> Measured {
        let count = Counter(keepsTimes: false)
        return try await withThrowingDiscardingTaskGroup(returning: Measured.self) { group in
            for _ in 0..<arguments.number {
                let client = try client(count)
                group.addTask { try await client.runConnections() }
            }
            while true {
                let usage = Usage(servers: arguments.servers)
                try await Task.sleep(for: .milliseconds(300))
                if count.count >= arguments.number, usage.microseconds.server < 2000 { break }
            }
            say("{\"ready\": true}")
            try await Task.sleep(for: .seconds(3600))
            return Measured()
        }
    }
}
