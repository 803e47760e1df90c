import Contracts
import ServiceKit
import Store

/// Who works and worked with a child; what representatives object to; whether a link goes on.
extension RegistryService {
    struct LinkRow: Sendable {
        var link: ChildLink
        var personName: String
        var authors: ChildStore.LinkAuthors?
        var endReason: String
        var objections: [LinkObjection]

        /// Takes away what people said of each other, unless the actor decides on it or took it down: that somebody
        /// objects is seen by whoever sees the child, what was said is not.
        mutating func close(to actor: RegistryRules.Actor, _ child: Placement) {
            if RegistryRules.mayReadObjections(child, to: link, actor) { return }
            if authors?.endedBy != actor.person { endReason = "" }
            for index in objections.indices {
                if objections[index].takenBy != actor.person {
                    objections[index].raisedBy = ""
                    objections[index].text = ""
                }
                if objections[index].decidedBy != actor.person { objections[index].ground = "" }
            }
        }
    }

    /// The links of a child, ended ones too.
    func links(of child: ChildID, municipality: String, caller: Caller) async throws -> [LinkRow] {
        try await requireOwn(municipality, caller, .listLinks, children: [child])
        let actor = try await actor(caller, .listLinks, partition: municipality, children: [child])
        let today = kit.clock.today()
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let rows = try await kit.store.partition(municipality).read { transaction -> [LinkRow]? in
            guard let record = try ChildStore.child(child, transaction) else { return nil }
            let links = try ChildStore.links(of: child, on: today, transaction)
            let work = try ChildStore.caseWork(of: child, transaction)
            guard RegistryRules.maySeeLinks(record.placement, links: links, work: work, actor) else {
                return nil
            }
            let objections = try ChildStore.objections(of: child, transaction)
            return try links.map { link in
                var row = try open(link, record, objections, seal, transaction)
                row.close(to: actor, record.placement)
                return row
            }
        }
        guard let rows else {
            throw try await refusal(caller, .listLinks, partition: municipality, children: [child])
        }
        let result = try await namingPeople(rows)
        try await audit(caller, .listLinks, partition: municipality, children: [child])
        return result
    }

    /// The links of a specialist in this municipality: all to that person, to others those with children whom they
    /// see. Names no child.
    func links(of person: PersonID, municipality: String, caller: Caller) async throws -> [LinkRow] {
        try await requireOwn(municipality, caller, .listLinks)
        let actor = try await actor(caller, .listLinks, partition: municipality)
        guard !actor.posts.isEmpty else {
            throw try await refusal(caller, .listLinks, partition: municipality)
        }
        let today = kit.clock.today()
        let rows = try await kit.store.partition(municipality).read { transaction -> [LinkRow] in
            try ChildStore.links(of: person, on: today, transaction).compactMap { link in
                let isOwn = person == actor.person
                let record = try ChildStore.child(link.child, transaction)
                let links = try ChildStore.links(of: link.child, on: today, transaction)
                let work = try ChildStore.caseWork(of: link.child, transaction)
                guard let record,
                    isOwn
                        || RegistryRules.maySeeLinks(record.placement, links: links, work: work, actor)
                else { return nil }
                return LinkRow(
                    link: link, personName: "", authors: try ChildStore.authors(of: link.id, transaction),
                    endReason: "", objections: [])
            }
        }
        let result = try await namingPeople(rows)
        try await audit(caller, .listLinks, partition: municipality, children: rows.map(\.link.child))
        return result
    }

    private func open(
        _ link: ChildLink, _ record: ChildRecord, _ objections: [ChildStore.SealedObjection],
        _ seal: ChildSeal, _ transaction: any Transaction
    ) throws -> LinkRow {
        let key = record.subjectKey
        let authors = try ChildStore.authors(of: link.id, transaction)
        let reason = try authors?.reasonSealed.map {
            try seal.open($0, "link-reason/\(link.id)", record.id, key).first ?? ""
        }
        let opened = try objections.filter { $0.objection.link == link.id }.map { sealed in
            var one = sealed.objection
            // From before the child was handed over: forgotten.
            if sealed.text.isEmpty { return one }
            let texts = try seal.open(sealed.text, "objection/\(one.id)", record.id, key)
            one.raisedBy = texts.first ?? ""
            one.text = texts.dropFirst().first ?? ""
            if let ground = sealed.ground {
                one.ground = try seal.open(ground, "link-review/\(link.id)", record.id, key).first ?? ""
            }
            return one
        }
        return LinkRow(
            link: link, personName: "", authors: authors, endReason: reason ?? "", objections: opened)
    }

    private func namingPeople(_ rows: [LinkRow]) async throws -> [LinkRow] {
        let people = Set(rows.map(\.link.person)).sorted()
        let names = try await county().read { transaction in
            var names: [PersonID: String] = [:]
            for person in people { names[person] = try CountyStore.name(of: person, transaction) ?? "" }
            return names
        }
        return rows.map { row in
            var row = row
            row.personName = names[row.link.person] ?? ""
            return row
        }
    }

