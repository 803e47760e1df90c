import ServiceKit

/// Where a child learns and lives, as other services are told.
struct Placement: Sendable, Hashable {
    /// Nil: in no institution.
    var institution: InstitutionID?
    /// Empty: in no institution.
    var institutionKind: String
    /// Whose partition it is: where the institution is, or where a child in none lives.
    var schoolMunicipality: String
    var residence: String
    var className: String
    /// 1 to 12; 0 kindergarten; -1 none.
    var grade: Int
    var language: String
    /// 0: unknown.
    var birthYear: Int
    var left: Bool
    /// False: handed over to another municipality, which answers for the child now.
    var isHere = true
}

/// A child's row without what identifies the child in the world.
struct ChildRecord: Sendable, Hashable {
    var id: ChildID
    /// The child's key, wrapped by the partition's.
    var subjectKey: [UInt8]
    var placement: Placement
    /// First day in the institution, ISO.
    var from: String
    /// Keyed hash of the isikukood; nil when there is none.
    var codeHash: [UInt8]?
    /// Keyed hash of the row that was last taken in; empty: none was.
    var contentHash: [UInt8]
    /// Of the record's newest version; 0: from a time before versions were kept.
    var version = 0
    var residenceBasis = ChildContent.byRegister
    /// The day on which the child was handed over to another municipality; empty: the child is here.
    var handedOver = ""
}

/// Work with a child in open cases that reaches beyond the child's institution.
struct CaseWork: Sendable, Hashable {
    /// Roles in which the municipality's office leads a case of the child now.
    var municipalRoles: Set<String> = []
    /// Posts that are asked to help, or are helping.
    var askedPosts: Set<PostID> = []

    func union(_ other: CaseWork) -> CaseWork {
        CaseWork(
            municipalRoles: municipalRoles.union(other.municipalRoles),
            askedPosts: askedPosts.union(other.askedPosts))
    }
}

/// What identifies a child; sealed wherever it is stored.
struct ChildIdentity: Sendable, Hashable {
    var givenName: String
    var familyName: String
    var isikukood: String
    var birthDate: String
    var representative: String
    var representativeContact: String
}

/// A specialist's link with a child: opens the child's data to that person in that role until it ends.
struct ChildLink: Sendable, Hashable {
    var id: LinkID
    var child: ChildID
    var person: PersonID
    var post: PostID
    /// Of the post.
    var institution: InstitutionID
    var role: String
    var from: String
    /// Empty: open.
    var until: String
    /// Access ends on this day by itself; empty: when somebody ends it.
    var endsOn = ""
    /// When people look whether it is still needed; empty: no day is set.
    var reviewOn = ""

    var isOpen: Bool { until.isEmpty }

    /// Most specialists who are linked to one child at once.
    static let openMax = 50
    /// Most ended links that are shown with a child; `ListLinks` has all.
    static let endedShownMax = 20

    /// Those that are shown wherever the child is: the open ones, and the last that ended.
    static func shown(_ links: [ChildLink]) -> [ChildLink] {
        let ended = links.filter { !$0.isOpen }.sorted { ($0.until, $0.from) < ($1.until, $1.from) }
        let last = Set(ended.suffix(endedShownMax).map(\.id))
        return links.filter { $0.isOpen || last.contains($0.id) }
    }
}

/// What an import makes of one pupil's row, seen against what is stored. Pure, so that what a domain expert would argue
/// about (who is the same child?) can be read and tested without a database.
enum PupilDecision: Sendable, Hashable {
    case create
    case unchanged
    /// The same child; `placementChanges`: others must hear of it.
    case change(placementChanges: Bool)
    /// The child goes to another institution by now; only its id at this one is kept.
    case rememberOnly
    case refuse(Fault)

    var isRefusal: Bool { if case .refuse = self { true } else { false } }

    /// The children that a row may mean.
    struct Candidates: Sendable {
        /// By the school's own id.
        var byExternalID: ChildRecord?
        /// By isikukood.
        var byCode: ChildRecord?
    }

    /// - Parameters:
    ///   - sameBirthDate: whether the stored birth date agrees; asked only when a known pupil comes with another code.
    static func decide(
        _ row: PupilRow, placement: Placement, codeHash: [UInt8]?, contentHash: [UInt8],
        candidates: Candidates,
        sameBirthDate: () throws -> Bool
    ) rethrows -> PupilDecision {
        if let known = candidates.byExternalID, let other = candidates.byCode, known.id != other.id {
            return .refuse(
                Fault(
                    row.row, "isikukood", "isikukood-of-other-pupil",
                    Bilingual(
                        et: "Isikukood on juba teisel õpilasel.",
                        en: "The isikukood is already that of another pupil."),
                    Bilingual(
                        et:
                            "Paranda isikukood; kui õpilane on tagasi tulnud, kasuta varasemat õpilase koodi.",
                        en: "Correct the isikukood; if the pupil has come back, use the earlier pupil id.")))
        }
        guard let known = candidates.byExternalID ?? candidates.byCode else { return .create }
        if let stored = known.codeHash, let codeHash, stored != codeHash, try !sameBirthDate() {
            return .refuse(
                Fault(
                    row.row, "pupil", "pupil-id-reused",
                    Bilingual(
                        et: "Õpilase kood on teise lapse oma: nii isikukood kui ka sünnikuupäev on erinevad.",
                        en: "The pupil id belongs to another child: isikukood and birth date both differ."),
                    Bilingual(
                        et: "Anna uuele õpilasele oma kood; koode ei kasutata uuesti.",
                        en: "Give the new pupil an id of its own; ids are never used again.")))
        }
        if known.placement.institution != placement.institution {
            if placement.left { return .rememberOnly }
            if !known.placement.left, row.from <= known.from {
                return .refuse(
                    Fault(
                        row.row, "from", "placed-elsewhere",
                        Bilingual(
                            et: "Laps on samast või hilisemast päevast teise asutuse õpilane.",
                            en: "The child is a pupil of another institution from the same day or later."),
                        Bilingual(
                            et: "Paranda \"from\" või palu teisel asutusel saata lahkumise päev.",
                            en: "Correct \"from\", or ask the other institution to send the day of leaving."))
                )
            }
            return .change(placementChanges: true)
        }
        if known.contentHash == contentHash { return .unchanged }
        return .change(placementChanges: known.placement != placement)
    }
}
