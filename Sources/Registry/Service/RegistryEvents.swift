import Contracts
import ServiceKit

/// What others are told: ids and codes, no names. Comparing the facts before and after a change shows what to tell.
enum RegistryEvents {
    typealias Body = EventEnvelope.OneOf_Body

    /// The facts of the county's map, each under the id of what it tells of, in the order in which they are told.
    static func facts(of map: CountyMap, on day: LocalDate) -> [(key: [UInt8], body: Body)] {
        let institutions = map.institutionsByCode()
        let posts = map.postsByCode()
        var facts: [(key: [UInt8], body: Body)] = []
        for post in map.posts {
            guard let institution = institutions[post.institution] else { continue }
            facts.append((post.id.bytes, .postChanged(fact(post, institution, day))))
        }
        for resource in map.resources {
            facts.append(
                (
                    resource.id.bytes,
                    .resourceChanged(fact(resource, institutions: institutions, posts: posts, day))
                ))
        }
        for template in map.templates {
            var body = EventTemplateChanged()
            body.template = RegistryMessages.message(template)
            facts.append((template.id.bytes, .templateChanged(body)))
        }
        for team in map.teams {
            guard let institution = institutions[team.institution] else { continue }
            var body = EventTeamChanged()
            body.teamID = team.id.data
            body.institutionID = institution.id.data
            body.municipality = institution.municipality
            if team.isInForce(on: day) {
                body.memberPostIds = team.memberPosts.map { PostID.derived("post", $0).data }
                body.gapTopics = team.gapTopics
            }
            facts.append((team.id.bytes, .teamChanged(body)))
        }
        return facts
    }

    private static func fact(_ post: Post, _ institution: Institution, _ day: LocalDate) -> EventPostChanged {
        var body = EventPostChanged()
        body.postID = post.id.data
        body.institutionID = institution.id.data
        body.municipality = institution.municipality
        body.role = post.role
        // Who begins later is told when the map is sent in again; who has ended is seen by `until`.
        let begun = LocalDate(post.from).map { $0 <= day } ?? true
        if begun, !post.person.isEmpty { body.personID = PersonID.derived("person", post.person).data }
        body.sharePercent = UInt32(clamping: post.sharePercent)
        body.className = post.className
        body.until = post.until
        body.institutionKind = institution.kind
        return body
    }

    private static func fact(
        _ resource: Resource, institutions: [String: Institution], posts: [String: Post], _ day: LocalDate
    ) -> EventResourceChanged {
        var body = EventResourceChanged()
        body.resourceID = resource.id.data
        body.municipality = resource.municipality
        if let institution = institutions[resource.institution] { body.institutionID = institution.id.data }
        if let post = posts[resource.post] { body.postID = post.id.data }
        body.scope = resource.scope
        body.needCodes = resource.needCodes
        body.preventionTier = resource.preventionTier
        body.capacityPlaces = UInt32(clamping: resource.capacityPlaces)
        body.capacityAsOf = resource.capacityAsOf
        body.languages = resource.languages
        body.gradeFrom = Int32(clamping: resource.gradeFrom)
        body.gradeTo = Int32(clamping: resource.gradeTo)
        body.accepting = resource.isAccepting(posts: posts, on: day)
        body.field = resource.field
        body.kind = resource.kind
        return body
    }

    static func placed(_ placement: Placement) -> Body {
        var body = EventChildPlaced()
        if let institution = placement.institution { body.institutionID = institution.data }
        body.institutionKind = placement.institutionKind
        body.schoolMunicipality = placement.schoolMunicipality
        body.residenceMunicipality = placement.residence
        body.className = placement.className
        body.grade = Int32(clamping: placement.grade)
        body.language = placement.language
        body.birthYear = Int32(clamping: placement.birthYear)
        body.left = placement.left
        return .childPlaced(body)
    }

    static func linked(_ link: ChildLink) -> Body {
        var body = EventChildLinked()
        body.personID = link.person.data
        body.postID = link.post.data
        body.role = link.role
        body.from = link.from
        body.until = link.until.isEmpty ? link.endsOn : link.until
        return .childLinked(body)
    }
}
