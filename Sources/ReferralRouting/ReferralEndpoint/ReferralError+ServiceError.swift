import ServiceKit

extension ReferralError {
    /// The answer to the caller: what is wrong and what to do next, without a word about any child.
    var answer: ServiceError {
        switch self {
        case .notYours:
            ServiceError(
                .notAllowed, "not-among-yours",
                "Nothing of that id is among what you work with in this role. Check both."
            )
        case .otherMunicipality:
            ServiceError(
                .notAllowed, "other-municipality",
                "Children's data is shown to their own municipality only; ask through its system.")
        case .personNeeded:
            ServiceError(
                .notAllowed, "person-needed",
                "Only a person with a role may do this: send tugi-person and tugi-role.")
        case .illegalTransition(let state, let action, let possible):
            ServiceError(
                .conflict, "illegal-transition",
                "An attempt that is \(state) cannot take \(action). Now possible: "
                    + (possible.isEmpty
                        ? "nothing, it has ended; request help anew" : possible.joined(separator: ", "))
                    + ".")
        case .otherSide(let action, let side):
            ServiceError(.notAllowed, "other-side", "Only the \(side) may \(action) this attempt.")
        case .codeMissing(let field, let codes):
            ServiceError(
                .invalid, "code-\(field)", "Give \(field) as one of: \(codes.joined(separator: ", ")).")
        case .fieldInvalid(let field, let rule):
            ServiceError(.invalid, "field-\(field)", "The field \(field) is missing or wrong: \(rule).")
        case .versionConflict:
            ServiceError(
                .conflict, "version-conflict",
                "Somebody changed this meanwhile. Read the case again, then decide.")
        case .caseClosed:
            ServiceError(
                .conflict, "case-closed", "The case is closed; a new confirmed signal opens another.")
        case .needNotActive:
            ServiceError(.conflict, "need-not-active", "This need is completed or withdrawn; add it anew.")
        case .attemptOpen:
            ServiceError(
                .conflict, "attempt-open",
                "An attempt is under way. Wait for its end, or cancel it with a reason.")
        case .acknowledgeFirst:
            ServiceError(
                .conflict, "acknowledge-first", "An outcome waits to be acknowledged: do that first.")
        case .needsOpen:
            ServiceError(
                .conflict, "needs-open",
                "A need is open, so the case is not solved. Ask for help, or close with why to stop."
            )
        case .nothingToAcknowledge:
            ServiceError(
                .conflict, "nothing-to-acknowledge", "This attempt has no outcome that waits for you.")
        case .levelUnknown(let level):
            ServiceError(.invalid, "level-unknown", "The municipality's template has no level \(level).")
        case .ruledOut(let reason):
            ServiceError(
                .conflict, "ruled-out-\(reason)",
                "This resource cannot take the need (\(reason)). Ask for routes again and choose another.")
        case .noFreePlace:
            ServiceError(
                .conflict, "no-free-place",
                "No place is free there now. Ask for routes again and choose another.")
        case .basisMissing:
            ServiceError(
                .invalid, "basis-missing",
                "Help needs a basis in law: a paragraph (PGS § 37(2)), or consent: giver, scope, date."
            )
        case .reportDecided:
            ServiceError(.conflict, "report-decided", "This report has been decided on.")
        }
    }
}
