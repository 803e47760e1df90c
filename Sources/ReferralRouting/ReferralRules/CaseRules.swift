/// What may happen to a case as a whole.
public enum CaseRules {
    public static let needCodes = [
        "attendance", "learning", "behaviour", "mental-health", "speech", "social-coping", "family", "health",
        "leisure", "language", "safety", "career",
    ]
    /// The need was met, or none was left.
    public static let solvedOutcomes: Set<String> = ["solved-in-institution", "solved"]
    /// People decide to stop: what is still open is withdrawn with the case.
    public static let stoppingOutcomes: Set<String> = [
        "moved-away", "declined", "passed-to-child-protection", "came-of-age",
    ]
    /// An attempt's outcome that ends the need even though it did not meet it.
    static let needEnding: Set<String> = ["assessed-no-need", "moved-away", "aged-out"]

    public static func requireOpen(_ record: CaseRecord) throws(ReferralError) {
        guard record.isOpen else { throw .caseClosed }
    }

    /// Nobody changed the attempt since the case stood at `expected`; 0: whatever it is now.
    public static func requireVersion(
        _ expected: UInt64, attempt: AttemptRecord, of record: CaseRecord
    ) throws(ReferralError) {
        guard expected == 0 || (expected >= attempt.version && expected <= record.version) else {
            throw .versionConflict
        }
    }

    /// May help be asked for this need now?
    public static func requireAskable(_ need: NeedRecord) throws(ReferralError) {
        guard need.state.isOpen else { throw .needNotActive }
        guard need.openAttempt == nil else { throw .attemptOpen }
        guard need.unacknowledged == nil else { throw .acknowledgeFirst }
    }

    /// What becomes of the need when the one who asked has heard the outcome.
    public static func needState(after attempt: AttemptRecord, needMet: Bool) -> NeedState {
        if needMet { return .completed }
        return attempt.state == .completed && needEnding.contains(attempt.outcome) ? .withdrawn : .active
    }

    /// Checks a closing; gives the needs that are withdrawn with it.
    ///
    /// A solved case has no need open. A case that people stop (moved away, declined, passed on, of age)
    /// takes its open needs with it, named in the history. Neither leaves an attempt under way or an outcome
    /// unheard.
    public static func closing(
        _ record: CaseRecord, outcome: String
    ) throws(ReferralError) -> [NeedRecord] {
        guard solvedOutcomes.contains(outcome) || stoppingOutcomes.contains(outcome) else {
            throw .codeMissing("outcome", solvedOutcomes.union(stoppingOutcomes).sorted())
        }
        guard record.attempts.allSatisfy({ $0.state.isTerminal }) else { throw .attemptOpen }
        guard record.needs.allSatisfy({ $0.unacknowledged == nil }) else { throw .acknowledgeFirst }
        let open = record.needs.filter { $0.state.isOpen }
        guard open.isEmpty || stoppingOutcomes.contains(outcome) else { throw .needsOpen }
        return open
    }

    /// Checks a move; gives the level and phase that the case goes to. 0 and "" mean: as it is.
    public static func moving(
        _ record: CaseRecord, toLevel: UInt32, phase: String, reason: String, template: ProcessTemplate?
    ) throws(ReferralError) -> (level: UInt32, phase: String) {
        let level = toLevel == 0 ? record.level : toLevel
        let phases = template.map(\.phases).flatMap { $0.isEmpty ? nil : $0 } ?? CasePhase.all
        let newPhase = phase.isEmpty ? record.phase : phase
        if level != record.level {
            guard template?.levels.contains(where: { $0.order == level }) == true else {
                throw .levelUnknown(level)
            }
            guard !reason.isEmpty else {
                throw .fieldInvalid("reason", "say why the case goes to another level")
            }
        }
        if newPhase != record.phase, !phases.contains(newPhase) { throw .codeMissing("phase", phases) }
        guard reason.utf8.count <= 1000 else { throw .fieldInvalid("reason", "at most 1000 bytes") }
        guard level != record.level || newPhase != record.phase else {
            throw .fieldInvalid("to_level", "the case is at this level and phase already")
        }
        return (level, newPhase)
    }
}
