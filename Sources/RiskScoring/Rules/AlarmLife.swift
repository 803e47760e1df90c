/// How a signal stands.
enum SignalState: String, Sendable, Hashable, CaseIterable {
    case open, confirmed, dismissed
    /// The facts went away (excused later, corrected): shown to nobody as the child's history.
    case withdrawn
    /// Nobody decided for weeks and the pass no longer finds it.
    case expired
}

/// What is known of the newest alarm of one child, trigger and journal.
struct AlarmStanding: Sendable, Hashable {
    var state: SignalState
    /// The count shown last; for a decided alarm, the count that the person saw.
    var count: Int
    /// The Monday at which the alarm was found last.
    var asOf: Int32
    /// Last day of the window that was shown last.
    var windowUntil: Int32
    /// A case stood for the alarm and is closed.
    var caseClosed: Bool
}

/// What a pass does with one alarm.
enum AlarmStep: Sendable, Hashable {
    case nothing, raise, update
    /// Found again with the same count: only its window moves on.
    case renew
    /// Not found, or not to be judged now; the record stays as it is.
    case keep
    case withdraw, expire
}

/// The life of an alarm: a record that a pass refreshes, not a message that comes again each week.
enum AlarmLife {
    /// - Parameters:
    ///   - now: what the trigger counts in the window before `asOf`; nil: nothing.
    ///   - then: what it counts, by today's data, in the window in which the alarm was found last.
    ///   - enough: false when the window says nothing of this child.
    static func step(
        _ standing: AlarmStanding?, now: Measure?, then: Measure?, enough: Bool, asOf: Int32,
        trigger: Trigger,
        rules: AlarmRules
    ) -> AlarmStep {
        let limit = rules[trigger].limit
        let found = enough ? now.flatMap { $0.count >= limit ? $0 : nil } : nil
        guard let standing else { return found == nil ? .nothing : .raise }
        if standing.asOf > asOf { return .keep }
        switch standing.state {
        case .open:
            if let found { return found.count == standing.count ? .renew : .update }
            if (then?.count ?? 0) < limit { return .withdraw }
            return enough && asOf - standing.asOf >= Int32(clamping: rules.expiryWeeks * 7) ? .expire : .keep
        case .confirmed where !standing.caseClosed:
            guard let found else { return .keep }
            return found.count == standing.count ? .renew : .update
        case .confirmed, .dismissed:
            guard let found, isWorse(found, than: standing, limit: limit, rules: rules) else {
                return .nothing
            }
            return .raise
        case .withdrawn, .expired:
            return found == nil ? .nothing : .raise
        }
    }

    /// A settled alarm (dismissed, or its case closed) comes back only when things got worse: the trigger
    /// counts more than the person saw, or what came after the window that the person saw reaches the limit
    /// alone. For `averageBelowClass` "more" is a margin, since a mean moves with every grade.
    static func isWorse(_ found: Measure, than standing: AlarmStanding, limit: Int, rules: AlarmRules) -> Bool
    {
        let margin = found.trigger == .averageBelowClass ? max(1, rules.worseByHundredths) : 1
        return found.count >= standing.count + margin || found.count(after: standing.windowUntil) >= limit
    }

    /// After an import: an open alarm is counted again in its own window.
    static func recount(_ standing: AlarmStanding, then: Measure?, trigger: Trigger, rules: AlarmRules)
        -> AlarmStep
    {
        guard standing.state == .open else { return .keep }
        guard let then, then.count >= rules[trigger].limit else { return .withdraw }
        return then.count == standing.count ? .keep : .update
    }
}
