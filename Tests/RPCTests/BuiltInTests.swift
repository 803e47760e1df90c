import NIOCore
import RPC
import Security
import SwiftProtobuf
import Testing

@Suite("What every server answers about itself")
struct BuiltInTests {
    @Test("Health is answered, and every change is told to who watches")
    func health() async throws {
        let health = HealthRegistry(.notServing)
        health.set(.serving, service: "tugi.test.v1.Echo")
        let server = try await Rig.server(EchoHandler(), health: health)
        try await withRunning(server) { address in
            let client = try await Rig.client(address)
            try await withRunning(client) {
                let before = try await client.unary(BuiltInMethods.healthCheck, RPCHealthRequest())
                #expect(before.state == .notServing)
                let all = try await client.unary(BuiltInMethods.healthList, RPCHealthListRequest())
                #expect(all.services.map(\.service) == ["", "tugi.test.v1.Echo"])
                #expect(all.services.map(\.state) == [.notServing, .notServing])
                let watch = try await client.open(BuiltInMethods.healthWatch.descriptor, CallOptions())
                try await watch.send(encode(RPCHealthRequest.with { $0.service = "tugi.test.v1.Echo" }))
                #expect(try await state(of: watch) == .notServing)
                health.set(.serving)
                #expect(try await state(of: watch) == .serving)
                health.set(.notServing, service: "tugi.test.v1.Echo")
                #expect(try await state(of: watch) == .notServing)
                watch.cancel()
                let other = try await client.open(BuiltInMethods.healthWatch.descriptor, CallOptions())
                try await other.send(encode(RPCHealthRequest.with { $0.service = "unknown" }))
                #expect(try await state(of: other) == .serviceUnknown)
                other.cancel()
                let error = await failure {
                    try await client.unary(
                        BuiltInMethods.healthCheck, RPCHealthRequest.with { $0.service = "unknown" })
                }
                #expect(error?.code == .notFound)
            }
        }
    }

    private func state(of watch: any ClientCall) async throws -> RPCHealthState? {
        guard let buffer = try await watch.receive() else { return nil }
        let report: RPCHealthReport = try decode(buffer)
        return report.state
    }

    @Test("Version, methods and connections are shown")
    func reports() async throws {
        try await Rig.run { rig in
            let version = try await rig.channel.unary(BuiltInMethods.versionGet, RPCVersionRequest())
            #expect(version.environment == Rig.environment)
            #expect(version.protocol == "tugi/1")
            let methods = try await rig.channel.unary(BuiltInMethods.reflectionMethods, RPCMethodsRequest())
            let ids = methods.methods.map(\.id)
            #expect(ids == ids.sorted())
            #expect(Set(ids).isSuperset(of: EchoMethods.all.map(\.id)))
            #expect(methods.digest.count == 32)
            let connections = try await rig.channel.unary(
                BuiltInMethods.introspectionConnections, RPCConnectionsRequest())
            #expect(connections.connections.map(\.callsRunning) == [1])
            #expect(
                connections.connections.first?.peer
                    == "spiffe://laane-viru.example/municipality/0060/system/gateway")
            let row = try #require(connections.connections.first)
            #expect(row.tlsVersion == "TLSv1.3" && !row.resumed && row.software == "rpc-tests/1")
            let call = try #require(row.calls.first)
            #expect(call.method == "tugi.rpc.v1.Introspection/Connections" && call.attempt == 1)
            #expect(call.millisecondsLeft > 0 && call.sendCredit == 256 * 1024 + 64)
            #expect(
                connections.handshakes.map { "\($0.kind) \($0.session) \($0.count)" } == ["SUCCESS FULL 1"])
        }
    }

    @Test("Operators see also how a program's own connections to others began")
    func ownHandshakes() async throws {
        let certificates = try await TestCertificates.value
        try await withRunning(Rig.server(EchoHandler())) { called in
            let good = try await Rig.client(called)
            let foreign = try await Rig.client(
                called, tls: certificates.foreignTLS("gateway"), expectedPeer: nil, retriesMax: 0)
            let middle = try await Rig.server(EchoHandler(), clients: [good, foreign])
            try await withRunning(middle) { address in
                try await withRunning(good) {
                    let answer = try await good.ask(EchoMethods.unary, "x")
                    #expect(answer == "x")
                }
                try await withRunning(foreign) {
                    _ = await failure { try await foreign.ask(EchoMethods.unary, "x") }
                }
                let operators = try await Rig.client(address)
                try await withRunning(operators) {
                    let report = try await operators.unary(
                        BuiltInMethods.introspectionConnections, RPCConnectionsRequest())
                    let rows = report.handshakes.map { "\($0.target) \($0.kind) \($0.session)" }
                    #expect(rows.prefix(2) == [" SUCCESS FULL", "registry SUCCESS FULL"])
                    #expect(rows.dropFirst(2) == ["\(called) CERTIFICATE_AUTHORITY_INVALID "])
                    #expect(report.handshakesFailed == 0)
                }
            }
        }
    }

    @Test("The schema comes with its hash, and is not found where there is none")
    func schema() async throws {
        let server = try await Rig.server(EchoHandler(), schema: [1, 2, 3])
        try await withRunning(server) { address in
            let client = try await Rig.client(address)
            try await withRunning(client) {
                let report = try await client.unary(BuiltInMethods.reflectionSchema, RPCSchemaRequest())
                #expect(Array(report.descriptorSet) == [1, 2, 3])
                #expect(Array(report.digest) == Digest.sha256([1, 2, 3]))
            }
        }
        try await Rig.run { rig in
            let error = await failure {
                try await rig.channel.unary(BuiltInMethods.reflectionSchema, RPCSchemaRequest())
            }
            #expect(error?.code == .notFound)
        }
    }

    @Test("Every limit is told, and those of HELLO are marked")
    func limits() async throws {
        var limits = RPCLimits()
        limits.callsMax = 17
        let expected = limits.report
        try await Rig.run(limits: limits) { rig in
            let report = try await rig.channel.unary(BuiltInMethods.versionLimits, RPCLimitsRequest())
            #expect(report == expected)
            let announced = report.limits.filter(\.announced)
            #expect(
                announced.map(\.name)
                    == ["message", "metadata", "metadata-entries", "running-calls", "receive-budget"])
            #expect(announced.first { $0.name == "running-calls" }?.value == 17)
            #expect(report.limits.first { $0.name == "control-frames" }?.perMilliseconds == 10_000)
        }
    }

    @Test("A municipality's system may not look at connections")
    func introspection() async throws {
        let tls = try await TestCertificates.value.tls("0901-school-records")
        let server = try await Rig.server(EchoHandler())
        try await withRunning(server) { address in
            let client = try await Rig.client(address, tls: tls)
            try await withRunning(client) {
                let error = await failure {
                    try await client.unary(BuiltInMethods.introspectionConnections, RPCConnectionsRequest())
                }
                #expect(error?.code == .permissionDenied)
            }
        }
    }
}

