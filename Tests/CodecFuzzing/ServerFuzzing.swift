import Codec
import NIOCore

/// The server's machine between a hostile peer and handlers that do anything at any time.
final class ServerFuzzing: MachineFuzzing<ServerConnection> {
    /// Handlers that have not returned, with their calls' windows.
    private var handlers: [CallID: (request: Int, response: Int)] = [:]
    /// Calls that the peer cancelled or broke, or that got their END: no message comes for them.
    private var over: Set<CallID> = []
    private var ended: Set<CallID> = []
    private var lastCall: CallID = 0

    init(_ given: FuzzInput) {
        super.init(given, peerIsServer: false) { limits in
            ServerConnection(
                limits: limits, hello: Hello(environment: "katse/1", software: "proov/1", limits: limits))
        }
    }

    override func note(_ event: ServerEvent) {
        switch event {
        case .call(let id, let header):
            if id <= lastCall { complain("A call begins twice.") }
            lastCall = id
            handlers[id] = (Int(header.requestWindow), Int(header.responseWindow))
        case .message(let id, let message, _):
            expectRunning(id)
            take(message, of: id)
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

    override func act(_ move: UInt8) {
        switch move {
        case 8:
            guard let id = handler(), let length = input.length(), let extra = input.byte(),
                let message = FuzzInput.message(length)
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

    override func check() {
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
    }

    /// Everything that the machine writes is a frame that a server may send.
    override func judge(_ frame: Frame) {
        switch frame {
        case .request, .halfClose, .cancel, .ignorable:
            complain("A server does not send this.")
        case .message(let id, _), .credit(let id, _):
            if ended.contains(id) { complain("Something follows END.") }
        case .end(let id, _):
            if !ended.insert(id).inserted { complain("A call ends twice.") }
        default: break
        }
    }

    /// All handlers return, all fragments go out: then nothing may be left.
    override func settle() {
        for id in handlers.keys.sorted() { finish(id) }
        while machine.hasFragments, complaint == nil { sendFragment() }
        check()
        if machine.callsRunning != 0 || machine.windowsGivenBytes != 0 { complain("A call never ended.") }
    }
}
