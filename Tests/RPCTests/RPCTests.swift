import NIOCore
import RPC
import Testing

@Suite("In-process calls")
struct InProcessTests {
    let handler = EchoHandler()
    var channel: InProcessChannel { InProcessChannel(handler: handler, identity: nil) }

    @Test("A unary call is answered")
    func unary() async throws {
        let call = try await channel.open(EchoMethods.unary, CallOptions())
        try await call.send(ByteBuffer(string: "tere"))
        try await call.finishSending()
        #expect(try await call.receive() == ByteBuffer(string: "tere"))
        #expect(try await call.receive() == nil)
    }

    @Test("A flood waits for its reader, and stops when the reader gives up")
    func flood() async throws {
        let call = try await channel.open(EchoMethods.flood, CallOptions())
        try await call.send(ByteBuffer())
        try await call.finishSending()
        await handler.gate.until { $0.counted >= 2 }
        #expect(try await call.receive()?.readableBytes == 32 * 1024)
        await handler.gate.until { $0.counted >= 3 }
        call.cancel()
        await #expect(throws: RPCError.self) { try await call.receive() }
    }

    @Test("The deadline ends a call and reaches the handler")
    func deadline() async throws {
        let call = try await channel.open(EchoMethods.held, CallOptions(timeout: .milliseconds(30)))
        try await call.send(ByteBuffer(string: "x"))
        let error = await #expect(throws: RPCError.self) { try await call.receive() }
        #expect(error?.code == .deadlineExceeded)
        await handler.gate.until { $0.cancelled == 1 || $0.inside == 0 }
    }
}
