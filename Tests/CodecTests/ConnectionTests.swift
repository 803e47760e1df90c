import Codec
import NIOCore
import Testing

/// What keeps, drains and ends a connection.
@Suite struct ConnectionTests {
    private let header = CallHeader(
        method: 1, deadlineMilliseconds: 1_000, requestBytesMax: 1_000, responseBytesMax: 1_000)

    /// The fault that the server finds in frames written by hand.
    private func fault(_ limits: Limits = Limits(), _ write: (inout ByteBuffer) -> Void) -> WireFault.Code? {
        let pair = Pair(serverLimits: limits)
        pair.start()
        write(&pair.toServer)
        guard case .failed(let fault)? = pair.serverReads().last else { return nil }
        #expect(pair.serverIsClosed)
        // What the server wrote ends with the fault, told.
        var decoder = FrameDecoder()
        decoder.append(pair.toClient)
        var last: Frame?
        while case .frame(let frame) = decoder.next() { last = frame }
        #expect(last == .error(fault))
        return fault.code
    }

    /// The fault that the client finds in a server's frames written by hand, with one call open.
    private func clientFault(_ write: (inout ByteBuffer) -> Void) -> WireFault.Code? {
        let pair = Pair()
        pair.start()
        #expect(pair.open() == 1)
        write(&pair.toClient)
        guard case .failed(let fault, _)? = pair.clientReads().last else { return nil }
        #expect(pair.clientIsClosed)
        return fault.code
    }

    @Test("Both sides greet, an ignorable field does no harm, and calls wait for the greeting")
    func hello() {
        let pair = Pair()
        pair.client.start(into: &pair.toServer)
        pair.server.start(into: &pair.toClient)
        #expect(pair.client.open(header, responseBytesMax: 10, into: &pair.toServer) == .notReady)
        guard case .ready(let client)? = pair.serverReads().first,
            case .ready(let server)? = pair.clientReads().first
        else {
            Issue.record("No greeting.")
            return
        }
        #expect(client.software == "proov/1" && server.callsMax == 64)
    }

    @Test("A peer of another environment is refused on both sides, with the reason")
    func otherEnvironment() {
        let pair = Pair(serverEnvironment: "päris/1")
        pair.client.start(into: &pair.toServer)
        pair.server.start(into: &pair.toClient)
        guard case .failed(let fault)? = pair.serverReads().first else {
            Issue.record("The server took it.")
            return
        }
        #expect(fault.code == .environmentMismatch)
        guard case .failed(let mine, [])? = pair.clientReads().first else {
            Issue.record("The client took it.")
            return
        }
        #expect(mine.code == .environmentMismatch)
    }

    @Test("Peers without a common version part")
    func otherVersion() throws {
        let server = Hello(environment: "katse/1", software: "proov/1")
        var newer = server
        newer.versionMin = 2
        newer.versionMax = 3
        var machine = ServerConnection(limits: Limits(), hello: server)
        var out = ByteBuffer()
        guard case .failed(let fault) = machine.receive(.hello(newer), now: 0, into: &out) else {
            Issue.record("It was taken.")
            return
        }
        #expect(fault.code == .versionUnsupported)
    }

    @Test("The first frame is HELLO")
    func first() {
        let pair = Pair()
        FrameEncoder.ping(1, into: &pair.toServer)
        guard case .failed(let fault)? = pair.serverReads().first else {
            Issue.record("It was taken.")
            return
        }
        #expect(fault.code == .helloExpected)
        FrameEncoder.ping(1, into: &pair.toServer)
        #expect(pair.serverReads().isEmpty)
    }

