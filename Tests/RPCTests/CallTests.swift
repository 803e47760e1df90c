import NIOCore
import RPC
import Testing

@Suite("Calls, in process and over sockets alike")
struct CallTests {
    @Test("A unary call is answered", arguments: Transport.allCases)
    func unary(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let answer1 = try await rig.channel.ask(EchoMethods.unary, "tere")
            #expect(answer1 == "tere")
            let answer2 = try await rig.channel.ask(EchoMethods.unary, "")
            #expect(answer2 == "")
        }
    }

    @Test("A client's stream is collected into one answer", arguments: Transport.allCases)
    func clientStreaming(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let call = try await rig.channel.open(EchoMethods.collect, CallOptions())
            for part in ["üks ", "kaks ", "kolm"] { try await call.send(ByteBuffer(string: part)) }
            try await call.finishSending()
            #expect(try await call.all() == ["üks kaks kolm"])
        }
    }

    @Test("A server's stream comes in order and ends", arguments: Transport.allCases)
    func serverStreaming(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let call = try await rig.channel.open(EchoMethods.repeat, CallOptions())
            try await call.send(ByteBuffer(string: "x"))
            try await call.finishSending()
            #expect(try await call.all() == ["x", "x", "x"])
        }
    }

    @Test("Both sides talk in turn", arguments: Transport.allCases)
    func bidirectional(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let call = try await rig.channel.open(EchoMethods.chat, CallOptions())
            for number in 0..<50 {
                try await call.send(ByteBuffer(string: "\(number)"))
                #expect(try await call.receive().map { String(buffer: $0) } == "\(number)")
            }
            try await call.finishSending()
            #expect(try await call.receive() == nil)
        }
    }

    @Test("A stream much longer than its window passes", arguments: Transport.allCases)
    func longStream(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let call = try await rig.channel.open(EchoMethods.chat, CallOptions())
            async let sent: Void = {
                for _ in 0..<300 { try await call.send(ByteBuffer(repeating: 1, count: 10_000)) }
                try await call.finishSending()
            }()
            var bytes = 0
            while let response = try await call.receive() { bytes += response.readableBytes }
            try await sent
            #expect(bytes == 3_000_000)
        }
    }

    @Test("The handler knows the peer, the metadata and what time is left", arguments: Transport.allCases)
    func context(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            var metadata = Metadata()
            metadata["tugi-role"] = Array("class-teacher".utf8)
            let options = CallOptions(
                timeout: .seconds(800), operationID: [UInt8](repeating: 7, count: 16), metadata: metadata,
                traceContext: [UInt8](repeating: 1, count: 25))
            let peer = "spiffe://laane-viru.example/municipality/0060/system/gateway"
            let answer3 = try await rig.channel.ask(EchoMethods.context, "", options)
            let words = answer3.split(separator: " ").map(String.init)
            try #require(words.count == 6)
            #expect(words[0...1] == [peer, "class-teacher"] && words[3...5] == ["16", "25", "1"])
            // What is left is less than what was given, and no busy machine takes ten minutes of it.
            #expect((200..<800).contains(Int(words[2]) ?? -1))
        }
    }

    @Test("A call made on behalf of another ends with it", arguments: Transport.allCases)
    func parentDeadline(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let options = CallOptions(timeout: .seconds(850), parent: .now.advanced(by: .seconds(700)))
            let answer = try await rig.channel.ask(EchoMethods.context, "", options)
            let words = answer.split(separator: " ")
            try #require(words.count > 2)
            #expect((100..<700).contains(Int(words[2]) ?? -1))
            let late = CallOptions(parent: .now.advanced(by: .seconds(-1)))
            let error = await failure { try await rig.channel.ask(EchoMethods.context, "", late) }
            #expect(error?.code == .deadlineExceeded)
            #expect(error?.retry == .neverSeen)
        }
    }

    @Test("The status of a handler comes as it was given", arguments: Transport.allCases)
    func status(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let error = await failure { try await rig.channel.ask(EchoMethods.fail) }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.reason == "not-today")
            #expect(error?.message == "Come back tomorrow.")
            #expect(error?.retry == .after(.seconds(60)))
            #expect(error?.details == [1, 2, 3])
        }
    }

    @Test("What breaks inside a handler stays there", arguments: Transport.allCases)
    func brokenHandler(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let error = await failure { try await rig.channel.ask(EchoMethods.broken) }
            #expect(error?.code == .internal)
            #expect(error?.reason == "handler-failed")
            #expect(error?.message.contains("Näidis") == false)
        }
    }

    @Test("An unknown method is answered so, and the next call works", arguments: Transport.allCases)
    func unknownMethod(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let error = await failure { try await rig.channel.ask(EchoMethods.unknown) }
            #expect(error?.code == .unimplemented)
            #expect(error?.message.contains("0xfffe") == true)
            let answer4 = try await rig.channel.ask(EchoMethods.unary, "edasi")
            #expect(answer4 == "edasi")
        }
    }

    @Test("A changing method needs its operation id", arguments: Transport.allCases)
    func operationID(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let error = await failure { try await rig.channel.ask(EchoMethods.change, "x") }
            #expect(error?.reason == "operation-id-missing")
            let options = CallOptions(operationID: [UInt8](repeating: 1, count: 16))
            let answer5 = try await rig.channel.ask(EchoMethods.change, "x", options)
            #expect(answer5 == "x")
        }
    }

    @Test("A request longer than its method allows is not sent", arguments: Transport.allCases)
    func requestTooLarge(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let call = try await rig.channel.open(EchoMethods.unary, CallOptions())
            let most = ByteBuffer(repeating: 1, count: 64 * 1024)
            try await call.send(most)
            try await call.finishSending()
            #expect(try await call.receive() == most)
            let other = try await rig.channel.open(EchoMethods.unary, CallOptions())
            let error = await failure { try await other.send(ByteBuffer(repeating: 1, count: 64 * 1024 + 1)) }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.reason == "message-too-large")
        }
    }

    @Test("A method with one request takes exactly one", arguments: Transport.allCases)
    func requestCount(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            let none = try await rig.channel.open(EchoMethods.unary, CallOptions())
            let missing = await failure {
                try await none.finishSending()
                return try await none.receive()
            }
            #expect(missing?.reason == "request-missing")
            let two = try await rig.channel.open(EchoMethods.unary, CallOptions())
            try await two.send(ByteBuffer())
            let repeated = await failure { try await two.send(ByteBuffer()) }
            #expect(repeated?.reason == "request-repeated")
        }
    }

    @Test("Too much metadata is refused before anything is sent", arguments: Transport.allCases)
    func metadataTooLarge(_ transport: Transport) async throws {
        try await Rig.run(transport) { rig in
            var metadata = Metadata()
            metadata["big"] = [UInt8](repeating: 0, count: 9_000)
            let error = await failure {
                try await rig.channel.ask(EchoMethods.unary, "", CallOptions(metadata: metadata))
            }
            #expect(error?.reason == "metadata-too-large")
        }
    }
}
