public import NIOCore

// MARK: Calls, as the application moves them

extension ServerConnection {
    /// Tells the method's bounds, right after `call` came: messages longer than them end the call.
    public mutating func accept(_ id: CallID, requestBytesMax: Int, responseBytesMax: Int) {
        guard let place = calls.place(of: id) else { return }
        calls[place].flow.lowerReceiveBytesMax(to: requestBytesMax)
        calls[place].sendBytesMax = min(calls[place].sendBytesMax, responseBytesMax)
    }

    /// Sends a response message.
    public mutating func send(
        _ message: ByteBuffer, call id: CallID, compress: Bool = false, into out: inout ByteBuffer
    ) -> SendOutcome {
        guard let place = calls.place(of: id), case .running = calls[place].phase else {
            return .callOver
        }
        let bytesMax = calls[place].sendBytesMax
        return calls[place].flow.send(
            message, call: id, peerBytesMax: bytesMax, compress: compress && features.contains(.zlib),
            endOfRequests: false, fragments: &fragments, into: &out)
    }

    /// Whether long messages are on their way out.
    public var hasFragments: Bool { !fragments.isEmpty }

    /// Writes one fragment of the long messages, in turn. Answers `mayWrite` when it was a message's last,
    /// `drained` when also nothing runs any more on a connection that goes away, else `nothing`.
    public mutating func writeFragment(into out: inout ByteBuffer) -> ServerEvent {
        guard let id = fragments.writeNext(into: &out) else { return .nothing }
        if case .drained = drainedIfEmpty() { return .drained }
        return .mayWrite(id)
    }

    /// The handler has taken a message of that credit.
    public mutating func consumed(_ credit: Int, call id: CallID, into out: inout ByteBuffer) {
        guard let place = calls.place(of: id), case .running = calls[place].phase else { return }
        let refund = calls[place].flow.consumed(credit)
        if refund > 0 { FrameEncoder.credit(call: id, bytes: refund, into: &out) }
    }

    /// Ends a call while its handler still runs, such as at its deadline; `finish` is due all the same.
    public mutating func end(_ id: CallID, _ status: CallStatus, into out: inout ByteBuffer) {
        guard let place = calls.place(of: id) else { return }
        writeEnd(at: place, status, into: &out)
    }

    /// The handler has returned: sends END unless that is done, and frees the call's place. Answers
    /// `drained` when that was the last call of a connection that goes away, else `nothing`.
    public mutating func finish(_ id: CallID, _ status: CallStatus, into out: inout ByteBuffer) -> ServerEvent
    {
        guard let place = calls.place(of: id) else { return .nothing }
        writeEnd(at: place, status, into: &out)
        windowsGiven -= calls[place].requestWindow
        calls.remove(at: place)
        return drainedIfEmpty()
    }

    mutating func writeEnd(
        at place: Int, _ status: CallStatus, into out: inout ByteBuffer
    ) {
        switch calls[place].phase {
        case .running:
            allowLate(calls[place].flow.bytesUnderWayMax + calls[place].flow.creditUnderWayMax)
        case .cancelled:
            // The client sends no more after CANCEL, but awaits END: only then is the place free.
            break
        case .ended:
            return
        }
        let id = calls.id(at: place)
        calls[place].phase = .ended
        if fragments.follow(id, with: .end(status)) { return }
        FrameEncoder.write(status, call: id, into: &out)
    }
}

// MARK: Keepalive and going away

extension ServerConnection {
    /// Asks for a sign of life; `pong` brings the value back. Not ``Wire/drainPing``.
    public mutating func ping(_ opaque: UInt64, into out: inout ByteBuffer) {
        guard !isClosed else { return }
        pingsOutstanding += 1
        FrameEncoder.ping(opaque, into: &out)
    }

    /// Gives notice: no new calls, please. Those under way are still taken until the client has read it (it
    /// answers a PING sent along); then ``finishDraining(into:)`` happens by itself. `drained` tells when
    /// to close.
    public mutating func drain(
        _ reason: GoAway.Reason, graceMilliseconds: UInt32, message: String = "", into out: inout ByteBuffer
    ) -> ServerEvent {
        switch phase {
        case .awaitingHello:
            close()
            return .drained
        case .open:
            let notice = GoAway(
                lastCallID: Wire.callIDMax, graceMilliseconds: graceMilliseconds, reason: reason,
                message: message)
            FrameEncoder.write(notice, into: &out)
            ping(Wire.drainPing, into: &out)
            phase = .draining(notice)
            return .nothing
        case .draining, .drainingFinally, .closed:
            return .nothing
        }
    }

    /// Names the last call without waiting longer for the client's answer to the notice.
    public mutating func finishDraining(into out: inout ByteBuffer) -> ServerEvent {
        guard case .draining(var goAway) = phase else { return .nothing }
        goAway.lastCallID = lastSeenID
        FrameEncoder.write(goAway, into: &out)
        phase = .drainingFinally(lastCallID: lastSeenID)
        return drainedIfEmpty()
    }

    mutating func receivePong(_ opaque: UInt64, into out: inout ByteBuffer) throws(WireFault)
        -> ServerEvent
    {
        guard pingsOutstanding > 0 else {
            throw WireFault(.frameUnexpected, offset: 4, "A PONG comes that nobody asked for.")
        }
        pingsOutstanding -= 1
        return opaque == Wire.drainPing ? finishDraining(into: &out) : .pong(opaque)
    }

    private mutating func drainedIfEmpty() -> ServerEvent {
        guard case .drainingFinally = phase, calls.isEmpty, fragments.isEmpty else { return .nothing }
        close()
        return .drained
    }
}
