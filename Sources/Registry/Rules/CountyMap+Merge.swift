import ServiceKit

/// What an import does to the map that is stored: adds and replaces, never removes. A thing that a document leaves
/// out stays (a missing row is no deletion); a post ends by its date.
extension CountyMap {
    /// One thing that the document brings or alters, for the history.
    struct Change: Sendable, Hashable {
        var kind: String
        var code: String
        var isNew: Bool
    }

    struct Merge: Sendable {
        var map: CountyMap
        /// What the document brought that was not so before; to be stored.
        var altered: CountyMap
        var counts: ImportCounts
        /// Of process templates alone.
        var templateCounts = ImportCounts()
        var changes: [Change]
    }

    func merged(with document: CountyMap) -> Merge {
        var result = Merge(map: self, altered: CountyMap(), counts: ImportCounts(), changes: [])
        result.take("municipality", \.municipalities, document, key: \.code)
        result.take("institution", \.institutions, document, key: \.code)
        result.take("person", \.people, document, key: \.code)
        result.take("post", \.posts, document, key: \.code)
        result.take("resource", \.resources, document, key: \.code)
        result.take("team", \.teams, document, key: \.code)
        var templates = document
        let stored = Dictionary(self.templates.map { ($0.id, $0) }) { first, _ in first }
        templates.templates = document.templates.map { $0.following(stored[$0.id]) }
        let others = result.counts
        result.counts = ImportCounts()
        result.take("template", \.templates, templates, key: \.id.description)
        result.templateCounts = result.counts
        result.counts = others + result.templateCounts
        return result
    }

    /// Institutions by code.
    func institutionsByCode() -> [String: Institution] {
        Dictionary(institutions.map { ($0.code, $0) }) { first, _ in first }
    }

    func postsByCode() -> [String: Post] {
        Dictionary(posts.map { ($0.code, $0) }) { first, _ in first }
    }
}

extension CountyMap.Merge {
    fileprivate mutating func take<Thing: Hashable>(
        _ kind: String, _ path: WritableKeyPath<CountyMap, [Thing]>, _ document: CountyMap,
        key: (Thing) -> String
    ) {
        var places = [String: Int]()
        for (index, thing) in map[keyPath: path].enumerated() { places[key(thing)] = index }
        for thing in document[keyPath: path] {
            let code = key(thing)
            if let place = places[code] {
                if map[keyPath: path][place] == thing {
                    counts.unchanged += 1
                    continue
                }
                map[keyPath: path][place] = thing
                counts.changed += 1
                changes.append(CountyMap.Change(kind: kind, code: code, isNew: false))
            } else {
                places[code] = map[keyPath: path].count
                map[keyPath: path].append(thing)
                counts.created += 1
                changes.append(CountyMap.Change(kind: kind, code: code, isNew: true))
            }
            altered[keyPath: path].append(thing)
        }
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
