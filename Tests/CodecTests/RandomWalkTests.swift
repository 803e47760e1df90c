import Codec
import NIOCore
import Testing

/// Both machines back to back with random moves and delays, and what must hold whatever happens.
@Suite struct RandomWalkTests {
    @Test(
        "Whatever honest peers do, each call ends once, bounds hold and nobody is accused", arguments: 1...150
    )
    func walk(_ seed: Int) {
        var walk = Walk(seed: UInt64(seed))
        for _ in 0..<400 { walk.step() }
        walk.settle()
        #expect(walk.complaint == nil, "seed \(seed)")
        #expect(walk.opened > 0)
    }
}

/// A model of what application and network do, checking each event against what it knows.
private struct Walk {
    let pair: Pair
    var random: Seeded
    var complaint: String?
    var opened = 0
    private var limits = Limits()

    /// Calls of the client that have neither ended nor been cancelled.
    private var clientOpen: Set<CallID> = []
    private var clientCancelled: Set<CallID> = []
    private var clientEnded: Set<CallID> = []
    private var neverSeen: Set<CallID> = []
    /// Handlers that have not returned.
    private var handlers: Set<CallID> = []
    private var serverStarted: Set<CallID> = []
    /// Messages that the applications have not taken, with their credit.
    private var atServer: [(CallID, Int)] = []
    private var atClient: [(CallID, Int)] = []
    /// Checksums of what went into each direction and has not come out.
    private var requests: [CallID: [Int]] = [:]
    private var responses: [CallID: [Int]] = [:]
    private var isDraining = false

    init(seed: UInt64) {
        random = Seeded(state: seed)
        limits.callsMax = 6
        limits.receiveBudgetBytes = 400_000
        limits.controlFramesMax = 1_000_000
        limits.cancelsMax = 1_000_000
        limits.refusalsMax = 1_000_000
        pair = Pair(serverLimits: limits, clientLimits: limits)
        pair.start()
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func step() {
        pair.now += UInt64.random(in: 0...50, using: &random)
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1: open()
        case 2, 3: clientSends()
        case 4:
            if let id = clientOpen.sorted().randomElement(using: &random) {
                pair.client.finishSending(id, into: &pair.toServer)
            }
        case 5: if chance(3), let id = clientOpen.sorted().randomElement(using: &random) { cancel(id) }
        case 6, 7: serverSends()
        case 8: if let id = handlers.sorted().randomElement(using: &random) { finish(id) }
        case 9:
            if chance(3), let id = handlers.sorted().randomElement(using: &random) {
                pair.server.end(id, CallStatus(.deadlineExceeded), into: &pair.toClient)
            }
        case 10: take()
        case 11: if opened > 10, chance(20) { drain() } else { pair.client.ping(5, into: &pair.toServer) }
        case 12: serverReads()
        default: clientReads()
        }
        check()
    }

    /// Everything is read, taken and finished; then nothing may be left.
    mutating func settle() {
        for _ in 0..<8 {
            while pair.toServer.readableBytes > 0 { serverReads() }
            while pair.toClient.readableBytes > 0 { clientReads() }
            while !atServer.isEmpty || !atClient.isEmpty { take() }
            for id in handlers.sorted() { finish(id) }
        }
        check()
        if pair.callsOpen != 0 || pair.callsRunning != 0 { complain("A call never ended.") }
        if pair.windowsGivenBytes != 0 { complain("A window was kept.") }
        if !clientOpen.isEmpty { complain("A caller has no answer.") }
        if isDraining != pair.serverIsClosed { complain("Drained and open, or closed and not drained.") }
    }

    private mutating func complain(_ text: String) { complaint = complaint ?? text }

    private mutating func check() {
        if pair.callsRunning > limits.callsMax { complain("Too many calls run.") }
        if pair.callsRunning != handlers.count, !pair.serverIsClosed {
            complain("Handlers are miscounted.")
        }
        if pair.windowsGivenBytes > limits.receiveBudgetBytes { complain("The budget is passed.") }
        let kept = atServer.reduce(0) { $0 + $1.1 }
        if kept > limits.receiveBudgetBytes { complain("More waits at the server than it gave credit for.") }
    }

    private mutating func open() {
        let sizes = [100, 5_000, 70_000, 150_000]
        let bytes = sizes[Int.random(in: 0..<4, using: &random)]
        let header = CallHeader(
            method: UInt32(bytes), deadlineMilliseconds: 1, requestBytesMax: bytes, responseBytesMax: bytes,
            messagesInFlight: Int.random(in: 1...2, using: &random))
        switch pair.client.open(header, responseBytesMax: bytes, into: &pair.toServer) {
        case .opened(let id):
            opened += 1
            clientOpen.insert(id)
        case .full: break
        case .unavailable: if !isDraining { complain("Unavailable without reason.") }
        case .notReady, .tooLarge: complain("A proper call was not opened.")
        }
    }

