import Contracts
import ServiceKit
import Store

/// Offering a child to another municipality, and answering such offers. What follows from an answer happens when the
/// other side hears of it: see `HandOverCourier`.
extension RegistryService {
    /// What is offered, to whom.
    struct OfferDraft: Sendable {
        var child: ChildID
        var to: String
        var namedPerson: PersonID
        var reason: String
        var parts: [String]
        var note: String
    }

    func offerChild(
        _ draft: OfferDraft, municipality: String, operation: Operation, caller: Caller
    ) async throws -> HandOverID {
        let child = draft.child
        try await requireOwn(municipality, caller, .offerChild, children: [child])
        let actor = try await actor(caller, .offerChild, partition: municipality, children: [child])
        let seal = ChildSeal(vault: kit.vault, partition: municipality)
        let today = kit.clock.today()
        let isOpen = try await kit.store.partition(municipality).read {
            try RegistryRules.mayHandOver(actor, municipality: municipality)
                && seen(child, by: actor, on: today, seal, $0) != nil
        }
        guard isOpen else {
            throw try await refusal(caller, .offerChild, partition: municipality, children: [child])
        }
        let result = try await recorded(caller, .offerChild, partition: municipality, children: [child]) {
            try await check(draft, from: municipality)
            let id = kit.newID(RegistryNamed.HandOver.self)
            return try await kit.once(operation, in: municipality) { transaction in
                guard let record = try ChildStore.child(child, transaction), record.placement.isHere,
                    try !HandOverStore.isUnderWay(child, transaction)
                else {
                    throw ServiceError(
                        .conflict, "offer-under-way",
                        "The child is offered already or not here any more: see ListOffers.")
                }
                let courier = HandOverCourier(kit)
                guard try !courier.hasOpenCase(child, transaction) else {
                    throw ServiceError(
                        .conflict, "case-open",
                        "A case of the child is open here: close it first (moved-away), then offer."
                    )
                }
                let waiting = try HandOverStore.waiting(isIncoming: false, transaction)
                guard waiting.count < configuration.offersWaitingMax else {
                    throw ServiceError(
                        .tooMuch, "too-many-offers",
                        "\(waiting.count) offers wait for an answer: withdraw some, or ask those who were named."
                    )
                }
                let parcel = HandOverParcel(
                    content: HandOver.cover(try seal.content(of: record, in: transaction)),
                    note: draft.note)
                let handOver = HandOver(
                    id: id, isIncoming: false, child: child, other: draft.to,
                    namedPerson: draft.namedPerson, reason: draft.reason, parts: draft.parts,
                    state: .offered, offeredBy: actor.person, offeredRole: actor.role)
                try HandOverStore.add(
                    HandOverStore.Kept(
                        handOver: handOver, key: nil, cover: nil, offeredAt: kit.clock.now(),
                        changedAt: kit.clock.now()), transaction)
                let sealed = try parcel.sealed(handOver.route(of: .offered, in: municipality), kit.vault)
                try courier.tell(
                    .offered, handOver, by: actor, sealed: sealed, from: municipality, transaction)
                return [id.bytes]
            }
        }
        try await audit(caller, .offerChild, partition: municipality, children: [child])
        guard let id = result.ids.first.flatMap({ HandOverID($0) }) else {
            throw StoreError(.damaged, "The record of a done operation is unreadable: run `verify`.")
        }
        return id
    }

    /// The other municipality is one of the county's, and the person asked answers for hand-overs there today.
    private func check(_ draft: OfferDraft, from municipality: String) async throws {
        guard HandOver.reasons.contains(draft.reason), HandOver.allParts.isSuperset(of: draft.parts),
            Set(draft.parts).count == draft.parts.count
        else {
            throw ServiceError(
                .invalid, "offer-codes-unknown",
                "The reason is \(HandOver.reasons.sorted().joined(separator: ", ")); what may go along is "
                    + HandOver.allParts.sorted().joined(separator: ", ") + ".")
        }
        guard RegistryCodes.isText(draft.note, bytesMax: 1000) else {
            throw ServiceError(
                .invalid, "note-unusable", "Give the note as plain text of at most 1000 bytes, or none.")
        }
        let today = kit.clock.today()
        let (known, isHolder) = try await county().read { transaction in
            let isHolder = try RegistryRules.handingRoles.contains { role in
                try CountyStore.posts(of: draft.namedPerson, role: role, transaction).contains {
                    $0.post.isFilled(on: today) && $0.institution.kind == "municipality"
                        && $0.institution.municipality == draft.to
                }
            }
            return (try CountyStore.municipalities(transaction).map(\.code), isHolder)
        }
        guard RegistryCodes.isMunicipality(draft.to), draft.to != municipality, known.contains(draft.to)
        else {
            throw ServiceError(
                .invalid, "municipality-unknown", "Give the EHAK code of another municipality of the county.")
        }
        guard isHolder else {
            throw ServiceError(
                .invalid, "person-holds-no-such-post",
                "Name a person who holds a post of that municipality's office today as "
                    + RegistryRules.handingRoles.sorted().joined(separator: ", ") + ": see ListPosts.")
        }
    }

    struct OfferRow: Sendable {
        var kept: HandOverStore.Kept
        /// Of an incoming offer that waits.
        var parcel: HandOverParcel?
    }

    /// Most offers in one answer.
    static let offersListedMax = 200

