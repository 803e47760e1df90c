import Codec
import Logging
import NIOCore
import Security

extension ClientShell {
    /// Both HELLOs are good.
    func becomeReady(_ hello: Hello) {
        isReady = true
        care.handshakeDone()
        care.nextLook(on: loop.eventLoop) { [weak self] in self?.look() }
        handshakes.succeeded(resumed: isResumed)
        usability.set(true)
        logger.debug("a connection is ready", metadata: ["software": "\(hello.software)"])
        ready.succeed()
        // Files that changed while the handshake went on.
        let newest = identity.context
        if newest !== tls.context { judge(by: newest, grace: limits.drainGrace) }
    }

    /// Certificates, authorities or revocation lists have changed: a server that they do not vouch for any
    /// more gets no new calls.
    func judge(by newest: TLSContext, grace: Duration) {
        guard isReady, isActive, let complaint = tls.complaint(by: newest) else { return }
        logger.warning(
            "a connection ends: its server's certificate is not good any more",
            metadata: ["kind": "\(complaint.code.rawValue)"])
        shutDown(grace: grace)
    }

    /// A frame that has begun must also end.
    func watchFrame(isNew: Bool) {
        guard isReady else { return }
        if decoder.bufferedBytes == 0 { return care.framesAreWhole() }
        care.frameIsPartial(bytes: decoder.awaitedBytes, isNew: isNew, on: loop.eventLoop, now: now) {
            [weak self] in self?.lookAtFrame()
        }
    }

    private func lookAtFrame() {
        guard isActive, care.frameIsLate(on: loop.eventLoop, { [weak self] in self?.lookAtFrame() }) else {
            return
        }
        handle(
            machine.fail(
                WireFault(.timeout, "A frame did not come to its end in time."), into: &output.buffer))
    }

    /// The server takes no new calls: those that wait, and those it never saw, go elsewhere.
    func leave(_ goAway: GoAway, _ neverSeen: [CallID]) {
        logger.debug("the server goes away", metadata: ["reason": "\(goAway.reason)"])
        stopUse()
        let error = RPCError.neverSent("The server goes away (\(goAway.reason)).")
        for id in neverSeen { forget(id)?.end(error) }
        endWaiting(error)
    }

    /// The connection is lost, or was never good: every call hears why.
    func lose(_ error: RPCError, isLasting: Bool) {
        let failure = self.failure ?? ConnectFailure(error, isLasting: isLasting)
        self.failure = failure
        let why = failure.error
        stopUse()
        _ = machine.close()
        let unanswered = isReady ? RPCError.connectionLost.because(why) : why
        for id in calls.keys.sorted() { forget(id)?.end(unanswered) }
        endWaiting(.neverSent(why.message))
        if !isReady { ready.fail(failure) }
        if let context, isActive { output.close(context) }
    }

    /// The client stops: no new calls; closes when those that run have ended.
    func shutDown(grace: Duration) {
        guard isActive, let context else { return }
        stopUse()
        endWaiting(.neverSent("The client stops."))
        if calls.isEmpty { return output.close(context) }
        loop.eventLoop.assumeIsolated().scheduleTask(in: grace.timeAmount) { [weak self] in
            guard let self, let context = self.context else { return }
            output.close(context)
        }
    }

    private func stopUse() {
        isLeaving = true
        usability.set(false)
        unusable.succeed()
    }

    private func endWaiting(_ error: RPCError) {
        let all = waiting
        waiting = []
        for core in all { core.end(error) }
    }

    private func look() {
        guard isActive, let context else { return }
        care.nextLook(on: loop.eventLoop) { [weak self] in self?.look() }
        let due = care.pingIsDue(on: loop.eventLoop) { [weak self] in
            guard let self else { return }
            // Who does not answer does not read either: no ERROR is sent (`Protocols/wire.md`, section 7).
            lose(.found(WireFault(.timeout, "The server did not answer a PING in time.")), isLasting: false)
        }
        if due {
            machine.ping(now.milliseconds, into: &output.buffer)
            output.flush(context)
        }
    }
}

extension RPCError {
    /// The call never left: always safe to make again.
    static func neverSent(_ why: String) -> RPCError {
        RPCError(.unavailable, reason: "never-sent", message: why, retry: .neverSeen)
    }

    /// A fault of ours that the peer reports.
    static func reported(_ fault: WireFault) -> RPCError {
        RPCError(
            .unavailable, reason: fault.code.name,
            message: "It ended the connection (\(fault.code.name)): \(fault.message)")
    }

    /// A fault of the peer's that we found.
    static func found(_ fault: WireFault) -> RPCError {
        RPCError(
            .unavailable, reason: fault.code.name,
            message: "What it sends breaks the protocol (\(fault.code.name)): \(fault.message)")
    }

    func because(_ cause: RPCError) -> RPCError {
        guard cause.reason != reason else { return self }
        var error = self
        error.message += " \(cause.message)"
        return error
    }
}
