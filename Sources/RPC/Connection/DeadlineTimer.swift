import NIOCore

/// One timer for the deadlines of all calls of a connection: it goes off at the earliest that it was told,
/// and then whoever owns it looks which calls are due and tells the next. Loop-bound.
struct DeadlineTimer {
    private var scheduled: Scheduled<Void>?
    private var instant: ContinuousClock.Instant?

    /// Whether it has to be armed anew to go off by then.
    func goesOff(after deadline: ContinuousClock.Instant) -> Bool { instant.map { $0 > deadline } ?? true }

    /// Makes sure that `fire` is called at that instant: for what ``goesOff(after:)`` it.
    mutating func arm(
        _ deadline: ContinuousClock.Instant, on eventLoop: any EventLoop, _ fire: @escaping () -> Void
    ) {
        scheduled?.cancel()
        instant = deadline
        let wait = max(.zero, ContinuousClock.now.duration(to: deadline))
        // A millisecond more than the rounding: whoever looks then finds the deadline passed.
        scheduled = eventLoop.assumeIsolated().scheduleTask(
            in: wait.timeAmount + .milliseconds(1), fire)
    }

    /// To be called first when the timer goes off.
    mutating func fired() {
        instant = nil
        scheduled = nil
    }

    mutating func cancel() {
        scheduled?.cancel()
        fired()
    }
}