    /// Offers to and from the municipality, newest first, after that one if there is one; and whether there are more. What
    /// an incoming one shows is for the person who is asked, while it waits.
    func offers(
        after previous: HandOverID? = nil, limit: Int = 0, municipality: String, caller: Caller
    ) async throws -> (rows: [OfferRow], more: Bool) {
        try await requireOwn(municipality, caller, .listOffers)
        let actor = try await actor(caller, .listOffers, partition: municipality)
        guard RegistryRules.maySeeOffers(actor, municipality: municipality) else {
            throw try await refusal(caller, .listOffers, partition: municipality)
        }
        let mayAnswer = RegistryRules.mayHandOver(actor, municipality: municipality)
        let limit = (1...Self.offersListedMax).contains(limit) ? limit : Self.offersListedMax
        let found = try await recorded(caller, .listOffers, partition: municipality) {
            try await kit.store.partition(municipality).read { transaction in
                let start = try previous.map { id in
                    guard let kept = try HandOverStore.handOver(id, transaction) else {
                        throw ServiceError(
                            .invalid, "page-unknown", "Give the last hand-over of the page before.")
                    }
                    return kept
                }
                return try HandOverStore.page(after: start, limit: limit + 1, transaction)
            }
        }
        let now = kit.clock.now()
        let rows = try found.prefix(limit).map { kept -> OfferRow in
            let one = kept.handOver
            guard mayAnswer, one.isIncoming, one.namedPerson == actor.person, let key = kept.key,
                let cover = kept.cover, !HandOver.isExpired(offeredAt: kept.offeredAt, now: now)
            else {
                return OfferRow(kept: kept)
            }
            return OfferRow(
                kept: kept,
                parcel: try HandOverParcel(
                    HandOverParcel.Sealed(key: key, bytes: cover), one.route(of: .offered, in: municipality),
                    kit.vault))
        }
        try await audit(
            caller, .listOffers, partition: municipality, children: rows.map(\.kept.handOver.child))
        return (rows, found.count > limit)
    }

    /// Ends what nobody answered in time: offers made here are withdrawn, of those made to here nothing is shown any
    /// more, whether their withdrawal has come already or not.
    func endExpiredOffers(in municipality: String) async throws {
        let now = kit.clock.now()
        try await kit.store.partition(municipality).write { transaction in
            for isIncoming in [false, true] {
                for kept in try HandOverStore.waiting(isIncoming: isIncoming, transaction)
                where HandOver.isExpired(offeredAt: kept.offeredAt, now: now) {
                    if isIncoming {
                        try HandOverStore.forgetCover(of: kept.handOver.id, transaction)
                        continue
                    }
                    var one = kept.handOver
                    one.state = .withdrawn
                    one.answerCode = HandOver.expired
                    try HandOverStore.update(one, at: now, transaction)
                    try HandOverCourier(kit).tell(
                        .withdrawn, one, by: nil, code: one.answerCode, from: municipality, transaction)
                }
            }
        }
    }

    /// Takes a step that a person of this municipality decides on: accepting or declining what was offered to it,
    /// withdrawing what it offered.
    func answer(
        _ id: HandOverID, _ step: HandOver.Step, code: String = "", _ method: RegistryMethod,
        municipality: String, operation: Operation, caller: Caller
    ) async throws {
        try await requireOwn(municipality, caller, method)
        let actor = try await actor(caller, method, partition: municipality)
        let found = try await kit.store.partition(municipality).read { try HandOverStore.handOver(id, $0) }
        guard RegistryRules.mayHandOver(actor, municipality: municipality), let found,
            found.handOver.isIncoming == (step != .withdrawn),
            // Who was asked answers; who is away is not stood in for: the offer ends, or is made to somebody else.
            step == .withdrawn || found.handOver.namedPerson == actor.person
        else {
            throw try await refusal(
                caller, method, partition: municipality, children: found.map { [$0.handOver.child] } ?? [])
        }
        let child = found.handOver.child
        try await recorded(caller, method, partition: municipality, children: [child]) {
            guard step != .declined || HandOver.declineCodes.contains(code) else {
                throw ServiceError(
                    .invalid, "decline-code-unknown",
                    "Say why: \(HandOver.declineCodes.sorted().joined(separator: ", ")).")
            }
            _ = try await kit.once(operation, in: municipality) { transaction in
                let kept = try HandOverStore.handOver(id, transaction)
                guard var handOver = kept?.handOver, handOver.state == .offered,
                    let next = handOver.state(after: step)
                else {
                    throw ServiceError(
                        .conflict, "offer-does-not-wait",
                        "The offer was answered or withdrawn already: see ListOffers.")
                }
                if step == .accepted, let kept,
                    HandOver.isExpired(offeredAt: kept.offeredAt, now: kit.clock.now())
                {
                    throw ServiceError(
                        .conflict, "offer-expired",
                        "The offer has waited longer than \(HandOver.daysToAnswer) days: ask for a new one.")
                }
                handOver.state = next
                if step != .withdrawn {
                    (handOver.answeredBy, handOver.answeredRole) = (actor.person, actor.role)
                    handOver.answerCode = code
                }
                try HandOverStore.update(handOver, at: kit.clock.now(), transaction)
                try HandOverCourier(kit).tell(
                    step, handOver, by: actor, code: code, from: municipality, transaction)
                return [id.bytes]
            }
        }
        try await audit(caller, method, partition: municipality, children: [child])
    }
}
