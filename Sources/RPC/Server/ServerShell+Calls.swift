import Codec
import Logging
import NIOCore

extension ServerShell {
    /// Does what a received frame means.
    func handle(_ event: ServerEvent) {
        switch event {
        case .nothing, .pong:
            break
        case .ready(let hello):
            becomeReady(hello)
        case .call(let id, let header):
            begin(id, header)
        case .message(let id, let message, let last):
            take(message.payload, last: last, of: id)
        case .requestsEnded(let id):
            endRequests(of: id)
        case .cancelled(let id, let reason):
            stop(id, reason == .deadlinePassed ? deadlinePassed(id) : .callCancelled)
        case .broken(let id, let status):
            stop(id, RPCError(status) ?? .callOver)
        case .mayWrite(let id):
            if let core = calls[id] { attend(core) }
        case .drained:
            if let context { output.close(context) }
        case .peerFailed(let fault):
            fail(fault)
        case .failed(let fault):
            if fault.code != .timeout {
                shared.slots.fault(of: .init(context?.channel.remoteAddress), now: now)
            }
            fail(fault)
        }
    }

    // MARK: Begin

    private func begin(_ id: CallID, _ header: CallHeader) {
        guard let method = shared.methods[header.method] else {
            return refuse(id, .unknownMethod(header.method))
        }
        do throws(RPCError) {
            try CallRules.checkOperation(method, header.operationID?.bytes)
        } catch {
            return refuse(id, error)
        }
        machine.accept(
            id, requestBytesMax: method.requestBytesMax, responseBytesMax: method.responseBytesMax)
        let timeout = min(.milliseconds(Int64(header.deadlineMilliseconds)), shared.limits.deadlineMax)
        lastCall = .now
        let context = CallContext(
            peer: peer, metadata: Metadata(wire: header.metadata, copying: method.kind != .unary),
            deadline: lastCall.advanced(by: timeout),
            operationID: header.operationID?.bytes, attempt: header.attempt,
            traceContext: header.traceContext?.bytes)
        let core = ServerCallCore(
            id: id, method: method, context: context, began: lastCall, loop: loop)
        calls[id] = core
        callsStarted += 1
        shared.monitor.callStarted()
        armDeadline(context.deadline)
        if !method.kind.oneRequest { core.start(shared) }
    }

    /// Ends a call that no handler sees.
    private func refuse(_ id: CallID, _ error: RPCError) {
        let event = machine.finish(id, CallStatus(error), into: &output.buffer)
        handle(event)
    }

    // MARK: Requests

    private func take(_ message: ByteBuffer, last: Bool, of id: CallID) {
        guard let core = calls[id] else { return }
        guard core.method.kind.oneRequest else {
            core.inbox.push(message)
            if last { core.inbox.end(.finished) }
            return
        }
        guard core.takeOnly(message) else { return breakCall(id, .requestRepeated(core.method)) }
        core.start(shared)
    }

    private func endRequests(of id: CallID) {
        guard let core = calls[id] else { return }
        if core.lacksRequest { return breakCall(id, .requestMissing(core.method)) }
        core.inbox.end(.finished)
    }

    // MARK: End

    /// The call is over for the peer, with that status; its handler is stopped.
    func breakCall(_ id: CallID, _ error: RPCError) {
        machine.end(id, CallStatus(error), into: &output.buffer)
        stop(id, error)
    }

    private func stop(_ id: CallID, _ error: RPCError) {
        calls[id]?.stop(error)
    }

    func stopAll(_ error: RPCError) {
        for id in calls.keys.sorted() { stop(id, error) }
    }

    func attend(_ core: ServerCallCore) {
        // Asked first: what is wanted after this is asked for anew.
        let (credit, outcome) = core.takeNews()
        pump(core)
        if credit > 0 { machine.consumed(credit, call: core.id, into: &output.buffer) }
        guard let outcome, core.outbox.isEmpty else { return }
        guard calls.removeValue(forKey: core.id) != nil else { return }
        if outcome.code != .ok { shared.monitor.callFailed() }
        let event = machine.finish(core.id, outcome, into: &output.buffer)
        handle(event)
        finishIfDone()
    }

    /// Sends what waits, as far as the peer and the socket take it.
    private func pump(_ core: ServerCallCore) {
        guard let context, isActive, !output.isClosing else {
            return core.outbox.end(.failed(.connectionLost), discarding: true)
        }
        var isFull: Bool
        var fault: RPCError?
        repeat {
            // A full buffer leaves at once; a full socket says later that it takes more.
            if output.isFull, context.channel.isWritable { output.flush(context) }
            isFull = false
            core.outbox.drain { message in
                guard context.channel.isWritable else { return false }
                isFull = output.isFull
                guard !isFull else { return false }
                let outcome = machine.send(message, call: core.id, into: &output.buffer)
                if outcome == .tooLarge { fault = Self.tooLarge(message, core.method) }
                return outcome != .wait
            }
        } while isFull
        // The peer's window can never hold it: the caller hears so, the handler is stopped.
        if let fault { breakCall(core.id, fault) }
    }

    private static func tooLarge(_ message: ByteBuffer, _ method: MethodDescriptor) -> RPCError {
        .messageTooLarge(message.readableBytes, method.responseBytesMax, "response", method)
    }

    // MARK: Deadlines

    private func deadlinePassed(_ id: CallID) -> RPCError {
        calls[id].map { .deadlinePassed($0.method, tried: true) } ?? .callOver
    }

    private func armDeadline(_ deadline: ContinuousClock.Instant) {
        guard deadlines.goesOff(after: deadline) else { return }
        deadlines.arm(deadline, on: loop.eventLoop) { [weak self] in self?.lookAtDeadlines() }
    }

    private func lookAtDeadlines() {
        deadlines.fired()
        loop.beginTick(thenRun: false)
        let now = ContinuousClock.now
        var next: ContinuousClock.Instant?
        for (id, core) in calls {
            let deadline = core.context.deadline
            if deadline <= now {
                breakCall(id, .deadlinePassed(core.method, tried: true))
            } else {
                next = next.map { min($0, deadline) } ?? deadline
            }
        }
        if let next { armDeadline(next) }
        loop.run()
    }
}
