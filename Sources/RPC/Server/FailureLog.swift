import Logging
import NIOCore
import Synchronization

/// Writes of each kind of failure a few lines in a span and then one that counts the others, so that a peer
/// that fails again and again does not fill the log. What is counted elsewhere counts every one.
final class FailureLog: Sendable {
    private struct Span {
        let began: NIODeadline
        var count = 0
    }

    /// By kind, of which there are only so many as a program knows names for.
    private let spans = Mutex<[String: Span]>([:])
    static var linesMax: Int { 10 }
    static var span: TimeAmount { .seconds(10) }

    /// Writes the line now, or counts it in the one that is written when the span ends.
    func tell(
        _ kind: String, _ message: Logger.Message, _ metadata: Logger.Metadata, to logger: Logger,
        on loop: any EventLoop
    ) {
        let now = loop.now
        let count = spans.withLock { spans in
            var span = spans[kind] ?? Span(began: now)
            // The one before had nothing left to count.
            if span.count <= Self.linesMax, now - span.began >= Self.span { span = Span(began: now) }
            span.count += 1
            spans[kind] = span
            return span.count
        }
        if count <= Self.linesMax { return logger.warning(message, metadata: metadata) }
        guard count == Self.linesMax + 1 else { return }
        loop.scheduleTask(in: Self.span) {
            let ended = self.spans.withLock { $0.removeValue(forKey: kind) }
            logger.warning(
                "more of the same were left out",
                metadata: ["kind": "\(kind)", "count": "\((ended?.count ?? 0) - Self.linesMax)"])
        }
    }
}
