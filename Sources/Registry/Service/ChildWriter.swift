import Contracts
import ServiceKit
import Store

/// Writes a child's record: the sealed columns, a new version with the whole content, the hashes that find it; and
/// tells others where the child is. All ways into the register end here.
struct ChildWriter: Sendable {
    let kit: any Kit
    let seal: ChildSeal
    let author: Author

    init(_ kit: any Kit, _ seal: ChildSeal, _ author: Author) {
        self.kit = kit
        self.seal = seal
        self.author = author
    }

    /// What is to be written over `record`, or as a new child.
    struct Change: Sendable {
        var content: ChildContent
        /// Of the institution in the content; empty without one.
        var institutionKind: String
        var action: String
        /// Names of the fields that changed.
        var fields: [String]
        /// Others must hear where the child is.
        var tell: Bool
        /// Keyed hash of a school's row; nil: stays as it was.
        var rowHash: [UInt8]?
        /// The id of a child that comes from elsewhere; nil: a new one.
        var id: ChildID?
    }

    /// An isikukood or an id of another system is another child's. What it is, and whose, is for the audit alone: who
    /// writes a record must not learn in this way whether a child is here whom they may not see.
    struct OtherChildsIdentifier: Error {
        var holder: ChildID

        /// What whoever wrote is told.
        var answer: ServiceError {
            ServiceError(
                .conflict, "identifier-taken",
                "An isikukood or id given here stands in another record of the municipality: correct it, or ask the "
                    + "municipality's registrar to look.")
        }
    }

    /// Gives the record as it is now. Throws ``OtherChildsIdentifier``.
    func write(
        _ change: Change, over record: ChildRecord?, in transaction: any Transaction
    ) throws -> ChildRecord {
        let content = change.content
        let child = record?.id ?? change.id ?? .random()
        // A child who comes back has no key here any more.
        let kept = record.flatMap { $0.subjectKey.isEmpty ? nil : $0.subjectKey }
        let key = try kept ?? kit.vault.newSubjectKey(in: seal.partition)
        let codeHash = try seal.hash(isikukood: content.isikukood)
        if let codeHash, let other = try ChildStore.child(codeHash: codeHash, transaction), other.id != child
        {
            throw OtherChildsIdentifier(holder: other.id)
        }
        let new = ChildRecord(
            id: child, subjectKey: key,
            placement: content.placement(
                institutionKind: change.institutionKind, municipality: seal.partition),
            from: content.from, codeHash: codeHash,
            contentHash: change.rowHash ?? record?.contentHash ?? [], version: (record?.version ?? 0) + 1,
            residenceBasis: content.residenceBasis, handedOver: "")
        let first = content.representatives.first
        let contact = [first?.email ?? "", first?.phone ?? ""].first { !$0.isEmpty } ?? ""
        let sealed = try seal.seal(
            ChildIdentity(
                givenName: content.givenName, familyName: content.familyName, isikukood: content.isikukood,
                birthDate: content.birthDate, representative: first?.name ?? "",
                representativeContact: contact), of: child, subjectKey: key)
        try ChildStore.save(new, sealed, left: content.left, at: kit.clock.now(), transaction)
        try writeOtherIDs(of: content, child: child, transaction)
        try addVersion(of: new, content, action: change.action, fields: change.fields, transaction)
        if change.tell {
            try kit.emit(
                RegistryEvents.placed(new.placement), child: child, partition: seal.partition, in: transaction
            )
        }
        if let before = record?.placement.institution, before != new.placement.institution {
            try endLinks(of: child, given: before, in: transaction)
        }
        return new
    }

    func addVersion(
        of record: ChildRecord, _ content: ChildContent, action: String, fields: [String],
        _ transaction: any Transaction
    ) throws {
        try ChildStore.add(
            ChildVersion(
                number: record.version, at: kit.clock.now(), day: kit.clock.today().description,
                author: author, action: action, fields: fields), of: record.id,
            content: try seal.seal(
                content, version: record.version, of: record.id, subjectKey: record.subjectKey),
            transaction)
    }

    private func writeOtherIDs(
        of content: ChildContent, child: ChildID, _ transaction: any Transaction
    ) throws {
        let hashes = try content.otherIDs.map { try seal.hash($0) }
        for hash in hashes {
            if let other = try ChildStore.child(otherID: hash, transaction), other != child {
                throw OtherChildsIdentifier(holder: other)
            }
        }
        try ChildStore.setOtherIDs(hashes, of: child, transaction)
    }

    /// A child who went to another institution is no longer open to the earlier one's specialists; nil: to nobody.
    func endLinks(
        of child: ChildID, given institution: InstitutionID?, in transaction: any Transaction
    ) throws {
        let today = kit.clock.today()
        for link in try ChildStore.links(of: child, on: today, transaction)
        where link.isOpen && (institution == nil || link.institution == institution) {
            try ChildStore.end(link.id, on: today, by: nil, reason: nil, transaction)
            var ended = link
            ended.until = today.description
            try kit.emit(
                RegistryEvents.linked(ended), child: child, partition: seal.partition, in: transaction)
        }
    }
}
