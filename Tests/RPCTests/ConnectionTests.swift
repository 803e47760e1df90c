import Codec
import NIOCore
import RPC
import Testing

@Suite("Many calls on one connection")
struct ConnectionTests {
    @Test("More calls at once than a connection runs are all answered")
    func many() async throws {
        try await Rig.run { rig in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        try await rig.channel.ask(EchoMethods.unary, "\(number)") == "\(number)"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("Messages of 1 MiB travel in fragments beside small ones")
    func large() async throws {
        try await Rig.run { rig in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        let call = try await rig.channel.open(EchoMethods.large, CallOptions())
                        let message = ByteBuffer(repeating: UInt8(number), count: 1024 * 1024)
                        var isRight = true
                        for _ in 0..<3 {
                            try await call.send(message)
                            isRight = try await call.receive() == message && isRight
                        }
                        try await call.finishSending()
                        return try await call.receive() == nil && isRight
                    }
                    group.addTask { try await rig.channel.ask(EchoMethods.unary, "x") == "x" }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("A small call's answer overtakes a message of 1 MiB on the same connection")
    func overtaking() async throws {
        try await withRunning(Rig.server(EchoHandler())) { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                try await peer.send {
                    FrameEncoder.write(EchoMethods.burst.header(), call: 1, into: &$0)
                    FrameEncoder.message(call: 1, ByteBuffer(), endOfRequests: true, into: &$0)
                    FrameEncoder.write(EchoMethods.unary.header(), call: 2, into: &$0)
                    FrameEncoder.message(call: 2, ByteBuffer(string: "x"), endOfRequests: true, into: &$0)
                }
                let small = try await peer.end(of: 2)
                #expect(small?.status.code == .ok)
                // All of the long message's fragments but perhaps a few are still to come.
                let large = try await peer.end(of: 1)
                #expect(large?.status.code == .ok)
                #expect((large?.bytes ?? 0) > 512 * 1024)
            }
        }
    }

    @Test("Hundreds of calls in one packet all come to their end, in more than one turn")
    func manyInOnePacket() async throws {
        try await withRunning(Rig.server(EchoHandler())) { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                try await peer.send {
                    for call in CallID(1)...190 {
                        FrameEncoder.write(EchoMethods.unary.header(), call: call, into: &$0)
                        FrameEncoder.message(
                            call: call, ByteBuffer(string: "x"), endOfRequests: true, into: &$0)
                    }
                }
                var ended: Set<CallID> = []
                while ended.count < 190, let frame = try await peer.frame() {
                    if case .end(let call, _) = frame { ended.insert(call) }
                }
                #expect(ended.count == 190)
            }
        }
    }

    @Test("Long messages take turns")
    func turns() async throws {
        try await withRunning(Rig.server(EchoHandler())) { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                try await peer.send {
                    for call in CallID(1)...3 {
                        FrameEncoder.write(EchoMethods.burst.header(), call: call, into: &$0)
                        FrameEncoder.message(call: call, ByteBuffer(), endOfRequests: true, into: &$0)
                    }
                }
                var order: [CallID] = []
                while order.count < 12, let frame = try await peer.frame() {
                    if case .message(let call, _) = frame { order.append(call) }
                }
                #expect(order == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
            }
        }
    }

    @Test("A message may be compressed")
    func compressed() async throws {
        try await Rig.run { rig in
            let text = (0..<2_000).map { "rida \($0 % 97);" }.joined()
            let answer = try await rig.channel.ask(EchoMethods.unary, text, CallOptions(compress: true))
            #expect(answer == text)
        }
    }

    @Test("A stream that nobody reads does not stop streams on the same connection")
    func unreadStreams() async throws {
        try await Rig.run { rig in
            var floods: [any ClientCall] = []
            for _ in 0..<5 {
                let flood = try await rig.channel.open(EchoMethods.flood, CallOptions())
                try await flood.send(ByteBuffer())
                floods.append(flood)
            }
            await rig.handler.gate.until { $0.counted >= 5 * 8 }
            let chat = try await rig.channel.open(EchoMethods.chat, CallOptions())
            for number in 0..<200 {
                try await chat.send(ByteBuffer(string: "\(number)"))
                let answer = try await chat.receive()
                #expect(answer.map { String(buffer: $0) } == "\(number)")
            }
            // Each of the unread ones is still good.
            for flood in floods {
                for _ in 0..<20 {
                    let message = try await flood.receive()
                    #expect(message?.readableBytes == 32 * 1024)
                }
                flood.cancel()
            }
        }
    }

    @Test("A call that has to wait for room fails at its deadline as never seen")
    func noRoom() async throws {
        var limits = RPCLimits()
        limits.callsMax = 2
        try await Rig.run(.sockets, limits: limits) { rig in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<2 { group.addTask { try await rig.channel.ask(EchoMethods.held, "x") } }
                await rig.handler.gate.until { $0.inside == 2 }
                let error = await failure {
                    try await rig.channel.ask(EchoMethods.unary, "y", CallOptions(timeout: .milliseconds(50)))
                }
                #expect(error?.code == .deadlineExceeded)
                #expect(error?.retry == .neverSeen)
                await rig.handler.gate.letGo()
                for try await answer in group { #expect(answer == "x") }
            }
            let answer = try await rig.channel.ask(EchoMethods.unary, "y")
            #expect(answer == "y")
        }
    }
}
