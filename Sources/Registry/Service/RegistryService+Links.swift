import Contracts
import ServiceKit
import Store

/// How long a link is meant to last.
struct LinkPlan: Sendable, Hashable {
    /// ISO; empty: until somebody ends it.
    var endsOn = ""
    /// ISO; empty: no day is set.
    var reviewOn = ""

    func check(today: LocalDate) throws {
        for text in [endsOn, reviewOn] where !text.isEmpty {
            guard let day = LocalDate(text), day > today, day <= RegistryCodes.lastDay(from: today) else {
                throw ServiceError(
                    .invalid, "date-not-to-come",
                    "The days of ending and of review are dates to come within three years, such as 2026-09-01, or empty."
                )
            }
        }
    }
}

/// Opening a child to a specialist, and closing again. Representatives are told by ReferralRouting, which hears of it.
extension RegistryService {
    func link(
        child: ChildID, person: PersonID, role: String, plan: LinkPlan = LinkPlan(), municipality: String,
        operation: Operation, caller: Caller
    ) async throws -> LinkID {
        try await requireOwn(municipality, caller, .linkSpecialist, children: [child])
        let actor = try await actor(caller, .linkSpecialist, partition: municipality, children: [child])
        let today = kit.clock.today()
        let posts = try await county().read { transaction in
            try CountyStore.posts(of: person, role: role, transaction).filter {
                $0.post.isFilled(on: today)
                    && [municipality, RegistryCodes.county].contains($0.institution.municipality)
            }
        }
        let placement = try await kit.store.partition(municipality).read {
            try ChildStore.child(child, $0)?.placement
        }
        guard let placement, RegistryRules.mayLink(placement, actor) else {
            throw try await refusal(caller, .linkSpecialist, partition: municipality, children: [child])
        }
        let id = kit.newID(Named.Link.self)
        let result = try await recorded(caller, .linkSpecialist, partition: municipality, children: [child]) {
            try plan.check(today: today)
            guard
                let held = posts.first(where: { $0.institution.id == placement.institution }) ?? posts.first
            else {
                throw ServiceError(
                    .invalid, "person-holds-no-such-post",
                    "That person holds no such post in the municipality or county-wide: see ListPosts.")
            }
            let new = ChildLink(
                id: id, child: child, person: person, post: held.post.id,
                institution: held.institution.id, role: role,
                from: today.description, until: "", endsOn: plan.endsOn, reviewOn: plan.reviewOn)
            return try await kit.once(operation, in: municipality) { transaction in
                _ = try Self.requireHere(child, transaction)
                let open = try ChildStore.links(of: child, on: today, transaction).filter(\.isOpen)
                if let one = open.first(where: { $0.person == person && $0.role == role }) {
                    return [one.id.bytes]
                }
                guard open.count < ChildLink.openMax else {
                    throw ServiceError(
                        .tooMuch, "too-many-links",
                        "\(open.count) specialists are linked to the child: end links that are not needed.")
                }
                try ChildStore.add(new, givenBy: actor.person, transaction)
                try kit.emit(
                    RegistryEvents.linked(new), child: child, partition: municipality, in: transaction)
                return [new.id.bytes]
            }
        }
        try await audit(caller, .linkSpecialist, partition: municipality, children: [child])
        return result.ids.first.flatMap { LinkID($0) } ?? id
    }

    /// Tells that links ended whose planned day has come: access had ended by itself on that day, others hear of it.
    func endDueLinks(in municipality: String) async throws {
        let today = kit.clock.today()
        try await kit.store.partition(municipality).write { transaction in
            for link in try ChildStore.linksDue(on: today, transaction) {
                try ChildStore.endAsPlanned(link.id, transaction)
                try kit.emit(
                    RegistryEvents.linked(link), child: link.child, partition: municipality, in: transaction)
            }
        }
    }

    /// Ended by who may give links, or by the linked person.
    func endLink(
        _ id: LinkID, child: ChildID, reason: String, municipality: String, operation: Operation,
        caller: Caller
    ) async throws {
        try await requireOwn(municipality, caller, .endLink, children: [child])
        let actor = try await actor(caller, .endLink, partition: municipality, children: [child])
        let today = kit.clock.today()
        let mayEnd = try await kit.store.partition(municipality).read { transaction in
            guard let record = try ChildStore.child(child, transaction),
                let link = try ChildStore.links(of: child, on: today, transaction).first(where: {
                    $0.id == id
                })
            else { return false }
            let isOwn = link.person == actor.person && !actor.posts.isEmpty
            return isOwn || RegistryRules.mayLink(record.placement, actor)
        }
        guard mayEnd else {
            throw try await refusal(caller, .endLink, partition: municipality, children: [child])
        }
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        try await recorded(caller, .endLink, partition: municipality, children: [child]) {
            guard RegistryCodes.isText(reason, bytesMax: 1000) else {
                throw ServiceError(
                    .invalid, "reason-unusable",
                    "Give the reason as plain text of at most 1000 bytes, or none.")
            }
            _ = try await kit.once(operation, in: municipality) { transaction in
                let record = try Self.requireHere(child, transaction)
                let now = try ChildStore.links(of: child, on: today, transaction).first { $0.id == id }
                if let now, now.isOpen {
                    let sealed = try seal.seal(
                        reason, column: "link-reason/\(id)", of: child, subjectKey: record.subjectKey)
                    try ChildStore.end(id, on: today, by: actor.person, reason: sealed, transaction)
                    var ended = now
                    ended.until = today.description
                    try kit.emit(
                        RegistryEvents.linked(ended), child: child, partition: municipality, in: transaction)
                }
                return [id.bytes]
            }
        }
        try await audit(caller, .endLink, partition: municipality, children: [child])
    }
}
