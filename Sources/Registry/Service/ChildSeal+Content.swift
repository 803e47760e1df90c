import Contracts
import ServiceKit
import Store
import SwiftProtobuf

/// A record's content as a whole, sealed for one version of one child: it cannot be put in place of another one.
extension ChildSeal {
    func seal(_ content: ChildContent, version: Int, of child: ChildID, subjectKey: [UInt8]) throws -> [UInt8]
    {
        try vault.seal(
            try RegistryMessages.message(content).serializedBytes(), subjectKey: subjectKey,
            context: Self.context(version, child), in: partition)
    }

    func content(_ sealed: [UInt8], version: Int, of child: ChildID, subjectKey: [UInt8]) throws
        -> ChildContent
    {
        let plain = try vault.open(
            sealed, subjectKey: subjectKey, context: Self.context(version, child), in: partition)
        return try RegistryMessages.content(try RegistryChildContent(serializedBytes: plain))
    }

    /// What a record says now. Records from a time before versions were kept are read from their columns.
    func content(of record: ChildRecord, in transaction: any Transaction) throws -> ChildContent {
        if record.version > 0 {
            guard
                let sealed = try ChildStore.content(of: record.id, version: record.version, transaction)
            else {
                throw StoreError(
                    .damaged, "A record's newest version is missing: run `verify`, restore a backup.")
            }
            return try content(sealed, version: record.version, of: record.id, subjectKey: record.subjectKey)
        }
        guard let sealed = try ChildStore.sealed(record.id, transaction) else { return ChildContent() }
        let key = record.subjectKey
        let name = try name(sealed, of: record.id, subjectKey: key)
        let code = try open(sealed.code, "code", record.id, key)
        let contact = try open(sealed.contact, "contact", record.id, key)
        var content = ChildContent()
        content.givenName = name.given
        content.familyName = name.family
        content.isikukood = code.first ?? ""
        content.birthDate = code.dropFirst().first ?? ""
        let place = record.placement
        content.language = place.language
        content.institution = place.institution
        content.className = place.className
        content.grade = place.grade
        content.residence = place.residence
        content.from = record.from
        content.left = try ChildStore.leftDate(of: record.id, transaction)
        if let name = contact.first, !name.isEmpty {
            content.representatives = [.init(name: name, email: contact.dropFirst().first ?? "")]
        }
        return content
    }

    private static func context(_ version: Int, _ child: ChildID) -> String {
        "child_versions/content/\(child)/\(version)"
    }
}
