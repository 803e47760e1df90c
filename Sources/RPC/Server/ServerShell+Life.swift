import SwiftProtobuf
import Codec
import Logging
import NIOCore
import Security

extension ServerShell {
    /// Both HELLOs are good.
    func becomeReady(_ hello: Hello) {
        isReady = true
        slot = nil
        peerSoftware = hello.software
        care.handshakeDone()
        let this = NIOLoopBound(self, eventLoop: loop.eventLoop)
        monitorID = shared.monitor.opened(
            by: peer?.uri ?? "", atMost: shared.limits.connectionsPerPeerMax
        ) { try? await this.eventLoop.submit { this.value.report() }.get() }
        if monitorID == nil { return sendAway() }
        care.nextLook(on: loop.eventLoop) { [weak self] in self?.look() }
        shared.logger.debug(
            "a connection is ready",
            metadata: ["peer": "\(peer?.uri ?? "")", "software": "\(hello.software)"])
        // Files that changed while the handshake went on.
        let newest = identity.context
        if newest !== tls.context { judge(by: newest) }
    }

    /// One certificate does not take the places of all others.
    private func sendAway() {
        let kind = "TOO_MANY_OF_PEER"
        lastError = kind
        shared.monitor.handshakeFailed(kind: kind)
        tell(
            kind, "a connection is sent away: as many of its peer are open as may be",
            ["peer": "\(peer?.uri ?? "")"])
        drain(.overload, "As many connections of this identity are open as may be; use those.")
        finishDraining()
    }

    /// Certificates, authorities or revocation lists have changed: a peer that they do not vouch for any more
    /// is to go, and opens no call from now on.
    func judge(by newest: TLSContext) {
        guard isReady, isActive, let complaint = tls.complaint(by: newest) else { return }
        lastError = complaint.code.rawValue
        shared.logger.warning(
            "a connection ends: its peer's certificate is not good any more",
            metadata: ["peer": "\(peer?.uri ?? "")", "kind": "\(complaint.code.rawValue)"])
        drain(.age)
        finishDraining()
    }

    /// What operators see of this connection.
    func report() -> RPCConnectionReport {
        .with {
            $0.peer = peer?.uri ?? ""
            $0.ageMilliseconds = UInt64(clamping: care.age.milliseconds)
            $0.callsStarted = callsStarted
            $0.callsRunning = UInt32(clamping: calls.count)
            $0.tlsVersion = tlsVersion
            $0.resumed = isResumed
            $0.software = peerSoftware
            let now = ContinuousClock.now
            $0.calls = calls.values.sorted { $0.id < $1.id }.map { core in
                .with {
                    $0.id = core.id
                    $0.method = core.method.name
                    $0.ageMilliseconds = UInt64(clamping: core.began.duration(to: now).milliseconds)
                    $0.millisecondsLeft = UInt64(
                        clamping: now.duration(to: core.context.deadline).milliseconds)
                    $0.attempt = UInt32(core.context.attempt)
                    let credit = machine.credit(of: core.id)
                    $0.sendCredit = UInt64(clamping: credit?.send ?? 0)
                    $0.receiveCredit = UInt64(clamping: credit?.receive ?? 0)
                }
            }
        }
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

    func handshakeTimedOut() {
        guard !isReady, let context else { return }
        note(
            SecurityError(
                .handshakeTimeout, "handshake-timeout",
                "the peer did not finish TLS and HELLO in time; check the network and what calls this port"))
        let event = machine.fail(
            WireFault(.timeout, "HELLO did not come in time."), into: &output.buffer)
        if case .failed = event { output.close(context) }
    }

    /// A fault of the peer's bytes, or one of ours that it reports: the connection ends.
    func fail(_ fault: WireFault) {
        lastError = fault.code.name
        if !isReady { shared.monitor.handshakeFailed(kind: fault.code.metricName) }
        tell(
            fault.code.metricName, "a connection ended with a fault",
            [
                "peer": "\(peer?.uri ?? "")", "fault": "\(fault.code.name)", "offset": "\(fault.offset)",
                "what": "\(fault.message)",
            ])
        stopAll(.connectionLost)
        if let context { output.close(context) }
    }

    /// Counts and logs why a connection ended by itself.
    func note(_ error: any Error) {
        guard isActive, lastError == nil else { return }
        let security = error as? SecurityError
        let kind = security?.code.rawValue ?? SecurityError.Code.peerConnectionClosed.rawValue
        lastError = kind
        guard !isReady else {
            shared.logger.debug("a connection broke", metadata: ["kind": "\(kind)"])
            return
        }
        shared.monitor.handshakeFailed(kind: kind)
        tell(
            kind, "a handshake failed",
            [
                "kind": "\(kind)", "reason": "\(security?.reason ?? "socket")",
                "what": "\(security?.message ?? "the socket broke")",
            ])
    }

    /// A line for what peers can bring about as often as they like.
    private func tell(_ kind: String, _ message: Logger.Message, _ metadata: Logger.Metadata) {
        shared.monitor.failureLog.tell(
            kind, message, metadata, to: shared.logger, on: loop.eventLoop)
    }

    /// The regular look: is the peer there, is the connection too old or idle?
    func look() {
        guard isActive, let context else { return }
        care.nextLook(on: loop.eventLoop) { [weak self] in self?.look() }
        let reason = care.reasonToEnd(
            now: .now, lastCall: lastCall, running: calls.count)
        if let reason { return drain(reason) }
        let due = care.pingIsDue(on: loop.eventLoop) { [weak self] in
            guard let self else { return }
            // Who does not answer does not read either: no ERROR is sent (`Protocols/wire.md`, section 7).
            machine.close()
            fail(WireFault(.timeout, "The peer did not answer a PING in time."))
        }
        if due {
            machine.ping(now.milliseconds, into: &output.buffer)
            output.flush(context)
        }
    }

    /// Takes no new calls; closes when those that run have ended, at the latest after the grace.
    func drain(_ reason: GoAway.Reason, _ message: String = "Use another connection.") {
        guard isActive, !isDraining, let context else { return }
        guard isReady else { return output.close(context) }
        isDraining = true
        let grace = shared.limits.drainGrace
        let event = machine.drain(
            reason, graceMilliseconds: UInt32(clamping: grace.milliseconds),
            message: message, into: &output.buffer)
        handle(event)
        output.flush(context)
        let loop = self.loop.eventLoop.assumeIsolated()
        loop.scheduleTask(in: min(grace, .seconds(2)).timeAmount) { [weak self] in self?.finishDraining() }
        loop.scheduleTask(in: grace.timeAmount) { [weak self] in self?.endGrace() }
        // Whoever does not heed its cancellation loses its connection.
        loop.scheduleTask(in: (grace + .seconds(2)).timeAmount) { [weak self] in
            guard let self, isActive, let context = self.context else { return }
            output.close(context)
        }
    }

    private func finishDraining() {
        guard isActive, let context else { return }
        let event = machine.finishDraining(into: &output.buffer)
        handle(event)
        output.flush(context)
    }

    private func endGrace() {
        guard isActive, let context else { return }
        for id in calls.keys.sorted() {
            breakCall(
                id,
                RPCError(
                    .unavailable, reason: "server-stopped",
                    message:
                        "The server stopped before the call ended; repeat it with the same operation id.",
                    retry: .after(.milliseconds(500))))
        }
        output.flush(context)
    }
}

extension WireFault.Code {
    /// As the other kinds of failed handshakes are written.
    var metricName: String {
        String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }
}
