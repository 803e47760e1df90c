import Glibc
import NIOCore
import RPC
import Security
import ServiceKit
import SwiftProtobuf

/// One case, measured from the caller's side.
struct BenchClient {
    let arguments: BenchArguments
    private let signer: AssertionSigner
    private let caller: Caller

    init(_ arguments: BenchArguments) throws {
        self.arguments = arguments
        guard let clock = SystemWallClock() else { throw BenchArguments.Wrong(text: "tzdata is missing") }
        signer = AssertionSigner(
            key: try SigningKey(pemFile: "\(arguments.certificates)/assertion.key"), clock: clock)
        caller = Caller(
            system: PeerIdentity(
                county: "laane-viru.example", municipality: "0060", kind: .system, name: "gateway"),
            purpose: "operations")
    }

    func measure() async throws -> Measured {
        switch arguments.what {
        case "unary100.x64": try await unary(bytes: 100, inFlight: 64)
        case "unary1k.x64": try await unary(bytes: 1024, inFlight: 64)
        case "unary100.x1": try await unary(bytes: 100, inFlight: 1)
        case "gateway.unary100.x64": try await unary(bytes: 100, inFlight: 64, through: .gateway)
        case "gateway.unary100.x1": try await unary(bytes: 100, inFlight: 1, through: .gateway)
        case "sstream1k": try await with(clients()) { try await stream($0[0]) }
        case "upload64k": try await with(clients()) { try await upload($0[0]) }
        case "handshake": try await handshakes(resumed: false)
        case "resumed": try await handshakes(resumed: true)
        case "idle": try await with(clients(connections: arguments.number)) { _ in try await idle() }
        case "open": try await unary(bytes: 100, inFlight: 64, open: arguments.number)
        case "honest":
            try await unary(bytes: 100, inFlight: 1, clients: arguments.number, pause: .milliseconds(1))
        case "connections": try await unary(bytes: 100, inFlight: 4, clients: arguments.number)
        default: throw BenchArguments.Wrong(text: "unknown case \(arguments.what)")
        }
    }

    // MARK: Clients

    private func clients(
        _ count: Int = 1, connections: Int = 1, resumes: Bool = true, backoff: Backoff = Backoff(),
        to way: Way = .service
    ) -> [Client] {
        var tls = arguments.tls(way == .service ? "gateway" : "0060-county-desk")
        if !resumes { tls.sessionSecondsMax = 0 }
        let address = PeerAddress(host: "127.0.0.1", port: arguments.port)
        return (0..<count).map { _ in
            Client(
                configuration: ClientConfiguration(
                    addresses: Array(repeating: address, count: connections), tls: tls,
                    environmentID: "bench", software: Software(name: "rpc-bench", version: "1"),
                    expectedPeer: way == .service ? "registry" : "gateway", limits: arguments.limits,
                    backoff: backoff),
                logger: .quiet)
        }
    }

    /// Runs the clients, waits until each has all its connections, then does the work.
    private func with(
        _ clients: [Client], connections: Int? = nil, _ work: ([Client]) async throws -> Measured
    ) async throws -> Measured {
        try await withThrowingDiscardingTaskGroup(returning: Measured.self) { group in
            let wanted = UInt64(connections ?? (arguments.what == "idle" ? arguments.number : 1))
            for client in clients {
                group.addTask { try await client.run() }
                while client.handshakes.counts.values.reduce(0, +) < wanted {
                    try await Task.sleep(for: .milliseconds(2))
                }
            }
            let measured = try await work(clients)
            group.cancelAll()
            return measured
        }
    }

    /// Whom a client calls: the service as its gateway does, or a gateway as the systems of municipalities do.
    private enum Way {
        case service, gateway
    }

    /// What each call carries: the signed assertion and a trace context; its deadline is the method's. A gateway signs
    /// by itself.
    private func options(_ method: MethodDescriptor, to way: Way = .service) throws -> CallOptions {
        guard way == .service else { return CallOptions(traceContext: Self.trace) }
        var metadata = Metadata()
        metadata[bytes: CallMetadata.assertion] = try signer.assertion(
            for: caller, audience: "registry", methods: [method.id])
        return CallOptions(metadata: metadata, traceContext: Self.trace)
    }

