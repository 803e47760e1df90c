import Directory
import ServiceKit

/// A question to the directory as it was sent, and how it is checked.
struct DirectoryQuestion: Sendable, Hashable {
    var words = ""
    var kinds: [String] = []
    var sorts: [String] = []
    var roles: [String] = []
    var needs: [String] = []
    var fields: [String] = []
    var tiers: [String] = []
    var languages: [String] = []
    var grade: Int?
    var age: Int?
    var near = ""
    var municipalities: [String] = []
    var freePlace = false
    /// 0: any.
    var notOlderThanDays = 0
    /// 0: 20.
    var pageSize = 0
    var cursor: [UInt8] = []

    static let pageSizeMax = 100

    var limit: Int { pageSize == 0 ? 20 : pageSize }

    /// Values of one filter.
    static let valuesMax = 32

    func query() throws -> DirectoryQuery {
        for (field, values) in [
            ("kinds", kinds), ("sorts", sorts), ("roles", roles), ("need_codes", needs), ("fields", fields),
            ("prevention_tiers", tiers), ("languages", languages), ("municipalities", municipalities),
        ] where values.count > Self.valuesMax || Set(values).count < values.count {
            throw refused(field, "Give each value once, and at most \(Self.valuesMax) of them.")
        }
        try known(kinds, Set(DirectoryEntry.Kind.allCases.map(\.rawValue)), "kinds")
        try known(sorts, RegistryCodes.resourceKinds.union(RegistryCodes.institutionKinds), "sorts")
        try known(roles, RegistryCodes.roles, "roles")
        try known(needs, RegistryCodes.needs, "need_codes")
        try known(fields, RegistryCodes.fields, "fields")
        try known(tiers, RegistryCodes.preventionTiers, "prevention_tiers")
        for code in languages where !RegistryCodes.isLanguage(code) {
            throw refused("languages", "Give languages as BCP 47 tags, such as \"ru\".")
        }
        for code in municipalities + (near.isEmpty ? [] : [near]) where !RegistryCodes.isEHAK(code) {
            throw refused("municipalities", "Give places by their EHAK code, such as 0792.")
        }
        if let grade, !(0...12).contains(grade) {
            throw refused("grade", "Give a grade from 1 to 12, or 0 for kindergarten.")
        }
        if let age, !(0...26).contains(age) { throw refused("age", "Give an age in years, from 0 to 26.") }
        guard limit <= Self.pageSizeMax else {
            throw refused("page_size", "Ask for at most \(Self.pageSizeMax) entries on a page.")
        }
        var anyOf: [[DirectoryTerm]] = [
            kinds.compactMap { DirectoryEntry.Kind(rawValue: $0) }.map { .kind($0) }, sorts.map { .sort($0) },
            roles.map { .role($0) }, needs.map { .need($0) }, fields.map { .field($0) },
            tiers.map { .tier($0) },
            languages.map { .language($0) },
        ]
        if let grade { anyOf.append([.grade(grade)]) }
        if let age {
            // An age outside school is asked for as a grade that nobody has: nothing serves it.
            let grades = DirectoryQuery.grades(ofAge: age)
            anyOf.append(grades.isEmpty ? [.grade(-1)] : grades)
        }
        if !near.isEmpty { anyOf.append([.near(near)]) }
        if freePlace { anyOf.append([.freePlace]) }
        return DirectoryQuery(
            words: words, anyOf: anyOf, municipalities: Set(municipalities),
            capacityNotOlderThanDays: notOlderThanDays == 0 ? nil : Int32(clamping: notOlderThanDays))
    }

    private func known(_ codes: [String], _ all: Set<String>, _ field: String) throws {
        guard codes.allSatisfy(all.contains) else {
            throw refused(field, "Use codes of Protocols/codes.md: \(all.sorted().joined(separator: ", ")).")
        }
    }

    private func refused(_ field: String, _ message: String) -> ServiceError {
        ServiceError(.invalid, "directory-\(field.replacing("_", with: "-"))", message)
    }
}
