import NIOCore
import RPC
import Testing

@Suite("How calls end before their answer, in process and over sockets alike")
struct EndingTests {
    @Test("The caller hears of its deadline and the handler is stopped", arguments: Transport.allCases)
    func deadline(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            // So that the time runs while the handler does, not while connecting.
            let first = try await rig.channel.ask(EchoMethods.unary, "esmalt")
            #expect(first == "esmalt")
            let error = await failure {
                try await rig.channel.ask(EchoMethods.held, "x", CallOptions(timeout: .milliseconds(300)))
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(error?.reason == "deadline-passed")
            await rig.handler.gate.until { $0.cancelled == $0.inside }
            let answer1 = try await rig.channel.ask(EchoMethods.unary, "edasi")
            #expect(answer1 == "edasi")
        }
    }

    @Test("Cancelling a call reaches its handler", arguments: Transport.allCases)
    func cancel(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let call = try await rig.channel.open(EchoMethods.held, CallOptions())
            try await call.send(ByteBuffer(string: "x"))
            try await call.finishSending()
            await rig.handler.gate.until { $0.inside == 1 }
            call.cancel()
            let error = await failure { try await call.receive() }
            #expect(error?.code == .cancelled)
            await rig.handler.gate.until { $0.cancelled == 1 }
        }
    }

    @Test("Cancelling the caller's task reaches the handler", arguments: Transport.allCases)
    func cancelTask(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            await withTaskGroup(of: RPCError?.self) { group in
                group.addTask { await failure { try await rig.channel.ask(EchoMethods.held, "x") } }
                await rig.handler.gate.until { $0.inside == 1 }
                group.cancelAll()
                let error = await group.next()
                #expect(error??.code == .cancelled)
            }
            await rig.handler.gate.until { $0.cancelled == 1 }
        }
    }

    @Test("A call that is dropped is cancelled", arguments: Transport.allCases)
    func drop(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            try await open(rig)
            await rig.handler.gate.until { $0.cancelled == 1 }
        }
    }

    private func open(_ rig: Rig) async throws {
        let call = try await rig.channel.open(EchoMethods.held, CallOptions())
        try await call.send(ByteBuffer(string: "x"))
        await rig.handler.gate.until { $0.inside == 1 }
        withExtendedLifetime(call) {}
    }

    @Test("A sender waits for a reader that does not read, and others go on", arguments: Transport.allCases)
    func unread(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let flood = try await rig.channel.open(EchoMethods.flood, CallOptions())
            try await flood.send(ByteBuffer())
            try await flood.finishSending()
            await rig.handler.gate.until { $0.counted >= 4 }
            for number in 0..<100 {
                let answer2 = try await rig.channel.ask(EchoMethods.unary, "\(number)")
                #expect(answer2 == "\(number)")
            }
            // All that could be under way: both buffers and the window between them.
            #expect(await rig.handler.gate.countedNow <= 3 * 256 / 32 + 8)
            for _ in 0..<50 { #expect(try await flood.receive()?.readableBytes == 32 * 1024) }
            flood.cancel()
            let error = await failure { try await flood.receive() }
            #expect(error?.code == .cancelled)
        }
    }

    /// The handler has returned, half of its answers wait for credit: nobody else would end such a call.
    private func openTail(_ rig: Rig) async throws -> any ClientCall {
        let call = try await rig.channel.open(EchoMethods.tail, CallOptions())
        try await call.send(ByteBuffer(repeating: 5, count: 30 * 1024))
        try await call.finishSending()
        #expect(try await call.receive()?.readableBytes == 30 * 1024)
        return call
    }

    /// One call at a time, with room for two of its answers.
    private var narrow: RPCLimits {
        var limits = RPCLimits()
        limits.callsMax = 1
        limits.streamWindowBytes = 1
        return limits
    }

    @Test(
        "A call that is cancelled after its handler returned frees its place", arguments: Transport.allCases)
    func cancelledTail(_ transport: Transport) async throws {
        try await Rig.run(transport, limits: narrow) { rig in
            let call = try await openTail(rig)
            call.cancel()
            let answer = try await rig.channel.ask(EchoMethods.unary, "edasi")
            #expect(answer == "edasi")
        }
    }

    @Test("A server ends although a peer left while answers waited for it")
    func abandonedTail() async throws {
        try await Rig.run(limits: narrow) { rig in
            let call = try await openTail(rig)
            withExtendedLifetime(call) {}
        }
    }
}
