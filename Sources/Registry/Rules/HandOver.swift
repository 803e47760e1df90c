import ServiceKit
import Store

typealias HandOverID = Identifier<RegistryNamed.HandOver>

/// A child's move from one municipality to another, as each of the two keeps it. Only the giving side decides whether
/// the child goes: what the receiving side answers is taken when the offer still stands there. So of an acceptance and a
/// withdrawal on their way to each other one wins, and both sides come to know which.
struct HandOver: Sendable, Hashable {
    var id: HandOverID
    /// The child comes here; false: it goes from here.
    var isIncoming: Bool
    /// As this municipality knows the child.
    var child: ChildID
    var other: String
    /// Who is asked to accept.
    var namedPerson: PersonID
    var reason: String
    var parts: [String]
    var state: State
    var offeredBy: PersonID
    var offeredRole: String
    var answeredBy: PersonID?
    var answeredRole = ""
    /// Why it was declined, or why it ended without anybody withdrawing it.
    var answerCode = ""

    enum State: String, Sendable, CaseIterable {
        case offered, withdrawn, declined, accepted, arrived
        case handedOver = "handed-over"
    }

    /// What happens to a hand-over; each is an event to the other side.
    enum Step: String, Sendable, CaseIterable {
        case offered, withdrawn, declined, accepted, arrived
        case handedOver = "handed-over"
    }

    /// The state after a step; nil: the step changes nothing any more. The same step twice changes nothing.
    func state(after step: Step) -> State? {
        switch (isIncoming, state, step) {
        case (false, .offered, .withdrawn), (true, .offered, .withdrawn), (true, .accepted, .withdrawn):
            .withdrawn
        case (true, .offered, .declined), (false, .offered, .declined): .declined
        case (true, .offered, .accepted): .accepted
        // The giving side hands over as soon as it hears of the acceptance.
        case (false, .offered, .accepted): .handedOver
        case (true, .accepted, .handedOver), (false, .handedOver, .arrived): .arrived
        default: nil
        }
    }

    static let reasons: Set<String> = ["moved", "school-moved", "other"]
    static let declineCodes: Set<String> = ["not-resident", "known-here", "wrong-person", "other"]
    /// Nobody answered in time.
    static let expired = "expired"
    /// It was accepted when a case of the child had been opened where it was offered.
    static let caseOpen = "case-open"
    /// An offer shows a child's name to somebody elsewhere: it does not wait longer.
    static let daysToAnswer = 30

    /// Whether an offer that was made then waits no longer.
    static func isExpired(offeredAt: Instant, now: Instant) -> Bool {
        now.microseconds - offeredAt.microseconds >= Int64(daysToAnswer) * 86_400 * 1_000_000
    }

    static let representatives = "representatives"
    static let otherIDs = "other-ids"
    static let allParts: Set<String> = [representatives, otherIDs]

    /// What goes along of a record. Where the child learnt stays behind: the new municipality places the child.
    static func travelling(_ content: ChildContent, parts: [String]) -> ChildContent {
        var goes = content
        (goes.institution, goes.className, goes.from, goes.left) = (nil, "", "", "")
        goes.grade = -1
        if !parts.contains(representatives) { goes.representatives = [] }
        if !parts.contains(otherIDs) { goes.otherIDs = [] }
        return goes
    }

    /// What the offer shows before it is accepted: enough to know whether this is one's own child, no more.
    static func cover(_ content: ChildContent) -> ChildContent {
        var cover = ChildContent()
        cover.givenName = content.givenName
        cover.familyName = content.familyName
        cover.birthDate = content.birthDate
        cover.language = content.language
        cover.grade = content.grade
        cover.residence = content.residence
        cover.residenceBasis = content.residenceBasis
        return cover
    }

    /// The record with which a child arrives in `municipality`. A residence in the municipality that the child left is
    /// not believed: until the population register says so, the child stays where it has come.
    static func arriving(_ content: ChildContent, from: String, in municipality: String) -> ChildContent {
        var here = content
        if here.residence == from {
            here.residence = municipality
            here.residenceBasis = ChildContent.placeOfStay
        }
        return here
    }

    /// A school here had sent the child already: what it says stays, what is missing is added.
    static func merged(_ known: ChildContent, with arriving: ChildContent) -> ChildContent {
        var merged = known
        if merged.isikukood.isEmpty { merged.isikukood = arriving.isikukood }
        if merged.birthDate.isEmpty { merged.birthDate = arriving.birthDate }
        if merged.language.isEmpty { merged.language = arriving.language }
        let names = Set(known.representatives.map(\.name))
        merged.representatives += arriving.representatives.filter { !names.contains($0.name) }
        merged.representatives = Array(merged.representatives.prefix(ChildContentCheck.representativesMax))
        merged.otherIDs += arriving.otherIDs.filter { !known.otherIDs.contains($0) }
        merged.otherIDs = Array(merged.otherIDs.prefix(ChildContentCheck.otherIDsMax))
        return merged
    }
}

extension RegistryRules {
    /// Roles of a municipality's office that hand children over and take them over.
    static let handingRoles: Set<String> = outsideRoles.union(["registrar"])

    static func mayHandOver(_ actor: Actor, municipality: String) -> Bool {
        handingRoles.contains(actor.role)
            && actor.posts.contains {
                $0.institutionKind == "municipality" && $0.municipality == municipality
            }
    }

    /// Offers are seen by those who may answer them, and as a trace by the data protection officer.
    static func maySeeOffers(_ actor: Actor, municipality: String) -> Bool {
        mayHandOver(actor, municipality: municipality) || isDataProtectionOfficer(actor, municipality)
    }
}
