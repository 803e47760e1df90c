import Codec
import Foundation
import NIOCore
import RPC
import Security
import Synchronization
import Testing

/// What a peer can do to a server without keeping the protocol, one attack for each known mistake of others.
/// Each time: the server ends or refuses it as `Protocols/wire.md` says, an honest client's connection goes on,
/// and the memory is not the attacker's.
@Suite("Hostile peers", .serialized)
struct HostileTests {
    /// Runs the attack several times beside an honest client.
    private func withstand(
        _ handler: EchoHandler = EchoHandler(), times: Int = 8,
        _ change: (inout RPCLimits) -> Void = { _ in },
        _ attack: @Sendable @escaping (PeerAddress) async throws -> Void
    ) async throws {
        var limits = RPCLimits()
        // The attacks are to come one after another; see `AdmissionTests` for how long they would wait.
        limits.handshakesPerFault = 0
        change(&limits)
        let isSameConnection = limits.keepaliveTimeout == RPCLimits().keepaliveTimeout
        let server = try await Rig.server(handler, limits: limits)
        try await withRunning(server) { address in
            let honest = try await Rig.client(address, retriesMax: 0)
            try await withRunning(honest) {
                let first = try await honest.ask(EchoMethods.unary, "enne")
                #expect(first == "enne")
                let before = Memory.residentKiB()
                for _ in 0..<times {
                    try await attack(address)
                    let answer = try await honest.ask(EchoMethods.unary, "vahepeal")
                    #expect(answer == "vahepeal")
                }
                await handler.gate.letGo()
                let grown = Memory.residentKiB() - before
                #expect(grown < 16 * 1024 || Memory.isSanitized, "grew by \(grown) KiB")
                // The same connection all the time, unless its own keepalive is cut short by the test.
                guard isSameConnection else { return }
                let report = try await honest.unary(
                    BuiltInMethods.introspectionConnections, RPCConnectionsRequest())
                #expect(report.connections.first?.callsStarted == UInt64(times) + 2)
            }
        }
    }

    /// A peer that has said HELLO sends these bytes; how the server ends the connection.
    private func fault(
        _ address: PeerAddress, _ write: @Sendable (inout ByteBuffer) -> Void
    ) async throws -> WireFault.Code? {
        try await RawPeer.secure(address) { peer in
            try await peer.greet()
            try await peer.send(write)
            return try await peer.untilError()?.code
        }
    }

    // MARK: Credit

    @Test("A message beyond the credit given")
    func credit() async throws {
        try await withstand { address in
            let code = try await fault(address) {
                FrameEncoder.write(EchoMethods.large.header(window: 64 * 1024), call: 1, into: &$0)
                FrameEncoder.message(call: 1, ByteBuffer(repeating: 1, count: 900 * 1024), into: &$0)
            }
            #expect(code == .creditExceeded)
        }
    }

    @Test("Messages without content cost credit too")
    func emptyMessages() async throws {
        try await withstand { address in
            let code = try await fault(address) {
                FrameEncoder.write(EchoMethods.stubborn.header(), call: 1, into: &$0)
                // A method that reads nothing, so that nothing is given back.
                FrameEncoder.write(EchoMethods.flood.header(), call: 2, into: &$0)
                FrameEncoder.write(EchoMethods.collect.header(window: 64), call: 3, into: &$0)
                for _ in 0..<5_000 { FrameEncoder.message(call: 3, ByteBuffer(), into: &$0) }
            }
            #expect(code == .creditExceeded)
        }
    }

    @Test("More credit back than was used")
    func creditBack() async throws {
        try await withstand { address in
            let code = try await fault(address) {
                FrameEncoder.write(EchoMethods.chat.header(), call: 1, into: &$0)
                FrameEncoder.credit(call: 1, bytes: 0x7fff_ffff, into: &$0)
            }
            #expect(code == .creditOverflow)
        }
    }