    private mutating func message() -> ByteBuffer {
        let length = Int.random(in: 0...(1 << Int.random(in: 0...17, using: &random)), using: &random)
        return ByteBuffer(repeating: UInt8.random(in: 0...255, using: &random), count: length)
    }

    private func sum(_ buffer: ByteBuffer) -> Int {
        buffer.readableBytes << 8 | Int(buffer.readableBytesView.last ?? 0)
    }

    private mutating func clientSends() {
        guard let id = clientOpen.sorted().randomElement(using: &random) else { return }
        let message = message()
        if pair.client.send(message, call: id, last: chance(6), compress: chance(2), into: &pair.toServer)
            == .sent
        {
            requests[id, default: []].append(sum(message))
        }
    }

    private mutating func serverSends() {
        guard let id = handlers.sorted().randomElement(using: &random) else { return }
        let message = message()
        if pair.server.send(message, call: id, compress: chance(2), into: &pair.toClient) == .sent {
            responses[id, default: []].append(sum(message))
        }
    }

    private mutating func cancel(_ id: CallID) {
        pair.client.cancel(id, .callerLeft, into: &pair.toServer)
        clientOpen.remove(id)
        clientCancelled.insert(id)
    }

    private mutating func finish(_ id: CallID) {
        handlers.remove(id)
        let event = pair.server.finish(id, .ok, into: &pair.toClient)
        if event == .drained, !handlers.isEmpty { complain("Drained while calls run.") }
    }

    private mutating func take() {
        if !atServer.isEmpty {
            let (id, credit) = atServer.removeFirst()
            pair.server.consumed(credit, call: id, into: &pair.toClient)
        }
        if !atClient.isEmpty {
            let (id, credit) = atClient.removeFirst()
            pair.client.consumed(credit, call: id, into: &pair.toServer)
        }
    }

    private mutating func drain() {
        isDraining = true
        _ = pair.server.drain(.age, graceMilliseconds: 1, into: &pair.toClient)
        if chance(2) { _ = pair.server.finishDraining(into: &pair.toClient) }
    }

    private mutating func serverReads() {
        for event in pair.serverReads(bytesMax: Int.random(in: 1...80_000, using: &random)) {
            switch event {
            case .call(let id, let header):
                if !serverStarted.insert(id).inserted { complain("A call began twice.") }
                handlers.insert(id)
                pair.server.accept(
                    id, requestBytesMax: Int(header.method), responseBytesMax: Int(header.method))
            case .message(let id, let message, _):
                if !handlers.contains(id) { complain("A message for no handler.") }
                if requests[id]?.isEmpty != false || requests[id]?.removeFirst() != sum(message.payload) {
                    complain("A request message came out changed.")
                }
                atServer.append((id, message.credit))
            case .requestsEnded(let id), .cancelled(let id, _), .broken(let id, _), .mayWrite(let id):
                if !handlers.contains(id) { complain("News for no handler.") }
            case .drained, .pong: break
            case .nothing, .ready: complain("An event out of place.")
            case .peerFailed(let fault), .failed(let fault): complain("The server: \(fault)")
            }
        }
    }

    private mutating func clientReads() {
        for event in pair.clientReads(bytesMax: Int.random(in: 1...80_000, using: &random)) {
            switch event {
            case .message(let id, let message):
                if !clientOpen.contains(id) { complain("A message for no caller.") }
                if responses[id]?.isEmpty != false || responses[id]?.removeFirst() != sum(message.payload) {
                    complain("A response message came out changed.")
                }
                atClient.append((id, message.credit))
            case .ended(let id, _):
                if clientOpen.remove(id) == nil || !clientEnded.insert(id).inserted {
                    complain("Ended twice.")
                }
            case .broken(let id, _):
                // Longer than the method's: the machine has cancelled it.
                if clientOpen.remove(id) == nil { complain("Broken twice.") }
                clientCancelled.insert(id)
            case .goAway(_, let lost):
                for id in lost {
                    if clientOpen.remove(id) == nil { complain("Never seen, and over.") }
                    if serverStarted.contains(id) { complain("Never seen, and begun.") }
                }
            case .mayWrite(let id): if !clientOpen.contains(id) { complain("Credit for no caller.") }
            case .pong: break
            case .nothing, .ready: complain("An event out of place.")
            case .peerFailed(let fault, _), .failed(let fault, _): complain("The client: \(fault)")
            }
        }
    }
}
