import Codec
import NIOCore

/// The client's machine between a hostile server and callers that do anything at any time.
final class ClientFuzzing {
    private let limits: Limits
    private let peerHello: Hello
    private let isGreeted: Bool
    private var machine: ClientConnection
    private var decoder: FrameDecoder
    private var peer = HostilePeer(isServer: true)
    private var input: FuzzInput
    private var out = ByteBuffer()
    /// Reads what the machine writes, as the peer would.
    private var reader: FrameDecoder
    private var now: UInt64 = 1
    /// Calls whose callers wait for an end.
    private var open: Set<CallID> = []
    /// Calls whose callers have heard that they are over, or gave them up.
    private var over: Set<CallID> = []
    /// Calls that the machine gave up or closed for sending, as the server sees it.
    private var cancelled: Set<CallID> = []
    private var closed: Set<CallID> = []
    private var opened: CallID = 0
    /// Messages that no caller has taken, with their credit.
    private var untaken: [(call: CallID, credit: Int)] = []
    private var complaint: String?

    private static let message = ByteBuffer(repeating: 0x62, count: 200_000)

    init(_ given: FuzzInput) {
        input = given
        let flags = input.byte() ?? 0
        limits = HostilePeer.limits(flags)
        isGreeted = flags & 0x01 == 0
        peerHello = HostilePeer.hello(flags, limits: limits)
        var hello = Hello(environment: "katse/1", software: "proov/1", limits: limits)
        hello.grease = [1]
        machine = ClientConnection(limits: limits, hello: hello)
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
                callerActs(move)
            }
            check()
        }
        if complaint == nil { endAll(machine.close()) }
        check()
        return complaint
    }

    private func complain(_ text: String) { complaint = complaint ?? text }

    private func receive(_ bytes: ByteBuffer) {
        decoder.append(bytes)
        while complaint == nil {
            let wasClosed = machine.isClosed
            let written = out.readableBytes
            switch decoder.next() {
            case .needMore: return
            case .failed(let fault):
                let event = machine.fail(fault, into: &out)
                if wasClosed, event != .nothing { complain("News after the end.") }
                return note(event)
            case .frame(let frame):
                let event = machine.receive(frame, now: now, into: &out)
                if wasClosed, event != .nothing || out.readableBytes > written {
                    complain("News after the end.")
                }
                if out.readableBytes - written > 2_048 { complain("A frame is answered at length.") }
                note(event)
            }
        }
    }

    private func note(_ event: ClientEvent) {
        switch event {
        case .message(let id, let message):
            expectOpen(id)
            if message.credit != message.payload.readableBytes + Wire.messageOverheadBytes {
                complain("A message costs something else than it is long.")
            }
            if message.payload.readableBytes > limits.messageBytesMax { complain("A message is too long.") }
            untaken.append((id, message.credit))
        case .mayWrite(let id): expectOpen(id)
        case .ended(let id, _), .broken(let id, _): end(id)
        case .goAway(_, let neverSeen):
            for id in neverSeen { end(id) }
            if machine.takesCalls { complain("Calls are taken after GOAWAY.") }
        case .failed(_, let unanswered), .peerFailed(_, let unanswered): endAll(unanswered)
        case .nothing, .ready, .pong: break
        }
    }

    private func expectOpen(_ id: CallID) {
        if !open.contains(id) { complain("News of a call that is over.") }
    }

    private func end(_ id: CallID) {
        if open.remove(id) == nil { complain("A call is over twice.") }
        over.insert(id)
    }

    private func endAll(_ unanswered: [CallID]) {
        if Set(unanswered) != open || unanswered.count != open.count {
            complain("A caller hears nothing, or twice.")
        }
        over.formUnion(open)
        open = []
        if !machine.isClosed || machine.callsOpen != 0 { complain("Closed, and calls are open.") }
    }

    /// One of the calls made so far, over or not, as the input says.
    private func call() -> CallID? {
        guard let choice = input.byte(), opened > 0 else { return nil }
        return 1 + CallID(choice) % opened
    }

    private func callerActs(_ move: UInt8) {
        let wasClosed = machine.isClosed
        let written = out.readableBytes
        switch move {
        case 8, 9: openCall()
        case 10:
            guard let id = call(), let length = input.length(), let extra = input.byte(),
                let message = Self.message.getSlice(at: 0, length: min(length, 200_000))
            else { return }
            let outcome = machine.send(
                message, call: id, last: extra & 2 != 0, compress: extra & 1 != 0, into: &out)
            if outcome == .sent, over.contains(id) { complain("A message is sent in a call that is over.") }
        case 11: if case .mayWrite(let id) = machine.writeFragment(into: &out) { expectOpen(id) }
        case 12:
            guard !untaken.isEmpty else { return }
            let (id, credit) = untaken.removeFirst()
            machine.consumed(credit, call: id, into: &out)
        case 13: if let id = call() { machine.finishSending(id, into: &out) }
        case 14:
            guard let id = call() else { return }
            machine.cancel(id, .callerLeft, into: &out)
            if open.remove(id) != nil { over.insert(id) }
        default:
            switch (input.byte() ?? 0) % 16 {
            case 0: endAll(machine.close())
            case 1: note(machine.fail(WireFault(.timeout, "Nothing came."), into: &out))
            default: machine.ping(9, into: &out)
            }
        }
        if wasClosed, out.readableBytes > written { complain("Bytes after the end.") }
    }

    private func openCall() {
        guard let request = input.length(), let response = input.length(), let extra = input.byte() else {
            return
        }
        var header = CallHeader(
            method: 4, deadlineMilliseconds: 1, requestBytesMax: request, responseBytesMax: response,
            messagesInFlight: 1 + Int(extra & 3))
        if extra & 0x80 != 0 {
            let entry = MetadataEntry(name: "a", value: ByteBuffer(repeating: 1, count: response % 12_287))
            header.metadata = [entry]
        }
        switch machine.open(header, responseBytesMax: response, into: &out) {
        case .opened(let id):
            if id != opened + 1 || machine.isClosed { complain("A call has another's id.") }
            opened = id
            open.insert(id)
        case .full, .tooLarge: break
        case .unavailable: if machine.takesCalls { complain("Unavailable without reason.") }
        case .notReady: if machine.takesCalls { complain("Not ready, and calls are taken.") }
        }
    }

    private func check() {
        if machine.callsOpen > limits.callsMax { complain("Too many calls are open.") }
        if machine.callsOpen < open.count { complain("A call is lost.") }
        if machine.isDrained, machine.callsOpen != 0 { complain("Drained while calls are open.") }
        readBack()
    }

    /// Everything that the machine writes is a frame that a client may send.
    private func readBack() {
        reader.append(out)
        out = ByteBuffer()
        while complaint == nil {
            switch reader.next() {
            case .needMore:
                if reader.bufferedBytes > 0 { complain("Half a frame is written.") }
                return
            case .failed(let fault): complain("The machine writes what cannot be read: \(fault.code.name).")
            case .frame(.end), .frame(.goAway), .frame(.ignorable): complain("A client does not send this.")
            case .frame(.message(let id, let fragment)):
                if closed.contains(id) || cancelled.contains(id) { complain("A message follows the last.") }
                if fragment.flags.contains(.endOfRequests) { closed.insert(id) }
            case .frame(.halfClose(let id)):
                if !closed.insert(id).inserted || cancelled.contains(id) { complain("HALF_CLOSE twice.") }
            case .frame(.credit(let id, _)):
                if cancelled.contains(id) { complain("Credit follows CANCEL.") }
            case .frame(.cancel(let id, _)):
                if !cancelled.insert(id).inserted { complain("CANCEL twice.") }
            case .frame: break
            }
        }
    }
}
