import Codec
import Logging
import NIOCore

extension ClientShell {
    /// Does what a received frame means.
    func handle(_ event: ClientEvent) {
        switch event {
        case .nothing, .pong:
            break
        case .ready(let hello):
            becomeReady(hello)
        case .message(let id, let message):
            guard let core = calls[id] else { return }
            core.inbox.push(message.payload)
        case .mayWrite(let id):
            if let core = calls[id] { attend(core) }
        case .ended(let id, let status), .broken(let id, let status):
            forget(id)?.end(RPCError(status))
        case .goAway(let goAway, let neverSeen):
            leave(goAway, neverSeen)
        case .peerFailed(let fault, _):
            lose(.reported(fault), isLasting: !isReady)
        case .failed(let fault, _):
            lose(.found(fault), isLasting: !isReady)
        }
        // A cancelled call frees its place in silence.
        if !waiting.isEmpty { openWaiting() }
        if isLeaving, machine.callsOpen == 0, let context { output.close(context) }
    }

    func attend(_ core: ClientCallCore) {
        let news = core.takeNews()
        guard let id = news.id else { return begin(core) }
        // What an ended call still wants is nobody's business.
        guard calls[id] != nil else { return }
        serve(core, id, news)
    }

    private func serve(_ core: ClientCallCore, _ id: CallID, _ news: ClientCallCore.News) {
        if let reason = news.cancel {
            machine.cancel(id, reason, into: &output.buffer)
            forget(id)
            return
        }
        if news.credit > 0 { machine.consumed(news.credit, call: id, into: &output.buffer) }
        pump(core, id, finished: news.isFinished)
    }

    /// A call that this connection has not seen, or has forgotten.
    private func begin(_ core: ClientCallCore) {
        guard !core.inbox.hasEnded else { return }
        armDeadline(core.deadline)
        if waiting.isEmpty, open(core) { return }
        if core.beginsToWait() { waiting.append(core) }
    }

    /// False when there is no room now.
    private func open(_ core: ClientCallCore) -> Bool {
        guard isActive, !isLeaving else {
            core.end(.neverSent("The connection was just ending."))
            return true
        }
        var header = core.header
        let left = ContinuousClock.now.duration(to: core.deadline)
        guard left > .zero else {
            core.end(.deadlinePassed(core.method, tried: false))
            return true
        }
        header.deadlineMilliseconds = UInt32(clamping: max(1, left.milliseconds))
        switch machine.open(
            header, responseBytesMax: core.method.responseBytesMax, into: &output.buffer)
        {
        case .opened(let id):
            calls[id] = core
            serve(core, id, core.opened(id))
            return true
        case .full:
            return false
        case .unavailable, .notReady:
            core.end(.neverSent("The connection was just ending."))
            return true
        case .tooLarge:
            core.end(
                RPCError(
                    .resourceExhausted, reason: "window-too-large",
                    message: "The server never takes messages or metadata as large as those of"
                        + " \(core.method.name); compare the limits of both."))
            return true
        }
    }

    private func openWaiting() {
        // Taken out first: opening may flush, and that may tell of the connection's end.
        while let core = waiting.popFirst() {
            if core.inbox.hasEnded || open(core) { continue }
            return waiting.prepend(core)
        }
    }

    /// Sends what waits, as far as the server and the socket take it.
    private func pump(_ core: ClientCallCore, _ id: CallID, finished: Bool) {
        guard let context, isActive, !output.isClosing else { return }
        var isFull: Bool
        var outcome = SendOutcome.sent
        let isSingle = core.method.kind.oneRequest
        repeat {
            // A full buffer leaves at once; a full socket says later that it takes more.
            if output.isFull, context.channel.isWritable { output.flush(context) }
            isFull = false
            core.outbox.drain { message in
                guard context.channel.isWritable else { return false }
                isFull = output.isFull
                guard !isFull else { return false }
                outcome = machine.send(
                    message, call: id, last: isSingle, compress: core.compress, into: &output.buffer)
                return outcome != .wait
            }
        } while isFull
        if outcome == .tooLarge {
            machine.cancel(id, .callerLeft, into: &output.buffer)
            forget(id)?.end(
                RPCError(
                    .resourceExhausted, reason: "message-too-large",
                    message: "The server never takes a message of that size."))
            return
        }
        // Said once; the only request of a method that has just one says it itself.
        if finished, !isSingle, core.outbox.isEmpty { machine.finishSending(id, into: &output.buffer) }
    }

    @discardableResult
    func forget(_ id: CallID) -> ClientCallCore? { calls.removeValue(forKey: id) }

    // MARK: Deadlines

    func armDeadline(_ deadline: ContinuousClock.Instant) {
        guard deadlines.goesOff(after: deadline) else { return }
        deadlines.arm(deadline, on: loop.eventLoop) { [weak self] in self?.lookAtDeadlines() }
    }

    private func lookAtDeadlines() {
        deadlines.fired()
        let now = ContinuousClock.now
        var next: ContinuousClock.Instant?
        for (id, core) in calls {
            if core.deadline <= now {
                machine.cancel(id, .deadlinePassed, into: &output.buffer)
                forget(id)
                core.end(.deadlinePassed(core.method, tried: true), discarding: true)
            } else {
                next = next.map { min($0, core.deadline) } ?? core.deadline
            }
        }
        for core in waiting {
            if core.deadline <= now {
                core.end(.deadlinePassed(core.method, tried: false))
            } else {
                next = next.map { min($0, core.deadline) } ?? core.deadline
            }
        }
        waiting.removeAll { $0.inbox.hasEnded }
        if let next { armDeadline(next) }
        endTick()
    }
}
