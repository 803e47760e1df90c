import ServiceKit

/// Seals and opens what identifies a child. Every column is bound to its table, name and row, so that sealed values
/// cannot be swapped between children.
struct ChildSeal {
    let vault: any Vault
    let partition: String

    func seal(_ identity: ChildIdentity, of child: ChildID, subjectKey: [UInt8]) throws -> ChildStore.Sealed {
        ChildStore.Sealed(
            name: try seal([identity.givenName, identity.familyName], "name", child, subjectKey),
            code: try sealCode(identity, of: child, subjectKey: subjectKey),
            contact: try seal(
                [identity.representative, identity.representativeContact], "contact", child, subjectKey))
    }

    func sealCode(_ identity: ChildIdentity, of child: ChildID, subjectKey: [UInt8]) throws -> [UInt8] {
        try seal([identity.isikukood, identity.birthDate], "code", child, subjectKey)
    }

    func name(
        _ sealed: ChildStore.Sealed, of child: ChildID, subjectKey: [UInt8]
    ) throws -> (given: String, family: String) {
        let parts = try open(sealed.name, "name", child, subjectKey)
        return (parts.first ?? "", parts.dropFirst().first ?? "")
    }

    func mark(_ sealed: ChildStore.SealedMark, subjectKey: [UInt8]) throws -> ChildMark {
        var mark = sealed.mark
        let texts = try open(sealed.texts, "mark/\(mark.id)", mark.child, subjectKey)
        mark.toward = texts.first ?? ""
        mark.ground = texts.dropFirst().first ?? ""
        return mark
    }

    /// All that identifies the child, for comparing records.
    func identity(
        _ sealed: ChildStore.Sealed, of child: ChildID, subjectKey: [UInt8]
    ) throws -> ChildIdentity {
        let name = try name(sealed, of: child, subjectKey: subjectKey)
        let code = try open(sealed.code, "code", child, subjectKey)
        let contact = try open(sealed.contact, "contact", child, subjectKey)
        return ChildIdentity(
            givenName: name.given, familyName: name.family, isikukood: code.first ?? "",
            birthDate: code.dropFirst().first ?? "", representative: contact.first ?? "",
            representativeContact: contact.dropFirst().first ?? "")
    }

    func text(_ sealed: [UInt8], column: String, of child: ChildID, subjectKey: [UInt8]) throws -> String {
        try open(sealed, column, child, subjectKey).first ?? ""
    }

    /// ISO; empty: unknown.
    func birthDate(_ sealed: ChildStore.Sealed, of child: ChildID, subjectKey: [UInt8]) throws -> String {
        try open(sealed.code, "code", child, subjectKey).dropFirst().first ?? ""
    }

    func seal(_ text: String, column: String, of child: ChildID, subjectKey: [UInt8]) throws -> [UInt8] {
        try seal([text], column, child, subjectKey)
    }

    /// Keyed hash of an isikukood, for finding the same child again.
    func hash(isikukood: String) throws -> [UInt8]? {
        if isikukood.isEmpty { return nil }
        return try vault.lookupHash(Array(isikukood.utf8), purpose: "isikukood", in: partition)
    }

    /// Keyed hash of another system's id.
    func hash(_ other: ChildContent.OtherSystemID) throws -> [UInt8] {
        try vault.lookupHash(
            Array("\(other.system)\(Self.separator)\(other.id)".utf8), purpose: "other-id", in: partition)
    }

    /// Keyed hash of a school's own pupil id.
    func hash(pupil: String, of institution: InstitutionID) throws -> [UInt8] {
        try vault.lookupHash(institution.bytes + Array(pupil.utf8), purpose: "pupil-id", in: partition)
    }

    /// Keyed hash of all that a row says, to see whether anything changed without opening anything.
    func hash(_ row: PupilRow, of institution: InstitutionID) throws -> [UInt8] {
        try vault.lookupHash(institution.bytes + row.content, purpose: "pupil-row", in: partition)
    }

    // Control characters are refused in these texts, so the separator cannot occur in one.
    private static let separator: Character = "\u{1f}"

    func seal(_ texts: [String], _ column: String, _ child: ChildID, _ key: [UInt8]) throws -> [UInt8] {
        try vault.seal(
            Array(texts.joined(separator: String(Self.separator)).utf8), subjectKey: key,
            context: "children/\(column)/\(child)", in: partition)
    }

    func open(_ sealed: [UInt8], _ column: String, _ child: ChildID, _ key: [UInt8]) throws
        -> [String]
    {
        let plain = try vault.open(
            sealed, subjectKey: key, context: "children/\(column)/\(child)", in: partition)
        return String(decoding: plain, as: UTF8.self)
            .split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
    }
}
