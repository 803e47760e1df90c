import Codec
import Security
import SwiftProtobuf

extension RPCLimitsReport {
    /// Every bound that a program with those limits keeps, as `Protocols/wire.md` section 7 lists them.
    init(_ limits: RPCLimits) {
        self.init()
        let wire = limits.wire
        func add(_ name: String, _ value: Int64, _ unit: String, announced: Bool = false, per: UInt64 = 0) {
            self.limits.append(
                .with {
                    $0.name = name
                    $0.value = UInt64(clamping: value)
                    $0.unit = unit
                    $0.announced = announced
                    $0.perMilliseconds = per
                })
        }
        func time(_ name: String, _ duration: Duration) { add(name, duration.milliseconds, "milliseconds") }
        add("frame-body", Int64(Wire.frameBodyBytesMax), "bytes")
        add("message", Int64(wire.messageBytesMax), "bytes", announced: true)
        add("message-overhead", Int64(Wire.messageOverheadBytes), "bytes")
        add("fragment-least", Int64(Wire.fragmentBytesMin), "bytes")
        add("metadata", Int64(wire.metadataBytesMax), "bytes", announced: true)
        add("metadata-entries", Int64(wire.metadataEntriesMax), "entries", announced: true)
        add("running-calls", Int64(wire.callsMax), "calls", announced: true)
        add("receive-budget", Int64(wire.receiveBudgetBytes), "bytes", announced: true)
        add("stream-window", Int64(limits.streamWindowBytes), "bytes")
        add("cancels", Int64(wire.cancelsMax), "frames", per: wire.cancelsMilliseconds)
        add("refusals", Int64(wire.refusalsMax), "frames", per: wire.refusalsMilliseconds)
        add("control-frames", Int64(wire.controlFramesMax), "frames", per: wire.controlFramesMilliseconds)
        add("inflate-ratio", Int64(wire.inflateRatioMax), "times")
        time("handshake", limits.handshakeTimeout)
        time("frame", limits.frameTimeout)
        add("frame-rate-least", Int64(limits.frameBytesPerSecondMin), "bytes-per-second")
        time("keepalive", limits.keepaliveInterval)
        time("keepalive-answer", limits.keepaliveTimeout)
        time("idle", limits.idleTimeout)
        time("connection-age", limits.connectionAgeMax)
        time("drain-grace", limits.drainGrace)
        time("deadline", limits.deadlineMax)
        time("certificate-check", limits.certificateCheckInterval)
        add("connections", Int64(limits.connectionsMax), "connections")
        add("connections-per-peer", Int64(limits.connectionsPerPeerMax), "connections")
        add("handshakes-per-address", Int64(limits.handshakesPerAddressMax), "connections")
        add(
            "handshakes-begun-per-address", Int64(limits.handshakesPerSpanMax), "connections",
            per: UInt64(clamping: limits.handshakesSpan.milliseconds))
        add("handshakes-per-fault", Int64(limits.handshakesPerFault), "connections")
        time("session-lifetime", limits.sessionLifetime)
        add("sessions-kept", Int64(TLSConfiguration.sessionsKeptMax), "sessions")
        add("tickets-per-connection", Int64(TLSConfiguration.ticketsPerConnection), "tickets")
    }
}

extension RPCLimits {
    /// Every bound that a program with these limits keeps, as `Version/Limits` tells it.
    public var report: RPCLimitsReport { RPCLimitsReport(self) }
}