    @Test("Streams that nobody reads block no other call of their connection")
    func unread() async throws {
        try await withstand { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                try await peer.send {
                    for call in CallID(1)...60 {
                        FrameEncoder.write(EchoMethods.flood.header(), call: call, into: &$0)
                        FrameEncoder.message(call: call, ByteBuffer(), endOfRequests: true, into: &$0)
                    }
                    FrameEncoder.write(EchoMethods.unary.header(), call: 61, into: &$0)
                    FrameEncoder.message(call: 61, ByteBuffer(string: "x"), endOfRequests: true, into: &$0)
                }
                #expect(try await peer.end(of: 61)?.status.code == .ok)
            }
        }
    }

    @Test("Handlers that end without reading what was sent cost no credit in the long run")
    func handlerEndsEarly() async throws {
        try await withstand(times: 2) { address in
            let client = try await Rig.client(address, retriesMax: 0)
            try await withRunning(client) {
                for _ in 0..<400 {
                    let call = try await client.open(EchoMethods.chatBroken, CallOptions())
                    try? await call.send(ByteBuffer(repeating: 1, count: 60 * 1024))
                    let error = await failure { try await call.receive() }
                    #expect(error?.reason == "handler-failed")
                }
                let answer = try await client.ask(EchoMethods.unary, "x")
                #expect(answer == "x")
            }
        }
    }

    // MARK: Calls

    @Test("Cancelled calls count while their handlers run")
    func cancelledCalls() async throws {
        let handler = EchoHandler()
        try await withstand(handler, times: 3) { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                try await peer.send {
                    for call in CallID(1)...64 {
                        FrameEncoder.write(EchoMethods.stubborn.header(), call: call, into: &$0)
                        FrameEncoder.message(call: call, ByteBuffer(), endOfRequests: true, into: &$0)
                        FrameEncoder.cancel(call: call, .callerLeft, into: &$0)
                    }
                    FrameEncoder.write(EchoMethods.unary.header(), call: 65, into: &$0)
                }
                let status = try await peer.end(of: 65)?.status
                #expect(status?.reason == "calls-running")
                #expect(status?.retry == .neverSeen)
            }
        }
    }

    @Test("Calls opened and cancelled without end")
    func cancelFlood() async throws {
        try await withstand { address in
            let code = try await fault(address) {
                for call in CallID(1)...2_000 {
                    FrameEncoder.write(EchoMethods.held.header(), call: call, into: &$0)
                    FrameEncoder.message(call: call, ByteBuffer(), endOfRequests: true, into: &$0)
                    FrameEncoder.cancel(call: call, .callerLeft, into: &$0)
                }
            }
            #expect(code == .tooManyCancels)
        }
    }

    @Test("Calls beyond what may run, without end")
    func refusalFlood() async throws {
        try await withstand { address in
            let code = try await fault(address) {
                for call in CallID(1)...2_000 {
                    FrameEncoder.write(EchoMethods.stubborn.header(window: 64), call: call, into: &$0)
                }
            }
            #expect(code == .tooManyRefusals)
        }
    }

    @Test("Windows beyond the budget, and call ids that go back")
    func windowsAndIDs() async throws {
        try await withstand { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                try await peer.send {
                    // Each takes nearly all that there is.
                    FrameEncoder.write(EchoMethods.chat.header(window: 4 << 20), call: 6, into: &$0)
                    FrameEncoder.write(EchoMethods.chat.header(window: 4 << 20), call: 7, into: &$0)
                }
                #expect(try await peer.end(of: 7)?.status.reason == "receive-budget")
                try await peer.send { FrameEncoder.write(EchoMethods.chat.header(), call: 7, into: &$0) }
                #expect(try await peer.untilError()?.code == .callID)
            }
        }
    }

    @Test("Frames of a call that is over, beyond what can be under way")
    func lateFrames() async throws {
        try await withstand { address in
            let code = try await fault(address) {
                FrameEncoder.write(EchoMethods.unknown.header(), call: 1, into: &$0)
                for _ in 0..<30 {
                    FrameEncoder.message(call: 1, ByteBuffer(repeating: 1, count: 60 * 1024), into: &$0)
                }
            }
            #expect(code == .lateFrames)
        }
    }

    // MARK: Cheap frames

    @Test(
        "Frames that oblige an answer or cost time, without end",
        arguments: [
            (Flood.pings, WireFault.Code.tooManyControlFrames), (.ignorable, .tooManyControlFrames),
            (.tinyFragments, .fragmentLength), (.hellos, .frameUnexpected), (.pongs, .frameUnexpected),
        ])
    func floods(_ flood: Flood, _ expected: WireFault.Code) async throws {
        try await withstand { address in
            let code = try await fault(address) { flood.write(into: &$0) }
            #expect(code == expected)
        }
    }

    enum Flood: Sendable {
        case pings, ignorable, tinyFragments, hellos, pongs

        func write(into out: inout ByteBuffer) {
            switch self {
            case .pings: for _ in 0..<1_000 { FrameEncoder.ping(1, into: &out) }
            case .pongs: FrameEncoder.pong(1, into: &out)
            case .hellos: FrameEncoder.write(Hello(environment: Rig.environment, software: "x"), into: &out)
            case .ignorable:
                for _ in 0..<1_000 { out.writeBytes([0, 0, 0, 0, 0xf1, 0, 0, 0, 0, 0, 0, 0]) }
            case .tinyFragments:
                FrameEncoder.write(EchoMethods.chat.header(), call: 1, into: &out)
                out.writeBytes([0, 0, 0, 5, 0x03, 0x01, 0, 0, 0, 0, 0, 1, 0, 0, 0x80, 0, 7])
            }
        }
    }

    // MARK: Lengths

    @Test(
        "Lengths that nobody should believe",
        arguments: [
            ([0xff, 0xff, 0xff, 0xff, 0x03, 0, 0, 0, 0, 0, 0, 1] as [UInt8], WireFault.Code.frameTooLarge),
            ([0, 0, 0x40, 0x01, 0x02, 0, 0, 0, 0, 0, 0, 1], .frameTooLarge),
            // A message of 4 GiB, whole in a frame that says so.
            ([0, 0, 0, 4, 0x03, 0x03, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff], .messageTooLarge),
            // A field that sticks out of its frame.
            (
                [
                    0, 0, 0, 19, 0x02, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0xff, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0,
                    4, 0xff,
                    0xff,
                ], .frameLength
            ),
        ])
    func lengths(_ bytes: [UInt8], _ expected: WireFault.Code) async throws {
        try await withstand { address in
            let code = try await fault(address) { $0.writeBytes(bytes) }
            #expect(code == expected)
        }
    }

    @Test("Metadata beyond what was announced")
    func metadata() async throws {
        try await withstand { address in
            let code = try await fault(address) {
                var header = EchoMethods.unary.header()
                header.metadata = (0..<200).map {
                    MetadataEntry(name: "n\($0)", value: ByteBuffer(repeating: 1, count: 50))
                }
                FrameEncoder.write(header, call: 1, into: &$0)
            }
            #expect(code == .metadataTooLarge)
        }
    }

    @Test("Messages that would grow beyond all bounds when inflated")
    func bombs() async throws {
        try await withstand { address in
            // It says how large it is: 1 MiB from a few bytes.
            let told = try await fault(address) {
                FrameEncoder.write(EchoMethods.large.header(), call: 1, into: &$0)
                FrameEncoder.message(
                    call: 1, ByteBuffer(repeating: 0, count: 1_000), plainBytes: 1024 * 1024, into: &$0)
            }
            #expect(told == .messageTooLarge)
            // It does not: a stream of 1 MiB that says 20 times its bytes.
            let stream = try #require(
                Compression.deflate(ByteBuffer(repeating: 0, count: 1024 * 1024), ratioMax: 10_000))
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                try await peer.send {
                    FrameEncoder.write(EchoMethods.large.header(), call: 1, into: &$0)
                    FrameEncoder.message(call: 1, stream, plainBytes: stream.readableBytes * 20, into: &$0)
                }
                #expect(try await peer.end(of: 1)?.status.reason == "compression-broken")
            }
        }
    }

    // MARK: Slowness

    @Test("Peers that stop in the handshake, in HELLO, or in the middle of a frame")
    func slow() async throws {
        try await withstand(
            times: 3,
            {
                $0.handshakeTimeout = .milliseconds(200)
                $0.frameTimeout = .milliseconds(100)
                $0.frameBytesPerSecondMin = 1 << 20
            }
        ) { address in
            // Half-open, and half a ClientHello.
            try await RawPeer.plain(address) { try await $0.untilClosed() }
            try await RawPeer.plain(address) { peer in
                try await peer.send(ByteBuffer(bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))
                try await peer.untilClosed()
            }
            let hello = try await RawPeer.secure(address) { peer in
                try await peer.send(ByteBuffer(bytes: [0, 0, 0, 0x5c, 1, 0]))
                return try await peer.untilError()?.code
            }
            #expect(hello == .timeout)
            let body = try await fault(address) {
                FrameEncoder.write(EchoMethods.chat.header(), call: 1, into: &$0)
                $0.writeBytes([0, 0, 0xff, 0xff, 0x03, 0x01, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 7, 7, 7])
            }
            #expect(body == .timeout)
        }
    }

    @Test("A frame may take its time as long as it goes on fast enough")
    func slowButHonest() async throws {
        try await withstand(times: 1, { $0.frameTimeout = .seconds(5) }) { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                var bytes = ByteBuffer()
                FrameEncoder.write(EchoMethods.unary.header(), call: 1, into: &bytes)
                FrameEncoder.message(
                    call: 1, ByteBuffer(repeating: 1, count: 500), endOfRequests: true, into: &bytes)
                // Byte by byte: each is a TLS record of its own.
                while let byte = bytes.readSlice(length: 1) { try await peer.send(byte) }
                #expect(try await peer.end(of: 1)?.status.code == .ok)
            }
        }
    }

    @Test("A peer that never reads makes the server keep little, and is let go")
    func neverReads() async throws {
        try await withstand(
            times: 1,
            {
                $0.keepaliveInterval = .milliseconds(500)
                $0.keepaliveTimeout = .milliseconds(1_000)
            }
        ) { address in
            try await RawPeer.secure(address) { peer in
                try await peer.greet()
                var call: CallID = 1
                // Unknown methods: each obliges an answer. In the end the server does not read either, and closes.
                await #expect(throws: (any Error).self) {
                    while call < 100_000_000 {
                        try await peer.send { out in
                            for _ in 0..<1_000 {
                                FrameEncoder.write(
                                    EchoMethods.unknown.header(window: 64), call: call, into: &out)
                                call += 1
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("Half-open connections by the hundred, and more than a server keeps")
    func connectionFlood() async throws {
        try await withstand(
            times: 2,
            {
                $0.connectionsMax = 50
                $0.handshakeTimeout = .milliseconds(300)
            }
        ) { address in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<150 {
                    group.addTask { try await RawPeer.plain(address) { try await $0.untilClosed() } }
                }
                try await group.waitForAll()
            }
        }
    }
}

/// What this process holds.
enum Memory {
    /// A sanitizer keeps several bytes for each of ours, and what was given back: that says nothing of the server.
    static let isSanitized = ["__tsan_init", "__asan_init"].contains { (name: String) in
        dlsym(UnsafeMutableRawPointer(bitPattern: 0), name) != nil
    }

    /// Resident memory in KiB, after giving back what is free.
    static func residentKiB() -> Int {
        if let trim = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "malloc_trim") {
            _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> Int32).self)(0)
        }
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}
