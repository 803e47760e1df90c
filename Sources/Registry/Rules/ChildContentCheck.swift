import ServiceKit

/// Whether a record kept by hand can be so. Says what to correct, never what was given.
struct ChildContentCheck {
    /// Kind of the institution in the content; nil: in none.
    var institutionKind: String?
    var today: LocalDate

    static let representativesMax = 10
    static let otherIDsMax = 20

    /// The content in its settled form: the birth date of the code, no grade without an institution. Throws
    /// `ServiceError` (invalid) with the first thing to correct.
    func settled(_ given: ChildContent) throws -> ChildContent {
        var content = given
        if content.institution == nil {
            try require(
                content.className.isEmpty && content.from.isEmpty && content.left.isEmpty,
                "class-without-institution",
                "A child in no institution has no class, first day or day of leaving: leave them empty.")
            content.grade = -1
        }
        try checkNames(content)
        content.birthDate = try birthDate(of: content)
        try checkPlace(&content)
        try checkRepresentatives(content)
        try checkOtherIDs(content)
        return content
    }

    private func checkNames(_ content: ChildContent) throws {
        for name in [content.givenName, content.familyName] {
            try require(
                RegistryCodes.isText(name, bytesMax: 200) && name.contains { $0.isLetter }, "name-unusable",
                "Given and family name are plain text with letters, at most 200 bytes each.")
        }
        try require(
            content.language.isEmpty || RegistryCodes.isLanguage(content.language), "language-unknown",
            "Give the home language as a tag such as et, ru, uk, or leave it empty.")
    }

    /// Checks an isikukood as people give it.
    static func isikukood(_ text: String) throws -> Isikukood {
        do throws(Isikukood.Problem) {
            return try Isikukood(text)
        } catch .notElevenDigits {
            throw ServiceError(
                .invalid, "isikukood-not-eleven-digits", "The isikukood is not eleven digits: correct it.")
        } catch .noSuchDay {
            throw ServiceError(
                .invalid, "isikukood-no-such-day",
                "The birth date in the isikukood does not exist: correct it.")
        } catch {
            throw ServiceError(
                .invalid, "isikukood-check-digit",
                "The last digit of the isikukood does not fit the others: look for mistyped or swapped digits."
            )
        }
    }

    private func birthDate(of content: ChildContent) throws -> String {
        var date = content.birthDate
        if !content.isikukood.isEmpty {
            let code = try Self.isikukood(content.isikukood)
            try require(
                date.isEmpty || date == code.birthDate.description, "birth-date-differs",
                "The birth date is not that of the isikukood: correct the one that is wrong.")
            date = code.birthDate.description
        }
        guard !date.isEmpty else { return "" }
        guard let day = LocalDate(date) else {
            throw ServiceError(
                .invalid, "date-not-iso", "Write the birth date as 2015-01-31, or leave it empty.")
        }
        try require(
            day <= today && day >= today.adding(days: -30 * 365), "birth-date-implausible",
            "By the birth date this is no child or young person: correct the date or the isikukood.")
        return date
    }

    private func checkPlace(_ content: inout ChildContent) throws {
        try require(
            RegistryCodes.isMunicipality(content.residence), "residence-not-a-municipality",
            "Give the municipality of residence as its four-digit EHAK code, such as 0928.")
        try require(
            ChildContent.residenceBases.contains(content.residenceBasis), "residence-basis-unknown",
            "Say how the residence is known: register or place-of-stay.")
        guard content.institution != nil else { return }
        guard let institutionKind, RegistryCodes.childInstitutionKinds.contains(institutionKind) else {
            throw ServiceError(
                .invalid, "institution-unknown",
                "The municipality has no school or kindergarten of that id: see ListInstitutions.")
        }
        try require(
            (institutionKind == "kindergarten" ? 0...0 : 0...12).contains(content.grade),
            "grade-out-of-range", "Give 0 in a kindergarten or preparatory group, else 1 to 12.")
        try require(
            RegistryCodes.isText(content.className, bytesMax: 32), "class-unusable",
            "Give the class or group as plain text of at most 32 bytes.")
        if content.from.isEmpty { content.from = today.description }
        guard let from = LocalDate(content.from) else {
            throw ServiceError(.invalid, "date-not-iso", "Write the first day there as 2026-09-01.")
        }
        try require(
            from <= RegistryCodes.lastFirstDay(from: today), "from-too-far",
            "The first day there is at most a year away: correct it.")
        guard !content.left.isEmpty else { return }
        guard let left = LocalDate(content.left), left >= from, left <= today else {
            throw ServiceError(
                .invalid, "left-unusable",
                "The day of leaving is a date such as 2026-02-02, not before the first day and not to come.")
        }
    }

    private func checkRepresentatives(_ content: ChildContent) throws {
        try require(
            content.representatives.count <= Self.representativesMax, "too-many-representatives",
            "Name at most \(Self.representativesMax) representatives.")
        for one in content.representatives {
            let texts = [one.name, one.phone, one.email]
            try require(
                !one.name.isEmpty && texts.allSatisfy { RegistryCodes.isText($0, bytesMax: 200) },
                "representative-unusable",
                "Name, telephone and e-mail of a representative are plain text; the name is needed.")
            try require(
                one.relation.isEmpty || ChildContent.Representative.relations.contains(one.relation),
                "relation-unknown",
                "Say how the representative is related: "
                    + ChildContent.Representative.relations.sorted().joined(separator: ", ") + ".")
            try require(
                one.language.isEmpty || RegistryCodes.isLanguage(one.language), "language-unknown",
                "Give the representative's language as a tag such as et, ru, uk, or leave it empty.")
        }
    }

    private func checkOtherIDs(_ content: ChildContent) throws {
        try require(
            content.otherIDs.count <= Self.otherIDsMax
                && Set(content.otherIDs).count == content.otherIDs.count,
            "other-ids-unusable",
            "Give at most \(Self.otherIDsMax) ids of other systems, each once.")
        for one in content.otherIDs {
            try require(
                Self.isUsable(one), "other-ids-unusable",
                "An id of another system has the system's code, such as ehis, and 1 to 64 bytes of plain text."
            )
        }
    }

    static func isUsable(_ other: ChildContent.OtherSystemID) -> Bool {
        RegistryCodes.isName(other.system) && !other.id.isEmpty
            && RegistryCodes.isText(other.id, bytesMax: 64)
    }

    private func require(_ holds: Bool, _ reason: String, _ message: String) throws {
        if !holds { throw ServiceError(.invalid, reason, message) }
    }
}
