import Codec
import NIOCore
import Testing

/// Calls between the two machines, as conversations.
@Suite struct CallTests {
    private let request = ByteBuffer(string: "päring")
    private let response = ByteBuffer(string: "vastus")

    private func inbound(_ payload: ByteBuffer) -> InboundMessage {
        InboundMessage(payload: payload, credit: payload.readableBytes + Wire.messageOverheadBytes)
    }

    @Test("A unary call goes there and back in two frames each way")
    func unary() {
        let pair = Pair()
        pair.start()
        let id = pair.open()
        #expect(pair.client.send(request, call: id, last: true, into: &pair.toServer) == .sent)
        let events = pair.serverReads()
        guard case .call(id, let header)? = events.first else {
            Issue.record("No call: \(events)")
            return
        }
        #expect(header.method == 0x0104 && header.deadlineMilliseconds == 5_000)
        #expect(Array(events.dropFirst()) == [.message(id, inbound(request), last: true)])
        // The last request's credit is of no use to anyone: nothing is sent for it.
        pair.server.consumed(inbound(request).credit, call: id, into: &pair.toClient)
        #expect(pair.toClient.readableBytes == 0)
        #expect(pair.server.send(response, call: id, into: &pair.toClient) == .sent)
        #expect(pair.server.finish(id, .ok, into: &pair.toClient) == .nothing)
        #expect(pair.clientReads() == [.message(id, inbound(response)), .ended(id, .ok)])
        #expect(pair.callsOpen == 0 && pair.callsRunning == 0)
        #expect(pair.windowsGivenBytes == 0)
    }

    @Test("Requests end with a half-close when the last of them is known too late")
    func halfClose() {
        let pair = Pair()
        pair.start()
        let id = pair.open()
        pair.client.finishSending(id, into: &pair.toServer)
        pair.client.finishSending(id, into: &pair.toServer)
        #expect(pair.client.send(request, call: id, into: &pair.toServer) == .callOver)
        #expect(pair.serverReads().last == .requestsEnded(id))
    }

    @Test("A stream waits for credit, and goes on when the reader has taken what came")
    func credit() {
        let pair = Pair()
        pair.start()
        let id = pair.open(messageBytesMax: 1_000, messagesInFlight: 4)
        let chunk = ByteBuffer(repeating: 1, count: 1_000)
        for _ in 0..<4 { #expect(pair.client.send(chunk, call: id, into: &pair.toServer) == .sent) }
        #expect(pair.client.send(chunk, call: id, into: &pair.toServer) == .wait)
        #expect(pair.serverReads().count == 5)
        pair.server.accept(id, requestBytesMax: 1_000, responseBytesMax: 1_000)
        // Held back while little is to be given, since the largest message still fits.
        pair.server.consumed(1_064, call: id, into: &pair.toClient)
        #expect(pair.toClient.readableBytes == 0)
        pair.server.consumed(1_064, call: id, into: &pair.toClient)
        pair.server.consumed(1_064, call: id, into: &pair.toClient)
        #expect(pair.clientReads() == [.mayWrite(id)])
        for _ in 0..<3 { #expect(pair.client.send(chunk, call: id, into: &pair.toServer) == .sent) }
        #expect(pair.client.send(chunk, call: id, into: &pair.toServer) == .wait)
    }

    @Test("One message of the largest size always passes, whatever was sent before")
    func noStarvation() {
        let pair = Pair()
        pair.start()
        let id = pair.open(messageBytesMax: 1_000)
        _ = pair.serverReads()
        for length in [10, 1_000, 500, 1_000, 1, 1_000] {
            let chunk = ByteBuffer(repeating: 1, count: length)
            #expect(pair.client.send(chunk, call: id, into: &pair.toServer) == .sent)
            for case .message(_, let message, _) in pair.serverReads() {
                pair.server.consumed(message.credit, call: id, into: &pair.toClient)
            }
            _ = pair.clientReads()
        }
        #expect(
            pair.client.send(ByteBuffer(repeating: 1, count: 1_001), call: id, into: &pair.toServer)
                == .tooLarge)
    }

    @Test("A message beyond its method's bound ends the call alone; what was under way is let pass")
    func tooLargeForMethod() {
        let pair = Pair()
        pair.start()
        let id = pair.open(messageBytesMax: 262_144)
        #expect(
            pair.client.send(ByteBuffer(repeating: 1, count: 262_144), call: id, into: &pair.toServer)
                == .sent)
        pair.flush()
        let other = pair.open()
        #expect(pair.serverReads(bytesMax: 100).count == 1)
        pair.server.accept(id, requestBytesMax: 65_536, responseBytesMax: 65_536)
        let events = pair.serverReads()
        guard case .broken(id, let status)? = events.first, case .call(other, _)? = events.last else {
            Issue.record("Unexpected: \(events)")
            return
        }
        #expect(status.code == .resourceExhausted && status.reason == "message-too-large")
        #expect(pair.clientReads() == [.ended(id, status)])
    }

