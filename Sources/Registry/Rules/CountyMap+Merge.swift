import ServiceKit

/// What an import does to the map that is stored: adds and replaces, never removes. A thing that a document leaves
/// out stays (a missing row is no deletion); a post ends by its date.
extension CountyMap {
    /// The map once the document is stored. A template gets the version that its content asks for.
    func merged(with document: CountyMap) -> CountyMap {
        var result = self
        result.take(\.municipalities, document.municipalities, key: \.code)
        result.take(\.institutions, document.institutions, key: \.code)
        result.take(\.people, document.people, key: \.code)
        result.take(\.posts, document.posts, key: \.code)
        result.take(\.resources, document.resources, key: \.code)
        result.take(\.teams, document.teams, key: \.code)
        let stored = Dictionary(templates.map { ($0.id, $0) }) { first, _ in first }
        result.take(
            \.templates, document.templates.map { $0.following(stored[$0.id]) }, key: \.id.description)
        return result
    }

    private mutating func take<Thing>(
        _ path: WritableKeyPath<CountyMap, [Thing]>, _ things: [Thing], key: (Thing) -> String
    ) {
        var places = [String: Int]()
        for (index, thing) in self[keyPath: path].enumerated() { places[key(thing)] = index }
        for thing in things {
            if let place = places[key(thing)] {
                self[keyPath: path][place] = thing
            } else {
                places[key(thing)] = self[keyPath: path].count
                self[keyPath: path].append(thing)
            }
        }
    }

    /// Institutions by code.
    func institutionsByCode() -> [String: Institution] {
        Dictionary(institutions.map { ($0.code, $0) }) { first, _ in first }
    }

    func postsByCode() -> [String: Post] {
        Dictionary(posts.map { ($0.code, $0) }) { first, _ in first }
    }
}

extension Template {
    /// The template as it is to be stored after `stored`: the same version when nothing else differs, otherwise a
    /// higher one, so that open cases can keep the version they began with.
    func following(_ stored: Template?) -> Template {
        var result = self
        result.givenID = id
        result.version = max(1, version)
        guard let stored else { return result }
        var same = result
        same.version = stored.version
        if same == stored, version <= stored.version { return stored }
        result.version = max(result.version, stored.version + 1)
        return result
    }
}

extension Resource {
    /// Can help be asked for at all: it is still given, and the post that gives it, if any, is held by someone.
    func isAccepting(posts: [String: Post], on day: LocalDate) -> Bool {
        guard isInForce(on: day) else { return false }
        guard !post.isEmpty else { return true }
        return posts[post]?.isFilled(on: day) ?? false
    }
}
