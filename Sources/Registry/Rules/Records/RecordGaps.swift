import ServiceKit

/// What the county's map lacks: vacancies, roles that nobody has in a municipality, figures that are old, and how full
/// each municipality's three tables are.
struct RecordGaps: Sendable {
    struct Gap: Sendable, Hashable {
        enum Kind: String, Sendable {
            case vacancy
            case roleMissing = "role-missing"
            case capacityOld = "capacity-old"
            case informationPersonMissing = "information-person-missing"
            case leaderMissing = "leader-missing"
            case alarmTrialOver = "alarm-trial-over"
            case dataOld = "data-old"
            case visionMissing = "vision-missing"
            case templateDraft = "template-draft"
            case reviewDue = "review-due"
            case agreementOver = "agreement-over"
        }

        var municipality: String
        var kind: Kind
        /// The record that it concerns; nil: none.
        var record: Record.Key?
        var role = ""
        var text: Bilingual
    }

    struct Completeness: Sendable, Hashable {
        var municipality: String
        var table: String
        var records: Int
        /// Of the cells that a whole table would have; rounded down.
        var percent: Int
        var lacks: [Lack]
    }

    /// A resource and its empty cells, or an institution without any row.
    struct Lack: Sendable, Hashable {
        var code: String
        /// Empty: the whole row.
        var fields: [String]
    }

    /// Who should be found in every municipality or serve the whole county (the model's core groups, domain.md 2.2; PGS
    /// § 37(2) support specialists; PGS § 38 school nurse).
    static let expectedRoles = [
        "child-protection-worker", "family-worker", "social-head", "education-head", "youth-worker",
        "prevention-specialist", "social-pedagogue", "special-educator", "speech-therapist",
        "school-psychologist", "school-nurse", "district-police",
    ]
    /// Roles for which one who serves the whole county is enough.
    static let countyWideRoles: Set<String> = ["school-nurse", "district-police"]
    /// The cells of a row that make the tables useful beyond their required ones; a contact is an e-mail or a phone.
    static let tableCells = [
        "description", "need_codes", "prevention_tier", "languages", "capacity_as_of", "how_to_refer",
        "schedule", "cost",
    ]

    var gaps: [Gap] = []
    private(set) var completeness: [Completeness] = []
    let today: LocalDate
    private let names: [String: String]

    /// - Parameters:
    ///   - records: current ones of the kinds that are looked at, of all municipalities.
    ///   - municipalities: those to be looked at; the county itself has no tables.
    init(_ records: [Record], municipalities: [String], on today: LocalDate) {
        self.today = today
        let inForce = records.filter { $0.isInForce(on: today) }
        let byKind = Dictionary(grouping: inForce, by: \.kind)
        names = Dictionary((byKind["municipality"] ?? []).map { ($0.code, $0.text("name")) }) { first, _ in
            first
        }
        let posts = (byKind["post"] ?? []).filter { post in post.date("until").map { $0 >= today } ?? true }
        let typed = TypedRecords.map(of: posts)
        let filled = Set(typed.posts.filter { $0.isFilled(on: today) }.map(\.code))
        let shared = Set(posts.filter { $0.owner == RegistryCodes.county }.map { $0.text("role") })
        for municipality in municipalities {
            let own = posts.filter { $0.owner == municipality }
            addVacancies(own, filled)
            if municipality == RegistryCodes.county { continue }
            addMissingRoles(municipality, Set(own.map { $0.text("role") }), shared)
            let institutions = (byKind["institution"] ?? []).filter { $0.owner == municipality }
            addInstitutions(institutions)
            addTeams((byKind["team"] ?? []).filter { $0.owner == municipality }, filled)
            addModel(municipality, byKind.mapValues { $0.filter { $0.owner == municipality } }, filled)
            let resources = (byKind["resource"] ?? []).filter { $0.owner == municipality }
            addOldFigures(resources)
            addCompleteness(municipality, resources, institutions)
        }
    }

    func name(_ municipality: String) -> String { names[municipality] ?? municipality }

    private mutating func addVacancies(_ posts: [Record], _ filled: Set<String>) {
        for post in posts where !filled.contains(post.code) {
            let role = RoleNames.name(post.text("role"))
            let place = post.text("institution")
            gaps.append(
                Gap(
                    municipality: post.owner, kind: .vacancy, record: post.key, role: post.text("role"),
                    text: Bilingual(
                        et: "\(place): täitmata ametikoht (\(role.et))\(substituted(post).et)",
                        en: "\(place): vacant post (\(role.en))\(substituted(post).en)")))
        }
    }

