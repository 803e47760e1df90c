import Codec
import NIOCore

/// The times of one connection: its handshake, frames that dribble, signs of life, age and idleness. Says
/// what is due; loop-bound.
struct ConnectionCare {
    private let limits: RPCLimits
    private let began = ContinuousClock.now
    private let ageMax: Duration
    private let idleMax: Duration
    private var heardSince = true
    private var awaitsPong = false
    /// When the frame that has begun to arrive must be there.
    private var frameDue: NIODeadline?
    private var handshake: Scheduled<Void>?
    private var frame: Scheduled<Void>?
    private var tick: Scheduled<Void>?
    private var answer: Scheduled<Void>?

    init(limits: RPCLimits) {
        self.limits = limits
        ageMax = Self.jittered(limits.connectionAgeMax, random: .random(in: 0..<1))
        idleMax = Self.jittered(limits.idleTimeout, random: .random(in: 0..<1))
    }

    /// 10 % more or less, so that connections that began together do not end together.
    static func jittered(_ duration: Duration, random: Double) -> Duration { duration * (0.9 + 0.2 * random) }

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

    // MARK: Frames that dribble

    /// All that came was whole frames.
    mutating func framesAreWhole() { frameDue = nil }

    /// A frame of that many bytes has begun (`isNew`), or goes on. `late` is called when it is not there in
    /// its time: some seconds, and more for a longer one.
    mutating func frameIsPartial(
        bytes: Int, isNew: Bool, on eventLoop: any EventLoop, now: NIODeadline, _ late: @escaping () -> Void
    ) {
        guard isNew || frameDue == nil else { return }
        let due = now + limits.frameTime(bytes: bytes)
        frameDue = due
        if frame == nil { armFrame(due, on: eventLoop, late) }
    }

    private mutating func armFrame(
        _ due: NIODeadline, on eventLoop: any EventLoop, _ late: @escaping () -> Void
    ) {
        frame = eventLoop.assumeIsolated().scheduleTask(deadline: due, late)
    }

    /// To be called first when `late` was called: is a frame really late? Else the timer is set for the one
    /// that has begun meanwhile.
    mutating func frameIsLate(on eventLoop: any EventLoop, _ late: @escaping () -> Void) -> Bool {
        frame = nil
        guard let frameDue else { return false }
        if frameDue <= .now() { return true }
        armFrame(frameDue, on: eventLoop, late)
        return false
    }

    // MARK: Signs of life, age

    /// True when nothing came since the last look: a PING is due; `lost` is called when it stays unanswered.
    mutating func pingIsDue(on eventLoop: any EventLoop, _ lost: @escaping () -> Void) -> Bool {
        defer { heardSince = false }
        guard !heardSince, !awaitsPong else { return false }
        awaitsPong = true
        answer = eventLoop.assumeIsolated().scheduleTask(in: limits.keepaliveTimeout.timeAmount, lost)
        return true
    }

    /// How old the connection is.
    var age: Duration { began.duration(to: .now) }

    /// Why a server should end the connection, if it should.
    func reasonToEnd(now: ContinuousClock.Instant, lastCall: ContinuousClock.Instant, running: Int)
        -> GoAway.Reason?
    {
        if began.duration(to: now) >= ageMax { return .age }
        if running == 0, lastCall.duration(to: now) >= idleMax { return .idle }
        return nil
    }

    mutating func stop() {
        handshake?.cancel()
        frame?.cancel()
        tick?.cancel()
        answer?.cancel()
    }
}

extension RPCLimits {
    /// The time that a frame of so many bytes may take from its first byte to its last.
    fileprivate func frameTime(bytes: Int) -> TimeAmount {
        frameTimeout.timeAmount + .milliseconds(Int64(bytes) * 1_000 / Int64(max(1, frameBytesPerSecondMin)))
    }
}