    @Test("A cancelled call ends in silence and frees its place only with the server's END")
    func cancel() {
        let pair = Pair()
        pair.start()
        let id = pair.open()
        pair.client.cancel(id, .deadlinePassed, into: &pair.toServer)
        #expect(pair.callsOpen == 1)
        #expect(pair.client.send(request, call: id, into: &pair.toServer) == .callOver)
        #expect(pair.serverReads().last == .cancelled(id, .deadlinePassed))
        #expect(pair.server.send(response, call: id, into: &pair.toClient) == .callOver)
        #expect(pair.callsRunning == 1)
        _ = pair.server.finish(id, CallStatus(.cancelled), into: &pair.toClient)
        #expect(pair.clientReads().isEmpty)
        #expect(pair.callsOpen == 0 && pair.callsRunning == 0)
    }

    @Test("A cancel and a status that cross on the way harm nobody")
    func cancelMeetsEnd() {
        let pair = Pair()
        pair.start()
        let id = pair.open()
        _ = pair.serverReads()
        #expect(pair.server.send(response, call: id, into: &pair.toClient) == .sent)
        _ = pair.server.finish(id, .ok, into: &pair.toClient)
        _ = pair.client.send(request, call: id, last: true, into: &pair.toServer)
        pair.client.cancel(id, .callerLeft, into: &pair.toServer)
        #expect(pair.clientReads().isEmpty)
        #expect(pair.serverReads().isEmpty)
        #expect(pair.callsOpen == 0)
        #expect(pair.open() == id + 1)
        #expect(pair.serverReads().count == 1)
    }

    @Test("A call ended before its handler returns gets one END, and counts until it does")
    func endedEarly() {
        let pair = Pair()
        pair.start()
        let id = pair.open()
        _ = pair.serverReads()
        let late = CallStatus(.deadlineExceeded, reason: "deadline-passed")
        pair.server.end(id, late, into: &pair.toClient)
        #expect(pair.callsRunning == 1)
        _ = pair.client.send(request, call: id, last: true, into: &pair.toServer)
        #expect(pair.serverReads().isEmpty)
        _ = pair.server.finish(id, .ok, into: &pair.toClient)
        #expect(pair.clientReads() == [.ended(id, late)])
        #expect(pair.callsRunning == 0)
    }

    @Test("The client keeps to the server's bounds, so that it is never refused")
    func clientKeepsBounds() {
        var limits = Limits()
        limits.callsMax = 3
        let pair = Pair(serverLimits: limits)
        pair.start()
        for expected: CallID in 1...3 { #expect(pair.open() == expected) }
        let header = CallHeader(method: 1, deadlineMilliseconds: 1, requestBytesMax: 10, responseBytesMax: 10)
        #expect(pair.client.open(header, responseBytesMax: 10, into: &pair.toServer) == .full)
        #expect(pair.serverReads().count == 3)
        _ = pair.server.finish(2, .ok, into: &pair.toClient)
        _ = pair.clientReads()
        #expect(pair.open() == 4)
    }

    @Test("Four calls of a mebibyte may run at once, and no fifth")
    func receiveBudget() {
        let pair = Pair()
        pair.start()
        for expected: CallID in 1...4 { #expect(pair.open(messageBytesMax: 1_048_576) == expected) }
        #expect(pair.open(messageBytesMax: 1_048_576) == 0)
        #expect(pair.serverReads().count == 4)
        #expect(pair.windowsGivenBytes <= Limits().receiveBudgetBytes)
    }

    @Test("What can never fit is told at once")
    func neverFits() {
        let pair = Pair()
        pair.start()
        var header = CallHeader(
            method: 1, deadlineMilliseconds: 1, requestBytesMax: 4_194_304, responseBytesMax: 10,
            messagesInFlight: 2)
        #expect(pair.client.open(header, responseBytesMax: 10, into: &pair.toServer) == .tooLarge)
        header = CallHeader(method: 1, deadlineMilliseconds: 1, requestBytesMax: 10, responseBytesMax: 10)
        header.metadata = [MetadataEntry(name: "a", value: ByteBuffer(repeating: 1, count: 8_192))]
        #expect(pair.client.open(header, responseBytesMax: 10, into: &pair.toServer) == .tooLarge)
        header.metadata = [MetadataEntry(name: "Not A Name", value: ByteBuffer())]
        #expect(pair.client.open(header, responseBytesMax: 10, into: &pair.toServer) == .tooLarge)
        #expect(pair.toServer.readableBytes == 0)
    }
}
