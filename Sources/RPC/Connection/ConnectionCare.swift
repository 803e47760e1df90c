import Codec
import NIOCore

/// The times of one connection: its handshake, signs of life, age and idleness. Says what is due; loop-bound.
struct ConnectionCare {
    private let limits: RPCLimits
    private let began = ContinuousClock.now
    private let ageMax: Duration
    private var heardSince = true
    private var awaitsPong = false
    private var handshake: Scheduled<Void>?
    private var tick: Scheduled<Void>?
    private var answer: Scheduled<Void>?

    init(limits: RPCLimits) {
        self.limits = limits
        ageMax = limits.connectionAgeMax * Double.random(in: 0.9...1.1)
    }

    /// Calls `late` unless ``handshakeDone()`` comes in time.
    mutating func startHandshake(on eventLoop: any EventLoop, _ late: @escaping () -> Void) {
        handshake = eventLoop.assumeIsolated().scheduleTask(in: limits.handshakeTimeout.timeAmount, late)
    }

    /// The handshake came in time.
    mutating func handshakeDone() {
        handshake?.cancel()
        handshake = nil
    }

    /// Calls `look` once, soon enough for all times kept here; whoever looks asks again.
    mutating func nextLook(on eventLoop: any EventLoop, _ look: @escaping () -> Void) {
        let interval = min(limits.keepaliveInterval, limits.idleTimeout, limits.connectionAgeMax)
        tick = eventLoop.assumeIsolated().scheduleTask(in: interval.timeAmount, look)
    }

    /// Bytes came.
    mutating func heard() {
        heardSince = true
        if awaitsPong {
            awaitsPong = false
            answer?.cancel()
            answer = nil
        }
    }

    /// True when nothing came since the last look: a PING is due; `lost` is called when it stays unanswered.
    mutating func pingIsDue(on eventLoop: any EventLoop, _ lost: @escaping () -> Void) -> Bool {
        defer { heardSince = false }
        guard !heardSince, !awaitsPong else { return false }
        awaitsPong = true
        answer = eventLoop.assumeIsolated().scheduleTask(in: limits.keepaliveTimeout.timeAmount, lost)
        return true
    }

    /// Why a server should end the connection, if it should.
    func reasonToEnd(now: ContinuousClock.Instant, lastCall: ContinuousClock.Instant, running: Int)
        -> GoAway.Reason?
    {
        if began.duration(to: now) >= ageMax { return .age }
        if running == 0, lastCall.duration(to: now) >= limits.idleTimeout { return .idle }
        return nil
    }

    mutating func stop() {
        handshake?.cancel()
        tick?.cancel()
        answer?.cancel()
    }
}
