import Codec
import Foundation
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

    /// `WALK_STEPS=1000000 scripts/test --filter RandomWalk` goes a million with each seed.
    static let longSteps = ProcessInfo.processInfo.environment["WALK_STEPS"].flatMap { Int($0) } ?? 20_000

    @Test("The same over many connections that are lost at any moment", arguments: 1001...1003)
    func longWalk(_ seed: Int) {
        var walk = Walk(seed: UInt64(seed))
        var connections = 1
        for step in 0..<Self.longSteps where walk.complaint == nil {
            walk.step()
            if walk.isOver || walk.isUnlucky {
                if walk.isOver || step % 2 == 0 { walk.settle() }
                walk.lose()
                walk.connect()
                connections += 1
            }
        }
        walk.settle()
        #expect(walk.complaint == nil, "seed \(seed)")
        #expect(walk.opened > 0 && connections > 1)
    }
}

/// A model of what application and network do, checking each event against what it knows.
private struct Walk {
    private var pair: Pair
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
    /// Messages that the applications want to send and could not yet.
    private var wantedByClient: [CallID: [ByteBuffer]] = [:]
    private var wantedByServer: [CallID: [ByteBuffer]] = [:]
    /// Calls whose sender has said its last.
    private var finished: Set<CallID> = []
    /// Calls that this side ended before their handler returned.
    private var endedEarly: Set<CallID> = []
    /// Request and response windows.
    private var windows: [CallID: (request: Int, response: Int)] = [:]
    /// The method's largest message.
    private var bytesMax: [CallID: Int] = [:]
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

    /// The server has gone away and all is over.
    var isOver: Bool { isDraining && pair.serverIsClosed && pair.callsOpen == 0 }
    /// Now and then a connection breaks.
    var isUnlucky: Bool { mutating get { chance(500) } }

    /// The socket is gone, with bytes on their way. One side notices before the other, which goes on for a while
    /// with what has come so far. Each open call has no answer, once, and nothing is said or heard after that.
    mutating func lose() {
        if chance(2) {
            closeClient()
            goOn { walk in
                walk.serverReads()
                if walk.chance(4), let id = walk.handlers.sorted().randomElement(using: &walk.random) {
                    walk.finish(id)
                } else {
                    walk.serverSends()
                }
            }
            pair.server.close()
        } else {
            pair.server.close()
            goOn { walk in
                walk.clientReads()
                walk.clientSends()
                walk.take()
            }
            closeClient()
        }
        for id in handlers where pair.server.finish(id, .ok, into: &pair.toClient) != .nothing {
            complain("News after the end.")
        }
        (pair.toServer, pair.toClient) = (ByteBuffer(), ByteBuffer())
        for id in clientOpen.union(handlers) {
            _ = pair.client.send(ByteBuffer(string: "x"), call: id, into: &pair.toServer)
            pair.client.finishSending(id, into: &pair.toServer)
            pair.client.cancel(id, .callerLeft, into: &pair.toServer)
            _ = pair.server.send(ByteBuffer(string: "x"), call: id, into: &pair.toClient)
            pair.server.end(id, .ok, into: &pair.toClient)
        }
        pair.client.ping(1, into: &pair.toServer)
        pair.server.ping(1, into: &pair.toClient)
        _ = pair.server.drain(.age, graceMilliseconds: 1, into: &pair.toClient)
        pair.flush()
        if pair.toServer.readableBytes + pair.toClient.readableBytes > 0 { complain("Bytes after the end.") }
    }

    private mutating func closeClient() {
        let unanswered = pair.client.close()
        if Set(unanswered) != clientOpen { complain("A caller of a lost connection hears nothing.") }
        if unanswered.count != Set(unanswered).count { complain("Lost twice.") }
    }