    /// Takes down that a representative does not want a link. Access goes on until somebody decides, today if need
    /// be: the link stands at once among those to be looked at.
    func recordObjection(
        _ given: LinkObjection, child: ChildID, municipality: String, operation: Operation, caller: Caller
    ) async throws -> ObjectionID {
        try await requireOwn(municipality, caller, .recordObjection, children: [child])
        let actor = try await actor(caller, .recordObjection, partition: municipality, children: [child])
        let today = kit.clock.today()
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let maySee = try await kit.store.partition(municipality).read { transaction in
            guard let record = try ChildStore.child(child, transaction) else { return false }
            let links = try ChildStore.links(of: child, on: today, transaction)
            let work = try ChildStore.caseWork(of: child, transaction)
            return RegistryRules.maySee(record.placement, links: links, work: work, actor)
        }
        guard maySee else {
            throw try await refusal(caller, .recordObjection, partition: municipality, children: [child])
        }
        let result = try await recorded(
            caller, .recordObjection, partition: municipality, children: [child]
        ) {
            let objection = try settled(given, by: actor, today: today)
            return try await kit.once(operation, in: municipality) { transaction in
                let record = try Self.requireHere(child, transaction)
                let link = try Self.openLink(objection.link, of: child, on: today, transaction)
                let earlier = try ChildStore.objections(of: child, transaction).count {
                    $0.objection.link == link.id
                }
                guard earlier < LinkObjection.countMax else {
                    throw ServiceError(
                        .tooMuch, "too-many-objections",
                        "\(earlier) objections to the link are taken down: decide on it with ReviewLink.")
                }
                let text = try seal.seal(
                    [objection.raisedBy, objection.text], "objection/\(objection.id)", child,
                    record.subjectKey)
                try ChildStore.add(objection, child: child, text: text, transaction)
                try ChildStore.plan(
                    link.id, endsOn: link.endsOn, reviewOn: today.description, transaction)
                return [objection.id.bytes]
            }
        }
        try await audit(caller, .recordObjection, partition: municipality, children: [child])
        return result.ids.first.flatMap { ObjectionID($0) } ?? given.id
    }

    private func settled(
        _ given: LinkObjection, by actor: RegistryRules.Actor, today: LocalDate
    ) throws -> LinkObjection {
        var objection = given
        if objection.raisedOn.isEmpty { objection.raisedOn = today.description }
        guard let day = LocalDate(objection.raisedOn), day <= today else {
            throw ServiceError(
                .invalid, "date-to-come", "The day of the objection is today or before, such as 2026-02-02.")
        }
        for (text, bytesMax) in [(objection.raisedBy, 200), (objection.text, 1000)] {
            guard !text.isEmpty, RegistryCodes.isText(text, bytesMax: bytesMax) else {
                throw ServiceError(
                    .invalid, "objection-unusable",
                    "Say who objects in at most 200 bytes, and to what in at most 1000, of plain text.")
            }
        }
        objection.takenBy = actor.person
        objection.takenRole = actor.role
        return objection
    }

    private static func openLink(
        _ id: LinkID, of child: ChildID, on today: LocalDate, _ transaction: any Transaction
    ) throws -> ChildLink {
        let link = try ChildStore.links(of: child, on: today, transaction).first { $0.id == id }
        guard let link, link.isOpen else {
            throw ServiceError(
                .conflict, "link-not-open", "The child has no such open link now: see ListLinks.")
        }
        return link
    }

    /// How a review of a link came out.
    struct LinkDecision: Sendable, Hashable {
        var link: LinkID
        /// "continue" or "end".
        var outcome: String
        var ground: String
        var plan: LinkPlan
    }

    func reviewLink(
        _ decision: LinkDecision, child: ChildID, municipality: String, operation: Operation, caller: Caller
    ) async throws {
        try await requireOwn(municipality, caller, .reviewLink, children: [child])
        let actor = try await actor(caller, .reviewLink, partition: municipality, children: [child])
        let today = kit.clock.today()
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let mayReview = try await kit.store.partition(municipality).read { transaction in
            guard let record = try ChildStore.child(child, transaction) else { return false }
            let link = try ChildStore.links(of: child, on: today, transaction).first {
                $0.id == decision.link
            }
            return link.map { RegistryRules.mayReview(record.placement, $0, actor) } ?? false
        }
        guard mayReview else {
            throw try await refusal(caller, .reviewLink, partition: municipality, children: [child])
        }
        try await recorded(caller, .reviewLink, partition: municipality, children: [child]) {
            guard LinkObjection.outcomes.contains(decision.outcome) else {
                throw ServiceError(.invalid, "outcome-unknown", "A link goes on (continue) or ends (end).")
            }
            try Self.requireReason(decision.ground)
            try decision.plan.check(today: today)
            _ = try await kit.once(operation, in: municipality) { transaction in
                let key = try Self.requireHere(child, transaction).subjectKey
                let ground = try seal.seal([decision.ground], "link-review/\(decision.link)", child, key)
                let reason = try seal.seal([decision.ground], "link-reason/\(decision.link)", child, key)
                var link = try Self.openLink(decision.link, of: child, on: today, transaction)
                let planned = link.endsOn
                if decision.outcome == "end" {
                    try ChildStore.end(link.id, on: today, by: actor.person, reason: reason, transaction)
                    link.until = today.description
                } else {
                    (link.endsOn, link.reviewOn) = (decision.plan.endsOn, decision.plan.reviewOn)
                    try ChildStore.plan(
                        link.id, endsOn: link.endsOn, reviewOn: link.reviewOn, transaction)
                }
                try ChildStore.settleObjections(
                    of: link.id, outcome: decision.outcome, by: actor.person, on: today, ground: ground,
                    transaction)
                if !link.isOpen || link.endsOn != planned {
                    try kit.emit(
                        RegistryEvents.linked(link), child: child, partition: municipality, in: transaction)
                }
                return [link.id.bytes]
            }
        }
        try await audit(caller, .reviewLink, partition: municipality, children: [child])
    }
}
