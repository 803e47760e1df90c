import ServiceKit

/// The codes of `Protocols/codes.md` that Registry checks.
enum RegistryCodes {
    static let county = "0060"
    static let institutionKinds: Set<String> = [
        "school", "kindergarten", "municipality", "county", "state", "health", "police", "youth-centre",
        "partner",
    ]
    static let roles: Set<String> = [
        "class-teacher", "kindergarten-teacher", "teacher", "head", "hev-coordinator", "aev-coordinator",
        "social-pedagogue", "special-educator", "speech-therapist", "school-psychologist", "school-nurse",
        "youth-worker", "child-protection-worker", "family-worker", "prevention-specialist", "social-head",
        "education-head", "family-commission", "district-police", "county-coordinator",
        "data-protection-officer", "registrar",
    ]
    static let needs: Set<String> = [
        "attendance", "learning", "behaviour", "mental-health", "speech", "social-coping", "family", "health",
        "leisure", "language", "safety", "career",
    ]
    static let fields: Set<String> = ["education", "social", "child-protection", "youth", "health", "police"]
    static let scopes: Set<String> = ["institution", "municipality", "county", "state"]
    static let preventionTiers: Set<String> = ["universal", "selective", "indicated"]
    static let topics: Set<String> = [
        "early-noticing", "assessment-instrument", "motivating-conversation", "school-avoidance",
        "network-work",
        "mental-health-first-aid", "covision", "data-and-privacy",
    ]
    static let resourceTables: Set<String> = ["institution", "municipality-specialists", "services"]
    static let resourceKinds: Set<String> = ["specialist", "service", "programme"]
    static let phases: Set<String> = [
        "noticing", "clarifying-needs", "setting-goals", "activities", "evaluating",
    ]
    static let coordinatorPlaces: Set<String> = ["institution", "municipality"]
    static let childInstitutionKinds: Set<String> = ["school", "kindergarten"]

    /// Four digits, as an EHAK code is written.
    static func isEHAK(_ text: String) -> Bool {
        text.utf8.count == 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// A municipality's EHAK code by its form. Codes of counties begin with "00".
    static func isMunicipality(_ text: String) -> Bool { isEHAK(text) && !text.hasPrefix("00") }

    /// A code as documents name things: 1 to 100 of lower case letters, digits, ".", "-".
    static func isName(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e
            }
    }

    /// A language tag's form (BCP 47): two or three letters, more subtags after "-".
    static func isLanguage(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.utf8.count), text.utf8.count <= 35 else {
            return false
        }
        return first.utf8.allSatisfy { (0x61...0x7a).contains($0) }
            && parts.dropFirst().allSatisfy { part in
                (1...8).contains(part.utf8.count)
                    && part.utf8.allSatisfy {
                        (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0)
                    }
            }
    }

    /// Days on which people look again, or access ends, lie within three years: a later one is no day to look at.
    static func lastDay(from today: LocalDate) -> LocalDate { today.adding(days: 3 * 366) }

    /// The first day of next school year's pupils is known a year before; a later one would keep a child from being
    /// taken in anywhere else.
    static func lastFirstDay(from today: LocalDate) -> LocalDate { today.adding(days: 366) }

    /// Text for people: without control characters, at most so many bytes.
    static func isText(_ text: String, bytesMax: Int = 400) -> Bool {
        text.utf8.count <= bytesMax && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
    }
}