    /// What one side still does while the other is gone already.
    private mutating func goOn(_ act: (inout Walk) -> Void) {
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            act(&self)
            check()
        }
    }

    /// A new connection, as a client makes it.
    mutating func connect() {
        pair = Pair(serverLimits: limits, clientLimits: limits)
        pair.start()
        (clientOpen, clientCancelled, clientEnded, neverSeen) = ([], [], [], [])
        (handlers, serverStarted, finished, endedEarly) = ([], [], [], [])
        (atServer, atClient, requests, responses) = ([], [], [:], [:])
        (wantedByClient, wantedByServer, windows, bytesMax) = ([:], [:], [:], [:])
        isDraining = false
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func step() {
        pair.now += UInt64.random(in: 0...50, using: &random)
        switch Int.random(in: 0..<16, using: &random) {
        case 14: _ = pair.client.writeFragment(into: &pair.toServer)
        case 15:
            if case .drained = pair.server.writeFragment(into: &pair.toClient), !handlers.isEmpty {
                complain("Drained while calls run.")
            }
        case 0, 1: open()
        case 2, 3: clientSends()
        case 4:
            if let id = clientOpen.sorted().randomElement(using: &random) {
                pair.client.finishSending(id, into: &pair.toServer)
                finish(requestsOf: id)
            }
        case 5: if chance(3), let id = clientOpen.sorted().randomElement(using: &random) { cancel(id) }
        case 6, 7: serverSends()
        case 8: if let id = handlers.sorted().randomElement(using: &random) { finish(id) }
        case 9:
            if chance(3), let id = handlers.sorted().randomElement(using: &random) {
                pair.server.end(id, CallStatus(.deadlineExceeded), into: &pair.toClient)
                endedEarly.insert(id)
                wantedByServer[id] = nil
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
        deliver()
        for _ in 0..<8 {
            pair.flush()
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

    /// Both sides are idle but for what they want to send: then all of it must arrive, or they are locked.
    private mutating func deliver() {
        var before = -1
        while complaint == nil {
            pair.flush()
            while pair.toServer.readableBytes > 0 { serverReads() }
            while pair.toClient.readableBytes > 0 { clientReads() }
            while !atServer.isEmpty || !atClient.isEmpty { take() }
            for id in clientOpen.sorted() { while clientTries(id) {} }
            for id in handlers.sorted() { while serverTries(id) {} }
            let left = wantedByClient.values.joined().count + wantedByServer.values.joined().count
            let isQuiet =
                pair.toServer.readableBytes + pair.toClient.readableBytes == 0
                && !pair.client.hasFragments && !pair.server.hasFragments
            if isQuiet, left == before { break }
            before = left
        }
        if !wantedByClient.values.joined().isEmpty || !wantedByServer.values.joined().isEmpty {
            complain("Locked: a message waits and nothing moves.")
        }
    }

    private mutating func complain(_ text: String) { complaint = complaint ?? text }

    private mutating func check() {
        if pair.callsRunning > limits.callsMax { complain("Too many calls run.") }
        if pair.callsRunning != handlers.count, !pair.serverIsClosed {
            complain("Handlers are miscounted.")
        }
        if pair.windowsGivenBytes > limits.receiveBudgetBytes { complain("The budget is passed.") }
        for id in handlers {
            guard let credit = pair.server.credit(of: id), let window = windows[id] else { continue }
            if !(0...window.response).contains(credit.send) || !(0...window.request).contains(credit.receive)
            {
                complain("Credit beyond its window.")
            }
        }
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
            bytesMax[id] = bytes
            windows[id] = (Int(header.requestWindow), Int(header.responseWindow))
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
        guard let id = clientOpen.subtracting(finished).sorted().randomElement(using: &random) else { return }
        if wantedByClient[id]?.isEmpty != false { wantedByClient[id] = [message()] }
        _ = clientTries(id)
    }

    /// True when a message that was wanted has left.
    private mutating func clientTries(_ id: CallID) -> Bool {
        guard !finished.contains(id), let message = wantedByClient[id]?.first else { return false }
        let isLast = chance(6)
        switch pair.client.send(
            message, call: id, last: isLast, compress: chance(2), into: &pair.toServer)
        {
        case .sent:
            requests[id, default: []].append(sum(message))
            wantedByClient[id]?.removeFirst()
            if isLast { finish(requestsOf: id) }
            return true
        case .wait:
            // Credit may be held back as long as the method's largest message fits; this one is longer.
            if message.readableBytes > (bytesMax[id] ?? 0) { wantedByClient[id] = nil }
            return false
        case .tooLarge, .callOver:
            wantedByClient[id] = nil
            return false
        }
    }

    private mutating func finish(requestsOf id: CallID) {
        finished.insert(id)
        wantedByClient[id] = nil
    }

    private mutating func serverSends() {
        guard let id = handlers.sorted().randomElement(using: &random), !endedEarly.contains(id) else {
            return
        }
        if wantedByServer[id]?.isEmpty != false { wantedByServer[id] = [message()] }
        _ = serverTries(id)
    }

    private mutating func serverTries(_ id: CallID) -> Bool {
        guard let message = wantedByServer[id]?.first else { return false }
        switch pair.server.send(message, call: id, compress: chance(2), into: &pair.toClient) {
        case .sent:
            responses[id, default: []].append(sum(message))
            wantedByServer[id]?.removeFirst()
            return true
        case .wait: return false
        case .tooLarge, .callOver:
            wantedByServer[id] = nil
            return false
        }
    }

    private mutating func cancel(_ id: CallID) {
        pair.client.cancel(id, .callerLeft, into: &pair.toServer)
        clientOpen.remove(id)
        wantedByClient[id] = nil
        clientCancelled.insert(id)
    }

    private mutating func finish(_ id: CallID) {
        handlers.remove(id)
        wantedByServer[id] = nil
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
            case .cancelled(let id, _), .broken(let id, _):
                if !handlers.contains(id) { complain("News for no handler.") }
                wantedByServer[id] = nil
            case .requestsEnded(let id), .mayWrite(let id):
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
                wantedByClient[id] = nil
            case .broken(let id, _):
                // Longer than the method's: the machine has cancelled it.
                if clientOpen.remove(id) == nil { complain("Broken twice.") }
                clientCancelled.insert(id)
                wantedByClient[id] = nil
            case .goAway(_, let lost):
                for id in lost {
                    if clientOpen.remove(id) == nil { complain("Never seen, and over.") }
                    wantedByClient[id] = nil
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