    /// What a call by another program carries, for all methods that are measured.
    func assertion() throws -> [UInt8] {
        let methods = Set(BenchMethods.all.map(\.id))
        return Array(buffer: try signer.assertion(for: caller, audience: "registry", methods: methods))
    }

    private static let trace: [UInt8] = (0..<25).map { UInt8($0) }

    // MARK: Cases

    /// So many callers, each making one call after another, perhaps with a pause between.
    private func unary(
        bytes: Int, inFlight: Int, clients: Int = 1, open: Int = 0, through way: Way = .service,
        pause: Duration? = nil
    ) async throws -> Measured {
        try await with(self.clients(clients, to: way), connections: 1) { all in
            try await withThrowingTaskGroup(of: Void.self, returning: Measured.self) { group in
                for _ in 0..<open {
                    let call = try await all[0].open(
                        BenchMethods.hold.descriptor, try options(BenchMethods.hold.descriptor))
                    try await call.send(try encode(BenchMethods.Number(1)))
                    try await call.finishSending()
                    group.addTask { _ = try? await call.receive() }
                }
                let count = Counter(keepsTimes: inFlight == 1)
                let request = BenchMethods.Bytes(.init(repeating: 7, count: bytes))
                for client in all {
                    let executor = try await client.executor()
                    for _ in 0..<inFlight {
                        group.addTask(executorPreference: executor) {
                            while !count.isOver {
                                let began = count.begin()
                                _ = try await client.unary(
                                    BenchMethods.echo, request,
                                    try options(BenchMethods.echo.descriptor, to: way))
                                count.add(1, since: began)
                                if let pause { try await Task.sleep(for: pause) }
                            }
                        }
                    }
                }
                let measured = try await count.window(arguments)
                // Why no call came back.
                if measured.count == 0 { try await group.next() }
                if open > 0 {
                    // Thousands of calls are not to be cancelled one by one: they go with their connection.
                    say(measured.json)
                    exit(0)
                }
                return measured
            }
        }
    }

    private func stream(_ client: Client) async throws -> Measured {
        let count = Counter(keepsTimes: false)
        let method = BenchMethods.stream.descriptor
        let executor = try await client.executor()
        return try await withThrowingTaskGroup(of: Void.self, returning: Measured.self) { group in
            group.addTask(executorPreference: executor) {
                while !count.isOver {
                    let call = try await client.open(method, try options(method))
                    try await call.send(try encode(BenchMethods.Number(100_000)))
                    try await call.finishSending()
                    while let message = try await call.receive() {
                        let part: BenchMethods.Bytes = try decode(message)
                        count.add(part.value.count / 1024, since: nil)
                        if count.isOver { return call.cancel() }
                    }
                }
            }
            return try await count.window(arguments)
        }
    }

    private func upload(_ client: Client) async throws -> Measured {
        let count = Counter(keepsTimes: false)
        let method = BenchMethods.upload.descriptor
        let part = BenchMethods.Bytes(.init(repeating: 7, count: 64 * 1024))
        let executor = try await client.executor()
        return try await withThrowingTaskGroup(of: Void.self, returning: Measured.self) { group in
            group.addTask(executorPreference: executor) {
                let call = try await client.open(method, try options(method))
                while !count.isOver {
                    try await call.send(try encode(part))
                    count.add(1, since: nil)
                }
                try await call.finishSending()
                while try await call.receive() != nil {}
            }
            return try await count.window(arguments)
        }
    }

    /// The server ends each connection at once; the client makes another.
    private func handshakes(resumed: Bool) async throws -> Measured {
        let backoff = Backoff(first: .zero, longest: .zero, jitter: 0)
        return try await with(clients(resumes: resumed, backoff: backoff), connections: 1) { all in
            func done() -> Int {
                all[0].handshakes.counts.reduce(0) {
                    $0 + ($1.key.session == (resumed ? "RESUMED" : "FULL") ? Int($1.value) : 0)
                }
            }
            try await Task.sleep(for: .seconds(arguments.warmUp))
            let before = done()
            let usage = Usage(servers: arguments.servers)
            try await Task.sleep(for: .seconds(arguments.seconds))
            let (client, server) = usage.microseconds
            return Measured(count: done() - before, client: client, server: server)
        }
    }

    /// Connections are open; how much memory the server has is for who asked to see.
    private func idle() async throws -> Measured {
        say("{\"ready\": true}")
        try await Task.sleep(for: .seconds(3600))
        return Measured()
    }
}
