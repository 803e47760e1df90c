import Codec
import NIOCore

/// The server's machine between a hostile peer and handlers that do anything at any time.
final class ServerFuzzing {
    private let limits: Limits
    private let peerHello: Hello
    private let isGreeted: Bool
    private var machine: ServerConnection
    private var decoder: FrameDecoder
    private var peer = HostilePeer(isServer: false)
    private var input: FuzzInput
    private var out = ByteBuffer()
    /// Reads what the machine writes, as the peer would.
    private var reader: FrameDecoder
    private var now: UInt64 = 1
    /// Handlers that have not returned, with their calls' windows.
    private var handlers: [CallID: (request: Int, response: Int)] = [:]
    /// Calls that the peer cancelled or broke, or that got their END: no message comes for them.
    private var over: Set<CallID> = []
    private var ended: Set<CallID> = []
    private var lastCall: CallID = 0
    /// Messages that no handler has taken, with their credit.
    private var untaken: [(call: CallID, credit: Int)] = []
    private var complaint: String?

    private static let message = ByteBuffer(repeating: 0x62, count: 200_000)

    init(_ given: FuzzInput) {
        input = given
        let flags = input.byte() ?? 0
        limits = HostilePeer.limits(flags)
        isGreeted = flags & 0x01 == 0
        peerHello = HostilePeer.hello(flags, limits: limits)
        machine = ServerConnection(
            limits: limits, hello: Hello(environment: "katse/1", software: "proov/1", limits: limits))
        decoder = FrameDecoder(limits: limits)
        var widest = Limits()
        widest.messageBytesMax = Wire.messageBytesHardMax
        widest.metadataBytesMax = Wire.metadataBytesHardMax
        widest.metadataEntriesMax = Wire.metadataEntriesHardMax
        reader = FrameDecoder(limits: widest)
    }

    func run() -> String? {
        machine.start(into: &out)
        if isGreeted {
            var hello = ByteBuffer()
            FrameEncoder.write(peerHello, into: &hello)
            receive(hello)
        }
        while complaint == nil, let step = input.byte() {
            now += step & 0xF0 == 0xF0 ? 40_000 : UInt64(step >> 4)
            let move = step & 0x0F
            if HostilePeer.moves.contains(move) {
                guard let bytes = peer.bytes(move, &input) else { break }
                receive(bytes)
            } else {
                handlerActs(move)
            }
            check()
        }
        settle()
        return complaint
    }

    private func complain(_ text: String) { complaint = complaint ?? text }

    private func receive(_ bytes: ByteBuffer) {
        let wasClosed = machine.isClosed
        decoder.append(bytes)
        while complaint == nil {
            switch decoder.next() {
            case .needMore: return
            case .failed(let fault):
                let event = machine.fail(fault, into: &out)
                if !machine.isClosed { complain("Open after a fault.") }
                if wasClosed, event != .nothing { complain("News after the end.") }
                return
            case .frame(let frame):
                let before = machine.isClosed
                let written = out.readableBytes
                let event = machine.receive(frame, now: now, into: &out)
                if before, event != .nothing || out.readableBytes > written {
                    complain("News after the end.")
                }
                if out.readableBytes - written > 2_048 { complain("A frame is answered at length.") }
                note(event)
            }
        }
    }

    private func note(_ event: ServerEvent) {
        switch event {
        case .call(let id, let header):
            if id <= lastCall { complain("A call begins twice.") }
            lastCall = id
            handlers[id] = (Int(header.requestWindow), Int(header.responseWindow))
        case .message(let id, let message, _):
            expectRunning(id)
            if message.credit != message.payload.readableBytes + Wire.messageOverheadBytes {
                complain("A message costs something else than it is long.")
            }
            if message.payload.readableBytes > limits.messageBytesMax { complain("A message is too long.") }
            untaken.append((id, message.credit))
        case .requestsEnded(let id), .mayWrite(let id):
            expectRunning(id)
        case .cancelled(let id, _), .broken(let id, _):
            expectRunning(id)
            over.insert(id)
        case .failed, .peerFailed:
            if !machine.isClosed { complain("Open after a fault.") }
        case .drained:
            if !handlers.isEmpty || !machine.isClosed { complain("Drained while calls run.") }
        case .nothing, .ready, .pong: break
        }
    }

