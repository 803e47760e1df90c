/// Who may be told that child protection looked at a child. That child protection is at work is for itself and for
/// the municipality's data protection officer; a school must not learn it from the register of looks (LasteKS § 27).
enum AuditSight {
    /// Roles and the purpose whose looks are left out for all others; `AuditChain.entries` has them as SQL.
    static let worker = "child-protection-worker"
    static let head = "social-head"
    static let purpose = "child-protection"

    static func seesChildProtection(_ caller: Caller) -> Bool {
        guard caller.person != nil, caller.municipality != "0060" else { return false }
        // A school's own officer is of the school.
        guard caller.institutionKind == "municipality" else { return false }
        return [worker, head, "data-protection-officer"].contains(caller.role)
    }
}
