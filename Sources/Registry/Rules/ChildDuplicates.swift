import Linkage
import ServiceKit

/// Which ids mean one child by the merges in force. Each merged id points to the one that is kept for it.
struct ChildIdentities: Sendable, Hashable {
    private let keptByMerged: [ChildID: ChildID]
    private let mergedByKept: [ChildID: [ChildID]]

    init(_ merges: [(merged: ChildID, kept: ChildID)]) {
        keptByMerged = Dictionary(merges.map { ($0.merged, $0.kept) }) { first, _ in first }
        mergedByKept = Dictionary(grouping: merges, by: \.kept).mapValues { $0.map(\.merged).sorted() }
    }

    /// The id whose record is shown for the child.
    func kept(for id: ChildID) -> ChildID {
        var kept = id
        // A merge joins two that are kept, so there is no circle; damaged rows must not hang a read.
        for _ in 0...keptByMerged.count {
            guard let next = keptByMerged[kept] else { break }
            kept = next
        }
        return kept
    }

    func areOne(_ one: ChildID, _ other: ChildID) -> Bool { kept(for: one) == kept(for: other) }

    /// What is known under each id, put together under the kept ones.
    func gathered<Known>(
        _ known: [ChildID: Known], _ combine: (Known, Known) -> Known
    ) -> [ChildID: Known] {
        if keptByMerged.isEmpty { return known }
        return Dictionary(
            known.sorted { $0.key < $1.key }.map { (kept(for: $0.key), $0.value) }, uniquingKeysWith: combine)
    }

    /// One record for each child: of several that are shown, the kept one, else the one with the smallest id (a school that
    /// sees only its own record goes on seeing that).
    func withoutRepeats(_ records: [ChildRecord]) -> [ChildRecord] {
        if keptByMerged.isEmpty { return records }
        var shown: [ChildID: ChildID] = [:]
        for record in records {
            let kept = kept(for: record.id)
            shown[kept] =
                shown[kept] == kept || record.id == kept ? kept : min(shown[kept] ?? record.id, record.id)
        }
        return records.filter { shown[kept(for: $0.id)] == $0.id }
    }

    /// All ids of the child, the kept one first.
    func all(for id: ChildID) -> [ChildID] {
        var all = [kept(for: id)]
        var seen = Set(all)
        var next = 0
        while next < all.count {
            for merged in mergedByKept[all[next]] ?? [] where seen.insert(merged).inserted {
                all.append(merged)
            }
            next += 1
        }
        return all
    }
}

/// Finds records of a municipality's children that may be of one child.
struct ChildDuplicates {
    /// What of a record is compared.
    struct Entry: Sendable {
        var id: ChildID
        var givenName: String
        var familyName: String
        /// ISO; empty: unknown.
        var birthDate: String
        var isikukood: String
        var representative: String
        var contact: String
        var language: String
        /// Where the child is taught or cared for now; nil: nowhere.
        var attends: InstitutionID?
        var hasOpenCase: Bool
    }

    private static let plan = LinkagePlan(
        fields: [
            LinkageField("given_name", .name), LinkageField("family_name", .name, sharedInHousehold: true),
            LinkageField("birth_date", .date),
            LinkageField("representative", .name, sharedInHousehold: true),
            LinkageField("contact", .text, sharedInHousehold: true),
            LinkageField("language", .code, sharedInHousehold: true),
            LinkageField("isikukood", .identifier),
        ], exchanges: [.init(0, 1)])

    /// Doubt of Registry beside those of `LinkDoubt`: two institutions say that the child is with them now.
    static let attendsBoth = "attends-both"
    /// Doubt of Registry: joining the two would join others whom a person has said to be two children.
    static let decidedApart = "decided-apart"

