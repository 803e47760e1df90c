#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What SIGTERM and SIGINT do before a program serves: end it at once. The system's own action would not do: the first
/// process of a container has none, and would have to be killed. What a store is doing then is undone at its next
/// opening. A group of services that runs takes the signals over, and drains.
public enum StopSignals {
    /// For `serve`: nobody was promised anything yet, so the end is a good one.
    public static func endWell() { install { _ in _exit(0) } }

    /// For a task: it was not done.
    public static func endUnfinished() { install { signal in _exit(128 + signal) } }

    private static func install(_ handler: @escaping @convention(c) (Int32) -> Void) {
        for stop in [SIGTERM, SIGINT] { signal(stop, handler) }
    }
}
