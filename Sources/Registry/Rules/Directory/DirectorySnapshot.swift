import Directory
import ServiceKit

/// The county's map as it is searched: the index, and what is shown of each entry.
struct DirectorySnapshot: Sendable {
    enum Thing: Sendable, Hashable {
        case resource(Resource)
        case institution(Institution)
        case post(Post)
    }

    /// What a hit shows beside the index's entry.
    struct Detail: Sendable, Hashable {
        var thing: Thing
        var institution: Institution?
        /// Of the post that gives the help, or of the post itself.
        var role: String
        /// Who holds the post; empty: nobody, or there is none.
        var personName: String
    }

    /// Posts that ended before it are left out.
    let day: LocalDate
    let index: DirectoryIndex
    let details: [[UInt8]: Detail]
    /// Names by EHAK code.
    let municipalities: [String: String]
    let institutionNames: [InstitutionID: String]

    init(_ map: CountyMap, on day: LocalDate) {
        var build = Build(map: map)
        for resource in map.resources { build.add(resource) }
        for institution in map.institutions { build.add(institution) }
        for post in map.posts { build.add(post, on: day) }
        self.day = day
        details = build.details
        municipalities = build.municipalities
        institutionNames = Dictionary(map.institutions.map { ($0.id, $0.name) }) { first, _ in first }
        index = DirectoryIndex(
            entries: build.entries, vocabulary: DirectoryWords.vocabulary(map.municipalities),
            neighbours: DirectoryWords.neighbours)
    }

    private struct Build {
        var entries: [DirectoryEntry] = []
        var details: [[UInt8]: Detail] = [:]
        let municipalities: [String: String]
        let institutions: [String: Institution]
        let posts: [String: Post]
        let people: [String: String]

        init(map: CountyMap) {
            municipalities = Dictionary(map.municipalities.map { ($0.code, $0.name) }) { first, _ in first }
            institutions = map.institutionsByCode()
            posts = map.postsByCode()
            people = Dictionary(map.people.map { ($0.code, $0.name) }) { first, _ in first }
        }

        mutating func add(_ resource: Resource) {
            let post = resource.post.isEmpty ? nil : posts[resource.post]
            let institution = institutions[resource.institution]
            let person = post.flatMap { people[$0.person] } ?? ""
            var terms: Set<DirectoryTerm> = [
                .sort(resource.kind), .field(resource.field), .tier(resource.preventionTier),
            ]
            if let post { terms.insert(.role(post.role)) }
            terms.formUnion(resource.needCodes.map { .need($0) })
            terms.formUnion(resource.languages.map { .language($0) })
            add(
                .resource(resource), role: post?.role ?? "", institution, person,
                DirectoryEntry(
                    kind: .resource, id: resource.id.bytes, title: resource.name,
                    texts: [institution?.name ?? "", person, resource.howToRefer].filter { !$0.isEmpty },
                    owner: resource.municipality,
                    isCountyWide: resource.municipality == RegistryCodes.county
                        || resource.scope == "county" || resource.scope == "state",
                    terms: terms, grades: range(resource.gradeFrom, resource.gradeTo),
                    capacity: DirectoryEntry.Capacity(
                        places: resource.capacityPlaces, day: LocalDate(resource.capacityAsOf)?.dayNumber),
                    open: resource.post.isEmpty ? Int32.min...Int32.max : post.flatMap(held)))
        }

        mutating func add(_ institution: Institution) {
            add(
                .institution(institution), role: "", institution, "",
                DirectoryEntry(
                    kind: .institution, id: institution.id.bytes, title: institution.name,
                    texts: [municipalities[institution.municipality] ?? ""].filter { !$0.isEmpty },
                    owner: institution.municipality,
                    isCountyWide: institution.municipality == RegistryCodes.county,
                    terms: [.sort(institution.kind)]))
        }

        mutating func add(_ post: Post, on day: LocalDate) {
            if let end = LocalDate(post.until), end < day { return }
            guard let institution = institutions[post.institution] else { return }
            let name = DirectoryWords.roles[post.role]
            let person = people[post.person] ?? ""
            add(
                .post(post), role: post.role, institution, person,
                DirectoryEntry(
                    kind: .post, id: post.id.bytes, title: person.isEmpty ? name?.et ?? post.role : person,
                    texts: [name?.et ?? "", institution.name, post.className].filter { !$0.isEmpty },
                    owner: institution.municipality,
                    isCountyWide: institution.municipality == RegistryCodes.county,
                    terms: [.role(post.role), .sort("specialist")], open: held(post)))
        }

        private mutating func add(
            _ thing: Thing, role: String, _ institution: Institution?, _ person: String,
            _ entry: DirectoryEntry
        ) {
            entries.append(entry)
            details[entry.id] = Detail(thing: thing, institution: institution, role: role, personName: person)
        }

        /// The days on which somebody holds the post.
        private func held(_ post: Post) -> ClosedRange<Int32>? {
            guard !post.person.isEmpty else { return nil }
            let first = LocalDate(post.from)?.dayNumber ?? .min
            let last = LocalDate(post.until)?.dayNumber ?? .max
            return first <= last ? first...last : nil
        }

        private func range(_ from: Int, _ to: Int) -> ClosedRange<Int>? { from <= to ? from...to : nil }
    }
}