    /// Pairs that are likely enough for somebody to look, the surest first; their ids are derived from the children's,
    /// so that a pair that is found again is the same pair.
    static func pairs(of entries: [Entry]) -> [DuplicatePair] {
        var records = LinkageRecords(plan)
        for entry in entries {
            records.append([
                entry.givenName, entry.familyName, entry.birthDate, entry.representative, entry.contact,
                entry.language, entry.isikukood,
            ])
        }
        let linkage = Linkage(records)
        let policy = LinkPolicy()
        var pairs: [DuplicatePair] = []
        for link in linkage.links {
            let (one, other) = (entries[link.left], entries[link.right])
            let levels = linkage.levels(link.left, link.right)
            let evidence = LinkEvidence(
                total: link.total, identifier: identifier(one, other), birthDate: levels[2],
                givenName: levels[0], familyName: levels[1],
                bothHaveOpenCases: one.hasOpenCase && other.hasOpenCase)
            var doubts: [String] = []
            switch policy.decide(evidence) {
            case .apart: continue
            case .automatic: break
            case .review(let found): doubts = found.map(\.rawValue)
            }
            if let here = one.attends, let there = other.attends, here != there { doubts.append(attendsBoth) }
            let (first, second) = (min(one.id, other.id), max(one.id, other.id))
            pairs.append(
                DuplicatePair(
                    id: pairID(first, second), first: first, second: second,
                    bits: link.total, reasons: reasons(linkage.explanation(link.left, link.right)),
                    doubts: doubts.sorted()))
        }
        return pairs
    }

    /// The same for the same two children, whichever comes first.
    static func pairID(_ one: ChildID, _ other: ChildID) -> DuplicatePairID {
        .derived("duplicate", "\(min(one, other)) \(max(one, other))")
    }

    private static func identifier(_ one: Entry, _ other: Entry) -> LinkEvidence.Identifier {
        guard let code = try? Isikukood(one.isikukood), let otherCode = try? Isikukood(other.isikukood) else {
            return .unknown
        }
        return code == otherCode ? .same : .different
    }

    private static func reasons(_ explanation: LinkExplanation) -> [DuplicatePair.Reason] {
        explanation.lines.map { line in
            switch line.reason {
            case .start: .init(field: "start", level: "", bits: line.bits)
            case .field(let place, let level):
                .init(field: plan.fields[place].name, level: "\(level)", bits: line.bits)
            case .exchange(_, let changed):
                .init(field: changed ? "names-swapped" : "names-in-place", level: "", bits: line.bits)
            case .household: .init(field: "household", level: "", bits: line.bits)
            }
        }
    }

    /// Whose record is shown for both when nobody says: the one with an isikukood, then the one still in an institution,
    /// then the smaller id, so that the same pair always gives the same answer.
    static func kept(_ one: ChildRecord, _ other: ChildRecord) -> ChildID {
        func rank(_ record: ChildRecord) -> Int {
            (record.codeHash == nil ? 0 : 2) + (record.placement.left ? 0 : 1)
        }
        if rank(one) != rank(other) { return rank(one) > rank(other) ? one.id : other.id }
        return min(one.id, other.id)
    }
}

/// Who decides about duplicates.
extension RegistryRules {
    /// May compare all children of the municipality: its registrar.
    static func mayFindDuplicates(_ actor: Actor, municipality: String) -> Bool {
        actor.role == "registrar"
            && actor.posts.contains {
                $0.institutionKind == "municipality" && $0.municipality == municipality
            }
    }

    /// May see a pair and decide it: the municipality's registrar; within one institution also its registrar and head.
    static func mayDecideDuplicate(_ one: Placement, _ other: Placement, _ actor: Actor) -> Bool {
        guard one.isHere, other.isHere else { return false }
        if mayFindDuplicates(actor, municipality: one.schoolMunicipality),
            one.schoolMunicipality == other.schoolMunicipality
        {
            return true
        }
        return ["registrar", "head"].contains(actor.role)
            && actor.posts.contains {
                $0.institution == one.institution && $0.institution == other.institution
            }
    }
}
