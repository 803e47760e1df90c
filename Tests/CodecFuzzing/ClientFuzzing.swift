import Codec
import NIOCore

/// The client's machine between a hostile server and callers that do anything at any time.
final class ClientFuzzing: MachineFuzzing<ClientConnection> {
    /// Calls whose callers wait for an end.
    private var open: Set<CallID> = []
    /// Calls whose callers have heard that they are over, or gave them up.
    private var over: Set<CallID> = []
    /// Calls that the machine gave up or closed for sending, as the server sees it.
    private var cancelled: Set<CallID> = []
    private var closed: Set<CallID> = []
    private var opened: CallID = 0

    init(_ given: FuzzInput) {
        super.init(given, peerIsServer: true) { limits in
            var hello = Hello(environment: "katse/1", software: "proov/1", limits: limits)
            hello.grease = [1]
            return ClientConnection(limits: limits, hello: hello)
        }
    }

    override func note(_ event: ClientEvent) {
        switch event {
        case .message(let id, let message):
            expectOpen(id)
            take(message, of: id)
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

    override func act(_ move: UInt8) {
        switch move {
        case 8, 9: openCall()
        case 10:
            guard let id = call(), let length = input.length(), let extra = input.byte(),
                let message = FuzzInput.message(length)
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

    override func settle() {
        endAll(machine.close())
    }

    override func check() {
        if machine.callsOpen > limits.callsMax { complain("Too many calls are open.") }
        if machine.callsOpen < open.count { complain("A call is lost.") }
        if machine.isDrained, machine.callsOpen != 0 { complain("Drained while calls are open.") }
    }

    /// Everything that the machine writes is a frame that a client may send.
    override func judge(_ frame: Frame) {
        switch frame {
        case .end, .goAway, .ignorable: complain("A client does not send this.")
        case .message(let id, let fragment):
            if closed.contains(id) || cancelled.contains(id) { complain("A message follows the last.") }
            if fragment.flags.contains(.endOfRequests) { closed.insert(id) }
        case .halfClose(let id):
            if !closed.insert(id).inserted || cancelled.contains(id) { complain("HALF_CLOSE twice.") }
        case .credit(let id, _):
            if cancelled.contains(id) { complain("Credit follows CANCEL.") }
        case .cancel(let id, _):
            if !cancelled.insert(id).inserted { complain("CANCEL twice.") }
        default: break
        }
    }
}