    private func expectRunning(_ id: CallID) {
        if handlers[id] == nil || over.contains(id) { complain("News of a call that does not run.") }
    }

    /// One of the calls that run, as the input says.
    private func handler() -> CallID? {
        guard let choice = input.byte(), !handlers.isEmpty else { return nil }
        return handlers.keys.sorted()[Int(choice) % handlers.count]
    }

    private func handlerActs(_ move: UInt8) {
        let wasClosed = machine.isClosed
        let written = out.readableBytes
        switch move {
        case 8:
            guard let id = handler(), let length = input.length(), let extra = input.byte(),
                let message = Self.message.getSlice(at: 0, length: min(length, 200_000))
            else { return }
            let outcome = machine.send(message, call: id, compress: extra & 1 != 0, into: &out)
            if outcome == .sent, over.contains(id) { complain("A message is sent in a call that is over.") }
        case 9: sendFragment()
        case 10:
            guard !untaken.isEmpty else { return }
            let (id, credit) = untaken.removeFirst()
            machine.consumed(credit, call: id, into: &out)
        case 11:
            guard let id = handler() else { return }
            machine.end(id, CallStatus(.deadlineExceeded, reason: "deadline"), into: &out)
            over.insert(id)
        case 12: if let id = handler() { finish(id) }
        case 13:
            guard let id = handler(), let length = input.length() else { return }
            machine.accept(id, requestBytesMax: length, responseBytesMax: length)
        case 14: machine.ping(7, into: &out)
        default: leave()
        }
        if wasClosed, out.readableBytes > written { complain("Bytes after the end.") }
    }

    private func sendFragment() {
        let event = machine.writeFragment(into: &out)
        if case .mayWrite = event { return }
        note(event)
    }

    private func leave() {
        switch (input.byte() ?? 0) % 8 {
        case 0, 1, 2: note(machine.drain(.age, graceMilliseconds: 5, into: &out))
        case 3, 4: note(machine.finishDraining(into: &out))
        case 5: machine.close()
        default: note(machine.fail(WireFault(.timeout, "Nothing came."), into: &out))
        }
    }

    private func finish(_ id: CallID) {
        handlers[id] = nil
        over.insert(id)
        note(machine.finish(id, CallStatus(.ok), into: &out))
    }

    private func check() {
        if machine.isClosed {
            if machine.callsRunning != 0 || machine.windowsGivenBytes != 0 { complain("Closed, and full.") }
        } else {
            if machine.callsRunning != handlers.count { complain("Handlers are miscounted.") }
            let given = handlers.values.reduce(0) { $0 + $1.request }
            if machine.windowsGivenBytes != given { complain("Windows are miscounted.") }
        }
        if machine.callsRunning > limits.callsMax { complain("Too many calls run.") }
        if machine.windowsGivenBytes > limits.receiveBudgetBytes { complain("The budget is passed.") }
        for (id, window) in handlers {
            guard let credit = machine.credit(of: id) else { continue }
            if !(0...window.response).contains(credit.send) || !(0...window.request).contains(credit.receive)
            {
                complain("Credit beyond its window.")
            }
        }
        readBack()
    }

    /// Everything that the machine writes is a frame that a server may send.
    private func readBack() {
        reader.append(out)
        out = ByteBuffer()
        while complaint == nil {
            switch reader.next() {
            case .needMore:
                if reader.bufferedBytes > 0 { complain("Half a frame is written.") }
                return
            case .failed(let fault): complain("The machine writes what cannot be read: \(fault.code.name).")
            case .frame(.request), .frame(.halfClose), .frame(.cancel), .frame(.ignorable):
                complain("A server does not send this.")
            case .frame(.message(let id, _)), .frame(.credit(let id, _)):
                if ended.contains(id) { complain("Something follows END.") }
            case .frame(.end(let id, _)):
                if !ended.insert(id).inserted { complain("A call ends twice.") }
            case .frame: break
            }
        }
    }

    /// All handlers return, all fragments go out: then nothing may be left.
    private func settle() {
        guard complaint == nil else { return }
        for id in handlers.keys.sorted() { finish(id) }
        while machine.hasFragments, complaint == nil { sendFragment() }
        check()
        if machine.callsRunning != 0 || machine.windowsGivenBytes != 0 { complain("A call never ended.") }
    }
}
