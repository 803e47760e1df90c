import Synchronization

/// A program's identity as its files say now: new connections begin with ``context``, and ``reload()`` takes
/// changed files into use without a restart. One that cannot be used changes nothing.
public final class TLSIdentity: Sendable {
    /// Where the files are.
    public let configuration: TLSConfiguration
    private let now: @Sendable () -> Int64
    private let state: Mutex<State>

    private struct State {
        var context: TLSContext
        var stamps: [PEMFile.Stamp?]
        /// Files that could not be used: told once.
        var refused: [PEMFile.Stamp?]?
    }

    /// Loads all files; throws what is wrong with them. `now`: seconds since 1970.
    public init(
        _ configuration: TLSConfiguration, now: @escaping @Sendable () -> Int64 = SystemTime.seconds
    ) throws(SecurityError) {
        self.configuration = configuration
        self.now = now
        let stamps = configuration.files.map(PEMFile.stamp)
        state = Mutex(State(context: try TLSContext(configuration, now: now), stamps: stamps))
    }

    /// For new connections; those that are open keep the one that they began with.
    public var context: TLSContext { state.withLock { $0.context } }

    /// Reads all files again and takes them into use together; throws what is wrong, and then goes on with
    /// those before.
    @discardableResult
    public func reload() throws(SecurityError) -> TLSContext {
        // Looked at before they are read: what changes meanwhile shows at the next look.
        let stamps = configuration.files.map(PEMFile.stamp)
        do throws(SecurityError) {
            let context = try TLSContext(configuration, now: now)
            state.withLock { $0 = State(context: context, stamps: stamps) }
            return context
        } catch {
            state.withLock { $0.refused = stamps }
            throw error
        }
    }

    /// Reloads when a file is another than that in use; nil when none is. Throws for the same faulty files
    /// only once. Called now and then, it also forgets the sessions of clients that have ended.
    public func reloadIfChanged() throws(SecurityError) -> TLSContext? {
        context.served.expire(now())
        let stamps = configuration.files.map(PEMFile.stamp)
        guard state.withLock({ $0.stamps != stamps && $0.refused != stamps }) else { return nil }
        return try reload()
    }
}
