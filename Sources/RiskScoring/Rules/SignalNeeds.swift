import ServiceKit

/// Needs that a decision or a concern names (`Protocols/codes.md`).
enum SignalNeeds {
    static let codes: Set<String> = [
        "attendance", "learning", "behaviour", "mental-health", "speech", "social-coping", "family", "health",
        "leisure", "language", "safety", "career",
    ]

    /// The needs of a confirmation: those named, else the one that the trigger suggests or the concern named.
    static func decided(
        confirm: Bool, needs: [String], trigger: Trigger?, code: String
    ) throws(ServiceError) -> [String] {
        guard confirm else { return [] }
        guard needs.allSatisfy({ codes.contains($0) }), needs.count <= codes.count else {
            throw ServiceError(
                .invalid, "need-codes", "Name needs by their codes, such as attendance or learning.")
        }
        if !needs.isEmpty { return needs }
        return [trigger?.suggestedNeed ?? code]
    }

    static func requireConcern(need: String, observation: String, noticer: String) throws(ServiceError) {
        guard codes.contains(need) else {
            throw ServiceError(
                .invalid, "need-code", "Name the need by its code, such as attendance or safety.")
        }
        guard !observation.isEmpty, observation.count <= 2000 else {
            throw ServiceError(.invalid, "observation", "Say what was seen, in at most 2000 characters.")
        }
        let plain = noticer.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D }
        guard noticer.utf8.count <= 40, plain else {
            throw ServiceError(
                .invalid, "noticer-role", "Say who noticed by a code, such as teacher or parent.")
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