    @Test("Frames that a client may not send end the connection")
    func serverRefuses() {
        let small = ByteBuffer(repeating: 1, count: 10)
        let header = header
        #expect(
            fault { FrameEncoder.write(Hello(environment: "katse/1", software: "x"), into: &$0) }
                == .frameUnexpected)
        #expect(fault { FrameEncoder.write(CallStatus.ok, call: 1, into: &$0) } == .frameUnexpected)
        #expect(fault { FrameEncoder.pong(1, into: &$0) } == .frameUnexpected)
        #expect(fault { FrameEncoder.message(call: 1, small, into: &$0) } == .callID)
        #expect(fault { FrameEncoder.cancel(call: 9, .callerLeft, into: &$0) } == .callID)
        #expect(
            fault {
                FrameEncoder.write(header, call: 5, into: &$0)
                FrameEncoder.write(header, call: 4, into: &$0)
            } == .callID)
        #expect(
            fault {
                FrameEncoder.write(header, call: 1, into: &$0)
                FrameEncoder.message(call: 1, small, endOfRequests: true, into: &$0)
                FrameEncoder.message(call: 1, small, into: &$0)
            } == .frameUnexpected)
        #expect(
            fault {
                FrameEncoder.write(header, call: 1, into: &$0)
                FrameEncoder.message(call: 1, ByteBuffer(repeating: 1, count: 1_001), into: &$0)
            } == .creditExceeded)
        #expect(
            fault {
                FrameEncoder.write(header, call: 1, into: &$0)
                FrameEncoder.credit(call: 1, bytes: 1, into: &$0)
            } == .creditOverflow)
        #expect(
            fault {
                FrameEncoder.write(header, call: 1, into: &$0)
                FrameEncoder.cancel(call: 1, .callerLeft, into: &$0)
                FrameEncoder.halfClose(call: 1, into: &$0)
            } == .frameUnexpected)
    }

    @Test("Fragments that do not follow each other end the connection")
    func fragmentOrder() {
        let long = CallHeader(
            method: 1, deadlineMilliseconds: 1_000, requestBytesMax: 200_000, responseBytesMax: 1_000)
        // The first frame of a message of two.
        var message = ByteBuffer()
        FrameEncoder.message(call: 1, ByteBuffer(repeating: 1, count: 70_000), into: &message)
        let begun = message.readSlice(length: Wire.headerBytes + Wire.frameBodyBytesMax) ?? ByteBuffer()
        let rest = message
        #expect(
            fault {
                FrameEncoder.write(long, call: 1, into: &$0)
                $0.writeImmutableBuffer(rest)
            } == .fragmentOrder)
        #expect(
            fault {
                FrameEncoder.write(long, call: 1, into: &$0)
                $0.writeImmutableBuffer(begun)
                FrameEncoder.message(call: 1, ByteBuffer(), into: &$0)
            } == .fragmentOrder)
        #expect(
            fault {
                FrameEncoder.write(long, call: 1, into: &$0)
                $0.writeImmutableBuffer(begun)
                FrameEncoder.halfClose(call: 1, into: &$0)
            } == .fragmentOrder)
        var short = rest
        short.setInteger(UInt32(4_000), at: short.readerIndex)
        #expect(
            fault {
                FrameEncoder.write(long, call: 1, into: &$0)
                $0.writeImmutableBuffer(begun)
                $0.writeImmutableBuffer(short)
            } == .fragmentLength)
    }

    @Test("Frames that a server may not send end the connection")
    func clientRefuses() {
        let header = header
        #expect(clientFault { FrameEncoder.write(header, call: 1, into: &$0) } == .frameUnexpected)
        #expect(clientFault { FrameEncoder.halfClose(call: 1, into: &$0) } == .frameUnexpected)
        #expect(clientFault { FrameEncoder.write(CallStatus.ok, call: 2, into: &$0) } == .callID)
        #expect(
            clientFault {
                FrameEncoder.write(CallStatus.ok, call: 1, into: &$0)
                FrameEncoder.message(call: 1, ByteBuffer(), into: &$0)
            } == .callID)
        #expect(
            clientFault { FrameEncoder.message(call: 1, ByteBuffer(), endOfRequests: true, into: &$0) }
                == .reservedBits)
        #expect(clientFault { FrameEncoder.credit(call: 1, bytes: 1, into: &$0) } == .creditOverflow)
        #expect(
            clientFault {
                FrameEncoder.write(GoAway(lastCallID: 1, graceMilliseconds: 0, reason: .age), into: &$0)
                FrameEncoder.write(GoAway(lastCallID: 2, graceMilliseconds: 0, reason: .age), into: &$0)
            } == .frameUnexpected)
    }

    @Test("Cheap frames in masses end the connection, in measure they do not")
    func budgets() {
        let header = header
        #expect(fault { for _ in 0..<101 { FrameEncoder.ping(1, into: &$0) } } == .tooManyControlFrames)
        #expect(
            fault { for _ in 0..<101 { $0.writeBytes([0, 0, 0, 0, 0xFA, 0, 0, 0, 0, 0, 0, 0]) } }
                == .tooManyControlFrames)
        #expect(
            fault {
                for id: CallID in 1...201 {
                    FrameEncoder.write(header, call: id, into: &$0)
                    FrameEncoder.cancel(call: id, .callerLeft, into: &$0)
                }
            } == .tooManyCancels)
        #expect(
            fault { for id: CallID in 1...265 { FrameEncoder.write(header, call: id, into: &$0) } }
                == .tooManyRefusals)
        let pair = Pair()
        pair.start()
        for _ in 0..<500 {
            FrameEncoder.ping(7, into: &pair.toServer)
            pair.now += 101
            #expect(pair.serverReads().isEmpty)
        }
        #expect(!pair.serverIsClosed)
    }

    @Test("Calls that are opened and cancelled at once count as running until their handlers return")
    func rapidReset() {
        let pair = Pair()
        pair.start()
        for id: CallID in 1...100 {
            FrameEncoder.write(header, call: id, into: &pair.toServer)
            FrameEncoder.cancel(call: id, .callerLeft, into: &pair.toServer)
        }
        let events = pair.serverReads()
        #expect(pair.callsRunning == 64)
        #expect(events.count == 128)
        #expect(pair.windowsGivenBytes == 64 * 1_064)
    }

    @Test("Frames for calls that are over are let pass no further than their credit")
    func lateFrames() {
        let pair = Pair()
        pair.start()
        let id = pair.open(messageBytesMax: 1_000)
        _ = pair.serverReads()
        _ = pair.server.finish(id, .ok, into: &pair.toClient)
        let message = ByteBuffer(repeating: 1, count: 1_000)
        FrameEncoder.message(call: id, message, into: &pair.toServer)
        FrameEncoder.halfClose(call: id, into: &pair.toServer)
        #expect(pair.serverReads().isEmpty)
        FrameEncoder.message(call: id, message, into: &pair.toServer)
        guard case .failed(let fault)? = pair.serverReads().first else {
            Issue.record("It was let pass.")
            return
        }
        #expect(fault.code == .lateFrames)
    }

    @Test("Going away loses no call: notice, the client's sign, the last call, the end")
    func drain() {
        let pair = Pair()
        pair.start()
        let first = pair.open()
        _ = pair.serverReads()
        #expect(pair.server.drain(.shutdown, graceMilliseconds: 5_000, into: &pair.toClient) == .nothing)
        let second = pair.open()
        guard case .goAway(let notice, [])? = pair.clientReads().first else {
            Issue.record("No notice.")
            return
        }
        #expect(notice.lastCallID == Wire.callIDMax && notice.reason == .shutdown)
        #expect(pair.client.open(header, responseBytesMax: 10, into: &pair.toServer) == .unavailable)
        #expect(!pair.clientIsDrained)
        #expect(pair.serverReads().count == 1)
        guard case .goAway(let last, [])? = pair.clientReads().first else {
            Issue.record("No last call.")
            return
        }
        #expect(last.lastCallID == second)
        #expect(pair.server.finish(first, .ok, into: &pair.toClient) == .nothing)
        #expect(pair.server.finish(second, .ok, into: &pair.toClient) == .drained)
        #expect(pair.clientReads() == [.ended(first, .ok), .ended(second, .ok)])
        #expect(pair.clientIsDrained && pair.serverIsClosed)
    }

    @Test("Calls above the last one were never seen, and are let pass by the server")
    func neverSeen() {
        let pair = Pair()
        pair.start()
        let first = pair.open()
        _ = pair.serverReads()
        _ = pair.server.drain(.age, graceMilliseconds: 5_000, into: &pair.toClient)
        _ = pair.server.finishDraining(into: &pair.toClient)
        let second = pair.open()
        _ = pair.client.send(
            ByteBuffer(repeating: 1, count: 65_536), call: second, last: true, into: &pair.toServer)
        #expect(pair.serverReads().isEmpty)
        let events = pair.clientReads()
        guard case .goAway(let last, [second])? = events.last else {
            Issue.record("Unexpected: \(events)")
            return
        }
        #expect(last.lastCallID == first)
        #expect(pair.server.finish(first, .ok, into: &pair.toClient) == .drained)
        #expect(pair.clientReads() == [.ended(first, .ok)])
    }

    @Test("A lost connection names the calls that have no answer")
    func lost() {
        let pair = Pair()
        pair.start()
        let first = pair.open()
        let second = pair.open()
        pair.client.cancel(first, .callerLeft, into: &pair.toServer)
        #expect(pair.client.close() == [second])
        #expect(pair.client.open(header, responseBytesMax: 10, into: &pair.toServer) == .unavailable)
        #expect(pair.client.close() == [])
    }

    @Test("A ping is answered both ways")
    func ping() {
        let pair = Pair()
        pair.start()
        pair.client.ping(11, into: &pair.toServer)
        pair.server.ping(12, into: &pair.toClient)
        _ = pair.serverReads()
        #expect(pair.clientReads() == [.pong(11)])
        #expect(pair.serverReads() == [.pong(12)])
    }
}
