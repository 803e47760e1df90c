public import Store

/// What becomes of a place that is kept for an attempt. The place is in the county's partition and the
/// attempt in the child's: there is no transaction over both, so the attempt's state decides and the place
/// follows.
public enum PlaceRules {
    /// What is to be done with a kept place.
    public enum Step: Sendable, Hashable {
        case keep, take, release
        case hold(until: Instant)
    }

    /// How long a place is kept before its attempt is written, or while it is being accepted.
    public static let confirmMicroseconds: Int64 = 15 * 60 * 1_000_000
    /// Days beyond the answer's term for which a place stays kept.
    public static let graceDays = 2

    /// - Parameters:
    ///   - state: of the attempt; nil: it was never written (a crash between the two steps).
    ///   - expires: until when the place is kept; nil: taken.
    public static func step(
        _ state: AttemptState?, reservedUntil: Instant, expires: Instant?, now: Instant
    ) -> Step {
        guard let state else {
            if let expires, expires > now { return .keep }
            return .release
        }
        if state.isTerminal { return .release }
        if state.holdsPlace { return expires == nil ? .keep : .take }
        if reservedUntil > now { return expires == reservedUntil ? .keep : .hold(until: reservedUntil) }
        if let expires, expires > now { return .keep }
        return .release
    }
}