@Suite("Passing calls on")
struct ForwardTests {
    /// Passes every call on, as the gateway does.
    struct Gateway: CallHandler {
        let onward: any CallChannel
        var methods: [MethodDescriptor] { EchoMethods.all }
        func handle(_ call: any ServerCall) async throws { try await forward(call, to: onward) }
    }

    /// A client, a gateway and a service, all over sockets.
    private func run(_ body: @Sendable @escaping (any CallChannel, EchoHandler) async throws -> Void)
        async throws
    {
        try await Rig.run { rig in
            let gateway = try await Rig.server(Gateway(onward: rig.channel), name: "gateway")
            try await withRunning(gateway) { address in
                let client = try await Rig.client(address, expectedPeer: "gateway")
                try await withRunning(client) { try await body(client, rig.handler) }
            }
        }
    }

    @Test("All kinds of call pass, with their statuses")
    func kinds() async throws {
        try await run { channel, _ in
            let answer = try await channel.ask(EchoMethods.unary, "tere")
            #expect(answer == "tere")
            let options = CallOptions(operationID: [UInt8](repeating: 9, count: 16))
            let changed = try await channel.ask(EchoMethods.change, "x", options)
            #expect(changed == "x")
            let error = await failure { try await channel.ask(EchoMethods.fail) }
            #expect(error?.reason == "not-today")
            let chat = try await channel.open(EchoMethods.chat, CallOptions())
            for number in 0..<20 {
                try await chat.send(ByteBuffer(string: "\(number)"))
                let answer = try await chat.receive()
                #expect(answer.map { String(buffer: $0) } == "\(number)")
            }
            try await chat.finishSending()
            let end = try await chat.receive()
            #expect(end == nil)
            let repeated = try await channel.open(EchoMethods.repeat, CallOptions())
            try await repeated.send(ByteBuffer(string: "y"))
            let all = try await repeated.all()
            #expect(all == ["y", "y", "y"])
        }
    }

    @Test("Cancelling reaches the service behind")
    func cancel() async throws {
        try await run { channel, handler in
            let call = try await channel.open(EchoMethods.held, CallOptions())
            try await call.send(ByteBuffer(string: "x"))
            await handler.gate.until { $0.inside == 1 }
            call.cancel()
            await handler.gate.until { $0.cancelled == 1 }
        }
    }
}

@Suite("Addresses")
struct AddressTests {
    @Test("Names and numbers are read with their port, nothing else")
    func read() {
        let address = PeerAddress("[::1]:7401")
        #expect(address == PeerAddress(host: "::1", port: 7401))
        #expect(PeerAddress("registry:7401")?.description == "registry:7401")
        #expect(PeerAddress("registry") == nil)
        #expect(PeerAddress("::1:7401") == nil)
    }
}
