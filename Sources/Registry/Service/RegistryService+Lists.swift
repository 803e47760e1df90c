import Contracts
import ServiceKit
import Store

/// Reading the county's map. It holds nothing about children.
extension RegistryService {
    struct PostRow: Sendable {
        var post: Post
        var institution: Institution
        /// Empty: vacant today.
        var personName: String
        var isFilled: Bool
        /// Who stands in today by name, and the last day (ISO; empty: open); nil: nobody. Being named gives no rights.
        var substitute: (name: String, until: String)?
    }

    struct ResourceRow: Sendable {
        var resource: Resource
        var accepting: Bool
    }

    struct TeamRow: Sendable {
        var team: Team
        var institution: Institution
        var vacantMembers: Int
        /// Gaps for which a training is published.
        var plannedTopics: [String]
    }

    /// The municipalities that a question covers; nil: all of the county.
    func scope(_ municipality: String, _ caller: Caller, withCounty: Bool) throws -> Set<String>? {
        guard RegistryRules.mayReadMap(of: municipality, callerMunicipality: caller.municipality) else {
            throw ServiceError(
                .notAllowed, "other-municipality",
                "Ask for your own municipality, for the county (0060), or for all by leaving it empty.")
        }
        return RegistryRules.mapScope(
            municipality, callerMunicipality: caller.municipality, withCounty: withCounty)
    }

    func institutions(
        of municipality: String, caller: Caller
    ) async throws -> (institutions: [Institution], municipalities: [Municipality]) {
        let scope = try scope(municipality, caller, withCounty: false)
        let today = kit.clock.today()
        return try await county().read { transaction in
            (
                try CountyStore.institutions(transaction).filter {
                    (scope?.contains($0.municipality) ?? true) && $0.isInForce(on: today)
                },
                try CountyStore.municipalities(transaction)
            )
        }
    }

    /// Posts that have not ended.
    func posts(
        of municipality: String, institution: InstitutionID?, vacantOnly: Bool, caller: Caller
    ) async throws -> [PostRow] {
        let scope = try scope(municipality, caller, withCounty: false)
        let today = kit.clock.today()
        return try await county().read { transaction in
            let institutions = Dictionary(
                try CountyStore.institutions(transaction).map { ($0.code, $0) }
            ) { first, _ in first }
            let names = try CountyStore.names(transaction)
            let substitutes = try substitutes(in: scope, on: today, transaction)
            return try CountyStore.posts(transaction).compactMap { post in
                guard let place = institutions[post.institution], scope?.contains(place.municipality) ?? true,
                    institution == nil || place.id == institution
                else { return nil }
                if let end = LocalDate(post.until), end < today { return nil }
                let isFilled = post.isFilled(on: today)
                if vacantOnly, isFilled { return nil }
                return PostRow(
                    post: post, institution: place, personName: isFilled ? names[post.person] ?? "" : "",
                    isFilled: isFilled,
                    substitute: substitutes[post.code].map { (names[$0.person] ?? "", $0.until) })
            }
        }
    }

    /// Who stands in for whom, by the post's code.
    private func substitutes(
        in scope: Set<String>?, on today: LocalDate, _ transaction: any Transaction
    ) throws -> [String: PeopleKinds.Substitute] {
        let posts =
            try scope?.flatMap { try RecordStore.all("post", owner: $0, transaction) }
            ?? RecordStore.all("post", transaction)
        var found: [String: PeopleKinds.Substitute] = [:]
        for post in posts { found[post.record.code] = PeopleKinds.substitute(of: post.record, on: today) }
        return found
    }

    /// The rows of the three resource tables; a municipality's are followed by what serves the whole county.
    func resources(of municipality: String, needCode: String, caller: Caller) async throws -> [ResourceRow] {
        let scope = try scope(municipality, caller, withCounty: true)
        if !needCode.isEmpty, !RegistryCodes.needs.contains(needCode) {
            throw ServiceError(
                .invalid, "need-code-unknown",
                "The need code is unknown: use one of \(RegistryCodes.needs.sorted().joined(separator: ", "))."
            )
        }
        let today = kit.clock.today()
        return try await county().read { transaction in
            let posts = Dictionary(try CountyStore.posts(transaction).map { ($0.code, $0) }) { first, _ in
                first
            }
            return try CountyStore.resources(transaction)
                .filter { (scope?.contains($0.municipality) ?? true) && $0.isInForce(on: today) }
                .filter { needCode.isEmpty || $0.needCodes.contains(needCode) }
                .sorted {
                    ($0.municipality == RegistryCodes.county ? 1 : 0)
                        < ($1.municipality == RegistryCodes.county ? 1 : 0)
                }
                .map { ResourceRow(resource: $0, accepting: $0.isAccepting(posts: posts, on: today)) }
        }
    }

    func templates(of municipality: String, caller: Caller) async throws -> [Template] {
        let scope = try scope(municipality, caller, withCounty: false)
        return try await county().read { transaction in
            try CountyStore.templates(transaction).filter { scope?.contains($0.municipality) ?? true }
        }
    }

    func teams(of municipality: String, caller: Caller) async throws -> [TeamRow] {
        let scope = try scope(municipality, caller, withCounty: false)
        let today = kit.clock.today()
        return try await county().read { transaction in
            let institutions = Dictionary(
                try CountyStore.institutions(transaction).map { ($0.code, $0) }
            ) { first, _ in first }
            let posts = Dictionary(try CountyStore.posts(transaction).map { ($0.code, $0) }) { first, _ in
                first
            }
            let planned = try CountyStore.plannedTopics(transaction)
            return try CountyStore.teams(transaction).compactMap { team in
                guard let place = institutions[team.institution],
                    scope?.contains(place.municipality) ?? true, team.isInForce(on: today)
                else { return nil }
                let vacant = team.memberPosts.filter { !(posts[$0]?.isFilled(on: today) ?? false) }
                return TeamRow(
                    team: team, institution: place, vacantMembers: vacant.count,
                    plannedTopics: team.gapTopics.filter { planned[place.id]?.contains($0) ?? false })
            }
        }
    }

    /// Does this person hold such a post now, in that municipality or county-wide? Asked by the gateway, and only by
    /// programs.
    func confirmRole(
        municipality: String, person: PersonID, role: String, caller: Caller
    ) async throws -> (post: Post, institution: Institution)? {
        try requireProgram(caller)
        let today = kit.clock.today()
        return try await county().read { transaction in
            let held = try CountyStore.posts(of: person, role: role, transaction)
                .filter { $0.post.isFilled(on: today) && $0.institution.isInForce(on: today) }
            return held.first { $0.institution.municipality == municipality }
                ?? held.first { $0.institution.municipality == RegistryCodes.county }
        }
    }

    func requireProgram(_ caller: Caller) throws {
        guard caller.isProgram("gateway") else {
            throw ServiceError(
                .notAllowed, "program-only", "Only the county's programs among themselves may ask this.")
        }
    }
}