    /// That somebody stands in does not fill a post; it is said with the vacancy, without the name.
    private func substituted(_ post: Record) -> Bilingual {
        guard let substitute = PeopleKinds.substitute(of: post, on: today) else {
            return Bilingual(et: "", en: "")
        }
        let until = substitute.until
        return Bilingual(
            et: until.isEmpty ? ", asendaja on" : ", asendaja kuni \(until)",
            en: until.isEmpty ? ", somebody stands in" : ", somebody stands in until \(until)")
    }

    private mutating func addMissingRoles(_ municipality: String, _ own: Set<String>, _ shared: Set<String>) {
        for role in Self.expectedRoles where !own.contains(role) {
            if Self.countyWideRoles.contains(role), shared.contains(role) { continue }
            let (called, place) = (RoleNames.name(role), name(municipality))
            gaps.append(
                Gap(
                    municipality: municipality, kind: .roleMissing, record: nil, role: role,
                    text: Bilingual(et: "\(place): puudub \(called.et)", en: "no \(called.en) in \(place)")))
        }
    }

    private mutating func addInstitutions(_ institutions: [Record]) {
        for institution in institutions {
            let name = institution.text("name")
            if institution.text("kind") == "school", institution.fields["information_person"] == nil {
                gaps.append(
                    Gap(
                        municipality: institution.owner, kind: .informationPersonMissing,
                        record: institution.key,
                        text: Bilingual(
                            et: "\(name): määramata, kes vahetab teavet omavalitsusega (PGS § 36 lg 6)",
                            en: "\(name): nobody is named to exchange information with the municipality")))
            }
            if institution.text("alarm_module") == "trial",
                institution.date("alarm_trial_until").map({ $0 < today }) ?? false
            {
                gaps.append(
                    Gap(
                        municipality: institution.owner, kind: .alarmTrialOver, record: institution.key,
                        text: Bilingual(
                            et: "\(name): häirekella katseaeg on läbi",
                            en: "\(name): the alarm module's trial is over")))
            }
            if PlaceKinds.isDataOld(institution, on: today) {
                let day = institution.text("data_as_of")
                gaps.append(
                    Gap(
                        municipality: institution.owner, kind: .dataOld, record: institution.key,
                        text: Bilingual(
                            et:
                                "\(name): infosüsteemi andmed \(day.isEmpty ? "puuduvad" : "on vanad (\(day))")",
                            en: day.isEmpty
                                ? "\(name): no data of its information system yet"
                                : "\(name): the data of its information system are old (\(day))")))
            }
        }
    }

    private mutating func addTeams(_ teams: [Record], _ filled: Set<String>) {
        for team in teams where !filled.contains(team.text("leader_post")) {
            let place = team.text("institution")
            gaps.append(
                Gap(
                    municipality: team.owner, kind: .leaderMissing, record: team.key,
                    text: Bilingual(
                        et: "\(place): tugimeeskonnal ei ole eestvedajat",
                        en: "\(place): the support team has no leader")))
        }
    }

    private mutating func addOldFigures(_ resources: [Record]) {
        for resource in resources where ResourceKinds.isOld(resource, on: today) {
            let name = resource.text("name")
            let day = resource.text("capacity_as_of")
            gaps.append(
                Gap(
                    municipality: resource.owner, kind: .capacityOld, record: resource.key,
                    text: Bilingual(
                        et: "\(name): kohtade arv on vana (\(day))",
                        en: "\(name): the places are old (\(day))")))
        }
    }

    // MARK: the three tables

    private mutating func addCompleteness(
        _ municipality: String, _ resources: [Record], _ institutions: [Record]
    ) {
        for table in ["institution", "municipality-specialists", "services"] {
            let rows = resources.filter { $0.text("table") == table }
            var result = Completeness(
                municipality: municipality, table: table, records: rows.count, percent: 0, lacks: [])
            let cellsInRow = Self.tableCells.count + 1
            var filled = 0
            for row in rows {
                let lacking = lacking(row)
                filled += cellsInRow - lacking.count
                if !lacking.isEmpty { result.lacks.append(Lack(code: row.code, fields: lacking)) }
            }
            var expectedRows = rows.count
            if table == "institution" {
                let present = Set(rows.map { $0.text("institution") })
                for place in institutions
                where RegistryCodes.childInstitutionKinds.contains(place.text("kind"))
                    && !present.contains(place.code)
                {
                    expectedRows += 1
                    result.lacks.append(Lack(code: place.code, fields: []))
                }
            }
            if expectedRows > 0 { result.percent = filled * 100 / (expectedRows * cellsInRow) }
            completeness.append(result)
        }
    }

    /// The row's empty cells; a figure that is old counts as empty.
    private func lacking(_ row: Record) -> [String] {
        var lacking = Self.tableCells.filter { row.fields[$0] == nil }
        if ResourceKinds.isOld(row, on: today) { lacking.append("capacity_as_of") }
        if row.fields["contact_email"] == nil, row.fields["contact_phone"] == nil {
            lacking.append("contact_email")
        }
        return lacking
    }
}
