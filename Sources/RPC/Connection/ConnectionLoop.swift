import NIOCore
import Synchronization

/// What a connection's handler does for its loop; all of it on the event loop.
protocol ConnectionShell: AnyObject, SendableMetatype {
    associatedtype Call: ConnectionCall
    /// The call has something for the connection: messages, credit, its end.
    func attend(_ call: Call)
    /// All that came up is done: flush once.
    func endTick()
}

/// A call that a connection attends to.
protocol ConnectionCall: AnyObject, Sendable {
    /// The connection is gone; nobody attends to the call any more.
    func orphan()
}

/// A connection's place on its event loop: runs the tasks of its handlers there, takes calls that want
/// attention from any thread, and lets the connection flush once after each round of both.
final class ConnectionLoop<Shell: ConnectionShell>: TaskExecutor {
    let eventLoop: any EventLoop
    private let shell: NIOLoopBoundBox<Shell?>
    private let state = Mutex(State())

    private struct State {
        var jobs: [UnownedJob] = []
        var calls: [Shell.Call] = []
        var isScheduled = false
        /// A round will come after others have had their turn.
        var isLater = false

        /// True when a round has to be asked for.
        mutating func schedule() -> Bool {
            defer { isScheduled = true }
            return !isScheduled
        }
    }

    /// Rounds before other connections of the same event loop get their turn.
    private static var roundsMax: Int { 16 }
    /// What lets them have it. An event loop looks at its sockets only when no task is left to do, so a task
    /// that is to go on after them has to come a little later.
    static var gap: TimeAmount { .microseconds(20) }

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        shell = NIOLoopBoundBox.makeEmptyBox(valueType: Shell.self, eventLoop: eventLoop)
    }

    /// On the loop: from now on, or (nil) no longer, `shell` attends to calls.
    func attach(_ shell: Shell?) {
        self.shell.value = shell
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let ask = state.withLock { state in
            state.jobs.append(job)
            return state.schedule()
        }
        if ask { eventLoop.execute { self.run() } }
    }

    /// From any thread: the call is attended to soon; at once when this is the loop.
    func attend(_ call: Shell.Call) {
        if eventLoop.inEventLoop, let shell = shell.value {
            beginTick(thenRun: true)
            shell.attend(call)
            return
        }
        attendSoon(call)
    }

    /// From any thread: the call is attended to in the next round, with all that it will want until then.
    func attendSoon(_ call: Shell.Call) {
        let ask = state.withLock { state in
            state.calls.append(call)
            return state.schedule()
        }
        if ask { eventLoop.execute { self.run() } }
    }

    /// On the loop: what comes up from here on waits for ``run()`` (asked for, or called by who knows its
    /// end).
    func beginTick(thenRun: Bool) {
        let ask = state.withLock { $0.schedule() }
        if ask, thenRun { eventLoop.execute { self.run() } }
    }

    /// On the loop: what waits is done soon, whoever began a tick. For a channel that closed in the middle of
    /// one: no end of its read comes then.
    func runSoon() {
        beginTick(thenRun: false)
        eventLoop.execute { self.run() }
    }

    /// On the loop: what waits is done after others of this event loop have had their turn.
    func runLater() {
        let isNew = state.withLock { state in
            state.isScheduled = true
            defer { state.isLater = true }
            return !state.isLater
        }
        guard isNew else { return }
        eventLoop.scheduleTask(in: Self.gap) {
            self.state.withLock { $0.isLater = false }
            self.run()
        }
    }

    /// On the loop: does all that waits, then lets the connection flush.
    func run() {
        let executor = asUnownedTaskExecutor()
        var rounds = 0
        while true {
            let (jobs, calls) = state.withLock { state -> ([UnownedJob], [Shell.Call]) in
                if state.jobs.isEmpty, state.calls.isEmpty {
                    state.isScheduled = false
                    return ([], [])
                }
                defer {
                    state.jobs = []
                    state.calls = []
                }
                return (state.jobs, state.calls)
            }
            if jobs.isEmpty, calls.isEmpty { break }
            for job in jobs { job.runSynchronously(on: executor) }
            for call in calls {
                if let shell = shell.value { shell.attend(call) } else { call.orphan() }
            }
            rounds += 1
            if rounds == Self.roundsMax {
                runLater()
                break
            }
        }
        shell.value?.endTick()
    }
}
